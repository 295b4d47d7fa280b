"""Webhooks: signed, without anybody's data, tried again until they are taken, and never told twice as new."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.api.acting import command

from tongban.platform import time
from tongban.supervision import webhooks
from tongban.supervision.models import Delivery
from tongban.testing.stories.city import Client


class Receiver:
    """Another system: a real little server that takes what it gets, or answers 500."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.is_ill = False
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.headers["Tongban-Signature"], body))
                self.send_response(500 if receiver.is_ill else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/events"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def test_an_event_is_told_once_with_a_signature_and_without_personal_data(
    api: Client, case: str, receiver: Receiver
) -> None:
    _, secret = webhooks.add_endpoint(receiver.url)
    assert command(api, "clerk-maternity", case, "accept").status_code == 200
    assert webhooks.fan_out() == 1
    assert webhooks.fan_out() == 0
    assert webhooks.deliver() == 1
    assert webhooks.deliver() == 0
    ((header, body),) = receiver.got
    sent = json.loads(body)
    assert {key: sent[key] for key in ("case", "kind", "step", "to")} == {
        "case": case, "kind": "stepped", "step": "accept", "to": "accepted",
    }  # fmt: skip
    assert "李沐禾" not in body.decode()
    stamp = header.partition(",")[0].removeprefix("t=")
    wanted = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert header == f"t={stamp},v1={wanted}"


@pytest.mark.slow
def test_what_is_not_taken_is_tried_again_later_and_later(api: Client, case: str, receiver: Receiver) -> None:
    webhooks.add_endpoint(receiver.url)
    receiver.is_ill = True
    command(api, "clerk-maternity", case, "accept")
    webhooks.fan_out()
    waits = []
    for _ in range(4):
        Delivery.objects.update(next_at=time.recorded_now())
        before = time.recorded_now()
        assert webhooks.deliver() == 0
        delivery = Delivery.objects.get()
        assert delivery.next_at is not None
        assert delivery.answer == "HTTP 500"
        waits.append(round((delivery.next_at - before) / timedelta(minutes=1)))
    assert waits == [1, 2, 4, 8]
    receiver.is_ill = False
    assert webhooks.deliver() == 0  # not yet
    Delivery.objects.update(next_at=time.recorded_now())
    assert webhooks.deliver() == 1
    assert len({json.loads(body)["id"] for _, body in receiver.got}) == 1


def test_after_three_days_it_is_given_up_and_counted(api: Client, case: str, receiver: Receiver) -> None:
    receiver.is_ill = True
    webhooks.add_endpoint(receiver.url)
    command(api, "clerk-maternity", case, "accept")
    webhooks.fan_out()
    Delivery.objects.update(tries=webhooks.MOST_TRIES - 1)
    webhooks.deliver()
    (endpoint,) = webhooks.endpoints()
    assert (endpoint["waiting"], endpoint["given_up"]) == (0, 1)


def test_whoever_is_removed_hears_no_more(api: Client, case: str, receiver: Receiver) -> None:
    endpoint, _ = webhooks.add_endpoint(receiver.url)
    command(api, "clerk-maternity", case, "accept")
    webhooks.fan_out()
    assert webhooks.remove_endpoint(endpoint) is True
    assert webhooks.remove_endpoint(endpoint) is False
    webhooks.deliver()
    assert receiver.got == []
