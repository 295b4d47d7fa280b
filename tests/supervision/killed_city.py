"""A city of real processes that may be killed: `tongban serve` on a database that survives, and its clients."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from bench.demonstration import free_port

from tongban.platform import database
from tongban.platform.places import SYSTEM_HOME
from tongban.platform.postgres import SERVING, Postgres
from tongban.platform.programs import wheel_programs
from tongban.platform.roles import SUPERUSER
from tongban.testing import templates
from tongban.testing.homes import own_home

READY_SECONDS = 120


@dataclass
class KilledCity:
    """Its database server, its folder and port, and the serving process while it lives; `environment` is set for it."""

    server: Postgres
    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    users: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Bring up what is down, the database first, as an operator would, and wait until the city is ready."""
        self.users.enter_context(self.server.running())
        if self.process is None or self.process.poll() is not None:
            places = {"TONGBAN_HOME": str(self.home), "TONGBAN_KEYS": str(templates.keys())}
            environment = os.environ | places | {"TONGBAN_PORT": str(self.port)} | self.environment
            environment.pop("DJANGO_SETTINGS_MODULE", None)
            command = [sys.executable, "-m", "tongban", "serve"]
            self.process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/readyz", timeout=5).is_success:
                    return
            time.sleep(0.05)
        raise AssertionError("the city does not become ready")

    def kill_serving(self) -> None:
        """End the serving process, with all that belongs to it, by kill -9."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_database(self) -> None:
        """End PostgreSQL by kill -9 of the postmaster; its children end when they see that it is gone."""
        postmaster = int((self.server.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        os.kill(postmaster, signal.SIGKILL)

    def look(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection to which no row-level security applies."""
        return psycopg.connect(self.server.conninfo(database.DATABASE, SUPERUSER), autocommit=True)


@contextmanager
def killed_city(parent: Path | None = None, settings: Mapping[str, str] = SERVING) -> Iterator[KilledCity]:
    """A published, inhabited city in a folder of its own, with durability as it is served; not started yet."""
    parent = parent or (SYSTEM_HOME if os.geteuid() == 0 else None)
    folder = Path(tempfile.mkdtemp(prefix="tongban-killed-", dir=parent))
    folder.chmod(0o711)
    home = folder / "home"
    home.mkdir(mode=0o711)
    subprocess.run(["cp", "-a", templates.cache() / templates.key() / "postgres", home], check=True)  # noqa: S603, S607
    city = KilledCity(Postgres(home / "postgres", programs=wheel_programs(), settings=settings), home, free_port())
    try:
        with own_home(), city.users:
            city.users.enter_context(city.server.running())
            database.create(city.server, database.DATABASE, template=templates.INHABITED)
            templates.let_time_run(city.server, database.DATABASE)
            database.point_to(city.server, database.DATABASE)
            try:
                yield city
            finally:
                if city.process is not None and city.process.poll() is None:
                    city.kill_serving()
                database.close_connections()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Clerk:
    """A client that keeps every command it ever sent and whether it was acknowledged."""

    city: KilledCity
    token: str
    case: str
    acknowledged: dict[UUID, bool] = field(default_factory=dict)
    _thread: threading.Thread | None = None
    _shall_end: threading.Event = field(default_factory=threading.Event)

    def go_on(self, command: str, texts: Mapping[str, str]) -> None:
        """Send the same again and again under new ids, in a thread of its own, until `stop`."""

        def work() -> None:
            while not self._shall_end.is_set():
                self.send(command, texts=texts)

        self._shall_end.clear()
        self._thread = threading.Thread(target=work)
        self._thread.start()

    def stop(self) -> None:
        """End what `go_on` began; what was on its way has its answer, or none."""
        self._shall_end.set()
        if self._thread is not None:
            self._thread.join()

    def send(
        self, command: str, id_: UUID | None = None, texts: Mapping[str, str] | None = None
    ) -> httpx.Response | None:
        """One command; None where the connection was cut."""
        chosen = id_ or uuid4()
        self.acknowledged.setdefault(chosen, False)
        path = f"{self.city.address}/api/v1/cases/{self.case.replace('/', '.')}/commands"
        headers = {"Authorization": f"Bearer {self.token}"}
        body = {"id": str(chosen), "command": command, "texts": texts or {}}
        try:
            answer = httpx.post(path, json=body, headers=headers, timeout=30)
        except httpx.TransportError:
            return None
        assert answer.is_success or answer.status_code in {503, 500}, answer.text
        self.acknowledged[chosen] = self.acknowledged[chosen] or answer.is_success
        return answer
