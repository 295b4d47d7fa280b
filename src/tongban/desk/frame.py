"""The bar of staff: which office and post, where one can go, what waits there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.accounts.actor import Actor
from tongban.accounts.models import User
from tongban.applications import handing_over, worklists
from tongban.applications.worklists import Amount, Amounts
from tongban.desk.pack_pages import entrances
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication

ROLE_WORDS: Final = {
    "handler": gettext_lazy("handler"),
    "approver": gettext_lazy("approver"),
    "head": gettext_lazy("head"),
    "vice-head": gettext_lazy("vice head"),
    "window": gettext_lazy("combined window"),
    "auditor": gettext_lazy("auditor"),
}

LEVEL_WORDS: Final = {
    "province": gettext_lazy("province"),
    "city": gettext_lazy("city"),
    "county": gettext_lazy("county"),
    "town": gettext_lazy("town"),
    "village": gettext_lazy("village"),
    "": gettext_lazy("offices that are gone"),
}
"""Levels of offices; the last for those that are published no more."""

WITHIN: Final = {
    "many": "inbox",
    "case": "inbox",
    "receipt": "window",
    "person": "window",
    "walk_problems": "problems",
    "coordinate": "problems",
    "result_receipt": "results",
    "result_label": "results",
    "problem": "problems",
    "report_problem": "problems",
    "undertake": "problems",
    "announce": "sessions",
    "explain": "sessions",
    "make_visit": "visits",
    "visit": "visits",
    "visit_places": "visits",
    "find_at_visit": "visits",
    "judge_visit": "visits",
    "board_cases": "board",
    "board_case": "board",
    "instruct": "leader",
    "inspection": "board",
    "keep_inspection": "board",
    "process": "board",
    "online": "board",
    "new_walk": "walks",
    "walk_plan": "walks",
    "assign_walk": "walks",
    "officers": "walks",
}
"""Pages that stand below one of the bar, or below one of the room."""

ROOM: Final[Mapping[str, tuple[str | None, Any]]] = {
    "problems": (None, gettext_lazy("Problems")),
    "walks": (None, gettext_lazy("Walks")),
    "visits": (None, gettext_lazy("Visits")),
    "sessions": (None, gettext_lazy("Live sessions")),
    "rounds": (None, gettext_lazy("The machine that walks")),
    "leader": ("head", gettext_lazy("To act on")),
    "board": ("head", gettext_lazy("Board")),
    "sharing": ("head", gettext_lazy("What to share next")),
}
"""The pages that stand together under one place of the bar, in order: for which role (None: everybody's), words."""


def frame(request: HttpRequest, actor: Actor, amounts: Amounts | None = None) -> dict[str, Any]:
    """Context of every page of staff. ``amounts`` saves counting twice where the page has counted."""
    works = any(actor.has_role(role) for role in worklists.DESK_ROLES)
    counted = amounts or (worklists.amounts(actor, ("office", "consult")) if works else None)
    navigation = _navigation(request, actor, counted)
    return {
        "office": _office(actor),
        "navigation": navigation,
        "room": _room(request, actor),
        "worker": worker(actor),
        "name": actor.shown_name,
        "works": works,
    }


def office_title(office: str) -> str:
    """What an office is called."""
    found = publication.current().offices.get(office)
    return in_language(found.title) if found else office


def worker(actor: Actor) -> str:
    """How a member of staff is called on pages: by number, as applicants see it too."""
    number = User.objects.filter(id=actor.user_id or 0).values_list("staff_number", flat=True).first()
    return _("Staff %(number)s") % {"number": number} if number else actor.shown_name


def _office(actor: Actor) -> str:
    office, roles = next(iter(actor.offices.items()), ("", frozenset()))
    words = [str(ROLE_WORDS[role]) for role in ROLE_WORDS if role in roles]
    return " · ".join([office_title(office), _(", ").join(words)]) if office else ""


def _navigation(request: HttpRequest, actor: Actor, amounts: Amounts | None) -> list[dict[str, Any]]:
    items: list[tuple[str, str, str, str, str]] = []
    if amounts:
        items.append(("inbox", reverse("desk:inbox"), "inbox", _("To do"), _shown(amounts["office"])))
        consult = f"{reverse('desk:inbox')}?queue=consult"
        items.append(("consult", consult, "message-circle", _("Opinions"), _shown(amounts["consult"])))
        items.append(("search", reverse("desk:search"), "layout-list", _("Cases"), ""))
    if actor.has_role("head"):
        items.append(("office", reverse("desk:office"), "users", _("My office"), ""))
    if actor.has_role("window"):
        items.append(("window", reverse("desk:window"), "ticket", _("Window"), ""))
    if any(actor.has_role(role) for role in handing_over.COUNTER_ROLES):
        items.append(
            ("results", reverse("desk:results"), "truck-delivery", _("Results"), str(handing_over.count(actor) or ""))
        )
    items.append(("improve", reverse("desk:problems"), "chart-bar", _("Improve"), ""))
    if actor.has_role("auditor"):
        items.append(("audit", reverse("desk:audit"), "shield-check", _("Audit"), ""))
    for title, address in entrances(actor):
        items.append((address, address, "scale", in_language(title), ""))
    here = _here(request)
    place = "improve" if here in ROOM else here
    return [
        {"url": url, "icon": icon, "words": words, "count": count, "current": name == place}
        for name, url, icon, words, count in items
    ]


def _room(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """The pages beside this one; none where it stands by itself."""
    here = _here(request)
    if here not in ROOM:
        return []
    return [
        {"url": reverse(f"desk:{name}"), "words": words, "current": name == here}
        for name, (role, words) in ROOM.items()
        if role is None or actor.has_role(role)
    ]


def _shown(amount: Amount) -> str:
    """A figure beside a place of the bar; nothing is no figure."""
    return amount.shown(amount.total) if amount.total else ""


def _here(request: HttpRequest) -> str:
    name = request.resolver_match.url_name if request.resolver_match else ""
    if name == "inbox" and request.GET.get("queue") == "consult":
        return "consult"
    if request.resolver_match and "packs" in request.resolver_match.namespaces:
        return request.path
    return WITHIN.get(name or "", name or "")
