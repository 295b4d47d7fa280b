"""What was promised, by the offices and by the applicant, and how today's promise stands to the first.

The dates that were given at submission are kept with the application; the plan behind them follows from the form alone,
so it is made again instead of being kept twice. Today's promise is reckoned from the cases as they stand
(`casework.promise`); why it is later is said by the cases on which it hangs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongban.accounts.actor import Actor
from tongban.applications import deferrals
from tongban.applications.models import Form
from tongban.applications.planning import plan_for
from tongban.applications.store import document_of, load
from tongban.casework import service, steps
from tongban.casework.deed import Moment
from tongban.casework.model import WAITING, WITHDRAWN, Case
from tongban.casework.promise import deciding, is_met, promise_of, promises
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.clock import working_days_between
from tongban.platform import time


def plan_at_submission(actor: Actor, number: str) -> dict[str, Any] | None:
    """The plan of a sent application on the day it was sent; None for a draft. Raises Problem 404."""
    opened = load(actor, number)
    if opened.form.submitted_at is None:
        return None
    on = opened.form.submitted_at.astimezone(time.ZONE).date()
    return plan_for(opened.catalog, opened.bundle, opened.document, on).to_json()


def todays(catalog: Catalog, cases: Sequence[Case], moment: Moment) -> dict[str, date]:
    """By when each case of one application that is not decided yet will be, as things stand, by number."""
    found = promises(cases, catalog, moment.calendar, moment.at.date())
    return {case.number: found[case.number] for case in cases if not is_met(case, catalog)}


def standing(
    catalog: Catalog, cases: Sequence[Case], dates: Mapping[str, date], first: str | None, moment: Moment
) -> dict[str, Any] | None:
    """Today's promise for the cases that ``dates`` names beside the ``first``; None once all of them are decided.

    ``light`` is red once a day has passed for which an office answers, yellow where the date is later than at first.
    ``waits_for_applicant``: the date holds if what is asked comes today.
    """
    if not dates:
        return None
    today, now = moment.at.date(), max(dates.values())
    chain = deciding(cases, dates)
    late = max(0, working_days_between(moment.calendar, date.fromisoformat(first), now)) if first else 0
    passed = any(day < today and not _stands_still(catalog, case) for case, day in _dated(cases, dates))
    reasons = [reason for case in chain for reason in _reasons(catalog, case, dates[case.number], today)]
    return {
        "due": now.isoformat(),
        "first": first,
        "late_workdays": late,
        "because": [reason.to_json() for reason in reasons or [EARLIER]] if late else [],
        "light": "red" if passed else "yellow" if late else "green",
        "waits_for_applicant": any(waits_for_applicant(catalog, case) for case in chain),
    }


def of_case(catalog: Catalog, case: Case, others: Sequence[Case], form: Form | None) -> dict[str, Any] | None:
    """`standing` of one case among all of its application, beside what its service was promised for at first."""
    moment = service.now()
    dates = todays(catalog, others, moment)
    first = document_of(form).promised_dates.get(str(case.part)) if form is not None else None
    here = {number: day for number, day in dates.items() if number == case.number}
    return standing(catalog, others, here, first, moment)


EARLIER = Text("前面的办得比原来说的晚", "an earlier part took longer than was said")
"""Why a date is later where no case that is still to be decided says it."""


def _dated(cases: Sequence[Case], dates: Mapping[str, date]) -> list[tuple[Case, date]]:
    return [(case, dates[case.number]) for case in cases if case.number in dates]


def waits_for_applicant(catalog: Catalog, case: Case) -> bool:
    """Whether a case can go on only by what the applicant gives: no step of the offices leads on from here."""
    procedure = catalog.procedures[catalog.services[case.service].procedure]
    if not case.is_open or case.state == WAITING or steps.needs_staff(procedure, case.state):
        return False
    return any(
        step.by == "applicant" and case.state in step.from_ and step.to != WITHDRAWN
        for step in procedure.steps.values()
    )


def _stands_still(catalog: Catalog, case: Case) -> bool:
    clock = promise_of(case, catalog)
    return clock is not None and clock.is_paused


def _reasons(catalog: Catalog, case: Case, day: date, today: date) -> list[Text]:
    """Why the date of a case is later than it was, as far as the case itself can say it."""
    title, clock = catalog.services[case.service].title, promise_of(case, catalog)
    if waits_for_applicant(catalog, case):
        return [Text(f"“{title.zh}”要补正", f"“{title.en}” is to be corrected")]
    if clock is None:
        return []
    if clock.is_paused:
        if any(pause.until is None and pause.kind == "promise" for pause in clock.pauses):
            return [Text(f"“{title.zh}”有材料要后补", f"“{title.en}” waits for a paper that is to follow")]
        return [Text(f"“{title.zh}”在走特别程序", f"“{title.en}” is in a special procedure")]
    found = []
    if clock.pauses:
        found.append(Text(f"“{title.zh}”有几天不计时", f"some days did not count for “{title.en}”"))
    if clock.extensions:
        found.append(Text(f"“{title.zh}”延长了期限", f"the limit of “{title.en}” was extended"))
    if day < today:
        found.append(Text(f"“{title.zh}”没有按时办好", f"“{title.en}” was not done in time"))
    return found


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
