"""A demonstration city of a bench's own: begun as `tongban demo` begins it, in its own folder, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx

MOST_SECONDS = 600
STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A city that answers: where, how many seconds after it was begun, and the process that holds it together."""

    address: str
    seconds: float
    home: Path
    process: int
    environment: Mapping[str, str]

    def run(self, *words: str) -> str:
        """What `tongban` prints for these words in this city."""
        command = [sys.executable, "-m", "tongban", *words]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout  # noqa: S603 - us


@contextmanager
def demonstration(people: int) -> Iterator[Demonstration]:
    """Begin a city from nothing, wait until it is ready, and end it in order."""
    folder = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    folder.chmod(0o711)  # the database server is another user when root runs us
    port = free_port()
    places = {"TONGBAN_HOME": f"{folder}/home", "TONGBAN_KEYS": f"{folder}/keys", "TONGBAN_PORT": str(port)}
    environment = {**os.environ, **places}
    environment.pop("DATABASE_URL", None)
    environment.pop("MAKELEVEL", None)
    begun = monotonic()
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "tongban", "demo", "--people", str(people)],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address, process, folder / "log")
        yield Demonstration(address, monotonic() - begun, folder / "home", process.pid, environment)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for /readyz. Raises ``RuntimeError`` with the end of the log when the city does not come up."""
    deadline = monotonic() + MOST_SECONDS
    while process.poll() is None and monotonic() < deadline:
        try:
            if httpx.get(f"{address}/readyz", timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        sleep(0.1)
    raise RuntimeError(log.read_text(encoding="utf-8")[-2_000:])


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        port: int = attempt.getsockname()[1]
        return port


class Visitor:
    """Somebody at the portal, as a browser without JavaScript: follows redirects, keeps cookies, sends forms."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, follow_redirects=True, timeout=60)

    def get(self, path: str) -> httpx.Response:
        """A page; raises where there is none."""
        return self.http.get(path).raise_for_status()

    def send(self, path: str, **fields: str) -> httpx.Response:
        """A form with the token that keeps strangers' forms out."""
        if "csrftoken" not in self.http.cookies:
            self.get("/login")
        token = self.http.cookies["csrftoken"]
        return self.http.post(path, data={**fields, "csrfmiddlewaretoken": token}).raise_for_status()

    def enter(self, persona: str) -> None:
        """Log in as one of the demonstration's people."""
        self.send("/login/persona", persona=persona)
