"""The plan picture for a phone: the desk picture turned. Days run down, offices stand side by side, names are vertical.

It is as wide as the phone and never wider; lanes grow narrower instead. Chinese names are set one character under
another, names in other languages are turned by a right angle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tongban.portal.formats import date_in_table, is_chinese, weekday
from tongban.portal.plan_picture import shapes
from tongban.portal.plan_picture.axis import Kind, Sizes, make_axis, slots_of, week_number
from tongban.portal.plan_picture.fold import folded
from tongban.portal.plan_picture.layout import Spacing, lay_out, tracks_of
from tongban.portal.plan_picture.model import State
from tongban.portal.plan_picture.texts import em_width, fitting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongban.portal.plan_picture.axis import Column
    from tongban.portal.plan_picture.layout import Box, Layout, PlacedBar, PlacedLane, Wire
    from tongban.portal.plan_picture.model import Bar, PlanPicture

PREFIX: Final = "tb-plan-phone"
WIDTH: Final = 334.0
LABELS: Final = 46.0
YOU: Final = 46.0
GAP: Final = 2.0
LANE_MOST: Final = 44.0
NAME, STEP = 15.0, 15.0
HEADER_NAME: Final = 14.5
LONG_BAR: Final = 190.0
PILL_HEIGHT: Final = 24.0
PILL_LINE: Final = 15.0
PILL_LEAST: Final = 12.0
PILL_GAP: Final = 3.0


def phone_svg(picture: PlanPicture) -> str:
    """The picture as one inline SVG, 334 pixels wide."""
    plan = folded(picture)
    layout = phone_layout(plan)
    top = _header_height(plan, layout)
    parts = [
        shapes.hatches(PREFIX),
        _ground(plan, layout, top),
        *[_day(plan, column, top) for column in layout.axis.columns],
        _today(plan, layout, top),
        *[_wire(wire, top) for wire in layout.wires],
        *[_bar(placed, plan.language, top) for placed in layout.bars],
        *_you(plan, layout, top),
        *[_lane_name(lane, plan.language, top) for lane in layout.lanes],
    ]
    return shapes.document(WIDTH, top + layout.axis.length + 6, plan.summary, plan.language, parts)


def phone_layout(picture: PlanPicture) -> Layout:
    """Where everything stands, time along y from the first morning and lanes along x."""
    slots = slots_of(picture)
    many = sum(day.workday for day in picture.days) > 10  # noqa: PLR2004 - two working weeks fit a phone screen and a half
    sizes = Sizes(
        event=70,
        event_least=70,
        quiet=34 if many else 70,
        quiet_small=34,
        quiet_least=34,
        rest=26,
        week=64,
        available=9999,
    )
    axis = make_axis(picture, sizes, {}, slots)
    tracks = sum(len(tracks_of(lane, axis, picture)) for lane in picture.lanes)
    size = min(LANE_MOST, (WIDTH - LABELS - YOU - GAP) / max(tracks, 1))
    spacing = Spacing(
        inset_along=3, inset_across=2, you_at=LABELS, you_size=YOU, lanes_at=LABELS + YOU + GAP
    )  # fmt: skip

    def track_size(_bars: Sequence[Bar]) -> float:
        return size

    return lay_out(picture, axis, spacing, track_size)


def _header_name(lane: PlacedLane) -> str:
    return lane.lane.short or lane.lane.title


def _header_height(plan: PlanPicture, layout: Layout) -> float:
    """Room for the names of lanes: one line when all are narrow enough, else as long as the longest set vertically."""
    crowded = [lane for lane in layout.lanes if em_width(_header_name(lane)) * HEADER_NAME > lane.size - 1]
    if not crowded:
        return 50.0
    if is_chinese(plan.language):
        return 24.0 + STEP * max(min(len(_header_name(lane)), 4) for lane in crowded)
    return 24.0 + min(HEADER_NAME * max(em_width(_header_name(lane)) for lane in crowded), 92.0)


def _ground(plan: PlanPicture, layout: Layout, top: float) -> str:
    bottom = top + layout.axis.length
    parts = [shapes.box(LABELS, 0, YOU, bottom + 4, fill="#F0F5FC", radius=8)]
    for column in layout.axis.columns:
        if column.kind is Kind.REST:
            parts.append(shapes.box(0, top + column.at, WIDTH, column.size, fill=f"url(#{PREFIX}-rest)"))
        if column.at:
            parts.append(shapes.line([(0, top + column.at), (WIDTH, top + column.at)], shapes.LINE, 1))
    you = fitting((plan.words.you,), YOU - 4, HEADER_NAME)
    parts.append(
        shapes.text(LABELS + YOU / 2, top - 24, you, size=HEADER_NAME, fill=shapes.BLUE, bold=True, anchor="middle")
    )
    return "".join(parts)


def _day(plan: PlanPicture, column: Column, top: float) -> str:
    y = top + column.at
    words = plan.words
    if column.kind is Kind.REST:
        is_weekend = column.start.weekday() >= 5 and (column.end - column.start).days < 2  # noqa: PLR2004 - Saturday
        name = fitting((words.weekend if is_weekend else words.rest,), LABELS - 2, 12)
        return shapes.text(0, y + column.size / 2 + 4.5, name, size=12, fill=shapes.MUTED)
    is_first = bool(plan.blocks) and column.start == plan.blocks[0].on
    colour = shapes.BLUE if is_first else shapes.INK
    first = shapes.text(0, y + 21, date_in_table(column.start), size=14, fill=colour, bold=True)
    if column.size < 40:  # noqa: PLR2004 - a quiet day has room for its date only
        return first
    if column.kind is Kind.WEEK:
        second = words.week.format(n=week_number(plan.days, column))
    elif plan.today == column.start:
        second = words.today
    else:
        second = words.submit if is_first and plan.today is not None else weekday(column.start, plan.language)
    return first + shapes.text(0, y + 38, fitting((second,), LABELS - 2, 12.5), size=12.5, fill=shapes.MUTED)


def _today(plan: PlanPicture, layout: Layout, top: float) -> str:
    if plan.today is None or not plan.days[0].on <= plan.today <= plan.days[-1].on:
        return ""
    y = top + (layout.axis.begin(plan.today) + layout.axis.end(plan.today)) / 2
    return shapes.line([(0, y + 12), (WIDTH, y + 12)], shapes.INK, 2)


def _wire(wire: Wire, top: float) -> str:
    points = [(across, top + along) for along, across in wire.points]
    return shapes.line(points, shapes.GOV if wire.critical else shapes.CONTROL, 2.6 if wire.critical else 1.5)


def _bar(placed: PlacedBar, language: str, top: float) -> str:
    bar, place = placed.bar, placed.box
    fill, outline, colour = shapes.bar_colours(bar, PREFIX)
    parts = [
        shapes.box(place.across, top + place.along, place.breadth, place.length, fill=fill, radius=6, more=outline)
    ]
    room, badge = place.length - 4, ""
    if bar.state in {State.DONE, State.LATE}:
        name = "ok" if bar.state is State.DONE else "bad"
        x, y = place.across + place.breadth - 5, top + place.along_end - 5
        badge = f'<circle cx="{shapes.pixels(x)}" cy="{shapes.pixels(y)}" r="8.5" fill="{shapes.WHITE}"/>'
        badge += shapes.mark(name, x - 7.5, y - 7.5, 15)
    more = ' text-decoration="line-through"' if bar.state is State.NOT_POSSIBLE else ""
    if bar.state is State.LATE:
        more = f' paint-order="stroke" stroke="{shapes.BAD_SOFT}" stroke-width="4" stroke-linejoin="round"'
    parts += [_vertical((bar.title, bar.short), place, room, top, colour, language, more), badge]
    return "".join(parts)


def _vertical(
    names: tuple[str, ...], place: Box, room: float, top: float, colour: str, language: str, more: str = ""
) -> str:
    """A name along its bar: near the head of a long bar, in the middle of a short one."""
    size = min(NAME, place.breadth - 3)
    middle = place.across_middle
    if not is_chinese(language):
        size = min(size, 13.0 if em_width(names[-1] or names[0]) * 13 <= room else 12.0)
        name = fitting(names, room, size)
        start = top + place.along + _head(place, room, em_width(name) * size, 14)
        turn = f' transform="rotate(90 {shapes.pixels(middle)} {shapes.pixels(start)})"'
        return shapes.text(middle, start + size * 0.36, name, size=size, fill=colour, bold=True, more=more + turn)
    step = STEP * size / NAME
    fits = int(room // step)
    name = next((name for name in names if name and len(name) <= fits), "")
    if not name:
        name = (names[-1] or names[0])[: max(fits - 1, 1)] + "︙"
    start = top + place.along + _head(place, room, len(name) * step, 20)
    return "".join(
        shapes.text(
            middle,
            start + step * (index + 0.86),
            character,
            size=size,
            fill=colour,
            bold=True,
            anchor="middle",
            more=more,
        )
        for index, character in enumerate(name)
    )


def _head(place: Box, room: float, length: float, of_long_bar: float) -> float:
    """How far inside its bar a name of this length begins: in the middle, in a long bar no further than its head."""
    middle = 2 + (room - length) / 2
    return min(middle, of_long_bar) if place.length > LONG_BAR else middle


def _you(plan: PlanPicture, layout: Layout, top: float) -> list[str]:
    parts = []
    middle = LABELS + YOU / 2
    for placed in layout.blocks:
        place = placed.box
        name = fitting((placed.block.short, placed.block.text), place.breadth - 4, NAME)
        parts.append(
            shapes.box(place.across, top + place.along, place.breadth, place.length, fill=shapes.BLUE, radius=6)
            + shapes.text(
                middle,
                top + place.along + place.length / 2 + 5.5,
                name,
                size=NAME,
                fill=shapes.WHITE,
                bold=True,
                anchor="middle",
            )
        )
    by_day: dict[date, list[str]] = {}
    for result in plan.results:
        by_day.setdefault(result.on, []).append(result.name)
    for on, names in by_day.items():
        parts += _pills(plan, layout, on, names, top)
    return parts


def _pills(plan: PlanPicture, layout: Layout, on: date, names: Sequence[str], top: float) -> list[str]:
    """What arrives on a day, at its foot: as many as there is room for, else how many they are."""
    end = top + layout.axis.end(on) - 3
    begins = [top + placed.box.along_end + 3 for placed in layout.blocks if placed.block.on == on]
    room = end - max([top + layout.axis.begin(on) + 3, *begins])
    shown = [_pill_lines(name, plan.language) for name in names]
    left_out = 0
    while sum(map(_pill_height, shown)) + PILL_GAP * (len(shown) - 1) > room:
        left_out += 1
        kept = len(names) - left_out
        if kept < 0:
            return []
        shown = [*shown[:kept], (plan.words.results.format(n=left_out),)]
    parts = []
    for lines in reversed(shown):
        parts.append(_pill(lines, end - _pill_height(lines)))
        end -= _pill_height(lines) + PILL_GAP
    return parts


def _pill_lines(name: str, language: str) -> tuple[str, ...]:
    """A name in one line, one too long for that in two; none where two do not hold it: the pill is a tick then, and
    the list below the picture has the name in full.
    """
    half = (len(name) + 1) // 2
    ways = ((name,), (name[:half], name[half:])) if is_chinese(language) else ((name,),)
    return next((lines for lines in ways if max(map(em_width, lines)) * PILL_LEAST <= YOU - 3), ())


def _pill_height(lines: Sequence[str]) -> float:
    return PILL_HEIGHT + PILL_LINE * max(len(lines) - 1, 0)


def _pill(lines: Sequence[str], y: float) -> str:
    middle = LABELS + YOU / 2
    size = 13.0 if max(map(em_width, lines), default=0.0) * 13 <= YOU - 5 else PILL_LEAST
    ground = shapes.box(
        LABELS + 1, y, YOU - 2, _pill_height(lines), fill=shapes.WHITE, radius=6, more=shapes.stroke("#8DB6DE", 1)
    )
    if not lines:
        return ground + shapes.tick(middle - 5, y + 12.5, shapes.BLUE)
    return ground + "".join(
        shapes.text(
            middle, y + 16.5 + PILL_LINE * index, line, size=size, fill=shapes.BLUE_DARK, bold=True, anchor="middle"
        )
        for index, line in enumerate(lines)
    )


def _lane_name(lane: PlacedLane, language: str, top: float) -> str:
    """The office above its lanes, and a line under it that says how many lanes are its own."""
    middle = lane.at + lane.size / 2
    rule = shapes.line([(lane.at + 2, top - 8), (lane.at + lane.size - 2, top - 8)], shapes.GOV_LINE, 2)
    name = _header_name(lane)
    if em_width(name) * HEADER_NAME <= lane.size - 1:
        return rule + shapes.text(middle, top - 24, name, size=HEADER_NAME, fill=shapes.INK, bold=True, anchor="middle")
    if is_chinese(language):
        shown = name[:4]
        size = min(HEADER_NAME, lane.size - 2)
        start = top - 14 - STEP * len(shown)
        return rule + "".join(
            shapes.text(
                middle, start + STEP * (index + 0.86), character, size=size, fill=shapes.INK, bold=True, anchor="middle"
            )
            for index, character in enumerate(shown)
        )
    size = min(13.0, lane.size - 3)
    shown = fitting((name,), top - 20, size)
    x, y = middle + size * 0.36, top - 14
    turn = f' transform="rotate(-90 {shapes.pixels(x)} {shapes.pixels(y)})"'
    return rule + shapes.text(x, y, shown, size=size, fill=shapes.INK, bold=True, more=turn)
