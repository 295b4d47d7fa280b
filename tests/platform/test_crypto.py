"""What the encryption of values promises: readable with the keys, in its own place, unchanged, and after rotation."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform import crypto
from tongban.platform.errors import PlatformError

RING = crypto.Keyring(force=1, keys={1: bytes(range(32))}, search=bytes(range(32, 64)))


@given(st.binary(), st.text())
def test_a_value_comes_back_in_its_own_context(value: bytes, context: str) -> None:
    assert RING.decrypt(RING.encrypt(value, context=context), context=context) == value


def test_the_same_value_is_never_the_same_ciphertext() -> None:
    assert RING.encrypt("430200199001011234", context="a") != RING.encrypt("430200199001011234", context="a")


def test_a_value_moved_to_another_row_does_not_open() -> None:
    stolen = RING.encrypt("430200199001011234", context="registry.person:1")
    with pytest.raises(PlatformError, match="value-damaged"):
        RING.decrypt(stolen, context="registry.person:2")


@given(st.integers(min_value=0, max_value=40), st.integers(min_value=1, max_value=255))
def test_any_changed_byte_is_noticed(place: int, change: int) -> None:
    ciphertext = bytearray(RING.encrypt("value", context="a"))
    ciphertext[place % len(ciphertext)] ^= change
    with pytest.raises(PlatformError):
        RING.decrypt(bytes(ciphertext), context="a")


@given(st.binary(max_size=40))
def test_bytes_that_are_no_ciphertext_are_refused(value: bytes) -> None:
    with pytest.raises(PlatformError):
        RING.decrypt(value, context="a")


def test_search_ignores_how_a_number_was_typed() -> None:
    stored = RING.keyed_hash("43020019900101123X", context="id_number")
    for typed in ("43020019900101123x", "430200 19900101 123X", "４３０２００１９９００１０１１２３Ｘ"):
        assert RING.keyed_hash(typed, context="id_number") == stored
    assert RING.keyed_hash("43020019900101123X", context="phone") != stored


def test_a_hash_needs_the_key() -> None:
    other = crypto.Keyring(force=1, keys=RING.keys, search=bytes(32))
    assert other.keyed_hash("430200", context="a") != RING.keyed_hash("430200", context="a")


def test_keys_are_made_once_and_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(8) as threads:
        rings = list(threads.map(lambda _: crypto.create(folder), range(16)))
    assert all(ring == rings[0] for ring in rings)
    assert [path.name for path in folder.iterdir()] == [crypto.FILE_NAME]
    assert stat.S_IMODE((folder / crypto.FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_old_values_open_after_rotation(tmp_path: Path) -> None:
    before = crypto.create(tmp_path)
    written = before.encrypt("old", context="a")
    after = crypto.rotate(tmp_path)
    assert after.force == before.force + 1
    assert crypto.read(tmp_path).decrypt(written, context="a") == b"old"
    assert after.keyed_hash("x", context="a") == before.keyed_hash("x", context="a")
    with pytest.raises(PlatformError, match="key-missing"):
        before.decrypt(after.encrypt("new", context="a"), context="a")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"force": 1, "keys": {"1": "AAAA"}, "search": "AAAA"}'])
def test_a_damaged_key_file_is_named_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / crypto.FILE_NAME
    path.write_text(text)
    with pytest.raises(PlatformError, match="keys-damaged"):
        crypto.create(tmp_path)
    assert path.read_text() == text


def test_missing_keys_are_not_made_on_the_side(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="keys-missing"):
        crypto.read(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_key_in_force_must_be_in_the_file(tmp_path: Path) -> None:
    crypto.create(tmp_path)
    path = tmp_path / crypto.FILE_NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), "force": 2}))
    with pytest.raises(PlatformError, match="keys-damaged"):
        crypto.read(tmp_path)
