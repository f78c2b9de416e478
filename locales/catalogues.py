"""Gettext catalogues, read straight from their `.po` files: which text a language has for a source text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from string import Formatter

from babel.messages import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from locales.languages import HERE, SPOKEN, Tier
from locales.phrase import Phrase

SIMPLE = "simple"
"""The `msgctxt` of a text in plain language."""


class BrokenCatalogue(Exception):
    """A catalogue is not a `.po` file, or the braces of a text in it do not close."""


@dataclass(frozen=True)
class Catalogue:
    """The translated texts of one domain by context and source text, each in its plural forms; `form` chooses one."""

    texts: Mapping[tuple[str | None, str], tuple[str, ...]]
    form: Callable[[int], int]

    def find(self, phrase: Phrase, context: str | None) -> str | None:
        """The text for this phrase and its count; None where there is none or it is empty."""
        forms = self.texts.get((context, phrase.text), ())
        number = self.form(phrase.count) if phrase.count is not None and len(forms) > 1 else 0
        return forms[number] or None if number < len(forms) else None


def translation(phrase: Phrase, language: str, tier: str) -> str | None:
    """The text of the phrase in this language with its places still open; None while it is not translated."""
    catalogue = catalogues(language).get(phrase.domain)
    if catalogue is None:
        return None
    simple = catalogue.find(phrase, SIMPLE) if tier == Tier.SIMPLE else None
    return simple or catalogue.find(phrase, None)


@lru_cache
def catalogues(language: str) -> Mapping[str, Catalogue]:
    """All catalogues of a language by domain. Raises BrokenCatalogue: read them before the first citizen comes."""
    return {path.stem: catalogue(path) for path in sorted((HERE / language / "LC_MESSAGES").glob("*.po"))}


def load() -> None:
    """Reads every catalogue. Raises BrokenCatalogue."""
    for language in SPOKEN.values():
        catalogues(language.words)


def read(path: Path) -> Catalog:
    """The `.po` file as Babel has it. Raises BrokenCatalogue."""
    try:
        with path.open("rb") as file:
            return read_po(file, ignore_obsolete=True, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise BrokenCatalogue(f"{path}: {error}") from error


def forms(message: Message) -> tuple[str, ...]:
    """The translation in all its plural forms; empty strings while it is missing or marked as fuzzy."""
    found = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return tuple("" if message.fuzzy else text or "" for text in found)


def source(message: Message) -> str:
    """The source text, in the singular where it has a plural."""
    return message.id if isinstance(message.id, str) else message.id[0]


def catalogue(path: Path) -> Catalogue:
    """The texts of one `.po` file. Raises BrokenCatalogue."""
    catalog = read(path)
    texts = {(message.context, source(message)): forms(message) for message in catalog if message.id}
    for key, translated in texts.items():
        _check(path, key[1], translated)
    return Catalogue(texts, c2py(catalog.plural_expr))


def _check(path: Path, text: str, translated: tuple[str, ...]) -> None:
    try:
        for form in translated:
            list(Formatter().parse(form))
    except ValueError as error:
        raise BrokenCatalogue(f"{path}: {error} in the translation of {text!r}") from error
