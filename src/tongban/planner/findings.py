"""What `tongban check` finds only by planning: parts that together take longer than their bundle promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from tongban.catalog.findings import Finding, finding
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text
from tongban.clock import Calendar, next_workday
from tongban.planner.planning import plan
from tongban.planner.problems import PlanError
from tongban.planner.request import Request
from tongban.planner.schedule import due_date

MAY_BEGIN: Final = (6, 1)
"""Month and day after which no long holiday falls into a bundle that takes weeks."""


def findings(catalog: Catalog, calendar: Calendar) -> tuple[Finding, ...]:
    """Everything wrong with the schedules of a catalog. A finding's file is the bundle's id: no file is known here."""
    return tuple(one for bundle in catalog.bundles.values() for one in _too_long(catalog, bundle, calendar))


def _too_long(catalog: Catalog, bundle: BundleDefinition, calendar: Calendar) -> Iterator[Finding]:
    """Without any answer a plan lists every service that may run, so that its end is the latest there can be."""
    if bundle.promised is None:
        return
    on = _reference_day(bundle, calendar)
    try:
        worst = plan(catalog, Request(on, bundle=bundle.id), calendar)
    except PlanError:
        return  # what cannot be planned at all is the compiler's finding
    if worst.schedule.due > due_date(calendar, on, bundle.promised):
        words: dict[str, str | int | Text] = {
            "promised": str(bundle.promised),
            "days": worst.schedule.days,
            "path": " → ".join(worst.schedule.critical_path),
        }
        yield finding("parts-longer-than-promise", bundle.id, words=words)


def _reference_day(bundle: BundleDefinition, calendar: Calendar) -> date:
    year = max(calendar.years) if calendar.years else bundle.in_force_from.year if bundle.in_force_from else 2026
    begin = date(year, *MAY_BEGIN)
    if bundle.in_force_from and begin < bundle.in_force_from:
        begin = bundle.in_force_from
    if bundle.in_force_to and bundle.in_force_to < begin:
        begin = bundle.in_force_to
    return begin if calendar.is_workday(begin) else next_workday(calendar, begin)
