"""The parts of a service in the order they are told: the one that can be applied for here comes first."""

from dialogs.catalogue import Part
from dialogs.steps import Talk
from locales.phrase import Phrase

OTHER = "other_part"


def shown(talk: Talk) -> tuple[Part, ...]:
    """All parts in one message; in simple mode one a message."""
    own_first = tuple(sorted(talk.service.parts, key=lambda part: part.id != talk.service.applies_to))
    return tuple(part for part in own_first if part.id == _chosen(talk)) if talk.simple else own_first


def other(talk: Talk) -> Part:
    """The part that is not on show in simple mode."""
    return next((part for part in talk.service.parts if part.id != _chosen(talk)), talk.service.parts[0])


def choice(talk: Talk) -> tuple[tuple[str, Phrase], ...]:
    """The way to the part that is not on show; nothing where all are."""
    return ((OTHER, talk.service.phrase(other(talk).title)),) if len(shown(talk)) < len(talk.service.parts) else ()


def _chosen(talk: Talk) -> str:
    return str(talk.data.get("part", talk.service.applies_to))
