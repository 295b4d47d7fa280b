"""Webhooks: every event, without personal values, told to other systems: signed, and tried again until it is taken.

The outbox gives each event once and in order; each endpoint then gets it at least once. A receiver checks the signature
(`Tongban-Signature: t=…,v1=…`, HMAC-SHA256 over `t.body` with its secret) and knows a repeat by `id`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import httpx
import orjson
from django.db import transaction

from tongban.casework import outbox, store
from tongban.casework.outbox import Item
from tongban.platform import time
from tongban.platform.crypto import decrypt, encrypt
from tongban.supervision.models import Delivery, Endpoint

READER: Final = "webhooks"
TIMEOUT_SECONDS: Final = 10
LEASE: Final = timedelta(minutes=2)
"""How long a delivery belongs to the worker that took it up."""

MOST_TRIES: Final = 14
LONGEST_WAIT_MINUTES: Final = 12 * 60
"""Waits double from one minute up to half a day: about three days in all."""


def add_endpoint(url: str) -> tuple[UUID, str]:
    """Let an address hear of every event from now on; returns its id and its secret, which is shown this once."""
    fan_out()  # what happened before is told to those who were here before
    secret = secrets.token_urlsafe(32)
    endpoint = Endpoint(url=url, made_at=time.recorded_now())
    endpoint.secret = encrypt(secret, context=secret_context(endpoint.id))
    endpoint.save(force_insert=True)
    return endpoint.id, secret


def remove_endpoint(endpoint_id: UUID) -> bool:
    """Tell an address no more, not even what it is still owed. False where there is none of this id."""
    return Endpoint.objects.filter(id=endpoint_id).delete()[0] > 0


def endpoints() -> list[dict[str, Any]]:
    """The addresses, oldest first, with how many deliveries each is owed and how many were given up."""
    return [
        {
            "id": str(endpoint.id),
            "url": endpoint.url,
            "waiting": endpoint.delivery_set.filter(next_at__isnull=False).count(),
            "given_up": endpoint.delivery_set.filter(next_at__isnull=True).count(),
        }
        for endpoint in Endpoint.objects.order_by("made_at")
    ]


def secret_of(endpoint: Endpoint) -> str:
    """What signs for an endpoint, in clear."""
    return decrypt(bytes(endpoint.secret), context=secret_context(endpoint.id)).decode()


def fan_out() -> int:
    """Write down, for each endpoint, what the outbox holds that is new; returns how many deliveries were made."""

    def take(items: Sequence[Item]) -> int:
        deliveries = _deliveries(items, list(Endpoint.objects.all()))
        return len(Delivery.objects.bulk_create(deliveries, ignore_conflicts=True))

    return outbox.drain(READER, take)


def deliver(most: int = 100) -> int:
    """Send what is due to be sent; returns how many were taken. What fails waits twice as long as before."""
    taken = 0
    with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
        for delivery in _taken_up(most):
            answer = _send(client, delivery)
            if answer == "":
                delivery.delete()
                taken += 1
                continue
            delivery.answer = answer
            delivery.next_at = _next_try(delivery.tries)
            delivery.save(update_fields=["answer", "next_at"])
    return taken


def signature(secret: str, at: datetime, body: bytes) -> str:
    """The header that proves where a delivery comes from and when it was sent."""
    seconds = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def _deliveries(items: Sequence[Item], receivers: Sequence[Endpoint]) -> list[Delivery]:
    if not receivers:
        return []
    numbers = {item.case for item in items if item.topic == "event"}
    events = {(event.case, event.n): event for each in store.events_of(numbers).values() for event in each}
    now = time.recorded_now()
    return [
        Delivery(id=uuid5(endpoint.id, ":".join(map(str, item.place))), endpoint=endpoint, body=body, next_at=now)
        for item in items
        if item.topic != "import"
        for body in [_body(item, events)]
        for endpoint in receivers
    ]


def _body(item: Item, events: Mapping[tuple[str, int], Any]) -> dict[str, Any]:
    """What an endpoint is told: which case, what happened, when. Names of the definitions only, nobody's data."""
    said: dict[str, Any] = {"case": item.case, "application": item.case.rpartition("/")[0]}
    event = events.get((item.case, item.n or 0))
    if event is None:
        return said | {"kind": "light", "clock": item.body.get("name"), "crossed": item.body.get("crossed")}
    at = event.happened_at.astimezone(time.ZONE).isoformat(timespec="seconds")
    state = {key: event.data[key] for key in ("step", "to", "result") if key in event.data}
    return said | {"kind": event.kind, "n": event.n, "at": at, **state}


def _taken_up(most: int) -> list[Delivery]:
    """What is due, taken up for a while so that no other worker sends it too."""
    now = time.recorded_now()
    with transaction.atomic():
        rows = Delivery.objects.select_for_update(skip_locked=True).filter(next_at__lte=now).order_by("next_at")[:most]
        found = list(rows)
        for delivery in found:
            delivery.tries += 1
            delivery.next_at = now + LEASE
        Delivery.objects.bulk_update(found, ["tries", "next_at"])
    return found


def _send(client: httpx.Client, delivery: Delivery) -> str:
    """Send one; empty when it was taken, otherwise what went wrong."""
    endpoint = delivery.endpoint
    body = orjson.dumps({"id": str(delivery.id), **delivery.body})
    secret = secret_of(endpoint)
    headers = {
        "Content-Type": "application/json",
        "Tongban-Signature": signature(secret, time.recorded_now(), body),
    }
    try:
        answer = client.post(endpoint.url, content=body, headers=headers)
    except httpx.HTTPError as error:
        return type(error).__name__
    return "" if answer.is_success else f"HTTP {answer.status_code}"


def _next_try(tries: int) -> datetime | None:
    if tries >= MOST_TRIES:
        return None
    return time.recorded_now() + timedelta(minutes=min(2 ** (tries - 1), LONGEST_WAIT_MINUTES))


def secret_context(endpoint_id: UUID) -> str:
    """The place to which the secret of an endpoint is bound."""
    return f"webhook:{endpoint_id}"
