"""The six calls of the REST API, each from its parsed body to Viber's answer."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from tests.fakes.viber import keyboards, messages
from tests.fakes.viber.events import MANDATORY, OPTIONAL
from tests.fakes.viber.faults import Fault
from tests.fakes.viber.person import Person, Standing
from tests.fakes.viber.platform import Viber
from tests.fakes.viber.statuses import Refused, Status

Json = dict[str, Any]

HOST = "SN-CHAT-05_"
MOST_UNANSWERED = 100
MOST_RECEIVERS = 300
MOST_BROADCASTS, BROADCAST_SPAN = 500, timedelta(seconds=10)
MOST_DETAILS, DETAILS_SPAN = 2, timedelta(hours=12)
MOST_ASKED = 100
IN_SESSION, CHARGED = 2, 5
"""billing_status of a bot that pays for what it begins."""
EARLY_PATIENCE = 1
ONLINE, OFFLINE, UNKNOWN_PRESENCE = 0, 1, 4


class Calls:
    def __init__(self, viber: Viber) -> None:
        self._viber = viber
        self._broadcasts: deque[datetime] = deque()
        self._details: dict[str, deque[datetime]] = {}
        self.by_name: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "set_webhook": self._set_webhook,
            "get_account_info": self._get_account_info,
            "get_user_details": self._get_user_details,
            "get_online": self._get_online,
            "send_message": self._send_message,
            "broadcast_message": self._broadcast_message,
        }

    async def _set_webhook(self, body: Json) -> Json:
        """An empty address removes the webhook and closes every talk."""
        url, wanted = body.get("url"), body.get("event_types", OPTIONAL)
        if not isinstance(url, str):
            raise Refused(Status.missingData, "url is missing")
        if not isinstance(wanted, list | tuple) or not set(wanted) <= {*MANDATORY, *OPTIONAL}:
            raise Refused(Status.badData, "event_types is not valid")
        if not url:
            self._viber.close_talks()
            return {}
        if urlsplit(url).scheme not in ("http", "https") or not await self._viber.courier.is_there(url):
            raise Refused(Status.invalidUrl, "the webhook did not answer 200")
        account = self._viber.account
        account.webhook = url
        account.event_types = tuple(event for event in (*MANDATORY, *OPTIONAL) if event in (*MANDATORY, *wanted))
        return {"event_types": list(account.event_types)}

    async def _get_account_info(self, body: Json) -> Json:
        account = self._viber.account
        return {
            "id": "pa:5741311803571721087",
            "name": account.name,
            "uri": account.name,
            "icon": "",
            "background": "",
            "category": "Local Businesses",
            "subcategory": "Government",
            "location": {"lat": 42.44, "lon": 19.26},
            "country": "ME",
            "webhook": account.webhook,
            "event_types": list(account.event_types),
            "subscribers_count": self._viber.subscribers(),
            "members": [],
        }

    async def _get_user_details(self, body: Json) -> Json:
        person = self._known(body.get("id"))
        asked = self._details.setdefault(person.id, deque())
        self._count(asked, MOST_DETAILS, DETAILS_SPAN)
        device = {"primary_device_os": "android 12", "viber_version": "22.5", "mcc": 297, "mnc": 1}
        return {"message_token": self._viber.courier.next_token(), "user": {**person.as_told(), **device}}

    async def _get_online(self, body: Json) -> Json:
        ids = body.get("ids")
        if not isinstance(ids, list) or len(ids) > MOST_ASKED:
            raise Refused(Status.badData, "ids is not valid")
        return {"users": [self._presence(id) for id in ids]}

    def _presence(self, id: str) -> Json:
        person = self._viber.known(id)
        if person is None or person.standing is not Standing.SUBSCRIBED:
            return {"id": id, "online_status": UNKNOWN_PRESENCE, "online_status_message": "unavailable"}
        is_on = person.traits.devices > 0
        return {
            "id": id,
            "online_status": ONLINE if is_on else OFFLINE,
            "online_status_message": "online" if is_on else "offline",
        }

    async def _send_message(self, body: Json) -> Json:
        receiver = body.get("receiver")
        if not isinstance(receiver, str) or not receiver:
            raise Refused(Status.missingData, "receiver is missing")
        self._check(body)
        person = self._allowed(receiver, messages.min_api_version(body))
        billing = self._bill(person)
        token = self._viber.courier.next_token()
        await self._hand_over(person, token, body)
        return {"message_token": token, "chat_hostname": HOST, "billing_status": billing}

    async def _broadcast_message(self, body: Json) -> Json:
        """One token for all. Whom it does not reach is told in `failed_list`."""
        receivers = body.get("broadcast_list")
        if not isinstance(receivers, list) or not receivers:
            raise Refused(Status.missingData, "broadcast_list is missing")
        if len(receivers) > MOST_RECEIVERS:
            raise Refused(Status.badData, "broadcast_list is too long")
        if not self._viber.account.may_broadcast:
            raise Refused(Status.broadcastNotAllowed)
        self._check(body)
        self._count(self._broadcasts, MOST_BROADCASTS, BROADCAST_SPAN)
        token, failed = self._viber.courier.next_token(), []
        for receiver in receivers:
            try:
                person = self._allowed(receiver, messages.min_api_version(body))
                self._bill(person)
            except Refused as refusal:
                failed.append({"receiver": receiver, "status": refusal.status, "status_message": str(refusal)})
            else:
                await self._hand_over(person, token, _personal(body, person))
        return {"message_token": token, "chat_hostname": HOST, "failed_list": failed}

    def _check(self, message: Json) -> None:
        account = self._viber.account
        if account.refuses is not None:
            raise Refused(account.refuses)
        if not account.webhook:
            raise Refused(Status.webhookNotSet)
        messages.check(message)
        if message.get("keyboard"):
            keyboards.check(message["keyboard"], messages.min_api_version(message))

    def _known(self, id: object) -> Person:
        """Raises Refused for whom the bot may not know."""
        person = self._viber.known(id) if isinstance(id, str) else None
        if person is None or not person.traits.on_viber:
            raise Refused(Status.receiverNotRegistered)
        if person.standing is not Standing.SUBSCRIBED:
            raise Refused(Status.receiverNotSubscribed)
        return person

    def _allowed(self, receiver: object, version: int) -> Person:
        person = self._known(receiver)
        if not person.traits.is_suitable:
            raise Refused(Status.receiverNoSuitableDevice)
        if version > person.traits.api_version:
            raise Refused(Status.apiVersionNotSupported)
        if self._viber.limits and person.unanswered() >= MOST_UNANSWERED:
            raise Refused(Status.tooManyRequests)
        return person

    def _bill(self, person: Person) -> int:
        """The billing status; what a bot begins outside a session is paid."""
        account = self._viber.account
        if person.is_in_session():
            return IN_SESSION
        if account.balance == 0:
            raise Refused(Status.noBalance)
        if account.balance is not None:
            account.balance -= 1
        return CHARGED

    async def _hand_over(self, person: Person, token: int, message: Json) -> None:
        viber = self._viber
        viber.record.sent.append((viber.clock.now(), person.id))
        if not person.receive(token, message):
            return
        if message["type"] == "picture":
            viber.courier.begin(person.phone.fetch_picture(token, message["media"]))
        if not viber.receipts:
            return
        told = person.phone.report(token, is_unsorted=viber.faults.strikes(Fault.UNSORTED, person.id))
        if told and viber.faults.strikes(Fault.EARLY, person.id):
            await asyncio.wait(told, timeout=EARLY_PATIENCE)

    def _count(self, times: deque[datetime], most: int, span: timedelta) -> None:
        """Raises Refused for one too many within the span."""
        now = self._viber.clock.now()
        while times and now - times[0] >= span:
            times.popleft()
        if self._viber.limits and len(times) >= most:
            raise Refused(Status.tooManyRequests)
        times.append(now)


def _personal(message: Json, person: Person) -> Json:
    """The message with the placeholders of a broadcast replaced, wherever they stand in its JSON."""
    written = json.dumps(message)
    values = {
        "replace_me_with_receiver_id": person.id,
        "replace_me_with_url_encoded_receiver_id": quote(person.id, safe=""),
        "replace_me_with_user_name": person.traits.name,
    }
    for placeholder, value in values.items():
        written = written.replace(placeholder, json.dumps(value)[1:-1])
    return dict(json.loads(written))
