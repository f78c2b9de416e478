"""The two phones as the page shows them: one picture of a screen, whatever the platform, and the same few acts."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tests.fakes.telegram.chats import Standing as TelegramStanding
from tests.fakes.telegram.keyboards import Rows
from tests.fakes.telegram.person import Line as TelegramLine
from tests.fakes.telegram.person import Person as TelegramPerson
from tests.fakes.telegram.service import Telegram
from tests.fakes.viber.desk import PICTURE, SPEECH
from tests.fakes.viber.person import PLACE, Standing
from tests.fakes.viber.person import Person as ViberPerson
from tests.fakes.viber.phone import Line as ViberLine
from tests.fakes.viber.platform import Viber

Json = dict[str, Any]
Said = Mapping[str, Any]

PEOPLE = {"ana": ("Ana", "sr"), "besa": ("Besa", "sq"), "petar": ("Petar", "sr"), "clara": ("Clara", "en")}
"""By handle: what they are called, and the language that their phones speak at first."""


class Phones(Protocol):
    """Everybody's phone with one platform. `who` is a handle of PEOPLE."""

    def screen(self, who: str) -> Json:
        """`lines`, `keyboard` (rows of buttons in place of the letters), `blocked`, `language`, `typing`, `notice`.

        A button has a `label`, and what `press` wants: `what`, and the `message` it stands under. Ids are text.
        """
        ...

    def act(self, who: str, name: str, said: Said) -> None:
        """Raises LookupError or ValueError for what she cannot do now."""
        ...

    def picture(self, who: str, id: str) -> bytes | None:
        """What the bot sent as a picture with this line; None where there is none."""
        ...


class TelegramPhones:
    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._people = {who: telegram.person(name, language=language) for who, (name, language) in PEOPLE.items()}
        self._acts: Mapping[str, Callable[[TelegramPerson, Said], object]] = {
            "open": lambda person, said: person.start(said.get("payload") or None),
            "write": lambda person, said: person.write(said["text"]),
            "press": lambda person, said: person.press(said["what"], said.get("message") and int(said["message"])),
            "photo": lambda person, said: person.photo(),
            "voice": lambda person, said: person.voice(),
            "location": lambda person, said: person.location(),
            "block": lambda person, said: person.block(),
            "unblock": lambda person, said: person.unblock(),
            "language": lambda person, said: setattr(person.account, "language", said["language"]),
        }

    def screen(self, who: str) -> Json:
        person = self._people[who]
        screen = person.screen()
        return {
            "lines": [self._line(person, line) for line in screen.messages],
            "keyboard": _rows(screen.keyboard, None),
            "blocked": person.account.standing is TelegramStanding.BLOCKED,
            "language": person.account.language,
            "typing": screen.types,
            "notice": screen.notices[-1] if screen.notices else "",
        }

    def act(self, who: str, name: str, said: Said) -> None:
        self._acts[name](self._people[who], said)

    def picture(self, who: str, id: str) -> bytes | None:
        written = self._people[who].chat.messages.get(int(id))
        if written is None or not written.by_bot or "photo" not in written.content:
            return None
        return self._telegram.bot.files.find(written.content["photo"][-1]["file_id"]).content

    def _line(self, person: TelegramPerson, line: TelegramLine) -> Json:
        shown = {"mine": not line.by_bot, "text": line.text, "entities": list(line.entities), "media": line.media}
        picture = line.media == "photo" and line.by_bot
        return {"id": str(line.id), "picture": picture, "buttons": _rows(line.buttons, line.id), **shown}


class ViberPhones:
    def __init__(self, viber: Viber) -> None:
        self._people = {who: viber.person(who, name=name, language=each) for who, (name, each) in PEOPLE.items()}
        self._acts: Mapping[str, Callable[[ViberPerson, Said], object]] = {
            "open": lambda person, said: person.open(said.get("payload") or ""),
            "write": lambda person, said: person.write(said["text"]),
            "press": lambda person, said: person.press(said["what"]),
            "photo": lambda person, said: person.picture(PICTURE),
            "voice": lambda person, said: person.file(SPEECH, "voice.m4a"),
            "location": lambda person, said: person.location(*PLACE),
            "block": lambda person, said: person.unsubscribe(),
            "unblock": lambda person, said: person.subscribe(),
            "language": lambda person, said: person.change({"language": said["language"]}),
        }

    def screen(self, who: str) -> Json:
        person = self._people[who]
        screen = person.screen()
        return {
            "lines": [self._line(line) for line in screen.lines],
            "keyboard": [[{"label": label, "what": label, "message": None}] for label in screen.buttons],
            "blocked": person.standing is Standing.UNSUBSCRIBED,
            "language": person.traits.language,
            "typing": False,
            "notice": "",
        }

    def act(self, who: str, name: str, said: Said) -> None:
        self._acts[name](self._people[who], said)

    def picture(self, who: str, id: str) -> bytes | None:
        return next((line.picture for line in self._people[who].screen().lines if str(line.token) == id), None)

    def _line(self, line: ViberLine) -> Json:
        shown = {"mine": line.mine, "text": line.text, "entities": [], "picture": line.picture is not None}
        media = line.kind if line.kind not in ("text", "keyboard") else None
        return {"id": str(line.token), "media": media, "buttons": [], **shown}


def _rows(rows: Rows, message: int | None) -> list[list[Json]]:
    """`message` is the one they stand under, None for those in place of the letters."""
    under = None if message is None else str(message)
    return [
        [{"label": button.text, "what": button.data or button.text, "message": under} for button in row] for row in rows
    ]
