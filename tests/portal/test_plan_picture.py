"""The laws of the plan picture: what is drawn is the plan, nothing overlaps, nothing leaves its place or its days."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples

import tongban
from tongban.portal.plan_picture import (
    YOU,
    Bar,
    Block,
    Day,
    Handover,
    Lane,
    PlanPicture,
    Result,
    State,
    desk_svg,
    phone_svg,
    plan_steps,
    plan_words,
)
from tongban.portal.plan_picture.axis import Kind
from tongban.portal.plan_picture.desk import desk_layout
from tongban.portal.plan_picture.fold import LANES_AT_MOST, folded
from tongban.portal.plan_picture.layout import Layout
from tongban.portal.plan_picture.phone import WIDTH as PHONE_WIDTH
from tongban.portal.plan_picture.phone import phone_layout
from tongban.portal.plan_picture.texts import em_width, fitting
from tongban.portal.styleguide import plans

GOLDEN = Path(__file__).parent / "golden"
CATALOGUE = Path(tongban.__file__).parent / "portal/locale/zh_Hans/LC_MESSAGES/django.po"
PICTURES = {
    "before": plans.newborn,
    "running": plans.newborn_running,
    "undecided": plans.newborn_undecided,
    "one-day": plans.hire,
    "folded": plans.large,
}
LANGUAGES = ("zh-hans", "en")
SVG = "{http://www.w3.org/2000/svg}"


@cache
def chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if isinstance(message.id, str)}


def picture(name: str, language: str) -> PlanPicture:
    return PICTURES[name](language, (lambda text: chinese()[text]) if language == "zh-hans" else str)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(("form", "draw"), [("desk", desk_svg), ("phone", phone_svg)])
def test_the_drawing_is_the_golden_one(name: str, language: str, form: str, draw: object) -> None:
    """A changed drawing is looked at first, then kept with TONGBAN_GOLDEN=write."""
    assert callable(draw)
    drawn = draw(picture(name, language)).replace("><", ">\n<") + "\n"
    golden = GOLDEN / f"{name}-{language}-{form}.svg"
    if os.environ.get("TONGBAN_GOLDEN") == "write":
        golden.write_text(drawn, encoding="utf-8")
    assert drawn == golden.read_text(encoding="utf-8")


# ---- any plan


@st.composite
def any_picture(draw: st.DrawFn) -> PlanPicture:
    """A plan of up to ten services in up to six lanes within three weeks; some follow one another within a day."""
    start = date(2026, 11, 23)
    bars: list[Bar] = []
    handovers: list[Handover] = []
    for number in range(draw(st.integers(1, 10))):
        follows = draw(st.booleans())
        before = draw(st.sampled_from(bars)) if bars and follows else None
        earliest = before.due if before else start
        begin = workday(earliest + timedelta(days=draw(st.integers(0, 3))))
        due = workday(min(begin + timedelta(days=draw(st.integers(0, 8))), start + timedelta(days=27)))
        bar = Bar(
            id=f"s{number}",
            title=draw(st.sampled_from(("出生医学证明", "职工基本医疗保险参保登记", "Permit <&> 12", "卡"))),
            short=draw(st.sampled_from(("", "证", "Card"))),
            start=min(begin, due),
            due=due,
            note=draw(st.sampled_from(("", "3 天 · 寄到家"))),
            critical=draw(st.booleans()),
            state=draw(st.sampled_from(State)),
            reason="如果 <母亲> 有医保",
        )
        bars.append(bar)
        handovers.append(
            Handover(before.id if before else YOU, bar.id, draw(st.sampled_from(("", "出生证编号", "a & b"))))
        )
    last = max(bar.due for bar in bars)
    lanes = draw(st.integers(1, 6))
    return PlanPicture(
        language=draw(st.sampled_from(LANGUAGES)),
        words=plan_words(str),
        summary='五个 "部门" <一起> 办',
        days=plans.days_between(start, last),
        blocks=(Block("填 7 项，两人签", start, "填"),),
        lanes=tuple(
            Lane(f"部门{index}", tuple(bars[index::lanes]), office="市 & 区") for index in range(min(lanes, len(bars)))
        ),
        handovers=tuple(handovers),
        results=tuple(Result("社保卡", bar.due) for bar in bars if draw(st.booleans())),
        promised=last,
        today=draw(st.none() | st.just(start + timedelta(days=1))),
    )


def workday(on: date) -> date:
    while on.weekday() >= plans.SATURDAY:
        on += timedelta(days=1)
    return on


@given(any_picture())
def test_bars_of_a_lane_do_not_overlap_and_stay_inside_it(plan: PlanPicture) -> None:
    for layout in (desk_layout(plan), phone_layout(plan)):
        for lane in layout.lanes:
            boxes = [placed.box for track in lane.tracks for placed in track.bars]
            assert len(boxes) == len(lane.lane.bars)
            for index, box in enumerate(boxes):
                assert lane.at <= box.across
                assert box.across + box.breadth <= lane.at + lane.size + 0.01
                assert not any(box.meets(other) for other in boxes[index + 1 :])
        ends = [lane.at + lane.size for lane in layout.lanes]
        assert [lane.at for lane in layout.lanes[1:]] == pytest.approx(ends[:-1])


@given(any_picture())
def test_every_bar_stands_within_its_days(plan: PlanPicture) -> None:
    for layout in (desk_layout(plan), phone_layout(plan)):
        for placed in layout.bars:
            first, last = layout.axis.column(placed.bar.start), layout.axis.column(placed.bar.due)
            assert first.start == placed.bar.start
            assert first.at < placed.box.along < placed.box.along_end < last.to
            if placed.bar.start != placed.bar.due:
                assert placed.box.along < first.to
                assert placed.box.along_end > last.at


@given(any_picture())
def test_what_follows_within_a_day_stands_after_what_it_follows(plan: PlanPicture) -> None:
    layout = desk_layout(plan)
    boxes = {placed.bar.id: placed for placed in layout.bars}
    for handover in plan.handovers:
        if handover.source in boxes:
            before, after = boxes[handover.source], boxes[handover.target]
            same_day_only = before.bar.start == before.bar.due == after.bar.start
            if before.bar.due < after.bar.start or same_day_only:
                assert before.box.along_end <= after.box.along


@given(any_picture())
def test_every_need_is_a_wire_from_bar_to_bar(plan: PlanPicture) -> None:
    layout = desk_layout(plan)
    boxes = {placed.bar.id: placed.box for placed in layout.bars} | {YOU: layout.blocks[0].box}
    assert {(wire.source, wire.target) for wire in layout.wires} == {
        (handover.source, handover.target) for handover in plan.handovers
    }
    for wire in layout.wires:
        assert wire.points[0] == (boxes[wire.source].along_end, boxes[wire.source].across_middle)
        assert wire.points[-1] == (boxes[wire.target].along, boxes[wire.target].across_middle)


@given(any_picture())
def test_the_drawings_are_whole_and_nothing_leaves_them(plan: PlanPicture) -> None:
    for svg in (desk_svg(plan), phone_svg(plan)):
        root = ET.fromstring(svg)  # noqa: S314 - our own drawing
        width, height = (float(number) for number in root.attrib["viewBox"].split()[2:])
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"] == plan.summary
        for box in root.findall(f"{SVG}rect"):
            at = {key: float(box.attrib[key]) for key in ("x", "y", "width", "height")}
            assert at["x"] >= 0
            assert at["y"] >= 0
            assert at["x"] + at["width"] <= width + 0.2
            assert at["y"] + at["height"] <= height + 0.2
        for text in root.findall(f"{SVG}text"):
            assert 0 <= float(text.attrib["x"]) <= width
            assert 0 <= float(text.attrib["y"]) <= height
            assert float(text.attrib["font-size"]) >= 12 or len(text.text or "") == 1
    assert ET.fromstring(phone_svg(plan)).attrib["width"] == f"{PHONE_WIDTH:.0f}"  # noqa: S314 - our own drawing


@pytest.mark.parametrize("days", range(21))
@pytest.mark.parametrize("language", LANGUAGES)
def test_on_the_phone_a_name_that_just_fits_its_bar_stays_within_it(days: int, language: str) -> None:
    start = date(2026, 11, 23)
    due = workday(start + timedelta(days=days))
    bar = Bar("card", "", start, due)
    plan = replace(
        picture("before", language),
        days=plans.days_between(start, due),
        lanes=(Lane("社保", (bar,)),),
        handovers=(Handover(YOU, "card"),),
        results=(),
        promised=due,
    )
    box = phone_layout(plan).bars[0].box
    letter, size = ("证", 15.0) if language == "zh-hans" else ("m", 13.0)
    name = letter * int((box.length - 4) / (em_width(letter) * size))
    svg = phone_svg(replace(plan, lanes=(Lane("社保", (replace(bar, title=name),)),)))
    texts = [text for text in ET.fromstring(svg).findall(f"{SVG}text") if set(text.text or "") == {letter}]  # noqa: S314 - our own drawing
    (drawn,) = [
        one
        for one in ET.fromstring(svg).findall(f"{SVG}rect")  # noqa: S314 - our own drawing
        if float(one.attrib["x"]) == box.across
    ]
    begins = [float(text.attrib["y"]) - 0.86 * size for text in texts]
    ends = [begin + size for begin in begins]
    if language == "en":
        begins = [float(text.attrib["transform"].split()[-1].rstrip(")")) for text in texts]
        ends = [begins[0] + em_width(name) * size]
    assert texts
    assert float(drawn.attrib["y"]) <= min(begins)
    assert max(ends) <= float(drawn.attrib["y"]) + float(drawn.attrib["height"]) + 0.1


@given(any_picture())
def test_the_list_in_words_names_everything(plan: PlanPicture) -> None:
    steps = plan_steps(plan)
    said = "\n".join(step.text for step in steps)
    assert sum(step.kind == "office" for step in steps) == len(plan.bars)
    assert all(bar.title in said for bar in plan.bars)
    assert [step.on for step in steps] == sorted(step.on for step in steps)


@given(any_picture())
@settings(max_examples=examples(20))
def test_the_same_plan_is_drawn_the_same(plan: PlanPicture) -> None:
    assert desk_svg(plan) == desk_svg(replace(plan))
    shuffled = replace(plan, handovers=tuple(reversed(plan.handovers)))
    assert {placed.bar.id: placed.box for placed in desk_layout(shuffled).bars} == {
        placed.bar.id: placed.box for placed in desk_layout(plan).bars
    }


# ---- particular plans


def columns(layout: Layout, kind: Kind) -> list[tuple[date, date]]:
    return [(column.start, column.end) for column in layout.axis.columns if column.kind is kind]


def test_a_weekend_is_one_narrow_column_that_no_bar_ends_in() -> None:
    layout = desk_layout(picture("before", "zh-hans"))
    assert columns(layout, Kind.REST) == [(date(2026, 11, 28), date(2026, 11, 29))]
    assert layout.axis.column(date(2026, 11, 28)).size == 44


def test_services_of_one_office_share_a_line_unless_they_run_at_the_same_time() -> None:
    lanes = {lane.lane.short: len(lane.tracks) for lane in desk_layout(picture("before", "zh-hans")).lanes}
    assert lanes == {"卫健": 1, "疾控": 1, "公安": 1, "人社": 1, "医保": 2}


def test_the_deciding_wires_are_drawn_last_and_thick() -> None:
    drawn = desk_svg(picture("before", "zh-hans"))
    assert re.findall(r'stroke="#2B3A4D" stroke-width="2.6"', drawn)
    wires = desk_layout(picture("before", "zh-hans")).wires
    assert [(wire.source, wire.target) for wire in wires if wire.critical] == [
        ("birth", "household"),
        ("household", "card"),
    ]
    assert all(wire.critical for wire in wires[-2:])


def test_what_is_handed_over_is_named_once() -> None:
    drawn = desk_svg(picture("before", "zh-hans"))
    assert drawn.count(">出生证编号<") == 1
    assert drawn.count(">身份证号<") == 1


def test_a_running_plan_shows_today_ticks_lateness_reasons_and_the_first_promise() -> None:
    drawn = desk_svg(picture("running", "zh-hans"))
    for words in (
        ">今天<",
        ">当初答应 12 月 1 日<",
        ">已在外地参保<",
        'text-decoration="line-through"',
        "tb-plan-desk-late",
    ):
        assert words in drawn


def test_an_undecided_service_is_dashed_and_says_when_it_is_needed() -> None:
    drawn = desk_svg(picture("undecided", "zh-hans"))
    assert drawn.count('stroke-dasharray="5 4"') == 2
    assert ">如果母亲有职工医保<" in drawn


@pytest.mark.parametrize(("offices", "span_days"), [(13, 26), (14, 90), (5, 45)])
def test_a_plan_too_large_to_read_is_folded_but_told_in_full(offices: int, span_days: int) -> None:
    plan = plans.large("en", str, offices, span_days)
    small = folded(plan)
    assert len(small.lanes) <= min(LANES_AT_MOST, 6)
    assert {bar.due for bar in small.bars} >= {max(bar.due for bar in plan.bars)}
    assert sum(step.kind == "office" for step in plan_steps(plan)) == offices


def test_a_plan_that_fits_is_not_folded() -> None:
    plan = picture("before", "en")
    assert folded(plan) is plan


def test_days_before_the_reader_submits_are_not_drawn() -> None:
    plan = plans.newborn("en", str)
    assert plan.days[0] == Day(plans.START, workday=True)
    assert plan.promised == plans.DUE


@given(st.text(max_size=30), st.floats(0, 300), st.floats(8, 20))
def test_a_fitted_text_fits(text: str, width: float, size: float) -> None:
    assert em_width(fitting((text,), width, size)) * size <= max(width, 0.001)


def test_a_result_too_long_for_one_line_of_its_pill_is_named_in_two() -> None:
    plan = picture("before", "zh-hans")
    on = plan.bars[0].due
    drawn = phone_svg(replace(plan, results=(Result("消防检查", on),)))
    assert drawn.count(">消防<") == drawn.count(">检查<") == 1
    assert ">消防" not in phone_svg(replace(plan, results=(Result("消防检查合格证明书", on),)))
