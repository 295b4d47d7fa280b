"""One case of the board, step by step: where it is, since when, against which limit, who has it. Nobody's data."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from tongban.accounts.actor import Actor
from tongban.applications.following import state_label
from tongban.applications.offers import title_of
from tongban.clock import SHANGHAI
from tongban.desk.door import HEADS, page, staff
from tongban.desk.frame import office_title
from tongban.desk.pages.leader import choices
from tongban.platform.ids import in_address
from tongban.portal.pages.moments import limit_words
from tongban.portal.templatetags.tongban import in_language, short_date
from tongban.supervision import progress
from tongban.supervision.instructions import origin_of
from tongban.supervision.progress import Progress, Stretch

DESKS: Final = {
    "handler": gettext_lazy("the handler's desk"),
    "approver": gettext_lazy("the approver's desk"),
    "supervisor": gettext_lazy("who supervises it"),
    "applicant": gettext_lazy("the applicant"),
    "system": gettext_lazy("nobody: it goes on by itself"),
}
"""Whose turn it is, by the performer of the step that leads on."""
ASKED: Final = gettext_lazy("Another office is asked")


@staff(HEADS)
@never_cache
def one(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The case with the steps it took, the latest first."""
    found = progress.of(actor, number)
    title, here = _sentence(found), found.now[0] if found.now else None
    context = {
        "title": title,
        "found": found,
        "service": in_language(title_of(found.catalog, found.service)),
        "here": _row(found, here) if here else None,
        "desk": str(DESKS.get(found.desk, "")),
        "holder": in_language(found.holder) if found.holder else "",
        "rows": [_row(found, each) for each in reversed(found.stretches)],
        **(choices(origin_of(actor, found.number)) if found.now else {}),
        "own": reverse("desk:case", args=[in_address(found.number)]) if found.is_own else "",
    }
    return page(request, actor, "desk/board_case.html", context)


def _sentence(found: Progress) -> str:
    """Where it is and since when; that it has ended."""
    if not found.now:
        return _("Ended: %(state)s") % {"state": _words(found, found.state)}
    here = found.now[0]
    words = _("At “%(state)s” since %(day)s") % {
        "state": _words(found, here.name), "day": short_date(here.since.astimezone(SHANGHAI).date()),
    }  # fmt: skip
    if here.light != "red" or here.due is None:
        return words
    return _("%(words)s; it was due on %(due)s") % {"words": words, "due": short_date(here.due)}


def _words(found: Progress, state: str) -> str:
    return in_language(state_label(found.procedure, state))


def _row(found: Progress, one: Stretch) -> dict[str, Any]:
    is_met = one.until is not None and one.light != "red"
    return {
        "light": "green" if is_met else one.light,
        "light_words": _("in time") if is_met else "",
        "words": str(ASKED) if one.is_beside else _words(found, one.name),
        "office": office_title(one.office),
        "one": one,
        "allowed": limit_words(one.allowed) if one.allowed else "",
    }
