"""调研、暗访、督办: somebody goes and looks, leaves what is to be done with an owner and a day, comes back and judges.

What a visit finds is a problem each (`supervision.problems`, kind ``asked`` or any other), which names the visit. A
visit ends when those who made it came back and nothing it found was open; otherwise they say when they come again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications.doers import doer_of
from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.applications.problems import FieldError, Problem, not_found, wrong_fields, wrong_text
from tongban.casework import tallies
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import problem_lists, problems
from tongban.supervision.models import Found, Revisit, Sighting, Visit
from tongban.supervision.problem_lists import Wanted
from tongban.supervision.problems import Finding, Hands

MOST_CHARACTERS = 1000
RECENTLY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit as it is noted: the office visited, its day, announced or not, what for, the day of coming back."""

    visited: str
    on: date
    is_announced: bool
    purpose: str
    revisit_on: date


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody reads before a visit: five figures of an office, what it still owes, what the last visit said.

    ``waiting`` and ``overdue`` are its open cases now, as boards count them; ``open``, ``late`` and ``returned`` are
    its problems.
    """

    office: str
    waiting: int
    overdue: int
    open: int
    late: int
    returned: int
    owed: list[dict[str, Any]]
    last: Visit | None


def make(actor: Actor, planned: Planned, command_id: UUID) -> Visit:
    """Note a visit, once for each command. Raises Problem 403, 422 ``wrong-fields``."""
    problem_lists.require_staff(actor)
    _check(planned, actor)
    values = {
        "on": planned.on,
        "office": next(iter(actor.offices)),
        "visited": planned.visited,
        "is_announced": planned.is_announced,
        "purpose": planned.purpose.strip(),
        "revisit_on": planned.revisit_on,
    }
    visit, _made = Visit.objects.get_or_create(command=command_id, defaults=values)
    return visit


def _check(planned: Planned, actor: Actor) -> None:
    errors = []
    if planned.visited in actor.offices:
        text = Text("不能走访自己的单位", "Nobody visits their own office.")
        errors.append(FieldError("visited", "own-office", text))
    if planned.visited not in publication.current().offices:
        errors.append(FieldError("visited", "unknown-office", Text("没有这个机构", "There is no such office.")))
    if planned.on > time.today():
        errors.append(FieldError("on", "wrong-time", Text("去过了再记", "Note a visit when it was made.")))
    if planned.revisit_on <= planned.on:
        errors.append(FieldError("revisit_on", "wrong-time", Text("回访在走访之后", "Come back after the visit.")))
    errors += wrong_text("purpose", planned.purpose, MOST_CHARACTERS)
    if errors:
        raise wrong_fields(errors)


def find(actor: Actor, visit_id: int, finding: Finding, command_id: UUID, owner: str = "") -> problems.Reported:
    """Note what was found at a visit, and who puts it right (if nobody is named: the office visited).

    Raises Problem 403, 404, 409 ``visit-ended``, 422 ``wrong-fields``.
    """
    visit = _own(actor, visit_id)
    if visit.ended_at is not None:
        raise _ended()
    named = Finding(finding.place, finding.severity, "visit", finding.said, visit.reference, finding.field, finding.by)
    region = publication.current().offices[visit.visited].region
    return problems.report(named, doer_of(actor, None), command_id, Hands(region, owner or visit.visited, visit.office))


def judge(actor: Actor, visit_id: int, said: str, command_id: UUID, again_on: date | None = None) -> Visit:
    """Come back and judge: the visit ends where all it found is put right, else ``again_on`` says when next.

    Raises Problem 403, 404, 409 ``visit-ended``, 422 ``wrong-fields``.
    """
    with transaction.atomic():
        visit = _own(actor, visit_id, for_update=True)
        if Revisit.objects.filter(command=command_id).exists():
            return visit
        if visit.ended_at is not None:
            raise _ended()
        still = sum(1 for row in findings(visit) if row.ended_at is None)
        errors = wrong_text("said", said, MOST_CHARACTERS)
        if still and (again_on is None or again_on <= time.today()):
            text = Text(f"还有 {still} 项没办好，写下次哪天再来", f"{still} are not done: say when you come again.")
            errors.append(FieldError("again_on", "wrong-time", text))
        if errors:
            raise wrong_fields(errors)
        Revisit.objects.create(
            command=command_id, visit=visit, at=time.now(), by=actor.id, said=said.strip(), open_findings=still
        )
        visit.revisit_on = again_on if still and again_on else visit.revisit_on
        visit.ended_at = None if still else time.now()
        visit.save(update_fields=["revisit_on", "ended_at"])
    return visit


def _own(actor: Actor, visit_id: int, *, for_update: bool = False) -> Visit:
    """A visit that the actor's office made. Raises Problem 403, 404."""
    problem_lists.require_staff(actor)
    visits = Visit.objects.select_for_update() if for_update else Visit.objects
    visit = visits.filter(id=visit_id, office__in=list(actor.offices)).first()
    if visit is None:
        raise not_found()
    return visit


def _ended() -> Problem:
    return Problem(409, "visit-ended", Text("这次走访已经评判完了", "This visit was judged and has ended."))


def findings(visit: Visit) -> list[Found]:
    """What a visit found, in its order."""
    cases = Sighting.objects.filter(found_by="visit", reference=visit.reference).values("problem_id")
    return list(Found.objects.filter(case__in=cases).order_by("found_at", "case"))


def one(actor: Actor, visit_id: int) -> Visit:
    """A visit, for whoever works for the city. Raises Problem 403, 404."""
    problem_lists.require_staff(actor)
    visit = Visit.objects.filter(id=visit_id).first()
    if visit is None:
        raise not_found()
    return visit


def listed(most: int = 100) -> list[tuple[Visit, int, int]]:
    """Visits with how many things they found and how many of these are open: those not judged yet first, by their day
    of coming back.
    """
    visits = [*Visit.objects.filter(ended_at=None).order_by("revisit_on", "id")[:most]]
    visits += [*Visit.objects.exclude(ended_at=None).order_by("-ended_at")[: most - len(visits)]]
    references = [visit.reference for visit in visits]
    sightings = Sighting.objects.filter(found_by="visit", reference__in=references)
    of: dict[str, dict[str, bool]] = {}
    for reference, case, ended in sightings.values_list("reference", "problem_id", "problem__ended_at"):
        of.setdefault(reference, {})[case] = ended is None
    return [(visit, len(found := of.get(visit.reference, {})), sum(found.values())) for visit in visits]


def profile(actor: Actor, office: str) -> Profile:
    """What is known of an office, for who goes there. Raises Problem 403, 404."""
    problem_lists.require_staff(actor)
    if office not in publication.current().offices:
        raise not_found()
    tallies.fold()
    opened = [one for one in tallies.open_now(time.now(), time.now(), OPENED_BY_THE_HOUSE) if one.office == office]
    owned = list(Found.objects.filter(owners__contains=[office], found_at__gte=time.now() - RECENTLY))
    owed, _more = problem_lists.listed(Wanted(owner=office, is_open=True), most=10)
    return Profile(
        office=office,
        waiting=sum(one.green + one.yellow + one.red for one in opened),
        overdue=sum(one.red for one in opened),
        open=sum(row.ended_at is None for row in owned),
        late=sum(row.escalation > 0 for row in owned),
        returned=sum(row.returns > 0 for row in owned),
        owed=owed,
        last=Visit.objects.filter(visited=office).order_by("-on", "-id").first(),
    )
