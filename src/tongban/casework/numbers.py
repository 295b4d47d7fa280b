"""Numbers and row ids: a case's id is its number, so no index and no column is needed to find one by the other.

An application's id is year (two digits) × 10⁶ + serial; a case's id is that × 10⁶ + part. Ids rise with time.
"""

from __future__ import annotations

from functools import lru_cache

from tongban.platform.ids import Number, parse_number

CITY = "4302"
"""The city whose numbers these are (GB/T 2260)."""

PARTS = 1_000_000
"""One more than the most cases an application can have."""

_SERIALS = 1_000_000


@lru_cache(maxsize=4096)
def id_of(number: str) -> int:
    """The row id of an application's or a case's number; raises NumberError where it is none of ours."""
    parsed = parse_number(number)
    application = parsed.year % 100 * _SERIALS + parsed.serial
    return application if parsed.case is None else application * PARTS + parsed.case


@lru_cache(maxsize=4096)
def application_number_of(application_id: int) -> str:
    """The number of the application with this row id."""
    year, serial = divmod(application_id, _SERIALS)
    return str(Number(CITY, 2000 + year, serial))


@lru_cache(maxsize=4096)
def case_number_of(case_id: int) -> str:
    """The number of the case with this row id."""
    application_id, part = divmod(case_id, PARTS)
    return f"{application_number_of(application_id)}/{part:02}"
