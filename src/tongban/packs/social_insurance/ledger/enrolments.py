"""Who is insured where: coming into insurances, leaving them, and putting right what was recorded of either.

Everything takes a whole batch, is done once per case, and either whole or not at all: what cannot be is refused with
what stands in its way. Months that are billed already are corrected in the same breath.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from django.db import IntegrityError
from django.db.models import Q

from tongban.pack_api import Database, RefusedError, joined_spans, without
from tongban.packs.social_insurance.ledger import lives, locks
from tongban.packs.social_insurance.ledger.corrections import Touched, settle
from tongban.packs.social_insurance.ledger.declarations import (
    Declared,
    declare_within,
    not_insured_here,
    rate_within,
)
from tongban.packs.social_insurance.ledger.kinds import KINDS
from tongban.packs.social_insurance.ledger.months import month_within, written
from tongban.packs.social_insurance.models import LAST_MONTH, Enrolment

RESIDENT: Final = "resident"


@dataclass(frozen=True, slots=True)
class Hire:
    """Somebody comes into insurances by an employer, with a wage; by nobody; or, where they are their own ``employer``,
    by paying for themselves, with the base that they chose. Ids are the registry's.

    `industry_class` is the employer's risk class as its register has it; it counts where the ledger has none yet.
    `noticed_on` is the day on which the employer told of it, where the law's days for that had not passed.
    """

    insured: int
    employer: int | None
    kinds: tuple[str, ...]
    first_month: int
    county: str
    case: str
    at: datetime
    wage_fen: int | None = None
    industry_class: int | None = None
    last_month: int | None = None
    noticed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody leaves an employer: `last_month` is the last one that is insured."""

    insured: int
    employer: int
    last_month: int
    case: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """A period in an insurance, by an employer or alone; it goes on where `last_month` is None."""

    kind: str
    employer: int | None
    first_month: int
    last_month: int | None
    county: str
    case: str

    @property
    def end(self) -> int:
        """Its last month; of one that goes on, the last of the calendar."""
        return LAST_MONTH if self.last_month is None else self.last_month


def enrol(db: Database, hires: Sequence[Hire]) -> None:
    """Bring people into insurances, a whole batch; whom a case has brought in is passed over.

    Whoever pays for themselves does so no more in months in which an employer insures them.
    Raises RefusedError for a month outside the calendar, a wage that is none, and for somebody insured then or dead.
    """
    locks.shared(db)
    locks.in_turn(db, [hire.insured for hire in hires])
    done = _done(db, [hire.case for hire in hires])
    rows = []
    for hire in hires:
        _check(hire)
        rows += [(hire, kind) for kind in hire.kinds if (hire.case, hire.insured, kind) not in done]
    lives.refuse_dead(db, {hire.insured for hire, _ in rows if hire.last_month is None})
    gave_way = _give_way(db, rows)
    _refuse_overlaps(db, rows)
    _insert(db, [_row(hire, kind) for hire, kind in rows])
    new = list(dict.fromkeys(hire for hire, _ in rows if hire.employer is not None))
    declare_within(db, [_wage(hire) for hire in new if hire.wage_fen is not None])
    rate_within(db, new)
    settle(
        db,
        [
            *gave_way,
            *(
                Touched(hire.insured, hire.employer or 0, hire.first_month, hire.case, hire.at, hire.noticed_on)
                for hire in new
            ),
        ],
    )


def _give_way(db: Database, rows: Sequence[tuple[Hire, str]]) -> list[Touched]:
    """End what people pay for themselves in months in which an employer insures them; whose bills this changes."""
    coming: dict[tuple[int, str], list[Hire]] = defaultdict(list)
    for hire, kind in rows:
        if hire.employer not in (None, hire.insured):
            coming[hire.insured, kind].append(hire)
    db.execute(
        "select id, insured, kind, first_month, coalesce(last_month, %s), county from insurance_enrolment"
        " where employer = insured and insured = any(%s) and superseded_at is null",
        [LAST_MONTH, sorted({insured for insured, _ in coming})],
    )
    touched = []
    for row, insured, kind, first, last, county in db.fetchall():
        hires = coming.get((insured, kind), [])
        spans = joined_spans((hire.first_month, hire.last_month or LAST_MONTH) for hire in hires)
        kept = without(((first, last),), spans)
        if not hires or kept == ((first, last),):
            continue
        case, at = hires[0].case, hires[0].at
        _supersede(db, [row], case, at)
        ends = [(begin, None if end == LAST_MONTH else end) for begin, end in kept]
        _insert(db, [(insured, insured, kind, *span, county, case, at) for span in ends])
        touched.append(Touched(insured, insured, max(first, spans[0][0]), case, at))
    return touched


def make_good(db: Database, wage: Declared, kinds: Sequence[str], county: str, industry_class: int | None) -> None:
    """Give past months the wage that was right, and insure somebody in those of them that were left out, kind by kind.

    Without kinds the wage alone is put right. A case does so once. Raises RefusedError where somebody else insures all
    of these months, or without kinds nobody does, else as ``enrol``.
    """
    locks.shared(db)
    locks.in_turn(db, [wage.insured])
    db.execute('select 1 from insurance_wage where "case" = %s and insured = %s limit 1', [wage.case, wage.insured])
    if db.fetchall():
        return
    first, last = wage.first_month, wage.first_month if wage.last_month is None else wage.last_month
    held = periods_of(wage.insured)
    left_out = [
        Hire(
            wage.insured, wage.employer, (kind,), begin, county, wage.case, wage.at,
            industry_class=industry_class, last_month=end,
        )
        for kind in kinds
        for begin, end in without(
            ((first, last),), joined_spans(
                (one.first_month, one.end) for one in held if one.kind == kind and one.employer != wage.insured
            ),
        )
    ]  # fmt: skip
    if not left_out and not is_insured_with(db, wage.insured, wage.employer, first, last):
        raise not_insured_here() if kinds else _nothing_to_correct(first, last)
    declare_within(db, [wage])
    enrol(db, left_out)
    settle(db, [Touched(wage.insured, wage.employer, first, wage.case, wage.at)])


def _nothing_to_correct(first_month: int, last_month: int) -> RefusedError:
    span = f"{written(first_month)} 至 {written(last_month)}", f"from {written(first_month)} to {written(last_month)}"
    return RefusedError(
        f"这个人{span[0]}没有在这家单位参保，没有可以更正的工资；是漏保的，补缴原因选“应保未保”",
        f"This person was not insured with this employer {span[1]}, so there is no wage to correct. Where they were"
        " left out, choose that they should have been insured.",
    )


def leave(db: Database, leaves: Sequence[Leave]) -> None:
    """End the insurances of people at their employers, a whole batch; a case that has done so is passed over.

    Of whom the ledger has never heard there is nothing to end. Raises RefusedError for a leave before the hire, and
    where the insurance ended earlier already.
    """
    locks.shared(db)
    locks.in_turn(db, [one.insured for one in leaves])
    done = {(case, insured) for case, insured, _ in _done(db, [one.case for one in leaves])}
    new = [one for one in leaves if (one.case, one.insured) not in done]
    touched = []
    for one in new:
        month_within(one.last_month)
        periods = _at_employer(db, one.insured, one.employer)
        ended = [row for row in periods if row[2] <= one.last_month and (row[3] is None or row[3] > one.last_month)]
        if not ended:
            _refuse_leave(one, periods)
            continue
        _supersede(db, [row[0] for row in ended], one.case, one.at)
        _insert(
            db,
            [
                (one.insured, one.employer, kind, first, one.last_month, county, one.case, one.at)
                for _, kind, first, _, county in ended
            ],
        )
        touched.append(Touched(one.insured, one.employer, one.last_month + 1, one.case, one.at))
    settle(db, touched)


def end_all(db: Database, insured: int, last_month: int, case: str, at: datetime, kinds: Sequence[str] = KINDS) -> None:
    """End insurances of somebody with a month; what would have begun later never begins."""
    locks.shared(db)
    locks.in_turn(db, [insured])
    db.execute(
        "update insurance_enrolment set superseded_at = %s, superseded_by = %s where insured = %s"
        ' and superseded_at is null and "case" <> %s and coalesce(last_month, %s) > %s and kind = any(%s)'
        " returning insured, employer, kind, first_month, county",
        [at, case, insured, case, last_month + 1, last_month, list(kinds)],
    )
    ended = db.fetchall()
    _insert(db, [(*row[:4], last_month, row[4], case, at) for row in ended if row[3] <= last_month])
    employers = {row[1] for row in ended if row[1] is not None}
    settle(db, [Touched(insured, employer, last_month + 1, case, at) for employer in sorted(employers)])


def _refuse_leave(one: Leave, periods: Sequence[tuple[int, str, int, int | None, str]]) -> None:
    """Say why nothing ends with that month; nothing is to be said where it has ended, or never was."""
    if not periods:
        return
    first, last = min(row[2] for row in periods), max(row[3] or LAST_MONTH for row in periods)
    if first > one.last_month:
        raise RefusedError(
            f"{written(first)} 才开始参保，不能在 {written(one.last_month)} 停；对一下日期",
            f"Insured only from {written(first)}, so nothing can end in {written(one.last_month)}. Check the day.",
        )
    if last < one.last_month:
        raise RefusedError(
            f"{written(last)} 已经停保，不用再停",
            f"The insurance ended in {written(last)} already. Nothing is left to end.",
        )


def employers_of(db: Database, insured: int, month: int) -> list[int]:
    """With whom somebody is insured in a month and goes on to be."""
    db.execute(
        "select distinct employer from insurance_enrolment where insured = %s and employer is not null"
        " and superseded_at is null and first_month <= %s and (last_month is null or last_month > %s)",
        [insured, month, month],
    )
    return sorted(row[0] for row in db.fetchall())


def all_in_turn(db: Database, people: Collection[int], employers: Iterable[int] = ()) -> None:
    """Wait until it is the turn of all these persons, then of the employers that ever insured them and of those named.

    Whoever does several cases asks for all their turns before the first, so that two batches never wait for each other.
    """
    locks.shared(db)
    locks.in_turn(db, people)
    db.execute(
        "select distinct employer from insurance_enrolment where insured = any(%s) and employer is not null",
        [list(people)],
    )
    locks.in_turn(db, {*employers, *(employer for (employer,) in db.fetchall())})


def is_insured_with(db: Database, insured: int, employer: int, first_month: int, last_month: int) -> bool:
    """Whether somebody is insured with an employer in any of these months."""
    db.execute(
        "select 1 from insurance_enrolment where insured = %s and employer = %s and superseded_at is null"
        " and first_month <= %s and (last_month is null or last_month >= %s) limit 1",
        [insured, employer, last_month, first_month],
    )
    return bool(db.fetchall())


def periods_of(insured: int, known_at: datetime | None = None) -> list[Period]:
    """A person's periods by kind and month, as held true now or as known at a moment."""
    rows = Enrolment.objects.filter(insured=insured)
    if known_at is None:
        rows = rows.filter(superseded_at=None)
    else:
        rows = rows.filter(Q(superseded_at=None) | Q(superseded_at__gt=known_at), recorded_at__lte=known_at)
    return [
        Period(row.kind, row.employer, row.first_month, row.last_month, row.county, row.case)
        for row in rows.order_by("kind", "first_month")
    ]


def _check(hire: Hire) -> None:
    month_within(hire.first_month)
    if hire.last_month is not None:
        month_within(hire.last_month)
        if hire.last_month < hire.first_month:
            raise RefusedError(
                f"{written(hire.first_month)} 开始，不能在 {written(hire.last_month)} 就停了",
                f"What begins in {written(hire.first_month)} cannot have ended in {written(hire.last_month)}.",
            )
    if RESIDENT in hire.kinds and hire.employer is not None:
        raise RefusedError("居民养老保险由本人参加，不经单位", "Residents insure themselves, not by an employer.")


def _done(db: Database, cases: Iterable[str]) -> set[tuple[str, int, str]]:
    """Whom these cases have recorded anything of: case, insured, kind."""
    db.execute('select "case", insured, kind from insurance_enrolment where "case" = any(%s)', [list(set(cases))])
    return {(case, insured, kind) for case, insured, kind in db.fetchall()}


Row = tuple[int, int | None, str, int, int | None, str, str, datetime]


def _row(hire: Hire, kind: str) -> Row:
    return (hire.insured, hire.employer, kind, hire.first_month, hire.last_month, hire.county, hire.case, hire.at)


def _insert(db: Database, rows: Sequence[Row]) -> None:
    """Record periods. Raises RefusedError where somebody else was quicker."""
    if not rows:
        return
    try:
        db.execute(
            'insert into insurance_enrolment (insured, employer, kind, first_month, last_month, county, "case",'
            " recorded_at) select * from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::int[],"
            " %s::text[], %s::text[], %s::timestamptz[])",
            [list(column) for column in zip(*rows, strict=True)],
        )
    except IntegrityError as error:
        if "insurance_enrolment_alone" not in str(error):
            raise
        raise RefusedError(
            "这个人这几个月刚刚在别处参了保，打开再看一次",
            "This person was insured elsewhere for these months a moment ago. Look again.",
        ) from error


def _supersede(db: Database, ids: Sequence[int], case: str, at: datetime) -> None:
    superseding = "update insurance_enrolment set superseded_at = %s, superseded_by = %s where id = any(%s)"
    db.execute(superseding, [at, case, list(ids)])


def _at_employer(db: Database, insured: int, employer: int) -> list[tuple[int, str, int, int | None, str]]:
    db.execute(
        "select id, kind, first_month, last_month, county from insurance_enrolment"
        " where insured = %s and employer = %s and superseded_at is null order by first_month",
        [insured, employer],
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in db.fetchall()]


_IN_THE_WAY: Final = """
select held.insured, held.employer, new.employer, held.first_month, held.last_month, held."case"
from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::int[])
    as new (insured, employer, kind, first_month, last_month)
join insurance_enrolment held using (insured, kind)
where held.superseded_at is null and held.first_month <= coalesce(new.last_month, held.first_month)
    and new.first_month <= coalesce(held.last_month, new.first_month)
order by held.first_month limit 1
"""


def _refuse_overlaps(db: Database, rows: Sequence[tuple[Hire, str]]) -> None:
    """Raise RefusedError where somebody is in the insurance already, or comes twice in one batch."""
    spans = sorted((hire.insured, kind, hire.first_month, hire.last_month or LAST_MONTH) for hire, kind in rows)
    for before, after in pairwise(spans):
        if before[:2] == after[:2] and after[2] <= before[3]:
            raise RefusedError(
                "同一个人在这一批里出现了两次，月份重叠；留下一次",
                "One person comes twice in this batch, for the same months. Keep one.",
            )
    if not rows:
        return
    columns = [(hire.insured, hire.employer, kind, hire.first_month, hire.last_month) for hire, kind in rows]
    db.execute(_IN_THE_WAY, [list(column) for column in zip(*columns, strict=True)])
    for insured, held_by, employer, first, last, case in db.fetchall():
        since = f"{written(first)} 至 {written(last)}" if last else f"{written(first)} 起"
        until = f"from {written(first)} to {written(last)}" if last else f"since {written(first)}"
        if held_by == employer:
            at_employer = ("", "") if employer in (None, insured) else ("在本单位", " with this employer")
            raise RefusedError(
                f"这个人{since}已经{at_employer[0]}参保（{case}），不用再参一次",
                f"This person is insured{at_employer[1]} {until} already ({case}). Nothing is to be done again.",
            )
        if employer == insured:
            raise RefusedError(
                f"这个人{since}由单位参保（{case}），算单位的；单位停保以后再自己参保",
                f"An employer insures this person {until} ({case}); that counts. Pay for yourself once it ends.",
            )
        raise RefusedError(
            f"这个人{since}在另一处参保（{case}）；那边先停保，这边再参保",
            f"This person is insured elsewhere {until} ({case}). That insurance has to end first.",
        )


def _wage(hire: Hire) -> Declared:
    return Declared(hire.insured, hire.employer or 0, hire.first_month, hire.wage_fen or 0, hire.case, hire.at)
