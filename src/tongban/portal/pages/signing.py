"""Reviewing, signing and sending; and the second signer, who sees only their own part and says yes or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tongban import publication
from tongban.applications import signing, submission, views
from tongban.applications.problems import FieldError, Problem, wrong_fields
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.portal.pages.bundles import plan_context
from tongban.portal.pages.delivering import delivery_rows
from tongban.portal.pages.door import command_id, page, reader, seen_version
from tongban.portal.pages.drafts import Draft, draft_of, fact_row, step_url
from tongban.portal.pages.paying import draft_answer
from tongban.portal.pages.roster import roster_line
from tongban.portal.templatetags.tongban import in_language

UNTICKED: Final = FieldError(
    "true", "not-confirmed", Text("先勾上“我看过，都属实”", "Tick “I have read it; it is true” first.")
)

MOST_NAMED: Final = 12


@page("person", "POST")
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """Everything once more, with a link to change each answer; the signature sends it."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _sign_and_send(request, number)
        except Problem as refused:
            if refused.status not in {409, 422} or refused.code == "already-submitted":
                raise
            problem = refused
    draft = draft_of(request, number)
    step = draft.next_step
    if problem is None and step != "sign":
        return redirect(step_url(number, step))
    context = {
        **plan_context(draft.catalog, draft.offer, draft.view["plan"]),
        **_review(draft),
        "draft": draft,
        "number": number,
        "command": request.POST.get("command") or uuid4(),
        "problem": problem,
        "unticked": next((in_language(e.text) for e in problem.errors if e is UNTICKED), "") if problem else "",
        "errors": _lines(problem) if problem else [],
    }
    return render(request, "portal/sign.html", context, status=problem.status if problem else 200)


@page("person", "POST")
def consent(request: HttpRequest, number: str) -> HttpResponse:
    """The second signer's page: what it is, who asks, only their own part."""
    actor = reader(request)
    if request.method == "POST":
        form = signing.consent(actor, number, agree=request.POST.get("answer") == "yes")
        submission.after_consent(actor, form, command_id(request))
        return redirect("portal:consent", number)
    view = views.application_view(actor, number)
    mine = [signer for signer in view["signers"] if signer["is_you"]]
    if view["is_applicant"] or not mine:
        return redirect("portal:application", number)
    said_first = sorted(view["facts"], key=lambda line: line["source"] != "claimed")
    rows = [fact_row(publication.current(), line) for line in said_first]
    asking = next((signer for signer in view["signers"] if not signer["is_you"]), None)
    context = {"view": view, "number": number, "mine": mine[0], "rows": rows, "asking": asking, "command": uuid4()}
    return render(request, "portal/consent.html", context)


def _sign_and_send(request: HttpRequest, number: str) -> HttpResponse:
    actor = reader(request)
    if request.POST.get("true") != "yes":
        raise wrong_fields([UNTICKED])
    view = views.application_view(actor, number)
    if view["state"] in {"draft", "waiting"}:
        signing.sign(actor, number, version=seen_version(request))
    submission.submit(actor, number, command_id(request))
    return redirect("portal:application", number)


def _lines(problem: Problem) -> list[dict[str, str]]:
    """What the summary lists below its title: whatever the title has not said already."""
    return [
        {"id": error.fact, "words": in_language(error.text)} for error in problem.errors if error.text != problem.text
    ]


def _review(draft: Draft) -> dict[str, Any]:
    number = draft.number
    claimed = [line for line in draft.facts if line["source"] == "claimed" and not line["disputed"]]
    claimed = [line for line in claimed if not draft.is_in_roster(line["fact"])]
    asked = {line["fact"] for line in draft.view["questions"]}
    said = {line["fact"] for line in claimed}

    def wrong_url(key: str) -> str:
        return f"{step_url(number, 'dispute')}?fact={key}"

    others = [
        signer
        for signer in draft.view["signers"]
        if not signer["is_you"] and not signer["done"] and signer["subject"] != draft.offer.applicant
    ]
    return {
        "rosters": [roster_line(draft, subject) for subject in draft.rosters],
        "more_others": max(0, len(others) - MOST_NAMED),
        "typed": _answers(draft, [line for line in claimed if line["fact"] in asked]),
        "situation": _answers(draft, [line for line in claimed if line["fact"] not in asked]),
        "read": [row for row in draft.unasked_rows(wrong_url) if row["fact"] not in said],
        "beside": draft.beside_rows(wrong_url),
        "unasked": len(draft.unasked),
        "others": others[:MOST_NAMED],
        "declined": [signer for signer in others if signer["declined"]],
        "delivery": delivery_rows(number, draft.view["delivery"]),
        "fees": draft.view["fees"],
        "fees_words": draft_answer(draft.view["fees"]),
        "today": time.today(),
    }


def _answers(draft: Draft, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Answers to look over, each with a link to change it; of several members, each one's own under its name."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        owner = draft.owner(line["fact"])
        member = draft.member_label(owner) if draft.view["counts"].get(owner.partition(".")[0], 1) > 1 else ""
        label = {"label": in_language(line["label"])} if member else {}
        row = draft.row(line) | label | {"url": draft.change_url(line["fact"])}
        groups.setdefault(member, []).append(row)
    return {"count": len(lines), "groups": [{"title": title, "rows": rows} for title, rows in groups.items()]}
