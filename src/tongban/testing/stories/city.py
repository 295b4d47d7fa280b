"""A fresh city for one story: a copy of the inhabited database, time standing still, served over real HTTP."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import httpx
from django.core.handlers.wsgi import WSGIHandler

from tongban import publication
from tongban.accounts.models import User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.platform import database, time
from tongban.platform.postgres import Postgres
from tongban.registry.service import set_down
from tongban.supervision.citytime import OPENING
from tongban.testing.homes import own_home
from tongban.testing.serving import served
from tongban.testing.stories.model import Story
from tongban.testing.stories.records import write_given
from tongban.testing.templates import INHABITED

TIMEOUT_SECONDS: Final = 60
_numbers = itertools.count(1)


class Client:
    """Speaks to the city's API as one persona or another; where it has no door, by the persona's own browser."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._tokens: dict[str, str] = {}
        self._browsers: dict[str, httpx.Client] = {}

    @property
    def address(self) -> str:
        """Where the city is served."""
        return str(self._http.base_url)

    def send(self, persona: str | None, method: str, path: str, **rest: Any) -> httpx.Response:  # noqa: ANN401 -- httpx' own
        """One request below /api/v1; without a persona, a stranger's."""
        headers: dict[str, str] = dict(rest.pop("headers", {}))
        if persona is not None:
            headers["Authorization"] = f"Bearer {self._token(persona)}"
        return self._http.request(method, f"/api/v1{path}", headers=headers, **rest)

    def browse(self, persona: str, path: str, sent: Mapping[str, str] | None = None) -> httpx.Response:
        """A page as the persona's browser gets it, in Chinese, or what it leads to when a form is ``sent``."""
        if persona not in self._browsers:
            self._browsers[persona] = browser = httpx.Client(
                base_url=self._http.base_url, timeout=TIMEOUT_SECONDS, headers={"Accept-Language": "zh-hans"}
            )
            browser.get("/login")
            self.browse(persona, "/login/persona", {"persona": persona})
        browser = self._browsers[persona]
        if sent is None:
            return browser.get(path, follow_redirects=True)
        token = {"csrfmiddlewaretoken": browser.cookies.get("csrftoken", "")}
        return browser.post(path, data={**sent, **token}, follow_redirects=True)

    def close(self) -> None:
        """Close every browser."""
        for browser in self._browsers.values():
            browser.close()

    def _token(self, persona: str) -> str:
        if persona not in self._tokens:
            self._tokens[persona] = issue_token(user_of(persona), TOKEN_SCOPES, label="story")
        return self._tokens[persona]


def user_of(persona: str) -> User:
    """A persona's account."""
    return User.objects.get(persona=persona)


@contextmanager
def fresh_city(server: Postgres, story: Story, template: str = INHABITED) -> Iterator[Client]:
    """A city as the story says it is before it begins; it is gone afterwards."""
    name = f"story_{next(_numbers)}"
    database.create(server, name, template=template)
    try:
        database.point_to(server, name)
        with own_home():
            _prepare(story)
            with served(WSGIHandler()) as address, httpx.Client(base_url=address, timeout=TIMEOUT_SECONDS) as http:
                client = Client(http)
                yield client
                client.close()
    finally:
        database.close_connections()
        database.drop(server, name)


def _prepare(story: Story) -> None:
    day = story.given.on
    start = datetime.combine(day, OPENING, time.ZONE) if day else time.DEMONSTRATION_START
    time.set_time(start, frozen=True)
    if publication.current().digest != story.catalog.digest:  # a pack of the story's own
        publication.publish(story.catalog)
    for cast in story.given.cast:
        write_given(story.catalog, cast)
    for holder in story.given.down:
        set_down(holder, down=True)


def problem_of(answer: httpx.Response) -> Mapping[str, Any] | None:
    """The problem+json of a refused request; None where it went well."""
    if answer.is_success or answer.status_code == httpx.codes.NOT_MODIFIED:
        return None
    try:
        found: Mapping[str, Any] = answer.json()
    except ValueError:
        found = {}
    return {"status": answer.status_code, "code": found.get("code", f"http-{answer.status_code}"), **found}
