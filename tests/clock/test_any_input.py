"""Whatever is written as a limit, a calendar or a list of questions: it is understood or refused, and never breaks."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from tests.clock.conftest import FOLDER

from tongban.clock import ClockError, Limit, calendars, evaluate, questions

YEAR: dict[str, Any] = yaml.safe_load((FOLDER / "cn-2026.yaml").read_text(encoding="utf-8"))
QUESTION: dict[str, Any] = {
    "id": "1",
    "calendar": {"weekend": [6, 7], "holidays": ["2026-03-04"], "workdays": ["2026-03-07"]},
    "start": "2026-03-02T09:00:00+08:00",
    "limit": "5 workdays",
    "roll": "next",
    "start_roll": "next",
    "pauses": [{"from": "2026-03-03", "to": "2026-03-04", "kind": "pause"}],
    "extensions": ["1 month"],
    "now": "2026-03-20",
}
WORDS = ["2026-10-01", "2026-02-30", "0001-01-01", "9999-12-31", "5 workdays", "-1200 months", "cn", "next", "pause"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
Place = tuple[Any, ...]


def places(value: object, at: Place = ()) -> Iterator[Place]:
    """The way to everything in a document."""
    inside = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield (*at, key)
        yield from places(each, (*at, key))


def changed(document: dict[str, Any], place: Place, value: object) -> dict[str, Any]:
    """The document with another value at a place."""
    copied = copy.deepcopy(document)
    at: Any = copied
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    return copied


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """What happens within goes well or is refused with one of these codes, in a short sentence of each language."""
    told = None
    try:
        yield
    except ClockError as refusal:
        told = refusal
    if told is not None:
        assert told.code in codes
        assert 0 < len(told.message) < 300
        assert 0 < len(told.message_zh) < 300


@given(st.text(max_size=40) | st.from_regex(r"-?[0-9]{0,9}.?(workday|day|week|month|hour)s?", fullmatch=True))
@example("0" * 5_000 + "1 day")
@example("9" * 5_000 + " hours")
def test_any_text_is_a_limit_that_reads_back_or_is_refused(text: str) -> None:
    with refused("limit-malformed", "too-far"):
        limit = Limit.parse(text)
        assert Limit.parse(str(limit)) == limit


@given(st.sampled_from(sorted(places(YEAR), key=str)), JSON)
def test_a_calendar_with_anything_anywhere_is_one_or_is_refused(place: Place, value: object) -> None:
    with refused("calendar-malformed"):
        (built,) = calendars([changed(YEAR, place, value)]).values()
        assert len(built.hash) == 64


@given(JSON)
def test_any_document_is_a_calendar_or_is_refused(document: object) -> None:
    with pytest.raises(ClockError, match="calendar-malformed"):
        calendars([document])


@given(st.sampled_from(sorted(places(QUESTION), key=str)), JSON)
def test_a_question_with_anything_anywhere_has_an_answer_that_can_be_written(place: Place, value: object) -> None:
    bad, good = evaluate([changed(QUESTION, place, value), QUESTION], {})
    assert ("due" in bad) != ("error" in bad)
    assert "due" in good
    json.dumps(bad)


@given(st.text(max_size=60) | st.text('[]{}",:0123456789.eE-ntf\\u', max_size=60) | JSON.map(json.dumps))
@example("[" * 100_000)
@example("[" + "9" * 5_000 + "]")
def test_any_text_is_a_list_of_questions_or_is_refused(text: str) -> None:
    with refused("not-json", "not-an-array"):
        items = questions(text)
        assert len(evaluate(items, {})) == len(items)
