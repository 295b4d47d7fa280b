"""Who has died, as far as the books were told: by the registration of a death, or by what a family claims.

From then on nothing begins for them, whatever month it is for: what was due until the death goes to the family.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongban.pack_api import Database, RefusedError
from tongban.packs.social_insurance.ledger.months import month_within, written


def record(db: Database, insured: int, month: int, case: str, at: datetime) -> None:
    """Somebody died in a month; a case says so once. Raises RefusedError for a month outside the calendar."""
    month_within(month)
    db.execute(
        'insert into insurance_death (insured, first_month, "case", recorded_at) select %s, %s, %s, %s'
        ' where not exists (select from insurance_death where (insured, "case") = (%s, %s))',
        [insured, month, case, at, insured, case],
    )


def deaths_of(db: Database, people: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Who of these people has died: in which month, and the case that says so; the earliest month, where several do."""
    db.execute(
        'select distinct on (insured) insured, first_month, "case" from insurance_death'
        " where insured = any(%s) and superseded_at is null order by insured, first_month, id",
        [sorted(set(people))],
    )
    return {insured: (month, case) for insured, month, case in db.fetchall()}


def refuse_dead(db: Database, people: Iterable[int]) -> None:
    """Raise RefusedError where one of these people has died."""
    for month, case in deaths_of(db, people).values():
        raise RefusedError(
            f"这个人 {written(month)} 已经去世（{case}），不能再给他办；去世前该发的由家属申领，登记错了先撤回登记",
            f"This person died in {written(month)} ({case}), so nothing begins for them. What was due before, the"
            " family claims; if it is wrong, the registration is taken back first.",
        )
