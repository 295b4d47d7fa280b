"""Many at once: first what would happen to whom, then each command by itself, all or nothing, answered one by one."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tongban.accounts.actor import Actor
from tongban.applications import cases, staffing, worklists
from tongban.applications.problems import Problem
from tongban.casework.model import Refused
from tongban.catalog.vocabulary import Text
from tongban.desk.door import CLERKS, page, post
from tongban.desk.pages.actions import ENGINE_WORDS
from tongban.desk.pages.lines import row
from tongban.portal.pages.door import address_after, command_id
from tongban.portal.templatetags.tongban import in_language

AT_ONCE = ("claim", "release")
"""Commands that reach nobody outside and are taken without asking once more."""


@post(CLERKS)
def many(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Confirm, then carry out, one command on the cases that were ticked."""
    name = request.POST.get("do", "")
    lines = worklists.chosen(actor, request.POST.getlist("case"))
    if not lines:
        raise Problem(422, "nothing-chosen", Text("先勾上要办的几件", "Tick the cases first."))
    confirmed = name in AT_ONCE or request.POST.get("confirmed") == "yes"
    if confirmed and (name != "hand-over" or request.POST.get("to")):
        return _answers(request, actor, name, lines)
    return _ask(request, actor, name, lines)


def _ask(request: HttpRequest, actor: Actor, name: str, lines: list[dict[str, Any]]) -> HttpResponse:
    """What would happen: which of them allow it, which not, on how many people it acts."""
    ready = [line for line in lines if name in line["allowed"]]
    context = {
        "name": name,
        "words": _words(lines, name),
        "rows": [row(line, "") for line in ready],
        "left_out": [row(line, "") for line in lines if line not in ready],
        "people": sum(line["people"] for line in ready),
        "colleagues": staffing.colleagues(lines[0]["office"]) if name == "hand-over" else [],
        "next": address_after(request, ""),
        "command": uuid4(),
    }
    return page(request, actor, "desk/many.html", context)


def _answers(request: HttpRequest, actor: Actor, name: str, lines: list[dict[str, Any]]) -> HttpResponse:
    numbers, command = [line["number"] for line in lines], command_id(request)
    if name == "hand-over":
        to = request.POST["to"]
        answers = staffing.hand_over(actor, numbers, int(to) if to.isascii() and to.isdigit() else 0, command)
    else:
        answers = [(number, _carry_out(actor, number, name, command)) for number in numbers]
    by_number = {line["number"]: line for line in lines}
    results = [row(by_number[number], "") | {"answer": in_language(why) if why else ""} for number, why in answers]
    done = sum(not result["answer"] for result in results)
    context = {
        "words": _words(lines, name),
        "results": results,
        "done": done,
        "failed": len(results) - done,
        "next": address_after(request, ""),
    }
    return page(request, actor, "desk/many_done.html", context)


def _carry_out(actor: Actor, number: str, name: str, command: UUID) -> Text | None:
    try:
        cases.act(actor, number, name, command_id=uuid5(command, number))
    except (Problem, Refused) as refusal:
        return refusal.text
    return None


def _words(lines: list[dict[str, Any]], name: str) -> str:
    if name in ENGINE_WORDS:
        return str(ENGINE_WORDS[name])
    labels = [
        in_language(line["primary"]["label"]) for line in lines if line["primary"] and line["primary"]["name"] == name
    ]
    return labels[0] if labels else _("This step")
