"""A channel for tests: a list of what was sent, and the errors it is to raise first."""

from bot.messages import Address, Receipt, ReceiptState
from dialogs.session import Reply


class ListChannel:
    """`sent` is every reply in order; `errors` are raised one by one before anything is sent."""

    def __init__(self, name: str = "list", *, private: bool = False, repeatable: bool = False) -> None:
        self.name = name
        self.private = private
        self.repeatable = repeatable
        self.sent: list[tuple[str, str]] = []
        self.errors: list[Exception] = []
        self.pace = None

    def parts(self, reply: Reply) -> tuple[Reply, ...]:
        return (reply,)

    async def send(self, address: Address, reply: Reply, sequence: int) -> Receipt:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((address.id, reply.text))
        return Receipt(ReceiptState.SENT, f"{address.id}-{sequence}")
