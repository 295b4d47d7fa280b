"""The pages of the ledger: what an insured person has paid and is paid, and what an employer was billed.

Both read the bills and nothing else, so they say what the certificates say. A person sees themselves alone, an agent
the organisations for which they act in everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest, HttpResponse

from tongban.pack_api import Text, count, definitions
from tongban.pack_pages import (
    Page,
    Reader,
    csv_file,
    in_language,
    names_of,
    not_found,
    numbers_of,
    organisations,
    pages_of,
    portal_page,
    today,
    yuan,
)
from tongban.packs.social_insurance.ledger.accounts import ACCOUNT_YEAR
from tongban.packs.social_insurance.ledger.contributions import AMOUNTS, CONTRIBUTION, SHARES, unverified
from tongban.packs.social_insurance.ledger.coverage import Coverage, coverages
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.months import first_day, month_of, written
from tongban.packs.social_insurance.ledger.payments import late_fee, late_fee_owed
from tongban.packs.social_insurance.ledger.shown import (
    AccountYear,
    Correction,
    InPayment,
    StaffLine,
    account_years,
    corrections,
    in_payment,
    rests_on_unverified,
    staff_of,
    unverified_months,
)
from tongban.packs.social_insurance.ledger.statements import PaidMonth, Stated, months_paid, of_employer
from tongban.packs.social_insurance.ledger.words import in_spans, lasting, plain, signed
from tongban.packs.social_insurance.listings import KINDS, Month, spans

TITLES: Final = {**KINDS, "resident": Text("城乡居民基本养老保险", "Basic pension insurance of residents")}
SHORT: Final = {
    "pension": Text("养老", "Pension"),
    "unemployment": Text("失业", "Unemployment"),
    "injury": Text("工伤", "Work injury"),
}
BENEFITS: Final = {
    "pension": Text("养老金", "Pension"),
    "unemployment": Text("失业保险金", "Unemployment benefit"),
    "disability": Text("伤残津贴", "Disability allowance"),
    "care": Text("生活护理费", "Care allowance"),
    "dependant": Text("供养亲属抚恤金", "Dependant’s pension"),
    "funeral": Text("丧葬补助金", "Funeral grant"),
    "grant": Text("抚恤金", "Survivors’ grant"),
    "balance": Text("个人账户余额", "Balance of the account"),
}
OWN: Final = Text("查看自己的社会保险", "One’s own social insurance, looked at")
STAFF: Final = Text("单位看本单位的社会保险账单", "The employer looked at its social insurance bills")
FIRM: Final = Text("写明是哪家单位的账单", "To say whose bills these are")
SIDES: Final = {"employer": Text("单位", "employer"), "employee": Text("个人", "employee")}
CORRECTED: Final = Text("更正过", "corrected")
HEADS: Final = [
    Text("月份", "Month"),
    Text("姓名", "Name"),
    Text("身份证号", "ID number"),
    Text("申报工资（元）", "Declared wage, yuan"),
    Text("缴费基数（元）", "Base, yuan"),
    *(
        Text(f"{SHORT[kind].zh}{SIDES[side].zh}（元）", f"{SHORT[kind].en}, {SIDES[side].en}, yuan")
        for kind, side, _ in (name.split("_") for name in AMOUNTS)
    ),
    Text("单位合计（元）", "Employer in all, yuan"),
    Text("个人合计（元）", "Employee in all, yuan"),
    CORRECTED,
]
PEOPLE_AT_ONCE: Final = 50


def mine(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What somebody has paid and is paid: the years first, then each insurance, the account, and month by month."""
    insured = reader.subject_id
    if insured is None:
        raise not_found()
    now, paid = month_of(today()), months_paid(insured)
    found, benefits = list(coverages(periods_of(insured), paid, now)), in_payment(insured, now)
    changed = corrections({one.employer for one in paid}, {one.month for one in paid}, insured)
    called = names_of(reader, {one.employer for one in paid}, OWN)
    year, years = _year(request, (one.month for one in paid))
    loose = _unverified_months(one.month for one in paid)
    context = {
        "answer": _answer(found, benefits),
        "covers": [_cover(one, paid, called) for one in found],
        "benefits": [_benefit(one) for one in benefits],
        "account": [_account_row(one) for one in account_years(insured, paid)],
        "interest_is_unverified": rests_on_unverified(definitions().rulebook, ACCOUNT_YEAR, today()),
        "year": year,
        "years": years,
        "months": _month_rows([one for one in paid if one.month // 12 == year], called, loose),
        "corrections": [_correction(one, called[one.employer]) for one in changed],
        "unverified": _unverified(loose),
    }
    return portal_page(request, "social_insurance/mine.html", context)


def employer(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What an employer was billed and owes, month by month, and one month person by person."""
    here, others = _which(request, reader)
    stated = of_employer(here)
    month = _asked_month(request, stated)
    staff = [] if month is None else staff_of(here, month)
    pages = pages_of(request, len(staff), PEOPLE_AT_ONCE)
    part = staff[pages.skip : pages.skip + PEOPLE_AT_ONCE]
    changed = [] if month is None else corrections([here], [month])
    people = {one.insured for one in part} | {one.insured for one in changed}
    called, numbers, firms = (
        names_of(reader, people, STAFF),
        numbers_of(people),
        names_of(reader, [here, *others], FIRM),
    )
    with connection.cursor() as cursor:
        charged_fen = late_fee_owed(cursor, here)
    loose = _unverified_months(one.month for one in stated)
    months = _statement_rows(stated, loose)
    year, years = _year(request, (one.month for one in stated), month)
    context = {
        "employer": here,
        "name": firms[here],
        "others": [(other, firms[other]) for other in others],
        "answer": _employer_answer(months, charged_fen),
        "year": year,
        "years": years,
        "months": [one for one in months if one["year"] == year or one["owed_fen"]],
        "charged": yuan(charged_fen) if charged_fen else "",
        "month": "" if month is None else written(month),
        "is_unverified": month in loose,
        "kinds": [_kind_row(one) for kind in KINDS for one in stated if (one.month, one.kind) == (month, kind)],
        "staff": [_staff_row(one, called[one.insured], numbers.get(one.insured, "—")) for one in part],
        "pages": pages,
        "corrections": [_correction(one, called[one.insured]) for one in changed],
        "unverified": _unverified(loose),
    }
    return portal_page(request, "social_insurance/employer.html", context)


def employer_file(request: HttpRequest, reader: Reader) -> HttpResponse:
    """An employer's month person by person, as a table."""
    here, _ = _which(request, reader)
    month = _asked_month(request, of_employer(here))
    if month is None:
        raise not_found()
    staff = staff_of(here, month)
    people = [one.insured for one in staff]
    called, numbers = names_of(reader, people, STAFF), numbers_of(people)
    rows = [
        [
            written(month),
            called[one.insured],
            numbers.get(one.insured, "—"),
            "" if one.wage_fen is None else plain(one.wage_fen),
            *(plain(fen) for fen in (one.base_fen, *one.amounts.values(), one.employer_fen, one.employee_fen)),
            in_language(CORRECTED) if one.is_corrected else "",
        ]
        for one in staff
    ]
    return csv_file(f"social-insurance-{written(month)}.csv", [in_language(head) for head in HEADS], rows)


PAGES: Final = [
    Page("mine", Text("我的社会保险", "My social insurance"), "portal", "person", mine),
    Page("employer", Text("单位的社会保险账单", "The employer’s social insurance bills"), "portal", "agent", employer),
    Page("employer.csv", Text("账单明细", "A bill in detail"), "portal", "agent", employer_file),
]


def _answer(found: Sequence[Coverage], benefits: Sequence[InPayment]) -> Text:
    """The first sentence: what is drawn, else how long was paid."""
    pension = next((one for one in benefits if one.kind == "pension"), None)
    if pension is not None:
        amount = yuan(pension.monthly_fen)
        return Text(f"每月领养老金 {amount} 元", f"Your pension: {amount} yuan a month")
    longest = max(found, key=lambda one: (one.kind == "pension", one.counted), default=None)
    if longest is None:
        return Text("这里还没有你的社会保险记录", "No social insurance of yours is on record here yet")
    long, name = lasting(longest.counted), TITLES[longest.kind]
    if longest.kind == "pension":
        return Text(f"养老保险已缴 {long.zh}", f"Pension contributions: {long.en}")
    return Text(f"{name.zh}已缴 {long.zh}", f"{name.en}: {long.en}")


def _cover(one: Coverage, paid: Sequence[PaidMonth], called: Mapping[int, str]) -> dict[str, Any]:
    """One insurance: how long, how it stands, what is to be noted, and its months gathered to spans."""
    months = [
        Month(each.month, each.employer, (each.base_fen, each.employee_fen, each.employer_fen), 0, each.is_paid)
        for each in paid
        if each.kind == one.kind
    ]
    notes = [
        (Text("欠缴", "Owed"), one.owed),
        (Text("没有参保", "Not insured"), one.missing),
        (Text("两处都出了账单", "Billed by two employers"), one.twice),
        (Text("还没有出账单", "Not billed yet"), one.unbilled),
        (Text("以前的记录，已经转入", "Earlier records, taken over"), one.taken_over),
    ]
    return {
        "title": TITLES[one.kind],
        "lasting": lasting(one.counted),
        "mark": "warn" if one.owed or one.twice else "ok" if one.ended is None else "none",
        "state": _state(one),
        "notes": [(words, in_spans(which), count(which)) for words, which in notes if which],
        "spans": [_span_row(span, called[span[0].employer]) for span in spans(months)],
    }


def _state(one: Coverage) -> Text:
    if one.owed:
        owed = count(one.owed)
        return Text(f"欠缴 {owed} 个月", f"{owed} month{'s' * (owed != 1)} owed")
    if one.ended is None:
        return Text("在参保", "Insured now")
    return Text(f"到 {written(one.ended)} 为止", f"Until {written(one.ended)}")


def _span_row(span: Sequence[Month], name: str) -> dict[str, Any]:
    base_fen, employee_fen, employer_fen = span[0].steady
    return {
        "when": in_spans([(span[0].month, span[-1].month)]),
        "months": len(span),
        "employer": name,
        "base": yuan(base_fen),
        "own": yuan(employee_fen),
        "theirs": yuan(employer_fen),
        "is_paid": span[0].is_paid,
    }


def _month_rows(paid: Sequence[PaidMonth], called: Mapping[int, str], loose: set[int]) -> list[dict[str, Any]]:
    """The months of a year, the latest first, each with its insurances side by side; of two employers one row each."""
    rows = []
    for month, by in sorted({(one.month, one.employer) for one in paid}, reverse=True):
        kinds = {one.kind: one for one in paid if (one.month, one.employer) == (month, by)}
        rows.append(
            {
                "month": written(month),
                "is_unverified": month in loose,
                "employer": called[by],
                "base": yuan(next(iter(kinds.values())).base_fen),
                "kinds": [(SHORT[kind], _shares(kinds.get(kind))) for kind in SHORT],
                "is_paid": all(one.is_paid for one in kinds.values()),
            }
        )
    return rows


def _shares(one: PaidMonth | None) -> dict[str, str]:
    if one is None:
        return {}
    return {"own": yuan(one.employee_fen) if one.employee_fen else "", "theirs": yuan(one.employer_fen)}


def _benefit(one: InPayment) -> dict[str, Any]:
    rule_is_loose = rests_on_unverified(definitions().rulebook, one.rule, first_day(one.first_month))
    return {
        "title": BENEFITS[one.kind],
        "amount": yuan(one.monthly_fen),
        "since": written(one.first_month),
        "until": "" if one.last_month is None else written(one.last_month),
        "is_unverified": rule_is_loose,
    }


def _account_row(one: AccountYear) -> dict[str, Any]:
    amounts = {name: getattr(one, f"{name}_fen") for name in ("credited", "moved", "interest", "balance")}
    return {
        "year": one.year,
        "months": one.months,
        **{name: yuan(fen) if fen else "—" for name, fen in amounts.items()},
    }


def _correction(one: Correction, name: str) -> dict[str, Any]:
    """So much more or less, with its sign, for which month, since when, by which case."""
    return {
        "name": name,
        "month": written(one.month),
        "at": f"{one.at:%Y-%m-%d}",
        "case": one.case,
        "base": signed(one.base_fen),
        "own": signed(one.employee_fen),
        "theirs": signed(one.employer_fen),
    }


def _which(request: HttpRequest, reader: Reader) -> tuple[int, list[int]]:
    """Which of the reader's organisations this is about, and the others. Raises Problem 404 for anybody else's."""
    own = organisations(reader)
    asked = request.GET.get("employer", "")
    if not asked:
        return own[0], own[1:]
    here = next((one for one in own if str(one) == asked), None)
    if here is None:
        raise not_found()
    return here, [one for one in own if one != here]


def _year(request: HttpRequest, months: Iterable[int], shown: int | None = None) -> tuple[int | None, list[int]]:
    """The year that the address names, else that of the month shown or the latest, and all years, the latest first."""
    years = sorted({month // 12 for month in months}, reverse=True)
    asked = next((one for one in years if str(one) == request.GET.get("year", "")), None)
    return asked or (shown // 12 if shown else next(iter(years), None)), years


def _asked_month(request: HttpRequest, stated: Sequence[Stated]) -> int | None:
    """The month that the address names, else the latest billed; None where none is. Raises Problem 404 for no bill."""
    months = {written(one.month): one.month for one in stated}
    asked = request.GET.get("month", "")
    if asked and asked not in months:
        raise not_found()
    return months[asked] if asked else max(months.values(), default=None)


def _statement_rows(stated: Sequence[Stated], loose: set[int]) -> list[dict[str, Any]]:
    """A row for each month, the latest first: people, each kind, the whole, what is owed and its late fee by today."""
    rows = []
    for month in sorted({one.month for one in stated}, reverse=True):
        kinds = {one.kind: one for one in stated if one.month == month}
        owed = [one for one in kinds.values() if one.owed_fen > 0]
        rows.append(
            {
                "year": month // 12,
                "month": written(month),
                "is_unverified": month in loose,
                "people": max(one.people for one in kinds.values()),
                "kinds": [(SHORT[kind], _whole(kinds.get(kind))) for kind in SHORT],
                "whole": yuan(sum(one.employer_fen + one.employee_fen for one in kinds.values())),
                "owed_fen": sum(one.owed_fen for one in owed),
                "owed": yuan(sum(one.owed_fen for one in owed)),
                "late_fen": sum(late_fee(one.due_on, today(), one.owed_fen)[1] for one in owed),
                "late": yuan(sum(late_fee(one.due_on, today(), one.owed_fen)[1] for one in owed)),
                "due_on": max(one.due_on for one in kinds.values()),
                "is_late": any(one.due_on < today() for one in owed),
            }
        )
    return rows


def _whole(one: Stated | None) -> str:
    return "" if one is None else yuan(one.employer_fen + one.employee_fen)


def _employer_answer(months: Sequence[Mapping[str, Any]], charged_fen: int) -> Text:
    """The first sentence: what is to be paid by when, or that nothing is."""
    if not months:
        return Text("还没有账单", "No bill yet")
    owed_fen = sum(one["owed_fen"] for one in months)
    late_fen = charged_fen + sum(one["late_fen"] for one in months)
    if late_fen:
        return Text(
            f"欠缴 {yuan(owed_fen)} 元，滞纳金到今天 {yuan(late_fen)} 元",
            f"Owed: {yuan(owed_fen)} yuan, and {yuan(late_fen)} in late fees by today",
        )
    if owed_fen:
        due = f"{min(one['due_on'] for one in months if one['owed_fen']):%Y-%m-%d}"
        return Text(f"{due} 前要缴 {yuan(owed_fen)} 元", f"To be paid by {due}: {yuan(owed_fen)} yuan")
    last = months[0]
    return Text(
        f"都缴清了：{last['month']} 是 {last['people']} 人，{last['whole']} 元",
        f"All paid: {last['month']} was {last['whole']} yuan for {last['people']}",
    )


def _kind_row(one: Stated) -> dict[str, Any]:
    return {
        "title": KINDS[one.kind],
        "people": one.people,
        "base": yuan(one.base_fen),
        "theirs": yuan(one.employer_fen),
        "own": yuan(one.employee_fen) if one.employee_fen else "—",
        "whole": _whole(one),
        "paid": yuan(one.paid_fen),
        "owed": yuan(one.owed_fen) if one.owed_fen > 0 else "",
    }


def _staff_row(one: StaffLine, name: str, number: str) -> dict[str, Any]:
    return {
        "name": name,
        "number": number,
        "wage": "" if one.wage_fen is None else yuan(one.wage_fen),
        "base": yuan(one.base_fen),
        "kinds": [(SHORT[kind], " + ".join(yuan(one.amounts[share]) for share in SHARES[kind])) for kind in SHORT],
        "theirs": yuan(one.employer_fen),
        "own": yuan(one.employee_fen),
        "is_corrected": one.is_corrected,
    }


def _unverified_months(months: Iterable[int]) -> set[int]:
    return unverified_months(definitions().rulebook, (CONTRIBUTION,), months)


def _unverified(months: Iterable[int]) -> list[Text]:
    """The figures without a document behind the bills of these months, each once."""
    book = definitions().rulebook
    return list({title.en: title for month in sorted(months) for title in unverified(book, month)}.values())
