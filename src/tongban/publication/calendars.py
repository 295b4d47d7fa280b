"""The calendar that goes with a catalog: which days the city works, as published."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from tongban.catalog.model import Catalog
from tongban.clock import Calendar, calendars

STACK: Final = "cn"
"""The stack of calendars that a city follows."""


def of(catalog: Catalog) -> Calendar:
    """The calendar that a catalog brings; plain weeks, all provisional, where it brings none."""
    return calendars(catalog.calendars.values()).get(STACK) or Calendar.stacked(())


def current() -> Calendar:
    """The calendar in force; needs the database."""
    from tongban.publication import service  # noqa: PLC0415 - `check` and `plan` ask for `of` without a database

    return of_digest(service.current().digest)


def since(publication: int) -> tuple[int, list[Calendar]]:
    """The id of the publication in force, and the calendars of all publications from `publication` on, in order.

    Open dates may rest on any of these where they were last reckoned by the first. Raises PlatformError
    `nothing-published`.
    """
    from tongban.publication import service  # noqa: PLC0415 - as above

    ids, digests = zip(*service.since(publication), strict=True)
    return ids[-1], [of_digest(digest) for digest in dict.fromkeys(digests)]


@lru_cache(maxsize=8)
def of_digest(digest: str) -> Calendar:
    """The calendar of a publication."""
    from tongban.publication import service  # noqa: PLC0415 - as above

    return of(service.at(digest))
