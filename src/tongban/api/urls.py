"""Addresses of the API. What is no address of it, or not by this method, is told in the API's own shape."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from tongban.api.api import api
from tongban.api.problems import NOT_ALLOWED, NOT_FOUND, TOO_LARGE, UNREADABLE, answer
from tongban.applications.papers import LARGEST_FILE_BYTES

View = Callable[..., HttpResponse]
NUL = "\x00"
LARGEST_BODY_BYTES = LARGEST_FILE_BYTES + 1024 * 1024


def told_in_shape(view: View) -> View:
    """The view, whose refusal of a method is a problem too."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- the route's
        if _announced_bytes(request) > LARGEST_BODY_BYTES:
            return answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", TOO_LARGE)
        if NUL in request.path or NUL in unquote(request.META.get("QUERY_STRING", "")):
            return answer(HTTPStatus.BAD_REQUEST, "wrong-request", UNREADABLE)
        made = view(request, *args, **kwargs)
        if made.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return made
        told = answer(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", NOT_ALLOWED)
        told["Allow"] = made["Allow"]
        return told

    return inner


def _announced_bytes(request: HttpRequest) -> int:
    """How long the body is said to be; the server reads no more than that, and nothing where nothing is said."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return int(announced) if announced.isdecimal() else 0


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """No address of ours."""
    del request
    return answer(HTTPStatus.NOT_FOUND, "not-found", NOT_FOUND)


_routes, _app, _namespace = api.urls
for _route in _routes:
    _route.callback = told_in_shape(cast("View", _route.callback))

urlpatterns = [path("", (_routes, _app, _namespace)), re_path("", nothing_here)]
