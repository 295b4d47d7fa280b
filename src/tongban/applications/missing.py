"""What stands between a form and sending it: everything at once, so that nobody is sent back twice."""

from __future__ import annotations

from typing import Final

from tongban.applications.document import member_key
from tongban.applications.papers import needs_of
from tongban.applications.planning import plan_of
from tongban.applications.problems import FieldError, Problem
from tongban.applications.signing import signers_of
from tongban.applications.store import Open
from tongban.catalog.vocabulary import Text
from tongban.planner.plan import Plan

PAPER: Final = "missing-paper"
"""What is missing is a paper, which can be added to what is kept."""


def missing_of(opened: Open) -> list[FieldError]:
    """All that stands between this form and sending it, second signers aside."""
    plan = plan_of(opened)
    missing = [
        FieldError(item.fact, "undecided", Text("这个情况还没说", "This is still to be answered."))
        for item in plan.undecided
    ]
    if opened.document.agreed_at is None and plan.had("fetched"):
        missing.append(FieldError("agree", "not-agreed", Text("还没同意读取数据", "Reading is not agreed to yet.")))
    empty = question_keys(opened, plan)
    missing += [FieldError(key, "missing", Text("这一项还没填", "This is still empty.")) for key in empty]
    missing += _not_read(opened, plan)
    missing += [
        FieldError(line.id, "no-office", _no_office(opened.catalog.services[line.id].title))
        for line in plan.services
        if line.office is None and not plan.undecided and not empty  # an empty fact may be the county
    ]
    missing += [
        FieldError(need.key, PAPER, Text("这样材料还没交", "This paper is still missing."))
        for need in needs_of(opened)
        if need.state is None
    ]
    missing += [
        FieldError(signer.key, "not-signed", Text("还没签名", "Not signed yet."))
        for signer in signers_of(opened)
        if signer.act == "sign" and not signer.is_done and signer.subject == opened.bundle.applicant
    ]
    return missing


def _no_office(title: Text) -> Text:
    return Text(f"“{title.zh}”在那个区县没有窗口办", f"No office of that county handles “{title.en}”.")


def _not_read(opened: Open, plan: Plan) -> list[FieldError]:
    """What only its holder can say, while the holder is down: nothing is sent with an empty field in its place."""
    errors = []
    for line in plan.had("fetched") if opened.document.agreed_at else ():
        holder = opened.catalog.authorities[line.holder or ""].title
        text = Text(
            f"{holder.zh}的库连不上，要等它恢复；恢复后自动补上",
            f"{holder.en} is down. We fill this in when it returns.",
        )
        subject, _, name = line.fact.partition(".")
        for member in line.members or [1]:
            key = f"{member_key(opened.bundle, subject, member)}.{name}"
            entry = opened.document.facts.get(key)
            if entry.state == "unavailable" if entry else line.is_waiting:
                errors.append(FieldError(key, "source-down", text))
    return errors


def question_keys(opened: Open, plan: Plan) -> list[str]:
    """The key of every question of the plan that has no answer yet, for each member it concerns."""
    keys = []
    for question in plan.questions:
        subject, _, name = question.fact.partition(".")
        for member in question.members or [1]:
            key = f"{member_key(opened.bundle, subject, member)}.{name}"
            entry = opened.document.facts.get(key)
            # What a holder says there is none of, or cannot say, is no answer; "none" from the applicant is one.
            if entry is None or (entry.state != "known" and entry.source != "claimed"):
                keys.append(key)
    return keys


def refuse_incomplete(opened: Open) -> None:
    """Raises Problem 422 ``incomplete`` with everything that is missing, at once."""
    missing = missing_of(opened)
    if missing:
        text = Text(f"还差 {len(missing)} 样才能交", f"{len(missing)} things are missing before this can be sent.")
        raise Problem(422, "incomplete", text, missing)
