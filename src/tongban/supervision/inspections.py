"""专项检查: a view of the city kept under a name, frozen as it stood, to be held against today.

A view says of which offices, places and services (`View`), how they are grouped, and which figures count: lights of
open cases, waits in halls, published ratings, open problems. Each is counted as its own page counts it. What a line
shows is asked for of an office with a day by `instructions`, found by ``inspection``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args
from uuid import UUID

from tongban.accounts.actor import Actor
from tongban.applications import tickets
from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.applications.problems import FieldError, forbidden, not_found, wrong_fields, wrong_text
from tongban.casework import tallies
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import satisfaction
from tongban.supervision.boards import BYS, KEYS, By
from tongban.supervision.models import Found, Inspection, Sighting
from tongban.supervision.satisfaction import SATISFIED

MOST_CHARACTERS: Final = 60
WAITED_SINCE: Final = timedelta(days=28)
"""Waits are those of the last four weeks."""

Figure = Literal["lights", "waits", "ratings", "problems"]
FIGURES: Final[tuple[Figure, ...]] = get_args(Figure)
COLUMNS: Final[Mapping[Figure, tuple[str, ...]]] = {
    "lights": ("red", "yellow", "green"),
    "waits": ("waited_minutes",),
    "ratings": ("satisfied_percent",),
    "problems": ("problems", "problems_late"),
}
"""What each figure shows, most telling first."""

COUNTED: Final = frozenset({*COLUMNS["lights"], *COLUMNS["problems"]})
"""Of these a group that is not counted has none; of the others nothing is known."""

Row = dict[str, int]
"""The columns of a group that have something to say."""


@dataclass(frozen=True, slots=True)
class View:
    """How the city is looked at. ``department``, ``place`` (a region's code) and ``service`` narrow it, empty: all."""

    by: By = "department"
    figures: tuple[Figure, ...] = ("lights",)
    department: str = ""
    place: str = ""
    service: str = ""

    @property
    def columns(self) -> list[str]:
        """What the view shows of each group."""
        return [column for figure in self.figures for column in COLUMNS[figure]]

    def has(self, catalog: Catalog, office: str, service: str) -> bool:
        """Whether what an office does of a service (empty: whatever) is looked at."""
        found = catalog.offices.get(office)
        return (
            (not self.department or KEYS["department"](catalog, office, "") == self.department)
            and (not self.place or (found is not None and found.region.startswith(self.place)))
            and (not self.service or service == self.service)
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A group as it stood then and stands now, by column."""

    key: str
    then: Mapping[str, int]
    now: Mapping[str, int]


def keep(actor: Actor, name: str, view: View, command_id: UUID) -> Inspection:
    """Freeze a view under a name, once for each command. Raises Problem 403, 422."""
    if not actor.has_role("head"):
        raise forbidden("负责人才能做专项检查", "Heads make special inspections.")
    catalog = publication.current()
    if errors := [*wrong_text("name", name, MOST_CHARACTERS), *_wrong(catalog, view)]:
        raise wrong_fields(errors)
    values = {
        "name": name.strip(),
        "by": view.by,
        "view": {key: value for key, value in asdict(view).items() if key != "by"},
        "office": next(iter(actor.offices)),
        "at": time.now(),
        "frozen": measured(catalog, time.now(), view),
    }
    return Inspection.objects.get_or_create(command=command_id, defaults=values)[0]


def _wrong(catalog: Catalog, view: View) -> list[FieldError]:
    known: Mapping[str, Mapping[str, object]] = {
        "department": catalog.authorities, "place": catalog.regions, "service": catalog.services,
    }  # fmt: skip
    text = Text("没有这一项，从里面选", "There is no such thing. Choose one.")
    errors = [
        FieldError(field, "not-an-option", text)
        for field, options in known.items()
        if (value := getattr(view, field)) and value not in options
    ]
    if not view.figures:
        errors.append(FieldError("figures", "missing", Text("至少看一样", "Choose one figure at least.")))
    return errors


def listed(most: int = 20) -> list[Inspection]:
    """What was kept, the newest first."""
    return list(Inspection.objects.order_by("-at", "-id")[:most])


def one(inspection_id: int) -> tuple[Inspection, View, list[Held]]:
    """What was kept, how it is looked at, and every group then and now. Raises Problem 404."""
    found = Inspection.objects.filter(id=inspection_id).first()
    by = next((each for each in BYS if found is not None and each == found.by), None)
    if found is None or by is None:
        raise not_found()
    view = view_of(by, found.view)
    then, today = found.frozen, measured(publication.current(), time.now(), view)
    keys = [*then, *(key for key in today if key not in then)]
    nothing = {column: 0 for column in view.columns if column in COUNTED}
    held = [Held(key, nothing | then.get(key, {}), nothing | today.get(key, {})) for key in keys]
    return found, view, sorted(held, key=lambda one: [-one.then.get(column, 0) for column in view.columns])


def view_of(by: By, chosen: Mapping[str, Any]) -> View:
    """A view as it was chosen or kept; figures that are none are left out."""
    narrowed = {name: str(chosen.get(name) or "") for name in ("department", "place", "service")}
    return View(by, tuple(one for one in FIGURES if one in chosen.get("figures", ())), **narrowed)


def opened(inspection: Inspection) -> list[Found]:
    """What was asked for because of an inspection, the newest first."""
    cases = Sighting.objects.filter(found_by="inspection", reference=inspection.reference).values("problem_id")
    return list(Found.objects.filter(case__in=cases).order_by("-found_at", "-case"))


def measured(catalog: Catalog, now: datetime, view: View) -> dict[str, Row]:
    """Each group of a view with its columns."""
    rows: dict[str, Row] = defaultdict(dict)
    for figure in view.figures:
        for key, row in MEASURES[figure](catalog, now, view).items():
            rows[key] |= row
    return dict(rows)


def _key(catalog: Catalog, view: View, office: str, service: str) -> str | None:
    """The group of something, None where it is not looked at."""
    return KEYS[view.by](catalog, office, service) if view.has(catalog, office, service) else None


def _lights(catalog: Catalog, now: datetime, view: View) -> dict[str, Row]:
    tallies.fold()
    rows: dict[str, Row] = defaultdict(lambda: dict.fromkeys(COLUMNS["lights"], 0))
    for one in tallies.open_now(now, now, OPENED_BY_THE_HOUSE):
        if (key := _key(catalog, view, one.office, one.service)) is not None:
            for colour, cases in (("red", one.red), ("yellow", one.yellow), ("green", one.green)):
                rows[key][colour] += cases
    return rows


def _waits(catalog: Catalog, now: datetime, view: View) -> dict[str, Row]:
    """Mean minutes from taking a number to being called. A hall serves every service, so by service there is none."""
    if view.by == "service" or view.service:
        return {}
    counts: dict[str, tuple[int, float]] = {}
    for office, people, minutes in tickets.waited((now - WAITED_SINCE).astimezone(time.ZONE).date()):
        if (key := _key(catalog, view, office, "")) is not None:
            before = counts.get(key, (0, 0.0))
            counts[key] = (before[0] + people, before[1] + people * minutes)
    return {key: {"waited_minutes": round(minutes / people)} for key, (people, minutes) in counts.items()}


def _ratings(catalog: Catalog, now: datetime, view: View) -> dict[str, Row]:
    """Of a hundred that rated, how many are satisfied: sums of whole published lots, as everywhere."""
    grades: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for lot in satisfaction.published(now.astimezone(time.ZONE).date()).lots:
        if (key := _key(catalog, view, lot.office, lot.service)) is not None:
            grades[key][0] += sum(count for grade, count in lot.grades.items() if grade in SATISFIED)
            grades[key][1] += sum(lot.grades.values())
    return {key: {"satisfied_percent": round(100 * good / rated)} for key, (good, rated) in grades.items()}


def _problems(catalog: Catalog, now: datetime, view: View) -> dict[str, Row]:
    """Open problems of those who are to put them right, and how many of them climb the ladder."""
    del now
    rows: dict[str, Row] = defaultdict(lambda: dict.fromkeys(COLUMNS["problems"], 0))
    for owners, about, escalation in _open_problems():
        for key in {_key(catalog, view, owner, about) for owner in owners} - {None}:
            rows[str(key)]["problems"] += 1
            rows[str(key)]["problems_late"] += escalation > 0
    return rows


def _open_problems() -> Sequence[tuple[list[str], str, int]]:
    return list(Found.objects.filter(ended_at=None).values_list("owners", "about", "escalation"))


MEASURES: Final[Mapping[Figure, Callable[[Catalog, datetime, View], dict[str, Row]]]] = {
    "lights": _lights,
    "waits": _waits,
    "ratings": _ratings,
    "problems": _problems,
}
