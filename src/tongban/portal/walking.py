"""A walk recorded by the pages themselves: while one goes on in a browser, each page and click is noted at its step.

The browser's session says which walk that is; nothing is asked of the database for anybody who is not on one.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tongban.accounts.actor import Actor
from tongban.applications import starting
from tongban.supervision import walks
from tongban.supervision.walk_models import Walk
from tongban.supervision.walk_steps import PAGES

KEY: Final = "walk"


def go_on(request: HttpRequest, walk: Walk) -> None:
    """Let this browser be on a walk from now on."""
    request.session[KEY] = {"id": str(walk.id), "application": walk.application, "back": reverse("portal:home")}


def stop(request: HttpRequest) -> None:
    """Let this browser be on no walk."""
    request.session.pop(KEY, None)


def back(request: HttpRequest, walk: Walk) -> str:
    """The page at which this walk is in this browser; empty where it is on none, or on another one."""
    kept = _kept(request)
    return str(kept["back"]) if kept.get("id") == str(walk.id) else ""


def recorder(request: HttpRequest) -> str:
    """The address of the recorder, on pages that belong to a walk of this browser; else empty."""
    kept = _kept(request)
    return reverse("portal:walk", args=[kept["id"]]) if kept and _step(request, kept) else ""


def passed(request: HttpRequest, answer: HttpResponse) -> None:
    """Note that a page was answered, if it belongs to a walk of this browser. A page that a form led to is no click."""
    kept = _kept(request)
    step = _step(request, kept) if kept else ""
    if not step:
        return
    walk = walks.running(request.user.pk or 0, UUID(kept["id"]))
    if walk is None:
        stop(request)
        return
    is_page = answer.status_code == HTTPStatus.OK and "HX-Request" not in request.headers
    walks.come_to(walk, step, is_page=is_page, is_click=not kept.get("led"))
    at = request.get_full_path() if is_page and request.method == "GET" else kept["back"]
    request.session[KEY] = {**kept, "back": at, "led": answer.status_code == HTTPStatus.FOUND}


def start(request: HttpRequest, actor: Actor, offer: str, **given: Any) -> str:  # noqa: ANN401 -- what `starting.start` takes
    """Begin an application as `starting.start` does; in a browser that is on a walk, that of the walk."""
    kept = _kept(request)
    walk = walks.running(actor.user_id or 0, UUID(kept["id"])) if kept else None
    if walk is None:
        return starting.start(actor, offer, **given)
    number = walks.apply(actor, walk, offer, **given)
    request.session[KEY] = {**kept, "application": number}
    return number


def _kept(request: HttpRequest) -> dict[str, Any]:
    if not hasattr(request, "session") or not request.user.is_authenticated:
        return {}
    found: dict[str, Any] = request.session.get(KEY) or {}
    return found


def _step(request: HttpRequest, kept: dict[str, Any]) -> str:
    """The step of a page, of the walk's own application or of none; whoever looks at another matter is not walking."""
    match = request.resolver_match
    if match is None or match.namespaces != ["portal"]:
        return ""
    number = match.kwargs.get("number")
    return PAGES.get(match.url_name or "", "") if number in {None, kept["application"]} else ""
