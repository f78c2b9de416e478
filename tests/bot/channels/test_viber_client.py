"""The calls of the Viber API that ask something."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.viber.client import Client, Details
from bot.channels.viber.statuses import Refused
from tests.bot.channels.viber.porch import ANA, BORIS, TOKEN, Platform, refused, said
from tests.fakes.loopback import listening

OURS = "https://komshi.example/viber/webhook"


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
async def client(platform: Platform) -> AsyncIterator[Client]:
    async with listening(platform.app()) as api:
        client = Client(TOKEN, api)
        yield client
        await client.close()


async def test_the_bot_learns_where_it_is_called(platform: Platform, client: Client) -> None:
    platform.answers = [
        said(status=0, name="komshi", webhook="https://komshi.example/viber/webhook", event_types=["seen"])
    ]

    account = await client.get_account_info()

    assert (account.webhook, account.event_types) == ("https://komshi.example/viber/webhook", ["seen"])


async def test_the_webhook_is_set_without_asking_for_names(platform: Platform, client: Client) -> None:
    await client.set_webhook(OURS, ["seen"])

    method, body = platform.calls[0]
    assert method == "set_webhook"
    assert body == {"url": OURS, "event_types": ["seen"], "send_name": False, "send_photo": False}


async def test_of_a_person_only_the_language_and_the_phone_are_read(platform: Platform, client: Client) -> None:
    user = {"id": ANA.id, "name": "Ana Perović", "country": "ME", "language": "sr", "api_version": 10, "mcc": 297}
    platform.answers = [said(status=0, message_token=1, user=user)]

    details = await client.get_user_details(ANA.id)

    assert details == Details(language="sr", country="ME", api_version=10)


async def test_who_is_online_is_told_by_person(platform: Platform, client: Client) -> None:
    users = [{"id": ANA.id, "online_status": 0}, {"id": BORIS.id, "online_status": 2, "last_online": 1}]
    platform.answers = [said(status=0, users=users)]

    assert await client.get_online([ANA.id, BORIS.id]) == {ANA.id: 0, BORIS.id: 2}


async def test_a_refusal_comes_with_its_status(platform: Platform, client: Client) -> None:
    platform.answers = [refused(2)]

    with pytest.raises(Refused) as refusal:
        await client.get_account_info()

    assert refusal.value.status == 2
