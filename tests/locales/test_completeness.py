"""The check of the texts finds what it is there to find, at the line where it stands."""

import textwrap
from pathlib import Path

import pytest

from locales.completeness import report, skeleton

HEAD = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""
LONG = "One two three four five six seven eight nine ten eleven twelve thirteen."


class Project:
    """A small project of one code file, one data file, one page, and catalogues."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")

    def translate(self, language: str, domain: str, entries: str) -> None:
        self.write(f"locales/{language}/LC_MESSAGES/{domain}.po", HEAD + textwrap.dedent(entries))

    def translate_all(self, domain: str, entries: str) -> None:
        for language in ("cnr", "sq"):
            self.translate(language, domain, entries)

    def faults(self) -> list[str]:
        return [str(fault) for fault in report(self.root, self.root / "locales").faults]

    def notes(self) -> list[str]:
        return [str(note) for note in report(self.root, self.root / "locales").notes]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_text_without_translation_is_named_with_its_line(project: Project) -> None:
    project.write("dialogs/flows/start.py", 'HELLO = 1\nsay("Hello.")\n')

    assert project.faults() == [
        "dialogs/flows/start.py:2: missing in cnr: 'Hello.'",
        "dialogs/flows/start.py:2: missing in sq: 'Hello.'",
    ]


def test_a_project_with_every_text_has_no_fault(project: Project) -> None:
    project.write("dialogs/flows/start.py", 'say("Hello.")')
    project.translate_all("common", 'msgid "Hello."\nmsgstr "Zdravo."\n')

    assert project.faults() == []
    assert project.notes() == []


def test_a_doubtful_or_half_translated_text_is_missing(project: Project) -> None:
    project.write("bot/app.py", 'say("No")\nPhrase("{count} day", plural="{count} days", count=2)')
    project.translate_all(
        "common",
        """
        #, fuzzy
        msgid "No"
        msgstr "Ne"

        msgid "{count} day"
        msgid_plural "{count} days"
        msgstr[0] "{count} dan"
        msgstr[1] ""
        """,
    )

    assert [fault.partition(": ")[2] for fault in project.faults()] == [
        "missing in cnr: 'No'",
        "missing in cnr: '{count} day'",
        "missing in sq: 'No'",
        "missing in sq: '{count} day'",
    ]


def test_texts_are_found_wherever_code_keeps_them(project: Project) -> None:
    project.write(
        "dialogs/flows/start.py",
        """
        WAYS = {"phone": "Phone: {value}", "web": "Web: {value}"}
        MORE: str = "More"

        def lines(way: str, is_late: bool) -> None:
            say(WAYS[way], value="1")
            say("Too late." if is_late else "In time.")
            say(MORE)
            Phrase(text="A notice", domain="console")
        """,
    )

    assert 'msgid "Phone: {value}"' in skeleton("common", project.root)
    assert 'msgid "Web: {value}"' in skeleton("common", project.root)
    assert 'msgid "Too late."' in skeleton("common", project.root)
    assert 'msgid "In time."' in skeleton("common", project.root)
    assert 'msgid "More"' in skeleton("common", project.root)
    assert 'msgid "A notice"' in skeleton("console", project.root)


def test_texts_of_a_service_belong_to_its_folder(project: Project) -> None:
    project.write(
        "dialogs/services/dog_tax/municipalities/bar.toml",
        """
        source = "https://bar.me"

        [[fact]]
        subject = "documents"
        text = "Bring these papers."
        items = ["The dog's passport"]
        [fact.basis]
        act = "Law on Dogs"
        """,
    )

    listed = skeleton("dog_tax", project.root)

    assert "#: dialogs/services/dog_tax/municipalities/bar.toml:6" in listed
    assert [line for line in listed.splitlines() if line.startswith("msgid")] == [
        'msgid "Bring these papers."',
        'msgid "The dog\'s passport"',
        'msgid "Law on Dogs"',
    ]


def test_texts_of_pages_are_found(project: Project) -> None:
    project.write("bot/pages/talk.html", '<p>{{ _("Hello.") }}</p>\n<p>{{ say("Bye.") }}</p>\n')

    assert skeleton("common", project.root).count("msgid") == 2


def test_a_text_that_nobody_could_translate_is_a_fault(project: Project) -> None:
    project.write("bot/app.py", 'say(f"Hello {name}")\nPhrase("Hello", domain=service.name)\nservice.phrase("Hello")')

    assert project.faults() == [
        "bot/app.py:1: a text made of parts cannot be translated; use {places}",
        "bot/app.py:2: the domain of 'Hello' cannot be told from the code",
        "bot/app.py:3: the domain of 'Hello' cannot be told from the code",
    ]


def test_a_text_without_words_needs_no_translation(project: Project) -> None:
    project.write("bot/app.py", 'say("{label}: {value}")')

    assert project.faults() == []


def test_an_entry_that_nothing_uses_is_told_but_is_no_fault(project: Project) -> None:
    project.translate("sq", "common", 'msgid "Gone"\nmsgstr "Shkoi"\n')

    assert project.notes() == ["locales/sq/LC_MESSAGES/common.po:6: no longer used: 'Gone'"]
    assert project.faults() == []


@pytest.mark.parametrize(
    ("translated", "fault"),
    [
        ("Kraj: {dan}.", "places differ from the source ['day']: 'Kraj: {dan}.'"),
        ("Kraj.", "places differ from the source ['day']: 'Kraj.'"),
        ("Kraj: {day:century}.", "no value has a form 'century': 'Kraj: {day:century}.'"),
        ("Kraj: {day.", "expected '}' before end of string: 'End: {day}.'"),
    ],
)
def test_places_have_to_be_those_of_the_source(project: Project, translated: str, fault: str) -> None:
    project.write("bot/app.py", 'say("End: {day}.")')
    project.translate_all("common", 'msgid "End: {day}."\nmsgstr "Kraj: {day:of}."\n')
    project.translate("sq", "common", f'msgid "End: {{day}}."\nmsgstr "{translated}"\n')

    assert project.faults() == [f"locales/sq/LC_MESSAGES/common.po:6: {fault}"]


def test_a_long_sentence_needs_a_simple_one_beside_it(project: Project) -> None:
    project.write("bot/app.py", f'say("{LONG}")')
    project.translate_all("common", f'msgid "{LONG}"\nmsgstr "Kratko."\n')

    assert project.faults() == [f"bot/app.py:1: 13 words in one simple sentence of en, at most 12: '{LONG}'"]

    project.translate("en", "common", f'msgctxt "simple"\nmsgid "{LONG}"\nmsgstr "One. Two."\n')

    assert project.faults() == []


def test_a_sentence_too_long_for_anyone_is_a_fault_in_both_tiers(project: Project) -> None:
    project.write("bot/app.py", 'say("Short.")')
    project.translate("cnr", "common", 'msgid "Short."\nmsgstr "Kratko."\n')
    project.translate("sq", "common", f'msgid "Short."\nmsgstr "{"fjalë " * 21}"\n')

    assert ["ordinary" in fault or "simple" in fault for fault in project.faults()] == [True, True]


def test_the_skeleton_asks_for_a_simple_wording_where_the_source_is_long(project: Project) -> None:
    project.write("bot/app.py", f'say("{LONG}")\nsay("Short.")')

    listed = skeleton("common", project.root)

    assert listed.count('msgctxt "simple"') == 1
    assert listed.count("msgid") == 3
