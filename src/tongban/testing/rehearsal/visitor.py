"""Somebody on the way: looks at pages as a browser fetches them, sends through the API, and notes what it took.

Both go over HTTP with one session: every layer from the socket to the database has its part in what is measured.
"""

from __future__ import annotations

import json
import time as stopwatch
from dataclasses import dataclass, field
from typing import Any, Final

from tongban.supervision.rounds.ways import Act, Asked, DeadLink, Promise, Step, Stuck
from tongban.testing.rehearsal.browsing import Browser, CannotEnter
from tongban.testing.rehearsal.eyes import Eyes
from tongban.testing.rehearsal.links import Links, Seen

API: Final = "/api/v1"
PAPER: Final = b"%PDF-1.4 a paper"
TRIES: Final = 3
"""What seems slow is measured so often, and its best counts: a busy machine is no slow page."""
LOOKS_SLOW_SECONDS: Final = 1.5
BAD = 400


class NoWayOn(Exception):  # noqa: N818 - reads as what it is where it is caught
    """Here the way ends before its result."""

    def __init__(self, stuck: Stuck) -> None:
        super().__init__(stuck.said)
        self.stuck = stuck


@dataclass
class Trail:
    """What is measured on one way through a matter while it is walked."""

    about: str
    steps: list[Step] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    dead_links: list[DeadLink] = field(default_factory=list)
    results: dict[str, str | None] = field(default_factory=dict)
    is_found: bool = True
    promise: Promise | None = None
    due: str | None = None
    fee_fen: int | None = None
    turn: int = 0


@dataclass
class Visitor:
    """Somebody of the way, everything that they do noted on its trail: whoever's browser has no name is a stranger.

    With ``eyes`` pages are looked at in a real browser.
    """

    trail: Trail
    browser: Browser
    links: Links
    eyes: Eyes | None = None

    def enter(self, at: str) -> None:
        """Log in. Raises NoWayOn."""
        try:
            self.browser.ready()
        except CannotEnter as refused:
            raise NoWayOn(Stuck(at, f"登录不了 · not let in ({refused})")) from refused

    def look(self, at: str, path: str, service: str = "") -> str:
        """A page as text, at its best of some tries where it seems slow."""
        seen = self._seen(path)
        seconds = seen.seconds
        for _ in range(TRIES - 1):
            if seconds < LOOKS_SLOW_SECONDS:
                break
            seen = self._seen(path)
            seconds = min(seconds, seen.seconds)
        self._note("page", at, seconds, seen.status, service)
        self.trail.dead_links += self.links.dead(self.browser, self.trail.about, at, seen)
        return seen.html

    def _seen(self, path: str) -> Seen:
        if self.eyes is not None:
            return self.eyes.look(path, self.browser.session)
        began = stopwatch.perf_counter()
        answer = self.browser.page(path)
        return Seen(stopwatch.perf_counter() - began, answer.status_code, answer.text, str(answer.url))

    def send(self, at: str, path: str, body: object, service: str = "") -> tuple[int, dict[str, Any]]:
        """What the API answers to what is sent."""
        return self._call(at, service, path, json=body)

    def hand_in(self, at: str, path: str, paper: str) -> tuple[int, dict[str, Any]]:
        """The same of a paper."""
        return self._call(at, "", path, data={"paper": paper}, files={"file": ("paper.pdf", PAPER, "application/pdf")})

    def _call(self, at: str, service: str, path: str, **rest: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 -- httpx' own
        began = stopwatch.perf_counter()
        answer = self.browser.call("POST", f"{API}{path}", **rest)
        self._note("call", at, stopwatch.perf_counter() - began, answer.status_code, service)
        return answer.status_code, _json(answer.content)

    def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        """What the API says; no step of the way, for a page shows it too."""
        answer = self.browser.call("GET", f"{API}{path}")
        return answer.status_code, _json(answer.content)

    def _note(self, act: Act, at: str, seconds: float, status: int, service: str) -> None:
        self.trail.steps.append(Step(act, at, round(seconds, 4), status, service))


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {"list": found}
