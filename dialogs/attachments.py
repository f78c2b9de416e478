"""What came is no words: thanks for it, what becomes of it, and what can be done instead."""

from dialogs.session import Attachment
from dialogs.steps import PHONE, PLACES
from locales.phrase import Phrase, say

CONTACT = "contact"
LOCATION = "location"
KEPT = frozenset({"photo", "document"})
MOST_MEGABYTES = 10

Lines = tuple[Phrase, ...]

REFUSED: dict[str, Lines] = {
    "size": (
        say("Thank you, but that file is too large. I can keep up to {most} MB.", most=MOST_MEGABYTES),
        say("Please send a smaller one, or bring it to the counter."),
    ),
    "type": (
        say("Thank you, but I can keep only photos and PDF files."),
        say("Please send a photo of it, or bring it to the counter."),
    ),
    "away": (say("I am sorry, it did not reach me. Please send it again."),),
}
THANKS: dict[str, Lines] = {
    "voice": (
        say("Thank you. I cannot listen to voice messages yet."),
        say("Please write it in a few words."),
        say("If you want a person, write 0."),
    ),
}


def is_contact(attachment: Attachment | None) -> bool:
    """Whether it is a contact: the words beside it are the phone number, none where it is somebody else's."""
    return attachment is not None and attachment.kind == CONTACT


def thanks(attachment: Attachment, kind: str, *, is_open: bool) -> Lines:
    """What is said of it while this kind of answer is asked for. `is_open`: a question waits for its answer."""
    if attachment.refused is not None:
        return REFUSED.get(attachment.refused, REFUSED["away"])
    if attachment.kind in KEPT:
        return _kept()
    if attachment.kind == LOCATION:
        return _location(is_needed=kind in PLACES or not is_open)
    if attachment.kind == CONTACT:
        return _contact(is_needed=kind == PHONE)
    return THANKS.get(attachment.kind, (say("Thank you. I understand only what is written."),))


def _kept() -> Lines:
    return (
        say("Thank you. It is kept with our conversation."),
        say("The office can see it with your application."),
        say("I cannot read what is on it. The office may ask for the original."),
    )


def _location(*, is_needed: bool) -> Lines:
    if is_needed:
        return (say("Thank you. I cannot find a place by a pin on the map."), say("Please write it in words."))
    return (say("Thank you. I do not need a place on the map here."),)


def _contact(*, is_needed: bool) -> Lines:
    if is_needed:
        return (say("Thank you, but I can take only your own number. Please write it."),)
    return (say("Thank you. I do not need a phone number here. It was not kept."),)
