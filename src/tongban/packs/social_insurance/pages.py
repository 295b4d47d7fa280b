"""The pages of social insurance: at the desk, what would happen if a parameter were another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tongban.pack_api import PlatformError, Text, definitions, now, shown
from tongban.pack_pages import FEW, Page, Reader, csv_file, desk_page, few, in_language
from tongban.packs.social_insurance.ledger import what_if_form as form
from tongban.packs.social_insurance.ledger.months import written
from tongban.packs.social_insurance.ledger.what_if import Outcome, Row, Setting, outcome

UNITS: Final = {"fen": Text("元", "yuan"), "rate": Text("%", "%")}
PARTS: Final = {
    "kind": Text("险种", "Insurance"),
    "county": Text("区县", "County"),
    "wage_band": Text("月工资", "Monthly wage"),
}
HEADS: Final = (
    Text("分组", "Grouped"),
    Text("项", "Group"),
    Text("人数", "People"),
    Text("涉及的人", "People touched"),
    Text("单位现在（元）", "Employers now (yuan)"),
    Text("单位假如（元）", "Employers then (yuan)"),
    Text("单位多付（元）", "Employers more (yuan)"),
    Text("个人现在（元）", "Employees now (yuan)"),
    Text("个人假如（元）", "Employees then (yuan)"),
    Text("个人多付（元）", "Employees more (yuan)"),
)
SIDES: Final = {
    "employee": Text("每个人自己", "Each employee"),
    "employer": Text("单位为每个人", "Employers, for each employee"),
}
HIDDEN: Final = "–"


def what_if(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Who would pay what more if a floor, a rate or a class were another in a month to come; asked by its address."""
    catalog, typed = definitions(), request.GET.dict()
    asked = form.asked(catalog.rulebook, typed, now().date())
    errors = {name: in_language(text) for name, text in asked.errors.items()}
    found = None
    if typed and not errors:
        try:
            found = _outcome(asked)
        except PlatformError as error:
            errors = {form.MONTH: f"{in_language(error.message)} {in_language(error.do)}"}
    context = {
        "title": in_language(form.title_of(found)) if found else "",
        "month": _month_field(typed, asked, errors),
        "groups": _groups(typed, asked, errors),
        "errors": [{"id": name, "words": words} for name, words in errors.items()],
        "address": request.GET.urlencode(),
        "found": found,
    }
    return desk_page(request, reader, "social_insurance/what_if.html", context | (_told(asked, found) if found else {}))


def what_if_file(request: HttpRequest, _reader: Reader) -> HttpResponse:
    """The same tables as a file; where something is to be put right, the page says what."""
    asked = form.asked(definitions().rulebook, request.GET.dict(), now().date())
    if asked.errors or not asked.values:
        return HttpResponseRedirect(f"{reverse('desk:packs:social-insurance/what-if')}?{request.GET.urlencode()}")
    name = f"what-if-{written(asked.month)}.csv"
    return csv_file(name, [in_language(one) for one in HEADS], _lines(asked, _outcome(asked)))


def _outcome(asked: form.Asked) -> Outcome:
    with transaction.atomic(), connection.cursor() as cursor:
        return outcome(cursor, definitions().rulebook, asked.month, asked.values)


def _month_field(typed: Mapping[str, str], asked: form.Asked, errors: Mapping[str, str]) -> dict[str, Any]:
    hint = Text("以后的哪个月，如 2027-01", "Which month to come, as 2027-01")
    label = Text("假如哪个月", "The month supposed")
    value = typed.get(form.MONTH, "") or written(asked.month)
    return _field(form.MONTH, label, hint, value) | ({"error": errors[form.MONTH]} if form.MONTH in errors else {})


def _groups(typed: Mapping[str, str], asked: form.Asked, errors: Mapping[str, str]) -> list[dict[str, Any]]:
    """The figures to type: those that stand alone, then each table, which is open where something was typed."""
    book = definitions().rulebook
    groups: dict[Text | None, list[dict[str, Any]]] = {}
    for name, setting in asked.there.items():
        title = None if setting.row is None else setting.parameter.title
        field = _field(name, form.label_of(book, setting), form.hint_of(setting), typed.get(name, ""))
        field |= {"unit": in_language(UNITS[setting.parameter.kind]), "inputmode": "decimal"}
        if name in errors:
            field["error"] = errors[name]
        groups.setdefault(title, []).append(field)
    return [
        {"title": title, "fields": fields, "is_open": any(one["value"] for one in fields)}
        for title, fields in sorted(groups.items(), key=lambda one: one[0] is not None)
    ]


def _field(name: str, label: Text, hint: Text, value: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": in_language(label),
        "hint": in_language(hint),
        "kind": "text",
        "width": 8,
        "value": value,
        "autocomplete": "off",
    }


def _told(asked: form.Asked, found: Outcome) -> dict[str, Any]:
    """What the template shows of an answer."""
    catalog = definitions()
    return {
        "supposed": [_supposed(asked.there[name], value) for name, value in asked.values.items()],
        "at": shown("month", asked.month),
        "touched": few(found.total.touched),
        "people": few(found.total.people),
        "is_few": 0 < found.total.touched < FEW,
        "charts": [_chart(side, found) for side in SIDES],
        "tables": [
            {"title": title, "rows": [_row(form.group_of(catalog, part, row.by), row) for row in _rows(part, found)]}
            for part, title in PARTS.items()
        ],
        "total": _row(Text("合计", "In all"), found.total),
        "assumptions": form.assumptions(asked.month, asked.there, found),
        "unverified": form.unverified(asked.there, asked.values),
        "sources": [_source(name, one, asked) for name, one in asked.there.items()],
    }


def _rows(part: str, found: Outcome) -> tuple[Row, ...]:
    return {"kind": found.kinds, "county": found.counties, "wage_band": found.bands}[part]


def _supposed(setting: Setting, value: int) -> dict[str, Any]:
    kind = setting.parameter.kind
    label = form.full_label_of(definitions().rulebook, setting)
    return {"label": label, "now": shown(kind, setting.value), "then": shown(kind, value)}


def _row(label: Text, row: Row) -> dict[str, Any]:
    """One line of a table; what would tell of fewer than `FEW` people is left out."""
    is_hidden = 0 < row.touched < FEW
    more = {"employer": row.employer_more_fen, "employee": row.employee_more_fen}
    return {
        "label": label,
        "people": few(row.people),
        "touched": few(row.touched),
        "length": 0 if is_hidden else round(100 * row.touched / max(row.people, 1)),
        **{side: HIDDEN if is_hidden else shown("fen", fen) for side, fen in more.items()},
    }


def _chart(side: str, found: Outcome) -> dict[str, Any]:
    spread = found.spreads[side]
    columns = [
        {"least": _yuan(least), "most": _yuan(most), "count": people, "said": few(people), "is_less": most <= 0}
        for least, most, people in spread.classes
    ]
    return {"title": SIDES[side], "told": form.spread_of(spread), "columns": columns}


def _yuan(fen: int) -> str:
    """An amount at the end of a class: `20`, `2.5`, `-100`."""
    return f"{fen / 100:,.2f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")


def _source(name: str, setting: Setting, asked: form.Asked) -> dict[str, Any]:
    """A figure as the component `derivation` has it."""
    is_supposed = name in asked.values
    value = shown(setting.parameter.kind, asked.values.get(name, setting.value))
    because = Text("假如的数", "supposed here") if is_supposed else form.source_of(definitions(), setting)
    return {
        "name": in_language(form.full_label_of(definitions().rulebook, setting)),
        "amount": in_language(value),
        "because": in_language(because),
        "status": "unverified" if is_supposed else setting.dated.status,
    }


def _lines(asked: form.Asked, found: Outcome) -> Iterator[list[str | int | Decimal]]:
    """The rows of the file: what is supposed, the whole, each group; amounts in yuan."""
    catalog = definitions()
    for name, value in asked.values.items():
        told = _supposed(asked.there[name], value)
        words = f"{in_language(told['label'])}: {in_language(told['now'])} → {in_language(told['then'])}"
        yield [in_language(Text("假如", "Supposed")), words, *[""] * 8]
    yield [in_language(Text("合计", "In all")), written(asked.month), *_cells(found.total)]
    for part, title in PARTS.items():
        for row in _rows(part, found):
            yield [in_language(title), in_language(form.group_of(catalog, part, row.by)), *_cells(row)]


def _cells(row: Row) -> list[str | int | Decimal]:
    if row.people < FEW or 0 < row.touched < FEW:
        return [few(row.people), few(row.touched), *[HIDDEN] * 6]
    amounts = (
        row.employer_now_fen,
        row.employer_then_fen,
        row.employer_more_fen,
        row.employee_now_fen,
        row.employee_then_fen,
        row.employee_more_fen,
    )
    return [row.people, row.touched, *(Decimal(fen).scaleb(-2) for fen in amounts)]


STAFF: Final = "staff: handler approver head of hrss/social-insurance"
PAGES = [
    Page("what-if", Text("假如改参数", "What if"), "desk", STAFF, what_if),
    Page("what-if.csv", Text("假如改参数的表", "What if, as a file"), "desk", STAFF, what_if_file),
]
