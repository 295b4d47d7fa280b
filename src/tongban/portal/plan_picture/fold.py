"""Folding a plan that is too large to read into phases: one lane each, cut where the deciding work moves on.

A picture has at most twelve lanes and thirty days; beyond that, what begins while one deciding service runs is one
phase. The list in words below the picture still names every service.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tongban.portal.plan_picture.axis import DAYS_BEFORE_WEEKS
from tongban.portal.plan_picture.model import YOU, Bar, Handover, Lane, PlanPicture, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

LANES_AT_MOST: Final = 12
PHASES_AT_MOST: Final = 6


def is_too_large(picture: PlanPicture) -> bool:
    """Whether the picture has more lanes or days than can be read."""
    days = (picture.days[-1].on - picture.days[0].on).days
    return len(picture.lanes) > LANES_AT_MOST or days >= DAYS_BEFORE_WEEKS


def folded(picture: PlanPicture) -> PlanPicture:
    """The same plan in phases when it is too large, else the plan itself."""
    if not is_too_large(picture):
        return picture
    starts = _phase_starts(picture.bars)
    office_of = {bar.id: lane.title for lane in picture.lanes for bar in lane.bars}
    lanes, phase_of = [], {}
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else None
        bars = [bar for bar in picture.bars if start <= bar.start and (end is None or bar.start < end)]
        phase_of.update({bar.id: index for bar in bars})
        lanes.append(_lane(picture, index, bars, len({office_of[bar.id] for bar in bars})))
    between = {
        (phase_of[handover.source], phase_of[handover.target])
        for handover in picture.handovers
        if handover.source != YOU and phase_of[handover.source] + 1 == phase_of[handover.target]
    }
    handovers = [Handover(YOU, "phase-0"), *(Handover(f"phase-{a}", f"phase-{b}") for a, b in sorted(between))]
    return replace(picture, lanes=tuple(lanes), handovers=tuple(handovers))


def _phase_starts(bars: Sequence[Bar]) -> list[date]:
    """The first day of each phase: the first day of all, then the days on which deciding services begin."""
    first = min(bar.start for bar in bars)
    starts = sorted({bar.start for bar in bars if bar.critical} | {first})
    if len(starts) <= PHASES_AT_MOST:
        return starts
    return [starts[index * len(starts) // PHASES_AT_MOST] for index in range(PHASES_AT_MOST)]


def _lane(picture: PlanPicture, index: int, bars: Sequence[Bar], offices: int) -> Lane:
    words = picture.words
    leader = max(bars, key=lambda bar: (bar.critical, bar.due, bar.id))
    others = len(bars) - 1
    title = words.and_others.format(title=leader.title, n=others) if others else leader.title
    bar = Bar(
        id=f"phase-{index}",
        title=title,
        short=leader.short or leader.title,
        start=min(bar.start for bar in bars),
        due=max(bar.due for bar in bars),
        critical=leader.critical,
        state=_state(bars),
    )
    name = words.phase.format(n=index + 1)
    return Lane(title=name, short=str(index + 1), office=words.offices.format(n=offices), bars=(bar,))


def _state(bars: Sequence[Bar]) -> State:
    states = {bar.state for bar in bars}
    if State.LATE in states:
        return State.LATE
    for state in (State.DONE, State.WAITING, State.UNDECIDED, State.NOT_POSSIBLE):
        if states == {state}:
            return state
    return State.PLANNED
