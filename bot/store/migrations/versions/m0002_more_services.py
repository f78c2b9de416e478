"""What three services need: which form a case is of, drafts on their way to another channel, reminders, and bills."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary
PENDING = sa.text("state = 'PND'")


def upgrade() -> None:
    op.add_column("cases", sa.Column("form", sa.Text, nullable=False, server_default=""))
    op.add_column("cases", sa.Column("look_at", MOMENT))
    op.add_column("cases", sa.Column("looks", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_cases_look_at", "cases", ["look_at"])
    _transfers()
    _reminders()
    _bills()
    _payments()


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("citizen", sa.Text, sa.ForeignKey("citizens.id"), nullable=False),
        sa.Column("body", SEALED),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
    )
    op.create_index("ix_transfers_citizen", "transfers", ["citizen"])
    op.create_index("ix_transfers_expires", "transfers", ["expires"])


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("citizen", sa.Text, sa.ForeignKey("citizens.id"), nullable=False),
        sa.Column("address", NUMBER, sa.ForeignKey("addresses.id"), nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("told", sa.Date),
        sa.UniqueConstraint("citizen", "service", name="one_reminder_per_service"),
    )
    op.create_index("reminders_by_service", "reminders", ["service", "told"])


def _bills() -> None:
    op.create_table(
        "bills",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("municipality", sa.Text, nullable=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("body", SEALED, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("paid", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("payment", sa.Text),
    )
    op.create_index("bills_by_payer", "bills", ["municipality", "payer"])
    op.create_table(
        "second_payments",
        sa.Column("bill", sa.Text, sa.ForeignKey("bills.number"), primary_key=True),
        sa.Column("payment", sa.Text, primary_key=True),
    )


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("rtp", NUMBER, nullable=False, unique=True),
        sa.Column("bill", sa.Text, sa.ForeignKey("bills.number"), nullable=False),
        sa.Column("amount", NUMBER, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("acknowledged", sa.Boolean, nullable=False),
    )
    op.create_index("ix_payments_bill", "payments", ["bill"])
    op.create_index(
        "one_pending_payment_per_bill",
        "payments",
        ["bill"],
        unique=True,
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_table(
        "errands",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("citizen", sa.Text, sa.ForeignKey("citizens.id"), nullable=False),
        sa.Column("address", NUMBER, sa.ForeignKey("addresses.id"), nullable=False),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("bill", sa.Text, nullable=False),
        sa.Column("body", SEALED),
        sa.Column("asked", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("told", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
    )
    for column in ("citizen", "bill", "due_at"):
        op.create_index(f"ix_errands_{column}", "errands", [column])
