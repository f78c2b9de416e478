"""Who the municipality is to a Payments building block: what it was given when it joined, and what was agreed."""

from dataclasses import dataclass

LONGEST_TENANT, LONGEST_BILLER, LONGEST_NAME, LONGEST_CALLBACK = 20, 10, 10, 100
CENTS, EUROS = 1, 100


@dataclass(frozen=True)
class Biller:
    """`tenant` is X-Platform-TenantId, `id` X-billerId, `name` what the payer's bank shows, at most 10 characters.

    `callback` is X-Callback-URL, the address before /rtpUpdate; it must not hold a secret. The published amounts are
    integers and no file says of what: `unit` is how many cents one of them stands for, CENTS unless the building block
    counts in whole EUROS. Raises ValueError for what the published file has no room for, and for what is not printable
    ASCII: most of it goes into headers, which hold nothing else.
    """

    tenant: str
    id: str
    name: str
    callback: str
    unit: int = CENTS

    def __post_init__(self) -> None:
        limits = {"tenant": LONGEST_TENANT, "id": LONGEST_BILLER, "name": LONGEST_NAME, "callback": LONGEST_CALLBACK}
        for field, longest in limits.items():
            value = getattr(self, field)
            if not 0 < len(value) <= longest:
                raise ValueError(f"{field} must have 1 to {longest} characters")
            if not (value.isascii() and value.isprintable()):
                raise ValueError(f"{field} must be printable ASCII")
        if self.unit not in (CENTS, EUROS):
            raise ValueError("unit must be one cent or one euro")
