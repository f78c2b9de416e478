"""The key: made once, readable by its owner only, and refused when it is none."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.store.seal import KeyInvalid, Seal, Unreadable, key_in


def test_the_key_is_made_once(tmp_path: Path) -> None:
    first = key_in(tmp_path / "var" / "secret.key")

    assert key_in(tmp_path / "var" / "secret.key") == first
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret.key"]


def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    key_in(tmp_path / "secret.key")

    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_end_with_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: key_in(tmp_path / "secret.key"), range(8)))

    assert len(keys) == 1


def test_what_is_no_key_is_refused() -> None:
    with pytest.raises(KeyInvalid):
        Seal("password")


def test_another_key_opens_nothing() -> None:
    sealed = Seal(Fernet.generate_key().decode()).close({"text": "hello"})

    with pytest.raises(Unreadable):
        Seal(Fernet.generate_key().decode()).open(sealed)


def test_what_was_kept_under_an_earlier_key_is_still_found() -> None:
    earlier, later = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    kept = Seal(earlier).digests("K7Q2MX")[0]

    assert kept in Seal(f"{later}, {earlier}").digests("K7Q2MX")
    assert kept not in Seal(later).digests("K7Q2MX")
