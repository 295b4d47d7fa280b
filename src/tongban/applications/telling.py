"""Who is told of a change of a case, and what: whoever the procedure leaves something to do, and the applicant.

A procedure says it all. Of a step that ``tells`` something the applicant hears that; of an end that is not their own
doing, how it ended. Beyond that the state in which a case comes to rest tells those by whose steps it can go on towards
a grant: the applicant, or whoever handles or decides at the office; and a task opened beside the state its office. So a
pack's own steps tell the right people without a word about messages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from tongban.applications import messages
from tongban.applications.messages import Desk, News
from tongban.casework.consequences import Happened
from tongban.casework.guards import SUPERVISING_ROLES
from tongban.casework.model import MAIN_TASK, Case, Event
from tongban.catalog.model import ProcedureDefinition, StepDefinition
from tongban.catalog.vocabulary import Text
from tongban.platform.database import Call

ENDED: Final[Mapping[str, Text]] = {
    "granted": Text("办好了", "Done"),
    "refused": Text("没有办成，打开看原因和怎么办", "Refused: open it for the reason and what to do"),
    "withdrawn": Text("按撤回处理了", "Treated as withdrawn"),
    "lapsed": Text("到期没有补正，已终止", "Ended: the correction did not come in time"),
}
"""How the end of a case is told, by its result."""

PASSED_ON: Final[Mapping[str, Text]] = {
    "handed-up": Text("转到上一级接着办，期限照旧", "handed up a level; the same date holds"),
    "handed-down": Text("转到下一级接着办，期限照旧", "handed down a level; the same date holds"),
}
"""How it is told that another level goes on with a case, by the event."""

NOT_POSSIBLE: Final = Text("前面的一件没有办成，这件办不了", "Not possible: what it depends on was not granted")
REVOKED: Final = Text("已经吊销，不再有效，打开看原因", "Revoked and no longer valid: see the reason")


def said_of(procedure: ProcedureDefinition, event: Event) -> Text | None:
    """What an event says to the applicant in so many words; None for a step that has nothing to tell."""
    if event.kind == "revoked":
        return REVOKED
    if event.kind in PASSED_ON:
        return PASSED_ON[event.kind]
    step = procedure.steps.get(str(event.data.get("step", "")))
    if step is None:
        return None
    return step.tells or (None if step.by == "applicant" else ENDED.get(str(event.data.get("result", ""))))


def goes_on_by(procedure: ProcedureDefinition, state: str) -> Iterator[StepDefinition]:
    """The steps by which a case in this state comes nearer to a grant: what it waits for."""
    for step in procedure.steps.values():
        if state in step.from_ and step.to and procedure.results.get(step.to, "granted") == "granted":
            yield step


def announce(happened: Sequence[Happened]) -> list[Call]:
    """Tell everybody whom these changes concern, together with them."""
    return messages.telling([news for one in happened for news in _of(one)])


def _of(one: Happened) -> Iterator[News]:
    procedure = one.in_force.procedure(one.in_force.service(one.change.after.service))
    yield from _of_events(one, procedure)
    yield from _of_rest(one, procedure)


def _of_events(one: Happened, procedure: ProcedureDefinition) -> Iterator[News]:
    """What each event says to the applicant, and to the offices for which it opened a task."""
    for event in one.change.events:
        said = said_of(procedure, event)
        if one.change.after.result == "not-possible" and event.kind != "stepped":
            said = NOT_POSSIBLE
        if said is not None:
            yield _news(one, one.application.applicant, event, said)
        for office, label in _opened(procedure, event) if "opened" in event.data else ():
            yield _news(one, Desk(office, but=_accounts([event.actor])), event, _yours(label))


def _of_rest(one: Happened, procedure: ProcedureDefinition) -> Iterator[News]:
    """Whom the state in which these events left a case leaves something to do; nobody is told of their own deed."""
    case = one.change.after
    entering = (
        [each for each in one.change.events if "to" in each.data or each.kind in PASSED_ON] if case.is_open else ()
    )
    if not entering:
        return
    event = entering[-1]
    for step in goes_on_by(procedure, case.state):
        desk = _desk_of(case, step, {event.actor for event in one.change.events})
        if desk is not None:
            yield _news(one, desk, event, _yours(procedure.states[case.state]))
        elif step.by == "applicant" and not _is_applicants(procedure, event) and said_of(procedure, event) is None:
            label = procedure.states[case.state]
            words = Text(f"等你办（{label.zh}）", f"waits for you ({label.en})")
            yield _news(one, one.application.applicant, event, words)


def _desk_of(case: Case, step: StepDefinition, doers: Collection[str]) -> Desk | None:
    """The desk that takes a step of this case, less who brought it here and who may not, having taken another step."""
    but = _accounts([*doers, *(case.taken.get(step.not_by, ()) if step.not_by else ())])
    main = case.task(MAIN_TASK)
    match step.by:
        case "handler":
            holder = next(iter(_accounts([main.holder] if main and main.holder else ())), None)
            return Desk(case.office, frozenset({"handler"}), holder, but)
        case "approver":
            return Desk(case.office, frozenset({"approver"}), but=but)
        case "supervisor" if case.supervisor is not None:
            return Desk(case.supervisor, SUPERVISING_ROLES, but=but)
        case _:
            return None


def _accounts(actors: Collection[str]) -> frozenset[int]:
    """The accounts of members of staff among those who act (``staff:12``)."""
    named = (actor.partition(":") for actor in actors)
    return frozenset(int(account) for kind, _, account in named if kind == "staff")


def _opened(procedure: ProcedureDefinition, event: Event) -> Iterator[tuple[str, Text]]:
    """The offices that are to do a task which the event opened, each with the step that does it."""
    opened = event.data.get("opened")
    for task in opened if isinstance(opened, list) else ():
        for step in procedure.steps.values():
            if isinstance(task, dict) and step.by == "task-office" and step.closes == task["name"]:
                yield str(task["office"]), step.label


def _is_applicants(procedure: ProcedureDefinition, event: Event) -> bool:
    """Whether it is the applicant's own doing: the sending, or a step of theirs."""
    step = procedure.steps.get(str(event.data.get("step", "")))
    return event.kind == "opened" or (step is not None and step.by == "applicant")


def _yours(what: Text) -> Text:
    return Text(f"等你们办（{what.zh}）", f"waits for your office ({what.en})")


def _news(one: Happened, to: int | Desk, event: Event, said: Text) -> News:
    case, title = one.change.after, one.in_force.service(one.change.after.service).title
    text = Text(f"{title.zh}：{said.zh}", f"{title.en}: {said.en}")
    return News(to, str(event.data.get("step", "")) or event.kind, text, case.application, case.number)
