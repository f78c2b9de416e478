"""Stories on Viber: what the people of a story do there, and what they then see."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import cast

from bot.attachments import MOST
from bot.channels.viber import open_channel
from bot.messages import Address
from bot.stage import Clock
from bot.stories import Deed, Story, Unreadable
from dialogs.flows import entries
from dialogs.session import Attachment
from locales import LANGUAGES
from locales.wording import word
from tests.end_to_end.messenger_town import Doorstep, Doorway, Messenger, Phones, Shown, Town
from tests.fakes.telegram.person import PAPER, PICTURE
from tests.fakes.viber.person import PLACE, Person, Standing
from tests.fakes.viber.phone import Line
from tests.fakes.viber.platform import Viber

NAME = "viber"
PNG = b"\x89PNG"
LABELS = [label for wish in ("go_back", "human") if (label := entries()[wish].label)]
STANDING = {tuple(word(label, language) for label in LABELS) for language in LANGUAGES}
"""The buttons of a reply that offers nothing to choose: Viber would go on showing those of an earlier one."""


class ViberTown(Town):
    def __init__(self, viber: Viber, doorway: Doorway) -> None:
        super().__init__(doorway)
        self._viber = viber
        self._stories = count(1)

    def channel(self, doorstep: Doorstep, url: str) -> Messenger:
        environment = {
            "VIBER_TOKEN": self._viber.token,
            "KOMSHI_VIBER_API": self._viber.url,
            "KOMSHI_PUBLIC_URL": url,
        }
        return cast(Messenger, open_channel(doorstep, environment))

    def phones(self, story: Story, clock: Clock) -> Phones:
        number = next(self._stories)
        # A welcome can only be in the language of the phone.
        people = {
            name: self._viber.person(f"{name} of story {number}", language=person.language)
            for name, person in story.cast.items()
        }
        return ViberPhones(self, self._viber, people, clock)

    async def until_registered(self) -> None:
        await self._viber.record.until(lambda: self._viber.account.webhook)


class ViberPhones(Phones):
    def __init__(self, town: ViberTown, viber: Viber, people: Mapping[str, Person], clock: Clock) -> None:
        super().__init__(clock, viber.clock, town.register)
        self._viber = viber
        self._people = people
        self._seen = dict.fromkeys(people, 0)

    def address(self, who: str) -> Address:
        return Address(NAME, self._people[who].id)

    async def do(self, done: Deed) -> None:
        person = self._people[done.who]
        if done.leaves:
            person.unsubscribe()
        elif done.opens is not None or done == Deed(done.who):
            await self._open(done.who, done.opens or "")
        elif done.attachment is not None:
            self._send(person, done.attachment, done.words)
        elif done.pressed is not None:
            person.press(done.pressed)
        elif done.edited:
            raise Unreadable("Viber lets nobody change a message")
        else:
            person.write(done.words)
        await self._viber.quiet()

    async def news(self) -> Mapping[str, list[Shown]]:
        await self._viber.quiet()
        return {who: self._new(who) for who in self._people}

    async def _open(self, who: str, context: str) -> None:
        """Whoever is new sees the welcome, and has to press its button before she may be written to."""
        person = self._people[who]
        is_new = person.standing is not Standing.SUBSCRIBED
        person.open(context)
        await self._viber.quiet()
        if is_new:
            self._new(who)
            person.press(person.screen().buttons[0])

    def _new(self, who: str) -> list[Shown]:
        screen = self._people[who].screen()
        lines = [line for line in screen.lines if not line.mine and line.token > self._seen[who]]
        if not lines:
            return []
        self._seen[who] = lines[-1].token
        # The buttons are those of the last message; nobody sees the earlier ones any more.
        *earlier, last = [Shown(line.token, line.text, None) for line in lines if not _is_code(line)]
        return [*earlier, replace(last, buttons=() if screen.buttons in STANDING else screen.buttons)]

    def _send(self, person: Person, what: Attachment, words: str) -> None:
        gallery = self._viber.gallery
        gallery.url = f"{self._viber.url}/lost" if what.refused == "away" else self._viber.url
        match what.kind, what.refused:
            case "photo", _:
                person.picture(PICTURE.content, words)
            case "document", "type":
                person.file(b"MZ\x90\x00", "paper.exe")
            case "document", "size":
                person.file(bytes(MOST + 1))
            case "document", _:
                person.file(PAPER.content)
            case "voice", _:
                person.file(b"OggS", "voice.oga")
            case "location", _:
                person.location(*PLACE)
            case "contact", _:
                person.contact(person.handle, words)
            case _:
                person.sticker()


def _is_code(line: Line) -> bool:
    """The picture of a payment order, beside its words; Viber has fetched it from us."""
    is_picture = line.kind == "picture"
    assert not is_picture or (line.picture or b"").startswith(PNG)
    return is_picture
