"""`tongban billing MONTH`: bills every employer for a month, or says that it was billed; and what is different from the
month before. `tongban benefits MONTH` pays what is due. `tongban payments FILE` takes what a bank received, `tongban
take-over FILE` what a former system held, `tongban interest YEAR` closes a year's accounts, `tongban books CODE` opens
the books of one employer or person.

Killed at any moment they are taken up again by the same command, and nobody is billed or paid twice.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tongban.pack_doors import AsJson, in_city, printed, yuan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tongban.packs.social_insurance.ledger.books import Books
    from tongban.packs.social_insurance.ledger.printed import Told
    from tongban.packs.social_insurance.ledger.runs import Progress

app = typer.Typer()
MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
SUPPOSED: Final = re.compile(r"([a-z0-9.-]+)=(\d{1,9})")


@app.command()
def billing(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="Which month, as 2026-11.")],
    people: Annotated[
        int,
        typer.Option(min=0, max=4_000_000, help="First make so many synthetic insured people; never in a real city."),
    ] = 0,
    differences: Annotated[
        Path | None, typer.Option(help="Write what is different from the month before, by employer, as CSV.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bill every employer for a month, exactly once: lines, statements, bookings, reconciled to the fen. 出月账单。"""
    number = _month(month)
    with in_city(as_json=as_json, is_founded=bool(people)):
        from tongban.pack_api import definitions
        from tongban.packs.base.rules import COUNTY_DIGITS
        from tongban.packs.social_insurance.ledger import billing as bills
        from tongban.packs.social_insurance.ledger import differences as compared
        from tongban.packs.social_insurance.ledger import reconciling, runs
        from tongban.packs.social_insurance.ledger.contributions import CONTRIBUTION, FLEXIBLE, UNDECLARED, unverified
        from tongban.packs.social_insurance.ledger.population import make
        from tongban.packs.social_insurance.ledger.printed import Told, print_billed

        regions = {code: name.zh for code, name in definitions().regions.items() if len(code) == COUNTY_DIGITS}
        made = make(people, number, list(regions)) if people else None
        earlier = runs.run_of(bills.BILLING, number)
        with _progress("单位 · employers", as_json=as_json) as tell:
            run = bills.bill(number, tell)
        reconciling.reconcile(run.id)
        changes = compared.changes(number) if compared.is_billed(number - 1) else None
        if differences is not None:
            compared.write(changes or [], differences)
        whole = None if changes is None else compared.in_all(changes)
        was_billed = earlier is not None and earlier.finished_at is not None
        totals = reconciling.totals(run.id)
        rules = CONTRIBUTION, UNDECLARED, *((FLEXIBLE,) if any(one.alone for one in totals) else ())
        loose = unverified(definitions(run.publication).rulebook, number, rules)
        told = Told(month, run, was_billed, made, totals, regions, whole, loose)
        if as_json:
            printed(_document(told))
        else:
            print_billed(told)


@app.command()
def benefits(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="Which month, as 2026-11.")], as_json: AsJson = False
) -> None:
    """Pay every benefit of a month, exactly once, and what is still due of others, to the fen. 发放当月待遇。"""
    number = _month(month)
    with in_city(as_json=as_json):
        from tongban.pack_api import definitions
        from tongban.packs.social_insurance.ledger import paying, runs
        from tongban.packs.social_insurance.ledger.payouts import owed_back
        from tongban.packs.social_insurance.ledger.printed import print_paid

        earlier = runs.run_of(paying.BENEFITS, number)
        with _progress("领取人 · beneficiaries", as_json=as_json) as tell:
            run = paying.pay(number, tell)
        paying.reconcile(run)
        totals, owed = paying.totals(run), owed_back()
        was_paid = earlier is not None and earlier.finished_at is not None
        if as_json:
            printed(
                {
                    "month": month,
                    "was_paid": was_paid,
                    "people": run.people,
                    "totals": [asdict(one) for one in totals],
                    "owed_back_fen": sum(one.amount_fen for one in owed),
                    "owed_back": [asdict(one) for one in owed],
                }
            )
            return
        if was_paid:
            typer.echo(f"{month} 早已发过，这次什么也没有做 · was paid before, nothing was done")
        typer.echo(f"{month}：{run.people:,} 人 people")
        print_paid(totals, definitions().regions)
        if owed:
            fen, people = sum(one.amount_fen for one in owed), len({one.beneficiary for one in owed})
            typer.echo(f"多领待退 owed back：{people:,} 人 people，{yuan(fen)} 元")


@app.command()
def payments(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A bank's file of payments, CSV.")],
    as_json: AsJson = False,
) -> None:
    """Take a bank's file: what employers pay or people pay back settles what they owe, oldest first. 银行到账入账。"""
    with in_city(as_json=as_json):
        from django.db import connection, transaction

        from tongban.pack_api import now, subjects
        from tongban.packs.social_insurance.ledger import bank_file
        from tongban.packs.social_insurance.ledger.payments import receive

        at = now()
        rows, sum_fen = bank_file.read(file.read_bytes(), subjects, at.date())
        with transaction.atomic(), connection.cursor() as cursor:
            taken = receive(cursor, file.name, rows, sum_fen, at)
        _tell_taken(file, {"payments": len(rows), "taken": taken, "sum_fen": sum_fen}, as_json=as_json)


@app.command()
def take_over(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What a former system held, CSV.")],
    as_json: AsJson = False,
) -> None:
    """Take people's months and accounts over from a former system, from a file, exactly once. 旧系统移交。"""
    with in_city(as_json=as_json):
        from django.db import connection, transaction

        from tongban.pack_api import now, subjects
        from tongban.packs.social_insurance.ledger import taking_over

        content, at = file.read_bytes(), now()
        found = taking_over.read(content, subjects, at.date())
        with transaction.atomic(), connection.cursor() as cursor:
            taken = taking_over.take(cursor, taking_over.case_of(content), found, at)
        told = {"spans": len(found), "taken": taken, "sum_fen": sum(one.account_fen for one in found)}
        _tell_taken(file, told, as_json=as_json)


@app.command()
def interest(
    year: Annotated[int, typer.Argument(min=1900, max=2199, help="Which year.")], as_json: AsJson = False
) -> None:
    """Credit a year's interest to every individual pension account, exactly once. 个人账户结息。"""
    with in_city(as_json=as_json):
        from django.db import connection, transaction

        from tongban.pack_api import now
        from tongban.packs.social_insurance.ledger.accounts import credit_interest

        with transaction.atomic(), connection.cursor() as cursor:
            people = credit_interest(cursor, year, now())
        if as_json:
            printed({"year": year, "people": people})
        elif people:
            typer.echo(f"{year} 年：{people:,} 人结息已记账 · accounts credited")
        else:
            typer.echo(f"{year} 年没有要结的息，或者早已结过 · nothing to credit, or credited before")


@app.command()
def books(
    code: Annotated[str, typer.Argument(help="A credit code, or somebody's ID number.")], as_json: AsJson = False
) -> None:
    """Open the books of an employer or a person: insurances, benefits, each booking and what it goes by. 查账。"""
    with in_city(as_json=as_json):
        from tongban.pack_api import RefusedError, subjects
        from tongban.packs.social_insurance.ledger.books import of_owner

        known = subjects("base/Organisation", [code]) or subjects("base/Person", [code])
        if not known:
            raise RefusedError(f"没有这个单位或人：{code}", f"Neither an employer nor a person is known by {code}.")
        held = of_owner(known[code])
        if as_json:
            printed(asdict(held))
        else:
            _print_books(held)


@app.command()
def what_if(
    month: Annotated[str, typer.Argument(metavar="MONTH", help="The month supposed, which lies ahead, as 2027-01.")],
    value: Annotated[
        list[str], typer.Option("--set", metavar="NAME=VALUE", help="base-floor-fen=420000, injury-base-rates.2=50")
    ],
    as_json: AsJson = False,
) -> None:
    """Reckon who would pay how much more if a floor, ceiling, rate or class were another. 假如改参数。"""
    number = _month(month)
    values = dict(_supposed(one) for one in value)
    with in_city(as_json=as_json):
        from django.db import connection, transaction

        from tongban.pack_api import PolicyError, definitions, now
        from tongban.packs.social_insurance.ledger import what_if as supposing
        from tongban.packs.social_insurance.ledger.printed import print_supposed

        issue = supposing.issue_of_month(number, now().date())
        if issue is not None:
            raise PolicyError(issue)
        with transaction.atomic(), connection.cursor() as cursor:
            found = supposing.outcome(cursor, definitions().rulebook, number, values)
        parts = {"kind": found.kinds, "county": found.counties, "wage_band": found.bands}
        if as_json:
            told = {part: [asdict(row) for row in rows] for part, rows in parts.items()}
            spreads = {f"{side}_change": asdict(spread) for side, spread in found.spreads.items()}
            printed({"month": month, "set": values, "total": asdict(found.total), **told, **spreads})
        else:
            print_supposed(parts, found.total, definitions().regions)


def _month(text: str) -> int:
    """A month as `2026-11`, counted from January of the year 0; ends with exit 2 where it is none."""
    found = MONTH.fullmatch(text)
    if found is None:
        raise typer.BadParameter(f"{text}: 写成 2026-11 · write 2026-11", param_hint="MONTH")
    return int(found[1]) * 12 + int(found[2]) - 1


def _tell_taken(file: Path, told: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        printed({"file": file.name, **told})
    elif told["taken"]:
        typer.echo(f"{file.name}：{told['taken']} 笔，{yuan(told['sum_fen'])} 元已入账 · taken")
    else:
        typer.echo(f"{file.name} 早已入过账，这次什么也没有做 · was taken before, nothing was done")


def _print_books(held: Books) -> None:
    """Spans, bookings and accounts, a line each."""
    from tongban.packs.social_insurance.ledger.office_rows import TEXTS

    for title, spans in (("参保 insured", held.enrolments), ("待遇 paid", held.benefits)):
        for one in spans:
            a_month = "" if one.monthly_fen is None else f"  每月 a month {yuan(one.monthly_fen)} 元"
            typer.echo(f"{title}  {one.kind}  {one.first_month} – {one.last_month or ''}{a_month}  {one.case}")
    for booked in held.postings:
        legs = "，".join(f"{account} {yuan(fen)}" for account, fen in booked.legs.items())
        told = f"{TEXTS[booked.text].zh} {booked.text}" if booked.text in TEXTS else booked.text
        typer.echo(f"{booked.month}  {told}  {legs}  {booked.case or ''}  {booked.rule}")
    for account, fen in held.accounts.items():
        typer.echo(f"合计 in all  {account}  {yuan(fen)} 元")
    for owed in held.owed_back:
        typer.echo(f"多领待退 owed back  {owed.kind}  {owed.month}  {yuan(owed.amount_fen)} 元")


def _supposed(text: str) -> tuple[str, int]:
    found = SUPPOSED.fullmatch(text)
    if found is None:
        raise typer.BadParameter(f"{text}: 写成 名=整数 · write NAME=NUMBER", param_hint="--set")
    return found[1], int(found[2])


@contextmanager
def _progress(of: str, *, as_json: bool) -> Iterator[Callable[[Progress], None]]:
    """How a run goes on, as a bar on the terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=as_json) as bar:
        task = bar.add_task(of, total=None)
        yield lambda progress: bar.update(task, completed=progress.done, total=progress.of)


def _document(told: Told) -> dict[str, Any]:
    run = told.run
    return {
        "month": told.month,
        "was_billed": told.was_billed,
        "finished_at": None if run.finished_at is None else run.finished_at.isoformat(),
        "publication": run.publication,
        "employers": run.employers,
        "people": run.people,
        "unverified": [one.to_json() for one in told.unverified],
        "synthetic": None if told.made is None else asdict(told.made),
        "totals": [asdict(one) for one in told.totals],
        "changes": None if told.changes is None else {k: v for k, v in asdict(told.changes).items() if k != "employer"},
    }
