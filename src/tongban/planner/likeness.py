"""Plans made once for all requests that are alike: the same facts, of which every condition says the same.

Whatever a plan hangs on beside a value itself is its likeness: which facts are there and by whose word, the truth of
every comparison, where a case is handled. A plan of the same likeness is the same plan but for the values it repeats,
none of which is kept but the regions that say where. It serves requests with one member of each subject; many members
have kinds of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tongban.catalog.conditions import UNKNOWN, Unknown
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Value
from tongban.clock import Calendar
from tongban.planner.knowledge import Knowledge
from tongban.planner.outline import outline_of
from tongban.planner.plan import FactLine, Plan
from tongban.planner.planning import plan_known
from tongban.planner.request import LOG_IN, Request

MOST_PLANS: Final = 200
_PLANS: Final[dict[object, Plan]] = {}


def plan_alike(catalog: Catalog, request: Request, calendar: Calendar) -> Plan:
    """What `planning.plan` says, at hand where a request like this one was planned before. Raises as it does."""
    outline = outline_of(catalog, request)
    knowledge = Knowledge(outline, request)
    if any(count != 1 for count in knowledge.supposed.counts.values()):
        return plan_known(knowledge, calendar)
    likeness = (outline, calendar.hash, request.on, request.unavailable, *_likeness(knowledge))
    kept = _PLANS.get(likeness)
    if kept is not None:
        return replace(kept, facts=tuple(_told(line, knowledge) for line in kept.facts))
    made = plan_known(knowledge, calendar)
    if not any(line.unmet for line in made.services):  # why something is not possible may say a value
        if len(_PLANS) >= MOST_PLANS:
            _PLANS.clear()
        _PLANS[likeness] = replace(made, facts=tuple(_untold(line) for line in made.facts))
    return made


def _likeness(knowledge: Knowledge) -> Sequence[object]:
    outline = knowledge.outline
    values = {name: knowledge.value((name, 0)) for name in outline.weighed}
    return (
        tuple(sorted(_said(knowledge))),
        tuple(_presence(value) for value in values.values()),
        tuple(values[name] for name in outline.routes),
        tuple(values[name] == value for name, value in outline.settings),
        tuple(leaf.truth(values.__getitem__) for leaf in outline.leaves),
    )


def _said(knowledge: Knowledge) -> list[tuple[str, bool, str, bool, bool]]:
    """What is said, but for the values: of which fact, that there is none, by whose word, whether it is contested."""
    supposed = knowledge.supposed
    said = dict(supposed.general)
    for members in supposed.single.values():
        said |= members.get(1, {})
    return [
        (name, known.value is None, known.source, known.disputed, known.is_unsupported) for name, known in said.items()
    ]


def _presence(value: Value | Unknown) -> bool | None:
    return None if value is UNKNOWN else value is not None


def _untold(line: FactLine) -> FactLine:
    return line if line.value is None else replace(line, value=None)


def _told(line: FactLine, knowledge: Knowledge) -> FactLine:
    known = knowledge.known((line.fact, 0)) if line.how == "known" and line.source != LOG_IN else None
    if known is None or known.value is None:
        return line
    return FactLine(line.fact, line.members, line.needed_by, "known", value=known.value, source=line.source)
