"""Spans of months, held against sets of single months."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog.months import (
    EARLIEST_YEAR,
    Spans,
    common,
    count,
    joined_spans,
    read_spans,
    without,
    write_spans,
)

FIRST = 1990 * 12
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12))).map(
    lambda drawn: joined_spans((FIRST + first, FIRST + first + more) for first, more in drawn)
)


def months(of: Spans) -> set[int]:
    """The oracle: every month by itself."""
    return {month for first, last in of for month in range(first, last + 1)}


def is_in_order(of: Spans) -> bool:
    """Whether each span ends before the next begins, with a month between."""
    flat = [edge for span in of for edge in span]
    return flat == sorted(flat) and all(after - before > 1 for (_, before), (after, _) in pairwise(of))


@given(spans, spans)
def test_two_lists_of_spans_are_what_their_months_are(one: Spans, other: Spans) -> None:
    for found, meant in (
        (common(one, other), months(one) & months(other)),
        (without(one, other), months(one) - months(other)),
        (joined_spans([*one, *other]), months(one) | months(other)),
    ):
        assert months(found) == meant
        assert count(found) == len(meant)
        assert is_in_order(found)


@given(spans)
def test_what_is_written_is_read_as_it_was(one: Spans) -> None:
    assert read_spans(write_spans(one)) == one


def test_months_are_counted_from_the_first_to_the_last() -> None:
    first = EARLIEST_YEAR * 12
    assert read_spans(f"{EARLIEST_YEAR}-01/{EARLIEST_YEAR}-12") == ((first, first + 11),)
    for wrong in (f"{EARLIEST_YEAR - 1}-12", "2024-00", "2024-13", "2024-02/2024-01", "2024"):
        with pytest.raises(ValueError, match="2024" if "2024" in wrong else "1948"):
            read_spans(wrong)
