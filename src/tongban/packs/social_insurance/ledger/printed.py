"""What the commands of the ledger print: the sums of a month, of what was paid, of what might be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import typer
from rich.console import Console
from rich.table import Table

from tongban.pack_api import Text
from tongban.packs.social_insurance.ledger.differences import Change
from tongban.packs.social_insurance.ledger.office_rows import CAUSES
from tongban.packs.social_insurance.ledger.paying import Total as PaidTotal
from tongban.packs.social_insurance.ledger.population import Population
from tongban.packs.social_insurance.ledger.reconciling import Total
from tongban.packs.social_insurance.ledger.rows import BENEFITS, SHORT
from tongban.packs.social_insurance.ledger.runs import Run
from tongban.packs.social_insurance.ledger.what_if import Row
from tongban.packs.social_insurance.ledger.words import yuan

PARTS: Final = {"kind": "险种", "county": "区县 county", "wage_band": "月工资 wage"}
BAR: Final = 12
WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What a billing came to. ``made`` and ``changes`` are None where nobody was made, or no month before is billed."""

    month: str
    run: Run
    was_billed: bool
    made: Population | None
    totals: Sequence[Total]
    counties: Mapping[str, str]
    changes: Change | None
    unverified: Sequence[Text]


def _by(value: int | str | None, counties: Mapping[str, Text]) -> str:
    """An insurance, a county, or up to which wage; what lies beyond the last step is 1 fen more than it."""
    if value is None:
        return "没有申报 undeclared"
    if isinstance(value, str):
        called = SHORT.get(value) or counties.get(value)
        return called.zh if called else value
    return f"≤ {yuan(value)}" if value % 100 == 0 else f"> {yuan(value - 1)}"


def print_supposed(parts: Mapping[str, Sequence[Row]], total: Row, counties: Mapping[str, Text]) -> None:
    """Each part as a table: the people touched, what both sides pay more a month, and a bar for the share touched."""
    typer.echo(f"{total.people:,} 人，涉及 {total.touched:,} 人，没有存任何东西 · people, touched, nothing was stored")
    both = f"{yuan(total.employer_more_fen)} + {yuan(total.employee_more_fen)} 元"
    typer.echo(f"单位多付 + 个人多付 employers + employees pay more a month：{both}")
    for part, rows in parts.items():
        table = _table((PARTS[part], "涉及 touched", "单位多付 employer more", "个人多付 employee more"), words=0)
        table.add_column()
        for row in rows:
            bar = "█" * round(BAR * row.touched / max(row.people, 1))
            more = yuan(row.employer_more_fen), yuan(row.employee_more_fen)
            table.add_row(_by(row.by, counties), f"{row.touched:,} / {row.people:,}", *more, bar)
        Console(width=WIDTH).print(table)


def print_paid(totals: Sequence[PaidTotal], counties: Mapping[str, Text]) -> None:
    """What was paid, by county and benefit, how much of it for other months, and what was kept back of it."""
    heads = "区县 county", "待遇 benefit", "人数 people", "应发 to pay", "其中补发 of other months", "扣回 kept back"
    table = _table(heads)
    for one in totals:
        county = counties[one.county].zh if one.county in counties else one.county
        amounts = map(yuan, (one.paid_fen, one.earlier_fen, one.kept_back_fen))
        table.add_row(county, f"{BENEFITS[one.kind].zh} {one.kind}", f"{one.people:,}", *amounts)
    Console(width=WIDTH).print(table)
    paid_fen = sum(one.paid_fen - one.kept_back_fen for one in totals)
    typer.echo(
        f"合计 {yuan(paid_fen)} 元，核定、应发、入账、银行一分不差 · granted, due, booked and paid agree to the fen"
    )


def _table(heads: Sequence[str], words: int = 2) -> Table:
    """A table whose first columns are ``words`` and whose others are figures, which are not broken."""
    table = Table(*heads, box=None)
    for column in table.columns[words:]:
        column.no_wrap, column.justify = True, "right"
    return table


def print_billed(told: Told) -> None:
    """What a billing came to, by county and insurance, and what changed against the month before."""
    if told.made is not None and told.made.people:
        typer.echo(f"造了合成的 {told.made.people:,} 人、{told.made.employers:,} 家单位 · synthetic, nobody exists")
    elif told.made is not None:
        typer.echo("已经有合成的参保人，没有再造 · there are synthetic people already, none were made")
    if told.was_billed:
        typer.echo(f"{told.month} 早已出过账单，这次什么也没有做 · was billed before, nothing was done")
    typer.echo(f"{told.month}：{told.run.employers:,} 家单位 employers，{told.run.people:,} 人 people")
    heads = ("区县 county", "险种", "人数 people", "单位 employer", "个人 employee", "合计 total", "自己缴 alone")
    table = _table(heads)
    for one in told.totals:
        amounts = map(yuan, (one.employer_fen, one.employee_fen, one.employer_fen + one.employee_fen))
        county = told.counties.get(one.county, one.county)
        table.add_row(county, SHORT[one.kind].zh, f"{one.people:,}", *amounts, f"{one.alone:,}")
    Console(width=WIDTH).print(table)
    typer.echo(
        f"合计 {yuan(sum(one.employer_fen + one.employee_fen for one in told.totals))} 元，明细、账单、入账一分不差 · "
        "lines, statements and bookings agree to the fen"
    )
    if told.unverified:
        names = "; ".join(f"{one.zh} {one.en}" for one in told.unverified)
        typer.echo(f"待核：用了还没有查到文件的数 · unverified figures were used: {names}")
    if told.changes is None:
        typer.echo("上个月没有账单，不比较 · the month before was not billed, nothing to compare")
        return
    for name, words in CAUSES.items():
        typer.echo(f"  {words.zh} {words.en.lower()}  {getattr(told.changes, name):,}")
    both = f"{yuan(told.changes.before_fen)} → {yuan(told.changes.now_fen)} 元"
    typer.echo(f"  有变化的单位合计 employers with changes in all  {both}")
