"""最近的窗口: where people are received in a county, whether it is open now, what can be done, how many wait.

No map: a county's own windows first, then those of the city. Hours are those of working days; the calendar in force
knows which days are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from tongban.accounts.actor import Actor
from tongban.applications import inquiries, tickets
from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Office, Window
from tongban.clock import Calendar
from tongban.platform import time as city_time
from tongban.publication import calendars
from tongban.publication import service as publication
from tongban.registry import service as registry

CITY_DIGITS: Final = 4
COUNTY_DIGITS: Final = 6
TOWN_DIGITS: Final = 9
MOST_DAYS_AHEAD: Final = 15


def counties() -> dict[str, dict[str, str]]:
    """Every county of a city that receives people at windows, with its name, by code."""
    catalog = publication.current()
    cities = {office.region[:CITY_DIGITS] for office in catalog.offices.values() if office.window}
    return {
        code: name.to_json()
        for code, name in catalog.regions.items()
        if len(code) == COUNTY_DIGITS and code[:CITY_DIGITS] in cities
    }


def towns(county: str) -> dict[str, dict[str, str]]:
    """The towns of a county with their names, by code."""
    regions = publication.current().regions
    towns = {code: name for code, name in regions.items() if len(code) == TOWN_DIGITS}
    return {code: name.to_json() for code, name in towns.items() if code.startswith(county)}


def county_of(actor: Actor | None) -> str | None:
    """Where the reader lives, if the register says; None for a stranger."""
    region = registry.region_of(actor.subject_id) if actor is not None and actor.subject_id is not None else ""
    return region[:COUNTY_DIGITS] if len(region) >= COUNTY_DIGITS else None


def near(region: str) -> list[dict[str, Any]]:
    """The windows for whoever lives in this region (a county's or a town's code), the nearest first."""
    catalog = publication.current()
    offices = [
        (office, office.window)
        for office in catalog.offices.values()
        if office.window is not None and (region.startswith(office.region) or _is_within(office.region, region))
    ]
    combined = catalog.services[inquiries.SERVICE].authority
    nearest = sorted(offices, key=lambda pair: (-len(pair[0].region), pair[0].authority != combined, pair[0].id))
    return [_line(catalog, office, window, combined) for office, window in nearest]


def _is_within(region: str, town: str) -> bool:
    """Whether this is a village of the town."""
    return len(town) == TOWN_DIGITS and region.startswith(town)


def _line(catalog: Catalog, office: Office, window: Window, combined: str) -> dict[str, Any]:
    now, calendar = city_time.now(), calendars.current()
    waits = tickets.waits(office.id)
    everything = office.authority == combined
    services = [] if everything else [service.title.to_json() for service in _services_at(catalog, office)]
    return {
        "id": office.id,
        "title": office.title.to_json(),
        "address": window.address.to_json(),
        "hours": list(window.hours),
        "is_open": is_open(window, calendar, now),
        "opens_at": opens_at(window, calendar, now),
        "closes_at": closes_at(window, now),
        "everything": everything,
        "services": services,
        "waiting": waits.waiting,
        "waiting_minutes": waits.waiting_minutes,
    }


def _services_at(catalog: Catalog, office: Office) -> Iterator[ServiceDefinition]:
    """What an office of this authority does, at whatever level it is handled."""
    for service in catalog.services.values():
        if service.authority == office.authority and service.id not in OPENED_BY_THE_HOUSE:
            yield service


def is_open(window: Window, calendar: Calendar, now: datetime) -> bool:
    """Whether people are received at this moment."""
    return calendar.is_workday(now.date()) and any(begin <= now.time() < end for begin, end in _spans(window))


def closes_at(window: Window, now: datetime) -> time | None:
    """Until when today, for a window that is open."""
    return next((end for begin, end in _spans(window) if begin <= now.time() < end), None)


def opens_at(window: Window, calendar: Calendar, now: datetime) -> datetime | None:
    """When people are received next; None when no working day is known for the next fortnight."""
    for ahead in range(MOST_DAYS_AHEAD):
        day: date = now.date() + timedelta(days=ahead)
        if not calendar.is_workday(day):
            continue
        for begin, _end in _spans(window):
            at = datetime.combine(day, begin, now.tzinfo)
            if at > now:
                return at
    return None


def _spans(window: Window) -> list[tuple[time, time]]:
    return [(time.fromisoformat(begin), time.fromisoformat(end)) for begin, _, end in map(_parted, window.hours)]


def _parted(hours: str) -> tuple[str, str, str]:
    return hours.partition("-")
