"""Who is slow, compared by what they have to do: departments with hard services are not blamed for their services.

Indirect standardisation, as epidemiology compares hospitals (Breslow and Day, Statistical Methods in Cancer Research,
vol. II, IARC 1987, chapter 2): with n(d, s) cases of stratum s (services that are alike hard) at department d, of
which l(d, s) are late, the city's rate of a stratum is r(s) = Σ_d l(d, s) / Σ_d n(d, s). A department that were as
quick as the city in each stratum would have e(d) = Σ_s n(d, s) · r(s) late cases. Its ratio is l(d) / e(d), and its
adjusted rate that ratio times the rate of the whole city. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

Line = tuple[str, str, int, int]
"""A group, a stratum, cases and how many of them are late."""


@dataclass(frozen=True, slots=True)
class Fair:
    """A group: its cases, the late ones, how many would be late were it as quick as the city with that mix."""

    group: str
    cases: int
    late: int
    expected: float
    city_per_mille: float

    @property
    def per_mille(self) -> float | None:
        """Late ones of a thousand cases, adjusted by mix; None without a case."""
        if self.expected == 0:
            return 0.0 if self.cases else None
        return self.late / self.expected * self.city_per_mille


def compared(lines: Iterable[Line]) -> list[Fair]:
    """Every group, the slowest for its mix first."""
    at, cases_in, late_in = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    late_of = Counter[str]()
    for group, stratum, cases, late in lines:
        at[group, stratum] += cases
        cases_in[stratum] += cases
        late_in[stratum] += late
        late_of[group] += late
    total = sum(cases_in.values())
    city = 1_000 * sum(late_of.values()) / total if total else 0.0
    expected, cases_of = Counter[str](), Counter[str]()
    for (group, stratum), cases in at.items():
        cases_of[group] += cases
        if cases_in[stratum]:
            expected[group] += cases * late_in[stratum] / cases_in[stratum]  # type: ignore[assignment] # a sum
    found = [Fair(group, cases_of[group], late_of[group], float(expected[group]), city) for group in cases_of]
    return sorted(found, key=lambda one: (-(one.per_mille or 0), -one.cases, one.group))
