"""The chain of a case: every event is hashed together with the head before it, so no event can change unseen.

The bytes hashed are canonical JSON (RFC 8785; no floats, ASCII keys, so sorting by bytes is its order). Values of
people enter as salted digests only: erasing values and salt leaves the chain whole.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

import orjson

from tongban.casework.model import Event, Json
from tongban.catalog.vocabulary import Value

GENESIS = "0" * 64
"""The head before the first event."""

SHORT = 32
"""How many hex digits (128 bits) of a hash or digest a record keeps."""


def canonical(record: Json | dict[str, Json]) -> bytes:
    """The one way to write a record as bytes."""
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


def body(event: Event) -> dict[str, Json]:
    """What a record says beside its place (case, n, command, k), as it is stored, without what goes without saying."""
    said: dict[str, Json] = {
        "kind": event.kind,
        "actor": event.actor,
        "recorded_at": event.recorded_at.isoformat(),
        "definition": event.definition,
        "data": dict(event.data),
    }
    if event.format != 1:
        said["format"] = event.format
    if event.calendar:
        said["calendar"] = event.calendar
    if event.happened_at != event.recorded_at:
        said["happened_at"] = event.happened_at.isoformat()
    return said


def head(previous: str, event: Event) -> str:
    """The head of the chain after `event`: SHA-256 (hex) of the head before it, its place and its body."""
    place = canonical([event.case, event.n, event.command, event.k])
    return hashlib.sha256(bytes.fromhex(previous) + place + canonical(body(event))).hexdigest()


def salt_of(salt: bytes, subject: int) -> bytes:
    """The salt for one subject's values: who knows another's learns nothing about it. 0 stands for the texts."""
    return hmac.digest(salt, subject.to_bytes(8), "sha256")[:16]


def digest(salt: bytes, name: str, value: Value) -> str:
    """What a record keeps of a value: a commitment that can be checked with the salt and tells nothing without it."""
    plain = value.isoformat() if isinstance(value, date) else value
    return hmac.digest(salt, canonical([name, plain]), "sha256").hex()[:SHORT]
