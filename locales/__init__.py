"""The languages a citizen may choose, and the tiers of every text. A language is a folder with a `language.toml`."""

from locales.languages import DEFAULT, LANGUAGES, Tier, html_tag, match, own_name

__all__ = ["DEFAULT", "LANGUAGES", "Tier", "html_tag", "match", "own_name"]
