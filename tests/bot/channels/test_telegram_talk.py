"""A citizen with a telephone and the whole product, with Telegram between them: delivered to us, or asked for."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.app import App, build
from bot.assistant import Brain
from bot.channels.telegram import open_channel
from bot.settings import Settings
from bot.store.tables import addresses, files
from dialogs.catalogue import services
from tests.fakes.key import KEY
from tests.fakes.loopback import listening
from tests.fakes.telegram.person import Person
from tests.fakes.telegram.service import Telegram, serving


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(Telegram()) as telegram:
        yield telegram


@pytest.fixture(params=["delivered", "asked for"])
async def app(request: pytest.FixtureRequest, telegram: Telegram, brain: Brain, tmp_path: Path) -> AsyncIterator[App]:
    """The product, open for Telegram alone."""
    settings = Settings.model_validate({"database": f"sqlite:///{tmp_path / 'komshi.db'}", "secret_key": KEY})
    app = build(settings, brain, {name: service.process for name, service in services().items()}, {})
    environment = {"TELEGRAM_TOKEN": telegram.token, "KOMSHI_TELEGRAM_API": telegram.url}
    async with AsyncExitStack() as opened:
        url = await opened.enter_async_context(listening(app.http))
        reached = {"KOMSHI_PUBLIC_URL": url} if request.param == "delivered" else {}
        channel = open_channel(app, environment | reached)
        assert channel is not None
        app.mount(channel)
        yield await opened.enter_async_context(app)


@pytest.fixture
def anna(app: App, telegram: Telegram) -> Person:
    return telegram.person("Anna", language="en")


async def test_whoever_presses_start_is_greeted_with_numbers_and_buttons(anna: Person) -> None:
    anna.start()

    greeting = await anna.reads()

    assert greeting.text.startswith("Hello.")
    assert f"1. {greeting.labels[0]}" in greeting.text


async def test_a_link_on_a_poster_opens_the_service_in_its_language(anna: Person) -> None:
    anna.start("newborn_aid__herceg-novi__sq")

    assert "Herceg Novi" in (await anna.reads()).text


async def test_a_button_and_its_number_say_the_same(anna: Person) -> None:
    anna.start()
    greeting = await anna.reads()
    anna.press(greeting.labels[0])
    pressed = await anna.reads()

    anna.write("/menu")
    await anna.reads()
    anna.write("1")

    assert (await anna.reads()).text == pressed.text


async def test_a_button_of_an_old_message_says_where_one_is(anna: Person) -> None:
    anna.start()
    greeting = await anna.reads()
    anna.press(greeting.labels[0])
    await anna.reads()
    anna.press(greeting.labels[1], greeting.id)

    assert "answered" in (await anna.reads()).text


async def test_in_simple_messages_the_keys_take_the_place_of_the_letters(anna: Person) -> None:
    anna.start()
    await anna.reads()
    anna.write("/simple")
    simple = await anna.reads()

    keys = [button.text for row in anna.screen().keyboard for button in row]

    assert keys
    assert simple.buttons == ()
    assert f"1. {keys[0]}" in simple.text


async def test_a_photo_is_kept_for_the_office(anna: Person, app: App) -> None:
    anna.start()
    await anna.reads()
    anna.photo()
    await anna.reads()

    assert await app.store.read(_kinds_kept) == ["image/jpeg"]


async def test_whoever_blocks_the_bot_is_no_longer_written_to(anna: Person, app: App, telegram: Telegram) -> None:
    anna.start()
    await anna.reads()
    anna.block()
    # Whoever comes after her has been heard, so she has been too.
    boris = telegram.person("Boris")
    boris.start()
    await boris.reads()

    assert await app.store.read(_gone) == [True, False]


async def test_every_press_is_confirmed(anna: Person, telegram: Telegram) -> None:
    anna.start()
    greeting = await anna.reads()
    anna.press(greeting.labels[0])
    await telegram.record.until(lambda: telegram.record.called("answerCallbackQuery"))

    assert [call.outcome for call in telegram.record.called("answerCallbackQuery")] == [200]


def _kinds_kept(connection: Connection) -> list[str]:
    return list(connection.scalars(select(files.c.type)))


def _gone(connection: Connection) -> list[bool]:
    return list(connection.scalars(select(addresses.c.gone).order_by(addresses.c.id)))
