"""Reckons a rule for a whole table, on columns: the same formulas as Narwhals expressions, over any of its engines.

An engine wraps what grows too large without a word, so nothing is reckoned before it is proven that nothing can: the
columns must lie within the bounds of their inputs, and the rule must be safe within them (`ranges`). All rows have one
legal date; a column that gives legal dates must stay in the period in which nothing changes.

What is collected here is collected in Polars' streaming engine: its pieces stay in the processor's cache and keep every
core busy, also where one figure needs the one before. Whoever collects a lazy frame that comes from here does well to
ask for it too. Choices are fastest as an enumeration (`polars.Enum`), which is compared as a number is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache, reduce
from operator import gt, lt, or_
from typing import Any, TypeAlias

import narwhals as nw

from tongban.policy.errors import refused
from tongban.policy.model import Input, Rulebook
from tongban.policy.ranges import flaws
from tongban.policy.ruling import Ruling, in_force, rule_of
from tongban.policy.values import bounds, month_of, otherwise

Comparison: TypeAlias = Callable[[nw.Expr, Any], nw.Expr]


class Column:
    """An expression over columns with the meaning of formulas."""

    __slots__ = ("expression",)
    __hash__ = None  # type: ignore[assignment] # equality makes a column

    def __init__(self, expression: nw.Expr) -> None:
        self.expression = expression

    def __add__(self, other: object) -> Column:
        return Column(self.expression + _bare(other))

    def __radd__(self, other: object) -> Column:
        return Column(_lit(other) + self.expression)

    def __sub__(self, other: object) -> Column:
        return Column(self.expression - _bare(other))

    def __rsub__(self, other: object) -> Column:
        return Column(_lit(other) - self.expression)

    def __neg__(self) -> Column:
        return 0 - self

    def __mul__(self, other: object) -> Column:
        return Column(self.expression * _bare(other))

    def __rmul__(self, other: object) -> Column:
        return Column(_lit(other) * self.expression)

    def __floordiv__(self, other: object) -> Column:
        return Column(self.expression // _bare(other))

    def __rfloordiv__(self, other: object) -> Column:
        return Column(_lit(other) // self.expression)

    def __lt__(self, other: object) -> Column:
        return Column(self.expression < _bare(other))

    def __le__(self, other: object) -> Column:
        return Column(self.expression <= _bare(other))

    def __gt__(self, other: object) -> Column:
        return Column(self.expression > _bare(other))

    def __ge__(self, other: object) -> Column:
        return Column(self.expression >= _bare(other))

    def __eq__(self, other: object) -> Column:  # type: ignore[override] # it makes a column
        return Column(self.expression == _bare(other))

    def __ne__(self, other: object) -> Column:  # type: ignore[override] # it makes a column
        return Column(self.expression != _bare(other))

    def __and__(self, other: object) -> Column:
        return Column(self.expression & _bare(other))

    def __or__(self, other: object) -> Column:
        return Column(self.expression | _bare(other))

    __rand__, __ror__ = __and__, __or__

    def smaller(self, other: object) -> Column:
        """The smaller of two, row by row."""
        return Column(nw.min_horizontal(self.expression, _lit(other)))

    def larger(self, other: object) -> Column:
        """The larger of two, row by row."""
        return Column(nw.max_horizontal(self.expression, _lit(other)))

    def choose(self, then: object, otherwise: object) -> Column:
        """One of two, row by row, by this column of truths."""
        return Column(nw.when(self.expression).then(_lit(then)).otherwise(_lit(otherwise)))

    def look_up(self, rows: Mapping[int | str, object]) -> Column:
        """The row of a table, row by row: a chain of conditions, which every engine has and Polars does fastest."""
        *first, (_, last) = rows.items()
        found = _lit(last)
        for key, value in reversed(first):
            found = nw.when(self.expression == nw.lit(key)).then(_lit(value)).otherwise(found)
        return Column(found)


def _bare(value: object) -> Any:  # noqa: ANN401 - an expression or a plain value
    return value.expression if isinstance(value, Column) else value


def _lit(value: Any) -> nw.Expr:  # noqa: ANN401 - as above
    return value.expression if isinstance(value, Column) else nw.lit(value, nw.Int64())


class _Figures:
    """What formulas read and set over a frame: each figure becomes a column before the next one reads it."""

    def __init__(self, frame: nw.LazyFrame[Any], known: Mapping[str, object]) -> None:
        vars(self).update(known)
        vars(self)["_frame"] = frame

    def __setattr__(self, name: str, value: object) -> None:
        own = vars(self)
        own["_frame"] = own["_frame"].with_columns(_lit(value).alias(name))
        own[name] = Column(nw.col(name))


def reckon_columns(book: Rulebook, name: str, frame: Any, on: date) -> Any:  # noqa: ANN401 - a frame of any engine
    """The frame with every figure of the rule ``name`` as a column of 64-bit integers, lazy where the engine is.

    Columns are named as the inputs are and hold what formulas reckon with: months and days as their numbers, choices as
    text. Raises ``PolicyError`` as ``reckon`` does; ``out-of-range`` where any row lies outside the bounds.
    """
    rule = rule_of(book, name)
    inputs = book.inputs(rule.id)
    ruling = in_force(book, rule.id, on)
    _prove(book, rule.id)
    eager = nw.from_native(frame)
    lazy = eager.lazy()
    there = set(lazy.collect_schema().names())
    silent = {
        one: otherwise(inputs[one], on) for one in inputs if one not in there and inputs[one].otherwise is not None
    }
    lacking = sorted(set(inputs) - there - set(silent))
    if lacking:
        raise refused("missing-fact", lacking[0], f"表里没有“{lacking[0]}”这一列", f"The table has no “{lacking[0]}”")
    if silent:
        lazy = lazy.with_columns(**{one: nw.lit(value) for one, value in silent.items()})
    _bounded(lazy, inputs, ruling, on)
    known = {one: Column(nw.col(one)) for one in inputs} | dict(ruling.constants)
    figures = _Figures(lazy, known)
    for formula in ruling.formulas:
        formula(figures)
    done = vars(figures)["_frame"]
    return nw.to_native(_collected(done) if isinstance(eager, nw.DataFrame) else done)


def _collected(frame: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    return frame.collect(engine="streaming") if frame.implementation.is_polars() else frame.collect()


@lru_cache(maxsize=256)
def _prove(book: Rulebook, rule: str) -> None:
    for flaw in flaws(book, book.rules[rule]):
        raise refused("figure-too-large", flaw.figure, flaw.problem.zh, flaw.problem.en)


def _bounded(frame: nw.LazyFrame[Any], inputs: Mapping[str, Input], ruling: Ruling, on: date) -> None:
    """Refuse a table with rows outside the bounds, in one pass over its columns."""
    schema = frame.collect_schema()
    found = _collected(
        frame.select(
            (_outside(one, schema[name], ruling, on) | (nw.col(name).null_count() > 0)).alias(name)
            for name, one in inputs.items()
        )
    )
    for name, one in inputs.items():
        if found[name].item(0):
            raise refused(
                "out-of-range",
                name,
                f"“{one.label.zh}”这一列有超出范围或缺失的值",
                f"The column “{one.label.en}” has values out of range, or none",
            )


def _outside(one: Input, kind: nw.dtypes.DType, ruling: Ruling, on: date) -> nw.Expr:
    """Whether any value of a column lies outside its bounds; nothing where the column is empty."""
    column = nw.col(one.name)
    if one.kind == "choice":
        options = {option.value for option in one.options}
        if isinstance(kind, nw.Enum) and options.issuperset(kind.categories):
            return nw.lit(value=False)
        # One comparison each: looking texts up in a list takes Polars three times as long.
        return (~reduce(or_, (column == value for value in sorted(options)))).any()
    least, most = bounds(one, on)
    outside = _beyond(column, least, nw.Expr.min, lt) | _beyond(column, most, nw.Expr.max, gt)
    if one.name == ruling.rule.at:
        outside |= column.min() < _number(one, ruling.from_)
        outside |= column.max() > _number(one, ruling.to or date.max)
    return outside


def _beyond(column: nw.Expr, bound: int | str, end: Callable[[nw.Expr], nw.Expr], is_beyond: Comparison) -> nw.Expr:
    """Whether any value lies beyond a bound: the one at that end, or, where it is a column, one in its row."""
    return is_beyond(end(column), bound) if isinstance(bound, int) else is_beyond(column, nw.col(bound)).any()


def _number(one: Input, day: date) -> int:
    return month_of(day) if one.kind == "month" else day.toordinal()
