"""Stories on Telegram: what the people of a story do there, and what they then see."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from bot.attachments import MOST
from bot.channels.telegram import open_channel
from bot.messages import Address
from bot.stage import Clock
from bot.stories import Deed, Story
from dialogs.session import Attachment
from tests.end_to_end.messenger_town import Doorstep, Doorway, Messenger, Phones, Shown, Town
from tests.fakes.telegram import Fault, Person, Telegram, Upload
from tests.fakes.telegram.chats import Written
from tests.fakes.telegram.person import Line

NAME = "telegram"
PROGRAM = Upload("paper.exe", b"MZ\x90\x00", "application/octet-stream")
STICKER = {
    "file_id": "sticker-1",
    "file_unique_id": "sticker-1",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
}


class TelegramTown(Town):
    def __init__(self, telegram: Telegram, doorway: Doorway) -> None:
        super().__init__(doorway)
        self._telegram = telegram

    def channel(self, doorstep: Doorstep, url: str) -> Messenger:
        environment = {
            "TELEGRAM_TOKEN": self._telegram.token,
            "KOMSHI_TELEGRAM_API": self._telegram.url,
            "KOMSHI_PUBLIC_URL": url,
        }
        return cast(Messenger, open_channel(doorstep, environment))

    def phones(self, story: Story, clock: Clock) -> Phones:
        return TelegramPhones(self, self._telegram, story, clock)

    async def until_registered(self) -> None:
        await self._telegram.record.until(lambda: self._telegram.bot.webhook.settings)


class TelegramPhones(Phones):
    def __init__(self, town: TelegramTown, telegram: Telegram, story: Story, clock: Clock) -> None:
        super().__init__(clock, telegram.clock, town.register)
        self._telegram = telegram
        self._people = {who: telegram.person(who, language="sr") for who in story.cast}
        self._seen = dict.fromkeys(story.cast, 0)

    def address(self, who: str) -> Address:
        return Address(NAME, str(self._people[who].id))

    async def do(self, done: Deed) -> None:
        person = self._people[done.who]
        if done.leaves:
            person.block()
        elif done.opens is not None or done == Deed(done.who):
            person.start(done.opens)
        elif done.attachment is not None:
            self._send(person, done.attachment, done.words)
        elif done.pressed is not None:
            person.press(done.pressed)
        elif done.edited:
            person.edit(_last_words(person), done.words)
        else:
            person.write(done.words)
        await self._telegram.quiet()

    async def news(self) -> Mapping[str, list[Shown]]:
        return {who: self._new(who) for who in self._people}

    def _new(self, who: str) -> list[Shown]:
        screen = self._people[who].screen()
        lines = [line for line in screen.messages if line.by_bot and line.id > self._seen[who]]
        if not lines:
            return []
        self._seen[who] = lines[-1].id
        keys = tuple(button.text for row in screen.keyboard for button in row)
        shown = [Shown(line.id, line.text, line.labels) for line in lines if not _is_code(line)]
        if not keys:
            return shown
        # They stand in place of the letters, and are those of the last message; nobody sees the earlier ones any more.
        return [*(replace(earlier, buttons=None) for earlier in shown[:-1]), replace(shown[-1], buttons=keys)]

    def _send(self, person: Person, what: Attachment, words: str) -> None:
        size = MOST + 1 if what.refused == "size" else None
        if what.refused == "away":
            self._telegram.faults.plan(Fault.ERROR_JSON, methods=("getFile",))
        match what.kind, what.refused:
            case "photo", _:
                person.photo(caption=words, size=size)
            case "document", "type":
                person.document(PROGRAM, caption=words)
            case "document", _:
                person.document(caption=words, size=size)
            case "voice", _:
                person.voice()
            case "location", _:
                person.location()
            case "contact", _:
                person.contact(words.lstrip("+"))
            case _:
                self._send_sticker(person)

    def _send_sticker(self, person: Person) -> None:
        bot, chat = self._telegram.bot, person.chat
        sender = person.account.as_json()
        message = Written(bot.chats.next_id(), False, bot.clock.now(), sender, chat.as_json(), {"sticker": STICKER})
        chat.take(message)
        bot.tell("message", ("message", chat.id), message.as_json())


def _last_words(person: Person) -> int:
    return next(line.id for line in reversed(person.screen().messages) if not line.by_bot)


def _is_code(line: Line) -> bool:
    """The picture of a payment order, beside its words."""
    return line.media == "photo"
