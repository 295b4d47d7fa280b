"""The leader's page, made for a phone: how the city stands in one sentence, what presses, and what to do about it:
give it to an office with a day, or walk the matter oneself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.accounts.actor import Actor
from tongban.applications.problems import Problem
from tongban.clock import add_workdays
from tongban.desk.door import HEADS, page, staff
from tongban.desk.frame import office_title
from tongban.desk.pages import undertakings
from tongban.desk.pages.board import sentence
from tongban.platform import time
from tongban.platform.ids import from_address, in_address
from tongban.portal.pages.door import command_id
from tongban.portal.pages.fields import error_lines, with_errors
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import calendars
from tongban.publication import service as publication
from tongban.supervision import boards, instructions, problem_lists
from tongban.supervision.instructions import Instruction, Origin, Sort
from tongban.supervision.problems import TYPE

SHOWN: Final = 3
"""So much is shown as fits one screen of a phone."""
WORKDAYS: Final = 5
"""The day that stands in the form, counted from today."""
ASKED: Final = frozenset({"about", "by", "owner", "said"})
SORT_WORDS: Final[Mapping[Sort, Any]] = {
    "light": gettext_lazy("A case overdue"),
    "problem": gettext_lazy("A problem not put right in time"),
    "window": gettext_lazy("Somebody could not get it done"),
    "inspection": gettext_lazy("A special inspection"),
}


@staff(HEADS)
def leader(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How it stands, and what presses most."""
    now = time.now()
    found = boards.board(publication.current(), now)
    context = {
        "title": sentence(publication.current(), found),
        "whole": found.whole,
        "rows": [_row(one, now) for one in instructions.pressing(actor, now, SHOWN)],
        "given": instructions.given_by(actor),
        "funnel": problem_lists.funnel(),
    }
    return page(request, actor, "desk/leader.html", context)


@staff(HEADS, "POST")
def instruct(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give what ``?of=`` names to an office, with a day."""
    sent = request.POST
    of, line = (sent.get(name) or request.GET.get(name, "") for name in ("of", "line"))
    origin = instructions.origin_of(actor, from_address(of), line)
    if request.method != "POST":
        return _form(request, actor, origin, _first(origin), {})
    try:
        said = Instruction(
            sent.get("about", ""), sent.get("owner", ""), undertakings.day(sent, "by"), sent.get("said", "")
        )
        reported = instructions.give(actor, origin, said, command_id(request))
    except Problem as problem:
        if problem.status != 422:  # noqa: PLR2004 -- what can be put right in the form
            raise
        return _form(request, actor, origin, sent, undertakings.errors_of(problem))
    messages.success(request, _("Given to %(office)s") % {"office": office_title(said.owner)})
    return redirect("desk:problem", in_address(reported.case))


def choices(origin: Origin) -> dict[str, str]:
    """Where the leader acts on something: the form of an instruction, and the beginning of a walk where one is."""
    give = f"{reverse('desk:instruct')}?{urlencode({'of': in_address(origin.reference)})}"
    walk = f"{reverse('desk:new_walk')}?{urlencode({'about': origin.about})}" if origin.about else ""
    return {"give": give, "walk": walk}


def _row(origin: Origin, now: datetime) -> dict[str, Any]:
    urls = {"light": "desk:board_case", "problem": "desk:problem"}
    url = reverse(urls[origin.sort], args=[in_address(origin.reference)]) if origin.sort in urls else ""
    is_late = origin.sort == "problem" or (origin.due_at is not None and origin.due_at <= now)
    return choices(origin) | {
        "sort": str(SORT_WORDS[origin.sort]),
        "title": in_language(origin.title),
        "office": office_title(origin.office),
        "url": url,
        "light": "red" if is_late else "",
        "due": origin.due_at - timedelta.resolution if origin.due_at else None,
    }


def _first(origin: Origin) -> dict[str, str]:
    """What stands in the form at first: the thing itself, the office that has it, a day in a week of work."""
    on = add_workdays(calendars.current(), time.today(), WORKDAYS)
    pattern = "%(what)s" if origin.sort == "inspection" else _("%(what)s (%(number)s): finish it and report back")
    longest = publication.current().types[TYPE].attributes["about"].max_length
    room = longest - len(pattern % {"what": "", "number": origin.reference})
    title = _shorten(in_language(origin.title), room)
    about = pattern % {"what": title, "number": origin.reference}
    return {
        "about": about, "owner": origin.office, "by.year": str(on.year), "by.month": str(on.month),
        "by.day": str(on.day),
    }  # fmt: skip


def _shorten(words: str, most: int) -> str:
    """Words in so many characters at most."""
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _form(
    request: HttpRequest, actor: Actor, origin: Origin, typed: Mapping[str, str], errors: Mapping[str, str]
) -> HttpResponse:
    asked = undertakings.fields(publication.current(), typed, frozenset(), origin.office)
    longer = {"about": {"kind": "long"}, "said": {"label": _("What you add")}}
    chosen = [one | longer.get(one["name"], {}) for one in asked if one["name"] in ASKED]
    fields = with_errors(chosen, errors)
    known = instructions.given([origin.reference]).get(origin.reference, "") if origin.sort != "inspection" else ""
    context = {
        "of": in_address(origin.reference),
        "line": request.POST.get("line") or request.GET.get("line", ""),
        "sort": str(SORT_WORDS[origin.sort]),
        "known": known,
        "known_url": reverse("desk:problem", args=[in_address(known)]) if known else "",
        "fields": fields,
        "errors": error_lines(fields, errors),
        "command": uuid4(),
    }
    return page(request, actor, "desk/instruct.html", context, status=422 if errors else 200)
