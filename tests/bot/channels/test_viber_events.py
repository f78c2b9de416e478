"""Viber's events, as it sends them, read as messages of citizens."""

import json

import pytest

from bot.channels.viber.events import Media, media, read, read_event
from bot.messages import Message
from dialogs.session import Attachment
from tests.bot.channels.viber.porch import ANA, changed, payload
from tests.fakes.clock import Clock


def heard(body: bytes) -> Message | None:
    event = read_event(body)
    assert event is not None
    return read(event, Clock().now)


def fetched(body: bytes) -> Media | None:
    event = read_event(body)
    assert event is not None
    return media(event)


def test_words_are_taken_as_they_were_written() -> None:
    message = heard(payload("text"))

    assert message == Message(
        "5741311803571721092", ANA, "Dobar dan, rodila sam bebu u Kotoru 👶", Clock().now, language="sr-Latn"
    )


def test_an_event_is_known_by_every_figure_of_its_token() -> None:
    # The next whole number that a float can hold is 5741311803571720960.
    event = read_event(payload("seen"))

    assert event is not None
    assert event.message_token == "5741311803571721103"


def test_a_pressed_button_is_the_choice_it_showed() -> None:
    message = heard(payload("press"))

    assert message is not None
    assert (message.text, message.choice) == ("Da", "0a1b2c3d:yes")


def test_words_that_are_on_no_button_are_just_words() -> None:
    message = heard(changed("press", text="Ne znam"))

    assert message is not None
    assert (message.text, message.choice) == ("Ne znam", None)


def test_the_first_press_brings_the_link_the_citizen_came_by() -> None:
    message = heard(payload("first_press"))

    assert message is not None
    assert (message.choice, message.opens) == ("start", "newborn_aid__herceg-novi__sq")


def test_who_writes_instead_of_pressing_brings_the_link_too() -> None:
    message = heard(changed("first_press", text="Kako da se prijavim?"))

    assert message is not None
    assert (message.text, message.choice) == ("Kako da se prijavim?", None)
    assert message.opens == "newborn_aid__herceg-novi__sq"


def test_a_subscriber_who_comes_by_a_link_has_opened_it_at_once() -> None:
    message = heard(payload("conversation_started_again"))

    assert message is not None
    assert (message.address, message.text) == (ANA, "")
    assert message.opens == "newborn_aid__herceg-novi__sq"


def test_who_only_looks_in_has_said_nothing() -> None:
    assert heard(payload("conversation_started")) is None


def test_who_subscribes_has_opened_the_talk_without_a_word() -> None:
    message = heard(payload("subscribed"))

    assert message is not None
    assert (message.address, message.text, message.opens) == (ANA, "", None)


@pytest.mark.parametrize(
    ("name", "attachment", "text"),
    [
        ("picture", Attachment("photo"), "Izvod iz matične knjige"),
        ("file", Attachment("document"), ""),
        ("voice_file", Attachment("voice"), ""),
        ("video", Attachment("other"), ""),
        ("sticker", Attachment("other"), ""),
        ("location", Attachment("location"), ""),
        ("contact", Attachment("contact"), "+38267000001"),
        ("url", None, "https://www.kotor.me/"),
    ],
)
def test_what_is_not_text_says_what_it_is(name: str, attachment: Attachment | None, text: str) -> None:
    message = heard(payload(name))

    assert message is not None
    assert (message.attachment, message.text) == (attachment, text)


def test_a_type_that_nobody_knows_yet_is_something_else() -> None:
    message = heard(changed("sticker", type="hologram"))

    assert message is not None
    assert message.attachment == Attachment("other")


@pytest.mark.parametrize(("number", "text"), [("+38267000001", "+38267000001"), ("067 000 001", "067 000 001")])
def test_a_number_that_is_whole_stays_as_it_is(number: str, text: str) -> None:
    message = heard(changed("contact", contact={"phone_number": number}))

    assert message is not None
    assert message.text == text


def test_photos_and_documents_are_to_be_fetched_by_their_own_names() -> None:
    photo, document = fetched(payload("picture")), fetched(payload("file"))

    assert photo is not None
    assert (photo.kind, photo.name, photo.size) == ("photo", "IMG-0001.jpg", 248_113)
    assert document is not None
    assert (document.kind, document.name) == ("document", "Rješenje 12.pdf")


@pytest.mark.parametrize("name", ["text", "video", "voice_file", "sticker", "url", "seen"])
def test_nothing_else_is_fetched(name: str) -> None:
    assert fetched(payload(name)) is None


def test_a_name_leads_to_no_folder() -> None:
    found = fetched(changed("file", file_name="..\\..\\/etc/rješenje\u202e\n.pdf"))

    assert found is not None
    assert found.name == "rješenje.pdf"


def test_where_there_is_no_language_the_country_is_the_hint() -> None:
    event = json.loads(payload("text"))
    event["sender"]["language"] = ""

    message = heard(json.dumps(event).encode())

    assert message is not None
    assert message.language == "ME"


@pytest.mark.parametrize("name", ["webhook", "unsubscribed", "delivered", "seen", "failed", "client_status", "unknown"])
def test_nothing_else_is_a_message(name: str) -> None:
    assert heard(payload(name)) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b'{"event": 5}', b'{"event": "seen", "message_token": 5.7e18}', b"[" * 100_000],
)
def test_what_is_no_event_is_not_read(body: bytes) -> None:
    assert read_event(body) is None


@pytest.mark.parametrize("tracking", ["", "{", "5", '{"choices": {"Da": 5}}', '{"choices": []}', "[" * 4000])
def test_what_a_phone_makes_up_to_bring_back_is_no_choice(tracking: str) -> None:
    message = heard(changed("press", tracking_data=tracking))

    assert message is not None
    assert (message.text, message.choice, message.opens) == ("Da", None, None)


def test_a_message_that_nobody_could_know_again_is_not_taken() -> None:
    event = json.loads(payload("text"))
    del event["message_token"]

    assert heard(json.dumps(event).encode()) is None
