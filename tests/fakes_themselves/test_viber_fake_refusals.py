"""What the Viber fake refuses, at once or on the phone, and how much of anything it takes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.platform_clock import Clock
from tests.fakes.viber.person import Person
from tests.fakes.viber.platform import Viber
from tests.fakes.viber.service import serving
from tests.fakes.viber.statuses import Status
from tests.fakes_themselves.viber_bot import Bot, listening_to

SENDER = {"name": "komshi"}
TEXT = {"type": "text", "text": "Good day.", "sender": SENDER}
PHOTO = "https://example.org/photo"


@pytest.fixture
async def viber() -> AsyncIterator[Viber]:
    async with serving(Viber(clock=Clock(speed=0))) as viber:
        yield viber


@pytest.fixture
async def bot(viber: Viber) -> AsyncIterator[Bot]:
    async with listening_to(viber) as bot:
        yield bot


@pytest.fixture
async def ana(viber: Viber, bot: Bot) -> Person:
    """She has written, so she may be written to."""
    ana = viber.person("ana")
    ana.write("zdravo")
    return ana


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ({"text": "x", "sender": SENDER}, Status.missingData),
        ({"type": "voice", "sender": SENDER}, Status.badData),
        ({"type": "text", "text": "x"}, Status.missingData),
        ({"type": "text", "text": "x", "sender": {"name": "k" * 29}}, Status.badData),
        ({"type": "text", "sender": SENDER}, Status.missingData),
        ({"type": "text", "text": "x" * 7001, "sender": SENDER}, Status.badData),
        ({"type": "text", "text": "x", "sender": SENDER, "tracking_data": "x" * 4001}, Status.badData),
        ({"type": "picture", "media": f"{PHOTO}.png", "sender": SENDER}, Status.missingData),
        ({"type": "picture", "text": "", "media": f"{PHOTO}.tiff", "sender": SENDER}, Status.badData),
        ({"type": "picture", "text": "x" * 513, "media": f"{PHOTO}.png", "sender": SENDER}, Status.badData),
        ({"type": "video", "media": "https://example.org/film.mp4", "sender": SENDER}, Status.missingData),
        (
            {"type": "video", "media": "https://example.org/film.mp4", "size": 27 << 20, "sender": SENDER},
            Status.badData,
        ),
        ({"type": "file", "media": PHOTO, "size": 10, "sender": SENDER}, Status.missingData),
        ({"type": "file", "media": PHOTO, "size": 10, "file_name": "run.exe", "sender": SENDER}, Status.badData),
        ({"type": "contact", "contact": {"name": "Ana"}, "sender": SENDER}, Status.missingData),
        ({"type": "location", "location": {"lat": 91, "lon": 18}, "sender": SENDER}, Status.badData),
        ({"type": "url", "media": "ftp://example.org", "sender": SENDER}, Status.badData),
        ({"type": "sticker", "sender": SENDER}, Status.missingData),
        ({"type": "rich_media", "rich_media": {}, "sender": SENDER}, Status.incompatibleWithVersion),
    ],
)
async def test_what_the_server_does_not_take(bot: Bot, ana: Person, message: dict[str, Any], status: Status) -> None:
    answer = await bot.calls("send_message", receiver=ana.id, **message)

    assert answer["status"] == status
    assert len(ana.screen().lines) == 1


@pytest.mark.parametrize(
    ("keyboard", "version", "status"),
    [
        ({"Buttons": [{"ActionBody": "a", "Text": "a"}]}, 1, Status.badData),
        ({"Type": "keyboard", "Buttons": []}, 1, Status.badData),
        ({"Type": "keyboard", "Buttons": [{"Text": "a"}]}, 1, Status.badData),
        (
            {"Type": "keyboard", "InputFieldState": "minimized", "Buttons": [{"ActionBody": "a", "Text": "a"}]},
            3,
            Status.incompatibleWithVersion,
        ),
        (
            {"Type": "keyboard", "Buttons": [{"ActionBody": "a", "Text": "a", "ActionType": "share-phone"}]},
            2,
            Status.incompatibleWithVersion,
        ),
        ({"Type": "keyboard", "InputFieldState": "regular", "Buttons": [{"ActionBody": "a", "Text": "a"}]}, 4, 0),
    ],
)
async def test_a_keyboard_that_the_server_does_not_take(
    bot: Bot, ana: Person, keyboard: dict[str, Any], version: int, status: int
) -> None:
    answer = await bot.says(ana.id, keyboard=keyboard, min_api_version=version)

    assert answer["status"] == status


@pytest.mark.parametrize(
    "buttons",
    [
        [{"ActionBody": "a"}],
        [{"ActionBody": "a", "Text": "a", "Columns": 7}],
        [{"ActionBody": "a", "Text": "a", "Rows": 3}],
        [{"ActionBody": "a", "Text": "a" * 251}],
        [{"ActionBody": "a", "Text": "a", "Rows": 2}] * 7,
        [{"ActionBody": "a", "Text": "a", "ActionType": "dance"}],
    ],
)
async def test_a_keyboard_that_the_phone_cannot_show_fails_after_a_yes(
    viber: Viber, bot: Bot, ana: Person, buttons: list[dict[str, Any]]
) -> None:
    answer = await bot.says(ana.id, keyboard={"Type": "keyboard", "Buttons": buttons})
    await viber.quiet()

    assert answer["status"] == 0
    assert bot.events("failed")[0]["message_token"] == answer["message_token"]
    assert bot.events("failed")[0]["desc"]
    assert len(ana.screen().lines) == 1


async def test_a_picture_that_is_not_there_fails_after_a_yes(viber: Viber, bot: Bot, ana: Person) -> None:
    answer = await bot.calls(
        "send_message", receiver=ana.id, type="picture", text="", media=f"{viber.url}/media/none.png", sender=SENDER
    )
    await viber.quiet()

    assert [event["message_token"] for event in bot.events("failed")] == [answer["message_token"]]


async def test_a_picture_is_fetched_by_the_phone(viber: Viber, bot: Bot, ana: Person) -> None:
    media = viber.gallery.keep("qr.png", b"a picture")

    await bot.calls("send_message", receiver=ana.id, type="picture", text="", media=media, sender=SENDER)
    await viber.quiet()

    assert ana.screen().lines[-1].picture == b"a picture"


async def test_a_wrong_token_a_broken_call_and_a_long_one_are_refused_with_200(viber: Viber, bot: Bot) -> None:
    strange = await bot.posts("get_account_info", b"{}", token="not-ours")
    broken = await bot.posts("send_message", b"{")
    deep = await bot.posts("send_message", b"[" * 20_000)
    long = await bot.posts("send_message", b'{"text": "' + b"x" * 31_000 + b'"}')

    assert [answer.status_code for answer in (strange, broken, deep, long)] == [200] * 4
    assert [answer.json()["status"] for answer in (strange, broken, deep, long)] == [2, 3, 3, 3]


async def test_an_old_bot_has_its_token_in_the_body(viber: Viber, bot: Bot) -> None:
    body = f'{{"auth_token": "{viber.token}"}}'.encode()

    assert (await bot.posts("get_account_info", body)).json()["status"] == 0


async def test_a_hundred_unanswered_within_an_hour_are_enough(viber: Viber, bot: Bot, ana: Person) -> None:
    statuses = [(await bot.says(ana.id))["status"] for _ in range(101)]
    viber.clock.move(timedelta(minutes=59))
    still = await bot.says(ana.id)
    ana.write("dosta")
    again = await bot.says(ana.id)

    assert statuses == [0] * 100 + [12]
    assert (still["status"], again["status"]) == (12, 0)


async def test_a_broadcast_reaches_whom_it_can_and_names_the_others(viber: Viber, bot: Bot, ana: Person) -> None:
    boris = viber.person("boris", name="Boris <3")
    boris.write("zdravo")
    boris.unsubscribe()

    answer = await bot.calls(
        "broadcast_message", broadcast_list=[ana.id, boris.id], **{**TEXT, "text": "Za replace_me_with_user_name."}
    )
    await viber.quiet()

    assert answer["status"] == 0
    assert [(each["receiver"], each["status"]) for each in answer["failed_list"]] == [(boris.id, 6)]
    assert ana.screen().lines[-1].text == "Za Ana."
    assert bot.events("seen")[-1]["message_token"] == answer["message_token"]


async def test_a_broadcast_needs_permission_and_has_an_end(viber: Viber, bot: Bot, ana: Person) -> None:
    too_many = await bot.calls("broadcast_message", broadcast_list=[ana.id] * 301, **TEXT)
    viber.account.may_broadcast = False
    forbidden = await bot.calls("broadcast_message", broadcast_list=[ana.id], **TEXT)

    assert (too_many["status"], forbidden["status"]) == (3, 20)


async def test_five_hundred_broadcasts_fit_into_ten_seconds(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.receipts = False
    nobody = {"broadcast_list": ["bm9ib2R5"], **TEXT}
    statuses = [(await bot.calls("broadcast_message", **nobody))["status"] for _ in range(501)]
    viber.clock.move(timedelta(seconds=10))

    assert statuses == [0] * 500 + [12]
    assert (await bot.calls("broadcast_message", **nobody))["status"] == 0


async def test_a_bot_that_viber_has_stopped_is_told_so(viber: Viber, bot: Bot, ana: Person) -> None:
    viber.account.refuses = Status.publicAccountSuspended

    assert (await bot.says(ana.id))["status"] == 9
