"""What was promised at submission: by the offices the plan of that day, by the applicant the papers that follow.

A plan follows from the form alone, so it is made again instead of being kept twice.
"""

from __future__ import annotations

from typing import Any

from tongban.accounts.actor import Actor
from tongban.applications import deferrals
from tongban.applications.planning import plan_for
from tongban.applications.store import load
from tongban.platform import time


def plan_at_submission(actor: Actor, number: str) -> dict[str, Any] | None:
    """The plan of a sent application on the day it was sent; None for a draft. Raises Problem 404."""
    opened = load(actor, number)
    if opened.form.submitted_at is None:
        return None
    on = opened.form.submitted_at.astimezone(time.ZONE).date()
    return plan_for(opened.catalog, opened.bundle, opened.document, on).to_json()


def owed_papers(actor: Actor, number: str) -> list[dict[str, Any]]:
    """The papers that the applicant still has to bring (容缺), each with its day. Raises Problem 404.

    Until a case that needs it is accepted, the day is that of the promise.
    """
    opened = load(actor, number)
    dues = {key: day.isoformat() for key, day in deferrals.dues(number).items()}
    return [
        {
            "key": key,
            "label": opened.catalog.evidence[key.partition("@")[0]].label.to_json(),
            "due": dues.get(key, state.due),
        }
        for key, state in opened.document.papers.items()
        if state.how == "deferred" and opened.is_applicant
    ]
