"""A keyboard of a messenger writes the label of the choice that is pressed: it has to mean the choice, everywhere."""

from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.assistant import Brain
from bot.stage import play
from locales import DEFAULT, LANGUAGES, Tier
from nlu.embedded import Embedded
from tests.dialogs.listener import Listener

STORIES = sorted((Path(__file__).parent.parent / "locales" / DEFAULT / "stories").glob("*.txt"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listener(brain: Brain) -> Listener:
    """Whoever has heard every story; what was on offer in them was so in every language."""
    listener = Listener()
    for story in STORIES:
        await play(story.read_text(encoding="utf-8"), replace(brain, advance=listener.advance))
    return listener


@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_that_is_written_down_does_what_a_press_does(
    listener: Listener, engine: Embedded, language: str, tier: Tier
) -> None:
    offered = list(listener.offered(language, tier))

    assert len(offered) > 500
    assert [offer.label for offer in offered if offer.written(engine) != offer.pressed()] == []
