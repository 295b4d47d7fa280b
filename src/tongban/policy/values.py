"""Values as people and programs write them, and as formulas reckon with them: always one integer, or a choice.

A month is `2026-11`, a date `2026-11-16`, money integer fen. Every input has bounds, so that what a formula can become
is known beforehand; what lies outside is refused with the bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, TypeAlias

from tongban.policy.errors import PolicyError
from tongban.policy.model import Input, Kind, Number
from tongban.text import Issue, Option, Text

Raw: TypeAlias = str | int
"""A value as JSON has it."""

MONTHS: Final = 12
BOUNDS: Final[Mapping[Kind, tuple[Raw, Raw]]] = {
    "fen": (0, 999_999_999),
    "rate": (0, 1_000_000),
    "count": (0, 1_000_000),
    "days": (0, 100_000),
    "months": (0, 1_200),
    "years": (0, 100),
    "age": (0, 130),
    "month": ("1900-01", "2199-12"),
    "date": ("1900-01-01", "2199-12-31"),
    "choice": (0, 0),
}
"""Between what a value of each kind lies unless its input says otherwise."""
_SHAPES: Final[Mapping[Kind, Text]] = {
    "month": Text("月份，如 2026-11", "a month like 2026-11"),
    "date": Text("日期，如 2026-11-16", "a date like 2026-11-16"),
    "fen": Text("整数（分）", "a whole number of fen"),
}
UNITS: Final[Mapping[Kind, Text]] = {
    "days": Text("天", " days"),
    "months": Text("个月", " months"),
    "years": Text("年", " years"),
    "age": Text("岁", " years old"),
    "fen": Text("元", " yuan"),
    "rate": Text("%", "%"),
}
"""What stands behind a number of each kind."""
_NOTHING: Final = ("", "")
_BEHIND: Final[Mapping[Kind, tuple[str, str]]] = {
    kind: (unit.zh if kind == "rate" else f" {unit.zh}", unit.en) for kind, unit in UNITS.items()
}
"""The same as it is written: in Chinese after a space, a percent sign without."""
_WHOLE_NUMBER: Final = Text("整数", "a whole number")


def integer(kind: Kind, raw: object) -> int | None:
    """The integer that a value is reckoned with, or None where it is none of its kind."""
    if kind in {"month", "date"}:
        return _month(raw) if kind == "month" else _day(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _month(raw: object) -> int | None:
    whole = f"{raw}-01" if isinstance(raw, str) else raw
    day = _day(whole)
    return None if day is None else month_of(date.fromordinal(day))


def _day(raw: object) -> int | None:
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == len("2026-11-16") else raw
    except ValueError:
        return None
    return day.toordinal() if isinstance(day, date) else None


def month_of(day: date) -> int:
    """The month of a day, counted from January of the year 0."""
    return day.year * MONTHS + day.month - 1


def first_of(month: int) -> date:
    """The first day of a month that is counted so."""
    return date(month // MONTHS, month % MONTHS + 1, 1)


def raw(kind: Kind, value: int | str) -> Raw:
    """The value as JSON has it: what ``integer`` reads."""
    if isinstance(value, str):
        return value
    if kind == "month":
        return f"{value // MONTHS:04d}-{value % MONTHS + 1:02d}"
    return date.fromordinal(value).isoformat() if kind == "date" else value


def value_of(kind: Kind, value: int | str) -> int | str | date:
    """The value as facts have it: months by their first day."""
    return legal_date(kind, value) if kind in {"month", "date"} and isinstance(value, int) else value


def legal_date(kind: Kind, value: int) -> date:
    """The day by which parameters are chosen: a date itself, of a month the first."""
    return first_of(value) if kind == "month" else date.fromordinal(value)


def read(inputs: Mapping[str, Input], facts: Mapping[str, object], on: date) -> dict[str, int | str]:
    """The facts as formulas take them, by name. Raises ``PolicyError`` with everything that is wrong with them."""
    issues = [_unknown(name, inputs) for name in facts if name not in inputs]
    values: dict[str, int | str] = {}
    for name, one in inputs.items():
        found = _read(one, facts.get(name), on)
        if isinstance(found, Issue):
            issues.append(found)
        else:
            values[name] = found
    issues += [issue for name in values for issue in _outside(inputs[name], values, on)]
    if issues:
        raise PolicyError(*issues)
    return values


def _unknown(name: str, inputs: Mapping[str, Input]) -> Issue:
    nearest = next(iter(get_close_matches(name, inputs)), None)
    names = ", ".join(inputs)
    text = Text(f"没有“{name}”这一项；可以给的有：{names}", f"There is no “{name}”; it takes: {names}")
    return Issue("unknown-fact", name, text, nearest)


def _read(one: Input, given: object, on: date) -> int | str | Issue:
    if given is None and one.otherwise is not None:
        return otherwise(one, on)
    if given is None:
        text = Text(f"还缺“{one.label.zh}”", f"“{one.label.en}” is missing")
        return Issue("missing-fact", one.name, text)
    if one.kind == "choice":
        options = [option.value for option in one.options]
        if isinstance(given, str) and given in options:
            return given
        valid = ", ".join(options)
        text = Text(f"“{one.label.zh}”只能是：{valid}", f"“{one.label.en}” is one of: {valid}")
        return Issue("wrong-value", one.name, text)
    value = integer(one.kind, given)
    if value is None:
        shape = _SHAPES.get(one.kind, _WHOLE_NUMBER)
        return Issue(
            "wrong-value", one.name, Text(f"“{one.label.zh}”应是{shape.zh}", f"“{one.label.en}” is {shape.en}")
        )
    return value


def otherwise(one: Input, on: date) -> int | str:
    """What an input is where nothing is said."""
    written = one.otherwise
    if one.kind == "choice" or written is None:
        return str(written)
    return _bound(one, written, on)


def bounds(one: Input, on: date) -> tuple[int | str, int | str]:
    """Between what an input lies: integers, or the name of another input where that is the bound."""
    least, most = BOUNDS[one.kind]
    return _bound(one, least if one.least is None else one.least, on), _bound(
        one, most if one.most is None else one.most, on
    )


def _bound(one: Input, written: Raw, on: date) -> int | str:
    if written == "on":
        return month_of(on) if one.kind == "month" else on.toordinal()
    value = _fixed(one.kind, written)
    return str(written) if value is None else value


@lru_cache(maxsize=1024)
def _fixed(kind: Kind, written: Raw) -> int | None:
    """A bound as an integer; None where it names an input."""
    return integer(kind, written)


def _outside(one: Input, values: Mapping[str, int | str], on: date) -> list[Issue]:
    value = values[one.name]
    if isinstance(value, str):
        return []
    least, most = (values.get(bound, value) if isinstance(bound, str) else bound for bound in bounds(one, on))
    if isinstance(least, int) and value < least:
        return [_told(one, least, Text("不能小于", "at least"))]
    return [_told(one, most, Text("不能大于", "at most"))] if isinstance(most, int) and value > most else []


def _told(one: Input, bound: int, word: Text) -> Issue:
    told = shown(one.kind, bound)
    text = Text(f"“{one.label.zh}”{word.zh} {told.zh}", f"“{one.label.en}” is {word.en} {told.en}")
    return Issue("out-of-range", one.name, text)


def shown(kind: Kind, value: Number, options: tuple[Option, ...] = ()) -> Text:
    """A value as people read it: money in yuan, rates in percent, options by their labels."""
    if not isinstance(value, int):
        label = next((one.label for one in options if one.value == value), None)
        return label or Text(str(value), str(value))
    if kind in {"month", "date"}:
        written = str(raw(kind, value))
        year, month, *day = (int(part) for part in written.split("-"))
        return Text(f"{year} 年 {month} 月" + (f" {day[0]} 日" if day else ""), written)
    zh, en = _BEHIND.get(kind, _NOTHING)
    if kind not in {"fen", "rate"}:
        return Text(f"{value:,}{zh}", f"{value:,}{en}")
    whole = abs(value)
    number = f"{'-' if value < 0 else ''}{whole // 100:,}.{whole % 100:02d}"
    if kind == "rate":
        number = number.rstrip("0").rstrip(".")
    return Text(number + zh, number + en)
