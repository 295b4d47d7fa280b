"""Whether pages can be read by everybody: what axe finds grave, what scrolls sideways, and which were read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

TOO_WIDE = """() => [...document.querySelectorAll("main *, header *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 90))"""
FOR_SCREENS = "header, nav, button, input, select, textarea, .btn, .tb-tabs, .tb-skip"
"""What nobody can use on paper."""


def for_every_reader(walk: Callable[..., None]) -> Callable[..., None]:
    """Take a walk on a phone and at a desk (`width`), in both languages (`language`), in both prints (`elder`)."""
    for name, values, ids in (
        ("width", [390, 1440], None),
        ("language", ["zh-hans", "en"], None),
        ("elder", [False, True], ["normal", "elder"]),
    ):
        walk = pytest.mark.parametrize(name, values, ids=ids)(walk)
    return walk


def grave(page: Page) -> list[str]:
    """What axe finds serious or critical on a page, each with the first element that shows it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in {"serious", "critical"}
    ]


def sideways(page: Page) -> list[str]:
    """By how many pixels a page is wider than its window, and what stands out; nothing where it fits."""
    pixels = int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
    return [f"{pixels} pixels too wide", *page.evaluate(TOO_WIDE)] if pixels > 0 else []


@dataclass
class Reading:
    """A walk from page to page: the routes that were read, as the list of doors writes them, and what is wrong."""

    routes: set[str] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def look(self, page: Page, state: str = "") -> None:
        """Read the page that stands; `state` tells apart what one address can show."""
        path = urlsplit(page.url).path
        try:
            self.routes.add(f"/{resolve(path).route}")
        except Resolver404:
            path = f"no page: {path}"
        found = grave(page) + sideways(page)
        if found:
            self.faults[f"{path} {state}".strip()] = found


@contextmanager
def on_paper(page: Page) -> Iterator[str]:
    """A page as it is printed, and its words: nothing may be left of bars, ways around and buttons."""
    page.emulate_media(media="print")
    left = page.locator(FOR_SCREENS).locator("visible=true").all()
    assert [one.evaluate("one => one.outerHTML.slice(0, 120)") for one in left] == []
    yield page.locator("main").inner_text()
    page.emulate_media(media="screen")
