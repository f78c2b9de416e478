"""Whether the channel is there, and with which settings."""

import pytest

from bot.channels.viber import SETTINGS, open_channel
from bot.channels.viber.settings import Settings
from tests.bot.channels.viber.porch import Porch


def test_without_a_token_there_is_no_viber() -> None:
    assert open_channel(Porch(), {"KOMSHI_VIBER_NAME": "Kotor"}) is None


@pytest.mark.parametrize("variable", ["VIBER_TOKEN", "KOMSHI_VIBER_TOKEN"])
async def test_a_token_is_enough(variable: str) -> None:
    viber = open_channel(Porch(), {variable: "a token"})

    assert viber is not None
    assert (viber.name, viber.private, viber.repeatable) == ("viber", False, False)
    await viber.close()


def test_every_setting_can_be_changed() -> None:
    settings = Settings.read(
        {
            "VIBER_TOKEN": "a token",
            "KOMSHI_VIBER_NAME": "Opština Herceg Novi, vaša opština",
            "KOMSHI_VIBER_API": "http://127.0.0.1:8090/",
            "KOMSHI_VIBER_RATE": "12.5",
            "KOMSHI_PUBLIC_URL": "https://komshi.example/",
        }
    )

    assert settings == Settings(
        "a token", "Opština Herceg Novi, vaša op", "http://127.0.0.1:8090", "https://komshi.example", 12.5
    )


def test_a_rate_that_is_no_number_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="fast"):
        Settings.read({"VIBER_TOKEN": "a token", "KOMSHI_VIBER_RATE": "fast"})


def test_the_token_is_not_shown() -> None:
    assert "secret" not in repr(Settings("secret"))


def test_every_setting_has_its_help() -> None:
    assert set(SETTINGS) == {"VIBER_TOKEN", "KOMSHI_VIBER_NAME", "KOMSHI_VIBER_API", "KOMSHI_VIBER_RATE"}
