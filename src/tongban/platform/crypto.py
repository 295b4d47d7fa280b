"""Encryption of stored values and keyed-hash search, in the one place that touches the keys.

Values of people are stored encrypted (AES-256-GCM) and found again by a keyed hash (BLAKE2b); both need keys that
the database never sees. They live in one file of the keys folder, made once at set-up. A ciphertext begins with the
number of the key that made it, so a new key can be put in force while everything written before stays readable. The
context (such as ``registry.person:42``) is authenticated with the value: a ciphertext copied into another row
does not decrypt there.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tongban.platform.errors import PlatformError
from tongban.platform.places import find_places

FILE_NAME = "values.json"
KEY_SIZE_BYTES = 32
HASH_SIZE_BYTES = 32

# A ciphertext is: format (1 byte), key number (4 bytes, big endian), nonce (12 bytes), AES-GCM output with its tag.
_FORMAT = b"\x01"
NUMBER_SIZE_BYTES = 4
_NONCE_SIZE_BYTES = 12
_HEAD_SIZE_BYTES = len(_FORMAT) + NUMBER_SIZE_BYTES
_TAG_SIZE_BYTES = 16
_FINGERPRINT = b"tongban fingerprint"


@dataclass(frozen=True)
class Keyring:
    """The keys of one city: `keys` by number, the one in `force` for new values, and the one for `search`.

    ``file`` is where they were read, ``written`` what tells that file from one written since.
    """

    force: int
    keys: Mapping[int, bytes] = field(repr=False)
    search: bytes = field(repr=False)
    file: Path | None = field(default=None, repr=False, compare=False)
    written: tuple[int, int] = field(default=(0, 0), repr=False, compare=False)

    @functools.cached_property
    def _ciphers(self) -> Mapping[int, AESGCM]:
        """The keys ready for use: to make one ready takes four times as long as to encrypt a value."""
        return {number: AESGCM(key) for number, key in self.keys.items()}

    def encrypt(self, value: bytes | str, *, context: str) -> bytes:
        """Encrypt a value with the key in force, bound to its context."""
        data = value.encode() if isinstance(value, str) else value
        nonce = secrets.token_bytes(_NONCE_SIZE_BYTES)
        head = _FORMAT + self.force.to_bytes(NUMBER_SIZE_BYTES)
        return head + nonce + self._ciphers[self.force].encrypt(nonce, data, head + context.encode())

    def decrypt(self, ciphertext: bytes, *, context: str) -> bytes:
        """Read a value back; PlatformError when it was changed, moved to another context, or its key is missing."""
        head = ciphertext[:_HEAD_SIZE_BYTES]
        body = ciphertext[_HEAD_SIZE_BYTES:]
        if not head.startswith(_FORMAT) or len(body) < _NONCE_SIZE_BYTES + _TAG_SIZE_BYTES:
            raise _damaged(context)
        number = number_of(ciphertext)
        if number not in self.keys:
            raise PlatformError(
                "key-missing",
                zh=f"密钥文件里没有第 {number} 号密钥。",
                en=f"The key file has no key number {number}.",
                do_zh="把含有它的密钥文件放回去。",
                do_en="Put back the key file that holds it.",
            )
        nonce, data = body[:_NONCE_SIZE_BYTES], body[_NONCE_SIZE_BYTES:]
        try:
            return self._ciphers[number].decrypt(nonce, data, head + context.encode())
        except InvalidTag:
            raise _damaged(context) from None

    def keyed_hash(self, text: str, *, context: str) -> bytes:
        """Hash a text for search: equal for texts that are one after `normalised`, different in another context."""
        message = context.encode() + b"\x00" + normalised(text).encode()
        return hashlib.blake2b(message, key=self.search, digest_size=HASH_SIZE_BYTES).digest()

    def fingerprints(self) -> dict[str, str]:
        """What tells each key from any other and tells nobody the key: by its number, and `search` (hex)."""
        named = {**{str(number): key for number, key in self.keys.items()}, "search": self.search}
        return {name: hashlib.blake2b(_FINGERPRINT, key=key, digest_size=16).hexdigest() for name, key in named.items()}


def number_of(ciphertext: bytes) -> int:
    """The number of the key that made it."""
    return int.from_bytes(ciphertext[len(_FORMAT) : _HEAD_SIZE_BYTES])


def normalised(text: str) -> str:
    """Return the form in which texts are compared: compatibility characters folded, no spaces, one letter case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def create(folder: Path) -> Keyring:
    """Make the key file of a new city; where there is one already, read it. Never overwrites a key."""
    ring = Keyring(force=1, keys={1: _new_key()}, search=_new_key())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _write_draft(folder, ring)
    try:
        # A link fails where the name is taken, so of two set-ups at the same moment one wins and both read its keys.
        os.link(draft, folder / FILE_NAME)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return read(folder)


def read(folder: Path) -> Keyring:
    """Read the key file; PlatformError when it is missing or damaged (keys are never made on the side)."""
    path = folder / FILE_NAME
    try:
        written = _written(path)
        stored = json.loads(path.read_text(encoding="ascii"))
        keys = {int(number): _key(text) for number, text in stored["keys"].items()}
        ring = Keyring(force=int(stored["force"]), keys=keys, search=_key(stored["search"]), file=path, written=written)
    except FileNotFoundError:
        raise PlatformError(
            "keys-missing",
            zh=f"找不到密钥文件 {path}。",
            en=f"There is no key file {path}.",
            do_zh="从备份把它放回去；新建的城市先运行 tongban demo。",
            do_en="Put it back from the backup; a new city begins with `tongban demo`.",
        ) from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _damaged_file(path) from error
    if ring.force not in ring.keys:
        raise _damaged_file(path)
    return ring


def rotate(folder: Path) -> Keyring:
    """Put a new key in force for new values. Old keys stay, so everything written before stays readable."""
    old = read(folder)
    number = max(old.keys) + 1
    ring = Keyring(force=number, keys={**old.keys, number: _new_key()}, search=old.search)
    return _put_in_force(folder, ring)


def forget(folder: Path) -> Keyring:
    """Take every key but the one in force out of the file: what they sealed can never be read again."""
    old = read(folder)
    ring = Keyring(force=old.force, keys={old.force: old.keys[old.force]}, search=old.search)
    return _put_in_force(folder, ring)


def _put_in_force(folder: Path, ring: Keyring) -> Keyring:
    """Write a key file in place of the one there; this process uses it from now on, all others within a second."""
    _write_draft(folder, ring).replace(folder / FILE_NAME)
    keyring.cache_clear()
    return ring


def encrypt(value: bytes | str, *, context: str) -> bytes:
    """Encrypt a value with the key in force, also when another process put it in force, a second ago at the latest."""
    ring = keyring()
    if ring.file is not None and _is_old(ring.file, ring.written, int(monotonic())):
        keyring.cache_clear()
        ring = keyring()
    return ring.encrypt(value, context=context)


def decrypt(ciphertext: bytes, *, context: str) -> bytes:
    """Read a value back with this process's keys, or with one put in force since; see `Keyring.decrypt`."""
    if number_of(ciphertext) not in keyring().keys:
        keyring.cache_clear()
    return keyring().decrypt(ciphertext, context=context)


def keyed_hash(text: str, *, context: str) -> bytes:
    """Hash a text for search with this process's keys; see `Keyring.keyed_hash`."""
    return keyring().keyed_hash(text, context=context)


@functools.cache
def keyring() -> Keyring:
    """Return the keys of this process's city, read once (and again when a value names a newer key)."""
    return read(find_places().keys)


@functools.lru_cache(maxsize=1)
def _is_old(file: Path, written: tuple[int, int], _second: int) -> bool:
    """Whether the file was written anew; asked once a second, for to ask takes twice as long as to encrypt a value."""
    try:
        return _written(file) != written
    except FileNotFoundError:  # a city that serves goes on with the keys it has
        return False


def _written(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _write_draft(folder: Path, ring: Keyring) -> Path:
    keys = {str(number): base64.b64encode(key).decode() for number, key in ring.keys.items()}
    stored = {"force": ring.force, "keys": keys, "search": base64.b64encode(ring.search).decode()}
    draft = folder / f".{FILE_NAME}.{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(stored, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _new_key() -> bytes:
    return secrets.token_bytes(KEY_SIZE_BYTES)


def _key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_SIZE_BYTES:
        message = f"a key has {len(key)} bytes, not {KEY_SIZE_BYTES}"
        raise ValueError(message)
    return key


def _damaged(context: str) -> PlatformError:
    return PlatformError(
        "value-damaged",
        zh=f"{context} 的密文读不出来：被改过，或者不是存在这里的。",
        en=f"The encrypted value of {context} cannot be read: changed, or not written here.",
        do_zh="从备份恢复这一行。",
        do_en="Restore the row from the backup.",
    )


def _damaged_file(path: Path) -> PlatformError:
    return PlatformError(
        "keys-damaged",
        zh=f"密钥文件 {path} 读不出来。",
        en=f"The key file {path} cannot be read.",
        do_zh="从备份放回原来的文件，不要新建。",
        do_en="Put the original back from the backup; do not make a new one.",
    )
