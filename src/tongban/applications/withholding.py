"""What keeps a case from being granted beside its procedure: a fee not paid, a paper that was to follow and has not.

A procedure's conditions speak about its own tasks; money and papers come from the applicant's side. Pages ask here
what may be done, and acting asks the same question again, so that the two never differ.
"""

from __future__ import annotations

from typing import Any

from tongban.applications import allowing, deferrals, fees
from tongban.applications.following import both
from tongban.applications.granting import is_before_grant
from tongban.applications.problems import Problem
from tongban.casework.deed import Moment
from tongban.casework.model import Case, Doer
from tongban.catalog.model import Catalog, ProcedureDefinition, StepDefinition, Text
from tongban.publication import service as publication


def may_do(case: Case, digest: str, doer: Doer, moment: Moment | None = None) -> dict[str, list[dict[str, Any]]]:
    """What this doer may do with a case, less what is withheld; and why everything else not."""
    answer = allowing.may_do(case, digest, doer, moment)
    catalog = publication.at(digest)
    steps = _procedure(catalog, case).steps
    allowed, withheld = [], []
    for line in answer["allowed"]:
        step = steps.get(line["name"])
        why = _why_withheld(catalog, case, step) if step else None
        if step is None or why is None:
            allowed.append(line)
        else:
            reason = {"code": why.code, "text": both(why.text)}
            withheld.append({"name": step.name, "label": both(step.label), "by": step.by, **reason})
    return {"allowed": allowed, "not_allowed": [*answer["not_allowed"], *withheld]}


def refuse_withheld(catalog: Catalog, case: Case, name: str) -> None:
    """Raises Problem 409 ``fee-unpaid``, ``paper-owed`` or ``paper-not-overdue`` where a step may not be taken yet."""
    step = _procedure(catalog, case).steps.get(name)
    why = _why_withheld(catalog, case, step) if step and case.state in step.from_ else None
    if why is not None:
        raise why


def _procedure(catalog: Catalog, case: Case) -> ProcedureDefinition:
    return catalog.procedures[catalog.services[case.service].procedure]


def _why_withheld(catalog: Catalog, case: Case, step: StepDefinition) -> Problem | None:
    procedure = _procedure(catalog, case)
    may_owe = any(need.deferrable for need in catalog.services[case.service].evidence)  # else there is nothing to read
    if step.enters:
        return _unpaid(catalog, case) or (_owed(catalog, case) if may_owe else None)
    is_given_up = procedure.results.get(step.to or "") == "withdrawn" and step.by != "applicant"
    if is_given_up and is_before_grant(procedure, case.state) and not (may_owe and deferrals.is_overdue(case.number)):
        text = Text(
            "没有过期未补的材料，不能按撤回处理",
            "No paper is overdue, so it cannot be treated as withdrawn. Only the applicant may withdraw it.",
        )
        return Problem(409, "paper-not-overdue", text)
    return None


def _unpaid(catalog: Catalog, case: Case) -> Problem | None:
    amount = sum(charge.fee.amount_fen for charge in fees.unpaid(catalog, case))
    if not amount:
        return None
    said = fees.yuan(amount)
    text = Text(
        f"申请人还有 {said} 元没交，已经通知。交了才能办",
        f"The applicant has been told to pay {said} yuan and has not yet. It can be granted once it is paid.",
    )
    return Problem(409, "fee-unpaid", text)


def _owed(catalog: Catalog, case: Case) -> Problem | None:
    owed = deferrals.owed(case.number)
    if not owed:
        return None
    labels = [catalog.evidence[key.partition("@")[0]].label for key in owed]
    last = max(owed.values())
    text = Text(
        f"还缺后补的材料：{'、'.join(label.zh for label in labels)}（{last.month} 月 {last.day} 日前）。补来才能办",
        f"Still to follow by {last.day} {last:%B}: {', '.join(label.en for label in labels)}. It can be granted then.",
    )
    return Problem(409, "paper-owed", text)
