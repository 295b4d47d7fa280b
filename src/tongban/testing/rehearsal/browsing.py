"""Somebody's browser without a screen: real HTTP to a city that is served, cookies, a log-in by the page's own form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Any, Final

import httpx
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler

from tongban.testing.serving import served

PASSWORD: Final = "walker"  # noqa: S105 -- of a city that is gone tomorrow and that nobody else can reach
LOGIN: Final = "/login"
PATIENCE_SECONDS: Final = 60
TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class CannotEnter(Exception):  # noqa: N818 - reads as what it is where it is caught
    """Somebody who has an account was not let in."""


@dataclass(frozen=True)
class Site:
    """Where a city answers, and the connections over which everybody asks it, one after the other."""

    address: str
    connections: httpx.HTTPTransport


@contextmanager
def opened_site() -> Iterator[Site]:
    """The present city, served on a port of its own for as long as somebody is inside."""
    with served(StaticFilesHandler(WSGIHandler())) as address, httpx.HTTPTransport() as connections:
        yield Site(address, connections)


@dataclass
class Browser:
    """One person's: with a name it logs in before it is first used."""

    site: Site
    name: str | None = None

    @cached_property
    def _http(self) -> httpx.Client:
        # Not closed: that would close the connections, which are everybody's.
        browser = httpx.Client(
            base_url=self.site.address, transport=self.site.connections, trust_env=False, timeout=PATIENCE_SECONDS
        )
        if self.name is not None:
            _log_in(browser, self.name)
        return browser

    @property
    def session(self) -> str | None:
        """The value of the session's cookie; None for a stranger."""
        return self._http.cookies.get(settings.SESSION_COOKIE_NAME)

    def ready(self) -> None:
        """Log in now, so that nothing that is measured waits for it. Raises CannotEnter."""
        _ = self._http

    def page(self, path: str) -> httpx.Response:
        """A page, wherever its address leads."""
        return self._http.get(path, follow_redirects=True)

    def takes(self, path: str) -> int:
        """How an address would answer a form: 405 where it takes none. Nothing is sent to find out."""
        answer = self._http.options(path)
        allowed = answer.headers.get("Allow", "")
        return 200 if answer.status_code == httpx.codes.METHOD_NOT_ALLOWED and "POST" in allowed else answer.status_code

    def call(self, method: str, path: str, **rest: Any) -> httpx.Response:  # noqa: ANN401 -- httpx' own
        """What the API answers to this session, with the token that its forms have."""
        token = self._http.cookies.get(settings.CSRF_COOKIE_NAME)
        return self._http.request(method, path, headers={"X-CSRFToken": token} if token else {}, **rest)


def _log_in(browser: httpx.Client, name: str) -> None:
    """As everybody does: the page, its form, what it leads to."""
    found = TOKEN.search(browser.get(LOGIN).text)
    sent = {"name": name, "password": PASSWORD, "csrfmiddlewaretoken": unescape(found[1]) if found else ""}
    answer = browser.post(LOGIN, data=sent)
    if not answer.is_redirect or settings.SESSION_COOKIE_NAME not in browser.cookies:
        raise CannotEnter(f"{LOGIN} {answer.status_code}")
