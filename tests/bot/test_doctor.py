"""`komshi doctor` finds what is wrong, says what to do, changes nothing and gives nothing away."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fastapi import FastAPI
from sqlalchemy import Connection, text

from bot.doctor import consult, examine
from bot.findings import Finding, Level, carefully, drift
from bot.messages import Address, Message
from bot.settings import Settings
from bot.store import Store, messages
from tests.fakes.key import KEY
from tests.fakes.loopback import listening
from tests.fakes.redis import Server as Redis

ON_ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NOWHERE = "http://127.0.0.1:1"
STRANGER = Fernet.generate_key().decode()


async def found(database: str, **more: object) -> list[Finding]:
    """What the doctor says of a town with these settings and no messengers."""
    given = {"database": database, "secret_key": KEY, **more}
    return list(await examine({}, lambda: Settings.model_validate(given)))


def about(subject: str, findings: list[Finding]) -> list[Level]:
    return [finding.level for finding in findings if finding.subject == subject]


async def test_a_town_in_order_has_nothing_broken(database: str, store: Store) -> None:
    findings = await found(database)

    assert [finding for finding in findings if finding.level is Level.BROKEN] == []
    assert about("database", findings) == about("tables", findings) == about("backlog", findings) == [Level.OK]


async def test_everything_that_is_not_in_order_comes_with_advice(database: str, store: Store) -> None:
    findings = await found(
        database, redis_url="redis://127.0.0.1:1/0", public_url=NOWHERE, workflow_url=f"operaton:{NOWHERE}"
    )

    assert [finding for finding in findings if finding.level is not Level.OK and not finding.advice] == []


async def test_a_database_that_is_away_is_broken() -> None:
    findings = await found("postgresql://town:hush@127.0.0.1:1/komshi")

    assert about("database", findings) == [Level.BROKEN]
    assert "hush" not in str(findings)


def _go_back(connection: Connection) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))


@ON_ONE
async def test_old_tables_are_to_be_brought_up_to_date(database: str, store: Store) -> None:
    await store.write(_go_back)

    (tables,) = [finding for finding in await found(database) if finding.subject == "tables"]

    assert tables.level is Level.BROKEN
    assert "komshi migrate" in tables.advice


async def test_another_key_than_the_one_it_was_begun_with_is_noticed(database: str, store: Store) -> None:
    findings = await found(database, secret_key=STRANGER)

    assert Level.BROKEN in about("key", findings)


@ON_ONE
async def test_a_word_that_is_no_key_is_noticed(database: str, store: Store) -> None:
    findings = await found(database, secret_key="hush")

    assert Level.BROKEN in about("key", findings)
    assert "hush" not in str(findings)


@ON_ONE
async def test_a_key_that_others_may_read_is_to_be_closed(database: str, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(KEY)
    file.chmod(0o644)

    (key,) = [one for one in await found(database, secret_key=None, key_file=file) if one.level is Level.BROKEN]

    assert key.advice == f"chmod 600 {file}"


async def test_the_doctor_makes_neither_a_key_nor_a_database(tmp_path: Path) -> None:
    file, folder = tmp_path / "secret.key", tmp_path / "town"

    await found(f"sqlite:///{folder}/komshi.db", secret_key=None, key_file=file, cache=folder)

    assert list(tmp_path.iterdir()) == []


async def test_a_message_that_nobody_answers_is_shown_as_backlog(database: str, store: Store) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    await messages.accept(store, Message(uuid4().hex, Address("list", "anna"), "hello", long_ago), private=False)

    (backlog,) = [finding for finding in await found(database) if finding.subject == "backlog"]

    assert backlog.level is Level.LOOK
    assert backlog.found == "message since 10 minutes"


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis.begin() as server:
        yield server


@ON_ONE
async def test_a_redis_that_answers_is_in_order_and_one_that_is_away_is_not(
    database: str, store: Store, redis: Redis
) -> None:
    there = await found(database, redis_url=redis.url)
    redis.stop()
    away = await found(database, redis_url=redis.url)

    assert about("Redis", there) == about("clock", there) == [Level.OK]
    assert about("Redis", away) == [Level.BROKEN]


@ON_ONE
async def test_an_office_that_is_away_is_broken(database: str, store: Store) -> None:
    findings = await found(database, workflow_url=f"operaton:{NOWHERE}")

    assert about("office", findings) == [Level.BROKEN]


@ON_ONE
async def test_a_bill_system_that_answers_is_in_order(database: str, store: Store) -> None:
    govstack = {"bills_tenant": "town", "bills_biller": "biller", "bills_biller_name": "Town"}
    trusted = {"bills_callback": "https://town.example/callbacks", "bills_callback_secret": "x" * 32}

    async with listening(FastAPI()) as url:
        findings = await found(database, bills=f"govstack:{url}", **govstack, **trusted)

    assert about("bills", findings) == [Level.OK]


@ON_ONE
async def test_an_address_that_is_not_https_cannot_be_delivered_to(database: str, store: Store) -> None:
    findings = await found(database, public_url="http://town.example")

    assert about("public address", findings) == [Level.BROKEN]


@ON_ONE
async def test_an_address_that_nobody_reaches_is_broken(database: str, store: Store) -> None:
    with socket() as nobody:
        nobody.bind(("127.0.0.1", 0))

        findings = await found(database, public_url=f"https://127.0.0.1:{nobody.getsockname()[1]}")

    assert about("public address", findings) == [Level.BROKEN]


def certificate_of_nobody(folder: Path) -> Path:
    """A PEM file with a key and a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    signed = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True).sign(key, SHA256())
    words = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + signed.public_bytes(Encoding.PEM)
    file = folder / "nobody.pem"
    file.write_bytes(words)
    return file


@pytest.fixture
async def behind_it(tmp_path: Path) -> AsyncIterator[str]:
    """An https address on this machine with such a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_of_nobody(tmp_path))
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@ON_ONE
async def test_a_certificate_that_nobody_believes_is_broken(database: str, store: Store, behind_it: str) -> None:
    findings = await found(database, public_url=behind_it)

    assert about("certificate", findings) == [Level.BROKEN]


@pytest.mark.parametrize(("seconds", "level"), [(4, Level.OK), (6, Level.BROKEN)])
def test_a_clock_may_be_five_seconds_off(seconds: int, level: Level) -> None:
    ours = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    assert drift("Telegram", ours - timedelta(seconds=seconds), ours).level is level


async def test_whatever_goes_wrong_becomes_a_finding_without_its_words() -> None:
    async def fail() -> tuple[Finding, ...]:
        raise ValueError("hush")

    (finding,) = await carefully("key", fail())

    assert (finding.level, finding.found) == (Level.BROKEN, "not examined: ValueError")


async def test_whoever_does_not_answer_is_not_waited_for() -> None:
    async def wait() -> tuple[Finding, ...]:
        await asyncio.Event().wait()
        return ()

    (finding,) = await carefully("Redis", wait(), timedelta(milliseconds=1))

    assert finding.level is Level.BROKEN


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A folder and an environment with nothing in them but a key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOMSHI_SECRET_KEY", KEY)
    return monkeypatch


def test_a_wrong_setting_is_named_and_ends_with_a_status(
    town: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    town.setenv("KOMSHI_PORT", "door")

    status = consult({})

    assert status == 1
    assert "KOMSHI_PORT" in capsys.readouterr().out


def test_a_script_reads_the_findings_as_json(town: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    status = consult({}, as_json=True)

    findings = json.loads(capsys.readouterr().out)
    assert status == 0
    assert {frozenset(finding) for finding in findings} == {frozenset(("level", "subject", "found", "advice"))}
