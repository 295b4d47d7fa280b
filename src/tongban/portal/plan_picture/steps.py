"""The plan in words: the same facts as the picture, as an ordered list, for screen readers, elder mode and print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongban.portal.formats import date_span
from tongban.portal.plan_picture.model import State

if TYPE_CHECKING:
    from datetime import date

    from tongban.portal.plan_picture.model import Bar, Lane, PlanPicture


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list; `kind` is `you`, `office` or `result`."""

    on: date
    kind: str
    text: str


def plan_steps(picture: PlanPicture) -> tuple[Step, ...]:
    """Every block, service and result as one line, by day: what the reader does, what offices do, what arrives."""
    steps = [
        (
            block.on,
            0,
            Step(block.on, "you", _sentence(picture.words.step_you, picture, block.on, block.on, title=block.text)),
        )
        for block in picture.blocks
    ]
    steps += [(bar.start, 1, _office_step(picture, lane, bar)) for lane in picture.lanes for bar in lane.bars]
    arrivals: dict[date, list[str]] = {}
    for result in picture.results:
        arrivals.setdefault(result.on, []).append(result.name)
    for on, names in arrivals.items():
        joined = picture.words.separator.join(dict.fromkeys(names))
        steps.append((on, 2, Step(on, "result", _sentence(picture.words.step_result, picture, on, on, names=joined))))
    return tuple(step for _, _, step in sorted(steps, key=lambda item: item[:2]))


def _sentence(template: str, picture: PlanPicture, start: date, end: date, **values: str) -> str:
    return template.format(dates=date_span(start, end, picture.language), **values)


def _office_step(picture: PlanPicture, lane: Lane, bar: Bar) -> Step:
    words = picture.words
    office = lane.office or lane.title
    sentences = [_sentence(words.step, picture, bar.start, bar.due, office=office, title=bar.title)]
    names = list(
        dict.fromkeys(handover.name for handover in picture.handovers if handover.source == bar.id and handover.name)
    )
    if names:
        sentences.append(words.hands_over.format(names=words.separator.join(names)))
    if bar.state is not State.PLANNED and bar.state in words.states:
        sentences.append(words.states[bar.state].format(reason=bar.reason))
    gap = "" if sentences[0].endswith("。") else " "
    return Step(bar.start, "office", gap.join(sentences))
