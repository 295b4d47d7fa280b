"""How records and keys stand in the tables: encrypted, each bound to its place, so that no row can take another's.

The one module of the registry that knows what the stored bytes mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import orjson

from tongban.catalog.vocabulary import Raw
from tongban.platform.crypto import decrypt, encrypt, keyed_hash

Stored: TypeAlias = bytes | memoryview
"""Bytes as a table gives them back."""


def seal_facts(holder: str, subject_id: int, facts: Mapping[str, Raw]) -> bytes:
    """What a holder knows about a subject, as it is stored."""
    return encrypt(orjson.dumps(facts), context=record_context(holder, subject_id))


def open_facts(holder: str, subject_id: int, sealed: Stored) -> dict[str, Raw]:
    """Back from the stored form. Raises PlatformError ``value-damaged`` for a row that was changed or moved."""
    facts: dict[str, Raw] = orjson.loads(decrypt(bytes(sealed), context=record_context(holder, subject_id)))
    return facts


def seal_key(type_id: str, key: str) -> bytes:
    """A key attribute's value as it is stored, for holders elsewhere and for its owner."""
    return encrypt(key, context=key_context(type_id))


def open_key(type_id: str, sealed: Stored) -> str:
    """Back from the stored form."""
    return decrypt(bytes(sealed), context=key_context(type_id)).decode()


def hash_key(type_id: str, key: str) -> bytes:
    """What finds a subject by its key without opening every row."""
    return keyed_hash(key, context=key_context(type_id))


def hash_alias(attribute: str, value: str) -> bytes:
    """What finds a subject by a number of its that is not its key, as `hash_key` does."""
    return keyed_hash(value, context=f"registry-alias:{attribute}")


def record_context(holder: str, subject_id: int) -> str:
    """The place to which what a holder knows of a subject is bound."""
    return f"registry:{holder}:{subject_id}"


def key_context(type_id: str) -> str:
    """The place to which the key of a subject is bound."""
    return f"registry-key:{type_id}"
