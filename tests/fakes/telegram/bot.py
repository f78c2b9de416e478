"""One bot as Telegram knows it: its chats, its settings, what waits for it, and what it has sent."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.fakes.platform_clock import Clock
from tests.fakes.telegram.budget import Budget, Limits
from tests.fakes.telegram.chats import Chat, Chats, Written
from tests.fakes.telegram.faults import Fault, Faults
from tests.fakes.telegram.files import Files
from tests.fakes.telegram.keyboards import Markup
from tests.fakes.telegram.polling import Polling
from tests.fakes.telegram.record import Record
from tests.fakes.telegram.refusals import bad
from tests.fakes.telegram.updates import Inbox, Queue, Update
from tests.fakes.telegram.webhook import Webhook

PRESS_LIFE = timedelta(seconds=150)
STALE = "query is too old and response timeout expired or query ID is invalid"
FIRST_PRESS = 4_382_000_000_000_000_001
"""Ids of presses are numbers too great for a double."""


@dataclass(frozen=True)
class Press:
    """A button was pressed, and the person's app shows that it waits."""

    id: str
    chat: Chat
    at: datetime


class Bot:
    """`execute` runs the call that a webhook's answer asks for."""

    def __init__(
        self,
        token: str,
        username: str,
        clock: Clock,
        limits: Limits | None,
        execute: Callable[[str, bytes], Awaitable[None]],
    ) -> None:
        self.token, self.clock = token, clock
        self.user = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Komshi", "username": username}
        self.chats = Chats()
        self.files = Files(clock)
        self.faults = Faults(clock)
        self.record = Record()
        self.budget = Budget(clock, limits)
        self.inbox = Inbox(clock, self.record.lost.append)
        self.webhook = Webhook(clock, self.inbox, self.faults, self.record, execute)
        self.polling = Polling(clock, self.inbox)
        self._presses: dict[str, Press] = {}
        self._press_ids = count(FIRST_PRESS)
        self.commands: dict[str, list[dict[str, str]]] = {}
        """By language code, the empty one for everybody else."""
        self.descriptions: dict[str, str] = {}
        self.webhook_was_set: datetime | None = None

    def tell(self, kind: str, queue: Queue, body: Mapping[str, Any]) -> Update | None:
        """Something happened that the bot may want to know. None where it does not."""
        update = self.inbox.add(kind, queue, body)
        if update is not None:
            self.webhook.wake(queue)
            self.polling.wake()
        return update

    def send(self, chat: Chat, content: dict[str, Any], markup: Markup | None) -> Written:
        """The message, which is in the chat now. Raises Refusal where it is one too many."""
        self.budget.keep_silence(chat.id)
        storm = self.faults.strikes(Fault.STORM, chat.id)
        if storm is not None:
            raise self.budget.flood(storm.chat, self.faults.retry_after)
        self.budget.spend(chat.id, chat.account is not None)
        now = self.clock.now()
        message = Written(self.chats.next_id(), True, now, self.user, chat.as_json(), content, [markup])
        chat.take(message)
        self.record.sent.append((now, chat.id))
        return message

    def press(self, chat: Chat) -> Press:
        """One that has not been answered."""
        press = Press(str(next(self._press_ids)), chat, self.clock.now())
        self._presses[press.id] = press
        return press

    def answer(self, id: str | None) -> Press:
        """The press that is answered by this, and cannot be again. Raises Refusal."""
        press = self._presses.pop(id or "", None)
        if press is None or self.clock.now() - press.at > PRESS_LIFE:
            raise bad(STALE)
        return press

    def report(self) -> dict[str, Any]:
        """The totals of the record, and of what was refused for being too much."""
        floods = self.budget.floods
        refused = {"floods": floods.begun, "ignored_floods": floods.ignored, "waiting": len(self.inbox)}
        return {**self.record.report(), **refused}

    async def close(self) -> None:
        """Ends what waits for the bot, and what is on its way to it."""
        self.polling.end(None)
        await self.webhook.close()
