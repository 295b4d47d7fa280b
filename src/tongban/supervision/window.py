"""What follows from what somebody could not get done (`applications.not_done`), beside the steps of its procedure.

Where somebody does not do their work the inspectors are asked to look, at once. What the offices agreed is done on the
very case that was stuck, by the procedure of that case and only where its own office gave its word for it. An answer
that blames the way itself reports a problem of it. Who is late is told with whoever stands above, rung by rung.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid5

from tongban.applications import not_done
from tongban.applications.correcting import let_follow
from tongban.applications.problems import Problem
from tongban.casework import service as casework
from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.casework.model import SYSTEM, Case, Command, Doer, Event, Json, Refused
from tongban.catalog.vocabulary import Text
from tongban.supervision import ladder, problems
from tongban.supervision.problems import Finding, Place, house

NO_FAULT: Final = "not-the-way"
FOLLOW, AS_AGREED = "follow", "as-agreed"
"""Ways that are no step of the stuck case: its paper may follow; the offices do by themselves what they agreed."""
STEPS: Final = {"accept": "note", "hand-up": "reason"}
"""Ways that are a step of it, named as its procedure names it, each with the text that says where it was agreed."""


def concerns(one: Happened) -> bool:
    """Whether it is something that could not be done which changed."""
    return one.change.after.service == not_done.SERVICE


def receive(happened: Sequence[Happened]) -> None:
    """Do what each step brings with it."""
    for one in happened:
        for event in one.change.events:
            _follow(one, event)


def _follow(one: Happened, event: Event) -> None:
    match event.data.get("step"):
        case None | "reclass" if event.values.get("inquiry.cause") == "human":
            _let_inspect(one, event)
        case "agree":
            _do_as_agreed(one, event)
        case "answer":
            _report(one, event)
        case step if step in ladder.RUNGS:
            _tell_of_lateness(one, str(step))


def _let_inspect(one: Happened, event: Event) -> None:
    """Ask the inspectors to look, once, where the city has any."""
    case = one.change.after
    inspectors = ladder.inspectors(one.in_force.catalog, case.region)
    if inspectors and "refer" not in case.taken:
        order = Command(str(uuid5(UUID(event.command), "refer")), "refer", {"offices": list[Json](inspectors)})
        casework.command(case.number, order, house(case.office))


def _do_as_agreed(one: Happened, event: Event) -> None:
    """Do what was agreed on every part of the stuck matter that an office has which gave its word, in that one's name.

    Raises Problem 409 ``no-word``, ``no-way``; Refused where none of those parts allows it.
    """
    way = str(event.values["inquiry.way"])
    if way == AS_AGREED:
        return
    reference, words = str(_facts(one).get("inquiry.reference", "")), _words(one.change.after.number)
    stuck = store.cases_of([reference]) if reference else []
    theirs = [case for case in stuck if case.is_open and case.office in words]
    if not theirs:
        text = Text(
            "没有哪个正在办这一件的部门回复同意。先让它会商，同意了才能这样办",
            "No office that has the case gave its word for this. Bring it to the table first.",
        )
        raise Problem(409, "no-word", text)
    if way == FOLLOW:
        _let_papers_follow(theirs)
    else:
        note = f"按“办不成事”{one.change.after.number} 商定的办"
        order = Command(event.command, way, texts={STEPS[way]: note})
        _step(theirs, order, words)


def _let_papers_follow(cases: Sequence[Case]) -> None:
    if not [case for case in cases if let_follow(case)]:
        text = Text(
            "没有正等着补、又可以后补的材料。只有事项写明能后补的才能容缺",
            "No paper that is asked for now may follow: only what the service itself lets follow may.",
        )
        raise Problem(409, "no-way", text)


def _step(cases: Sequence[Case], order: Command, words: Mapping[str, str]) -> None:
    """Take a step on each case that allows it. Raises Refused where none does."""
    refused: list[Refused] = []
    for case in cases:
        doer = Doer(words[case.office], "staff", {case.office: frozenset({"handler"})})
        try:
            casework.command(case.number, replace(order, id=str(uuid5(UUID(order.id), case.number))), doer)
        except Refused as refusal:
            refused.append(refusal)
    if len(refused) == len(cases):
        raise refused[0]


def _words(number: str) -> dict[str, str]:
    """The offices that said, when last asked, that they agree, each with who said so: silence gives no leave."""
    words: dict[str, str] = {}
    for event in store.events_of([number])[number]:
        if event.data.get("step") == "ask":
            words = {}
        closed = event.data.get("closed")
        if event.data.get("step") == "say" and event.data.get("opinion") == "agree" and isinstance(closed, list):
            words |= {str(task).partition(":")[2]: event.actor for task in closed if not event.data.get("silent")}
    return words


def _report(one: Happened, event: Event) -> None:
    """Report the way itself, where the answer blames it and it is known which way."""
    kind, offer = str(event.values["inquiry.fault"]), str(_facts(one).get("inquiry.offer", ""))
    catalog, case = one.in_force.catalog, one.change.after
    if kind == NO_FAULT or (offer not in catalog.bundles and offer not in catalog.services):
        return
    finding = Finding(Place(offer, kind), "serious", "window", reference=case.application)
    problems.report(finding, SYSTEM, uuid5(UUID(event.command), "problem"), problems.Hands(case.region))


def _tell_of_lateness(one: Happened, rung: str) -> None:
    """Tell whoever has it, who stands above, the inspectors."""
    case = one.change.after
    text = Text(
        f"办不成事 {case.number} 到期没有答复", f"{case.number} (could not get it done) was not answered in time"
    )
    late = sorted({case.office, *(task.office for task in case.tasks)})
    ladder.tell(one, rung, text, late, [case.supervisor or case.office])


def _facts(one: Happened) -> dict[str, Any]:
    return store.facts_of([one.change.after.number])[one.change.after.number]
