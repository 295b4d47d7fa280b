"""What may be done with a case, by whom: each step of every procedure and each command of the engine, asked for by
every kind of doer, from the guards alone. A line tells who may, and with which code everybody else is refused.

Each is asked about a case in the very state in which the step fits, with the task open that it closes and nothing that
forbids it: so what is left is who asks. A step that a pack adds is asked too, before anybody has thought of a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tongban.casework import machine
from tongban.casework.guards import why_not
from tongban.casework.model import ENGINE_COMMANDS, MAIN_TASK, SYSTEM, Case, Command, Context, Doer, Refused, Task
from tongban.catalog.model import ProcedureDefinition, StepDefinition

ASKED, SUPERVISING, ABOVE, BELOW = "test/asked", "test/supervising", "test/above", "test/below"
"""Offices around that of the case: one asked for its opinion or work, one that watches, its next levels."""
COLLEAGUE: Final = "staff:0"
"""Whoever took what may not be taken twice by one person, and holds the task that others want."""
ENGINE_ON: Final = "base/standard"
"""The procedure under which the engine's commands are listed; they are answered alike under all."""
ALLOWED: Final = "allowed"
Reached = Callable[[Doer], Context]
"""The context of a doer, as the application makes it."""


@dataclass(frozen=True)
class Asking:
    """A command, the case it is about, and the procedure under which it is asked for."""

    name: str
    case: Case
    procedure: ProcedureDefinition

    def __str__(self) -> str:
        return f"{self.procedure.id} {self.name}"


def doers(office: str) -> dict[str, Doer]:
    """Whoever is no persona: further posts at the case's office and around it, the system, and an agency elsewhere
    that decides the case, that sent it, and that has no part in it.
    """

    def staff(number: int, at: str, *roles: str) -> Doer:
        return Doer(f"staff:{number}", "staff", {at: frozenset(roles)})

    return {
        "office-head": staff(9001, office, "head"),
        "office-window": staff(9002, office, "window"),
        "same-person": replace(staff(0, office, "handler", "approver"), id=COLLEAGUE),
        "asked-handler": staff(9003, ASKED, "handler"),
        "asked-window": staff(9004, ASKED, "window"),
        "supervising-head": staff(9005, SUPERVISING, "head"),
        "supervising-window": staff(9006, SUPERVISING, "window"),
        "agency-deciding": Doer("machine:9007", "machine", {office: frozenset({"handler", "approver"})}),
        "agency-asking": Doer("machine:9008", "machine", for_applicant=True),
        "agency-elsewhere": Doer("machine:9009", "machine"),
        "system": SYSTEM,
    }


def askings(case: Case, procedures: Mapping[str, ProcedureDefinition]) -> Iterator[Asking]:
    """Every step of every procedure, and every command of the engine under each, where it fits."""
    plain = replace(
        case, tasks=(Task(MAIN_TASK, case.office, SUPERVISING),), clocks=(), taken={}, waits={}, disputed=(),
        passed=(), result=None, supervisor=SUPERVISING,
    )  # fmt: skip
    for _id, procedure in sorted(procedures.items()):
        for step in procedure.steps.values():
            yield Asking(step.name, _fitting(plain, procedure, step), procedure)
        for name in ENGINE_COMMANDS:
            yield Asking(name, _fitting_engine(plain, procedure, name), procedure)
        for name in machine._SYSTEM:
            yield Asking(name, replace(plain, state=procedure.start), procedure)


def _fitting(plain: Case, procedure: ProcedureDefinition, step: StepDefinition) -> Case:
    at = ASKED if step.by == "task-office" else plain.office
    tasks = (*plain.tasks, *([Task(step.closes, at)] if step.closes else []))
    taken = {step.not_by: (COLLEAGUE,)} if step.not_by else {}
    return replace(plain, state=(*step.from_, procedure.start)[0], tasks=tasks, taken=taken)


def _fitting_engine(plain: Case, procedure: ProcedureDefinition, name: str) -> Case:
    begun = replace(plain, state=procedure.start)
    if name == "revoke":
        taken = {step.name: ("system",) for step in procedure.steps.values() if step.runs}
        return replace(begun, state=procedure.ends[0], result="granted", tasks=(), taken=taken)
    held = name in {"release", "hand-over"}
    return replace(begun, tasks=(Task(MAIN_TASK, plain.office, SUPERVISING, COLLEAGUE if held else None),))


def answer(asking: Asking, context: Context) -> str:
    """`allowed`, or the code of the refusal."""
    nothing = replace(context.service, needs=(), requires=(), produces=())
    around = replace(
        context, procedure=asking.procedure, service=nothing, outside=lambda _hold: None,
        above={asking.case.office: ABOVE, BELOW: asking.case.office},
    )  # fmt: skip
    if asking.name in machine._SYSTEM:
        if context.doer.kind == "system":
            return ALLOWED
        try:
            machine.run(asking.case, Command("0", asking.name), around)
        except Refused as refused:
            return refused.code
        return ALLOWED
    why = why_not(asking.case, asking.name, around)
    return why.code if why else ALLOWED


def matrix(
    case: Case, procedures: Mapping[str, ProcedureDefinition], everybody: Mapping[str, Doer], context: Reached
) -> dict[str, dict[str, str]]:
    """By procedure and command, for each kind of doer the answer."""
    contexts = {kind: context(doer) for kind, doer in everybody.items()}
    return {
        str(asking): {kind: answer(asking, around) for kind, around in contexts.items()}
        for asking in askings(case, procedures)
    }


def lines(found: Mapping[str, Mapping[str, str]]) -> list[str]:
    """One line a command: who is allowed, then each code with those whom it refuses, and at last the code for all else
    of the kinds that the first line names. The engine's own are written once.
    """
    engine, kinds = {*ENGINE_COMMANDS, *machine._SYSTEM}, list(next(iter(found.values())))
    written = []
    for command, answers in found.items():
        procedure, _space, name = command.partition(" ")
        if name not in engine or procedure == ENGINE_ON:
            by_code = {code: [kind for kind in kinds if answers[kind] == code] for code in answers.values()}
            may = " ".join(by_code.pop(ALLOWED, ["-"]))
            rest = max(by_code, key=lambda code: len(by_code[code]))
            groups = [f"{code}: {' '.join(who)}" for code, who in sorted(by_code.items()) if code != rest]
            whose = "engine" if name in engine else procedure
            written.append(" | ".join([f"{whose} {name}", may, *groups, f"else {rest}"]))
    return [f"kinds: {' '.join(kinds)}", *sorted(written)]
