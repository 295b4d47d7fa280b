"""Small drawings of quantity: a strip of days on a shared scale, a ring and a row of parts.

Inline SVG made on the server. Lengths are attributes, never style, so that a strict content policy leaves them alone;
the words beside each drawing carry the same figures, so all are hidden from screen readers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tongban.portal.plan_picture import shapes
from tongban.portal.plan_picture.texts import em_width

if TYPE_CHECKING:
    from collections.abc import Sequence

STRIP_WIDTH, STRIP_HEIGHT, STRIP_LABEL = 370.0, 26.0, 140.0
HIDDEN: Final = 'aria-hidden="true" focusable="false"'


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a strip: so many days, with a name where it has room."""

    days: float
    name: str = ""


def strip(stretches: Sequence[Stretch], longest_days: float, label: str, *, ours: bool = False) -> str:
    """The stretches side by side, and `label` after them, on a scale on which `longest_days` is the whole width.

    All strips of one comparison are drawings of one size, so that shrinking them keeps them comparable.
    """
    scale = STRIP_WIDTH / max(longest_days, 1)
    colour, text_colour = (shapes.GOV, shapes.WHITE) if ours else (shapes.GOV_SOFT, shapes.TEXT)
    outline = "" if ours else shapes.stroke(shapes.GOV_LINE, 1)
    parts, at = [], 0.5
    for stretch in stretches:
        width = stretch.days * scale
        parts.append(shapes.box(at, 0.5, width - 2, STRIP_HEIGHT - 1, fill=colour, radius=4, more=outline))
        if stretch.name and em_width(stretch.name) * 13 + 8 <= width:
            parts.append(
                shapes.text(at + width / 2 - 1, 17.5, stretch.name, size=13, fill=text_colour, anchor="middle")
            )
        at += width
    parts.append(shapes.text(at + 8, 18, label, size=15, fill=shapes.INK, bold=True))
    return f'<svg viewBox="0 0 {STRIP_WIDTH + STRIP_LABEL:.0f} {STRIP_HEIGHT:.0f}" {HIDDEN}>{"".join(parts)}</svg>'


def ring(done: int, total: int) -> str:
    """A ring of `total` parts of which `done` are filled, with `done/total` in the middle."""
    parts = []
    gap = 0.16 if total > 1 else 0.0
    for index in range(max(total, 1)):
        begin = 2 * math.pi * index / max(total, 1) - math.pi / 2 + gap / 2
        end = 2 * math.pi * (index + 1) / max(total, 1) - math.pi / 2 - gap / 2
        colour = "#0A6E4F" if index < done else "#D3DCE5"
        parts.append(_arc(begin, end, colour))
    figure = shapes.text(36, 43, f"{done}/{total}", size=20, fill=shapes.INK, bold=True, anchor="middle")
    return f'<svg viewBox="0 0 72 72" width="72" height="72" {HIDDEN}>{"".join(parts)}{figure}</svg>'


def _arc(begin: float, end: float, colour: str) -> str:
    if end - begin > math.pi * 1.999:
        return f'<circle cx="36" cy="36" r="31" fill="none"{shapes.stroke(colour, 8)}/>'
    x1, y1 = 36 + 31 * math.cos(begin), 36 + 31 * math.sin(begin)
    x2, y2 = 36 + 31 * math.cos(end), 36 + 31 * math.sin(end)
    large = 1 if end - begin > math.pi else 0
    return f'<path d="M{x1:.1f} {y1:.1f}A31 31 0 {large} 1 {x2:.1f} {y2:.1f}" fill="none"{shapes.stroke(colour, 8)}/>'


def segments(done: int, total: int) -> str:
    """A row of `total` short bars of which `done` are filled, as wide as its place."""
    width = 600 / max(total, 1)
    bars = [
        shapes.box(index * width, 0, width - 6, 8, fill="#0A6E4F" if index < done else shapes.GOV_LINE, radius=4)
        for index in range(total)
    ]
    return f'<svg class="tb-segments" viewBox="0 0 600 8" preserveAspectRatio="none" {HIDDEN}>{"".join(bars)}</svg>'


def time_left(used: float, light: str) -> str:
    """How much of a limit is used (0 to 1) as a short bar in the colour of its light; hatched when overdue."""
    colour = {"ok": "#0A6E4F", "warn": "#F2A51A", "bad": "#AF2318"}.get(light, shapes.CONTROL)
    filled = 84 * min(max(used, 0.0), 1.0)
    stripes = "".join(f'<path d="M{x} 5l4 -5"{shapes.stroke(shapes.WHITE, 1.4)}/>' for x in range(0, int(filled), 7))
    parts = [
        shapes.box(0, 0, 84, 5, fill=shapes.GOV_SOFT, radius=2),
        shapes.box(0, 0, filled, 5, fill=colour, radius=2),
    ]
    if light == "bad":
        parts.append(stripes)
    return f'<svg class="tb-left-bar" width="84" height="5" viewBox="0 0 84 5" {HIDDEN}>{"".join(parts)}</svg>'
