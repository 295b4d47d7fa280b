"""What is held true of people and employers now: insurances, wages, risk classes, and what their lines come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from tongban.pack_api import Database, RefusedError
from tongban.packs.social_insurance.ledger.contributions import AMOUNTS, Person

Pair: TypeAlias = tuple[int, int]
"""Somebody insured, and their employer; who pays for themselves is both."""
FIGURES: Final = ("base_fen", *AMOUNTS)
SAFEST_CLASS: Final = 1  # of an employer that nobody has rated yet; counts only where injury insurance is asked


@dataclass(slots=True)
class Standing:
    """Facts of some pairs. Wages and ratings by the month they begin with."""

    periods: defaultdict[Pair, list[tuple[str, int, int | None]]] = field(default_factory=lambda: defaultdict(list))
    wages: defaultdict[Pair, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    ratings: defaultdict[int, dict[int, tuple[int, str]]] = field(default_factory=lambda: defaultdict(dict))
    lines: dict[tuple[int, Pair], tuple[int, dict[str, int]]] = field(default_factory=dict)

    def person(self, month: int, pair: Pair) -> Person:
        """What the rules are told of a month. Raises RefusedError where injury insurance has no class to go by."""
        kinds = frozenset(
            kind for kind, first, last in self.periods[pair] if first <= month and (last is None or month <= last)
        )
        wages, ratings = self.wages[pair], self.ratings[pair[1]]
        declared = max((first for first in wages if first <= month), default=None)
        rated = max((first for first in ratings if first <= month), default=None)
        if rated is None and "injury" in kinds:
            raise RefusedError(
                "这家单位还没有工伤行业类别，工伤保险费算不出来；先给它定类别",
                "The employer has no risk class, so work-injury insurance cannot be reckoned. Have it rated first.",
            )
        industry_class, injury_level = (SAFEST_CLASS, "base") if rated is None else ratings[rated]
        earlier = self.lines.get((month - 1, pair))
        return Person(
            kinds=kinds,
            industry_class=industry_class,
            injury_level=injury_level,
            wage_fen=None if declared is None else wages[declared],
            before=earlier[1] if earlier and any(earlier[1].values()) else None,
            pays_alone=pair[0] == pair[1],
        )

    def line(self, month: int, pair: Pair) -> tuple[int, dict[str, int]]:
        """The last number of a line, −1 where there is none, and what it comes to."""
        return self.lines.get((month, pair), (-1, dict.fromkeys(FIGURES, 0)))

    def tell(self, month: int, pair: Pair, number: int, figures: dict[str, int]) -> None:
        """What a line comes to from now on."""
        self.lines[month, pair] = number, figures


_PAIRS: Final = "join unnest(%s::bigint[], %s::bigint[]) as wanted (insured, employer) using (insured, employer)"


def standing(db: Database, pairs: Sequence[Pair], months: Sequence[int]) -> Standing:
    """What is held true of these pairs, and their lines of these months and of the month before each."""
    known = Standing()
    wanted = [[insured for insured, _ in pairs], [employer for _, employer in pairs]]
    db.execute(
        "select insured, employer, kind, first_month, last_month"  # noqa: S608 - fixed
        f" from insurance_enrolment {_PAIRS} where superseded_at is null",
        wanted,
    )
    for insured, employer, kind, first, last in db.fetchall():
        known.periods[insured, employer].append((kind, first, last))
    db.execute(
        "select insured, employer, first_month, wage_fen"  # noqa: S608 - fixed
        f" from insurance_wage {_PAIRS} where superseded_at is null",
        wanted,
    )
    for insured, employer, first, wage_fen in db.fetchall():
        known.wages[insured, employer][first] = wage_fen
    db.execute(
        "select employer, first_month, industry_class, injury_level from insurance_rating"
        " where employer = any(%s) and superseded_at is null",
        [wanted[1]],
    )
    for employer, first, industry_class, injury_level in db.fetchall():
        known.ratings[employer][first] = industry_class, injury_level
    db.execute(
        f"select month, insured, employer, max(number), {', '.join(f'sum({name})' for name in FIGURES)}"  # noqa: S608
        f" from insurance_line {_PAIRS} where month = any(%s) group by month, insured, employer",
        [*wanted, sorted({month - back for month in months for back in (0, 1)})],
    )
    for month, insured, employer, number, *figures in db.fetchall():
        known.lines[month, (insured, employer)] = number, dict(zip(FIGURES, map(int, figures), strict=True))
    return known
