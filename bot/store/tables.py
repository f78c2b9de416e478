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
    UniqueConstraint("address", "sequence", name="one_delivery_per_place"),
    Index("deliveries_by_state", "state", "due_at"),
    Index("deliveries_by_address", "address", "state"),
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
    Column("municipality", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("ended", Moment),
    Column("until", Date),
    Column("reason", Sealed),
    Column("answers", Sealed),
    Column("supplied", Sealed),
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

# One sealed word, by which a wrong key is noticed at the start and not at the first message.
probes = Table(
    "probes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("word", Sealed, nullable=False),
)
