"""Charts of boards: well formed, without style, as wide as they say, escaped, and true to their figures."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tongban.portal.charts import (
    NARROW,
    WIDE,
    Bar,
    Bars,
    Chart,
    Dumbbells,
    Event,
    LightBars,
    Lights,
    Pair,
    Trend,
    round_up,
)
from tongban.portal.process_picture import Process, ordered

COUNTS = some.integers(0, 3_000_000)
WORDS = some.text(max_size=20).filter(lambda words: all(letter.isprintable() for letter in words))
CHARTS = some.one_of(
    some.lists(some.builds(Lights, WORDS, COUNTS, COUNTS, WORDS, WORDS, some.booleans()), max_size=9).map(
        lambda lines: LightBars(lines, "标题", "每千件")
    ),
    some.lists(some.builds(Bar, WORDS, WORDS, COUNTS, WORDS), max_size=9).map(lambda lines: Bars(lines, "标题")),
    some.lists(some.builds(Pair, WORDS, COUNTS, COUNTS), max_size=9).map(
        lambda lines: Dumbbells(lines, "标题", "分开办", "一起办")
    ),
    some.builds(
        Trend,
        some.lists(COUNTS, min_size=1, max_size=9),
        some.just("标题"),
        WORDS,
        WORDS,
        some.lists(some.builds(Event, some.floats(0, 8), WORDS), max_size=2),
    ),
)


@given(CHARTS, some.sampled_from([WIDE, NARROW]))
def test_every_chart_is_one_image_with_one_sentence_and_stays_within_its_width(drawing: Chart, width: float) -> None:
    text = drawing.picture("zh-hans", width)
    root = ET.fromstring(text)  # noqa: S314 -- ours
    assert (root.get("role"), root.get("aria-label")) == ("img", "标题")
    assert float(root.get("width") or 0) == width
    assert "style=" not in text
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(box.get("x") or 0) + float(box.get("width") or 0) <= width + 1


def test_bars_are_as_long_as_their_figures() -> None:
    text = Bars([Bar("甲", "", 200, "200"), Bar("乙", "", 50, "50")], "标题").picture("zh-hans", WIDE)
    lengths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', text)]
    assert lengths[0] == pytest.approx(4 * lengths[1], rel=0.01)


def test_names_are_escaped() -> None:
    text = Bars([Bar("<script>", "&", 1, "1")], "<b>").picture("zh-hans", WIDE)
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@given(some.integers(1, 10**9))
def test_the_scale_holds_its_highest_value_and_not_ten_times_as_much(value: int) -> None:
    assert value <= round_up(value) <= max(4, 10 * value)


def test_states_stand_as_the_procedure_leads_to_them_and_ends_last() -> None:
    declared = frozenset({(None, "a"), ("a", "b"), ("b", "a"), ("b", "c"), ("a", "z")})
    assert list(ordered(dict.fromkeys("zcab", ""), declared)) == ["a", "b", "z", "c"]


def test_a_process_tells_what_was_taken_and_marks_what_is_not_declared() -> None:
    declared = frozenset({(None, "a"), ("a", "b"), ("b", "c")})
    taken = {(None, "a"): 7, ("a", "c"): 3, ("c", "a"): 1}
    for width in (WIDE, NARROW):
        text = Process({"a": "甲", "b": "乙", "c": "丙"}, declared, taken, "过程").picture("zh-hans", width)
        ET.fromstring(text)  # noqa: S314 -- ours
        assert set(re.findall(r">(\d+)<", text)) == {"7", "3", "1"}
        assert text.count("#bad-") == 2
