"""Every setting explains itself, and `.env.example` shows them all."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.example import example
from bot.settings import Settings

FILE = Path(__file__).parents[2] / ".env.example"


def test_the_example_is_the_one_the_settings_write() -> None:
    assert FILE.read_text() == example()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_has_its_help(name: str) -> None:
    assert Settings.model_fields[name].description


def test_a_password_is_not_shown() -> None:
    settings = Settings.model_validate({"database": "postgresql://town:hush@db/komshi", "secret_key": "hush"})

    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("nlu", "address"),
    [
        ("embedded", None),
        ("rasa:http://127.0.0.1:5005", "http://127.0.0.1:5005"),
        ("rasa:https://town.example/rasa/", "https://town.example/rasa/"),
    ],
)
def test_who_understands_is_set_in_one_word(nlu: str, address: str | None) -> None:
    assert Settings.model_validate({"nlu": nlu}).rasa == address


@pytest.mark.parametrize(
    "nlu",
    [
        "",
        "rasa",
        "rasa:",
        "rasa:127.0.0.1:5005",
        "rasa:ftp://127.0.0.1",
        "rasa:http://:5005",
        "rasa:http://127.0.0.1:door",
        "rasa:http://town:hush@127.0.0.1:5005",
        "rasa:http://127.0.0.1:5005?token=hush",
        "http://127.0.0.1:5005",
    ],
)
def test_an_engine_that_nobody_knows_is_refused_and_not_repeated(nlu: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"nlu": nlu})

    assert [error["msg"] for error in refused.value.errors()] == ["Write embedded, or rasa:http://HOST:PORT."]
