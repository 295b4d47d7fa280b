"""`tongban demo` as whoever tries it lives with it: Ctrl-C ends all, a second run keeps, `--reset` starts over."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from bench.demonstration import free_port, wait_until_ready
from tests.meta.tree import ROOT

from tongban.cli import demo
from tongban.platform.places import SYSTEM_HOME

STOP_SECONDS = 60
ENDED_BY_CTRL_C = {0, 128 + signal.SIGINT}
MOST_PEOPLE = 4_000_000


@dataclass(frozen=True)
class Terminal:
    """Where somebody types `tongban`: a folder of its own for the city and for its keys."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *words: str) -> str:
        """What a command prints; the city comes up for it if it is down."""
        command = [sys.executable, "-m", "tongban", *words]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout  # noqa: S603 - us

    def applications(self) -> list[str]:
        """The numbers of the mother's applications."""
        return [line["number"] for line in json.loads(self.run("applications", "--as", "mother", "--json"))]

    @contextmanager
    def demo(self, *options: str) -> Iterator[None]:
        """`tongban demo` until it is ready, and Ctrl-C when what is done meanwhile is done."""
        log = self.folder / "log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "tongban", "demo", "--people", "200", *options]
            city = subprocess.Popen(  # noqa: S603 - our own command
                command, env=self.environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            wait_until_ready(f"http://127.0.0.1:{self.environment['TONGBAN_PORT']}", city, log)
            assert self.processes()  # the database at least
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(city.pid, signal.SIGINT)
            ended = city.wait(STOP_SECONDS)
        assert ended in ENDED_BY_CTRL_C, log.read_text(encoding="utf-8")
        assert self.processes() == []

    def processes(self) -> list[str]:
        """The commands that run for this city: PostgreSQL works in its data folder, the rest has our environment."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (process / "cmdline").read_bytes()
                here = str((process / "cwd").readlink()).startswith(str(self.folder))
                if here or f"TONGBAN_HOME={self.folder}".encode() in (process / "environ").read_bytes():
                    found.append(words.replace(b"\0", b" ").decode(errors="replace").strip())
        return found


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A new place on this machine, gone afterwards."""
    parent = SYSTEM_HOME if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="tongban-demo-", dir=parent))
    folder.chmod(0o711)  # the database server is another user when root runs us
    left_out = ("TONGBAN_", "DJANGO_", "PYTEST_", "DATABASE_URL", "MAKE")
    ours = {key: value for key, value in os.environ.items() if not key.startswith(left_out)}
    places = {"TONGBAN_HOME": f"{folder}/home", "TONGBAN_KEYS": f"{folder}/keys", "TONGBAN_PORT": str(free_port())}
    yield Terminal(folder, {**ours, **places, "PYTHONPATH": str(ROOT / "src")})
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ctrl_c_ends_all_of_it_a_second_run_keeps_and_reset_starts_over(terminal: Terminal) -> None:
    with terminal.demo():
        terminal.run("apply", "newborn", "--as", "mother", "--draft")
        [number] = terminal.applications()
    with terminal.demo():
        assert terminal.applications() == [number]
    with terminal.demo("--reset"):
        assert terminal.applications() == []


def people_asked_for(*words: str) -> int:
    """How many people `demo` would make for these words, which are read and not begun."""
    app = typer.Typer()
    demo.register(app)
    return int(typer.main.get_command(app).make_context("demo", list(words)).params["people"])


def test_a_city_has_up_to_four_million_people() -> None:
    assert people_asked_for() == 20_000
    assert people_asked_for("--people", str(MOST_PEOPLE)) == MOST_PEOPLE
    for wrong in (str(MOST_PEOPLE + 1), "99", "-1", "many"):
        with pytest.raises(typer.BadParameter):
            people_asked_for("--people", wrong)
