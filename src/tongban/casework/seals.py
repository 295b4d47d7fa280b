"""Seals: now and then the heads of all cases that changed are put under one signature, outside the database.

A seal is one line of a file: number, moment, the leaves (case, version, head), their Merkle root, the hash of the seal
before it, and an Ed25519 signature by a key that the database cannot read. The database keeps root and signature too.
Whoever changes the database afterwards, be it its superuser, cannot make seals that agree.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction

from tongban.casework import merkle, outbox
from tongban.casework.chain import GENESIS, canonical
from tongban.casework.merkle import Leaf
from tongban.casework.model import Json
from tongban.casework.numbers import id_of
from tongban.platform import places, time
from tongban.platform.database import query

READER = "seal"
FILE_NAME = "seals.jsonl"
KEY_NAME = "seal-key"
MOST_ROWS = 100_000
"""The most outbox rows that go into one seal; a larger backlog makes several."""

_KEY_SIZE_BYTES = 32
_READ_AT_ONCE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal. `previous` is the hash of the seal before it, `signature` (hex) is over everything else."""

    n: int
    at: str
    count: int
    root: str
    previous: str
    signature: str
    leaves: tuple[Leaf, ...]

    @property
    def message(self) -> bytes:
        """What is signed. The leaves are in it by their root."""
        record: dict[str, Json] = {
            "n": self.n, "at": self.at, "count": self.count, "root": self.root, "previous": self.previous,
        }  # fmt: skip
        return canonical(record)

    @property
    def hash(self) -> str:
        """What the next seal calls this one."""
        return hashlib.sha256(self.message).hexdigest()


def folder() -> Path:
    """Where this city's seals stand: in the data folder, outside the database. Copy them elsewhere, regularly."""
    return places.make_folder(places.home(places.find_places()) / "seals", 0o700)


def seal(into: Path | None = None) -> list[Seal]:
    """Seal every case that changed since the last seal; returns the new seals, none where nothing changed."""
    target = into or folder()
    made: list[Seal] = []
    while new := _seal_some(target):
        made.append(new)
    return made


def read(source: Path) -> Iterator[Seal]:
    """The seals of a folder, in the order they were made. Raises ValueError naming a line that is none."""
    file = source / FILE_NAME
    if not file.is_file():
        return
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            yield _parsed(line, f"{file}:{number}")


def is_sound(one: Seal, previous: Seal | None, key: Ed25519PublicKey) -> bool:
    """Whether a seal is whole, follows the one before it and bears the city's signature."""
    follows = (one.n, one.previous) == ((previous.n + 1, previous.hash) if previous else (1, GENESIS))
    whole = one.count == len(one.leaves) and one.root == merkle.root(one.leaves)
    try:
        key.verify(bytes.fromhex(one.signature), one.message)
    except (InvalidSignature, ValueError):
        return False
    return follows and whole


def public_key() -> Ed25519PublicKey:
    """The key that tells this city's seals."""
    return _private_key().public_key()


def _seal_some(target: Path) -> Seal | None:
    """One transaction: what the outbox holds, its seal, the line in the file, and the place read up to."""
    with transaction.atomic():
        query("select pg_advisory_xact_lock(hashtext('tongban seal'))", [])
        items = outbox.read(READER, MOST_ROWS)
        if not items:
            return None
        last, unknown = _last(target)
        new = _make(last, _heads({item.case for item in items if item.topic != "light"}))
        _put([*unknown, new] if new.leaves else unknown)
        outbox.advance(READER, items[-1])
        if new.leaves:
            _append(target, new)  # at the end: whatever fails before leaves no line behind
    return new


def _last(target: Path) -> tuple[Seal | None, list[Seal]]:
    """The last seal of the file, and those that the database does not know: they were written down and never
    committed, and belong into it all the same, for what they say was true.

    The file is read from its end, no further than to the last that is known: it holds every seal there ever was.
    """
    file = target / FILE_NAME
    if not file.is_file():
        return None, []
    found = query("select n from casework_last_seal()", [])
    known = found[0][0] if found else 0
    last: Seal | None = None
    unknown: list[Seal] = []
    with file.open("r+b") as lines:
        _cut_unfinished(lines)
        for line in _from_the_end(lines):
            one = _parsed(line, str(file))
            last = last or one
            if one.n <= known:
                break
            unknown.insert(0, one)
    return last, unknown


def _cut_unfinished(lines: BinaryIO) -> None:
    """Take a line away that was begun and never ended, as on a full disk: its seal was never committed. A whole one
    that lacks its end alone, as an editor leaves it, gets that.
    """
    size = lines.seek(0, os.SEEK_END)
    if not size:
        return
    lines.seek(-1, os.SEEK_END)
    if lines.read() == b"\n":
        return
    begun = next(_from_the_end(lines))
    try:
        orjson.loads(begun)
    except orjson.JSONDecodeError:
        lines.truncate(size - len(begun))
    else:
        lines.seek(0, os.SEEK_END)
        lines.write(b"\n")


def _from_the_end(lines: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, the last first, without their ends."""
    place, rest = lines.seek(0, os.SEEK_END), b""
    while place:
        size = min(place, _READ_AT_ONCE_BYTES)
        place -= size
        lines.seek(place)
        rest, *whole = (lines.read(size) + rest).split(b"\n")
        yield from filter(None, reversed(whole))
    if rest:
        yield rest


def _put(seals: Sequence[Seal]) -> None:
    rows = [
        {"n": one.n, "at": one.at, "count": one.count, "root": one.root, "previous": one.previous,
         "signature": one.signature}
        for one in seals
    ]  # fmt: skip
    query(
        "select casework_add_seal(n, at, count, decode(root, 'hex'), decode(previous, 'hex'), decode(signature, 'hex'))"
        " from jsonb_to_recordset(%s::jsonb) as"
        " (n int, at timestamptz, count int, root text, previous text, signature text) order by n",
        [orjson.dumps(rows).decode()],
    )


def _heads(numbers: set[str]) -> tuple[Leaf, ...]:
    found = query("select id, version, head from casework_heads(%s::bigint[])", [[id_of(n) for n in numbers]])
    return tuple((id_, version, head) for id_, version, head in found)


def _make(last: Seal | None, leaves: tuple[Leaf, ...]) -> Seal:
    unsigned = Seal(
        n=last.n + 1 if last else 1,
        at=time.recorded_now().isoformat(),
        count=len(leaves),
        root=merkle.root(leaves),
        previous=last.hash if last else GENESIS,
        signature="",
        leaves=leaves,
    )
    signature = _private_key().sign(unsigned.message).hex()
    return Seal(unsigned.n, unsigned.at, unsigned.count, unsigned.root, unsigned.previous, signature, leaves)


def _append(target: Path, new: Seal) -> None:
    line = {
        "n": new.n, "at": new.at, "count": new.count, "root": new.root, "previous": new.previous,
        "signature": new.signature, "leaves": [list(leaf) for leaf in new.leaves],
    }  # fmt: skip
    with (target / FILE_NAME).open("ab") as file:
        file.write(orjson.dumps(line) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _parsed(line: bytes, place: str) -> Seal:
    """The seal of a line. Raises ValueError naming the place where it is none."""
    try:
        return _read(orjson.loads(line))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(place) from error


def _read(json: Mapping[str, Any]) -> Seal:
    leaves: Sequence[Sequence[Any]] = json["leaves"]
    return Seal(
        int(json["n"]), str(json["at"]), int(json["count"]), str(json["root"]), str(json["previous"]),
        str(json["signature"]), tuple((int(id_), int(version), str(head)) for id_, version, head in leaves),
    )  # fmt: skip


def _private_key() -> Ed25519PrivateKey:
    """The city's sealing key, made on first use; it stands in the keys folder and nowhere else."""
    key = places.kept_secret(places.keys() / KEY_NAME, os.urandom(_KEY_SIZE_BYTES))
    return Ed25519PrivateKey.from_private_bytes(key)
