"""Every setting explains itself, and `.env.example` shows them all."""

from pathlib import Path

import pytest

from bot.settings import Settings, example

FILE = Path(__file__).parents[2] / ".env.example"


def test_the_example_is_the_one_the_settings_write() -> None:
    assert FILE.read_text() == example()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_has_its_help(name: str) -> None:
    assert Settings.model_fields[name].description


def test_a_password_is_not_shown() -> None:
    settings = Settings.model_validate({"database": "postgresql://town:hush@db/komshi", "secret_key": "hush"})

    assert "hush" not in repr(settings)
