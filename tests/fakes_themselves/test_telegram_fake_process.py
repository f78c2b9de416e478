"""The Telegram fake as a process of its own, whose people are played over HTTP."""

import asyncio
import base64
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator

import httpx
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.fakes.telegram.app import LARGEST_BODY

ANNA = 4_000_000_000_000_001
YES = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="1:yes")]])


@pytest.fixture
async def desk() -> AsyncIterator[httpx.AsyncClient]:
    """The process ends at once when it is told to."""
    command = (sys.executable, "-m", "tests.fakes.telegram", "--token", "7:process", "--limits", "off", "--speed", "60")
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout is not None
    address = (await process.stdout.readline()).decode().strip()
    async with httpx.AsyncClient(base_url=address, timeout=20) as desk:
        yield desk
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10) == 0


@pytest.fixture
async def bot(desk: httpx.AsyncClient) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(str(desk.base_url).rstrip("/")))
    async with Bot("7:process", session).context() as bot:
        yield bot


async def test_a_talk_is_played_and_seen_over_http(desk: httpx.AsyncClient, bot: Bot) -> None:
    await desk.put(f"/person/{ANNA}", json={"name": "Anna", "language": "sr"})
    started = await desk.post(f"/person/{ANNA}/start", json={"payload": "newborn_aid__kotor"})
    await bot.send_message(ANNA, "<b>Sure?</b>", parse_mode="HTML", reply_markup=YES)
    after = started.json()["message_id"]
    screen = (await desk.get(f"/person/{ANNA}/screen", params={"after": after, "wait": 5})).json()
    pressed = await desk.post(f"/person/{ANNA}/press", json={"what": "Yes"})

    assert [line["text"] for line in screen["messages"]] == ["Sure?"]
    assert screen["messages"][0]["buttons"] == [[{"text": "Yes", "data": "1:yes"}]]
    updates = await bot.get_updates()
    assert [update.event_type for update in updates] == ["message", "callback_query"]
    assert updates[-1].update_id == pressed.json()["update_id"]
    assert updates[0].message is not None
    assert updates[0].message.chat.id == ANNA


async def test_everything_a_person_can_do_is_there(desk: httpx.AsyncClient, bot: Bot) -> None:
    picture = {
        "content": base64.b64encode(b"\xff\xd8").decode(),
        "name": "a.jpg",
        "type": "image/jpeg",
        "caption": "Me",
    }
    acts = [
        ("write", {"text": "Hello"}),
        ("edit", {"message": 1, "text": "Hello!"}),
        ("photo", picture),
        ("document", {}),
        ("voice", {"seconds": 2}),
        ("location", {"latitude": 42.0, "longitude": 19.0}),
        ("contact", {}),
        ("block", {}),
        ("unblock", {}),
    ]

    statuses = [(await desk.post(f"/person/{ANNA}/{act}", json=said)).status_code for act, said in acts]
    gone = await desk.post(f"/person/{ANNA}/delete_account")
    refused = await desk.post(f"/person/{ANNA}/write", json={"text": "Hello"})
    unknown = await desk.post(f"/person/{ANNA}/sing")
    empty = await desk.post(f"/person/{ANNA}/write", json={})

    assert statuses == [200] * len(acts)
    assert len(await bot.get_updates()) == len(acts)
    assert (gone.status_code, refused.status_code, unknown.status_code, empty.status_code) == (200, 409, 404, 400)


async def test_calls_faults_totals_and_the_clock_are_there(desk: httpx.AsyncClient, bot: Bot) -> None:
    await desk.post(f"/person/{ANNA}/start")
    planned = await desk.post("/faults", json={"fault": "storm", "retry_after": 60, "chat": ANNA})
    scattered = await desk.post("/faults", json={"seed": 7, "rates": {"slow": 0.0}})
    unknown = await desk.post("/faults", json={"fault": "flood of frogs"})
    refused = await desk.post("/bot7:process/sendMessage", json={"chat_id": ANNA, "text": "One"})
    before = (await desk.get("/clock")).json()["now"]
    after = (await desk.post("/clock", json={"move": 60})).json()["now"]
    await bot.send_message(ANNA, "Two")

    calls = (await desk.get("/calls")).json()
    later = (await desk.get("/calls", params={"after": calls["next"] - 1})).json()
    report = (await desk.get("/report")).json()
    assert (planned.status_code, scattered.status_code, unknown.status_code) == (204, 204, 400)
    assert refused.json()["parameters"]["retry_after"] == 60
    assert before < after
    assert [call["outcome"] for call in calls["calls"]] == [429, 200]
    assert [call["body"]["text"] for call in later["calls"]] == ["Two"]
    assert (report["sent"], report["floods"], report["outcomes"]["sendMessage 429"]) == (1, 1, 1)
    assert (await desk.delete("/faults")).status_code == 204
    assert (await desk.get("/posts")).json() == {"next": 0, "posts": []}
    assert [person["id"] for person in (await desk.get("/people")).json()] == [ANNA]


async def test_too_great_a_body_is_refused(desk: httpx.AsyncClient) -> None:
    refused = await desk.post("/bot7:process/sendDocument", content=bytes(LARGEST_BODY + 1))

    assert (refused.status_code, refused.json()["description"]) == (413, "Request Entity Too Large")
