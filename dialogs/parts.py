"""The parts of a service in the order they are told: the one that can be applied for here comes first."""

from dialogs.service import Part
from dialogs.steps import Talk
from locales.phrase import Phrase

OTHER = "other_part"


def shown(talk: Talk) -> tuple[Part, ...]:
    """All parts in one message; in simple mode one a message."""
    first = talk.data.get("part")
    own_first = tuple(sorted(talk.service.parts, key=lambda part: (not part.ours, part.id != first)))
    return tuple(part for part in own_first if part.id == _chosen(talk)) if talk.simple else own_first


def other(talk: Talk) -> Part:
    """The part that is not on show in simple mode."""
    return next((part for part in talk.service.parts if part.id != _chosen(talk)), talk.service.parts[0])


def choice(talk: Talk) -> tuple[tuple[str, Phrase], ...]:
    """The way to the part that is not on show; nothing where all are."""
    return ((OTHER, talk.service.phrase(other(talk).title)),) if len(shown(talk)) < len(talk.service.parts) else ()


def _chosen(talk: Talk) -> str:
    """The part that was asked for; at first the municipality's own, one that has something to say if any has."""
    own = [part.id for part in talk.service.parts if part.ours]
    subject = str(talk.data.get("subject"))
    telling = (id for id in own if talk.local.fact(subject, id, talk.today))
    return str(talk.data.get("part") or next(telling, own[0]))
