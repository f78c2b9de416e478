"""The bot as Viber keeps it: where it listens, what it may do, what it can pay."""

from dataclasses import dataclass

from tests.fakes.viber.events import MANDATORY, OPTIONAL
from tests.fakes.viber.statuses import Status


@dataclass
class Account:
    """`refuses`: every send is refused with this status. `balance`: so many charged messages it can pay; None: any."""

    name: str = "komshi"
    webhook: str = ""
    event_types: tuple[str, ...] = (*MANDATORY, *OPTIONAL)
    refuses: Status | None = None
    may_broadcast: bool = True
    balance: int | None = None

    def listens_to(self, event: str) -> bool:
        return bool(self.webhook) and event in (*MANDATORY, *self.event_types)
