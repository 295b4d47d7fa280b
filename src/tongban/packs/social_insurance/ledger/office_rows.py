"""What the office's pages of books show, as rows of words and of amounts in yuan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from tongban.pack_api import Text, definitions
from tongban.packs.social_insurance.ledger.books import Booked
from tongban.packs.social_insurance.ledger.differences import Change
from tongban.packs.social_insurance.ledger.months import written
from tongban.packs.social_insurance.ledger.office import Arrears, Money, Paid, RunMonth
from tongban.packs.social_insurance.ledger.paying import Total as PaidTotal
from tongban.packs.social_insurance.ledger.reconciling import Total
from tongban.packs.social_insurance.ledger.rows import BENEFITS, SHORT, TITLES
from tongban.packs.social_insurance.ledger.words import plain, signed, yuan

SHOWS: Final = {"overdue": Text("已过期没缴的", "Overdue"), "all": Text("所有还没缴的", "All that is unpaid")}
RUNS: Final = {"billing": Text("出账", "Billing"), "benefits": Text("发放待遇", "Benefits")}
COUNTED: Final = {"billing": Text("人次", "Insurances"), "benefits": Text("人数", "People")}
LATER: Final = {
    "billing": Text("其中以后更正", "Corrected since"),
    "benefits": Text("其中补发以前月份", "For other months"),
}
OF: Final = {"billing": Text("险种", "Insurance"), "benefits": Text("待遇", "Benefit")}
HEADS: Final = {
    "billing": (
        Text("基数合计", "Bases"),
        Text("单位", "Employers"),
        Text("个人", "Employees"),
        Text("合计", "In all"),
    ),
    "benefits": (Text("发放", "Paid"), Text("其中补发", "Of other months"), Text("扣回", "Kept back")),
}
CAUSES: Final = {
    "joined": Text("新增", "Joined"),
    "left": Text("减少", "Left"),
    "wage_changed": Text("工资变了", "Wage changed"),
    "undeclared": Text("没有申报", "Undeclared"),
    "rule_changed": Text("规则或费率变了", "Rule or rating changed"),
}
TEXTS: Final = {
    "benefit": Text("待遇", "Benefit"),
    "kept back": Text("扣回", "Kept back"),
    "paid back": Text("退回", "Paid back"),
    "difference": Text("差额", "Difference"),
    "reversal": Text("冲回", "Reversal"),
    "payment": Text("到账", "Payment"),
    "settled": Text("核销", "Settled"),
    "transfer": Text("转入", "Transfer"),
    "interest": Text("结息", "Interest"),
    "taken over": Text("旧系统移交", "Taken over"),
}
SIDES: Final = {
    "receivable": Text("应收", "receivable"),
    "fund": Text("基金", "fund"),
    "account": Text("个人账户", "account"),
    "benefit": Text("待遇", "benefit"),
    "late-fee": Text("滞纳金", "late fee"),
    "advance": Text("预收", "advance"),
    "bank": Text("银行", "bank"),
    "transfer": Text("转移", "transfer"),
}
MOST_BOOKINGS: Final = 60


def county(code: str) -> Text:
    """What a county is called; the code of one that is not published."""
    return definitions().regions.get(code, Text(code, code))


def region_of(regions: Sequence[str]) -> Text:
    """Whose books these are: the regions of the reader's offices."""
    names = [county(one) for one in regions]
    return Text("、".join(one.zh for one in names), ", ".join(one.en for one in names))


def answer_of_arrears(found: Sequence[Arrears], show: str) -> Text:
    """The first sentence: how many owe how much."""
    if not found:
        return Text("没有单位欠缴", "No employer owes anything")
    owed = yuan(sum(one.overdue_fen if show == "overdue" else one.owed_fen for one in found))
    employers = f"{len(found)} employer{'s' * (len(found) != 1)}"
    if show == "overdue":
        return Text(f"{len(found)} 家单位过期没缴 {owed} 元", f"Overdue: {owed} yuan of {employers}")
    return Text(f"{len(found)} 家单位还没缴 {owed} 元", f"Unpaid: {owed} yuan of {employers}")


def arrears_row(one: Arrears, name: str) -> dict[str, Any]:
    """One employer that owes."""
    return {
        "employer": one.employer,
        "name": name,
        "county": county(one.county),
        "months": one.months,
        "owed": yuan(one.owed_fen),
        "overdue": yuan(one.overdue_fen) if one.overdue_fen else "",
        "due_on": one.due_on,
        "late_fee": yuan(one.late_fee_fen) if one.late_fee_fen else "",
    }


def answer_of_runs(kind: str, found: Sequence[RunMonth]) -> Text:
    """The first sentence: how the latest month stands."""
    if not found:
        return Text("还没有出过账", "No month was run yet")
    month, state, sum_ = written(found[0].month), _state(found[0]), yuan(found[0].fen)
    return Text(
        f"{month} {RUNS[kind].zh} {sum_} 元，{state.zh}", f"{RUNS[kind].en} of {month}: {sum_} yuan, {state.en}"
    )


def _state(one: RunMonth) -> Text:
    if not one.is_finished:
        return Text("没有跑完，再运行一次", "not finished; run it again")
    return Text("一分不差", "agrees to the fen") if one.agrees else Text("对不上", "does not agree")


def run_row(one: RunMonth) -> dict[str, Any]:
    """One month: rows, sums, against the month before, and whether all agrees."""
    return {
        "month": written(one.month),
        "rows": f"{one.rows:,}",
        "people": f"{one.people:,}",
        "sum": yuan(one.fen),
        "corrected": signed(one.corrected_fen) if one.corrected_fen else "",
        "more": "" if one.before_fen is None else signed(one.fen - one.before_fen),
        "more_people": "" if one.people_before is None else f"{one.people - one.people_before:+,}",
        "state": _state(one),
        "mark": "ok" if one.is_finished and one.agrees else "bad" if one.is_finished else "warn",
    }


def heads_of_runs(kind: str) -> list[Text]:
    """What stands above the cells of `run_cells`."""
    return [
        Text("月份", "Month"),
        Text("行数", "Rows"),
        COUNTED[kind],
        Text("合计（元）", "In all, yuan"),
        LATER[kind],
        Text("比上月（元）", "Against last month, yuan"),
        Text("对账", "Reconciled"),
    ]


def run_cells(one: RunMonth) -> list[str | int | Text]:
    """The same as cells of a file."""
    more = "" if one.before_fen is None else _below(plain, one.fen - one.before_fen)
    return [
        written(one.month), one.rows, one.people, plain(one.fen), _below(plain, one.corrected_fen), more, _state(one),
    ]  # fmt: skip


def billed_row(one: Total) -> dict[str, Any]:
    """What the employers of a county were billed of one insurance."""
    sums = (one.base_fen, one.employer_fen, one.employee_fen, one.employer_fen + one.employee_fen)
    return _total_row("billing", one.county, TITLES[one.kind], one.people, sums)


def paid_row(one: PaidTotal) -> dict[str, Any]:
    """What was paid of one benefit in a county."""
    sums = (one.paid_fen, one.earlier_fen, one.kept_back_fen)
    return _total_row("benefits", one.county, BENEFITS[one.kind], one.people, sums)


def _total_row(run: str, of_county: str, title: Text, people: int, sums: Sequence[int]) -> dict[str, Any]:
    amounts = [(head, yuan(fen)) for head, fen in zip(HEADS[run], sums, strict=True)]
    return {"county": county(of_county), "kind": title, "people": f"{people:,}", "amounts": amounts}


def change_row(one: Change, name: str) -> dict[str, Any]:
    """An employer for whom something is different from the month before."""
    return {
        "employer": one.employer,
        "name": name,
        "causes": [(head, getattr(one, cause)) for cause, head in CAUSES.items()],
        "before": yuan(one.before_fen),
        "now": yuan(one.now_fen),
    }


def of_office(money: Iterable[Money], paid: Iterable[Paid], postings: Sequence[Booked]) -> dict[str, Any]:
    """What only the office sees of somebody's books: money, what was paid out, the latest bookings."""
    return {
        "money": [
            {
                "on": one.received_on,
                "reference": one.reference,
                "amount": yuan(one.amount_fen),
                "left": yuan(one.left_fen) if one.left_fen else "",
            }
            for one in money
        ],
        "payouts": [
            {
                "month": written(one.month),
                "title": BENEFITS[one.kind],
                "due": _below(yuan, one.due_fen),
                "paid": _below(yuan, one.paid_fen),
            }
            for one in paid
        ],
        "bookings": [_booking(one) for one in postings[: -MOST_BOOKINGS - 1 : -1]],
        "more": len(postings) if len(postings) > MOST_BOOKINGS else 0,
    }


def _booking(one: Booked) -> dict[str, Any]:
    return {
        "month": one.month,
        "text": TEXTS.get(one.text, Text(one.text, one.text)),
        "legs": [(_account(name), _below(yuan, fen)) for name, fen in one.legs.items()],
        "case": one.case,
        "rule": one.rule,
    }


def _account(name: str) -> Text:
    """An account in words: 应收养老, receivable Pension."""
    side, _, kind = name.partition(".")
    what = (BENEFITS if side == "benefit" else {**SHORT, "resident": TITLES["resident"]}).get(kind, Text("", ""))
    return Text(f"{SIDES[side].zh}{what.zh}", f"{SIDES[side].en} {what.en}".strip())


def _below(written_as: Callable[[int], str], amount_fen: int) -> str:
    """An amount that may lie below nothing."""
    return f"-{written_as(-amount_fen)}" if amount_fen < 0 else written_as(amount_fen)
