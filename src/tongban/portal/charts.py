"""The charts of boards: bars of lights, plain bars, dumbbells, a line with what happened marked on it.

Pure geometry, inline SVG without style. Each is drawn `wide` or `narrow`, since text that shrinks with its picture
cannot be read on a phone; the table of the same figures stands beside it. Bars begin at zero; lights keep their
colours, red is hatched too; everything else is grey-blue with one highlight.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tongban.portal.plan_picture import shapes
from tongban.portal.plan_picture.texts import em_width, fitting

WIDE, NARROW = 620.0, 340.0
MOST_NAMES: Final = 210.0
"""Names are cut to so much of a drawing."""
SIZE: Final = 14
SMALL: Final = 13
AMBER: Final = "#F2A51A"
WARN: Final = "#8A4B00"
OK: Final = "#0A6E4F"
QUIET: Final = "#A9B7C5"
MOST_LINES: Final = 4
ROOM: Final = 90
"""So far apart two ends have room for their figures."""


class Chart(Protocol):
    """Something that draws itself at a width."""

    def picture(self, language: str, width: float) -> str:
        """The drawing at a width of `WIDE` or `NARROW`."""


@dataclass(frozen=True, slots=True)
class Lights:
    """A group with its red and yellow cases, said as ``words``, and a figure at the right (bad: it stands out)."""

    name: str
    red: int
    yellow: int
    words: str
    figure: str
    is_bad: bool


@dataclass(frozen=True, slots=True)
class LightBars:
    """Groups on one scale: red, hatched, before yellow. ``head`` names the figures at the right."""

    lines: Sequence[Lights]
    label: str
    head: str

    def picture(self, language: str, width: float) -> str:
        """The drawing."""
        is_wide = width >= WIDE
        left, right, row = (names_width(self.lines, 150.0), 100.0, 38.0) if is_wide else (0.0, 70.0, 64.0)
        room = width - left - right - max((em_width(one.words) * SMALL + 16 for one in self.lines), default=0)
        scale = max(room, 60) / most(one.red + one.yellow for one in self.lines)
        parts = [hatch(width), shapes.text(width, 15, self.head, size=SMALL, fill=shapes.MUTED, anchor="end")]
        for place, one in enumerate(self.lines):
            y = 28 + place * row
            name = fitting((one.name,), left - 14 if is_wide else width - right, SIZE)
            anchor, x = ("end", left - 10) if is_wide else ("", 0.0)
            parts.append(shapes.text(x, y + 17, name, size=SIZE, fill=shapes.INK, anchor=anchor))
            parts.append(_lights(one, left, y if is_wide else y + 26, scale, f"url(#late-{width:.0f})"))
            colour = shapes.BAD if one.is_bad else shapes.INK
            parts.append(shapes.text(width, y + 17, one.figure, size=16, fill=colour, bold=True, anchor="end"))
        return shapes.document(width, 28 + len(self.lines) * row, self.label, language, parts)


def hatch(width: float) -> str:
    """The pattern of what is overdue: each width has its own, for a drawing that is hidden lends none."""
    return (
        f'<defs><pattern id="late-{width:.0f}" width="7" height="7" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="7" height="7" fill="{shapes.BAD}"/>'
        f'<path d="M0 0V7"{shapes.stroke("#E9A49C", 2.4)}/></pattern></defs>'
    )


def _lights(one: Lights, left: float, y: float, scale: float, hatched: str) -> str:
    red, yellow = one.red * scale, one.yellow * scale
    return "".join((
        shapes.box(left, y, red, 24, fill=hatched, more=shapes.stroke(shapes.BAD, 1)) if red else "",
        shapes.box(left + red, y, yellow, 24, fill=AMBER) if yellow else "",
        shapes.text(left + red + yellow + 8, y + 17, one.words, size=SMALL),
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A line with its number, as it is said, and what stands small below the name."""

    name: str
    small: str
    value: int
    shown: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Lines on one scale, the first one highlighted."""

    lines: Sequence[Bar]
    label: str

    def picture(self, language: str, width: float) -> str:
        """The drawing."""
        is_wide = width >= WIDE
        left, row = (250.0, 48.0) if is_wide else (0.0, 66.0)
        number = max((em_width(one.shown) * 16 + 20 for one in self.lines), default=0)
        scale = (width - left - number) / most(one.value for one in self.lines)
        parts = []
        for place, one in enumerate(self.lines):
            y = place * row
            fill = shapes.GOV if place == 0 else QUIET
            if is_wide:
                name, small = (fitting((each,), left - 14, SIZE) for each in (one.name, one.small))
                parts.append(shapes.text(left - 12, y + 16, name, size=SIZE, fill=shapes.INK, anchor="end"))
                parts.append(shapes.text(left - 12, y + 34, small, size=SMALL, fill=shapes.MUTED, anchor="end"))
            else:
                name = fitting((f"{one.name} · {one.small}", one.name), width, SIZE)
                parts.append(shapes.text(0, y + 16, name, size=SIZE, fill=shapes.INK))
            top = y + 10 if is_wide else y + 26
            parts.append(shapes.box(left, top, one.value * scale, 22, fill=fill))
            x = left + one.value * scale + 8
            parts.append(shapes.text(x, top + 17, one.shown, size=16, fill=shapes.INK, bold=True))
        return shapes.document(width, max(1, len(self.lines)) * row, self.label, language, parts)


@dataclass(frozen=True, slots=True)
class Pair:
    """A line before and after, in whole units."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Dumbbells:
    """Before and after on one scale, what that saves in per cent between them."""

    lines: Sequence[Pair]
    label: str
    before: str
    after: str

    def picture(self, language: str, width: float) -> str:
        """The drawing."""
        is_wide = width >= WIDE
        left, row, top = (names_width(self.lines, 170.0), 56.0, 34.0) if is_wide else (14.0, 84.0, 34.0)
        scale = (width - left - 40) / most(max(one.before, one.after) for one in self.lines)
        parts = [self._legend(width)]
        for place, one in enumerate(self.lines):
            y = top + place * row
            name = fitting((one.name,), left - 26 if is_wide else width, SIZE)
            middle = y + 32 if is_wide else y + 58
            if is_wide:
                parts.append(shapes.text(left - 22, middle + 5, name, size=SIZE, fill=shapes.INK, anchor="end"))
            else:
                parts.append(shapes.text(0, y + 18, name, size=SIZE, fill=shapes.INK))
            parts.append(_dumbbell(one, left, middle, scale))
        return shapes.document(width, top + len(self.lines) * row + 8, self.label, language, parts)

    def _legend(self, width: float) -> str:
        """What a ring and a disc stand for, at the upper right."""
        after = width - em_width(self.after) * SMALL
        before = after - 34 - em_width(self.before) * SMALL
        return "".join((
            _disc(before - 12, 12, 6, is_filled=False),
            shapes.text(before, 17, self.before, size=SMALL),
            _disc(after - 12, 12, 6, is_filled=True),
            shapes.text(after, 17, self.after, size=SMALL),
        ))  # fmt: skip


def _dumbbell(one: Pair, left: float, y: float, scale: float) -> str:
    before, after = left + one.before * scale, left + one.after * scale
    saved = round(100 * (one.before - one.after) / one.before) if one.before else 0
    percent = shapes.text((before + after) / 2, y - 10, f"−{saved}%", size=SMALL, fill=OK, bold=True, anchor="middle")
    is_apart = abs(before - after) >= ROOM
    return "".join((
        shapes.line([(after, y), (before, y)], shapes.GOV_LINE, 5),
        _disc(before, y, 7, is_filled=False),
        _disc(after, y, 8, is_filled=True),
        shapes.text(after, y - 13, str(one.after), size=17, fill=shapes.INK, bold=True, anchor="middle"),
        shapes.text(before, y - 13, str(one.before), size=SIZE, anchor="middle") if is_apart
        else shapes.text(max(before, after) + 14, y + 5, str(one.before), size=SIZE),
        percent if is_apart and saved > 0 else "",
    ))  # fmt: skip


def _disc(x: float, y: float, radius: float, *, is_filled: bool) -> str:
    fill = shapes.GOV if is_filled else shapes.WHITE
    place = f'cx="{shapes.pixels(x)}" cy="{shapes.pixels(y)}" r="{shapes.pixels(radius)}"'
    return f'<circle {place} fill="{fill}"{shapes.stroke(shapes.GOV if is_filled else shapes.CONTROL, 2.4)}/>'


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a place along the line (0 to the last point), in a few words."""

    place: float
    words: str


@dataclass(frozen=True, slots=True)
class Trend:
    """One figure over time, overdue red, its last value said; ``first`` and ``last`` name the ends."""

    values: Sequence[int]
    label: str
    first: str
    last: str
    events: Sequence[Event] = ()

    def picture(self, language: str, width: float) -> str:
        """The drawing."""
        height, top, left = 260.0, 16.0 + 20 * len(self.events), 48.0
        right, ground = width - 60, height - 30
        highest = round_up(most(self.values))
        across = (right - left) / max(1, len(self.values) - 1)

        def at(value: float) -> float:
            return ground - (ground - top) * value / highest

        points = [(left + n * across, at(value)) for n, value in enumerate(self.values)]
        area = "L".join(f"{shapes.pixels(x)} {shapes.pixels(y)}" for x, y in points)
        parts = [_scale(highest, left, right, at)]
        parts.append(f'<path d="M{left} {ground}L{area}L{shapes.pixels(right)} {ground}Z" fill="{shapes.BAD_SOFT}"/>')
        parts.append(shapes.line(points, shapes.BAD, 2.4))
        for n, event in enumerate(self.events):
            x, y = left + event.place * across, 14.0 + 20 * n
            words = fitting((event.words,), width - 8, SMALL)
            long = em_width(words) * SMALL
            is_late = x + 8 + long > width
            is_across = is_late and long > x - 6  # there is room on neither side of the line, so it begins below
            parts.append(shapes.line([(x, y + 6 if is_across else y - 8), (x, ground)], shapes.GOV, 1.2))
            anchor, at_x = ("end", max(x - 6, long)) if is_late else ("", x + 6)
            parts.append(shapes.text(at_x, y, words, size=SMALL, fill=shapes.INK, anchor=anchor))
        x, y = points[-1]
        last = f"{self.values[-1]:,}"
        parts.append(shapes.text(x + 8, y + 6, last, size=18, fill=shapes.BAD, bold=True))
        parts.append(shapes.text(left, height - 8, self.first, size=SMALL, fill=shapes.MUTED))
        parts.append(shapes.text(right, height - 8, self.last, size=SMALL, fill=shapes.MUTED, anchor="end"))
        return shapes.document(width, height, self.label, language, parts)


def names_width(lines: Sequence[Lights] | Sequence[Pair], least: float) -> float:
    """How wide the column of names is: as the longest asks, within reason."""
    return min(MOST_NAMES, max([least, *(em_width(one.name) * SIZE + 28 for one in lines)]))


def most(values: Iterable[int]) -> int:
    """The largest, at least 1."""
    return max(values, default=0) or 1


def round_up(value: int) -> int:
    """The least number, 1, 2 or 5 with zeros times `MOST_LINES`, that is not smaller; `value` is at least 1."""
    step = 10 ** max(0, math.floor(math.log10(value)) - 1)
    rounded: int = next(MOST_LINES * step * each for each in (1, 2, 5, 10, 20, 50) if MOST_LINES * step * each >= value)
    return rounded


def _scale(highest: int, left: float, right: float, at: Callable[[float], float]) -> str:
    """The lines across, each with its number."""
    parts = []
    for n in range(MOST_LINES + 1):
        value = highest * n // MOST_LINES
        colour = shapes.CONTROL if n == 0 else shapes.LINE
        parts.append(shapes.line([(left, at(value)), (right, at(value))], colour, 1))
        words = f"{value:,}"
        parts.append(shapes.text(left - 8, at(value) + 4, words, size=SMALL, fill=shapes.MUTED, anchor="end"))
    return "".join(parts)
