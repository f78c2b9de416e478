"""`python -m locales.completeness`: is every text there, in every language and tier, with its places and short enough?

`--list DOMAIN` prints the source texts of a domain as the skeleton of a `.po` file.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages import Catalog
from babel.messages.pofile import write_po

from locales.catalogues import SIMPLE, forms, read, source
from locales.languages import HERE, SOURCE, SPOKEN, Tier
from locales.plain import MOST_WORDS, longest, words
from locales.sources import Fault, Source, Spot, collect
from locales.values import FORMS, NAME_FORMS

Key = tuple[str, str, str | None]


@dataclass(frozen=True)
class Entry:
    """One translated text of a catalogue, in its plural forms."""

    text: str
    domain: str
    context: str | None
    forms: tuple[str, ...]
    spot: Spot

    @property
    def is_there(self) -> bool:
        return all(self.forms)


@dataclass(frozen=True)
class Report:
    """What has to be put right, and what is only worth knowing."""

    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


def report(root: Path, locales: Path) -> Report:
    """All that is wrong with the texts of the project at `root` and with the words for them in the folder `locales`."""
    found = collect(root)
    texts = _unique(found)
    faults = [item for item in found if isinstance(item, Fault)]
    notes: list[Fault] = []
    for language in (spoken.tag for spoken in SPOKEN.values() if spoken.written_in is None):
        entries = dict(_entries(locales / language, root))
        faults += (fault for item in texts.values() for fault in _compared(item, language, entries))
        unused = (entry for entry in entries.values() if (entry.domain, entry.text) not in texts)
        notes += (Fault(entry.spot, f"no longer used: {entry.text!r}") for entry in unused)
    return Report((*faults, *_names()), tuple(notes))


def _unique(found: Iterable[Source | Fault]) -> Mapping[tuple[str, str], Source]:
    """Each text where it first stands. One without words of its own ("{label}: {value}") needs no translation."""
    texts: dict[tuple[str, str], Source] = {}
    for item in found:
        if isinstance(item, Source) and _has_words(item.text):
            texts.setdefault((item.domain, item.text), item)
    return texts


def _has_words(text: str) -> bool:
    return any(sign.isalpha() for sign in re.sub(r"{[^{}]*}", "", text))


def _entries(folder: Path, root: Path) -> Iterator[tuple[Key, Entry]]:
    for path in sorted((folder / "LC_MESSAGES").glob("*.po")):
        for message in read(path):
            if message.id:
                spot = Spot(str(path.relative_to(root)), message.lineno or 1)
                entry = Entry(source(message), path.stem, message.context, forms(message), spot)
                yield (entry.domain, entry.text, entry.context), entry


def _compared(item: Source, language: str, entries: Mapping[Key, Entry]) -> Iterator[Fault]:
    ordinary = _itself(item) if language == SOURCE else entries.get((item.domain, item.text, None))
    if ordinary is None or not ordinary.is_there:
        yield Fault(item.spot, f"missing in {language}: {item.text!r}")
        return
    own = entries.get((item.domain, item.text, SIMPLE))
    simple = own if own and own.is_there else ordinary
    for entry in dict.fromkeys((ordinary, simple)):
        yield from _places(item, entry)
    if item.shown:
        yield from _lengths(ordinary, language, Tier.ORDINARY)
        yield from _lengths(simple, language, Tier.SIMPLE)


def _itself(item: Source) -> Entry:
    texts = (item.text, item.plural) if item.plural else (item.text,)
    return Entry(item.text, item.domain, None, texts, item.spot)


def _lengths(entry: Entry, language: str, tier: Tier) -> Iterator[Fault]:
    for text in entry.forms:
        sentence = longest(text, language)
        if words(sentence) > MOST_WORDS[tier]:
            said = f"{words(sentence)} words in one {tier} sentence of {language}, at most {MOST_WORDS[tier]}"
            yield Fault(entry.spot, f"{said}: {sentence!r}")


def _places(item: Source, entry: Entry) -> Iterator[Fault]:
    """Places that the source lacks or the text leaves out (only the count may be), and forms that no value has."""
    if item.plural and len(entry.forms) == 1:
        yield Fault(entry.spot, f"no plural forms: {item.text!r}")
    try:
        expected = _named(item.text)
        for text in entry.forms:
            if (expected.keys() ^ _named(text).keys()) - {"count"}:
                yield Fault(entry.spot, f"places differ from the source {sorted(expected)}: {text!r}")
            for form in set(_named(text).values()) - FORMS:
                yield Fault(entry.spot, f"no value has a form {form!r}: {text!r}")
    except ValueError as error:
        yield Fault(entry.spot, f"{error}: {entry.text!r}")


def _named(text: str) -> Mapping[str, str]:
    """The places of a text and the forms they ask for. ValueError where the braces do not close."""
    return {place: form or "" for _, place, form, _ in Formatter().parse(text) if place is not None}


def _names() -> Iterator[Fault]:
    """Every name in every language, in every form."""
    keys = {key for language in SPOKEN.values() for key in language.names}
    wanted = {form or "name" for form in NAME_FORMS}
    for language in (spoken for spoken in SPOKEN.values() if spoken.written_in is None):
        for key in sorted(keys):
            lacking = wanted - {form for form, text in language.names.get(key, {}).items() if text}
            if lacking:
                yield Fault(Spot(f"locales/{language.tag}/names.toml", 1), f"{key} lacks {', '.join(sorted(lacking))}")


def skeleton(domain: str, root: Path) -> str:
    """The source texts of a domain as a `.po` file without translations.

    A text too long for the simple tier comes twice, the second time for its plain-language wording.
    """
    catalog = Catalog(domain=domain)
    for item in _unique(collect(root)).values():
        if item.domain == domain:
            is_long = words(longest(item.text, SOURCE)) > MOST_WORDS[Tier.SIMPLE]
            for context in (None, SIMPLE) if is_long else (None,):
                id = (item.text, item.plural) if item.plural else item.text
                catalog.add(id, locations=[(item.spot.file, item.spot.line)], context=context)
    out = BytesIO()
    write_po(out, catalog, omit_header=True, width=120)
    return out.getvalue().decode()


def main(arguments: list[str]) -> int:
    """1 where a text is missing, too long or has the wrong places; entries no longer used are only told."""
    parser = argparse.ArgumentParser(prog="python -m locales.completeness", description=__doc__)
    parser.add_argument("--list", metavar="DOMAIN", help="print the source texts of a domain as a .po file")
    chosen = parser.parse_args(arguments)
    if chosen.list:
        sys.stdout.write(skeleton(chosen.list, HERE.parent))
        return 0
    found = report(HERE.parent, HERE)
    for line in (*found.notes, *found.faults):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(found.faults)} to put right, {len(found.notes)} to know\n")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
