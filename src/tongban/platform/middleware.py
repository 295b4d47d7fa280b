"""What every request passes: its time is measured, its clock is read once, its answer carries the content policy."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.platform import health
from tongban.platform.time import one_time

Answer = Callable[[HttpRequest], HttpResponse]


class Measure:
    """Counts and times requests by route, never by path: a path may hold somebody's case number."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and count it."""
        began = time.perf_counter()
        response = self.answer(request)
        route = request.resolver_match.route if request.resolver_match else "none"
        health.REQUESTS.labels(request.method, route, response.status_code).inc()
        health.SECONDS.labels(request.method, route).observe(time.perf_counter() - began)
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


class OneTime:
    """One request, one reading of the city's clock."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within one reading of the clock."""
        with one_time():
            return self.answer(request)


class ChineseFirst:
    """A page is Chinese until its reader chooses otherwise: what a browser was shipped with says little here."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language that was chosen, else in Chinese."""
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return self.answer(request)
