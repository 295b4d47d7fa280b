"""Groups of cases as bars on one scale, what came online dark before what a window began, each with its number.

Pure geometry. Two widths of one drawing: where there is little room, the name of a group stands above its bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tongban.portal.plan_picture import shapes
from tongban.portal.plan_picture.texts import em_width, fitting

WIDE, NARROW = 980.0, 340.0
TOP: Final = 34.0
BAR: Final = 16.0
NAME: Final = 380.0
"""The room of a name beside its bar."""
NUMBER: Final = 90.0
SIZE: Final = 14


@dataclass(frozen=True, slots=True)
class Line:
    """A group: its name, its cases, those that came online, and how their number is said. Hidden counts are 0."""

    name: str
    cases: int
    online: int
    shown: str


@dataclass(frozen=True, slots=True)
class Lines:
    """All groups in order, and what the drawing says: its sentence and the names of the two kinds."""

    lines: Sequence[Line]
    label: str
    online: str
    at_window: str


def picture(lines: Lines, language: str, width: float) -> str:
    """The drawing at a width of `WIDE` or `NARROW`."""
    is_wide = width >= WIDE
    row = 30.0 if is_wide else 48.0
    left = NAME if is_wide else 0.0
    scale = (width - left - NUMBER) / max(1, *(line.cases for line in lines.lines))
    parts = [_legend(lines, width)]
    for place, line in enumerate(lines.lines):
        y = TOP + place * row
        name = fitting((line.name,), (NAME - 16) if is_wide else width, SIZE)
        parts.append(shapes.text(0, y + 13, name, size=SIZE, fill=shapes.INK))
        parts.append(_bar(line, left, y if is_wide else y + 20, scale))
    return shapes.document(width, TOP + len(lines.lines) * row, lines.label, language, parts)


def _bar(line: Line, left: float, y: float, scale: float) -> str:
    whole, online = line.cases * scale, line.online * scale
    outline = shapes.stroke(shapes.CONTROL, 1)
    return "".join((
        shapes.box(left + 0.5, y + 0.5, whole - 1, BAR - 1, fill=shapes.GOV_SOFT, more=outline) if line.cases else "",
        shapes.box(left, y, online, BAR, fill=shapes.GOV) if line.online else "",
        shapes.text(left + whole + 8, y + 13, line.shown, size=SIZE),
    ))  # fmt: skip


def _legend(lines: Lines, width: float) -> str:
    """Both kinds, each beside a piece of its drawing, from the left."""
    second = 24 + em_width(lines.online) * SIZE + 24
    return "".join((
        shapes.box(0, 4, 16, 12, fill=shapes.GOV),
        shapes.text(24, 15, lines.online, size=SIZE),
        shapes.box(second + 0.5, 4.5, 15, 11, fill=shapes.GOV_SOFT, more=shapes.stroke(shapes.CONTROL, 1)),
        shapes.text(second + 24, 15, fitting((lines.at_window,), width - second - 24, SIZE), size=SIZE),
    ))  # fmt: skip
