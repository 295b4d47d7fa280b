"""Values beside the record: one encrypted row per case, subject and event, so that erasing one subject erases rows.

Bound to its place: a row moved elsewhere does not decrypt. Dates are told from text by a wrapper.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from tongban.casework import chain
from tongban.casework.model import Event
from tongban.casework.work import subject_of
from tongban.catalog.vocabulary import Value
from tongban.platform.crypto import decrypt, encrypt


@dataclass(frozen=True, slots=True)
class Sealed:
    """The values of one event about one subject (0: the texts), with the salt of their digests."""

    subject: int
    n: int
    salt: bytes
    values: Mapping[str, Value]


def seal(case_id: int, event: Event, roles: Mapping[str, tuple[int, ...]]) -> Iterator[dict[str, Any]]:
    """The rows that hold an event's values, ready for the writing functions."""
    by_subject: dict[int, dict[str, Value]] = {}
    for name, value in event.values.items():
        by_subject.setdefault(subject_of(roles, name), {})[name] = value
    for subject, values in sorted(by_subject.items()):
        plain = {name: {"date": v.isoformat()} if isinstance(v, date) else v for name, v in values.items()}
        salt = chain.salt_of(event.salt, subject)
        body = encrypt(orjson.dumps({"salt": salt.hex(), "values": plain}), context=place_of(case_id, subject, event.n))
        yield {"case_id": case_id, "subject": subject, "n": event.n, "body": base64.b64encode(body).decode()}


def unseal(case_id: int, subject: int, n: int, body: bytes) -> Sealed:
    """The values of one row; raises CryptoError when it was changed or moved."""
    plain = orjson.loads(decrypt(body, context=place_of(case_id, subject, n)))
    values = {
        name: date.fromisoformat(value["date"]) if isinstance(value, dict) else value
        for name, value in plain["values"].items()
    }
    return Sealed(subject, n, bytes.fromhex(plain["salt"]), values)


def digests(event: Event) -> Iterator[tuple[str, str]]:
    """What an event's record keeps of its values: the digest of each, by name."""
    data: Mapping[str, Any] = event.data
    yield from data.get("texts", {}).items()
    yield from ((name, digest) for name, (_, digest) in data.get("facts", {}).items())


def place_of(case_id: int, subject: int, n: int) -> str:
    """The place to which a row of values is bound."""
    return f"casework.value:{case_id}:{subject}:{n}"
