"""Three ways of getting the same done, counted alike.

*Apart*: every service by itself at its counter, every need asked and every paper brought; trips and days as the
services declare them. *Connected*: every service by itself here, with what its holders have. *Together*: the plan. So
what sharing saves and what bundling saves are told apart. Questions and papers count for each member; trips, days,
windows and steps once for each service. A step is something the applicant does at an office: declared for apart; here
an application sent, or a trip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tongban.clock import Calendar, working_days_between
from tongban.planner.framing import Frame
from tongban.planner.masks import bits_of
from tongban.planner.plan import Column, Cost
from tongban.planner.schedule import due_date
from tongban.planner.search import Point, Problem, solve
from tongban.planner.selection import Run
from tongban.planner.supply import Supply


def compare(
    frame: Frame, runs: Sequence[tuple[int, Run]], cost: Cost, calendar: Calendar, on: date
) -> Mapping[str, Column]:
    """The three columns; ``runs`` are those of the plan with their places, ``cost`` is the plan's."""
    parts = list({id(run.part): run for _, run in runs}.values())
    return {
        "apart": _apart(frame.supply, runs, parts),
        "connected": _connected(frame.supply, runs, parts, calendar, on),
        "together": _together(parts, cost),
    }


def _papers(supply: Supply, run: Run) -> list[int]:
    subjects = supply.knowledge.outline.subjects
    groups = [subjects[use.paper.subject].group for use in run.papers]
    return [
        len(supply.knowledge.members(group, use.kind)) if group is not None else 1
        for group, use in zip(groups, run.papers, strict=True)
    ]


def _apart(supply: Supply, runs: Sequence[tuple[int, Run]], parts: Sequence[Run]) -> Column:
    declared = [run.part.service for run in parts]
    sourced = [service for service in declared if service.apart.source is not None]
    days = tuple((service.id, service.apart.days) for service in sourced)
    return Column(
        sum(supply.knowledge.weight(fact) for _, run in runs for fact in run.counter),
        sum(sum(_papers(supply, run)) for _, run in runs),
        sum(service.apart.trips for service in sourced),
        sum(days for _, days in days),
        len(declared),
        sum(service.steps for service in declared),
        tuple(sorted({service.id for service in declared if service.apart.source is None})),
        days,
    )


def _connected(
    supply: Supply, runs: Sequence[tuple[int, Run]], parts: Sequence[Run], calendar: Calendar, on: date
) -> Column:
    days = tuple((run.id, working_days_between(calendar, on, due_date(calendar, on, run.part.limit))) for run in parts)
    trips = sum(len(run.part.trips) for run in parts)
    return Column(
        sum(_questions_alone(supply, place) for place, _ in runs),
        sum(_papers_alone(supply, place, run) for place, run in runs),
        trips,
        sum(days for _, days in days),
        sum(len({place for place, _ in run.part.trips}) for run in parts),
        len(parts) + trips,
        _unpromised(parts),
        days,
    )


def _together(parts: Sequence[Run], cost: Cost) -> Column:
    trips, papers, questions, days = cost
    return Column(
        questions,
        papers,
        trips,
        days,
        len({place for run in parts for place, _ in run.part.trips}),
        (1 if parts else 0) + trips,
        _unpromised(parts),
        (),
    )


def _unpromised(parts: Sequence[Run]) -> tuple[str, ...]:
    return tuple(sorted({run.id for run in parts if run.part.is_unsourced}))


def _questions_alone(supply: Supply, place: int) -> int:
    """Questions of this service alone. What only another service makes is carried over by hand: a question too."""
    weight, carried, forced, points = supply.knowledge.weight, 0, 0, []
    for source in supply.needs_of(place):
        ways = supply.ways(supply.alone(source))
        if not ways:
            carried += weight(source.fact)
        elif len(ways) == 1:
            forced |= ways[0][0]
        else:
            points.append(Point(0, ways))
    if not points:
        return carried + sum(weight(supply.asked[bit.bit_length() - 1]) for bit in bits_of(forced))
    weights = [weight(fact) for fact in supply.asked]
    return carried + solve(Problem(weights, forced, (), points, (), lambda _added, _asked, _maybe: 0)).weight


def _papers_alone(supply: Supply, place: int, run: Run) -> int:
    owed = 0
    for use, members in zip(run.papers, _papers(supply, run), strict=True):
        proofs = [supply.proof(supply.alone(source)) for source in supply.proving(use, place)]
        if not use.is_waived and (not proofs or None in proofs):
            owed += members
    return owed
