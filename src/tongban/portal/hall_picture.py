"""The queue of a hall over a day, before and after, on one scale: an area behind, a line before it, each with its name.

Pure geometry. Two widths of one drawing, since text that shrinks with its picture cannot be read on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tongban.portal.plan_picture import shapes
from tongban.portal.plan_picture.texts import em_width

WIDE, NARROW = 720.0, 340.0
HEIGHT: Final = 280.0
TOP, BOTTOM, LEFT, RIGHT = 34.0, 28.0, 38.0, 10.0
STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
MOST_LINES: Final = 5
SIZE: Final = 13
A_HOUR: Final = 12


@dataclass(frozen=True, slots=True)
class Words:
    """What the picture says: its sentence, the names of the two ways, and what is counted upwards."""

    label: str
    before: str
    after: str
    people: str


@dataclass(frozen=True, slots=True)
class Queues:
    """Both queues from the hour at which the hall opens to its end, at equal moments, `A_HOUR` in each hour."""

    before: Sequence[float]
    after: Sequence[float]
    opens: int
    words: Words


def picture(queues: Queues, language: str, width: float) -> str:
    """The drawing at a width of `WIDE` or `NARROW`."""
    before, after, words = queues.before, queues.after, queues.words
    step = next((each for each in STEPS if each * MOST_LINES >= max(*before, *after)), STEPS[-1])
    highest = step * max(1, math.ceil(max(*before, *after) / step))
    right, ground = width - RIGHT, HEIGHT - BOTTOM

    def points(lengths: Sequence[float]) -> list[tuple[float, float]]:
        across = (right - LEFT) / (len(lengths) - 1)
        return [(LEFT + n * across, ground - (ground - TOP) * length / highest) for n, length in enumerate(lengths)]

    parts = [_scale(highest, step, right), _hours(queues.opens, (len(before) - 1) // A_HOUR, right, width)]
    parts += [_area(points(before), ground), shapes.line(points(before), shapes.CONTROL, 1.5)]
    parts += [shapes.line(points(after), shapes.GOV, 3), _legend(words, right)]
    return shapes.document(width, HEIGHT, words.label, language, parts)


def _area(points: Sequence[tuple[float, float]], ground: float) -> str:
    path = "L".join(f"{shapes.pixels(x)} {shapes.pixels(y)}" for x, y in points)
    ends = f"M{shapes.pixels(points[0][0])} {shapes.pixels(ground)}L"
    return f'<path d="{ends}{path}L{shapes.pixels(points[-1][0])} {shapes.pixels(ground)}Z" fill="{shapes.GOV_SOFT}"/>'


def _scale(highest: int, step: int, right: float) -> str:
    """The lines across, each with its number of people."""
    parts = []
    for count in range(0, highest + 1, step):
        y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * count / highest
        parts.append(shapes.line([(LEFT, y), (right, y)], shapes.CONTROL if count == 0 else shapes.LINE, 1))
        parts.append(shapes.text(LEFT - 6, y + 4, str(count), size=SIZE, fill=shapes.MUTED, anchor="end"))
    return "".join(parts)


def _hours(opens: int, hours: int, right: float, width: float) -> str:
    """The hours below; every other one where there is little room."""
    across = (right - LEFT) / hours
    shown = range(0, hours + 1, 1 if width >= WIDE else 2)
    return "".join(
        shapes.text(
            LEFT + hour * across, HEIGHT - 8, f"{opens + hour}:00", size=SIZE, fill=shapes.MUTED,
            anchor="end" if hour == hours else "middle",
        )
        for hour in shown
    )  # fmt: skip


def _legend(words: Words, right: float) -> str:
    """Names of both ways at the upper right, each beside a piece of its drawing; what is counted at the left."""
    after = right - em_width(words.after) * SIZE
    before = after - 44 - em_width(words.before) * SIZE
    return "".join((
        shapes.text(0, 14, words.people, size=SIZE, fill=shapes.MUTED),
        shapes.box(before - 24, 5, 18, 11, fill=shapes.GOV_SOFT, more=shapes.stroke(shapes.CONTROL, 1.5)),
        shapes.text(before, 15, words.before, size=SIZE),
        shapes.line([(after - 24, 11), (after - 6, 11)], shapes.GOV, 3),
        shapes.text(after, 15, words.after, size=SIZE, fill=shapes.INK, bold=True),
    ))  # fmt: skip
