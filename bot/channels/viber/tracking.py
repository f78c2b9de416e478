"""What a message takes along for its answer: Viber hands it back with the citizen's next message.

The phone can read and change it, so nothing else is in it than what is on the screen, and nothing is believed that a
citizen could not have said themselves.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

from dialogs.session import Choice

LONGEST = 4000


class Tracking(BaseModel):
    """The ids of the choices on show by their labels, and the payload of the link that the talk was opened by."""

    choices: dict[str, str] = {}
    opens: str | None = None


def pack(choices: Sequence[Choice], opens: str | None = None) -> str:
    """The tracking data; empty where it would be too long: a label alone is an answer too. Of two equal labels the
    first counts.
    """
    ids = {choice.label: choice.id for choice in reversed(choices)}
    packed = Tracking(choices=ids, opens=opens).model_dump_json(exclude_defaults=True)
    return packed if len(packed) <= LONGEST else ""


def unpack(packed: str) -> Tracking:
    """What was packed; nothing where it is not of our making."""
    try:
        return Tracking.model_validate_json(packed)
    except ValidationError:
        return Tracking()
