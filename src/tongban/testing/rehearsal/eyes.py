"""A real browser's eyes for the pages of a way: what a person waits for until a page stands, with its pictures."""

from __future__ import annotations

import os
import shutil
import time as stopwatch
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tongban.testing.rehearsal.links import Seen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

SCREEN: Final[ViewportSize] = {"width": 390, "height": 844}
"""A phone: most people have no other screen."""
PATIENCE_MILLISECONDS: Final = 30_000
"""So long is waited for what can be pressed: the machine may be busy."""
PROGRAM: Final = "chromium"
UNSAFE: Final = "DJANGO_ALLOW_ASYNC_UNSAFE"


@dataclass(frozen=True)
class Eyes:
    """A window that is whoever its session says."""

    site: str
    browser: Browser
    window: BrowserContext

    @contextmanager
    def window_of_somebody(self) -> Iterator[Page]:
        """A window of somebody's own, which nobody has used before."""
        theirs = self.browser.new_context(viewport=SCREEN)
        theirs.set_default_timeout(PATIENCE_MILLISECONDS)
        try:
            yield theirs.new_page()
        finally:
            theirs.close()

    def look(self, path: str, session: str | None) -> Seen:
        """A page as it is when all in it is there."""
        self.window.clear_cookies()
        if session is not None:
            self.window.add_cookies([{"name": "sessionid", "value": session, "url": self.site}])
        page = self.window.new_page()
        try:
            began = stopwatch.perf_counter()
            answer = page.goto(f"{self.site}{path}", wait_until="load")
            seconds = stopwatch.perf_counter() - began
            return Seen(seconds, answer.status if answer else 0, page.content(), page.url)
        finally:
            page.close()


@contextmanager
def opened(site: str) -> Iterator[Eyes]:
    """A browser before the city at this address."""
    from playwright.sync_api import sync_playwright

    # The browser's loop runs in this thread, where Django would not speak to its database; nothing awaits here.
    before = os.environ.setdefault(UNSAFE, "")
    os.environ[UNSAFE] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which(PROGRAM))
            yield Eyes(site, browser, browser.new_context(viewport=SCREEN))
            browser.close()
    finally:
        os.environ[UNSAFE] = before
