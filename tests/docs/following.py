"""Somebody who does to the letter what a page of the documents tells, in a copy of the checkout: run, write, look."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Literal

import httpx
from bench.demonstration import free_port

FENCE = re.compile(r"^```(console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`(src/\S+)`[:：]\s*\Z")
SEEN = re.compile(r"<http://127\.0\.0\.1:8000(\S+)> ?\w+ ?\*\*(.+?)\*\*")
KEEP_RUNNING = {"make demo", ".venv/bin/tongban serve", ".venv/bin/tongban worker"}
READY_SECONDS = 300
STOP_SECONDS = 60


@dataclass(frozen=True)
class Deed:
    """One thing that the page tells the reader: to run a command, to write a file, or to look at an address.

    ``what`` is the command, the path or the address; ``then`` what is printed, written or seen.
    """

    kind: Literal["run", "write", "look"]
    what: str
    then: str


def deeds(page: Path) -> Iterator[Deed]:
    """What a page tells the reader, in its order."""
    text = page.read_text(encoding="utf-8")
    end = 0
    for fence in FENCE.finditer(text):
        between = text[end : fence.start()]
        yield from (Deed("look", path, words) for path, words in SEEN.findall(between))
        if fence[1] == "yaml":
            named = FILE.search(between)
            assert named, f"no file is named before: {fence[2]}"
            yield Deed("write", named[1], fence[2])
        else:
            yield from commands(fence[2])
        end = fence.end()


def commands(console: str) -> Iterator[Deed]:
    """The commands of one console, each with the lines that it shows."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield Deed("run", command.partition("  # ")[0].strip(), shown.strip())


def environment(tree: Path) -> dict[str, str]:
    """That of a terminal in the copy."""
    left_out = ("TONGBAN_", "DJANGO_", "PYTEST_", "DATABASE_URL", "MAKE")
    ours = {key: value for key, value in os.environ.items() if not key.startswith(left_out)}
    places = {"TONGBAN_HOME": f"{tree.parent}/home", "TONGBAN_KEYS": f"{tree.parent}/keys"}
    return {**ours, **places, "TONGBAN_PORT": str(free_port()), "PYTHONPATH": f"{tree}/src", "COLUMNS": "200"}


@dataclass
class Reader:
    """Somebody who does what the page says, with a second terminal for what keeps running."""

    tree: Path
    terminal: dict[str, str]
    begun: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where the city answers: the page says 8000, where another may be running."""
        return f"http://127.0.0.1:{self.terminal['TONGBAN_PORT']}"

    def do(self, deed: Deed) -> None:
        """Do one deed, and see what the page says is to be seen."""
        if deed.kind == "write":
            file = self.tree / deed.what
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(deed.then, encoding="utf-8")
        elif deed.kind == "look":
            assert deed.then in httpx.get(self.address + deed.what, timeout=60).raise_for_status().text
        elif deed.what in KEEP_RUNNING:
            self.begin(deed.what)
        elif deed.what.startswith("export "):
            name, _, value = shlex.split(deed.what)[1].partition("=")
            self.terminal[name] = value
        else:
            self.run(deed)

    def run(self, deed: Deed) -> None:
        """Run a command as the shell would; each line that the page shows stands in what it prints."""
        done = subprocess.run(  # noqa: S602 - the page's own words
            deed.what, shell=True, cwd=self.tree, env=self.terminal, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"$ {deed.what}\n{done.stdout}{done.stderr}"
        for line in deed.then.splitlines():
            assert line in done.stdout, f"$ {deed.what}\n{done.stdout}"

    def begin(self, command: str) -> None:
        """A command that keeps running in a terminal of its own; what serves, until it is ready."""
        log = self.tree.parent / f"{len(self.begun)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - the page's own words
                command.split(),
                cwd=self.tree,
                env=self.terminal,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.begun.append(process)
        deadline = monotonic() + READY_SECONDS
        while process.poll() is None and monotonic() < deadline:
            if self.is_ready():
                return
            sleep(0.5)
        raise AssertionError(log.read_text(encoding="utf-8"))

    def is_ready(self) -> bool:
        """Whether the city says that it can answer."""
        try:
            return httpx.get(f"{self.address}/readyz").is_success
        except httpx.TransportError:
            return False

    def leave(self) -> None:
        """Ctrl-C in every terminal, which ends what runs there."""
        for process in self.begun:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
        unheeding = []
        for process in self.begun:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                unheeding.append(process.args)
                process.kill()
                process.wait()
        assert unheeding == []
