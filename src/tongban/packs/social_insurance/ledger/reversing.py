"""Taking back what a case did: its facts are held true no more, what they replaced is again, its bookings are undone.

Afterwards every billed month is reckoned anew, so that what others did since stays right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError

from tongban.pack_api import Database, RefusedError
from tongban.packs.social_insurance.ledger import benefits, lives, locks
from tongban.packs.social_insurance.ledger.corrections import (
    Touched,
    bill_differences,
    billed_since,
    restate,
    say_superseded,
)
from tongban.packs.social_insurance.ledger.enrolments import all_in_turn
from tongban.packs.social_insurance.ledger.facts import FIGURES
from tongban.packs.social_insurance.ledger.payments import settle_anew, settle_owed
from tongban.packs.social_insurance.ledger.payouts import Key
from tongban.packs.social_insurance.ledger.payouts import settle as settle_payouts
from tongban.packs.social_insurance.ledger.postings import reverse
from tongban.packs.social_insurance.ledger.refunds import refuse_what_has_left
from tongban.packs.social_insurance.models import LAST_MONTH

COLUMNS: Final = {
    "enrolment": "insured, employer, kind, first_month, last_month, county",
    "wage": "insured, employer, first_month, wage_fen",
    "rating": "employer, first_month, county, industry_class, injury_level",
    "benefit": "beneficiary, insured, kind, county, first_month, last_month, monthly_fen, rule",
    "doubled": "insured, first_month, last_month",
    "death": "insured, first_month",
    "deferral": "employer, first_month, last_month, from_on, until_on",
}
"""What each table of facts says, beside by which case and when."""
UNDONE_WHOLE: Final = ("death", "enrolment", "benefit", "doubled", "deferral")
"""The tables in which all that a case superseded is put back when the case is taken back."""

_END_WAGES: Final = """
update insurance_wage wage set superseded_at = %(at)s, superseded_by = %(by_case)s
where superseded_at is null
    and (insured, employer) in (select insured, employer from insurance_enrolment where "case" = %(case)s)
    and exists (select from insurance_enrolment hire where (hire."case", hire.insured, hire.employer)
        = (wage."case", wage.insured, wage.employer))
    and not exists (select from insurance_enrolment held where (held.insured, held.employer, held.first_month)
        = (wage.insured, wage.employer, wage.first_month) and held.superseded_at is null)
"""
"""A wage that came with a hire ends once nothing that the two of them hold begins with it."""
_END_RATINGS: Final = """
update insurance_rating rating set superseded_at = %(at)s, superseded_by = %(by_case)s
where superseded_at is null
    and employer in (select employer from insurance_enrolment where "case" = %(case)s)
    and exists (select from insurance_enrolment hire where (hire."case", hire.employer)
        = (rating."case", rating.employer))
    and not exists (select from insurance_enrolment held
        where held.employer = rating.employer and held.superseded_at is null)
"""
"""A class that came with a hire ends once the employer insures nobody."""


def reverse_case(db: Database, case: str, by_case: str, at: datetime) -> None:
    """Take back everything a case did to the ledger, by another case or by the revocation of its own; once.

    Raises RefusedError while something that a later case did rests on it: that one goes first; and where it paid money
    back to an employer.
    """
    locks.shared(db)
    refuse_what_has_left(db, case)
    touched, paid, deferred = _touched(db, case, by_case, at), _paid(db, case), _deferred(db, case)
    people = {person for beneficiary, insured, _ in paid for person in (beneficiary, insured)}
    locks.in_turn(db, people | {one.insured for one in touched})
    locks.in_turn(db, {one.employer for one in touched} | set(deferred))
    _refuse_built_on(db, case, by_case)
    postings = _postings(db, case)
    is_standing = any(_standing(db, table, case) for table in COLUMNS)
    if not postings and not is_standing and not any(_ended(db, table, case) for table in UNDONE_WHOLE):
        return
    for table in UNDONE_WHOLE:
        _undo(db, table, case, by_case, at)
    _end_with_lives(db, people, at)
    if not _enrols(db, case, "and last_month is null") or _replaces_a_wage(db, case):
        _undo(db, "wage", case, by_case, at)
    if not _enrols(db, case):
        _undo(db, "rating", case, by_case, at)
    for statement in (_END_WAGES, _END_RATINGS):
        db.execute(statement, {"case": case, "by_case": by_case, "at": at})
    for posting in postings:
        reverse(db, posting, by_case, at)
    settle_payouts(db, paid, by_case, at)
    negated = _negate_lines(db, case, by_case, at) if postings else {}
    employers = {*bill_differences(db, touched), *(employer for _, employer in negated)}
    for billed in billed_since(db, min((month for month, _ in negated), default=LAST_MONTH)):
        for employer in sorted(employer for month, employer in negated if month == billed.month):
            restate(db, billed, employer, by_case, at)
            say_superseded(db, billed.month, employer, negated[billed.month, employer], at)
    _settle_again(db, employers, deferred, at)


def in_turn(db: Database, cases: Sequence[str], people: Iterable[int], employers: Iterable[int]) -> None:
    """Wait until it is the turn of all that taking these cases back may change, and of those named."""
    locks.shared(db)
    pairs = [pair for case in cases for pair in _pairs(db, case)]
    drawn = {
        person for case in cases for beneficiary, insured, _ in _paid(db, case) for person in (beneficiary, insured)
    }
    all_in_turn(
        db,
        {*people, *drawn, *(insured for insured, _, _ in pairs)},
        {*employers, *(employer for _, employer, _ in pairs)},
    )


def _postings(db: Database, case: str) -> list[int]:
    db.execute(
        'select id from insurance_posting p where "case" = %s and reverses is null'
        " and not exists (select from insurance_posting r where r.reverses = p.id)"
        " and not exists (select from insurance_payout o where o.posting = p.id) order by id",
        [case],
    )
    return [row[0] for row in db.fetchall()]


def _paid(db: Database, case: str) -> list[Key]:
    """The benefits that a case granted, changed or ended: what was paid of them is settled by the difference."""
    db.execute(
        'select distinct beneficiary, insured, kind from insurance_benefit where "case" = %s or superseded_by = %s',
        [case, case],
    )
    return [(beneficiary, insured, kind) for beneficiary, insured, kind in db.fetchall()]


def _deferred(db: Database, case: str) -> dict[int, int]:
    """Whose months a case let be paid later, from which on."""
    db.execute(
        'select employer, first_month from insurance_deferral where "case" = %s and superseded_at is null', [case]
    )
    return dict(db.fetchall())


def _settle_again(db: Database, employers: Iterable[int], deferred: Mapping[int, int], at: datetime) -> None:
    for employer in sorted(employers):
        settle_owed(db, employer, at)
    for employer, first in deferred.items():
        settle_anew(db, employer, first, at)


def _standing(db: Database, table: str, case: str) -> bool:
    """Whether a fact of this case is held true still."""
    db.execute(f'select 1 from insurance_{table} where "case" = %s and superseded_at is null limit 1', [case])  # noqa: S608 - a table of ours
    return bool(db.fetchall())


def _ended(db: Database, table: str, case: str) -> bool:
    """Whether it superseded a fact of another case that was not put back since; it may have left no fact of its own."""
    db.execute(
        f'select 1 from insurance_{table} was where superseded_by = %s and "case" <> %s'  # noqa: S608 - as above
        f" and {_not_put_back(table)} limit 1",
        [case, case],
    )
    return bool(db.fetchall())


def _not_put_back(table: str) -> str:
    """That what `was` says was not recorded anew under the case that had brought it."""
    columns = COLUMNS[table].split(", ")
    was, back = (", ".join(f"{row}.{column}" for column in columns) for row in ("was", "back"))
    return (
        f'not exists (select from insurance_{table} back where back."case" = was."case" and back.id > was.id'  # noqa: S608 - as above
        f" and ({back}) is not distinct from ({was}))"
    )


def _enrols(db: Database, case: str, how: str = "") -> bool:
    """Whether it brought somebody into an insurance: others may have come by the class that it told, and where the
    insurance goes on by the wage as well; the wage of past months was these months' alone.
    """
    db.execute(f'select 1 from insurance_enrolment where "case" = %s {how} limit 1', [case])  # noqa: S608 - as above
    return bool(db.fetchall())


def _replaces_a_wage(db: Database, case: str) -> bool:
    """Whether there is a wage to go back to."""
    db.execute("select 1 from insurance_wage where superseded_by = %s limit 1", [case])
    return bool(db.fetchall())


def _refuse_built_on(db: Database, case: str, by_case: str) -> None:
    for table in COLUMNS:
        stands = f"""exists (select from insurance_{table} theirs
            where theirs."case" = was.superseded_by and theirs.superseded_at is null)"""
        rests = _not_put_back(table) if table in UNDONE_WHOLE else stands
        db.execute(
            f'select superseded_by from insurance_{table} was where "case" = %s'  # noqa: S608 - as above
            f" and superseded_by <> all(%s) and {rests} limit 1",
            [case, [case, by_case]],
        )
        for (later,) in db.fetchall():
            raise _rests(later)


def _rests(later: str) -> RefusedError:
    return RefusedError(
        f"后来的办件 {later} 是在它上面办的，先撤回那一件",
        f"The later case {later} rests on this one. That one has to be taken back first.",
    )


def _end_with_lives(db: Database, people: Iterable[int], at: datetime) -> None:
    """What comes back of somebody who died since ends with the death, by the case that says so."""
    for person, (month, case) in lives.deaths_of(db, people).items():
        benefits.end(db, person, month, case, at)


def _touched(db: Database, case: str, by_case: str, at: datetime) -> Sequence[Touched]:
    return [Touched(insured, employer, month, by_case, at) for insured, employer, month in _pairs(db, case)]


def _pairs(db: Database, case: str) -> list[tuple[int, int, int]]:
    """Of whom at which employer a case changed anything: from which month on."""
    db.execute(
        "select insured, employer, min(first_month) from ("
        ' select insured, employer, first_month from insurance_enrolment where "case" = %s or superseded_by = %s'
        ' union all select insured, employer, first_month from insurance_wage where "case" = %s or superseded_by = %s'
        " union all select insured, employer, rating.first_month from insurance_rating rating"
        '  join insurance_enrolment using (employer) where rating."case" = %s or rating.superseded_by = %s'
        ") facts where employer is not null group by insured, employer",
        [case] * 6,
    )
    return [(insured, employer, month) for insured, employer, month in db.fetchall()]


def _undo(db: Database, table: str, case: str, by_case: str, at: datetime) -> None:
    """What the case recorded is superseded; what it superseded is recorded anew, under the case that had brought it."""
    db.execute(
        f"update insurance_{table} set superseded_at = %s, superseded_by = %s"  # noqa: S608 - as above
        ' where "case" = %s and superseded_at is null',
        [at, by_case, case],
    )
    try:
        db.execute(
            f'insert into insurance_{table} ({COLUMNS[table]}, "case", recorded_at)'  # noqa: S608 - as above
            f' select {COLUMNS[table]}, "case", %s from insurance_{table} where superseded_by = %s and "case" <> %s',
            [at, case, case],
        )
    except IntegrityError as error:
        if f"insurance_{table}_alone" not in str(error):
            raise
        raise RefusedError(
            "它结束的那一段后来又有别的办件接上了，先撤回那一件",
            "A later case took the place of what this one ended. That one has to be taken back first.",
        ) from error


def _negate_lines(db: Database, case: str, by_case: str, at: datetime) -> dict[tuple[int, int], list[int]]:
    """A line of the opposite for each that the case wrote; of whom they are, by month and employer."""
    db.execute(
        f'insert into insurance_line (month, employer, insured, number, wage_fen, {", ".join(FIGURES)}, "case",'  # noqa: S608
        " recorded_at) select month, employer, insured, last + row_number() over same, wage_fen,"
        f" {', '.join(f'-{name}' for name in FIGURES)}, %s, %s"
        " from insurance_line line, lateral (select max(number) as last from insurance_line one"
        "  where (one.month, one.employer, one.insured) = (line.month, line.employer, line.insured)) numbers"
        ' where "case" = %s window same as (partition by month, employer, insured order by number)'
        " returning month, employer, insured",
        [by_case, at, case],
    )
    found = defaultdict[tuple[int, int], list[int]](list)
    for month, employer, insured in db.fetchall():
        found[month, employer].append(insured)
    return found
