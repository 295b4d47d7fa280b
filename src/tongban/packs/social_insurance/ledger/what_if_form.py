"""What is asked on the page of what-if, and how figures, groups of people and what was taken for granted are told.

People write amounts in yuan and rates in percent; whatever they type gets a sentence beside the field it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tongban.pack_api import PolicyError, Rulebook, Text, shown
from tongban.packs.social_insurance.ledger.contributions import CONTRIBUTION
from tongban.packs.social_insurance.ledger.months import month_of, written
from tongban.packs.social_insurance.ledger.what_if import (
    BANDS_FEN,
    Outcome,
    Setting,
    Spread,
    issue_of_month,
    issues_of,
    settings,
)

if TYPE_CHECKING:
    from tongban.catalog.model import Catalog

MONTH: Final = "month"
KINDS: Final = {
    "pension": Text("养老保险", "Pension"),
    "unemployment": Text("失业保险", "Unemployment"),
    "injury": Text("工伤保险", "Work injury"),
}
UNDECLARED: Final = Text("没有申报工资", "No wage declared")
_MONTH: Final = re.compile(r"([0-9]{4})\D{0,3}([0-9]{1,2})\D{0,3}")
_NUMBER: Final = re.compile(r"-?[0-9][0-9,]{0,14}(\.[0-9]{1,2})?")
_NOT_A_MONTH: Final = Text("月份按 2027-01 的样子填", "Write the month as 2027-01.")
_NOT_A_NUMBER: Final = {
    "fen": Text("填金额，单位元，最多两位小数", "An amount in yuan, at most two decimals."),
    "rate": Text("填百分数，最多两位小数", "A number in percent, at most two decimals."),
}
_NOTHING: Final = Text("至少改一个数", "Suppose another value for one figure at least.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: the month, what bills go by in it, the values supposed, and what is wrong, by field."""

    month: int
    there: Mapping[str, Setting]
    values: Mapping[str, int]
    errors: Mapping[str, Text]


def asked(book: Rulebook, typed: Mapping[str, str], today: date) -> Asked:
    """What the form asks; `typed` is empty before anything was. Without a month that can be supposed, the next one."""
    errors: dict[str, Text] = {}
    month = _month(typed.get(MONTH, "").strip() or written(month_of(today) + 1))
    if month is None:
        errors[MONTH] = _NOT_A_MONTH
    elif issue := issue_of_month(month, today):
        errors[MONTH] = issue.text
    on = month_of(today) + 1 if month is None or errors else month
    try:
        there = settings(book, on)
    except PolicyError as error:
        return Asked(on, {}, {}, {MONTH: error.issues[0].text})
    values: dict[str, int] = {}
    for name, text in typed.items():
        if name == MONTH or not text.strip():
            continue
        value = _hundredths(text.strip())
        if value is None and name in there:
            errors[name] = _NOT_A_NUMBER[there[name].parameter.kind]
        else:
            values[name] = value or 0
    errors |= {issue.at: issue.text for issue in issues_of(there, values)}
    if typed and not values and not errors:
        errors[next(iter(there))] = _NOTHING
    return Asked(on, there, values, errors)


def _month(text: str) -> int | None:
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:  # noqa: PLR2004 - the months of a year
        return None
    return int(found[1]) * 12 + int(found[2]) - 1


def _hundredths(text: str) -> int | None:
    return int(Decimal(text.replace(",", "")) * 100) if _NUMBER.fullmatch(text) else None


def label_of(book: Rulebook, setting: Setting) -> Text:
    """What a figure is called: its parameter, or the row of its table."""
    if setting.row is None:
        return setting.parameter.title
    if isinstance(setting.row, int):
        return Text(f"{setting.row} 类行业", f"Class {setting.row}")
    options = book.inputs(CONTRIBUTION)["injury_level"].options
    return next((one.label for one in options if one.value == setting.row), Text(setting.row, setting.row))


def full_label_of(book: Rulebook, setting: Setting) -> Text:
    """What a figure is called where its table is not named beside it."""
    label, title = label_of(book, setting), setting.parameter.title
    return label if setting.row is None else Text(f"{title.zh}：{label.zh}", f"{title.en}: {label.en}")


def hint_of(setting: Setting) -> Text:
    """What a figure is now, and how well that is known."""
    value = shown(setting.parameter.kind, setting.value)
    zh, en = f"现在 {value.zh}", f"Now {value.en}"
    if setting.is_carried:
        zh, en = f"{zh}，还是 {setting.dated.from_.year} 年的", f"{en}, still that of {setting.dated.from_.year}"
    return Text(f"{zh} · 待核", f"{en} · unverified") if setting.dated.status == "unverified" else Text(zh, en)


def source_of(catalog: Catalog, setting: Setting) -> Text:
    """The document that a figure stands in."""
    because, note = setting.dated.because, setting.dated.note
    law = catalog.laws.get(because.law) if because else None
    zh, en = "还没有来源", "no source yet"
    if because is not None and law is not None:
        zh, en = f"《{law.title.zh}》", law.title.en
        if because.articles:
            zh, en = f"{zh}第 {because.articles} 条", f"{en}, article {because.articles}"
    return Text(f"{zh} · {note.zh}", f"{en} · {note.en}") if note else Text(zh, en)


def title_of(found: Outcome) -> Text:
    """What it comes to, in one sentence."""
    employer, employee = found.total.employer_more_fen, found.total.employee_more_fen
    if not found.total.touched:
        return Text("谁也不多付、不少付", "Nobody pays more or less")
    zh = f"单位每月{_more(employer).zh}，个人{_more(employee).zh}"
    return Text(zh, f"A month, employers pay {_more(employer).en}, employees {_more(employee).en}")


def _more(fen: int) -> Text:
    amount = shown("fen", abs(fen))
    if fen == 0:
        return Text("一分不差", "the same")
    return Text(f"多付 {amount.zh}", f"{amount.en} more") if fen > 0 else Text(f"少付 {amount.zh}", f"{amount.en} less")


def spread_of(found: Spread) -> Text:
    """What a distribution shows, in one sentence."""
    parts = [(found.more, Text("人多付", "pay more")), (found.less, Text("人少付", "pay less"))]
    told = [Text(f"{people:,} {words.zh}", f"{people:,} {words.en}") for people, words in parts if people]
    if not told:
        return Text("谁都没有变化", "No change for anybody")
    median, furthest = _more(found.median_fen), _more(found.furthest_fen)
    return Text(
        f"{'，'.join(one.zh for one in told)}；排在正中的一位{median.zh}，变得最多的{furthest.zh}。没有变化的不画",
        f"{', '.join(one.en for one in told)}; the one in the middle {median.en}, the furthest {furthest.en}."
        " Whoever has no change is not drawn",
    )


def group_of(catalog: Catalog, part: str, by: Any) -> Text:  # noqa: ANN401 - what a row has in common
    """What a row of a table is called: an insurance, a county, a band of wages."""
    if by is None:
        return UNDECLARED
    if part == "kind":
        return KINDS[by]
    if part == "county":
        return catalog.regions.get(by, Text(by, by))
    if by == BANDS_FEN[0]:
        return Text(f"{_round(by)} 元以内", f"up to {_round(by)} yuan")
    if by not in BANDS_FEN:
        return Text(f"{_round(BANDS_FEN[-1])} 元以上", f"above {_round(BANDS_FEN[-1])} yuan")
    above = BANDS_FEN[BANDS_FEN.index(by) - 1]
    return Text(f"{_round(above)}—{_round(by)} 元", f"{_round(above)}–{_round(by)} yuan")


def _round(fen: int) -> str:
    return f"{fen // 100:,}"


def unverified(there: Mapping[str, Setting], values: Mapping[str, int]) -> Text | None:
    """The parameters whose figures have no document and are gone by, because nothing else is supposed; None if none."""
    used = [
        one.parameter.title for name, one in there.items() if name not in values and one.dated.status == "unverified"
    ]
    return _listed(used) if used else None


def _listed(titles: Iterable[Text]) -> Text:
    """Titles one after another, each once."""
    each = list(dict.fromkeys(titles))
    return Text("、".join(one.zh for one in each), ", ".join(one.en for one in each))


def assumptions(month: int, there: Mapping[str, Setting], found: Outcome) -> list[Text]:
    """What the reckoning takes for granted."""
    who = Text(
        f"按现在知道的 {written(found.known)} 的参保人和申报的工资算，共 {found.total.people:,} 人；"
        "以后谁来谁走、工资怎么变，没有算。",
        f"The {found.total.people:,} people insured in {written(found.known)} as known now, with the wages declared;"
        " who joins or leaves later and how wages change is left out.",
    )
    found_texts = [who]
    if found.undeclared:
        found_texts.append(
            Text(
                f"{found.undeclared:,} 人没有申报工资：上月有账单的按上月的 110%，没有的按下限。",
                f"{found.undeclared:,} people have no wage declared: 110 % of the month before where it was billed,"
                " the floor where not.",
            )
        )
    carried = [one.parameter.title for one in there.values() if one.is_carried]
    if carried:
        named = _listed(carried)
        found_texts.append(
            Text(
                f"{written(month)} 的{named.zh}还没有公布，没有改的按最近知道的接着用。",
                f"Not published yet for {written(month)}: {named.en};"
                " where nothing else is supposed, the last known value is carried on.",
            )
        )
    found_texts.append(
        Text(
            "算的是本中心的账单：养老、失业、工伤三险；医疗和生育保险不在里面。",
            "These are the bills of this office: pension, unemployment and work injury; medical and maternity"
            " insurance are not in them.",
        )
    )
    return found_texts
