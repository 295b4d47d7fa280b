"""How cases went from state to state, drawn over what the procedure declares.

Pure geometry: states from above to below as the procedure leads to them; what leads on by one step is a straight wire,
what skips states an arc at the right, what leads back one at the left. A way that was taken is dark and has its number;
one that is declared and was not taken is dashed; one that was taken and is not declared is red: a deviation.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tongban.portal.plan_picture import shapes
from tongban.portal.plan_picture.texts import fitting

Way = tuple[str | None, str]
"""From a state (None: before the first) to a state."""

ROW: Final = 74.0
BOX: Final = 34.0
BOX_WIDTH: Final = 176.0
SIZE: Final = 14
SMALL: Final = 13


@dataclass(frozen=True, slots=True)
class Process:
    """States by id with their names, the ways that are declared, and how often each was taken (0 is left out)."""

    states: Mapping[str, str]
    declared: frozenset[Way]
    taken: Mapping[Way, int]
    label: str

    @property
    def deviations(self) -> list[tuple[Way, int]]:
        """Ways that were taken and are not declared, the commonest first."""
        strange = [(way, times) for way, times in self.taken.items() if way not in self.declared]
        return sorted(strange, key=lambda one: (-one[1], one[0][0] or "", one[0][1]))

    @property
    def unused(self) -> list[Way]:
        """Ways that are declared and were never taken."""
        return sorted(self.declared - set(self.taken), key=lambda way: (way[0] or "", way[1]))

    def picture(self, language: str, width: float) -> str:
        """The drawing, `width` wide."""
        order = ordered(self.states, self.declared)
        middle = width / 2
        tops = {state: 34 + place * ROW for place, state in enumerate(order)}
        parts = [_heads(width)]
        ways = [(way, self.taken.get(way, 0)) for way in sorted(self.declared | set(self.taken), key=str)]
        for way, times in sorted(ways, key=lambda one: one[1]):
            if way[1] in tops and (way[0] is None or way[0] in tops):
                parts.append(self._wire(way, times, tops, middle, width))
        for state in order:
            name = fitting((self.states[state],), BOX_WIDTH - 16, SIZE)
            outline = shapes.stroke(shapes.GOV, 1.4)
            x = middle - BOX_WIDTH / 2
            parts.append(shapes.box(x, tops[state], BOX_WIDTH, BOX, fill=shapes.WHITE, radius=6, more=outline))
            parts.append(shapes.text(middle, tops[state] + 22, name, size=SIZE, fill=shapes.INK, anchor="middle"))
        return shapes.document(width, 34 + len(order) * ROW, self.label, language, parts)

    def _wire(self, way: Way, times: int, tops: Mapping[str, float], middle: float, width: float) -> str:
        """One way with its number."""
        was, became = way
        is_strange = way not in self.declared
        colour = shapes.BAD if is_strange else shapes.GOV if times else shapes.CONTROL
        look = shapes.stroke(colour, 2.4 if times else 1.4, "" if times or not self.taken else "5 4")
        tip = (
            f' fill="none"{look} marker-end="url(#{"bad" if is_strange else "tip" if times else "quiet"}-{width:.0f})"'
        )
        words = f"{times:,}" if times else ""
        end = tops[became]
        start = end - 30 if was is None else tops[was] + BOX
        if was is None or abs(tops[was] + ROW - end) < 1:
            path = f"M{middle} {start}V{end - 5}"
            place = (middle + 8, (start + end) / 2 + 3)
            anchor = ""
        else:
            side = 1 if end > tops[was] else -1
            span = abs(end - tops[was]) / ROW
            reach = min(28 + 20 * span, width / 2 - BOX_WIDTH / 2 - 44)
            x, y = middle + side * BOX_WIDTH / 2, tops[was] + BOX / 2
            bend = x + side * reach * 4 / 3
            place = (x + side * (reach + 6), (y + end + BOX / 2) / 2 + 4)
            anchor = "" if side > 0 else "end"
            far = x + side * 6
            path = f"M{x:.1f} {y:.1f}C{bend:.1f} {y:.1f} {bend:.1f} {end + BOX / 2:.1f} {far:.1f} {end + BOX / 2:.1f}"
        number = shapes.text(*place, words, size=SMALL, fill=colour, bold=is_strange, anchor=anchor) if words else ""
        return f'<path d="{path}"{tip}/>{number}'


def _heads(width: float) -> str:
    """The tips of wires."""
    kinds = (("tip", shapes.GOV), ("quiet", shapes.CONTROL), ("bad", shapes.BAD))
    return "<defs>" + "".join(
        f'<marker id="{name}-{width:.0f}" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8Z" fill="{colour}"/></marker>'
        for name, colour in kinds
    ) + "</defs>"  # fmt: skip


def ordered(states: Mapping[str, str], declared: frozenset[Way]) -> Sequence[str]:
    """States as the procedure leads to them, from its start on; what nothing leads to, and ends, come last."""
    order: dict[str, None] = {}
    waiting = deque(became for was, became in sorted(declared, key=str) if was is None)
    while waiting:
        state = waiting.popleft()
        if state in states and state not in order:
            order[state] = None
            waiting.extend(became for was, became in sorted(declared, key=str) if was == state)
    order.update(dict.fromkeys(states))
    left = {was for was, _became in declared}
    return [*[one for one in order if one in left], *[one for one in order if one not in left]]
