"""The id that makes a request happen once however often it is sent."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest

from tongban.accounts.actor import Actor

_NAMESPACE = UUID("5a1d2c0e-9a3b-5d1e-8c7f-0b6a4e2d9f31")


def command_id(request: HttpRequest, reader: Actor) -> UUID:
    """The id that the client's key stands for; a new one where there is none."""
    return once(request, reader) or uuid4()


def once(request: HttpRequest, reader: Actor) -> UUID | None:
    """From the client's Idempotency-Key, any text, the reader's own; None where there is none."""
    key = request.headers.get("Idempotency-Key", "")
    return of_key(reader, key) if key else None


def of_key(reader: Actor, key: str) -> UUID:
    """The id that a key of the reader's own stands for."""
    return uuid5(_NAMESPACE, f"{reader.id}:{key}")
