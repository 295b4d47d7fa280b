"""A distribution as columns that stand on one scale: how many fall into each class of equal width.

Inline SVG made on the server, as wide as a desk or as a phone. Lengths are attributes, never style. The same classes
stand in a table beside it, so a sentence is all that screen readers are told. Fewer than `FEW` are not said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tongban.portal.bars import FEW
from tongban.portal.formats import is_chinese
from tongban.portal.plan_picture import shapes
from tongban.portal.plan_picture.texts import em_width

WIDE, NARROW = 620.0, 326.0
HEIGHT, TOP, BASE = 236.0, 30.0, 186.0
EDGE: Final = 14.0
SIZE: Final = 13.0
LESS: Final = "#A9B7C5"
MYRIAD, THOUSAND, MILLION = 10_000, 1_000, 1_000_000


def histogram(columns: Sequence[Mapping[str, Any]], words: Mapping[str, str], language: str, width: float) -> str:
    """The drawing. A column has `least` and `most` (what stands at its ends), `count`, and `is_less` (drawn paler).

    ``words``: `label`, the sentence of the whole; `axis`, what is measured along the bottom.
    """
    tallest = max((column["count"] for column in columns), default=0) or 1
    each = (width - 2 * EDGE) / max(len(columns), 1)
    parts = []
    for place, column in enumerate(columns):
        if column["count"]:
            parts += _column(column, EDGE + place * each, each, tallest, language)
    parts.append(shapes.line([(EDGE, BASE), (width - EDGE, BASE)], shapes.CONTROL, 1.2))
    ends = [column["least"] for column in columns] + [column["most"] for column in columns[-1:]]
    widest = max((em_width(end) for end in ends), default=0) * SIZE + 6
    every = 1 if widest <= each else 2
    nothing = ends.index("0") if "0" in ends else 0
    for place, end in enumerate(ends):
        x = EDGE + place * each
        parts.append(shapes.line([(x, BASE), (x, BASE + (9 if end == "0" else 5))], shapes.CONTROL, 1.2))
        if (place - nothing) % every == 0:
            parts.append(shapes.text(x, BASE + 23, end, size=SIZE, fill=shapes.TEXT, bold=end == "0", anchor="middle"))
    parts.append(shapes.text(width / 2, HEIGHT - 6, words["axis"], size=SIZE, fill=shapes.MUTED, anchor="middle"))
    return shapes.document(width, HEIGHT, words["label"], language, parts)


def _column(column: Mapping[str, Any], x: float, width: float, tallest: int, language: str) -> list[str]:
    count = column["count"]
    height = max((BASE - TOP) * (count if count >= FEW else 0) / tallest, 2)
    fill = LESS if column["is_less"] else shapes.GOV
    return [
        shapes.box(x + 2, BASE - height, width - 4, height, fill=fill, radius=min(3, height / 2)),
        shapes.text(
            x + width / 2, BASE - height - 7, said(count, language), size=SIZE, fill=shapes.INK, anchor="middle"
        ),
    ]


def said(count: int, language: str) -> str:
    """A count in few characters: `3,120`, `2.3 万`, `23k`; fewer than `FEW` only as that."""
    if count < FEW:
        return f"<{FEW}"
    if count < MYRIAD:
        return f"{count:,}"
    if is_chinese(language):
        return _short(count / MYRIAD) + " 万"
    return _short(count / THOUSAND) + "k" if count < MILLION else _short(count / MILLION) + "m"


def _short(number: float) -> str:
    return f"{number:.1f}" if number < 100 else f"{number:.0f}"  # noqa: PLR2004 - three digits are enough
