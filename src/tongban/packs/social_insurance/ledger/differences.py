"""What is different from the month before: who joined, who left, whose wage changed, for whom only the rules or the
rating did, and what that makes for each employer.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Final

from django.db import connection

from tongban.packs.social_insurance.ledger.contributions import AMOUNTS

_MONTH: Final = f"""
    select employer, insured, (array_agg(wage_fen order by number desc))[1] as wage_fen,
        sum({" + ".join(AMOUNTS)})::bigint as fen
    from insurance_line where month = %(month)s {{before}} group by employer, insured
"""  # noqa: S608 - fixed texts
CHANGES: Final = f"""
with now as ({_MONTH.format(before="")}), before as ({_MONTH.format(before="- 1")}), compared as (
    select employer, now.fen as now_fen, before.fen as before_fen,
        case when before.insured is null then 'joined' when now.insured is null then 'left'
            when now.wage_fen is null then 'undeclared' when now.wage_fen is distinct from before.wage_fen then 'wage'
            when now.fen <> before.fen then 'rule' else 'same' end as change
    from now full join before using (employer, insured)
)
select employer, count(*) filter (where change = 'joined'), count(*) filter (where change = 'left'),
    count(*) filter (where change = 'wage'), count(*) filter (where change = 'undeclared'),
    count(*) filter (where change = 'rule'), coalesce(sum(before_fen), 0), coalesce(sum(now_fen), 0)
from compared group by employer having bool_or(change <> 'same') order by employer
"""  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class Change:
    """How many of an employer's people are different from the month before, by cause, and what all came and come to.

    `undeclared`: nobody declared their wage this month. `rule_changed`: the same wage comes to another amount.
    """

    employer: int
    joined: int
    left: int
    wage_changed: int
    undeclared: int
    rule_changed: int
    before_fen: int
    now_fen: int


def is_billed(month: int) -> bool:
    """Whether there are bills of a month."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from insurance_line where month = %s)", [month])
        (found,) = cursor.fetchone()
    return bool(found)


def changes(month: int) -> list[Change]:
    """The employers for whom anything is different from the month before."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGES, {"month": month})
        return [Change(*(int(each) for each in row)) for row in cursor.fetchall()]


def in_all(found: Iterable[Change]) -> Change:
    """The sum of all, under the employer 0."""
    names = [field.name for field in fields(Change)][1:]
    rows = list(found)
    return Change(0, *(sum(getattr(one, name) for one in rows) for name in names))


def write(found: Iterable[Change], file: Path) -> None:
    """The employers as a table that spreadsheets read."""
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(field.name for field in fields(Change))
        table.writerows(astuple(one) for one in found)
