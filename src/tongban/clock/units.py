"""Limits as the law writes them: a count and its unit, `5 workdays`, `15 days`, `2 hours`, `1 month`.

The unit is part of the limit, for workdays and natural days live side by side in one city.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf
from typing import Final, Literal, cast

from tongban.clock.errors import ClockError, shortened, too_far

Unit = Literal["workday", "day", "week", "month", "hour"]

LONGEST_DAYS: Final = 36_600
"""A hundred years: no limit, and no walk through the days, may be longer."""

_MOST_DIGITS: Final = len(str(LONGEST_DAYS * 24))
_GRAMMAR: Final = re.compile(r"(-?)0*([0-9]+) (workday|day|week|month|hour)s?")

_SHORTEST_DAYS: Final[dict[Unit, float]] = {"workday": 1, "day": 1, "week": 7, "month": 28, "hour": 1 / 24}
_LONGEST_DAYS: Final[dict[Unit, float]] = {"workday": inf, "day": 1, "week": 7, "month": 31, "hour": 1 / 24}


@dataclass(frozen=True, slots=True)
class Limit:
    """A span of time in one unit; a negative count runs backwards."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse what no calendar reaches, so that every later step is bounded.

        Raises `ClockError` `too-far` when the limit is longer than a hundred years.
        """
        if abs(self.count) * _SHORTEST_DAYS[self.unit] > LONGEST_DAYS:
            raise too_far()

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read `-?N (workday|day|week|month|hour)s?`; raise `ClockError` `limit-malformed` or `too-far`."""
        match = _GRAMMAR.fullmatch(text)
        if match is None:
            shown = shortened(text)
            raise ClockError(
                "limit-malformed",
                en=f"'{shown}' is no limit; write a number and workdays, days, weeks, months or hours: '5 workdays'",
                zh=f"“{shown}”不是有效期限；请写整数加单位 workdays、days、weeks、months 或 hours，如“5 workdays”",
            )
        sign, digits, unit = match.groups()
        if len(digits) > _MOST_DIGITS:
            raise too_far()
        return cls(int(sign + digits), cast("Unit", unit))

    def __str__(self) -> str:
        """Write the limit the way `parse` reads it."""
        return f"{self.count} {self.unit}" if self.count == 1 else f"{self.count} {self.unit}s"

    @property
    def direction(self) -> int:
        """1 when the limit counts forwards, -1 backwards, 0 when it is no time at all."""
        return (self.count > 0) - (self.count < 0)


def at_most(left: Limit, right: Limit) -> bool | None:
    """Say whether `left` never ends later than `right`; None where that depends on the dates.

    Equal units compare by count. Others compare by the natural days they take at least and at most:
    a workday takes one day or more, a month 28 to 31.
    """
    if left.unit == right.unit:
        return left.count <= right.count
    least_left, most_left = _days(left)
    least_right, most_right = _days(right)
    if most_left <= least_right:
        return True
    return False if least_left > most_right else None


def _days(limit: Limit) -> tuple[float, float]:
    """Give the least and the most natural days that a limit can take."""
    if limit.count == 0:
        return 0, 0
    ends = limit.count * _SHORTEST_DAYS[limit.unit], limit.count * _LONGEST_DAYS[limit.unit]
    return min(ends), max(ends)
