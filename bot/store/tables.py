"""Every table. What citizens said and were told is sealed; what must be searched is not, and is never personal."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.store.columns import Moment, Number, Sealed

metadata = MetaData()

citizens = Table(
    "citizens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("created", Moment, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("id", Number, primary_key=True),
    Column("citizen", ForeignKey("citizens.id"), nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("name", Text, nullable=False),
    # The last place given out in this conversation. Whoever raises it holds the row until the commit, so a reader
    # who has seen a number never misses a smaller one.
    Column("sequence", Integer, nullable=False),
    Column("gone", Boolean, nullable=False, server_default=false()),
    # Addresses of one person have the same, which is known where a draft was carried from one to the other.
    Column("person", Text, index=True),
    UniqueConstraint("channel", "name", name="one_address"),
)

# waiting → done; failed when its turn could not be taken after several tries.
messages = Table(
    "messages",
    metadata,
    Column("id", Number, primary_key=True),
    Column("address", ForeignKey("addresses.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Column("body", Sealed),
    Column("arrived", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    UniqueConstraint("address", "event", name="one_message_per_event"),
    UniqueConstraint("address", "sequence", name="one_message_per_place"),
    Index("messages_by_state", "state", "id"),
)

# A citizen's session is also the lane: who holds the row takes the citizen's turn.
sessions = Table(
    "sessions",
    metadata,
    Column("citizen", ForeignKey("citizens.id"), primary_key=True),
    Column("talk", Sealed),
    Column("held_until", Moment, nullable=False),
    Column("apologised", Moment),
)

UNSETTLED = text("state IN ('queued', 'sending')")

# queued → sending → sent, delivered or seen; failed from anywhere; unknown if the process died in between.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Number, primary_key=True),
    Column("address", ForeignKey("addresses.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("body", Sealed),
    Column("created", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment, nullable=False),
    Column("platform_id", Text),
    # See Lane. `part` counts the parts that are sent already.
    Column("lane", Integer, nullable=False, server_default="0"),
    Column("part", Integer, nullable=False, server_default="0"),
    UniqueConstraint("address", "sequence", name="one_delivery_per_place"),
    Index("deliveries_by_state", "state", "lane", "due_at"),
    Index("deliveries_by_address", "address", "state"),
    # By it the first open delivery of an address is found without reading all that was ever said there.
    Index("open_deliveries", "address", "sequence", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
)

# Every message a platform was given, by its own id, with what it told about it. What is told before we know whose it
# is has no delivery yet. `last`: the last part of its delivery. `session`: the citizen had written within a day.
transmissions = Table(
    "transmissions",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("platform_id", Text, primary_key=True),
    Column("delivery", ForeignKey("deliveries.id"), index=True),
    Column("last", Boolean, nullable=False, server_default=false()),
    Column("state", Text),
    Column("billing", Integer),
    Column("session", Boolean),
    Column("at", Moment, nullable=False, index=True),
)

# Photos and documents that citizens sent, kept as long as the words of the talk.
files = Table(
    "files",
    metadata,
    Column("id", Number, primary_key=True),
    Column("message", ForeignKey("messages.id"), nullable=False, index=True),
    Column("type", Text, nullable=False),
    Column("name", Sealed),
    Column("content", Sealed),
)

# Which processes are alive, and what one of them alone does for all until `until`.
processes = Table(
    "processes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seen", Moment, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("task", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Number, primary_key=True),
    Column("citizen", ForeignKey("citizens.id"), index=True),
    Column("address", ForeignKey("addresses.id"), nullable=False),
    Column("reference", Text, nullable=False, unique=True),
    Column("key", Text, nullable=False, unique=True),
    Column("service", Text, nullable=False),
    Column("form", Text, nullable=False, server_default=""),
    Column("municipality", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("ended", Moment),
    Column("until", Date),
    Column("reason", Sealed),
    Column("answers", Sealed),
    Column("supplied", Sealed),
    # When to look next at an office that tells nothing by itself, and how often that was done in vain.
    Column("look_at", Moment, index=True),
    Column("looks", Integer, nullable=False, server_default="0"),
)

# waiting → done. `due_at` is pushed forward while the order is being carried out.
orders = Table(
    "orders",
    metadata,
    Column("id", Number, primary_key=True),
    Column("case", ForeignKey("cases.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", Sealed),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment, nullable=False),
    Column("delayed", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("kind", "key", name="one_order_per_key"),
    Index("orders_by_state", "state", "due_at"),
)

# What the office wanted told and has been told, so that it is told once.
news = Table(
    "news",
    metadata,
    Column("event", Text, primary_key=True),
    Column("told", Moment, nullable=False),
)

instances = Table(
    "instances",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("service", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("registered", Moment, nullable=False),
    Column("state", Sealed, nullable=False),
    Column("version", Integer, nullable=False),
    Column("waits_for", Text, index=True),
    Column("next_timer", Moment, index=True),
    Column("untold_since", Moment, index=True),
)

# A draft on its way to another channel or to the counter. Only a digest of its code is kept.
transfers = Table(
    "transfers",
    metadata,
    Column("code", Text, primary_key=True),
    Column("citizen", ForeignKey("citizens.id"), nullable=False, index=True),
    Column("body", Sealed),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
)

# Who asked to be reminded of a service's due days; `told` is the last such day they were reminded of.
reminders = Table(
    "reminders",
    metadata,
    Column("id", Number, primary_key=True),
    Column("citizen", ForeignKey("citizens.id"), nullable=False),
    Column("address", ForeignKey("addresses.id"), nullable=False),
    Column("service", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("told", Date),
    UniqueConstraint("citizen", "service", name="one_reminder_per_service"),
    Index("reminders_by_service", "service", "told"),
)

# The municipality's ledger. `payer` is an id of its own; `payment` is the name of the payment, where that is known.
bills = Table(
    "bills",
    metadata,
    Column("number", Text, primary_key=True),
    Column("municipality", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("body", Sealed, nullable=False),
    Column("due", Date, nullable=False),
    Column("paid", Boolean, nullable=False, server_default=false()),
    Column("payment", Text),
    Index("bills_by_payer", "municipality", "payer"),
)

# Who paid a bill that was paid already: by these names somebody finds the payments and gives them back.
second_payments = Table(
    "second_payments",
    metadata,
    Column("bill", ForeignKey("bills.number"), primary_key=True),
    Column("payment", Text, primary_key=True),
)

# A payer who agreed to two requests for a bill would pay it twice, so one at most is pending.
PENDING = text("state = 'PND'")

# Requests to pay, as the office's system knows them. `amount` is in cents.
payments = Table(
    "payments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("rtp", Number, nullable=False, unique=True),
    Column("bill", ForeignKey("bills.number"), nullable=False, index=True),
    Column("amount", Number, nullable=False),
    Column("made", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
    Index("one_pending_payment_per_bill", "bill", unique=True, sqlite_where=PENDING, postgresql_where=PENDING),
)

# Citizens who want their bank asked. `body` is what to ask with, until it is asked. `told` is what they heard last, and
# at `due_at` it is looked again whether there is something to do or to tell.
errands = Table(
    "errands",
    metadata,
    Column("id", Number, primary_key=True),
    Column("citizen", ForeignKey("citizens.id"), nullable=False, index=True),
    Column("address", ForeignKey("addresses.id"), nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("bill", Text, nullable=False, index=True),
    Column("body", Sealed),
    Column("asked", Boolean, nullable=False, server_default=false()),
    Column("told", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Moment, nullable=False, index=True),
    Column("created", Moment, nullable=False),
)

# One sealed word, by which a wrong key is noticed at the start and not at the first message.
probes = Table(
    "probes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("word", Sealed, nullable=False),
)
