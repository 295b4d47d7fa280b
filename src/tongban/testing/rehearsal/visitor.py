"""Somebody on the way: looks at pages as a browser fetches them, sends through the API, and notes what it took.

Both go through this process: no port is needed, and every layer from the middleware to the database has its part in
what is measured.
"""

from __future__ import annotations

import json
import time as stopwatch
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tongban.accounts.models import User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.supervision.rounds.ways import Act, Asked, Promise, Step, Stuck
from tongban.testing.rehearsal.eyes import Eyes

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
    """What is measured on one way while it is walked."""

    steps: list[Step] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    results: dict[str, str | None] = field(default_factory=dict)
    is_found: bool = True
    promise: Promise | None = None
    due: str | None = None
    fee_fen: int | None = None
    turn: int = 0


@dataclass
class Visitor:
    """Somebody of the way, everything that they do noted on its trail: without ``user`` a stranger.

    With ``eyes`` pages are looked at in a real browser.
    """

    trail: Trail
    user: User | None = None
    eyes: Eyes | None = None

    @cached_property
    def _browser(self) -> Client:
        browser = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        if self.user is not None:
            browser.force_login(self.user)
        return browser

    @cached_property
    def _headers(self) -> dict[str, str]:
        if self.user is None:
            return {}
        return {"Authorization": f"Bearer {issue_token(self.user, TOKEN_SCOPES, label='rehearsal')}"}

    def look(self, at: str, path: str, service: str = "") -> str:
        """A page as text, at its best of some tries where it seems slow."""
        seconds, status, text = self._looked(path)
        for _ in range(TRIES - 1):
            if seconds < LOOKS_SLOW_SECONDS:
                break
            again, status, text = self._looked(path)
            seconds = min(seconds, again)
        self._note("page", at, seconds, status, service)
        return text

    def _looked(self, path: str) -> tuple[float, int, str]:
        if self.eyes is not None:
            session = self._browser.cookies.get(settings.SESSION_COOKIE_NAME)
            return self.eyes.look(path, session.value if session else None)
        began = stopwatch.perf_counter()
        answer = self._browser.get(path, follow=True)
        return stopwatch.perf_counter() - began, answer.status_code, answer.content.decode()

    def send(self, at: str, path: str, body: object, service: str = "") -> tuple[int, dict[str, Any]]:
        """What the API answers to what is sent."""
        return self._call(at, service, path, data=json.dumps(body), content_type="application/json")

    def hand_in(self, at: str, path: str, paper: str) -> tuple[int, dict[str, Any]]:
        """The same of a paper."""
        file = SimpleUploadedFile("paper.pdf", PAPER, "application/pdf")
        return self._call(at, "", path, data={"paper": paper, "file": file})

    def _call(self, at: str, service: str, path: str, **rest: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 -- Django's
        began = stopwatch.perf_counter()
        answer = self._bare.post(f"{API}{path}", headers=self._headers, **rest)
        self._note("call", at, stopwatch.perf_counter() - began, answer.status_code, service)
        return answer.status_code, _json(answer.content)

    def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        """What the API says; no step of the way, for a page shows it too."""
        answer = self._bare.get(f"{API}{path}", headers=self._headers)
        return answer.status_code, _json(answer.content)

    @cached_property
    def _bare(self) -> Client:
        return Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)

    def _note(self, act: Act, at: str, seconds: float, status: int, service: str) -> None:
        self.trail.steps.append(Step(act, at, round(seconds, 4), status, service))


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {"list": found}
