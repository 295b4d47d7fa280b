"""What every request passes: it is measured, its clock is read once, its answer says what a browser may do with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from tongban.platform import health
from tongban.platform.time import one_time

Answer = Callable[[HttpRequest], HttpResponse]
API: Final = "/api/v1/"
METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
"""All others are measured as one: each figure is kept for ever, and anybody can make methods up."""


class Measure:
    """Counts and times requests by route, never by path: a path may hold somebody's case number."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and count it."""
        began = time.perf_counter()
        response = self.answer(request)
        route = request.resolver_match.route if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        health.REQUESTS.labels(method, route, response.status_code).inc()
        health.SECONDS.labels(method, route).observe(time.perf_counter() - began)
        return response


class ContentSecurityPolicy:
    """Adds the header to each answer that has not got a stricter one of its own."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and add the header."""
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response


class FromProxy:
    """Behind TLS a request comes from whom our proxy names, the last of the list; what stands before it is hearsay."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer whoever the proxy speaks for."""
        named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if settings.HTTPS and named:
            request.META["REMOTE_ADDR"] = named
        return self.answer(request)


class KeptNowhere:
    """An answer to somebody known is kept by no browser and no proxy: the next one at that computer may be another."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and add the header."""
        response = self.answer(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


class OneTime:
    """One request, one reading of the city's clock."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within one reading of the clock."""
        with one_time():
            return self.answer(request)


class ForBrowsers:
    """What only a browser needs (`FOR_BROWSERS`: its session, language, forms), around what is asked by one.

    A program that speaks to the API and brings no cookie has no session, so it does not pass through any of that.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = self.answer_browser = answer
        self.look_at: list[Callable[..., HttpResponse | None]] = []
        for name in reversed(settings.FOR_BROWSERS):
            made = import_string(name)(self.answer_browser)
            self.answer_browser = cast("Answer", convert_exception_to_response(made))
            if hasattr(made, "process_view"):
                self.look_at.insert(0, made.process_view)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a program straight away, a browser through what it needs."""
        return self.answer(request) if _is_program(request) else self.answer_browser(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """What those say who look at a request before its view, as Django asks them."""
        if _is_program(request):
            return None
        return next((said for look in self.look_at if (said := look(request, *view)) is not None), None)


def _is_program(request: HttpRequest) -> bool:
    return request.path_info.startswith(API) and not request.COOKIES


class ChineseFirst:
    """A page is Chinese until its reader chooses otherwise: what a browser was shipped with says little here."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language that was chosen, else in Chinese."""
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return self.answer(request)
