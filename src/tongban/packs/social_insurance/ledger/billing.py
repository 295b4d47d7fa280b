"""Bills every employer for a month, and everybody who pays for themselves: who is insured and what was declared, the
law's rules over it, and from that lines, statements and bookings.

Whoever pays for themselves stands among the employers, under their own number. Employers are billed in order of their
number, many at a time, and what is done of them is done in one transaction; the run knows how far it is (`done_to`), so
that one that was killed is taken up again and nobody is billed twice. Whoever enrols somebody meanwhile waits for the
batch (`locks.py`), and then knows whether the employer was billed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import polars as pl
from django.db import connection, transaction

from tongban.pack_api import Rulebook, definitions, in_force, now
from tongban.packs.social_insurance.ledger import locks
from tongban.packs.social_insurance.ledger.contributions import (
    AMOUNTS,
    CONTRIBUTION,
    FLEXIBLE,
    SHARES,
    UNDECLARED,
    due_on,
)
from tongban.packs.social_insurance.ledger.months import first_day, written
from tongban.packs.social_insurance.ledger.payments import settle_owed, with_advance
from tongban.packs.social_insurance.ledger.people import LAST_EMPLOYER, OWN, of_all, people_of
from tongban.packs.social_insurance.ledger.postings import NO_OWNER, rule_on
from tongban.packs.social_insurance.ledger.reconciling import reconcile
from tongban.packs.social_insurance.ledger.runs import Progress, Run, begun, done_to, finished, run_of

BILLING: Final = "billing"
EMPLOYERS_AT_ONCE: Final = 5_000

EMPLOYERS: Final = f"""
select employer from insurance_rating where {OWN}
union select employer from insurance_enrolment where employer = insured and {OWN} order by employer
"""  # noqa: S608 - fixed texts


def bill(month: int, tell: Callable[[Progress], None] = lambda _: None) -> Run:
    """Bill a month to its end and reconcile it; a month that was billed before is left as it is.

    It goes by the definitions under which it was begun. Raises ``PolicyError`` where no rule or parameter is in force:
    then nothing is begun. ``PlatformError`` `employers-unrated` and whatever else a batch raises leave the batches
    before it, `billing-not-reconciled` all of them; the next call goes on from there.
    """
    run = run_of(BILLING, month)
    if run is not None and run.finished_at is not None:
        return run
    catalog = definitions(None if run is None else run.publication)
    rules = _rules(catalog.rulebook, month)
    run = run or begun(BILLING, month, catalog.digest, rules)
    employers = _employers(run)
    tell(Progress(0, len(employers)))
    for done in range(EMPLOYERS_AT_ONCE, max(len(employers), 1) + EMPLOYERS_AT_ONCE, EMPLOYERS_AT_ONCE):
        upto = employers[done - 1] if done < len(employers) else LAST_EMPLOYER
        with transaction.atomic(), connection.cursor() as cursor:
            _Batch(cursor, run, catalog.rulebook).bill(upto)
        tell(Progress(min(done, len(employers)), len(employers)))
    reconcile(run.id)
    return finished(BILLING, run)


def _rules(book: Rulebook, month: int) -> dict[str, str]:
    """The rules that a month is billed by, and since when each version is in force. Raises ``PolicyError``."""
    rulings = [in_force(book, name, first_day(month)) for name in (CONTRIBUTION, UNDECLARED, FLEXIBLE)]
    due_on(book, month)
    return {
        rule.id: version.from_.isoformat()
        for ruling in rulings
        for rule, version in zip(book.chain(ruling.rule), ruling.versions, strict=True)
    }


def _employers(run: Run) -> list[int]:
    """The employers that may have somebody to bill and were not passed, in order."""
    with connection.cursor() as cursor:
        cursor.execute(EMPLOYERS, {"month": run.month, "after": done_to(cursor, run), "upto": LAST_EMPLOYER})
        return [employer for (employer,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class _Batch:
    """One transaction of a run."""

    cursor: Any
    run: Run
    book: Rulebook

    def bill(self, upto: int) -> None:
        """Bill all employers after those that are done, up to one; nobody where another process has done so.

        Money of theirs that is here already settles it.
        """
        locks.alone(self.cursor)
        after = done_to(self.cursor, self.run)
        if after >= upto:
            return
        insured = people_of(self.cursor, self.run.month, after, upto)
        billed = of_all(self.book, self.run.month, insured)
        for rule, people in billed.items():
            self._copy("line", people.select("employer", "insured", "wage_fen", "base_fen", *AMOUNTS))
            statements = _statements(people)
            self._copy("statement", statements.with_columns(due_on=due_on(self.book, self.run.month)))
            self._post(rule, _legs(statements))
        self.cursor.execute(
            "update insurance_run set done_to = %s, employers = employers + %s, people = people + %s where id = %s",
            [upto, billed[CONTRIBUTION]["employer"].n_unique(), len(insured), self.run.id],
        )
        for employer in with_advance(self.cursor, insured["employer"].unique().to_list()):
            settle_owed(self.cursor, employer, now())

    def _copy(self, table: str, rows: pl.DataFrame) -> None:
        """Store rows of this month and run, each number 0."""
        whole = rows.with_columns(
            month=self.run.month, number=pl.lit(0), run=self.run.id, recorded_at=pl.lit(now().isoformat())
        )
        copied(self.cursor, f"insurance_{table}", whole)

    def _post(self, by: str, legs: pl.DataFrame) -> None:
        if legs.is_empty():
            return
        rule = rule_on(self.book, by, first_day(self.run.month))
        self.cursor.execute(
            "insert into insurance_posting (booked_at, month, run, rule, publication, text)"
            " values (%s, %s, %s, %s, %s, %s) returning id",
            [now(), self.run.month, self.run.id, rule, self.run.publication, f"账单 {written(self.run.month)}"],
        )
        (posting,) = self.cursor.fetchone()
        copied(self.cursor, "insurance_leg", legs.with_columns(posting=posting))


def copied(cursor: Any, table: str, rows: pl.DataFrame) -> None:  # noqa: ANN401 - Django's cursor lends psycopg's
    """Store the rows of a table in the database's table, by the names of its columns."""
    text = BytesIO()
    rows.write_csv(text, include_header=False)
    columns = ", ".join(f'"{name}"' for name in rows.columns)
    with cursor.copy(f"copy {table} ({columns}) from stdin (format csv)") as copy:
        copy.write(text.getbuffer())


def _statements(people: pl.DataFrame) -> pl.DataFrame:
    """What each employer owes of each kind that it has people in."""
    kinds = []
    for kind, (employer, *employee) in SHARES.items():
        due = (
            people.filter(kind)
            .group_by("employer", maintain_order=True)
            .agg(
                pl.first("county"),
                people=pl.len(),
                base_fen=pl.sum("base_fen"),
                employer_fen=pl.sum(employer),
                employee_fen=pl.sum(*employee) if employee else pl.lit(0, pl.Int64),
            )
        )
        kinds.append(due.with_columns(kind=pl.lit(kind)))
    return pl.concat(kinds)


def _legs(statements: pl.DataFrame) -> pl.DataFrame:
    """The employers owe it; the funds are owed it, and the individual accounts what employees pay for the pension."""
    total = pl.col("employer_fen") + pl.col("employee_fen")
    owed = statements.select(account="receivable." + pl.col("kind"), owner="employer", amount_fen=total)
    is_own = pl.col("kind") == "pension"
    to_funds = pl.col("employer_fen") + pl.when(is_own).then(0).otherwise(pl.col("employee_fen"))
    funds = statements.group_by("kind", maintain_order=True).agg(amount_fen=-to_funds.sum())
    accounts = statements.filter(is_own).select(amount_fen=-pl.sum("employee_fen"))
    legs = [
        owed,
        funds.select(account="fund." + pl.col("kind"), owner=pl.lit(NO_OWNER, pl.Int64), amount_fen="amount_fen"),
        accounts.select(account=pl.lit("account.pension"), owner=pl.lit(NO_OWNER, pl.Int64), amount_fen="amount_fen"),
    ]
    return pl.concat(legs).filter(pl.col("amount_fen") != 0)
