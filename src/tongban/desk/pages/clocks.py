"""The limit of a case as a sentence, as a calendar and day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.platform import time
from tongban.portal.clock_calendar import calendar_weeks
from tongban.portal.templatetags.tongban import in_language, short_date, zh_date

WHY_WORDS: Final = {
    "workday": gettext_lazy("a workday"),
    "day": gettext_lazy("a day"),
    "make-up": gettext_lazy("worked in exchange for a holiday"),
    "weekend": gettext_lazy("day of rest, not counted"),
    "holiday": gettext_lazy("public holiday, not counted"),
    "paused": gettext_lazy("paused, not counted"),
    "rolled": gettext_lazy("a day off: moved to the next workday"),
}
CLOCK_WORDS: Final = {
    "acceptance": gettext_lazy("Limit for acceptance"),
    "promise": gettext_lazy("Promised to the applicant"),
    "decision": gettext_lazy("Limit for the decision"),
    "correction": gettext_lazy("The applicant's time to correct"),
}


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """One day of the account that a case's view carries."""

    date: date
    counted: bool
    why: str


def clock_of(view: Mapping[str, Any]) -> dict[str, Any] | None:
    """The components `clock_calendar` and `clock_days` for the clock that ends first; None where none runs."""
    running = sorted(view["clocks"], key=lambda clock: clock["due"] or "9")
    if not running:
        return None
    clock = running[0]
    days = [ExplainedDay(date.fromisoformat(day["date"]), day["counted"], day["why"]) for day in clock["days"]]
    start, today = _day(clock["since"]) or time.today(), time.today()
    due = _day(clock["due"]) or (days[-1].date if days else today)
    used = sum(day.counted and day.date <= today for day in days)
    total = sum(day.counted for day in days)
    name = str(CLOCK_WORDS.get(clock["name"], _("Limit")))
    return {
        "weeks": calendar_weeks(days, start, due, today, {start: _("start")}),
        "title": _("%(name)s: %(used)s of %(total)s days used") % {"name": name, "used": used, "total": total},
        **_dates(view, clock["name"]),
        "days": _explained(days, start),
        "provisional": clock["provisional"],
    }


def _dates(view: Mapping[str, Any], shown: str) -> dict[str, Any]:
    """The dates beside the calendar: today's promise and the first with why they differ, and the limits of law."""
    promise, acceptance = view["promise"], _day(_due_of(view, "acceptance"))
    dates: dict[str, Any] = {
        "statutory": _day(view["statutory_due"]),
        "accept_by": acceptance if shown != "acceptance" else None,
    }
    if promise is None:
        return dates
    due, first = _day(promise["due"]), _day(promise["first"])
    if view["waits_for_applicant"]:
        return dates | {"if_today": due, "until": _day(view["due"]), "first_promised": first}
    if not view["paused"]:
        dates["promised"] = due
    why = _("; ").join(in_language(reason) for reason in promise["because"])
    return dates | ({"first_promised": first, "first_reason": why} if first != due else {})


def _due_of(view: Mapping[str, Any], name: str) -> str | None:
    return next((clock["due"] for clock in view["clocks"] if clock["name"] == name), None)


def _explained(days: list[ExplainedDay], start: date) -> list[dict[str, Any]]:
    lines = [{"on": start, "counted": False, "words": _("The limit begins; the first day is the next one")}]
    count = 0
    for day in days:
        count += day.counted
        words = str(WHY_WORDS.get(day.why, day.why))
        lines.append({"on": day.date, "counted": day.counted, "count": count if day.counted else None, "words": words})
    return lines


def due_sentence(view: Mapping[str, Any]) -> str:
    """By when this must be done, as one says it; what stands in its place when no limit runs."""
    if not view["is_open"]:
        return _ended(view)
    due = _day(view["due"])
    if due is None or view["waits_for_applicant"]:
        return _waiting(view, due)
    today = time.today()
    if due < today:
        return _("Overdue: was due on %(date)s") % {"date": short_date(due)}
    if due == today:
        return _("To be finished today")
    if due == today + timedelta(days=1):
        return _("To be finished tomorrow, %(date)s") % {"date": short_date(due)}
    return _("To be finished by %(date)s") % {"date": zh_date(due)}


def _ended(view: Mapping[str, Any]) -> str:
    """That a case has ended, or the day on which what it brought was revoked."""
    taken_back = next((paper for paper in view["documents"] if paper["revoked_on"]), None)
    if taken_back is not None:
        return _("Revoked on %(date)s") % {"date": short_date(date.fromisoformat(taken_back["revoked_on"]))}
    return str(_("Ended"))


def _waiting(view: Mapping[str, Any], due: date | None) -> str:
    """For whom a case waits whose office has no day: for the applicant, who may have one, or for somebody else."""
    if view["waits_for_applicant"] and due is not None:
        return _("Waits for the applicant's correction, until %(date)s") % {"date": short_date(due)}
    if view["waits_for_applicant"]:
        return _("Waits for the applicant")
    return _("Paused: it waits for somebody else") if view["paused"] else _("No limit runs now")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
