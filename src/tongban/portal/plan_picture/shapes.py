"""The SVG words both pictures are written in: text, box, line, hatch. Every text is escaped here and nowhere else."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from tongban.portal.marks import SHAPES
from tongban.portal.plan_picture.model import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongban.portal.plan_picture.layout import Point
    from tongban.portal.plan_picture.model import Bar

INK: Final = "#14202E"
TEXT: Final = "#24323F"
MUTED: Final = "#56657A"
WHITE: Final = "#FFFFFF"
LINE: Final = "#DDE4EB"
CONTROL: Final = "#7A8899"
BLUE: Final = "#0B5CAD"
BLUE_DARK: Final = "#084482"
GOV: Final = "#2B3A4D"
GOV_SOFT: Final = "#E3E9F0"
GOV_LINE: Final = "#C5D0DB"
BAD: Final = "#AF2318"
BAD_SOFT: Final = "#FCE9E6"
FONTS: Final = (
    "'PingFang SC','HarmonyOS Sans SC','MiSans','Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',"
    "system-ui,sans-serif"
)


def pixels(value: float) -> str:
    """A length without a needless fraction."""
    return f"{value:.1f}".removesuffix(".0")


def text(
    x: float,
    y: float,
    content: str,
    *,
    size: float,
    fill: str = TEXT,
    bold: bool = False,
    anchor: str = "",
    more: str = "",
) -> str:
    """One line of text with its baseline at `y`."""
    weight = ' font-weight="600"' if bold else ""
    where = f' text-anchor="{anchor}"' if anchor else ""
    return (
        f'<text x="{pixels(x)}" y="{pixels(y)}" font-size="{pixels(size)}" fill="{fill}"{weight}{where}{more}>'
        f"{escape(content)}</text>"
    )


def box(x: float, y: float, width: float, height: float, *, fill: str, radius: float = 0, more: str = "") -> str:
    """A rectangle; `more` holds further attributes, each with a leading space."""
    corner = f' rx="{pixels(radius)}"' if radius else ""
    return (
        f'<rect x="{pixels(x)}" y="{pixels(y)}" width="{pixels(max(width, 0))}" height="{pixels(max(height, 0))}"'
        f'{corner} fill="{fill}"{more}/>'
    )


def stroke(colour: str, width: float, dashes: str = "") -> str:
    """Attributes of an outline."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f' stroke="{colour}" stroke-width="{pixels(width)}"{dashed}'


def line(points: Sequence[Point], colour: str, width: float) -> str:
    """An open line through points (x, y), without those that repeat the one before."""
    kept = [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]
    path = "L".join(f"{pixels(x)} {pixels(y)}" for x, y in kept)
    return f'<path d="M{path}" fill="none"{stroke(colour, width)} stroke-linejoin="round"/>'


def mark(name: str, x: float, y: float, size: float) -> str:
    """One of the small shapes that carry a meaning, its upper left corner at (x, y)."""
    return f'<g transform="translate({pixels(x)} {pixels(y)}) scale({size / 20:.3g})">{SHAPES[name]}</g>'


def tick(x: float, y: float, colour: str) -> str:
    """A bare tick, 10 by 8, its left end at (x, y)."""
    return (
        f'<path d="M{pixels(x)} {pixels(y)}l3.4 3.6l6.4 -7.4" fill="none"{stroke(colour, 1.8)}'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    )


def hatches(prefix: str) -> str:
    """The patterns: rest days on the ground, rest days over dark and light bars, and what is overdue."""
    kinds = (("rest", LINE, 1.2, 7, 45), ("dark", "#8FA0B3", 1.3, 6, 20), ("light", "#B3C0CD", 1.3, 6, 20))
    patterns = [
        f'<pattern id="{prefix}-{name}" width="{gap}" height="{gap}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn})"><path d="M0 0V{gap}"{stroke(colour, width)}/></pattern>'
        for name, colour, width, gap, turn in kinds
    ]
    patterns.append(
        f'<pattern id="{prefix}-late" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="8" height="8" fill="{BAD_SOFT}"/><path d="M0 0V8"{stroke("#E9A49C", 2)}/></pattern>'
    )
    return f"<defs>{''.join(patterns)}</defs>"


def document(width: float, height: float, label: str, language: str, parts: Sequence[str]) -> str:
    """The whole picture: one image with one sentence."""
    size = f'viewBox="0 0 {pixels(width)} {pixels(height)}" width="{pixels(width)}" height="{pixels(height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(label)}" '
        f'lang="{escape(language)}" font-family="{FONTS}">{"".join(parts)}</svg>'
    )


def bar_colours(bar: Bar, prefix: str) -> tuple[str, str, str]:
    """Fill, outline attributes and text colour of a bar in its state."""
    match bar.state:
        case State.LATE:
            return f"url(#{prefix}-late)", stroke(BAD, 1.5), INK
        case State.WAITING:
            return WHITE, stroke(CONTROL, 1.5), TEXT
        case State.UNDECIDED:
            return WHITE, stroke(CONTROL, 1.5, "5 4"), TEXT
        case State.NOT_POSSIBLE:
            return WHITE, stroke(GOV_LINE, 1), MUTED
        case State.PLANNED | State.DONE:
            return (GOV, "", WHITE) if bar.critical else (GOV_SOFT, stroke(GOV_LINE, 1), INK)
