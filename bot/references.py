"""Numbers and codes for citizens: made so that they can be read aloud and are not guessed."""

from secrets import choice

# No 0 or O, no 1, I or L, and no U, which sounds like V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def fresh(year: int) -> str:
    """A reference that nobody can guess, like KOM-2026-7F3K9A; whether it is unused only the store knows."""
    return f"KOM-{year}-{fresh_code()}"


def fresh_code() -> str:
    """Six signs, like 7F3K9A: for an application's number, and for a draft that moves to another place."""
    return "".join(choice(ALPHABET) for _ in range(6))
