"""A person who uses Viber: what she does, and what the bot is told of it.

unknown → opened (conversation_started) → subscribed (she wrote, pressed or subscribed) → unsubscribed → subscribed …
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tests.fakes.viber.courier import Courier
from tests.fakes.viber.gallery import Gallery
from tests.fakes.viber.phone import Line, Phone, Screen, Traits
from tests.fakes.viber.welcome import Welcome

Json = dict[str, Any]

SESSION = timedelta(hours=24)
HOUR = timedelta(hours=1)
PLACE = (42.4247, 18.7712)
TOLD = ("name", "language", "country", "api_version")
"""The traits that the bot hears of."""


class Standing(StrEnum):
    UNKNOWN = "unknown"
    OPENED = "opened"
    SUBSCRIBED = "subscribed"
    UNSUBSCRIBED = "unsubscribed"


class Person:
    """`handle` is how a script calls her, `id` how the bot knows her. What she does gives the token of its event."""

    def __init__(self, handle: str, traits: Traits, courier: Courier, gallery: Gallery, welcome: Welcome) -> None:
        self.handle = handle
        self.phone = Phone(handle, traits, courier)
        self.id = self.phone.id
        self.traits = traits
        self.standing = Standing.UNKNOWN
        self._session_until: datetime | None = None
        self._unanswered: deque[datetime] = deque()
        self._courier = courier
        self._gallery = gallery
        self._welcome = welcome

    def open(self, context: str = "") -> int:
        """Opens the talk, perhaps by a link or a QR code that carries a context. She is not subscribed by that."""
        is_subscribed = self.standing is Standing.SUBSCRIBED
        if not is_subscribed:
            self.standing = Standing.OPENED
        token = self._courier.next_token()
        opening = {"type": "open", "context": context, "user": self.as_told(), "subscribed": is_subscribed}
        heard = None if is_subscribed else self._hear_welcome
        self._courier.tell("conversation_started", token, self.id, heard, **opening)
        return token

    def subscribe(self) -> int:
        """By the button of the application. What the bot had noted with her is wiped."""
        self.standing, self.phone.tracking = Standing.SUBSCRIBED, ""
        token = self._courier.next_token()
        self._courier.tell("subscribed", token, self.id, user=self.as_told())
        return token

    def unsubscribe(self) -> int:
        self.standing = Standing.UNSUBSCRIBED
        self.phone.close()
        token = self._courier.next_token()
        self._courier.tell("unsubscribed", token, self.id, user_id=self.id)
        return token

    def write(self, text: str) -> int:
        return self._say(text, {"type": "text", "text": text})

    def press(self, label: str) -> int | None:
        """None for a button that says nothing. Raises LookupError where no such button is on the screen.

        A computer shares neither a place nor a number, as many have complained.
        """
        button = self.phone.button(label)
        if button.action == "reply":
            return self._say(button.says, {"type": "text", "text": button.says}, is_silent=button.is_silent)
        if button.action == "share-phone":
            return self.contact(self.traits.name, "" if self.traits.is_desktop else self.traits.number)
        if button.action == "location-picker" and not self.traits.is_desktop:
            return self.location(*PLACE)
        return None

    def picture(self, content: bytes, caption: str = "", name: str = "photo.jpg") -> int:
        address = self._gallery.keep(name, content)
        file = {"media": address, "thumbnail": address, "file_name": name, "size": len(content)}
        return self._say(caption, {"type": "picture", "text": caption, **file})

    def file(self, content: bytes, name: str = "paper.pdf") -> int:
        """Also how a recorded voice arrives: with the name of a sound."""
        file = {"media": self._gallery.keep(name, content), "file_name": name, "size": len(content)}
        return self._say(name, {"type": "file", **file})

    def location(self, latitude: float, longitude: float) -> int:
        place = {"lat": latitude, "lon": longitude}
        return self._say(f"{latitude}, {longitude}", {"type": "location", "location": place})

    def contact(self, name: str, number: str) -> int:
        return self._say(f"{name} {number}", {"type": "contact", "contact": {"name": name, "phone_number": number}})

    def sticker(self, number: int = 46105) -> int:
        return self._say(f"sticker {number}", {"type": "sticker", "sticker_id": number})

    def screen(self) -> Screen:
        """What she sees now."""
        return self.phone.screen

    async def reads(self) -> Line:
        """The bot's next message that she has not read yet. Raises TimeoutError where none comes."""
        return await self.phone.next_line()

    # What Viber knows of her.

    def as_told(self) -> Json:
        """What the bot is told of her."""
        traits = asdict(self.traits)
        return {"id": self.id, "avatar": "", **{name: traits[name] for name in TOLD}}

    def change(self, traits: Mapping[str, Any]) -> None:
        """Raises LookupError for a trait that nobody has."""
        if strange := traits.keys() - asdict(self.traits).keys():
            raise LookupError(f"no such traits: {sorted(strange)}")
        for name, value in traits.items():
            setattr(self.traits, name, value)

    def is_in_session(self) -> bool:
        """Whether she has written within a day, so that an answer costs nothing."""
        return self._session_until is not None and self._courier.clock.now() < self._session_until

    def unanswered(self) -> int:
        """How many messages she got within an hour and since she last wrote."""
        now = self._courier.clock.now()
        while self._unanswered and now - self._unanswered[0] >= HOUR:
            self._unanswered.popleft()
        return len(self._unanswered)

    def receive(self, token: int, message: Json) -> bool:
        """False where her phone cannot show it."""
        self._unanswered.append(self._courier.clock.now())
        return self.phone.show(token, message)

    def _hear_welcome(self, body: bytes) -> None:
        message = self._welcome.read(body)
        if message is not None and self.standing is Standing.OPENED:
            self.phone.show(self._courier.next_token(), message)

    def _say(self, shown: str, message: Json, *, is_silent: bool = False) -> int:
        """Whoever says something is subscribed, and no event tells of that."""
        now, token = self._courier.clock.now(), self._courier.next_token()
        self.standing, self._session_until = Standing.SUBSCRIBED, now + SESSION
        self._unanswered.clear()
        if not is_silent:
            self.phone.note(Line(token, True, shown, now, message["type"], message.get("media")))
        if self.phone.tracking:
            message["tracking_data"] = self.phone.tracking
        told = {"sender": self.as_told(), "message": message, "silent": is_silent}
        self._courier.tell("message", token, self.id, lambda _: self._report_taken(token), **told)
        return token

    def _report_taken(self, token: int) -> None:
        """Viber reports what the bot got as delivered too."""
        self._courier.tell("delivered", token, self.id, user_id=self.id)
