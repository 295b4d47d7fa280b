"""A town with people in it, served over HTTP, and a browser to walk through it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, sync_playwright

from tongban.platform import time
from tongban.testing import templates

MONDAY = datetime(2026, 11, 16, 9, tzinfo=time.ZONE)


@pytest.fixture
def city_template(request: pytest.FixtureRequest) -> str:
    """A town has its people already; desks put their own into an empty city."""
    return templates.INHABITED if "town" in request.fixturenames else templates.PUBLISHED


@pytest.fixture
def town(site: str) -> str:
    """The address of a small city with the demonstration's people in it, on a Monday morning that stands still."""
    time.set_time(MONDAY, frozen=True)
    return site


@pytest.fixture
def standing(town: str) -> str:
    """What a browser waits for: the address of the city with all that a folder's tests put into it."""
    return town


@pytest.fixture
def browser(standing: str) -> Iterator[Browser]:
    """A browser, begun when the city stands and ended before it goes: it keeps a loop in which Django does not work."""
    assert standing
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield running
        running.close()
