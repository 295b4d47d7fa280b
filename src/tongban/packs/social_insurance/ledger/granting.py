"""What a granted case gives by the month or once, as its facts say; what ends with work, and with somebody's life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongban.pack_api import Database, Decided, integer_of
from tongban.packs.social_insurance.ledger import benefits, enrolments, lives
from tongban.packs.social_insurance.ledger.benefits import Benefit
from tongban.packs.social_insurance.ledger.cases import county_in, month_in, only


def end_with_life(db: Database, one: Decided) -> tuple[int, int]:
    """Insurances and benefits of the dead end with the month of the death; who died, and in which month.

    What ended with it already, because the death was registered, stays as it is.
    """
    deceased, month = only(one, "deceased"), month_in(one, "deceased.died_on")
    lives.record(db, deceased, month, one.case, one.at)
    enrolments.end_all(db, deceased, month, one.case, one.at)
    benefits.stop(db, deceased, month, one.case, one.at)
    return deceased, month


def settle_death(db: Database, one: Decided, rule: str, due: Mapping[str, str]) -> None:
    """What the family is due: benefit → which figure of the claim says how much."""
    deceased, month = end_with_life(db, one)
    amounts: dict[str, str | tuple[str, ...]] = {kind: f"survivor.{name}" for kind, name in due.items()}
    grant(db, one, only(one, "claimant"), deceased, rule, month + 1, amounts, month + 1)


def grant(
    db: Database,
    one: Decided,
    beneficiary: int,
    insured: int,
    rule: str,
    first: int,
    amounts: Mapping[str, str | tuple[str, ...]],
    last: int | None = None,
) -> None:
    """Grant what facts say: benefit → the fact with its monthly amount in fen, or those that it is the sum of."""
    county = county_in(one)
    benefits.grant(
        db,
        [
            Benefit(beneficiary, insured, kind, first, _sum(one, facts), one.case, one.at, rule, county, last)
            for kind, facts in amounts.items()
        ],
    )


def _sum(one: Decided, facts: str | tuple[str, ...]) -> int:
    return sum(integer_of(one.facts, fact) for fact in ([facts] if isinstance(facts, str) else facts))


def hire(db: Database, hires: Sequence[enrolments.Hire]) -> None:
    """Enrol whoever is hired; whoever works draws no unemployment benefit."""
    enrolments.enrol(db, hires)
    for one in hires:
        if "unemployment" in one.kinds:
            benefits.stop(db, one.insured, one.first_month, one.case, one.at, ("unemployment",))
