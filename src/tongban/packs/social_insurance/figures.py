"""What the books say when a case is decided: the figures that services name `from: books`, for a clerk to confirm.

Each is what the ledger books when the case is granted. Of whom the books know nothing a figure is left out, and the
clerk types it from the papers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from django.db import transaction

from tongban.pack_api import (
    Database,
    Decided,
    Text,
    Worked,
    count,
    date_of,
    definitions,
    figures,
    integer_of,
    joined_spans,
    read_spans,
    reckon,
    value_on,
    without,
    write_spans,
)
from tongban.packs.social_insurance import effects
from tongban.packs.social_insurance.ledger import accounts, benefits, payments, refunds, transfers
from tongban.packs.social_insurance.ledger.cases import chosen_in, county_in, leaving_in, month_in, only
from tongban.packs.social_insurance.ledger.contributions import (
    AMOUNTS,
    FLEXIBLE,
    LEVEL,
    Person,
    of_person,
    unverified,
)
from tongban.packs.social_insurance.ledger.facts import SAFEST_CLASS, standing
from tongban.packs.social_insurance.ledger.months import first_day, month_within, written
from tongban.packs.social_insurance.ledger.payouts import owed_back
from tongban.packs.social_insurance.ledger.statements import months_paid, of_employer
from tongban.packs.social_insurance.rules import dependant_percent

T = TypeVar("T")
Found = Mapping[str, Worked]
INTEREST_RATE: Final = "social-insurance/account-interest-rate"


@figures("back-payment@1")
def back_payment(one: Decided, db: Database) -> Found:
    """What putting past months right adds to the employer's bills, and the late fee of it if it were paid today."""

    def billed() -> list[tuple[int, date, int]]:
        db.execute(
            'select month, due_on, employer_fen + employee_fen from insurance_statement where "case" = %s',
            [one.case],
        )
        return [(month, due, int(fen)) for month, due, fen in db.fetchall()]

    rows = _as_if_done(lambda: effects.make_good([one], db), billed)
    today = one.at.date()
    principal_fen = sum(fen for *_, fen in rows)
    late_fen = sum(payments.late_fee(due, today, fen)[1] for _, due, fen in rows if fen > 0)
    months = joined_spans((month, month) for month, *_ in rows)
    zh, en = write_spans(months) or "没有已出账的月份", write_spans(months) or "no month that is billed"
    return {
        "principal_fen": Worked(principal_fen, Text(f"各月账单的差额：{zh}", f"the differences of the bills: {en}")),
        "late_fee_fen": Worked(
            late_fen,
            Text(f"从各自的欠缴之日算到 {today}，每日万分之五", f"from each day of default to {today}, 0.05 % a day"),
        ),
    }


@figures("arrears@1")
def arrears(one: Decided, db: Database) -> Found:
    """What an employer owes of some months, and the late fee of it on the day on which it pays."""
    del db
    employer, paid = only(one, "employer"), date_of(one.facts, "arrears.pays_on")
    first, last = month_in(one, "arrears.from_month"), month_in(one, "arrears.to_month")
    stated = of_employer(employer)
    if not stated:
        return {}
    owed = [each for month in stated if first <= month.month <= last for each in month.owed()]
    late_fen = sum(payments.late_fee(due, paid, fen)[1] for due, fen in owed)
    span = f"{written(first)}—{written(last)}"
    return {
        "principal_fen": Worked(
            sum(fen for _, fen in owed), Text(f"{span} 账单还没缴的", f"what is owed of the bills of {span}")
        ),
        "late_fee_fen": Worked(
            late_fen,
            Text(
                f"每一笔从欠缴之日算到 {paid}，每日万分之五",
                f"each part from its day of default to {paid}, 0.05 % a day",
            ),
        ),
    }


@figures("release@1")
def release(one: Decided, db: Database) -> Found:
    """What the old place has of somebody: the months, the account, the sum of the employers' bases since 1998."""
    role = next(role for role in one.subjects if role != "insured")
    region = str(one.facts[f"{role}.from_region"])
    held = transfers.held_in(db, only(one, "insured"), region)
    if held is None:
        return {}
    months = count(held.months)
    periods = Worked(write_spans(held.months), Text(f"已缴 {months} 个月", f"{months} months paid"))
    return {"periods": periods} if role == "merge" else {"periods": periods, **_leaving(one, db, held)}


def _leaving(one: Decided, db: Database, held: transfers.Held) -> Found:
    """What moves to another province: all that is held, but of months that the new place keeps."""
    leaver = leaving_in(one)
    left = _as_if_done(
        lambda: transfers.give_back(db, leaver, held.months),
        lambda: transfers.held_in(db, leaver.insured, leaver.county),
    ) or replace(held, months=(), account_fen=0, employer_bases_fen=0)
    back = count(held.months) - count(left.months)
    zh = f"；新参保地保留的 {back} 个月退给本人，不转" if back else ""
    en = f"; months that the new place keeps ({back}) go back to the person" if back else ""
    return {
        "account_fen": Worked(
            left.account_fen, Text(f"个人缴费和已记的利息{zh}", f"own part and the interest credited{en}")
        ),
        "employer_bases_fen": Worked(
            left.employer_bases_fen,
            Text(f"1998 年以来已缴各月的缴费基数之和{zh}", f"the bases of the months paid since 1998{en}"),
        ),
    }


@figures("letter@1")
def letter(one: Decided, db: Database) -> Found:
    """The months paid in the new place: those that count, without what these books hold of the old place."""
    paid = one.facts["insured.pension_periods"]
    held = transfers.held_in(db, only(one, "insured"), str(one.facts["transfer.from_region"]))
    here = without(read_spans(str(paid)) if paid is not None else (), held.months if held else ())
    why = Text("这里记着的缴费月份", "the months on record here")
    return {"periods": Worked(write_spans(here) or None, why)}


@figures("send@1")
def send(one: Decided, db: Database) -> Found:
    """What goes along to another province: the account, and the share of the employers' bases by the rule."""
    held = transfers.held_in(db, only(one, "insured"), county_in(one))
    if held is None:
        return {}
    pooled_fen = transfers.fund_fen(held.account_fen, held.employer_bases_fen, one.at.date())
    bases = held.employer_bases_fen / 100
    return {
        "account_fen": Worked(held.account_fen, Text("个人缴费和已记的利息", "own part and the interest credited")),
        "pooled_fen": Worked(
            pooled_fen,
            Text(f"1998 年以来缴费基数之和 {bases:,.2f} 元的 12%", f"12 % of the bases since 1998, {bases:,.2f} yuan"),
        ),
    }


@figures("double@1")
def double(one: Decided, db: Database) -> Found:
    """What is given back of months that another place keeps: the own part with its interest. Kept here: nothing."""
    if one.facts["double.keep"] != "there":
        return {"refund_fen": Worked(0, Text("留在这里，由另一边退", "kept here; the other place gives back"))}
    span = month_in(one, "double.from_month"), month_in(one, "double.to_month")
    own = refunds.own_parts(only(one, "insured"), [span])
    if not own:
        return {}
    refund_fen = accounts.with_interest(db, own)
    interest = (refund_fen - sum(own.values())) / 100
    return {
        "refund_fen": Worked(
            refund_fen,
            Text(
                f"{len(own)} 个月本人缴的，加已记的利息 {interest:,.2f} 元",
                f"the own part of {len(own)} months, and {interest:,.2f} yuan of interest credited",
            ),
        )
    }


@figures("suspension@1")
def suspension(one: Decided, db: Database) -> Found:
    """What of a pension was paid for months after the one it ends with."""
    insured = only(one, "insured")
    if not benefits.is_drawn_for(db, insured, "pension"):
        return {}
    before_fen = _owed_back(insured)
    owed_fen = _as_if_done(lambda: effects.suspend_pensions([one], db), lambda: _owed_back(insured))
    month = written(month_in(one, "change.happened_on"))
    return {"repay_fen": Worked(owed_fen - before_fen, Text(f"{month} 以后多发的", f"what was paid for after {month}"))}


@figures("double-pension@1")
def double_pension(one: Decided, db: Database) -> Found:
    """Since which month both pensions were drawn here, and what was paid since of the one that ends."""
    insured = only(one, "insured")
    since = benefits.drawn_together(db, insured, ("pension", "resident-pension"))
    if since is None:
        return {}
    first, before_fen = first_day(since), _owed_back(insured)
    case = replace(one, facts={**one.facts, "change.double_from": first})
    owed_fen = _as_if_done(lambda: effects.end_second_pension([case], db), lambda: _owed_back(insured))
    return {
        "double_from": Worked(first, Text("两份都在发的第一个月", "the first month in which both were paid")),
        "repay_fen": Worked(
            owed_fen - before_fen, Text(f"{written(since)} 起多发的", f"what was paid too much since {written(since)}")
        ),
    }


@figures("payout@1")
def payout(one: Decided, db: Database) -> Found:
    """The whole account. Where it was paid twice only the double part goes, which the papers of both places say."""
    if one.facts["payout.reason"] == "double-paid":
        return {}
    held = months_paid(only(one, "insured"))
    balance_fen = accounts.balance(db, only(one, "insured")) if held else one.facts["pension.account_balance_fen"]
    return {"payout_fen": Worked(balance_fen, Text("个人账户全部储存额", "all that the account holds"))}


@figures("dependant@1")
def dependant(one: Decided, db: Database) -> Found:
    """A dependant's share of the wage of whoever died at work, as far as the other dependants leave of it."""
    others_fen = benefits.drawn_for(db, only(one, "deceased"), "dependant", but=only(one, "claimant"))
    percent = dependant_percent(one.facts, 0, one.at.date())
    wage_fen = integer_of(one.facts, "injury.own_wage_fen")
    given = {"own_wage_fen": wage_fen, "share_percent": percent, "others_fen": others_fen}
    values = _reckoned("social-insurance/dependant-allowance", one.at.date(), given)
    wage, others = wage_fen / 100, others_fen / 100
    why = Text(
        f"本人工资 {wage:,.2f} 元的 {percent}%，其他亲属已领 {others:,.2f} 元，合计不超过本人工资",
        f"{percent} % of the wage of {wage:,.2f} yuan; others draw {others:,.2f}, together no more than the wage",
    )
    return {"monthly_fen": Worked(values["allowance_fen"], why)}


@figures("interest@1")
def interest(one: Decided, db: Database) -> Found:
    """The rate of a year, and what it gave on somebody's account: as it was credited, or as it will be."""
    year = integer_of(one.facts, "query.year")
    last = year * 12 + 11
    month_within(last)
    rate = value_on(definitions().rulebook, INTEREST_RATE, first_day(last)).value
    text = f"{integer_of({'rate': rate}, 'rate') / 100:.2f} %"
    found = {"rate": Worked(text, Text(f"{year} 年公布的记账利率", f"the rate announced for {year}"))}
    held = accounts.year_of(db, only(one, "insured"), year)
    if held is not None:
        opening, products = held[0] / 100, held[1] / 100
        why = Text(
            f"年初 {opening:,.2f} 元，当年各月记账额乘计息月数共 {products:,.2f} 元",
            f"of {opening:,.2f} yuan at the year's beginning, and credits times months of {products:,.2f}",
        )
        found["interest_fen"] = Worked(accounts.interest_of(last, *held), why)
    return found


@figures("refund@1")
def refund(one: Decided, db: Database) -> Found:
    """What can be paid back to an employer: what it asks for, as far as money of it lies here and settles nothing."""
    here = payments.money_of(db, only(one, "employer"))
    if not here:
        return {}
    here_fen = sum(left_fen for _, _, left_fen in here)
    granted_fen = min(integer_of(one.facts, "refund.claimed_fen"), here_fen)
    why = Text(f"多出来的钱有 {here_fen / 100:,.2f} 元", f"{here_fen / 100:,.2f} yuan lie here and settle nothing")
    return {"granted_fen": Worked(granted_fen, why)}


@figures("declaration@1")
def declaration(one: Decided, db: Database) -> Found:
    """What an employer's month comes to: as it was billed, or by the same rules for all whom it insures in it."""
    employer, month = only(one, "employer"), month_in(one, "declaration.month")
    stated = of_employer(employer, month)
    if stated:
        payable_fen = sum(each.employer_fen + each.employee_fen for each in stated)
        people = max(each.people for each in stated)
        return {"payable_fen": Worked(payable_fen, Text(f"{people} 人的账单", f"the bill of {people} people"))}
    people, payable_fen = _month_of(db, employer, month)
    why = Text(f"按 {people} 人在册的工资和险种", f"by wages and insurances of {people} people as they stand")
    return {"payable_fen": Worked(payable_fen, why)} if people else {}


@figures("alone-base@1")
def chosen_level(one: Decided, db: Database) -> Found:
    """What somebody who pays for themselves pays a month on the base that they choose, by the rule of the bills."""
    del db
    chosen, book = chosen_in(one), definitions().rulebook
    person = Person(frozenset({"pension"}), SAFEST_CLASS, "base", chosen.base_fen, pays_alone=True)
    due = of_person(book, chosen.first_month, person)
    base = f"{chosen.base_fen / 100:,.2f}"
    why = Text(
        f"每月基数 {base} 元，按灵活就业费率", f"on a monthly base of {base} yuan, by the rate of who pays alone"
    )
    loose = bool(unverified(book, chosen.first_month, [FLEXIBLE, LEVEL]))
    return {"payable_fen": Worked(sum(due[name] for name in AMOUNTS), why, loose)}


@figures("month-paid@1")
def month_paid(one: Decided, db: Database) -> Found:
    """What an employer has paid of a month's bills."""
    del db
    month = month_in(one, "details.month")
    stated = of_employer(only(one, "employer"), month)
    paid_fen = sum(each.paid_fen for each in stated)
    return (
        {"paid_fen": Worked(paid_fen, Text(f"{written(month)} 各险种到账合计", f"all insurances of {written(month)}"))}
        if stated
        else {}
    )


def _month_of(db: Database, employer: int, month: int) -> tuple[int, int]:
    """How many people an employer insures in a month that is not billed yet, and what they will come to, in fen."""
    db.execute(
        "select distinct insured, employer from insurance_enrolment where employer = %s and superseded_at is null"
        " and first_month <= %s and (last_month is null or last_month >= %s) order by insured",
        [employer, month, month],
    )
    pairs = [(insured, by) for insured, by in db.fetchall()]
    known, book = standing(db, pairs, [month]), definitions().rulebook
    due = [of_person(book, month, known.person(month, pair)) for pair in pairs]
    return len(pairs), sum(each[name] for each in due for name in AMOUNTS)


def _reckoned(rule: str, on: date, given: Mapping[str, int]) -> dict[str, int]:
    found = reckon(definitions().rulebook, rule, {"month": f"{on:%Y-%m}", **given}, on).values
    return {name: integer_of(found, name) for name, value in found.items() if isinstance(value, int)}


def _owed_back(beneficiary: int) -> int:
    return sum(each.amount_fen for each in owed_back(beneficiary))


def _as_if_done(do: Callable[[], None], read: Callable[[], T]) -> T:
    """What the books would say if something were done: it is done, read, and undone again."""
    with transaction.atomic():
        before = transaction.savepoint()
        do()
        found = read()
        transaction.savepoint_rollback(before)
    return found
