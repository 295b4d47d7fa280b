"""Upgrade while the city serves: one version's server runs on, `migrate` and `publish` of the next come under it.

The server is a real process that never sees the new files: it takes the new publication from the database. What was
begun under the old one ends under the old one.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import tongban
from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.platform.roles import SUPERUSER
from tongban.testing import templates

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
OUTSIDE = Path(__file__).parents[1] / "outside_pack"
SERVICE = "street-music/permit"
OLD = """procedure: standard
limits: {promised: 5 workdays, statutory: null, status: unverified, source: 演示}
"""
READY_SECONDS = 60


class Version:
    """One version of a city's packs: the tree, and the outside pack as this version has it."""

    def __init__(self, site: Path, environment: dict[str, str]) -> None:
        self.site = site
        path = os.pathsep.join([str(site), str(Path(tongban.__file__).parents[1])])
        self.environment = os.environ | environment | {"PYTHONPATH": path}

    def run(self, *arguments: str) -> str:
        """What a command printed; it must have gone well."""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "tongban", *arguments],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def serving(self, address: str) -> Iterator[None]:
        """The real server process, answering at ``address``."""
        with subprocess.Popen(
            [sys.executable, "-m", "tongban", "serve"], env=self.environment, stderr=subprocess.DEVNULL
        ) as process:
            try:
                deadline = time.monotonic() + READY_SECONDS
                while time.monotonic() < deadline and not is_ready(address):
                    time.sleep(0.2)
                yield
            finally:
                process.terminate()


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").is_success
    except httpx.HTTPError:
        return False


def edited(site: Path, change: Callable[[str], str]) -> None:
    """Let a version's service say something else."""
    file = site / "street_music" / "services" / "permit.yaml"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.fixture
def versions(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[Version, Version]]:
    """The version that is running, and the next one, on one database with people."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    source = shutil.copytree(OUTSIDE, tmp_path / "source")
    wheel = [*pip, "wheel", "--no-build-isolation", "--no-index", "--no-deps", "-w", str(tmp_path), str(source)]
    subprocess.run(wheel, check=True)  # noqa: S603
    (built,) = tmp_path.glob("*.whl")
    install = [*pip, "install", "--no-index", "--no-deps", "--target", str(tmp_path / "old"), str(built)]
    subprocess.run(install, check=True)  # noqa: S603
    edited(tmp_path / "old", lambda text: text.replace("procedure: instant\n", OLD))
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    edited(
        tmp_path / "new",
        lambda text: text.replace("5 workdays", "1 workday").replace(
            "player.instrument]", "player.instrument, player.phone]"
        ),
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database.create(postgres, "upgraded", template=templates.INHABITED)
    environment = {
        "DATABASE_URL": postgres.conninfo("upgraded", SUPERUSER),
        "TONGBAN_HOME": str(tmp_path / "home"),
        "TONGBAN_KEYS": str(templates.keys()),
        "TONGBAN_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "tongban.platform.settings",
    }
    yield Version(tmp_path / "old", environment), Version(tmp_path / "new", environment)
    database.drop(postgres, "upgraded")


class Door:
    """The API of the running server, as one persona."""

    def __init__(self, address: str, token: str) -> None:
        self._address = f"{address}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:  # noqa: ANN401 -- any JSON
        """What is there."""
        return self._told("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401
        """What came of it."""
        return self._told("POST", path, body)

    def _told(self, method: str, path: str, body: dict[str, Any] | None) -> Any:  # noqa: ANN401
        answer = httpx.request(method, self._address + path, json=body, headers=self._headers, timeout=60)
        assert answer.is_success, answer.text
        return answer.json()


def draft(mother: Door) -> tuple[str, set[str], dict[str, Any]]:
    """A new application with all that is read agreed to: its number, what it asks, its plan."""
    number = mother.post("/applications", {"bundle": SERVICE})["number"]
    view = mother.post(f"/applications/{number}/agree", {})
    return number, {question["fact"] for question in view["questions"]}, view["plan"]


def test_a_running_server_takes_up_what_is_published_and_ends_what_was_begun(
    versions: tuple[Version, Version],
) -> None:
    old, new = versions
    address = f"http://127.0.0.1:{old.environment['TONGBAN_PORT']}"
    old.run("migrate")
    first = json.loads(old.run("publish", "--json"))
    with old.serving(address):
        mother, clerk, approver = (
            Door(address, old.run("token", persona).strip())
            for persona in ("mother", "clerk-population", "approver-population")
        )
        number, asked, plan = draft(mother)
        assert asked == {"player.instrument"}
        assert plan["schedule"]["days"] == 5
        mother.post(f"/applications/{number}/facts", {"facts": {"player.instrument": "二胡"}})
        mother.post(f"/applications/{number}/sign", {})
        begun = mother.post(f"/applications/{number}/submit", {})["cases"][0]

        new.run("migrate")
        second = json.loads(new.run("publish", "--json"))
        assert second["digest"] != first["digest"]
        assert second["added"] == 1

        _, asked, plan = draft(mother)
        assert asked == {"player.instrument", "player.phone"}
        assert plan["schedule"]["days"] == 1
        path = f"/cases/{begun['number'].replace('/', '.')}"
        clerk.post(f"{path}/commands", {"command": "accept"})
        case = approver.post(f"{path}/commands", {"command": "decide"})
        assert case["publication"] == first["digest"]
        assert case["result"] == "granted"
        assert {fact["fact"] for fact in case["facts"]} & {"player.instrument", "player.phone"} == {"player.instrument"}
        assert mother.get(f"/applications/{number}")["promised_due"] == begun["due"]
        assert is_ready(address)
