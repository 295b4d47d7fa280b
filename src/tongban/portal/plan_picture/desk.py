"""The plan picture for a wide screen and for paper: lanes are offices, columns are days, time runs to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tongban.portal.formats import date_in_sentence, date_in_table, dates_together, month_and_day, weekday
from tongban.portal.plan_picture import shapes
from tongban.portal.plan_picture.axis import Kind, Sizes, make_axis, slots_of, week_number
from tongban.portal.plan_picture.fold import folded
from tongban.portal.plan_picture.layout import Box, Spacing, lay_out
from tongban.portal.plan_picture.model import State
from tongban.portal.plan_picture.texts import em_width, fitting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tongban.portal.plan_picture.axis import Axis, Column
    from tongban.portal.plan_picture.layout import Layout, PlacedBar, PlacedLane, Wire
    from tongban.portal.plan_picture.model import Bar, PlanPicture

PREFIX: Final = "tb-plan-desk"
WIDTH: Final = 1200.0
LABELS_LEAST, LABELS_MOST = 168.0, 230.0
PROMISED: Final = 164.0
HEADER: Final = 60.0
TRACK, TALL_TRACK = 46.0, 62.0
TITLE, SMALL = 15.0, 13.0
PILL: Final = 26.0
BAR_PADDING: Final = 11.0
SPACING: Final = Spacing(inset_along=5, inset_across=7, you_at=HEADER, you_size=TRACK, lanes_at=HEADER + TRACK + 8)
HAS_SECOND_LINE: Final = frozenset({State.UNDECIDED, State.NOT_POSSIBLE})
EVENT_MOST: Final = 190.0


def desk_svg(picture: PlanPicture) -> str:
    """The picture as one inline SVG, 1,200 pixels wide unless its days need more."""
    plan = folded(picture)
    layout = desk_layout(plan)
    left = _labels_width(plan)
    right = left + layout.axis.length
    parts = [
        shapes.hatches(PREFIX),
        _ground(layout, left, right, right + PROMISED),
        *[_header(plan, column, left) for column in layout.axis.columns],
        shapes.text(right + 18, 38, plan.words.promised, size=SMALL, fill=shapes.INK, bold=True),
        _today(plan, layout, left),
        *[_wire(wire, left) for wire in layout.wires],
        *[_bar(placed, layout.axis, left) for placed in layout.bars],
        *_handover_pills(layout, left),
        _you(plan, layout, left, right),
        *[_lane(plan, lane, left, right) for lane in layout.lanes],
    ]
    return shapes.document(right + PROMISED, layout.across_end + 6, plan.summary, plan.language, parts)


def desk_layout(picture: PlanPicture) -> Layout:
    """Where everything stands, time along x from the first morning and lanes along y."""
    slots = slots_of(picture)
    available = WIDTH - _labels_width(picture) - PROMISED
    sizes = Sizes(
        event=118, event_least=64, quiet=112, quiet_small=46, quiet_least=18, rest=44, week=46, available=available
    )
    axis = make_axis(picture, sizes, _wants(picture, slots), slots)
    return lay_out(picture, axis, SPACING, _track_size)


def _track_size(bars: Sequence[Bar]) -> float:
    return TALL_TRACK if any(bar.state in HAS_SECOND_LINE for bar in bars) else TRACK


def _labels_width(picture: PlanPicture) -> float:
    widest = max(
        [em_width(lane.title) * TITLE for lane in picture.lanes]
        + [em_width(lane.office) * SMALL for lane in picture.lanes]
    )
    return min(max(LABELS_LEAST, widest + 62), LABELS_MOST)


def _wants(picture: PlanPicture, slots: dict[str, int]) -> dict[date, float]:
    """How wide a day would have to be for the names on it to be whole."""
    wants: dict[date, float] = {}
    for bar in picture.bars:
        if bar.start == bar.due:
            mark = 22 if bar.state in {State.DONE, State.LATE} else 0
            reason = em_width(bar.reason) * SMALL if bar.state in HAS_SECOND_LINE else 0
            need = max(em_width(bar.title) * TITLE, reason) + 2 * BAR_PADDING + 11 + mark
            one_slot = min(need, EVENT_MOST)
            wants[bar.start] = max(wants.get(bar.start, 0), one_slot * (slots[bar.id] + 1))
    for block in picture.blocks:
        need = em_width(block.text) * TITLE + BAR_PADDING + 11
        on_same_day = 1 + max((slots[bar.id] for bar in picture.bars if bar.start == block.on), default=0)
        wants[block.on] = max(wants.get(block.on, 0), min(need, EVENT_MOST) * on_same_day)
    return wants


def _ground(layout: Layout, left: float, right: float, width: float) -> str:
    top, bottom = HEADER - 4, layout.across_end
    parts = [
        shapes.box(left + column.at, top, column.size, bottom - top, fill=f"url(#{PREFIX}-rest)")
        for column in layout.axis.columns
        if column.kind is Kind.REST
    ]
    parts += [
        shapes.line([(left + column.at, top), (left + column.at, bottom)], shapes.LINE, 0.8)
        for column in layout.axis.columns
    ]
    parts.append(shapes.line([(right, top), (right, bottom)], shapes.GOV_LINE, 1.2))
    parts += [shapes.line([(0, lane.at), (width, lane.at)], shapes.LINE, 1) for lane in layout.lanes]
    parts.append(shapes.box(0, HEADER, width, TRACK, fill="#F0F5FC", radius=8))
    return "".join(parts)


def _header(plan: PlanPicture, column: Column, left: float) -> str:
    middle = left + column.at + column.size / 2
    first, second = column_words(plan, column)
    is_first_day = bool(plan.blocks) and column.start == plan.blocks[0].on
    rest = column.kind is Kind.REST
    first = fitting((first,), column.size, 12 if rest else 14)
    second = fitting((second, second.split(" · ")[0]), column.size, SMALL)
    if first.endswith("…"):
        return ""
    colour = shapes.MUTED if rest else shapes.BLUE if is_first_day else shapes.INK
    top = shapes.text(middle, 30, first, size=12 if rest else 14, fill=colour, bold=not rest, anchor="middle")
    if plan.today is not None and column.start <= plan.today <= column.end:
        width = em_width(plan.words.today) * SMALL + 16
        return (
            top
            + shapes.box(middle - width / 2, 36, width, 20, fill=shapes.INK, radius=6)
            + shapes.text(middle, 50.5, plan.words.today, size=SMALL, fill=shapes.WHITE, anchor="middle")
        )
    shown = "" if second.endswith("…") else second
    return top + (shapes.text(middle, 50, shown, size=SMALL, fill=shapes.MUTED, anchor="middle") if shown else "")


def column_words(plan: PlanPicture, column: Column) -> tuple[str, str]:
    """The two lines above a column: its date, and what day it is."""
    words = plan.words
    if column.kind is Kind.REST:
        one_day = column.start == column.end
        days = f"{column.start.day}" if one_day else f"{column.start.day}–{column.end.day}"
        is_weekend = column.start.weekday() >= 5 and (column.end - column.start).days < 2  # noqa: PLR2004 - Saturday
        return days, words.weekend if is_weekend else words.rest
    if column.kind is Kind.WEEK:
        return date_in_table(column.start), words.week.format(n=week_number(plan.days, column))
    first = plan.blocks[0].on if plan.blocks else plan.days[0].on
    name = weekday(column.start, plan.language)
    if column.start == first:
        return date_in_table(column.start), f"{name} · {words.submit}"
    counted = sum(1 for day in plan.days if first < day.on <= column.start and day.workday)
    return date_in_table(column.start), f"{name} · {words.day.format(n=counted)}"


def _today(plan: PlanPicture, layout: Layout, left: float) -> str:
    if plan.today is None or not plan.days[0].on <= plan.today <= plan.days[-1].on:
        return ""
    x = left + (layout.axis.begin(plan.today) + layout.axis.end(plan.today)) / 2
    return shapes.line([(x, HEADER - 4), (x, layout.across_end)], shapes.INK, 2)


def _wire(wire: Wire, left: float) -> str:
    points = [(left + along, across) for along, across in wire.points]
    if wire.critical:
        return shapes.line(points, shapes.GOV, 2.6)
    return shapes.line(points, shapes.CONTROL, 1.5)


def _bar(placed: PlacedBar, axis: Axis, left: float) -> str:
    bar, place = placed.bar, placed.box
    fill, outline, colour = shapes.bar_colours(bar, PREFIX)
    x, end = left + place.along, left + place.along_end
    parts = [shapes.box(x, place.across, place.length, place.breadth, fill=fill, radius=6, more=outline)]
    start = x + BAR_PADDING
    if bar.state in {State.DONE, State.LATE}:
        parts.append(shapes.mark("ok" if bar.state is State.DONE else "bad", start - 2, place.across_middle - 8, 16))
        start += 20
    title = fitting((bar.title, bar.short), end - start - 6, TITLE)
    two_lines = bar.state in HAS_SECOND_LINE
    after_title = start + em_width(title) * TITLE
    note = "" if two_lines else _note(bar, end - BAR_PADDING - after_title - 16)
    before_note = end - (BAR_PADDING + em_width(note) * SMALL if note else 0)
    parts += [
        _rest_over_bar(bar, place, column, left)
        for column in axis.columns
        if after_title < left + column.at and left + column.to < before_note + 4
    ]
    baseline = place.across_middle + (-3 if two_lines else 5.5)
    more = ' text-decoration="line-through"' if bar.state is State.NOT_POSSIBLE else ""
    if bar.state is State.LATE:
        more = f' paint-order="stroke" stroke="{shapes.BAD_SOFT}" stroke-width="4" stroke-linejoin="round"'
    parts.append(shapes.text(start, baseline, title, size=TITLE, fill=colour, bold=True, more=more))
    if two_lines and bar.reason:
        reason = fitting((bar.reason,), end - start - 6, 12)
        parts.append(shapes.text(start, baseline + 18, reason, size=12, fill=shapes.MUTED))
    elif note:
        fill = "#DCE3EB" if colour == shapes.WHITE else shapes.TEXT
        parts.append(shapes.text(end - BAR_PADDING, baseline - 0.5, note, size=SMALL, fill=fill, anchor="end"))
    return "".join(parts)


def _note(bar: Bar, room: float) -> str:
    """As much of the note as there is room for: all, its first part, nothing."""
    shown = fitting((bar.note, bar.note.split(" · ")[0]), room, SMALL)
    return "" if shown.endswith("…") else shown


def _rest_over_bar(bar: Bar, place: Box, column: Column, left: float) -> str:
    """The hatch of a rest drawn over a bar that runs through it: these days are not counted."""
    if column.kind is not Kind.REST or column.to > place.along_end or bar.state is State.LATE:
        return ""
    kind = "dark" if bar.critical and bar.state in {State.PLANNED, State.DONE} else "light"
    inset = min(5.0, column.size / 5)
    return shapes.box(
        left + column.at + inset,
        place.across + 1,
        column.size - 2 * inset,
        place.breadth - 2,
        fill=f"url(#{PREFIX}-{kind})",
    )


def _handover_pills(layout: Layout, left: float) -> list[str]:
    """One pill per source and name, on its wire where no bar stands, else just before the bar it leads to."""
    taken = [placed.box for placed in layout.bars]
    named: dict[tuple[str, str], list[Wire]] = {}
    for wire in layout.wires:
        if wire.names:
            named.setdefault((wire.source, wire.names[0]), []).append(wire)
    pills = []
    for (_, name), wires in named.items():
        width = em_width(name) * SMALL + 22
        place = next(
            (spot for spot in _spots(layout, wires, width) if not any(spot.meets(box, 3) for box in taken)), None
        )
        if place is None:
            continue
        taken.append(place)
        x, middle = left + place.along, place.across_middle
        pills.append(
            shapes.box(
                x,
                place.across,
                width,
                place.breadth,
                fill=shapes.WHITE,
                radius=11,
                more=shapes.stroke(shapes.CONTROL, 1.2),
            )
            + shapes.text(x + width / 2, middle + 4.5, name, size=SMALL, anchor="middle")
        )
    return pills


def _spots(layout: Layout, wires: Sequence[Wire], width: float) -> list[Box]:
    """Where a pill may stand, best first: on the wire inside a track that it passes, then left of a bar it reaches."""
    height = 22.0
    spots = []
    for track in (track for lane in layout.lanes for track in lane.tracks):
        middle = track.at + track.size / 2
        for wire in wires:
            (_, above), (trunk, _), (_, below), _ = wire.points
            if min(above, below) < middle < max(above, below):
                spots.append(Box(trunk - width / 2, middle - height / 2, width, height))
    for wire in sorted(wires, key=lambda wire: -wire.points[-1][1]):
        trunk, middle = wire.points[2]
        spots.append(Box(trunk - width - 7, middle - height / 2, width, height))
    length = layout.axis.length
    return [spot for spot in spots if spot.along >= 0 and spot.along_end <= length]


def _you(plan: PlanPicture, layout: Layout, left: float, right: float) -> str:
    middle = HEADER + TRACK / 2
    person = (
        f'<g transform="translate(16 {middle - 11}) scale(.92)" fill="none" stroke="{shapes.BLUE}" stroke-width="1.75" '
        'stroke-linecap="round" stroke-linejoin="round"><path d="M8 7a4 4 0 1 0 8 0a4 4 0 0 0 -8 0"/>'
        '<path d="M6 21v-2a4 4 0 0 1 4 -4h4a4 4 0 0 1 4 4v2"/></g>'
    )
    parts = [
        person,
        shapes.text(52, middle - 3, plan.words.you, size=TITLE, fill=shapes.BLUE, bold=True),
        shapes.text(52, middle + 15, plan.words.you_where, size=SMALL, fill=shapes.MUTED),
    ]
    for placed in layout.blocks:
        place = placed.box
        name = fitting((placed.block.text, placed.block.short), place.length - 10, TITLE)
        parts.append(
            shapes.box(left + place.along, place.across, place.length, place.breadth, fill=shapes.BLUE, radius=6)
            + shapes.text(
                left + place.along + place.length / 2, middle + 5.5, name,
                size=TITLE, fill=shapes.WHITE, bold=True, anchor="middle",
            )
        )  # fmt: skip
    parts += _results(plan, layout, left)
    if plan.promised is not None:
        whole, day = date_in_sentence(plan.promised, plan.language), month_and_day(plan.promised, plan.language)
        shown = fitting((whole, f"{weekday(plan.promised, plan.language)} {day}", day), PROMISED - 26, TITLE)
        parts.append(_promise(right, middle, shown, plan.first_promised, plan, mine=True))
    return "".join(parts)


def _results(plan: PlanPicture, layout: Layout, left: float) -> list[str]:
    """What the reader receives, a pill at the end of its day; without room for the names, how many they are."""
    by_day: dict[date, list[str]] = {}
    for result in plan.results:
        by_day.setdefault(result.on, []).append(result.name)
    free_from = 0.0
    parts = []
    for on in sorted(by_day):
        names = by_day[on]
        end = layout.axis.end(on) - SPACING.inset_along
        blocks = [placed.box.along_end for placed in layout.blocks if placed.box.along < end]
        room = end - max([free_from, *blocks]) - 6 - 40
        count = plan.words.results.format(n=len(names)) if len(names) > 1 else ""
        name = fitting((plan.words.separator.join(names), count), room, SMALL)
        if not name:
            continue
        width = em_width(name) * SMALL + 38
        x, middle = left + end - width, HEADER + TRACK / 2
        parts.append(
            shapes.box(
                x, middle - PILL / 2, width, PILL, fill=shapes.WHITE, radius=13, more=shapes.stroke("#8DB6DE", 1.2)
            )
            + shapes.tick(x + 11, middle, shapes.BLUE)
            + shapes.text(x + 26, middle + 4.5, name, size=SMALL, fill=shapes.BLUE_DARK, bold=True)
        )
        free_from = end
    return parts


def _lane(plan: PlanPicture, lane: PlacedLane, left: float, right: float) -> str:
    middle = lane.at + lane.size / 2
    icon = (
        f'<g transform="translate(16 {shapes.pixels(middle - 11)}) scale(.92)" fill="none" stroke="{shapes.GOV}" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{lane.lane.icon}</g>'
        if lane.lane.icon
        else ""
    )
    room = left - 56
    title = fitting((lane.lane.title, lane.lane.short), room, TITLE)
    two = bool(lane.lane.office)
    parts = [icon, shapes.text(52, middle + (-3 if two else 5), title, size=TITLE, fill=shapes.INK, bold=True)]
    if two:
        office = fitting((lane.lane.office,), room, SMALL)
        parts.append(shapes.text(52, middle + 15, office, size=SMALL, fill=shapes.MUTED))
    for track in lane.tracks:
        dates = [placed.bar.due for placed in track.bars if placed.bar.state is not State.NOT_POSSIBLE]
        moved = [placed.bar.first_due for placed in track.bars if placed.bar.first_due not in {None, placed.bar.due}]
        shown = dates_together(dates, plan.language)
        parts.append(_promise(right, track.at + track.size / 2, shown, moved[0] if moved else None, plan, mine=False))
    return "".join(parts)


def _promise(right: float, middle: float, shown: str, first: date | None, plan: PlanPicture, *, mine: bool) -> str:
    """A promised date in the last column; a moved one has the promise given at submission under it."""
    colour = shapes.BLUE if mine else shapes.TEXT
    baseline = middle + (-3 if first else 5.5)
    part = shapes.text(right + 18, baseline, shown, size=TITLE, fill=colour, bold=mine)
    if first is not None:
        before = plan.words.first_promise.format(date=month_and_day(first, plan.language))
        part += shapes.text(right + 18, middle + 15, before, size=12, fill=shapes.MUTED)
    return part
