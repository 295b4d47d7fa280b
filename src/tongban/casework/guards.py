"""Who may do what now: the one expression that pages ask before they show a button, and the machine before deciding."""

from __future__ import annotations

from typing import cast, get_args

from tongban.casework.model import ENGINE_COMMANDS, MAIN_TASK, WAITING, WITHDRAWN, Allowed, Case, Context, Refused, Task
from tongban.casework.refusals import ROLES, listed, refuse
from tongban.catalog.conditions import UNKNOWN, parse
from tongban.catalog.model import Hold, StepDefinition

WORKING_ROLES = frozenset({"handler", "approver"})
SUPERVISING_ROLES = frozenset({"handler", "approver", "head"})
CLAIMED = "claimed"
_HOLDS = frozenset(get_args(Hold))


def allowed(case: Case, context: Context) -> Allowed:
    """What the doer may do now, and for every other step and engine command why not."""
    names = (*context.procedure.steps, *ENGINE_COMMANDS)
    reasons = {name: why_not(case, name, context) for name in names}
    return Allowed(
        tuple(name for name, reason in reasons.items() if reason is None),
        {name: reason for name, reason in reasons.items() if reason is not None},
    )


def why_not(case: Case, name: str, context: Context, task: str | None = None) -> Refused | None:
    """Why this doer may not take this step or engine command now; None when it is allowed.

    `task` is the id of the task meant; without it any task that the doer may work on will do.
    """
    if name in ENGINE_COMMANDS:
        return _why_not_engine(case, name, context, task)
    step = context.procedure.steps.get(name)
    if step is None:
        return refuse("step-unknown", step=name)
    return (
        _why_not_state(case, step, context)
        or _why_not_doer(case, step, context, task)
        or (refuse("task-unknown") if step.closes and not opens(case, step.closes) else None)
        or _why_not_again(case, step, context)
        or _why_not_condition(case, step, context)
    )


def task_for(case: Case, step: StepDefinition, context: Context, task: str | None) -> Task:
    """The open task that the step closes; raises Refused `task-unknown`, or `task-needed` where it may be several."""
    fits = [t for t in case.tasks if t.name == step.closes and task in (None, t.id)]
    if step.by == "task-office":
        fits = [t for t in fits if _roles(context, t.office) & WORKING_ROLES]
    if not fits:
        raise refuse("task-unknown")
    if len(fits) > 1:
        raise refuse("task-needed")
    return fits[0]


def opens(case: Case, name: str) -> bool:
    """Whether a task of this name is open."""
    return any(task.name == name for task in case.tasks)


def _why_not_state(case: Case, step: StepDefinition, context: Context) -> Refused | None:
    if case.state in step.from_ or (not step.from_ and case.is_open and case.state != WAITING):
        return None
    if case.state == WAITING:
        return None if step.to == WITHDRAWN and step.by == "applicant" else refuse("case-waiting")
    if not case.is_open:
        return refuse("case-ended")
    return refuse("wrong-state", state=context.procedure.states[case.state], step=step.label)


def _why_not_doer(case: Case, step: StepDefinition, context: Context, task: str | None) -> Refused | None:
    doer = context.doer
    match step.by:
        case "anyone":
            return None
        case "system":
            return None if doer.kind == "system" else refuse("system-only")
        case "applicant":
            return None if doer.for_applicant else refuse("applicant-only")
        case "supervisor":
            return _why_not_office(context, case.supervisor, SUPERVISING_ROLES, "head")
        case "handler" | "approver":
            main = case.task(MAIN_TASK)
            return _why_not_office(context, case.office, frozenset({step.by}), step.by) or (
                _why_not_claimed(main, context) if main and step.by == "handler" else None
            )
        case "task-office":
            return _why_not_task(case, step, context, task)


def _why_not_office(context: Context, office: str | None, roles: frozenset[str], role: str) -> Refused | None:
    held = _roles(context, office)
    if not held:
        return refuse("not-your-office")
    return None if held & roles else refuse("role-missing", role=ROLES[role])


def _why_not_task(case: Case, step: StepDefinition, context: Context, task_id: str | None) -> Refused | None:
    named = [task for task in case.tasks if task.name == step.closes and task_id in (None, task.id)]
    if not named:
        return refuse("task-unknown")
    own = [task for task in named if _roles(context, task.office) & WORKING_ROLES]
    if not own:
        return refuse("not-your-office")
    reasons = [_why_not_claimed(task, context) for task in own]
    return None if None in reasons else reasons[0]


def _why_not_claimed(task: Task, context: Context) -> Refused | None:
    is_mine = task.holder in (None, context.doer.id) or task.holder in context.doer.stands_for
    return None if is_mine else refuse("claimed")


def _why_not_again(case: Case, step: StepDefinition, context: Context) -> Refused | None:
    is_one_person = context.doer.kind != "machine"  # behind a machine there are many hands, and another house's rules
    if is_one_person and step.not_by and context.doer.id in case.taken.get(step.not_by, ()):
        return refuse("same-person", step=context.procedure.steps[step.not_by].label)
    if step.at_most is not None and len(case.taken.get(step.name, ())) >= step.at_most:
        return refuse("done-already", step=step.label, times=step.at_most)
    return None


def _why_not_condition(case: Case, step: StepDefinition, context: Context) -> Refused | None:
    """A procedure's condition speaks about what is open: `no open opinion` reads the fact `open.opinion`.

    A task of the case comes first; of what is outside it, the room that keeps it says why.
    """
    if step.when is None:
        return None
    condition = parse(step.when)
    names = sorted(fact.removeprefix("open.") for fact in condition.facts)
    outside = {
        name: in_doubt(case, context) if name == "doubt" else context.outside(cast("Hold", name))
        for name in names
        if name in _HOLDS
    }
    open_names = [name for name in names if opens(case, name) or outside.get(name)]
    if condition.evaluate(lambda fact: fact.removeprefix("open.") in open_names) is True:
        return None
    tasks = [name for name in names if opens(case, name)]
    why = next((why for why in outside.values() if why is not None), None)
    return refuse("condition-open", what=listed(tasks)) if tasks or why is None else why


def in_doubt(case: Case, context: Context) -> Refused | None:
    """Why nobody but a clerk can decide this case: what it rests on is disputed, not known, the applicant's own word or
    not fulfilled, or what it is to bring is for a clerk to say; or it is not only now being opened. None where
    registers know every need and every condition holds.
    """
    service = context.service
    is_clear = (
        not case.disputed
        and all(
            _is_on_record(need.fact, context)
            for need in service.needs
            if need.when is None or need.when.evaluate(context.facts) is not False
        )
        and all(one.that.evaluate(context.facts) is True for one in service.requires)
        and not any(fact.how == "clerk" for fact in service.produces)
    )
    return None if is_clear else refuse("in-doubt")


def _is_on_record(fact: str, context: Context) -> bool:
    """Whether somebody but the applicant says what a fact is."""
    value = context.facts(fact)
    return value is not UNKNOWN and value is not None and context.sources.get(fact, CLAIMED) != CLAIMED


def _why_not_engine(case: Case, name: str, context: Context, task_id: str | None) -> Refused | None:
    if name == "dispute":
        return _why_not_dispute(case, context)
    if name == "revoke":
        return _why_not_revoke(case, context)
    if name == "note":
        watched = [case.office, case.supervisor, *(task.office for task in case.tasks)]
        return None if any(_roles(context, office) for office in watched) else refuse("not-your-office")
    if name in {"hand-up", "hand-down"}:
        return _why_not_pass_on(case, name, context)
    task = case.task(task_id or MAIN_TASK)
    if task is None:
        return refuse("task-unknown")
    return _why_not_hold(task, name, context)


def _why_not_dispute(case: Case, context: Context) -> Refused | None:
    if not case.is_open:
        return refuse("case-ended")
    works = context.doer.for_applicant or "handler" in _roles(context, case.office)
    return None if works else refuse("not-your-office")


def _why_not_revoke(case: Case, context: Context) -> Refused | None:
    """Whoever may decide at the office that issued a credential, or had an effect done, may take it back."""
    ran = {what for name, step in context.procedure.steps.items() if name in case.taken for what in step.runs}
    service = context.service
    if not (service.credential and "credentials" in ran) and not (service.effect and "effect" in ran):
        return refuse("no-credential")
    if case.is_revoked:
        return refuse("revoked-already")
    return _why_not_office(context, case.office, frozenset({"approver"}), "approver")


def _why_not_pass_on(case: Case, name: str, context: Context) -> Refused | None:
    """Giving a case to another level: whoever may hand its main task over may, where there is such an office."""
    task = case.task(MAIN_TASK)
    if task is None:
        return refuse("task-unknown")
    if (reason := _why_not_hold(task, name, context)) is not None:
        return reason
    if name == "hand-up":
        return None if context.above.get(case.office) else refuse("no-office-above")
    return None if case.office in context.above.values() else refuse("no-office-below")


def _why_not_hold(task: Task, name: str, context: Context) -> Refused | None:
    """Claiming, releasing and handing over a task of one's own office."""
    roles = _roles(context, task.office)
    if not roles & SUPERVISING_ROLES:
        return refuse("not-your-office")
    if name == "claim":
        return refuse("claimed") if task.holder is not None else None
    if task.holder is None:
        return refuse("not-claimed") if name == "release" else None
    return None if roles & {"approver", "head"} else _why_not_claimed(task, context)


def _roles(context: Context, office: str | None) -> frozenset[str]:
    return context.doer.offices.get(office, frozenset()) if office is not None else frozenset()
