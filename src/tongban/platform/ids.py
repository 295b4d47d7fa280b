"""Numbers that people read and identifiers that machines choose.

An application is numbered `4302-26-000001-C`: the city, the year, a serial number, and a check character that catches
every single wrong character and nearly every swap (ISO 7064 MOD 37,36 over the rest without hyphens). Its cases add
`/01`, `/02`, …, written `.01` in addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import uuid6
from stdnum.iso7064 import mod_37_36

LARGEST_SERIAL = 999_999
_FORM = re.compile(r"(\d{4})-(\d{2})-(\d{6})-([0-9A-Z])(?:[/.](\d{2,6}))?", re.ASCII)


class NumberError(ValueError):
    """A text that is no number of ours. `code` is `number-malformed` or `number-check-failed`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.code = code


@dataclass(frozen=True, order=True)
class Number:
    """The number of an application, or of one of its cases when `case` is given (from 1)."""

    city: str
    year: int
    serial: int
    case: int | None = None

    def __str__(self) -> str:
        return f"{self.application}/{self.case:02}" if self.case else self.application

    @property
    def application(self) -> str:
        """The application's number, without the case."""
        body = f"{self.city}-{self.year % 100:02}-{self.serial:06}"
        return f"{body}-{check_character(body)}"


def in_address(name: str) -> str:
    """A number or an id as it stands in a URL and in the name of a file, where `/` would end it."""
    return name.replace("/", ".")


def from_address(name: str) -> str:
    """The number or the id that stands in a URL; one that is written in full already is taken as it is."""
    return name.replace(".", "/")


def application_number(city: str, year: int, serial: int) -> str:
    """The number of the `serial`-th application (from 1) that `city` (4 digits) received in `year`.

    Raises ValueError when the year's 999,999 numbers are used up.
    """
    if not 1 <= serial <= LARGEST_SERIAL:
        raise ValueError(f"serial {serial} is not within 1–{LARGEST_SERIAL}")
    return Number(city, year, serial).application


def case_number(application: str, case: int) -> str:
    """The number of the `case`-th case (from 1) of an application."""
    return f"{application}/{case:02}"


def parse_number(text: str) -> Number:
    """The number that somebody typed: small letters, spaces around it and `.` for `/` are forgiven.

    Raises NumberError `number-malformed`, `number-check-failed`.
    """
    match = _FORM.fullmatch(text.strip().upper())
    if match is None:
        raise NumberError("number-malformed", text)
    city, year, serial, check, case = match.groups()
    number = Number(city, 2000 + int(year), int(serial), int(case) if case else None)
    if check != check_character(f"{city}-{year}-{serial}") or number.serial == 0 or number.case == 0:
        raise NumberError("number-check-failed", text)
    return number


@lru_cache(maxsize=1024)
def check_character(body: str) -> str:
    """The check character of a number without its own."""
    return str(mod_37_36.calc_check_digit(body.replace("-", "")))


def new_id() -> UUID:
    """A new identifier (UUID version 7): unique without asking anybody, and rising with time."""
    return uuid6.uuid7()
