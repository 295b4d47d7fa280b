"""Charts as SVG in the house's colours: contestants beside the floor as bars, what grows with size as lines.

A chart says in words what it draws, is read in light and in dark, starts at zero, and has its figures at the marks. The
colours are those of `portal/static/tongban.css`; the dark ones are theirs with ground and ink exchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from math import ceil, floor, log10
from typing import Final

from bench.results import Result, shown

WIDTH: Final = 840
MARGIN: Final = 24
HEAD: Final = 64
NAMES_WIDTH: Final = 240
FIGURE_WIDTH: Final = 150
BAR: Final = 22
GAP: Final = 8
GROUP_GAP: Final = 14
LINES_HEIGHT: Final = 200
LABEL_HEIGHT: Final = 18
MOST_STEPS: Final = 5
MOST_LINES: Final = 8
"""More cannot be told apart; the others stand in the table."""
LETTER_WIDTH: Final = 7.6
"""About what a letter of 13 px takes, so that neighbours keep off each other."""
OURS: Final = "tongban"
FLOOR: Final = "floor"

STYLE: Final = """
text { font: 13px/20px "PingFang SC","HarmonyOS Sans SC","MiSans","Noto Sans CJK SC",system-ui,sans-serif;
  fill: #24323F; font-variant-numeric: tabular-nums }
.title { font-size: 16px; font-weight: 600; fill: #14202E } .second { fill: #56657A } .end { text-anchor: end }
.middle { text-anchor: middle } .card { fill: #FFFFFF; stroke: #DDE4EB } .axis { stroke: #7A8899 }
.line { stroke: #DDE4EB } .ours { fill: #0B5CAD } .floor { fill: #2B3A4D } .other { fill: #A9B7C5 }
.goal { stroke: #AF2318; stroke-dasharray: 4 4 }
.drawn { fill: none; stroke: #0B5CAD; stroke-width: 2 } .second-drawn { fill: none; stroke: #6B7D92; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #DDE4EB } .title { fill: #FFFFFF } .second { fill: #A9B7C5 } .card { fill: #14202E; stroke: #324154 }
  .axis { stroke: #7A8899 } .line { stroke: #324154 } .ours { fill: #6FB1F2 } .floor { fill: #E3E9F0 }
  .other { fill: #56657A } .goal { stroke: #FF9A8F } .drawn { stroke: #6FB1F2 }
  .second-drawn { stroke: #A9B7C5 }
}
""".strip()


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and the words that say the same."""

    name: str
    words: str
    svg: str


def charts(bench: str, results: Sequence[Result]) -> Iterator[Chart]:
    """The charts of one bench: bars where there is a floor, lines for each unit that several sizes have."""
    beside = [result for result in results if result.ratio_to_floor is not None and result.size is None]
    if len(beside) > 1:
        yield Chart(bench, bars_in_words(beside), bars(beside))
    grown = sorted((result for result in results if result.size is not None), key=_kind_of_growth)
    for (unit, of), group in groupby(grown, key=_kind_of_growth):
        lines = _lines(group)
        if max(map(len, lines)) > 1:
            name = f"{bench}-{_as_file_name(unit)}"
            yield Chart(name, lines_in_words(lines), drawn_lines(unit, of, lines))


def _kind_of_growth(result: Result) -> tuple[str, str]:
    return result.unit, "" if result.size is None else result.size[1]


def _lines(results: Iterable[Result]) -> list[list[Result]]:
    by_name: dict[str, list[Result]] = {}
    for result in results:
        by_name.setdefault(result.name, []).append(result)
    lines = [sorted(line, key=count_of) for line in by_name.values()]
    return sorted(lines, key=lambda line: -line[-1].median)[:MOST_LINES] if len(lines) > MOST_LINES else lines


def count_of(result: Result) -> int:
    """How many there were of what it was measured with."""
    return 0 if result.size is None else result.size[0]


def _as_file_name(unit: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in unit).strip("-") or "times"


def bars_in_words(results: Iterable[Result]) -> str:
    """What the bars say."""
    return "; ".join(f"{result.title}: {result.figure}, {result.ratio}" for result in results)


def lines_in_words(lines: Iterable[Sequence[Result]]) -> str:
    """What the lines say."""
    return "; ".join(
        f"{line[0].name}: " + ", ".join(f"{result.figure} at {count_of(result):,}" for result in line) for line in lines
    )


def finding_of_bars(results: Sequence[Result]) -> str:
    """What the bars come to: the best of ours beside the floor, and beside the best of the others."""
    ours = [result for result in results if kind_of(result) == "ours"]
    others = [result.median for result in results if kind_of(result) == "other"]
    ratio = max((result.ratio_to_floor or 0.0 for result in ours), default=0.0)
    told = f"At best {shown(ratio)} × the floor"
    if ours and others:
        told += f", {shown(max(result.median for result in ours) / max(others))} × the best of the others"
    return told


def finding_of_lines(lines: Sequence[Sequence[Result]], of: str) -> str:
    """What the first line comes to: its beginning and its end."""
    first, last = lines[0][0], lines[0][-1]
    told = f"{first.name}: {first.figure} at {count_of(first):,} {of}, {last.figure} at {count_of(last):,}"
    return told[:1].upper() + told[1:]


def bars(results: Sequence[Result]) -> str:
    """A bar for each result, as long as its ratio to the floor of its group, which the floor begins."""
    longest = max(max(result.ratio_to_floor or 0.0, result.goal or 0.0) for result in results)
    left, room = MARGIN + NAMES_WIDTH, WIDTH - 2 * MARGIN - NAMES_WIDTH - FIGURE_WIDTH
    drawn, y = [], HEAD
    for index, result in enumerate(results):
        y += GROUP_GAP if index and starts_group(results, index) else 0
        length = (result.ratio_to_floor or 0.0) / longest * room
        middle = y + BAR * 0.68
        drawn.append(f'<text x="{left - 10}" y="{middle:.0f}" class="end">{escape(result.name)}</text>')
        drawn.append(f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{BAR}" rx="3" class="{kind_of(result)}"/>')
        end = left + length
        if result.goal is not None:
            at = left + result.goal / longest * room
            drawn.append(f'<path d="M{at:.1f} {y - 3}V{y + BAR + 3}" class="goal"/>')
            end = max(end, at)
        said = f"{result.figure} · {shown(result.ratio_to_floor or 0.0)} ×{' ' + result.mark if result.goal else ''}"
        drawn.append(f'<text x="{end + 8:.1f}" y="{middle:.0f}">{escape(said)}</text>')
        y += BAR + GAP
    drawn.append(f'<path d="M{left} {HEAD - 6}V{y}" class="axis"/>')
    scale = "times the floor of the same run; a dashed line is a goal"
    return page(finding_of_bars(results), scale, bars_in_words(results), drawn, y)


def starts_group(results: Sequence[Result], index: int) -> bool:
    """Whether this is a floor, or the first that belongs to none of those before: the peers."""
    return is_floor(results[index]) or (kind_of(results[index]) == "other" and kind_of(results[index - 1]) == "ours")


def is_floor(result: Result) -> bool:
    """Whether it is what the others are measured against."""
    return result.name.casefold().removeprefix("the ").startswith(FLOOR)


def kind_of(result: Result) -> str:
    """Ours, which alone has goals; the floor; or another's."""
    if is_floor(result):
        return "floor"
    return "ours" if result.goal is not None or result.name.casefold().startswith(OURS) else "other"


def drawn_lines(unit: str, of: str, lines: Sequence[Sequence[Result]]) -> str:
    """A line for each name over size; both scales are plain and start at zero, so that what is linear looks it."""
    labels = [f"{line[0].name}: {shown(line[-1].median)}" for line in lines]
    left = MARGIN + 56
    room = WIDTH - left - 2 * MARGIN - min(max(map(len, labels)) * LETTER_WIDTH, WIDTH / 2)
    largest = max(count_of(line[-1]) for line in lines) or 1
    highest = max(result.median for line in lines for result in line) or 1.0
    height = max(LINES_HEIGHT, LABEL_HEIGHT * len(lines))
    bottom = HEAD + height
    steps = round_steps(highest)

    def x(result: Result) -> float:
        return left + count_of(result) / largest * room

    def y(figure: float) -> float:
        return bottom - figure / steps[-1] * height

    drawn = [
        f'<path d="M{left} {y(step):.1f}H{left + room:.1f}" class="line"/>'
        f'<text x="{left - 8}" y="{y(step) + 4:.1f}" class="second end">{shown(step)}</text>'
        for step in steps
    ]
    drawn.append(f'<path d="M{left} {HEAD}V{bottom}H{left + room:.1f}" class="axis" fill="none"/>')
    drawn += counts({count_of(one): x(one) for line in lines for one in line}, bottom + 20)
    names = spread([y(line[-1].median) + 4 for line in lines])
    for index, (line, label, label_y) in enumerate(zip(lines, labels, names, strict=True)):
        points = " ".join(f"{x(result):.1f},{y(result.median):.1f}" for result in line)
        drawn.append(f'<polyline points="{points}" class="{"second-" if index else ""}drawn"/>')
        drawn += [
            f'<circle cx="{x(result):.1f}" cy="{y(result.median):.1f}" r="3.5" class="{"other" if index else "ours"}"/>'
            for result in line
        ]
        drawn.append(f'<text x="{left + room + 10:.1f}" y="{label_y:.1f}">{escape(label)}</text>')
    title, scale = finding_of_lines(lines, of), f"{unit}, over the number of {of}"
    return page(title, scale, lines_in_words(lines), drawn, max(bottom + 32, names[-1]))


def round_steps(highest: float) -> list[float]:
    """Up to five round figures, the last of them not below the highest measured."""
    ten = 10.0 ** floor(log10(highest))
    step = next(ten * part for part in (0.25, 0.5, 1.0, 2.5) if ten * part * MOST_STEPS >= highest)
    return [step * number for number in range(1, ceil(highest / step) + 1)]


def counts(places: Mapping[int, float], y: float) -> Iterator[str]:
    """The sizes below the axis, from the largest down, each where it does not cover the one after it."""
    left_of = float("inf")
    for count, x in sorted(places.items(), reverse=True):
        half = len(f"{count:,}") * LETTER_WIDTH / 2
        if x + half < left_of:
            left_of = x - half - LETTER_WIDTH
            yield f'<text x="{x:.1f}" y="{y}" class="second middle">{count:,}</text>'


def spread(places: Sequence[float]) -> list[float]:
    """The heights of labels, moved apart where they would cover each other; in the order given."""
    moved, last = list(places), float("-inf")
    for index in sorted(range(len(places)), key=places.__getitem__):
        last = moved[index] = max(moved[index], last + LABEL_HEIGHT)
    return moved


def page(title: str, second: str, words: str, drawn: Iterable[str], bottom: float) -> str:
    """The whole drawing: card, title, what the scale is, and the words for whoever does not see it."""
    height = round(bottom + MARGIN)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(words)}</desc>",
            f"<style>{STYLE}</style>",
            f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="12" class="card"/>',
            f'<text x="{MARGIN}" y="30" class="title">{escape(title)}</text>',
            f'<text x="{MARGIN}" y="50" class="second">{escape(second)}</text>',
            *drawn,
            "</svg>\n",
        ]
    )
