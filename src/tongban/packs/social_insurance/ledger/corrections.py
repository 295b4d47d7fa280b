"""What follows when facts of a billed month change: the difference between what its bill should be and what it is.

A difference is a line of its own, with statements and a posting of its own, so nothing is overwritten and every sum
stays right. It goes by the definitions that the month was billed under. The month is always reckoned whole, from the
facts held true now, so it does not matter how many corrections came before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tongban.pack_api import Database, PolicyError, RefusedError, definitions, supersede
from tongban.packs.social_insurance.ledger import locks
from tongban.packs.social_insurance.ledger.contributions import (
    AMOUNTS,
    CONTRIBUTION,
    FLEXIBLE,
    SHARES,
    due_after_notice,
    due_on,
    of_person,
)
from tongban.packs.social_insurance.ledger.facts import FIGURES, Pair, Standing, standing
from tongban.packs.social_insurance.ledger.months import first_day
from tongban.packs.social_insurance.ledger.payments import settle_owed
from tongban.packs.social_insurance.ledger.postings import Posting, legs_of_bill, post, rule_on

CERTIFICATES: Final = ("social-insurance/insurance-certificate", "social-insurance/employer-certificate")
"""The credentials that list what was billed."""


@dataclass(frozen=True, slots=True)
class Touched:
    """From this month on something about somebody at an employer has changed, by a case.

    `noticed_on` is the day on which an employer told of a hire, where that was in time: nothing of it is late before.
    """

    insured: int
    employer: int
    first_month: int
    case: str
    at: datetime
    noticed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Billed:
    """A month that was billed, under a publication, for the employers up to one; for all where it is finished."""

    run: int
    month: int
    publication: str
    done_to: int | None

    def holds(self, employer: int) -> bool:
        """Whether this employer was billed for the month."""
        return self.done_to is None or employer <= self.done_to


@dataclass(frozen=True, slots=True)
class Difference:
    """What somebody's month is to be, less what it is; `after` and `before` are the figures, `wage_fen` what for."""

    month: int
    pair: Pair
    number: int
    wage_fen: int | None
    after: dict[str, int]
    before: dict[str, int]

    @property
    def takes_back(self) -> bool:
        """Whether something that was billed is billed no more, or otherwise; what is only added takes nothing back."""
        return any(was and was != self.after[name] for name, was in self.before.items())

    def of(self, name: str) -> int:
        """How much a figure changes, in fen."""
        return self.after[name] - self.before[name]


def settle(db: Database, touched: Sequence[Touched]) -> None:
    """Bill the differences of these people in months that are billed already; the others wait for their bill.

    What an employer paid too much, or beforehand, settles what it owes then. Asks for the ledger's lock beforehand.
    Raises RefusedError where the rules give no amount.
    """
    for employer in bill_differences(db, touched):
        settle_owed(db, employer, max(one.at for one in touched if one.employer == employer))


def bill_differences(db: Database, touched: Iterable[Touched]) -> list[int]:
    """As ``settle``, without settling what is owed; the employers for whom there were differences."""
    changes = _earliest(touched)
    if not changes:
        return []
    locks.in_turn(db, [one.employer for one in changes.values()])
    months = billed_since(db, min(one.first_month for one in changes.values()))
    if not months:
        return []
    employers: set[int] = set()
    known = standing(db, list(changes), [one.month for one in months])
    for billed in months:
        due = [one for one in changes.values() if one.first_month <= billed.month and billed.holds(one.employer)]
        found = defaultdict[tuple[int, str], list[Difference]](list)
        for one in due:
            difference = _difference(known, billed, (one.insured, one.employer))
            if difference is not None:
                found[one.employer, one.case].append(difference)
        for (employer, _), differences in found.items():
            _write(db, billed, employer, differences, changes[differences[0].pair])
            employers.add(employer)
    return sorted(employers)


def _earliest(touched: Iterable[Touched]) -> dict[Pair, Touched]:
    found: dict[Pair, Touched] = {}
    for one in touched:
        pair = one.insured, one.employer
        if pair not in found or one.first_month < found[pair].first_month:
            found[pair] = one
    return found


def billed_since(db: Database, first_month: int) -> list[Billed]:
    """The months that were billed, from one on."""
    db.execute(
        "select id, month, publication, case when finished_at is null then done_to end from insurance_run"
        " where kind = 'billing' and month >= %s order by month",
        [first_month],
    )
    return [Billed(*row) for row in db.fetchall()]


def _difference(known: Standing, billed: Billed, pair: Pair) -> Difference | None:
    """What is to be billed or given back, or None; `known` is told of it."""
    book = definitions(billed.publication).rulebook
    number, before = known.line(billed.month, pair)
    person = known.person(billed.month, pair)
    try:
        after = of_person(book, billed.month, person) if person.kinds else dict.fromkeys(FIGURES, 0)
    except PolicyError as refusal:
        said = refusal.issues[0].text
        raise RefusedError(said.zh, said.en) from refusal
    if after == before:
        return None
    known.tell(billed.month, pair, number + 1, after)
    return Difference(billed.month, pair, number + 1, person.wage_fen, after, before)


def _write(db: Database, billed: Billed, employer: int, differences: Sequence[Difference], by: Touched) -> None:
    """Keep the differences of one employer's month: lines, statements and a posting, all by a case."""
    case, at = by.case, by.at
    db.executemany(
        f'insert into insurance_line (month, employer, insured, number, wage_fen, {", ".join(FIGURES)}, "case",'  # noqa: S608
        f" recorded_at) values ({', '.join(['%s'] * (len(FIGURES) + 7))})",
        [
            (one.month, employer, one.pair[0], one.number, one.wage_fen, *map(one.of, FIGURES), case, at)
            for one in differences
        ],
    )
    restate(db, billed, employer, case, at, by.noticed_on)
    catalog = definitions(billed.publication)
    by_rule = FLEXIBLE if differences[0].pair[0] == employer else CONTRIBUTION
    rule = rule_on(catalog.rulebook, by_rule, first_day(billed.month))
    amounts = {name: sum(one.of(name) for one in differences) for name in AMOUNTS}
    posting = Posting(billed.month, rule, billed.publication, "difference", at, case=case)
    post(db, posting, legs_of_bill(employer, amounts))
    say_superseded(db, billed.month, employer, [one.pair[0] for one in differences if one.takes_back], at)


def say_superseded(db: Database, month: int, employer: int, insured: Sequence[int], at: datetime) -> None:
    """Certificates that may tell of these people's month there, and the employer's own, are superseded."""
    if insured:
        supersede(db, CERTIFICATES, [employer, *insured], since=first_day(month), on=at.date())


def restate(
    db: Database, billed: Billed, employer: int, case: str, at: datetime, noticed_on: date | None = None
) -> None:
    """Bring the statements of one employer's month up to what its lines come to, by differences if there are any.

    What a case takes back was due when it had added it.
    """
    due = _due(billed, noticed_on)
    db.execute(_RESTATE, {"month": billed.month, "employer": employer, "case": case, "at": at, "due_on": due})


def _due(billed: Billed, noticed_on: date | None) -> date:
    due = due_on(definitions(billed.publication).rulebook, billed.month)
    if noticed_on is None or noticed_on <= due:
        return due
    return due_after_notice(definitions().rulebook, noticed_on)


def _of_kind(kind: str, shares: Sequence[str]) -> str:
    """What lines come to in one insurance: those are in it who have a share there."""
    is_in = " or ".join(f"{name} <> 0" for name in shares)
    employee = shares[1] if len(shares) > 1 else "0"
    return (
        f"select '{kind}' as kind, count(*) filter (where {is_in}) as people,"  # noqa: S608 - fixed texts
        f" coalesce(sum(base_fen) filter (where {is_in}), 0) as base_fen,"
        f" sum({shares[0]}) as employer_fen, sum({employee}) as employee_fen from people"
    )


_RESTATE: Final = f"""
with people as (
    select insured, {", ".join(f"sum({name}) as {name}" for name in FIGURES)} from insurance_line
    where month = %(month)s and employer = %(employer)s group by insured
), wanted as (
    {" union all ".join(_of_kind(kind, shares) for kind, shares in SHARES.items())}
), held as (
    select kind, max(number) as number, sum(people) as people, sum(base_fen) as base_fen,
        max(due_on) filter (where "case" = %(case)s) as own_due_on,
        sum(employer_fen) as employer_fen, sum(employee_fen) as employee_fen, max(county) as county
    from insurance_statement where month = %(month)s and employer = %(employer)s group by kind
), county as (
    select county from insurance_rating where employer = %(employer)s and first_month <= %(month)s
    and superseded_at is null
    union all select county from insurance_enrolment where employer = %(employer)s limit 1
)
insert into insurance_statement
    (month, employer, kind, number, county, people, base_fen, employer_fen, employee_fen, due_on, "case", recorded_at)
select %(month)s, %(employer)s, kind, coalesce(number + 1, 0), coalesce(held.county, (select county from county)),
    wanted.people - coalesce(held.people, 0), wanted.base_fen - coalesce(held.base_fen, 0),
    wanted.employer_fen - coalesce(held.employer_fen, 0), wanted.employee_fen - coalesce(held.employee_fen, 0),
    coalesce(held.own_due_on, %(due_on)s), %(case)s, %(at)s
from wanted left join held using (kind)
where (wanted.people, wanted.base_fen, wanted.employer_fen, wanted.employee_fen) is distinct from
    (coalesce(held.people, 0), coalesce(held.base_fen, 0), coalesce(held.employer_fen, 0),
     coalesce(held.employee_fen, 0))
"""  # noqa: S608 - fixed texts
