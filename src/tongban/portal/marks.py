"""The small shapes that carry a meaning: lights of a clock and marks of who has the ball.

Each is drawn here once, on a 20 by 20 field, in colours that do not depend on a style sheet, and always stands beside
its word. Lights: circle with tick, triangle with !, octagon with ×. Marks: filled tick = done, blue disc = this
reader, clock = another office, empty ring = waits for another part, dash = not needed or not possible.
"""

from __future__ import annotations

from typing import Final

_TICK = 'fill="none" stroke="#FFFFFF" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"'

SHAPES: Final[dict[str, str]] = {
    "ok": f'<circle cx="10" cy="10" r="8.5" fill="#0A6E4F"/><path d="M6.2 10.3l2.6 2.6l5-5.4" {_TICK}/>',
    "warn": (
        '<path d="M10 2.2L18.4 17.2H1.6Z" fill="#F2A51A" stroke="#8A4B00" stroke-width="1.4" stroke-linejoin="round"/>'
        '<path d="M10 7.4v4.6M10 14.6v.2" fill="none" stroke="#14202E" stroke-width="2.1" stroke-linecap="round"/>'
    ),
    "bad": (
        '<path d="M6.6 1.6h6.8l5 5v6.8l-5 5H6.6l-5-5V6.6Z" fill="#AF2318"/>'
        f'<path d="M7.2 7.2l5.6 5.6M12.8 7.2l-5.6 5.6" {_TICK}/>'
    ),
    "paused": (
        '<circle cx="10" cy="10" r="8" fill="#FFFFFF" stroke="#56657A" stroke-width="1.6" stroke-dasharray="3 2"/>'
        '<path d="M8 7v6M12 7v6" fill="none" stroke="#56657A" stroke-width="1.8" stroke-linecap="round"/>'
    ),
    "you": '<circle cx="10" cy="10" r="8.5" fill="#0B5CAD"/><circle cx="10" cy="10" r="3.2" fill="#FFFFFF"/>',
    "office": (
        '<circle cx="10" cy="10" r="8" fill="#FFFFFF" stroke="#324154" stroke-width="1.7"/>'
        '<path d="M10 5.6V10l2.8 2" fill="none" stroke="#324154" stroke-width="1.7" stroke-linecap="round"/>'
    ),
    "waiting": '<circle cx="10" cy="10" r="8" fill="#FFFFFF" stroke="#7A8899" stroke-width="1.7"/>',
    "none": (
        '<circle cx="10" cy="10" r="8" fill="#FFFFFF" stroke="#7A8899" stroke-width="1.5"/>'
        '<path d="M6.5 10h7" fill="none" stroke="#56657A" stroke-width="1.8" stroke-linecap="round"/>'
    ),
    "disputed": (
        '<path d="M5 18V3.2M5 4h10l-2.2 3.4L15 11H5" fill="#FFF1D6" stroke="#8A4B00" stroke-width="1.6" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    ),
}
SHAPES["done"] = SHAPES["ok"]


def shape(name: str, size: int = 18) -> str:
    """The inline drawing of one mark, hidden from screen readers because its word stands beside it.

    Raises KeyError for a name that is not in SHAPES.
    """
    return (
        f'<svg class="tb-mark-shape" width="{size}" height="{size}" viewBox="0 0 20 20" '
        f'aria-hidden="true" focusable="false">{SHAPES[name]}</svg>'
    )
