"""The page that leads a newcomer to a live service is followed to the letter, in a copy of the checkout."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Literal

import httpx
import pytest
from bench.demonstration import free_port
from tests.meta.tree import ROOT, project_files

from tongban.platform.places import usual_home

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PAGE = ROOT / "docs" / "ten-minute-service.md"
FENCE = re.compile(r"^```(console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`(src/\S+)`:\s*\Z")
SEEN = re.compile(r"<http://127\.0\.0\.1:8000(\S+)> \w+ \*\*(.+?)\*\*")
READY_SECONDS = 300


@dataclass(frozen=True)
class Deed:
    """One thing that the page tells the reader: to run a command, to write a file, or to look at an address.

    ``what`` is the command, the path or the address; ``then`` what is printed, written or seen.
    """

    kind: Literal["run", "write", "look"]
    what: str
    then: str


def deeds() -> Iterator[Deed]:
    """What the page tells the reader, in its order."""
    text = PAGE.read_text(encoding="utf-8")
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
        yield Deed("run", command, shown.strip())


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A copy of the checkout whose virtual environment is ours, already made; what it kept elsewhere goes with it."""
    tmp_path.chmod(0o755)  # the database server is another user when root runs us
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    tree = tmp_path / "tongban"
    for file in project_files():
        target = tree / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    (tree / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (tree / ".venv" / name).symlink_to(ROOT / ".venv" / name)
    locked = (tree / "requirements" / "run.txt").read_bytes() + (tree / "pyproject.toml").read_bytes()
    (tree / ".venv" / f".ready-run-{hashlib.sha256(locked).hexdigest()[:16]}").touch()
    yield tree
    shutil.rmtree(usual_home(tree), ignore_errors=True)


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
    city: subprocess.Popen[bytes] | None = None

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
        elif deed.what == "make demo":
            self.begin_city()
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

    def begin_city(self) -> None:
        """`make demo`, until it is served."""
        log = self.tree.parent / "demo.log"
        with log.open("wb") as output:
            self.city = subprocess.Popen(
                ["make", "demo"],  # noqa: S607 - as the reader types it
                cwd=self.tree,
                env=self.terminal,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = monotonic() + READY_SECONDS
        while self.city.poll() is None and monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/readyz").is_success:
                    return
            except httpx.TransportError:
                sleep(0.5)
        raise AssertionError(log.read_text(encoding="utf-8"))

    def leave(self) -> None:
        """Ctrl-C in the first terminal."""
        if self.city is not None:
            os.killpg(self.city.pid, signal.SIGINT)
            self.city.wait(60)


def test_the_page_is_followed_to_the_letter(checkout: Path) -> None:
    reader = Reader(checkout, environment(checkout))
    try:
        for deed in deeds():
            reader.do(deed)
    finally:
        reader.leave()


def test_the_page_tells_of_everything_it_promises() -> None:
    told = list(deeds())
    assert {deed.kind for deed in told} == {"run", "write", "look"}
    words = " ".join(deed.what for deed in told)
    for command in ("make demo", "new pack", "new service", "check", "plan", "story", "publish"):
        assert command in words
