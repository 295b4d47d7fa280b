"""Compiles procedures and proves that every state can be reached and that every state leads to an end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from tongban.catalog.condition_nodes import FactName
from tongban.catalog.conditions import ConditionError, parse
from tongban.catalog.model import ClockDefinition, Hold, Opening, ProcedureDefinition, StepDefinition
from tongban.catalog.names import Scope, text
from tongban.catalog.schema_procedures import ProcedureShape, StepShape
from tongban.catalog.vocabulary import Text
from tongban.catalog.yaml_tree import Path
from tongban.clock.units import Limit


def compile_procedure(scope: Scope, shape: ProcedureShape) -> ProcedureDefinition:
    """One procedure; what is wrong is said, and then the definition is not used."""
    full = shape.procedure if "/" in shape.procedure else f"{scope.pack}/{shape.procedure}"
    findings_before = len(scope.findings)
    for index, end in enumerate(shape.ends):
        if scope.among("state", end, shape.states, ("ends", index)) and end not in shape.results:
            scope.say("end-without-result", ("ends", index), name=end)
    for state in shape.results:
        scope.among("state", state, shape.ends, ("results", state), key=True)
    scope.among("state", shape.start.state, shape.states, ("start", "state"))
    _clock_names(scope, shape.start.starts, shape, ("start", "starts"))
    tasks = {name for step in shape.steps.values() for name in step.opens}
    steps = {name: _step(scope, name, step, shape, tasks) for name, step in shape.steps.items()}
    if len(scope.findings) == findings_before:
        _check_ways(scope, shape)
    return ProcedureDefinition(
        full,
        text(shape.title),
        shape.start.state,
        tuple(shape.ends),
        {name: text(title) for name, title in shape.states.items()},
        steps,
        _clocks(scope, shape),
        tuple(shape.start.starts),
        dict(shape.results),
    )


def _clock_names(scope: Scope, names: Sequence[str], shape: ProcedureShape, path: Path) -> None:
    for index, name in enumerate(names):
        scope.among("clock", name, shape.clocks, (*path, index))


def _step(scope: Scope, name: str, step: StepShape, shape: ProcedureShape, tasks: set[str]) -> StepDefinition:
    path = ("steps", name)
    for index, state in enumerate(step.from_):
        scope.among("state", state, shape.states, (*path, "from", index))
    if step.to is not None:
        scope.among("state", step.to, shape.states, (*path, "to"))
    if step.not_by is not None:
        scope.among("step", step.not_by, shape.steps, (*path, "not_by"))
    if step.closes is not None:
        scope.among("task", step.closes, tasks, (*path, "closes"))
    for key in ("starts", "stops", "pauses", "resumes", "extends"):
        _clock_names(scope, getattr(step, key), shape, (*path, key))
    _check_when(scope, step.when, tasks, (*path, "when"))
    for opening in step.opens.values():
        if opening.each == "same-office" and step.closes is None:
            scope.say("missing-key", path, name="closes")
    return StepDefinition(
        name,
        text(step.label),
        step.by,
        from_=tuple(step.from_),
        to=step.to,
        not_by=step.not_by,
        at_most=step.at_most,
        when=step.when,
        notice=scope.id_or_none("notice", step.notice, (*path, "notice")),
        starts=tuple(step.starts),
        stops=tuple(step.stops),
        pauses=tuple(step.pauses),
        resumes=tuple(step.resumes),
        extends=tuple(step.extends),
        clock=dict(step.clock),
        opens=tuple(Opening(task, one.each, one.limit, one.silence) for task, one in step.opens.items()),
        closes=step.closes,
        enters=step.enters is not None,
        runs=tuple(step.runs),
        needs=tuple(step.needs),
        tells=text(step.tells) if step.tells else None,
    )


def _check_when(scope: Scope, written: str | None, tasks: set[str], path: Path) -> None:
    """A procedure knows no facts of a service: its conditions read which tasks and holds are open."""
    if written is None:
        return
    try:
        condition = parse(written)
    except ConditionError as error:
        scope.say_at(path)(error.code, error.column - 1, problem=Text(error.zh, error.en))
        return
    for leaf in condition.leaves():
        for operand in leaf.operands():
            if not isinstance(operand, FactName):
                continue
            role, _, task = operand.name.partition(".")
            if role == "open":
                scope.among("task", task, {*tasks, *get_args(Hold)}, path)
            else:
                scope.say_at(path)("unknown-fact", operand.start, name=operand.name)


def _clocks(scope: Scope, shape: ProcedureShape) -> dict[str, ClockDefinition]:
    clocks = {}
    for name, one in shape.clocks.items():
        path = ("clocks", name)
        if one.silence is not None:
            scope.among("step", one.silence, shape.steps, (*path, "silence"))
        second = one.second
        if second is not None and not isinstance(second, Limit) and second != "statutory":
            scope.say("wrong-choice", (*path, "second"), name=second, valid="statutory")
            second = None
        clocks[name] = ClockDefinition(name, one.limit, second, one.silence, tuple(one.excludes), tuple(one.waits_for))
    return clocks


def _check_ways(scope: Scope, shape: ProcedureShape) -> None:
    """Walk the states forwards from the start and backwards from the ends; only once all names are right."""
    ways = [
        (state, step.to)
        for step in shape.steps.values()
        if step.to is not None
        for state in (step.from_ or [one for one in shape.states if one not in shape.ends])
    ]
    forwards: dict[str, set[str]] = {}
    backwards: dict[str, set[str]] = {}
    for here, there in ways:
        forwards.setdefault(here, set()).add(there)
        backwards.setdefault(there, set()).add(here)
    reached = _reached([shape.start.state], forwards)
    leading = _reached(shape.ends, backwards)
    for state in shape.states:
        if state not in reached:
            scope.say("unreachable-state", ("states", state), key=True, name=state)
        elif state not in leading:
            scope.say("dead-end-state", ("states", state), key=True, name=state)


def _reached(start: Iterable[str], ways: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += ways.get(state, ())
    return reached
