"""What a command does to a case: `run` decides and folds, or refuses; `allowed` says before.

Pure: procedures are data; time, doer, facts, calendar and salt are passed in. What the system does next by itself
(issue after the decision) belongs to the same command. Beside the procedure stand the engine's own commands: claim,
release, hand-over, hand-up, hand-down, note, dispute and revoke for people; supply, not-possible, silence, move-due
and erase for itself, and what it hears of matters outside the case (`HEARD`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tongban.casework import coding, steps, timing
from tongban.casework.demands import check_texts, names
from tongban.casework.fold import evolve, rebuild
from tongban.casework.guards import allowed, why_not
from tongban.casework.model import (
    HEARD,
    MAIN_TASK,
    NOT_POSSIBLE,
    WAITING,
    WITHDRAWN,
    Case,
    Change,
    Command,
    Context,
    Json,
    Opening,
)
from tongban.casework.refusals import lacking, listed, refuse
from tongban.casework.work import Work, subject_of

__all__ = ["allowed", "evolve", "open_case", "rebuild", "run", "subject_of", "why_not"]

_STAFF_ID = re.compile(r"staff:\d{1,18}")


def run(case: Case, command: Command, context: Context, k: int = 0) -> Change:
    """Decide and fold: the case before and after, and the events between (none where nothing changes).

    `k` is the number of the first event among those of the same command. Raises Refused.
    """
    if command.happened_at is not None and command.happened_at > context.at:
        raise refuse("in-future")
    work = Work(case, command, context, k=k)
    if command.kind in _SYSTEM:
        if context.doer.kind != "system":
            raise refuse("system-only")
        _SYSTEM[command.kind](work)
        return Change(case, work.now, tuple(work.events))
    reason = why_not(case, command.kind, context, command.task)
    if reason is not None:
        raise reason
    check_texts(command)
    if command.kind in _ENGINE:
        _ENGINE[command.kind](work)
    elif case.state == WAITING:
        work.write("ended", {"to": WITHDRAWN, "result": "withdrawn", "waits": {}, **work.said(command.texts)})
    else:
        steps.take(work, context.procedure.steps[command.kind])
    return Change(case, work.now, tuple(work.events))


def open_case(number: str, opening: Opening, command: Command, context: Context, k: int = 0) -> Change:
    """Open a case: it starts at once, or waits for the parts that feed it.

    One command opens all cases of an application; `k` is the number of its first event here, and every first event
    keeps the command's data. Raises Refused `data-wrong`
    when the office is unknown.
    """
    if opening.office not in context.supervisors:
        raise refuse("data-wrong", what=opening.office)
    work = Work(None, command, context, number, k)
    work.roles = opening.roles
    supervisor = context.supervisors[opening.office]
    data: dict[str, Json] = {
        "service": opening.service,
        "roles": {role: list(subjects) for role, subjects in opening.roles.items()},
        "office": opening.office,
        "region": opening.region,
        "supervisor": supervisor,
        **({"feeds": list(opening.feeds)} if opening.feeds else {}),
        **command.data,
        **work.kept(opening.facts),
    }
    if opening.waits:
        waits: dict[str, Json] = {str(part): list(facts) for part, facts in opening.waits.items()}
        work.write("opened", data | {"to": WAITING, "waits": waits})
    else:
        work.write("opened", data | steps.beginning(work, opening.office, supervisor))
        steps.follow(work)
    return Change(None, work.now, tuple(work.events))


def _claim(work: Work) -> None:
    work.write("claimed", {"claim": {work.command.task or MAIN_TASK: work.context.doer.id}})


def _release(work: Work) -> None:
    work.write("released", {"claim": {work.command.task or MAIN_TASK: None}, **work.said(work.command.texts)})


def _hand_over(work: Work) -> None:
    to = work.command.data.get("to")
    if not isinstance(to, str) or not _STAFF_ID.fullmatch(to):
        raise lacking(["to"])
    work.write("handed-over", {"claim": {work.command.task or MAIN_TASK: to}, **work.said(work.command.texts)})


def _hand_up(work: Work) -> None:
    """Give the case to the authority's office above, whose guard has seen that there is one."""
    _pass_on(work, "handed-up", str(work.context.above[work.now.office]))


def _hand_down(work: Work) -> None:
    """Give the case to one of the authority's offices directly below."""
    office = work.command.data.get("office")
    if office is None:
        raise lacking(["office"])
    if not isinstance(office, str) or work.context.above.get(office) != work.now.office:
        raise refuse("data-wrong", what=listed(["office"]))
    _pass_on(work, "handed-down", office)


def _pass_on(work: Work, kind: str, office: str) -> None:
    """Move the case and what its office had to do to another office. No clock hears of it: every limit runs on."""
    if not work.command.texts.get("reason", "").strip():
        raise lacking(["reason"])
    case, supervisor = work.now, work.context.supervisors[office]
    moving = [task for task in case.tasks if task.office == case.office]
    moved = [replace(task, office=office, supervisor=supervisor, holder=None) for task in moving]
    closed: list[Json] = [task.id for task in moving if task.name != MAIN_TASK]
    if any(task.id != MAIN_TASK and case.task(task.id) for task in moved):
        raise refuse("task-open", office=office)
    opened: list[Json] = [coding.write_task(task) for task in moved]
    data: dict[str, Json] = {"step": work.command.kind, "office": office, "supervisor": supervisor, "opened": opened}
    work.write(kind, data | ({"closed": closed} if closed else {}) | work.said(work.command.texts))


def _note(work: Work) -> None:
    if not work.command.texts.get("note", "").strip():
        raise lacking(["note"])
    work.write("noted", work.said(work.command.texts))


def _dispute(work: Work) -> None:
    work.write("disputed", {"disputed": names(work.command.data.get("facts")), **work.said(work.command.texts)})


def _revoke(work: Work) -> None:
    """Take back the credential, once and for ever; the case stays ended as it was."""
    if not work.command.texts.get("reason", "").strip():
        raise lacking(["reason"])
    work.write("revoked", {"step": "revoke", **work.said(work.command.texts)})


def _supply(work: Work) -> None:
    """Give a waiting case facts it waited for; `waits` is what it still waits for, and when nothing, it starts."""
    _require_waiting(work)
    waits = work.command.data.get("waits")
    facts = work.kept(work.command.facts)
    if waits:
        work.write("supplied", facts | {"waits": waits})
        return
    case = work.now
    work.write("started", facts | {"waits": {}} | steps.beginning(work, case.office, case.supervisor))
    steps.follow(work)


def _not_possible(work: Work) -> None:
    _require_waiting(work)
    because = work.command.data.get("because")
    work.write("ended", {"to": NOT_POSSIBLE, "result": "not-possible", "because": because, "waits": {}})


def _require_waiting(work: Work) -> None:
    if work.now.state != WAITING:
        raise refuse(
            "case-ended" if not work.now.is_open else "wrong-state", state=work.now.state, step=work.command.kind
        )


def _silence(work: Work) -> None:
    """Let the end of a limit decide: of the task named, else of the clock named in the data."""
    if work.command.task is not None:
        _silent_task(work, work.command.task)
        return
    clock = work.now.clock(str(work.command.data.get("clock")))
    if clock is None or clock.silence is None:
        raise refuse("no-clock")
    _require_due(work, timing.moments(clock.green_until, clock.due)[1])
    steps.take_silently(work, work.context.procedure.steps[clock.silence], None, {}, clock)


def _silent_task(work: Work, task_id: str) -> None:
    task = work.now.task(task_id)
    if task is None or task.silence is None:
        raise refuse("no-clock")
    _require_due(work, timing.moments(task.green_until, task.due)[1])
    closing = [step for step in work.context.procedure.steps.values() if step.closes == task.name]
    if task.silence == "agree" and closing:
        steps.take_silently(work, closing[0], task, {"opinion": "agree"})
    else:
        work.write("task-lapsed", {"closed": [task.id]})
        steps.follow(work)


def _require_due(work: Work, due_at: datetime | None) -> None:
    if due_at is None or work.context.at < due_at:
        raise refuse("not-due")


def _move_due(work: Work) -> None:
    """Reckon every open date again by the calendar of the context; nothing is written when none moves."""
    case, calendar = work.now, work.context.calendar
    clocks = {c.name: timing.reckon(c, calendar) for c in case.clocks}
    moved: dict[str, Json] = {c.name: coding.write_clock(clocks[c.name]) for c in case.clocks if clocks[c.name] != c}
    tasks = [(task, timing.reckon_task(task, calendar)) for task in case.tasks]
    reopened: list[Json] = [coding.write_task(after) for before, after in tasks if before != after]
    if moved or reopened:
        work.write("due-moved", ({"clocks": moved} if moved else {}) | ({"opened": reopened} if reopened else {}))


def _erase(work: Work) -> None:
    """Note that the values of one subject are erased; the writer deletes them in the same transaction."""
    work.write("erased", {"subject": work.command.data["subject"]})


def _hear(work: Work) -> None:
    """Note what happened outside the case; a clock that stood still for it runs again, and what waited goes on."""
    clocks = steps.resumed(work)
    work.write(work.command.kind, {**work.command.data, **({"clocks": clocks} if clocks else {})})
    steps.follow(work)


_ENGINE: dict[str, Callable[[Work], None]] = {
    "claim": _claim,
    "release": _release,
    "hand-over": _hand_over,
    "hand-up": _hand_up,
    "hand-down": _hand_down,
    "note": _note,
    "dispute": _dispute,
    "revoke": _revoke,
}
_SYSTEM: dict[str, Callable[[Work], None]] = {
    "supply": _supply,
    "not-possible": _not_possible,
    "silence": _silence,
    "move-due": _move_due,
    "erase": _erase,
    **dict.fromkeys(HEARD, _hear),
}
