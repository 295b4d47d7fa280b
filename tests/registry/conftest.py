"""What the registry's tests share: attributes of a small vocabulary, a reader, and a holder's service over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tongban.catalog.vocabulary import Attribute, Kind, Text
from tongban.registry.directory import remote
from tongban.registry.model import Reader
from tongban.registry.remote import HttpHolder

PERSON = "base/Person"
MARRIAGE = "civil/Marriage"
POLICE = "base/population"
INSURER = "medical-insurance/insurer"
READER = Reader(
    "staff:7", Text("办理：新生儿出生", "For: a child is born"), office="population-430211", application="A-1"
)


def attribute(name: str, held_by: str | None, kind: Kind = "text", type_id: str = PERSON) -> Attribute:
    return Attribute(type=type_id, name=name, label=Text(name, name), kind=kind, held_by=held_by)


ID_NUMBER = attribute("id_number", None, "resident-id")
NAME = attribute("name", POLICE)
ADDRESS = attribute("household_address", POLICE, "address")
INSURED_FROM = attribute("insured_from", INSURER, "date")
INSURED = attribute("is_insured", INSURER, "boolean")
MARRIED_ON = attribute("registered_on", INSURER, "date", MARRIAGE)


class Service(ThreadingHTTPServer):
    """A holder's own service, as docs/holders.md tells it.

    ``mode`` says how it behaves; ``asked`` and ``told`` keep every body it was sent; ``refused`` holds keys that it
    does not take.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode = "well"
        self.facts: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []
        self.told: list[dict[str, Any]] = []
        self.refused: set[str] = set()
        self.caller_gone = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked may hang up, and often does: that is what is tested."""

    def answer(self, body: dict[str, Any]) -> list[dict[str, Any] | None]:
        """What a sound service says."""
        return [
            {name: self.facts[key].get(name) for name in subject["attributes"]}
            if (key := subject.get("key") or "+".join(sorted(subject["ends"].values()))) in self.facts
            else None
            for subject in body["subjects"]
        ]


class Handler(BaseHTTPRequestHandler):
    """Answers as the service's mode says."""

    server: Service
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer a read or a write, well or otherwise."""
        mode = self.server.mode
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/write":
            self.server.told.append(body)
            whole = b""
            if any(subject.get("key") in self.server.refused for subject in body["subjects"]):
                mode = "refuse"
        else:
            self.server.asked.append(body)
            whole = json.dumps({"subjects": self.server.answer(body)}).encode()
        bodies = {
            "html": b"<html>Login</html>",
            "list": b"[]",
            "short": b'{"subjects": []}',
            "half": json.dumps({"subjects": [{} for _ in body["subjects"]]}).encode(),
            "nested": whole.replace(b"true", b'{"value": true}'),
        }
        if mode == "slow":
            self.server.caller_gone.wait(30)
        self.send_response({"error": 500, "moved": 302, "refuse": 422}.get(mode, 200))
        content = bodies.get(mode, whole)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            if mode == "drip":
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    self.server.caller_gone.wait(0.25)
            elif mode == "cut":
                self.wfile.write(content[:5])
                self.close_connection = True
            else:
                self.wfile.write(content)
        except OSError:
            pass  # the caller has gone away, as it may

    def log_message(self, *_words: object) -> None:
        """Tests say enough."""


@pytest.fixture
def service() -> Iterator[Service]:
    """A holder's service on this machine."""
    running = Service()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.caller_gone.set()
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def insurer(service: Service, settings: Settings) -> Iterator[HttpHolder]:
    """The city's insurer is that service, and the city has little patience with it."""
    settings.HOLDERS = {INSURER: service.url}
    holder = remote(INSURER, service.url)
    holder.patience_seconds = 0.3
    yield holder
    holder.close()
    remote.cache_clear()
