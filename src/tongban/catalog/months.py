"""Spans of months: how they are written, and what two lists of them have in common.

A month is an integer, year * 12 + month - 1, as in `tongban.policy`; a span is its first and its last month, both
included. A list of spans is in order, and no two of it touch: so the same months are always the same list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

Span: TypeAlias = tuple[int, int]
Spans: TypeAlias = tuple[Span, ...]

_SPAN: Final = re.compile(r"(\d{4})-(\d{2})(?:\s*[/~～至]\s*(\d{4})-(\d{2}))?")
_APART: Final = re.compile(r"[\s,，;；、]+")
EARLIEST_YEAR: Final = 1949


def read_spans(text: str) -> Spans:
    """The months that ``2016-03/2023-12,2024-02`` means: spans of ISO 8601, or single months, in any order.

    Raises ValueError where it is nothing of the kind: a 13th month, an end before the beginning, a year before 1949.
    """
    joined = re.sub(r"\s*([/~～至])\s*", r"\1", text.strip())
    return joined_spans(_span(part) for part in _APART.split(joined) if part)


def write_spans(spans: Spans) -> str:
    """The one way in which these months are written."""
    return ",".join(f"{_month(first)}/{_month(last)}" for first, last in spans)


def count(spans: Spans) -> int:
    """How many months there are."""
    return sum(last - first + 1 for first, last in spans)


def joined_spans(spans: Iterable[Span]) -> Spans:
    """All months of any of these spans, each once."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def common(one: Spans, other: Spans) -> Spans:
    """The months that stand in both."""
    return tuple(
        (max(first, begin), min(last, end))
        for first, last in one
        for begin, end in other
        if max(first, begin) <= min(last, end)
    )


def without(one: Spans, other: Spans) -> Spans:
    """The months of one that do not stand in the other."""
    left: Sequence[Span] = one
    for begin, end in other:
        left = [
            piece
            for first, last in left
            for piece in ((first, min(last, begin - 1)), (max(first, end + 1), last))
            if piece[0] <= piece[1]
        ]
    return tuple(left)


def _span(part: str) -> Span:
    match = _SPAN.fullmatch(part)
    if match is None:
        raise ValueError(part)
    year, month, last_year, last_month = match.groups()
    first = _number(year, month)
    last = first if last_year is None else _number(last_year, last_month)
    if last < first:
        raise ValueError(part)
    return first, last


def _number(year: str, month: str) -> int:
    if int(year) < EARLIEST_YEAR or not 1 <= int(month) <= 12:  # noqa: PLR2004 -- the months of a year
        raise ValueError(f"{year}-{month}")
    return int(year) * 12 + int(month) - 1


def _month(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"
