"""The way of a walk as bars on one scale: minutes walked, a mark for what is usual, a face for what hurt. Geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tongban.portal import icons
from tongban.portal.plan_picture import shapes
from tongban.portal.plan_picture.texts import em_width, fitting

WIDTH: Final = 340.0
ROW: Final = 34.0
MARK: Final = "#F2A51A"
SIZE: Final = 14
FACES: Final = {1: "mood-smile", 2: "mood-neutral", 3: "mood-sad", 4: "mood-angry", 5: "mood-x"}
COLOURS: Final = {1: "#0A6E4F", 2: "#0A6E4F", 3: "#8A4B00", 4: "#AF2318", 5: "#AF2318"}


@dataclass(frozen=True, slots=True)
class Row:
    """A step: its name, its seconds and how they are said, what is usual (None: not known), how much it hurt."""

    name: str
    seconds: int
    shown: str
    usual_seconds: int | None
    pain: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What is usual, in seconds, and its name."""

    seconds: int
    name: str


def clock_words(seconds: int) -> str:
    """A span as a clock shows it: `0:22`, `12:05`, `1:02:09`."""
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def whole(seconds: int, marks: Sequence[Mark], own: str, label: str, language: str) -> str:
    """How long a walk takes so far, on the scale of what is usual; the names of the marks stand below."""
    scale = WIDTH / max(1.1 * max([seconds, *(mark.seconds for mark in marks)]), 1)
    end = seconds * scale
    parts = [
        shapes.box(0, 6, WIDTH, 14, fill=shapes.GOV_SOFT, radius=7),
        shapes.box(0, 6, max(end, 14), 14, fill=shapes.GOV, radius=7),
    ]
    taken: list[tuple[float, float]] = []
    for at, name, is_bold in [*((mark.seconds * scale, mark.name, False) for mark in marks), (end, own, True)]:
        if not is_bold:
            parts.append(shapes.box(at - 1.5, 0, 3, 26, fill=MARK))
        half = em_width(name) * SIZE / 2
        middle = min(max(at, half), WIDTH - half)
        if all(abs(middle - other) > half + size + 4 for other, size in taken):
            taken.append((middle, half))
            parts.append(shapes.text(middle, 42, name, size=SIZE, anchor="middle", bold=is_bold))
    return shapes.document(WIDTH, 48, label, language, parts)


def way(rows: Sequence[Row], label: str, language: str) -> str:
    """The way as a picture: a row for each step."""
    scale = 96 / max(1, *(one for row in rows for one in (row.seconds, row.usual_seconds or 0)))
    parts = []
    for place, row in enumerate(rows):
        y = place * ROW
        name = fitting((row.name,), 132, SIZE)
        parts.append(shapes.text(0, y + 21, f"{place + 1}", size=SIZE))
        parts.append(shapes.text(22, y + 21, name, size=SIZE, fill=shapes.INK))
        parts.append(shapes.box(160, y + 11, max(row.seconds * scale, 10), 12, fill=shapes.GOV, radius=6))
        if row.usual_seconds is not None:
            parts.append(shapes.box(160 + row.usual_seconds * scale - 1.5, y + 8, 3, 18, fill=MARK))
        parts.append(shapes.text(308, y + 21, row.shown, size=SIZE, anchor="end", fill=shapes.INK))
        parts.append(face(row.pain, 316, y + 5) if row.pain else "")
    return shapes.document(WIDTH, max(len(rows), 1) * ROW, label, language, parts)


def face(pain: int, x: float, y: float) -> str:
    """The face of a pain, 24 by 24, its upper left corner at (x, y)."""
    return (
        f'<g transform="translate({shapes.pixels(x)} {shapes.pixels(y)})" fill="none" stroke-linecap="round"'
        f' stroke-linejoin="round"{shapes.stroke(COLOURS[pain], 1.75)}>{icons.paths(FACES[pain])}</g>'
    )
