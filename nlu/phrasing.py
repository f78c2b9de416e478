"""How something is said: as a question, as not knowing, or after an opening ("ja sam …") that is not part of it."""

import re

from nlu.vocabulary import listed, words_of

FILE = "phrasing.yml"
QUESTIONS = listed(FILE, "questions")
UNKNOWN = listed(FILE, "unknown")
OPENINGS = listed(FILE, "openings")


def is_question(text: str) -> bool:
    """It ends with a question mark, or begins like a question ("da li", "what if")."""
    return text.rstrip().endswith("?") or QUESTIONS.at(words_of(text), 0) is not None


def is_unknown(text: str) -> bool:
    """Somewhere in it stands that the answer is not known or not there ("ne znam", "nemam kod sebe")."""
    words = words_of(text)
    return any(UNKNOWN.at(words, start) for start in range(len(words)))


def unopened(text: str) -> str:
    """The text without an opening, as it was typed; the text itself where it has none or is nothing else."""
    parts = re.findall(r"\S+", text)
    for count in range(min(OPENINGS.longest, len(parts) - 1), 0, -1):
        words = words_of(" ".join(parts[:count]))
        if OPENINGS.phrases.get(words) is not None:
            return " ".join(parts[count:])
    return text
