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
from tongban.portal.templatetags.tongban import short_date, zh_date

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
    "decision": gettext_lazy("Limit for the decision"),
    "correction": gettext_lazy("Limit for the correction"),
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
        "promised": None if clock["paused"] else due,
        "statutory": _day(clock["statutory_due"]),
        "days": _explained(days, start),
        "provisional": clock["provisional"],
    }


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
        return str(_("Ended"))
    due = _day(view["due"])
    if due is None:
        return _("Paused: it waits for somebody else") if view["paused"] else _("No limit runs now")
    today = time.today()
    if due < today:
        return _("Overdue: was due on %(date)s") % {"date": short_date(due)}
    if due == today:
        return _("To be finished today")
    if due == today + timedelta(days=1):
        return _("To be finished tomorrow, %(date)s") % {"date": short_date(due)}
    return _("To be finished by %(date)s") % {"date": zh_date(due)}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
