"""What the pages of the ledger show: sentences, and rows of words and amounts in yuan, of what the ledger says.

Amounts that rest on a figure without a document are marked: a month by `is_unverified`, and the figures by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from tongban.pack_api import Text, count, definitions, value_on
from tongban.packs.social_insurance.ledger.accounts import ACCOUNT_YEAR
from tongban.packs.social_insurance.ledger.contributions import (
    CONTRIBUTION,
    FLEXIBLE,
    LEVEL,
    SHARES,
    UNDECLARED,
    unverified,
)
from tongban.packs.social_insurance.ledger.coverage import Coverage
from tongban.packs.social_insurance.ledger.deferrals import Deferral, due_of, due_without, is_deferred
from tongban.packs.social_insurance.ledger.enrolments import RESIDENT
from tongban.packs.social_insurance.ledger.months import first_day, written
from tongban.packs.social_insurance.ledger.paying import DEDUCTION
from tongban.packs.social_insurance.ledger.payments import late_fee
from tongban.packs.social_insurance.ledger.payouts import KeptBack, OwedBack, PaidBack
from tongban.packs.social_insurance.ledger.shown import (
    AccountYear,
    Correction,
    InPayment,
    StaffLine,
    rests_on_unverified,
)
from tongban.packs.social_insurance.ledger.statements import PaidMonth, Stated
from tongban.packs.social_insurance.ledger.words import in_spans, lasting, signed, yuan
from tongban.packs.social_insurance.listings import KINDS, Month, spans

TITLES: Final = {**KINDS, "resident": Text("城乡居民基本养老保险", "Basic pension insurance of residents")}
EMPLOYED: Final = CONTRIBUTION, UNDECLARED
"""The rules that employers are billed by."""
PAID_ALONE: Final = FLEXIBLE, LEVEL
"""The rules that people are billed by who pay for themselves."""
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
    "resident-pension": Text("城乡居民养老金", "Residents’ pension"),
    "funeral": Text("丧葬补助金", "Funeral grant"),
    "grant": Text("抚恤金", "Survivors’ grant"),
    "balance": Text("个人账户余额", "Balance of the account"),
    "illness": Text("病残津贴", "Disability pension"),
    "refund": Text("重复缴费退还", "What was paid twice, given back"),
    "injury-grant": Text("一次性伤残补助金", "Disability grant for a work injury"),
    "work-funeral": Text("工亡丧葬补助金", "Funeral grant for a death at work"),
    "work-grant": Text("一次性工亡补助金", "Grant for a death at work"),
    "unemployment-funeral": Text("失业期间丧葬补助金", "Funeral grant while unemployed"),
    "unemployment-grant": Text("失业期间抚恤金", "Survivors’ grant while unemployed"),
    "resident-funeral": Text("居民丧葬补助金", "Funeral grant of a resident"),
}


def answer_of_insured(found: Sequence[Coverage], benefits: Sequence[InPayment]) -> Text:
    """The first sentence: what is drawn, else how long was paid."""
    pension = next((one for one in benefits if one.kind in {"pension", "resident-pension"}), None)
    if pension is not None:
        amount = yuan(pension.monthly_fen)
        return Text(f"每月领养老金 {amount} 元", f"Your pension: {amount} yuan a month")
    longest = max(found, key=lambda one: (one.kind == "pension", one.counted), default=None)
    if longest is None:
        return Text("这里还没有你的社会保险记录", "No social insurance of yours is on record here yet")
    long, name = lasting(longest.counted), TITLES[longest.kind]
    if longest.kind == RESIDENT:
        return Text(f"参加了{name.zh}", f"Insured: {name.en}")
    if longest.kind == "pension":
        return Text(f"养老保险已缴 {long.zh}", f"Pension contributions: {long.en}")
    return Text(f"{name.zh}已缴 {long.zh}", f"{name.en}: {long.en}")


def cover_row(one: Coverage, paid: Sequence[PaidMonth], called: Mapping[int, str], loose: set[int]) -> dict[str, Any]:
    """One insurance: how long, how it stands, what is to be noted, and its months gathered to spans."""
    months = [
        Month(each.month, each.employer, (each.base_fen, each.own_fen, each.theirs_fen), 0, each.is_paid)
        for each in paid
        if each.kind == one.kind and not each.counts_elsewhere
    ]
    is_own = all(each.paid_alone for each in paid if each.kind == one.kind and not each.is_paid)
    notes = [
        (Text("自己欠缴", "Owed by yourself") if is_own else Text("单位欠缴", "Owed by the employer"), one.owed),
        (Text("没有参保", "Not insured"), one.missing),
        (Text("两处都出了账单", "Billed by two employers"), one.twice),
        (Text("已退还，在别处计算", "Given back, counted elsewhere"), one.elsewhere),
        (Text("还没有出账单", "Not billed yet"), one.unbilled),
        (Text("以前的记录，已经转入", "Earlier records, taken over"), one.taken_over),
    ]
    return {
        "title": TITLES[one.kind],
        "lasting": None if one.kind == RESIDENT else lasting(one.counted),
        "mark": "warn" if one.owed or one.twice else "ok" if one.ended is None else "none",
        "state": _state(one, is_own=is_own),
        "notes": [(words, in_spans(which), lasting(count(which))) for words, which in notes if which],
        "spans": [
            {**_span_row(span, called[span[0].employer]), "is_unverified": any(each.month in loose for each in span)}
            for span in spans(months)
        ],
    }


def _state(one: Coverage, *, is_own: bool) -> Text:
    if one.owed:
        owed = count(one.owed)
        whose = "自己" if is_own else "单位"
        return Text(f"{whose}欠缴 {owed} 个月", f"{owed} month{'s' * (owed != 1)} owed")
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
        "theirs": yuan(employer_fen) if employer_fen else "—",
        "is_paid": span[0].is_paid,
    }


def month_rows(paid: Sequence[PaidMonth], called: Mapping[int, str], loose: set[int]) -> list[dict[str, Any]]:
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
    theirs = yuan(one.theirs_fen) if one.theirs_fen else ""
    return {"own": yuan(one.own_fen) if one.own_fen else "", "theirs": theirs}


def benefit_row(one: InPayment) -> dict[str, Any]:
    """What is paid every month, since when and until when, or once in a month."""
    rule_is_loose = rests_on_unverified(definitions().rulebook, one.rule, first_day(one.first_month))
    return {
        "title": BENEFITS[one.kind],
        "amount": yuan(one.monthly_fen),
        "since": written(one.first_month),
        "until": "" if one.last_month is None else written(one.last_month),
        "is_once": one.first_month == one.last_month,
        "is_unverified": rule_is_loose,
    }


def owed_back_row(one: OwedBack) -> dict[str, Any]:
    """What was paid for a month and is to be given back."""
    return {"title": BENEFITS[one.kind], "month": written(one.month), "amount": yuan(one.amount_fen)}


def kept_back_row(one: KeptBack) -> dict[str, Any]:
    """What was paid for a month and was kept back from which month's benefit; whether how much rests on no document."""
    limit = value_on(definitions().rulebook, DEDUCTION, first_day(one.paid_less_in))
    return {
        "title": BENEFITS[one.kind],
        "month": written(one.month),
        "in": written(one.paid_less_in),
        "amount": yuan(one.amount_fen),
        "is_unverified": limit.status == "unverified",
    }


def paid_back_row(one: PaidBack) -> dict[str, Any]:
    """What was paid for a month, and on which day its money came back."""
    return {
        "title": BENEFITS[one.kind],
        "month": written(one.month),
        "on": one.received_on,
        "amount": yuan(one.amount_fen),
    }


def account_row(one: AccountYear, loose: set[int]) -> dict[str, Any]:
    """A year of the account; what is nothing is a dash. `loose`: the months that rest on figures without a document."""
    closed = date(one.year, 12, 1)
    is_loose = bool(one.interest_fen) and rests_on_unverified(definitions().rulebook, ACCOUNT_YEAR, closed)
    amounts = {name: getattr(one, f"{name}_fen") for name in ("credited", "moved", "interest", "balance")}
    return {
        "year": one.year,
        "months": one.months,
        "is_unverified": is_loose or any(month // 12 == one.year for month in loose),
        **{name: yuan(fen) if fen else "—" for name, fen in amounts.items()},
    }


def correction_row(one: Correction, name: str) -> dict[str, Any]:
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


def statement_rows(
    stated: Sequence[Stated], loose: set[int], today: date, held: Sequence[Deferral] = ()
) -> list[dict[str, Any]]:
    """A row for each month, the latest first: people, each kind, the whole, what is owed and its late fee by today, as
    deferrals let it run.
    """
    rows = []
    for month in sorted({one.month for one in stated}, reverse=True):
        kinds = {one.kind: one for one in stated if one.month == month}
        owed = [one for one in kinds.values() if one.owed_fen > 0]
        late_fen = sum(
            late_fee(due_without(month, due, today, held), today, fen)[1] for one in owed for due, fen in one.owed()
        )
        due_on = min(due_of(one, held) for one in owed or kinds.values())
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
                "late_fen": late_fen,
                "late": yuan(late_fen),
                "due_on": due_on,
                "is_late": bool(owed) and due_on < today,
                "is_deferred": bool(owed) and is_deferred(month, today, held),
            }
        )
    return rows


def own_rows(stated: Sequence[Stated], today: date) -> list[dict[str, Any]]:
    """What somebody who pays for themselves has still to pay, month by month, the earliest first."""
    return [
        {
            "month": written(one.month),
            "amount": yuan(one.owed_fen),
            "due_on": one.due_on,
            "is_late": one.due_on < today,
        }
        for one in stated
        if one.owed_fen > 0
    ]


def _whole(one: Stated | None) -> str:
    return "" if one is None else yuan(one.employer_fen + one.employee_fen)


def answer_of_employer(months: Sequence[Mapping[str, Any]], charged_fen: int) -> Text:
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


def kind_row(one: Stated) -> dict[str, Any]:
    """One insurance of an employer's month."""
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


def staff_row(one: StaffLine, name: str, number: str) -> dict[str, Any]:
    """One person of an employer's month, each insurance as the employer's share + the employee's."""
    return {
        "id": one.insured,
        "name": name,
        "number": number,
        "wage": "" if one.wage_fen is None else yuan(one.wage_fen),
        "base": yuan(one.base_fen),
        "kinds": [(SHORT[kind], " + ".join(yuan(one.amounts[share]) for share in SHARES[kind])) for kind in SHORT],
        "theirs": yuan(one.employer_fen),
        "own": yuan(one.employee_fen),
        "is_corrected": one.is_corrected,
    }


def loose_months(months: Iterable[int]) -> set[int]:
    """Those of these months whose bills rest on figures without a document."""
    book = definitions().rulebook
    return {one for one in set(months) if rests_on_unverified(book, CONTRIBUTION, first_day(one))}


def loose_limits(kept: Iterable[Mapping[str, Any]]) -> list[Text]:
    """How much is kept back a month, where no document says so and something was."""
    return [definitions().rulebook.parameters[DEDUCTION].title] if any(one["is_unverified"] for one in kept) else []


def loose_figures(months: Iterable[int], rules: Sequence[str] = EMPLOYED) -> list[Text]:
    """The figures without a document behind the bills of these months by these rules, each once."""
    book = definitions().rulebook
    return list({title.en: title for month in sorted(months) for title in unverified(book, month, rules)}.values())
