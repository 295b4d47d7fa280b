"""The hall before and after: whoever looks moves arrivals, windows and shares, and sees a simulated day's queue.

Asked by its address, so that an answer can be sent to somebody and needs no script. It begins with what the city's own
records say; every number says where it is from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.portal.counting import EachMinute
from tongban.portal.hall_picture import Queues, Words
from tongban.portal.pages.door import page
from tongban.portal.pages.fields import error_lines
from tongban.publication import service as publication
from tongban.supervision import hall, hall_records
from tongban.supervision.hall import BOUNDS, HOURS, OPENS, SAMPLE_MINUTES, Answer, Question, Way
from tongban.supervision.hall_records import Records

RECORDS: Final = EachMinute(hall_records.records)
MOST_DIGITS: Final = 4
TO_TENTHS: Final = 10
"""Minutes below are said to a tenth."""
A_HOUR: Final = 60 // SAMPLE_MINUTES
NUMBERS: Final = ("online_percent", "windows", "service_minutes", "patience_minutes")
"""What is asked once; arrivals are asked hour by hour, as ``at9`` and so on."""

Field = dict[str, Any]


@page("anybody")
def the_hall(request: HttpRequest) -> HttpResponse:
    """A question's answer as a sentence, a picture and tables; what cannot be asked is said beside its field."""
    counted = RECORDS.now(publication.current())
    records = counted.found
    usual = _numbers(records.question)
    typed = {name: request.GET.get(name, "").strip() for name in usual}
    errors = {name: _error(name) for name, text in typed.items() if text and _value(name, text) is None}
    numbers = {name: value if (value := _value(name, typed[name])) is not None else usual[name] for name in usual}
    sources = _sources(records)
    fields = [_field(name, numbers[name], errors.get(name), sources.get(name, "")) for name in usual]
    answer = None if errors else hall.before_and_after(_question(numbers))
    context = {
        "errors": error_lines(fields, errors),
        "once": fields[: len(NUMBERS)],
        "hourly": fields[len(NUMBERS) :],
        "hourly_source": sources.get("arrivals", ""),
        "counted_at": counted.at if sources else None,
        "places": [
            {"words": _("The five, counted"), "url": reverse("portal:five")},
            {"words": _("The hall before and after")},
        ],
        **(_told(answer, numbers) if answer else {}),
    }
    return render(request, "portal/hall.html", context)


def _numbers(question: Question) -> dict[str, int]:
    """A question as the numbers of the form, in its order."""
    once = {name: getattr(question, name) for name in NUMBERS}
    return once | {f"at{OPENS + hour}": count for hour, count in enumerate(question.arrivals)}


def _question(numbers: Mapping[str, int]) -> Question:
    arrivals = tuple(numbers[f"at{OPENS + hour}"] for hour in range(HOURS))
    return Question(arrivals, **{name: numbers[name] for name in NUMBERS})


def _bounds(name: str) -> hall.Bounds:
    return BOUNDS.get(name, BOUNDS["arrivals"])


def _value(name: str, text: str) -> int | None:
    """A number that may be asked, or None."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        return None
    bounds = _bounds(name)
    return int(text) if bounds.least <= int(text) <= bounds.most else None


def _label(name: str) -> str:
    return {
        "online_percent": _("Of 100 people, have it done online"),
        "windows": _("Windows"),
        "service_minutes": _("Minutes at a window, on average"),
        "patience_minutes": _("Minutes after which people give up (0: nobody does)"),
    }.get(name) or f"{_hour(int(name.removeprefix('at')) - OPENS)}"


def _hour(hour: int) -> str:
    return f"{OPENS + hour}:00–{OPENS + hour + 1}:00"


def _error(name: str) -> str:
    bounds = _bounds(name)
    words = {"what": _label(name), "least": bounds.least, "most": bounds.most}
    return _("%(what)s: a whole number from %(least)s to %(most)s is needed.") % words


def _field(name: str, value: int, error: str | None, source: str) -> Field:
    bounds = _bounds(name)
    return {
        "name": name,
        "label": _label(name),
        "value": value,
        "least": bounds.least,
        "most": bounds.most,
        "error": error,
        "source": source,
    }


def _sources(records: Records) -> dict[str, str]:
    """Where each number that was measured is from; what is missing here is the example's."""
    found = {}
    if records.cases:
        found["online_percent"] = _("Measured: of %(count)s cases of this city so many came online.") % {
            "count": f"{records.cases:,}"
        }
    if records.served:
        found["service_minutes"] = _("Measured from %(count)s tickets of the last %(days)s days.") % {
            "count": f"{records.served:,}",
            "days": hall_records.DAYS,
        }
    if records.taken:
        found["arrivals"] = _(
            "Measured from %(count)s tickets of the last %(days)s days, for each day of one hall; added are those who "
            "took none because they went online."
        ) % {"count": f"{records.taken:,}", "days": hall_records.DAYS}
    return found


def _told(answer: Answer, numbers: Mapping[str, int]) -> dict[str, Any]:
    """What the template shows of an answer."""
    ways = (answer.before, answer.after)
    title = _sentence(answer, numbers["online_percent"])
    figures = [(words, show) for words, show, is_asked in _figures(numbers) if is_asked]
    return {
        "title": title,
        "queues": Queues(
            answer.before.lengths, answer.after.lengths, OPENS,
            Words(title, _("all come"), _("some online"), _("People waiting")),
        ),
        "figures": [{"title": words, "cells": [show(way) for way in ways]} for words, show in figures],
        "hours": [
            {
                "title": _hour(hour),
                "came": [_whole(way.came[hour]) for way in ways],
                "queue": [_queue(way, hour) for way in ways],
            }
            for hour in range(HOURS)
        ],
        "simulated": answer.days,
    }  # fmt: skip


def _sentence(answer: Answer, online_percent: int) -> str:
    before, after = _minutes(answer.before.mean_wait), _minutes(answer.after.mean_wait)
    words = {"share": online_percent, "before": before, "after": after}
    if before == after:
        return _("With %(share)s of 100 online, people wait %(after)s minutes on average, as before") % words
    return _("With %(share)s of 100 online, people wait %(after)s minutes on average instead of %(before)s") % words


def _figures(numbers: Mapping[str, int]) -> list[tuple[str, Callable[[Way], str], bool]]:
    """The figures of a way, each with its words, and whether it is one of what was asked."""
    gives_up = numbers["patience_minutes"] > 0
    return [
        (_("People who come in a day"), lambda way: _whole(way.people), True),
        (_("Wait, on average (minutes)"), lambda way: _minutes(way.mean_wait), True),
        (_("95 of 100 wait at most (minutes)"), lambda way: _minutes(way.wait_of_95), True),
        (_("Longest queue of a day"), lambda way: _whole(way.longest), True),
        (_("Give up and leave"), lambda way: _whole(way.gave_up), gives_up),
        (_("Still wait when the hall shuts"), lambda way: _whole(way.left_waiting), True),
    ]


def _minutes(value: float) -> str:
    return f"{value:.1f}" if 0 < value < TO_TENTHS else f"{value:.0f}"


def _whole(value: float) -> str:
    """An average as a whole number; one that is not nothing is not said as 0."""
    return _("less than 1") if 0 < value < 1 else f"{value:,.0f}"


def _queue(way: Way, hour: int) -> str:
    """The average queue within an hour."""
    samples = way.lengths[hour * A_HOUR : (hour + 1) * A_HOUR]
    return _whole(sum(samples) / len(samples))
