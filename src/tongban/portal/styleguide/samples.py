"""What the style guide shows: the invented texts of samples.yaml in the reader's language, plans, and a clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any, Final

import yaml
from django.utils.translation import get_language, gettext

from tongban.portal.clock_calendar import calendar_weeks
from tongban.portal.formats import is_chinese
from tongban.portal.strips import Stretch
from tongban.portal.styleguide import plans

TODAY: Final = date(2026, 11, 24)
ACCEPTED: Final = date(2026, 11, 16)
DUE: Final = date(2026, 11, 25)
PAUSED: Final = (19, 20)
SATURDAY: Final = 5
BOTH_LANGUAGES: Final = {"zh", "en"}


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day as the clock explains it."""

    date: date
    counted: bool
    why: str


def context() -> dict[str, Any]:
    """Everything the style guide's template shows, in the active language."""
    language = get_language() or "zh-hans"
    text = resources.files("tongban.portal.styleguide").joinpath("samples.yaml").read_text(encoding="utf-8")
    samples = _in(language, yaml.safe_load(text))
    for way in samples["ways"]:
        way["strip"] = [Stretch(one["days"], one.get("name", "")) for one in way["strip"]]
    names = samples["picture_names"]
    drawings = (plans.newborn, plans.newborn_running, plans.newborn_undecided, plans.hire, plans.large)
    pictures = [(name, draw(language, gettext)) for name, draw in zip(names, drawings, strict=True)]
    return {**samples, **_clock(samples["clock_notes"]), "pictures": pictures, "demonstration": True}


def _in(language: str, node: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    """The same tree with every {zh, en} replaced by the one of this language."""
    if isinstance(node, dict):
        if node.keys() == BOTH_LANGUAGES:
            return node["zh" if is_chinese(language) else "en"]
        return {key: _in(language, child) for key, child in node.items()}
    return [_in(language, child) for child in node] if isinstance(node, list) else node


def _explained(day: int) -> CountedDay:
    on = date(2026, 11, day)
    why = "weekend" if on.weekday() >= SATURDAY else "paused" if day in PAUSED else "workday"
    return CountedDay(on, why == "workday", why)


def _clock(notes: dict[str, str]) -> dict[str, Any]:
    """Ten days of a limit of five workdays that was paused for two, as a calendar and as a list."""
    days = [_explained(day) for day in range(ACCEPTED.day + 1, DUE.day + 1)]
    shown = {ACCEPTED: notes["accepted"], date(2026, 11, 23): notes["resumed"]}
    shown |= {date(2026, 11, day): notes["waits"] for day in PAUSED}
    rows = [
        {
            "on": day.date,
            "counted": day.counted,
            "count": sum(before.counted for before in days if before.date <= day.date),
            "words": notes[day.why],
            "law": notes["law"],
        }
        for day in days
    ]
    return {
        "weeks": calendar_weeks(days, ACCEPTED, DUE, TODAY, shown),
        "clock_days": rows,
        "promised": DUE,
        "statutory": date(2026, 12, 16),
        "first_promised": date(2026, 11, 23),
    }
