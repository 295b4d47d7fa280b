"""From a plan, in the exact form that `tongban plan --json` prints, to the picture's own values.

The plan speaks in ids; `PlanLabels` says how the reader's language calls them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from tongban.portal.plan_picture.model import (
    YOU,
    Bar,
    Block,
    Day,
    Handover,
    Lane,
    PlanPicture,
    PlanWords,
    Result,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class ServiceLabel:
    """How a service is called; `lane` keys PlanLabels.lanes; `result` is what the reader receives, if anything."""

    title: str
    lane: str
    short: str = ""
    note: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class LaneLabel:
    """How an office is called; `icon` is the markup of a 24 by 24 outline."""

    title: str
    short: str = ""
    office: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a service has come after submission; what is None stays as planned."""

    state: State
    reason: str = ""
    due: date | None = None
    first_due: date | None = None


@dataclass(frozen=True, slots=True)
class PlanLabels:
    """What the picture says and the plan does not: names of services, lanes and handed-over facts, and sentences."""

    language: str
    words: PlanWords
    summary: str
    block: str
    block_short: str
    services: Mapping[str, ServiceLabel]
    lanes: Mapping[str, LaneLabel]
    facts: Mapping[str, str] = field(default_factory=dict)
    more_blocks: tuple[Block, ...] = ()


def read_plan(
    plan: Mapping[str, Any],
    labels: PlanLabels,
    days: Sequence[Day],
    *,
    today: date | None = None,
    progress: Mapping[str, Progress] | None = None,
) -> PlanPicture:
    """The picture of a plan. `days` are all calendar days from its start to its due date.

    `progress`, by service id, is given after submission. Raises KeyError for a service or lane without a label.
    """
    states = progress or {}
    start = date.fromisoformat(plan["schedule"]["start"])
    critical = set(plan["schedule"]["critical_path"])
    bars: dict[str, list[Bar]] = {}
    results = []
    for service in plan["services"]:
        label = labels.services[service["id"]]
        bar = _bar(service, label, states.get(service["id"]), critical=service["id"] in critical)
        bars.setdefault(label.lane, []).append(bar)
        if label.result and bar.state is not State.NOT_POSSIBLE:
            results.append(Result(label.result, bar.due))
    lanes = tuple(
        Lane(title=lane.title, short=lane.short, office=lane.office, icon=lane.icon, bars=tuple(bars[key]))
        for key, lane in ((key, labels.lanes[key]) for key in bars)
    )
    shown = [bar for lane in lanes for bar in lane.bars]
    first_dues = [bar.first_due or bar.due for bar in shown]
    promised = max((bar.due for bar in shown), default=start)
    first = max(first_dues, default=start)
    return PlanPicture(
        language=labels.language,
        words=labels.words,
        summary=labels.summary,
        days=tuple(day for day in days if start <= day.on <= max(promised, first)),
        blocks=(Block(labels.block, start, labels.block_short), *labels.more_blocks),
        lanes=lanes,
        handovers=_handovers(plan, labels.facts),
        results=tuple(results),
        promised=promised,
        first_promised=first if first != promised else None,
        today=today,
    )


def _bar(service: Mapping[str, Any], label: ServiceLabel, progress: Progress | None, *, critical: bool) -> Bar:
    start, due = date.fromisoformat(service["start"]), date.fromisoformat(service["due"])
    condition = service["if"] or ""
    state = State.UNDECIDED if condition else State.PLANNED
    if progress is not None:
        state, due = progress.state, progress.due or due
    return Bar(
        id=service["id"],
        title=label.title,
        short=label.short,
        start=min(start, due),
        due=due,
        note=label.note,
        critical=critical and state in {State.PLANNED, State.DONE},
        state=state,
        reason=progress.reason if progress is not None else condition,
        first_due=progress.first_due if progress is not None else None,
    )


def _handovers(plan: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Handover, ...]:
    """Named where a produced fact is handed on, nameless where one service only waits for another."""
    known = {service["id"] for service in plan["services"]}
    named = [
        Handover(produced["by"], target, names.get(produced["fact"], ""))
        for produced in plan["produced"]
        for target in produced["needed_by"]
        if produced["by"] in known and target in known and target != produced["by"]
    ]
    pairs = {(handover.source, handover.target) for handover in named}
    after = [
        Handover(before, service["id"])
        for service in plan["services"]
        for before in service["starts_after"]
        if before in known and (before, service["id"]) not in pairs
    ]
    fed = {handover.target for handover in (*named, *after)}
    first = [Handover(YOU, service["id"]) for service in plan["services"] if service["id"] not in fed]
    return tuple(first + named + after)
