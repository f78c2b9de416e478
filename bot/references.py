"""The number a citizen knows an application by: made so that it can be read aloud and is not guessed."""

from secrets import choice

# No 0 or O, no 1, I or L, and no U, which sounds like V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def fresh(year: int) -> str:
    """A reference that nobody can guess, like KOM-2026-7F3K9A; whether it is unused only the store knows."""
    return f"KOM-{year}-" + "".join(choice(ALPHABET) for _ in range(6))
