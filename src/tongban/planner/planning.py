"""Joins the stages: from a catalog, a request and a calendar to a plan."""

from __future__ import annotations

from tongban.catalog.model import Catalog
from tongban.clock import Calendar
from tongban.planner import lines
from tongban.planner.candidates import with_candidates
from tongban.planner.comparison import compare
from tongban.planner.framing import Frame, frame
from tongban.planner.knowledge import Knowledge
from tongban.planner.outcome import Outcome
from tongban.planner.outline import outline_of
from tongban.planner.plan import Cost, Plan
from tongban.planner.request import Request
from tongban.planner.schedule import Timing
from tongban.planner.search import MOST_NODES, Solution, solve
from tongban.planner.selection import select
from tongban.planner.supply import Supply


def plan(catalog: Catalog, request: Request, calendar: Calendar, *, most_nodes: int = MOST_NODES) -> Plan:
    """The way of least burden. The same input gives the same plan. Raises PlanError with everything that is wrong."""
    return plan_known(Knowledge(outline_of(catalog, request), request), calendar, most_nodes)


def plan_known(knowledge: Knowledge, calendar: Calendar, most_nodes: int = MOST_NODES) -> Plan:
    """The same, of a request that has been looked at."""
    selection = select(knowledge)
    supply = Supply(knowledge, with_candidates(knowledge, selection.runs))
    timing = Timing(supply, calendar, knowledge.on)
    framed = frame(supply, timing)
    solution = solve(framed.problem, most_nodes)
    return _plan(Outcome(framed, timing, solution, selection), framed, solution)


def _plan(outcome: Outcome, framed: Frame, solution: Solution) -> Plan:
    cost, bound = _cost(framed, solution)
    timing = outcome.timing
    return Plan(
        services=lines.service_lines(outcome),
        undecided=lines.undecided_lines(outcome),
        facts=lines.fact_lines(outcome),
        evidence=lines.paper_lines(outcome),
        signers=lines.signer_lines(outcome),
        handovers=lines.handovers(outcome),
        receives=lines.receipts(outcome),
        schedule=lines.schedule(outcome),
        cost=cost,
        bound=bound,
        is_proven=solution.proven,
        comparison=compare(framed, outcome.runs, cost, timing.calendar, timing.on),
        because=lines.reasons(outcome),
    )


def _cost(framed: Frame, solution: Solution) -> tuple[Cost, Cost]:
    trips, papers, questions = framed.scale.burden(solution.weight)
    lower_trips, lower_papers, lower_questions = framed.scale.burden(solution.lower_weight)
    return (
        (trips, papers, questions, solution.days),
        (lower_trips, lower_papers, lower_questions, solution.lower_days),
    )
