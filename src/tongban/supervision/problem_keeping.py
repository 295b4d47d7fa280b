"""Keeping what lists and counts of problems read up to date with their cases; telling who must hear of lateness, and
whose vote led to what was put right.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from tongban.applications.problems import Problem
from tongban.casework.consequences import Happened
from tongban.casework.model import Case, Event
from tongban.catalog.model import ServiceDefinition
from tongban.catalog.vocabulary import Text
from tongban.supervision import ladder, menu
from tongban.supervision.models import Found
from tongban.supervision.problems import PROCEDURE, Place


def concerns(one: Happened) -> bool:
    """Whether it is a problem that changed."""
    return _is_problem(one.in_force.service(one.change.after.service))


def _is_problem(service: ServiceDefinition) -> bool:
    return service.procedure == PROCEDURE


def receive(happened: Sequence[Happened]) -> None:
    """Keep what lists and counts of problems read up to date with their cases."""
    for one in happened:
        if one.change.before is None:
            Found.objects.create(**_opened(one))
        else:
            changed = _changed(one)
            if "ended_at" in changed and changed["ended_at"] is None:
                _refuse_two(one.change.after.number)
            Found.objects.filter(case=one.change.after.number).update(**changed)
            if changed.get("ended_at") is not None:
                menu.repaired(one.change.after.number)
            _tell_of_lateness(one)


_TOLD: Final = {rung: rung for rung in ladder.RUNGS} | {"hurry": "supervise", "answer-for": "account"}
"""The rung whose people hear of a step: who watches a problem is late on the second."""
_UNDONE: Final = {"found": ("没交办", "given to an office"), "repaired": ("没复查", "looked at again")}
"""What has not been done by its date, where it is not the putting right."""


def as_kept(opened: Happened, later: Happened) -> Found:
    """What lists read of a problem whose history came in whole: as it was opened, and all that happened since."""
    return Found(**_opened(opened) | _changed(later))


def _refuse_two(case: str) -> None:
    """Raise Problem 409 where another problem stands open at the place of one that is opened again."""
    place = Found.objects.values_list("place", flat=True).get(case=case)
    other = Found.objects.filter(place=place, ended_at=None).exclude(case=case).first()
    if other is not None:
        text = Text(
            f"同一个地方的问题 {other.case} 还开着，在那一件里办",
            f"Problem {other.case} of the same place is open. Go on with that one.",
        )
        raise Problem(409, "problem-open", text)


def _tell_of_lateness(one: Happened) -> None:
    """Tell each rung that was climbed: whoever is to put it right or to look at it, who watches, the inspectors."""
    for rung in (str(event.data.get("step")) for event in one.change.events):
        if rung not in _TOLD:
            continue
        found = Found.objects.get(case=one.change.after.number)
        zh, en = _UNDONE.get(found.state, ("没改好", "put right"))
        text = Text(f"问题 {found.case} 到期{zh}", f"Problem {found.case} was not {en} by its date")
        ladder.tell(one, _TOLD[rung], text, found.owners, [found.office])


def _opened(one: Happened) -> dict[str, object]:
    case = one.change.after
    said = {name.partition(".")[2]: str(value) for name, value in one.change.events[0].values.items()}
    place = Place(said["about"], said["kind"], said.get("step", ""), said.get("item", ""))
    return {
        "case": case.number,
        "service": case.service,
        "place": place.key,
        "about": place.about,
        "step": place.step,
        "item": place.item,
        "kind": place.kind,
        "field": said.get("field", ""),
        "by": date.fromisoformat(said["by"]) if "by" in said else None,
        "severity": said["severity"],
        "found_by": said["found_by"],
        "office": case.office,
        "state": case.state,
        "found_at": one.at,
        "changed_at": one.at,
    }


def _changed(one: Happened) -> dict[str, object]:
    """What a step changed: who has it, where it stands, how far it climbed, how often it came back."""
    before, case = one.change.before, one.change.after
    changed: dict[str, object] = {
        "office": case.office,
        "state": case.state,
        "changed_at": one.at,
        "escalation": _escalation(case),
        "returns": len(case.taken.get("reopen", ())),
    }
    if before is not None and before.is_open != case.is_open:
        changed["ended_at"] = None if case.is_open else one.at
    named = [event.data["offices"] for event in one.change.events if event.data.get("step") in {"assign", "reopen"}]
    regraded = [str(event.values["problem.severity"]) for event in one.change.events if _is_regraded(event)]
    changed |= {"severity": regraded[-1]} if regraded else {}
    return changed | ({"owners": named[-1]} if named else {})


def _is_regraded(event: Event) -> bool:
    return event.data.get("step") == "regrade" and "problem.severity" in event.values


def _escalation(case: Case) -> int:
    """How far up the ladder an open problem is."""
    return max((n for n, step in enumerate(ladder.RUNGS, 1) if step in case.taken), default=0) if case.is_open else 0
