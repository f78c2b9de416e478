"""The first tables: citizens and their talk, deliveries, cases, and the applications of the embedded engine."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary


def upgrade() -> None:
    _people()
    _talk()
    _cases()
    _instances()
    op.create_table(
        "probes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("word", SEALED, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "citizens",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", MOMENT, nullable=False),
    )
    op.create_table(
        "addresses",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("citizen", sa.Text, sa.ForeignKey("citizens.id"), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("channel", "name", name="one_address"),
    )
    op.create_index("ix_addresses_citizen", "addresses", ["citizen"])
    op.create_table(
        "sessions",
        sa.Column("citizen", sa.Text, sa.ForeignKey("citizens.id"), primary_key=True),
        sa.Column("talk", SEALED),
        sa.Column("held_until", MOMENT, nullable=False),
        sa.Column("apologised", MOMENT),
    )


def _talk() -> None:
    op.create_table(
        "messages",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("address", NUMBER, sa.ForeignKey("addresses.id"), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("body", SEALED),
        sa.Column("arrived", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("address", "event", name="one_message_per_event"),
        sa.UniqueConstraint("address", "sequence", name="one_message_per_place"),
    )
    op.create_index("messages_by_state", "messages", ["state", "id"])
    op.create_table(
        "deliveries",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("address", NUMBER, sa.ForeignKey("addresses.id"), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("body", SEALED),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("platform_id", sa.Text),
        sa.UniqueConstraint("address", "sequence", name="one_delivery_per_place"),
    )
    op.create_index("deliveries_by_state", "deliveries", ["state", "due_at"])
    op.create_index("deliveries_by_address", "deliveries", ["address", "state"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("citizen", sa.Text, sa.ForeignKey("citizens.id")),
        sa.Column("address", NUMBER, sa.ForeignKey("addresses.id"), nullable=False),
        sa.Column("reference", sa.Text, nullable=False, unique=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("ended", MOMENT),
        sa.Column("until", sa.Date),
        sa.Column("reason", SEALED),
        sa.Column("answers", SEALED),
        sa.Column("supplied", SEALED),
    )
    op.create_index("ix_cases_citizen", "cases", ["citizen"])
    op.create_table(
        "orders",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("case", NUMBER, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body", SEALED),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("delayed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("kind", "key", name="one_order_per_key"),
    )
    op.create_index("ix_orders_case", "orders", ["case"])
    op.create_index("orders_by_state", "orders", ["state", "due_at"])
    op.create_table(
        "news",
        sa.Column("event", sa.Text, primary_key=True),
        sa.Column("told", MOMENT, nullable=False),
    )


def _instances() -> None:
    op.create_table(
        "instances",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("registered", MOMENT, nullable=False),
        sa.Column("state", SEALED, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("waits_for", sa.Text),
        sa.Column("next_timer", MOMENT),
        sa.Column("untold_since", MOMENT),
    )
    for column in ("waits_for", "next_timer", "untold_since"):
        op.create_index(f"ix_instances_{column}", "instances", [column])
