"""The page over HTTP, and both platforms beside it on the same port, under /platforms/."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dialogs.catalogue import municipalities, services
from dialogs.openings import Opening, payload
from locales import LANGUAGES, own_name
from locales.phrase import Name, Phrase
from locales.wording import word
from tests.fakes.demo.journal import BEGIN, Journal
from tests.fakes.demo.phones import PEOPLE, Phones, TelegramPhones, ViberPhones
from tests.fakes.telegram import service as telegram_service
from tests.fakes.telegram.service import Telegram
from tests.fakes.viber import service as viber_service
from tests.fakes.viber.platform import Viber

Json = dict[str, Any]

HERE = Path(__file__).parent
SPOKEN = {
    "sr": "Serbian",
    "hr": "Croatian",
    "bs": "Bosnian",
    "sq": "Albanian",
    "en": "English",
    "ru": "Russian",
    "tr": "Turkish",
    "de": "German",
}
"""The languages a phone may speak, as platforms call them: there is no Montenegrin among them."""
POLICY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class Page:
    def __init__(self, telegram: Telegram, viber: Viber) -> None:
        self._phones: Mapping[str, Phones] = {"telegram": TelegramPhones(telegram), "viber": ViberPhones(viber)}
        self._journal = Journal(telegram, viber)
        self.app = Starlette(
            routes=[
                Route("/", self._file),
                Route("/page.{ending}", self._file),
                Route("/choices", self._choices),
                Route("/state", self._state),
                Route("/{platform}/{who}/pictures/{id}", self._picture),
                Route("/{platform}/{who}/{act}", self._act, methods=["POST"]),
            ]
        )

    async def _file(self, request: Request) -> Response:
        file = HERE / f"page.{request.path_params.get('ending', 'html')}"
        return FileResponse(file, headers=POLICY) if file.suffix in (".html", ".css", ".js") else _missing()

    async def _choices(self, request: Request) -> Response:
        """What the selects of the page offer, by name: pairs of a value and its words."""
        return JSONResponse(
            {
                "who": [(who, name) for who, (name, _) in PEOPLE.items()],
                "spoken": list(SPOKEN.items()),
                "service": [(name, service.title) for name, service in services().items()],
                "municipality": [(slug, _place(slug)) for slug in municipalities()],
                "language": [(tag, own_name(tag)) for tag in LANGUAGES],
            }
        )

    async def _state(self, request: Request) -> Response:
        """The screens of those who are asked for, and what was called since; `next` is what to ask with then."""
        asked = request.query_params
        place, entries = self._journal.since(asked.get("after", BEGIN))
        screens = {name: phones.screen(asked[name]) for name, phones in self._phones.items() if name in asked}
        return JSONResponse({"screens": screens, "next": place, "calls": entries})

    async def _act(self, request: Request) -> Response:
        """409 with a sentence for what cannot be done now."""
        platform, who, act = (request.path_params[name] for name in ("platform", "who", "act"))
        said: Json = await request.json()
        if act == "open":
            named = (said.get(name) or None for name in ("service", "municipality", "language"))
            said = {"payload": payload(Opening(*named))}
        try:
            self._phones[platform].act(who, act, said)
        except (LookupError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 409)
        return Response(status_code=204)

    async def _picture(self, request: Request) -> Response:
        platform, who, id = (request.path_params[name] for name in ("platform", "who", "id"))
        content = self._phones[platform].picture(who, id)
        return Response(content, media_type="image/png") if content is not None else _missing()


class Demo:
    """Finds whose a request is by the beginning of its path, which the platforms do not see."""

    def __init__(self, telegram: Telegram, viber: Viber) -> None:
        self._page = Page(telegram, viber).app
        self._platforms: Mapping[str, ASGIApp] = {
            "/platforms/telegram": telegram_service.build(telegram),
            "/platforms/viber": viber_service.build(viber),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for prefix, platform in self._platforms.items():
            if scope["path"].startswith(f"{prefix}/"):
                path = scope["path"].removeprefix(prefix)
                await platform({**scope, "path": path, "raw_path": path.encode()}, receive, send)
                return
        await self._page(scope, receive, send)


def _place(slug: str) -> str:
    return word(Phrase("{place}", {"place": Name(slug)}), "en")


def _missing() -> Response:
    return Response(status_code=404)
