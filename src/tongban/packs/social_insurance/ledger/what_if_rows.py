"""What the page of what-if shows: its fields, tables, distributions and sources, and the rows of its file.

Nothing here tells of fewer than `FEW` people: a row that would is said to have few, and its amounts are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tongban.pack_api import Rulebook, Text, shown
from tongban.packs.social_insurance.ledger import what_if_form as form
from tongban.packs.social_insurance.ledger.months import written
from tongban.packs.social_insurance.ledger.what_if import Outcome, Row, Setting, Spread

if TYPE_CHECKING:
    from tongban.catalog.model import Catalog

FEW: Final = 5
"""So many at least are said, as on every page that names nobody."""
HIDDEN: Final = "–"
UNITS: Final = {"fen": Text("元", "yuan"), "rate": Text("%", "%")}
PARTS: Final = {
    "kind": Text("险种", "Insurance"),
    "county": Text("区县", "County"),
    "wage_band": Text("月工资", "Monthly wage"),
}
SIDES: Final = {
    "employee": Text("每个人自己", "Each employee"),
    "employer": Text("单位为每个人", "Employers, for each employee"),
}
SUPPOSED, IN_ALL = Text("假如", "Supposed"), Text("合计", "In all")
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
Cell = Text | str | int | Decimal


def groups(book: Rulebook, asked: form.Asked, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields: the month, the figures that stand alone, then each table, which is open where something was typed."""
    hint = Text("以后的哪个月，如 2027-01", "Which month to come, as 2027-01")
    month = _field(
        form.MONTH, Text("假如哪个月", "The month supposed"), hint, typed.get(form.MONTH) or written(asked.month)
    )
    found: dict[Text | None, list[dict[str, Any]]] = {None: []}
    for name, setting in asked.there.items():
        field = _field(name, form.label_of(book, setting), form.hint_of(setting), typed.get(name, ""))
        field |= {"unit": UNITS[setting.parameter.kind], "inputmode": "decimal"}
        found.setdefault(None if setting.row is None else setting.parameter.title, []).append(field)
    told = [(title, fields, any(field["value"] for field in fields)) for title, fields in found.items()]
    return [
        {"title": None, "fields": [month]},
        *({"title": title, "fields": fields, "is_open": is_open} for title, fields, is_open in told),
    ]


def _field(name: str, label: Text, hint: Text, value: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "hint": hint,
        "kind": "text",
        "width": 8,
        "value": value,
        "autocomplete": "off",
    }


def told(catalog: Catalog, asked: form.Asked, found: Outcome) -> dict[str, Any]:
    """What the page shows of an answer."""
    is_few = 0 < found.total.touched < FEW
    return {
        "title": None if is_few else form.title_of(found),
        "supposed": [_supposed(catalog, asked.there[name], value) for name, value in asked.values.items()],
        "at": shown("month", asked.month),
        "touched": few(found.total.touched),
        "people": few(found.total.people),
        "is_few": is_few,
        "charts": [_chart(side, found.spreads[side]) for side in SIDES],
        "tables": [
            {
                "title": Text(f"按{title.zh}", f"By {title.en.lower()}"),
                "head": title,
                "rows": [_row(form.group_of(catalog, part, row.by), row) for row in _rows(part, found)],
            }
            for part, title in PARTS.items()
        ],
        "total": _row(IN_ALL, found.total),
        "assumptions": form.assumptions(asked.month, asked.there, found),
        "unverified": form.unverified(asked.there, asked.values),
        "sources": [_source(catalog, name, setting, asked) for name, setting in asked.there.items()],
    }


def few(people: int) -> Text:
    """A count as it is said: none as 0, and fewer than `FEW` only as that."""
    if 0 < people < FEW:
        return Text(f"少于 {FEW}", f"fewer than {FEW}")
    return Text(f"{people:,}", f"{people:,}")


def _rows(part: str, found: Outcome) -> tuple[Row, ...]:
    return {"kind": found.kinds, "county": found.counties, "wage_band": found.bands}[part]


def _supposed(catalog: Catalog, setting: Setting, value: int) -> dict[str, Text]:
    kind, label = setting.parameter.kind, form.full_label_of(catalog.rulebook, setting)
    return {"label": label, "now": shown(kind, setting.value), "then": shown(kind, value)}


def _row(label: Text, row: Row) -> dict[str, Any]:
    is_hidden = 0 < row.touched < FEW
    more = {"employer": row.employer_more_fen, "employee": row.employee_more_fen}
    return {
        "label": label,
        "people": few(row.people),
        "touched": few(row.touched),
        "length": 0 if is_hidden else round(100 * row.touched / max(row.people, 1)),
        **{side: HIDDEN if is_hidden else shown("fen", fen) for side, fen in more.items()},
    }


def _chart(side: str, spread: Spread) -> dict[str, Any]:
    columns = [
        {"least": _yuan(least), "most": _yuan(most), "count": people, "said": few(people), "is_less": most <= 0}
        for least, most, people in spread.classes
    ]
    return {"title": SIDES[side], "told": form.spread_of(spread), "columns": columns}


def _yuan(fen: int) -> str:
    """An amount at the end of a class: `20`, `2.5`, `−100`."""
    return f"{fen / 100:,.2f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")


def _source(catalog: Catalog, name: str, setting: Setting, asked: form.Asked) -> dict[str, Any]:
    """A figure that was gone by, and where it comes from."""
    is_supposed = name in asked.values
    return {
        "name": form.full_label_of(catalog.rulebook, setting),
        "amount": shown(setting.parameter.kind, asked.values.get(name, setting.value)),
        "because": Text("假如的数", "supposed here") if is_supposed else form.source_of(catalog, setting),
        "status": "unverified" if is_supposed else setting.dated.status,
    }


def lines(catalog: Catalog, asked: form.Asked, found: Outcome) -> Iterator[list[Cell]]:
    """The rows of the file: what is supposed, the whole, each group; amounts in yuan."""
    for name, value in asked.values.items():
        one = _supposed(catalog, asked.there[name], value)
        words = Text(
            f"{one['label'].zh}: {one['now'].zh} → {one['then'].zh}",
            f"{one['label'].en}: {one['now'].en} → {one['then'].en}",
        )
        yield [SUPPOSED, words, *[""] * (len(HEADS) - 2)]
    yield [IN_ALL, written(asked.month), *_cells(found.total)]
    for part, title in PARTS.items():
        for row in _rows(part, found):
            yield [title, form.group_of(catalog, part, row.by), *_cells(row)]


def _cells(row: Row) -> list[Cell]:
    if 0 < row.people < FEW or 0 < row.touched < FEW:
        return [few(row.people), few(row.touched), *[HIDDEN] * (len(HEADS) - 4)]
    amounts = (
        row.employer_now_fen,
        row.employer_then_fen,
        row.employer_more_fen,
        row.employee_now_fen,
        row.employee_then_fen,
        row.employee_more_fen,
    )
    return [row.people, row.touched, *(Decimal(fen).scaleb(-2) for fen in amounts)]
