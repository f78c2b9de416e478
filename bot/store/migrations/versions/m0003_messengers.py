"""What messengers need: lanes and parts of deliveries, their receipts, files, persons with addresses, processes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary
UNSETTLED = sa.text("state IN ('queued', 'sending')")


def upgrade() -> None:
    op.add_column("addresses", sa.Column("person", sa.Text))
    op.create_index("ix_addresses_person", "addresses", ["person"])
    op.add_column("deliveries", sa.Column("lane", sa.Integer, nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("part", sa.Integer, nullable=False, server_default="0"))
    op.drop_index("deliveries_by_state", "deliveries")
    op.create_index("deliveries_by_state", "deliveries", ["state", "lane", "due_at"])
    op.create_index(
        "open_deliveries", "deliveries", ["address", "sequence"], sqlite_where=UNSETTLED, postgresql_where=UNSETTLED
    )
    _transmissions()
    _files()
    _processes()


def _transmissions() -> None:
    op.create_table(
        "transmissions",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("platform_id", sa.Text, primary_key=True),
        sa.Column("delivery", NUMBER, sa.ForeignKey("deliveries.id")),
        sa.Column("last", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("state", sa.Text),
        sa.Column("billing", sa.Integer),
        sa.Column("session", sa.Boolean),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_transmissions_delivery", "transmissions", ["delivery"])
    op.create_index("ix_transmissions_at", "transmissions", ["at"])


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("message", NUMBER, sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("name", SEALED),
        sa.Column("content", SEALED),
    )
    op.create_index("ix_files_message", "files", ["message"])


def _processes() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("seen", MOMENT, nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("task", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )
