"""调研、暗访、督办: somebody goes and looks, leaves what is to be done with an owner and a day, comes back and judges.

What a visit finds is a problem each (`supervision.problems`, kind ``asked`` or any other), which names the visit. A
visit ends when those who made it came back and nothing it found was open; otherwise they say when they come again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications.doers import doer_of
from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.applications.problems import FieldError, Problem, not_found, wrong_fields, wrong_text
from tongban.casework import service as casework
from tongban.casework import tallies
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import problem_lists, problems, sites
from tongban.supervision.models import Found, Revisit, Sighting, Site, Visit
from tongban.supervision.problems import Finding, Hands

MOST_CHARACTERS = 1000
RECENTLY = timedelta(days=365)
MOST_OWED = 10


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit as it is noted: the office visited (or ``site``, for which it answers), its day, announced or not, what
    for, the day of coming back.
    """

    visited: str
    on: date
    is_announced: bool
    purpose: str
    revisit_on: date
    site: Site | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visit asks for: what is to be done, by whom (empty: who is answerable), perhaps at each of many sites."""

    finding: Finding
    owner: str = ""
    sites: tuple[Site, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one instruction to many sites has come: of each town how many are done, of how many; those not done."""

    about: str
    towns: list[tuple[Text, int, int]]
    left: list[Found]

    @property
    def done(self) -> int:
        """At how many sites it is done."""
        return sum(done for _town, done, _all in self.towns)

    @property
    def asked(self) -> int:
        """Of how many sites it was asked."""
        return sum(asked for _town, _done, asked in self.towns)


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody reads before a visit: five figures of an office, what it still owes, what the last visit said; of a
    ``site`` what is to be done there, beside what waits at the office that answers for it.

    ``waiting`` and ``overdue`` are its open cases now, as boards count them; ``open``, ``late`` and ``returned`` are
    its problems.
    """

    office: str
    site: Site | None
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
        "site": planned.site,
        "made_by": actor.id,
    }
    visit, _made = Visit.objects.get_or_create(command=command_id, defaults=values)
    return visit


def _check(planned: Planned, actor: Actor) -> None:
    errors = []
    if planned.visited in actor.offices and planned.site is None:
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
    """Note one thing that was found at a visit, where it was found. Raises as `instruct` does."""
    return instruct(actor, visit_id, [Asked(finding, owner)], command_id)[0]


def instruct(actor: Actor, visit_id: int, asked: Sequence[Asked], command_id: UUID) -> list[problems.Reported]:
    """Note all that a visit leaves to be done, all or nothing: each thing at each of its sites is one problem.

    Raises Problem 403, 404, 409 ``visit-ended``, 422 ``wrong-fields`` (its facts name the thing from the second on:
    ``problem.1-by``).
    """
    visit = _own(actor, visit_id)
    if visit.ended_at is not None:
        raise _ended()
    reported, errors = list[problems.Reported](), list[FieldError]()
    with transaction.atomic():
        for n, one in enumerate(asked):
            try:
                reported += _instruct(actor, visit, one, command_id if n == 0 else uuid5(command_id, f"thing {n}"))
            except Problem as problem:
                if not problem.errors:
                    raise
                errors += [_of_row(error, n) for error in problem.errors]
        if errors:
            raise wrong_fields(errors)
    return reported


def _instruct(actor: Actor, visit: Visit, asked: Asked, command: UUID) -> list[problems.Reported]:
    reported, offices = [], publication.current().offices
    for n, site in enumerate(asked.sites or (visit.site,)):
        owner = asked.owner or (site.office if site else visit.visited)
        region = site.region if site else offices[visit.visited].region if visit.visited in offices else ""
        named = replace(asked.finding, found_by="visit", reference=visit.reference, site=site)
        hands = Hands(region, owner, visit.office)
        reported.append(
            problems.report(named, doer_of(actor, None), uuid5(command, f"site {n}") if n else command, hands)
        )
    return reported


def _of_row(error: FieldError, n: int) -> FieldError:
    """An error of the nth thing at its own field of the form."""
    whole, _dot, name = error.fact.partition(".")
    return replace(error, fact=f"{whole}.{n}-{name}") if n else error


def judge(actor: Actor, visit_id: int, said: str, command_id: UUID, again_on: date | None = None) -> Visit:
    """Come back and judge: the visit ends where all it found is put right, else ``again_on`` says when next.

    Who judges neither made the visit nor reported anything it asked for as done.
    Raises Problem 403, 404, 409 ``visit-ended`` ``judge-another``, 422 ``wrong-fields``.
    """
    with transaction.atomic():
        visit = _own(actor, visit_id, for_update=True)
        if Revisit.objects.filter(command=command_id).exists():
            return visit
        if visit.ended_at is not None:
            raise _ended()
        found = findings(visit)
        _refuse_own(actor, visit, found)
        still = sum(1 for row in found if row.ended_at is None)
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


def _refuse_own(actor: Actor, visit: Visit, found: Sequence[Found]) -> None:
    """Raise Problem 409 ``judge-another`` for who made the visit or said that something it asked for was done."""
    if visit.made_by == actor.id:
        text = Text("第一次是你去的，回访请换一个人评判", "You made the visit. Somebody else comes back and judges.")
        raise Problem(409, "judge-another", text)
    if any(actor.id in case.taken.get("repair", ()) for case in casework.cases([row.case for row in found])):
        text = Text("有的事是你报办好的，回访请换一个人评判", "You reported some of it as done. Somebody else judges.")
        raise Problem(409, "judge-another", text)


def _ended() -> Problem:
    return Problem(409, "visit-ended", Text("这次走访已经评判完了", "This visit was judged and has ended."))


def findings(visit: Visit) -> list[Found]:
    """What a visit found, in its order."""
    cases = Sighting.objects.filter(found_by="visit", reference=visit.reference).values("problem_id")
    return list(Found.objects.filter(case__in=cases).order_by("found_at", "case"))


def progress(visit: Visit) -> list[Progress]:
    """What a visit asked of several sites, instruction by instruction, in their order."""
    asked: dict[tuple[str, str], list[Sighting]] = {}
    seen = Sighting.objects.filter(found_by="visit", reference=visit.reference).exclude(site=None)
    for one in seen.select_related("problem", "site").order_by("site__region", "id"):
        asked.setdefault((one.problem.kind, one.problem.about), []).append(one)
    return [_progress(about, its) for (_kind, about), its in asked.items() if len({one.site_id for one in its}) > 1]


def _progress(about: str, its: Sequence[Sighting]) -> Progress:
    rows = {one.problem_id: one.problem for one in its}
    town_of = {one.problem_id: sites.town(one.site) for one in its if one.site}
    asked = Counter(town_of[case] for case in rows)
    done = Counter(town_of[case] for case, row in rows.items() if row.ended_at is not None)
    return Progress(
        about,
        [(town, done[town], count) for town, count in asked.items()],
        [row for row in rows.values() if row.ended_at is None],
    )


def title(visit: Visit) -> Text:
    """What was visited: a site with its town, or an office."""
    if visit.site is not None:
        return Text(sites.title(visit.site), sites.title(visit.site))
    return problem_lists.office_title(publication.current(), visit.visited)


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


def profile(actor: Actor, office: str, site: Site | None = None) -> Profile:
    """What is known of an office, or of a site that it answers for, for who goes there. Raises Problem 403, 404."""
    problem_lists.require_staff(actor)
    if office not in publication.current().offices:
        raise not_found()
    tallies.fold()
    opened = [one for one in tallies.open_now(time.now(), time.now(), OPENED_BY_THE_HOUSE) if one.office == office]
    found = (
        Found.objects.filter(case__in=site.sightings.values("problem"))
        if site
        else Found.objects.filter(owners__contains=[office])
    )
    owed = found.filter(ended_at=None).order_by("-found_at", "-case")[:MOST_OWED]
    last = site.visits if site else Visit.objects.filter(visited=office)
    recent = list(found.filter(found_at__gte=time.now() - RECENTLY))
    return Profile(
        office=office,
        site=site,
        waiting=sum(one.green + one.yellow + one.red for one in opened),
        overdue=sum(one.red for one in opened),
        open=sum(row.ended_at is None for row in recent),
        late=sum(row.escalation > 0 for row in recent),
        returned=sum(row.returns > 0 for row in recent),
        owed=problem_lists.lines(list(owed)),
        last=last.order_by("-on", "-id").first(),
    )
