"""The words that formulas are written with, beside `+ - * //`, comparison, `&` and `|`.

They mean the same on plain integers, on columns of a data frame and on ranges of integers. Whatever is no plain integer
(or truth) brings its own meaning with it, so that nothing here knows a data frame. Divisions round down, `half_up` to
the nearest integer and a half upwards: the rounding is always written, never the engine's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

WHOLE: Final = 10_000
"""A rate of one: rates are exact integers, in ten-thousandths."""


Value: TypeAlias = Any
"""An integer, a column or a range; in a condition a truth, a column of truths or a doubt. What is no integer brings
`smaller`, `larger` and `look_up`, what is no truth `choose`."""


class NoRowError(LookupError):
    """A table has no row for what was looked up."""


def smaller(one: Value, other: Value) -> Value:
    """The smaller of two values."""
    if isinstance(one, int) and isinstance(other, int):
        return min(one, other)
    return other.smaller(one) if isinstance(one, int) else one.smaller(other)


def larger(one: Value, other: Value) -> Value:
    """The larger of two values."""
    if isinstance(one, int) and isinstance(other, int):
        return max(one, other)
    return other.larger(one) if isinstance(one, int) else one.larger(other)


def clip(value: Value, least: Value, most: Value) -> Value:
    """The value, but at least ``least`` and at most ``most``."""
    return smaller(larger(value, least), most)


def choose(condition: Value, then: Value, otherwise: Value) -> Value:
    """``then`` where the condition holds, else ``otherwise``; both are reckoned in any case."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    return condition.choose(then, otherwise)


def half_up(numerator: Value, denominator: Value) -> Value:
    """The quotient to the nearest integer, a half upwards. The denominator is positive.

    Half of an odd denominator is rounded down: no integer lies between, and one multiplication less is to be done.
    """
    return (numerator + denominator // 2) // denominator


def share(amount: Value, rate: Value) -> Value:
    """The share ``rate`` (in ten-thousandths) of an amount, half up."""
    return half_up(amount * rate, WHOLE)


def table(key: Value, rows: Mapping[Any, Value]) -> Value:
    """The row of a table. Raises ``NoRowError`` where a plain key has none."""
    if isinstance(key, int | str):
        try:
            return rows[key]
        except KeyError:
            raise NoRowError(key) from None
    return key.look_up(rows)


WORDS: Final[Mapping[str, Any]] = {one.__name__: one for one in (choose, clip, half_up, larger, share, smaller, table)}
"""All words by name."""
