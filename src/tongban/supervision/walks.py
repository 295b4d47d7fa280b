"""走流程: heads do the whole way themselves, as applicants, in a real city; what hurts on it becomes a problem.

A walk is begun at the desk and recorded beside the real portal by whoever its code lets join. What they apply for on
the way is an application of the kind `walk`: real offices handle it, its effects do not run, no figure counts it. Whose
it may be is asked as of every application, so nobody walks on another's private matter.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import starting
from tongban.applications.models import Form
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, Problem, command_reused, forbidden, not_found, wrong_fields
from tongban.applications.throttle import slow
from tongban.casework import store
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import LEADERS, Text
from tongban.credentials import codes
from tongban.platform import time
from tongban.platform.database import query
from tongban.publication import service as publication
from tongban.supervision import announcing, menu, problems
from tongban.supervision.drawing import drawn
from tongban.supervision.models import Sighting
from tongban.supervision.problems import Hands, Place
from tongban.supervision.walk_models import Assignment, Passage, Vote, Walk, WalkPlan
from tongban.supervision.walk_steps import PAUSE, STEPS, own_steps

ORGANISER: Final = "base/government-services"
"""The authority whose offices assign walks and plan them."""
TYPE: Final = "base/Walk"
DRAWS: Final[Mapping[str, int]] = {"spot-check": 5, "return-visit": 5}
"""How many finished cases a walk of these ways looks at, or the applicants of how many it asks."""
DRAWN_OF: Final = 500
"""The draw is out of so many of the newest applications for the matter, alone or within a bundle."""
MOST_PEOPLE: Final = 20
LONGEST_NAME: Final = 60
JOINS_PER_MINUTE: Final = 5
LONGEST_STAY: Final = timedelta(minutes=30)
"""Whoever does nothing for longer was somewhere else, or waited for an office: no more of it counts."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a walk is to be: a matter, a way of the programme in force, how many people, whom they play, whether the
    office was told before, and who chose it.
    """

    about: str
    mode: str
    people: int = 1
    played: str = ""
    is_announced: bool = False
    chosen: str = "self"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A step of a walk: how long people were at it, how often they clicked, how many pages they read."""

    step: str
    seconds: int
    clicks: int
    pages: int

    def to_json(self) -> dict[str, Any]:
        """As it is kept with a walk that has ended."""
        return {"step": self.step, "seconds": self.seconds, "clicks": self.clicks, "pages": self.pages}


def programme_in_force(catalog: Catalog) -> str:
    """The version of the programme under which a walk is made now: the last that the pack has."""
    return [name for name in catalog.types[TYPE].attributes if name.startswith("programme_")][-1]


def modes_of(catalog: Catalog, programme: str) -> dict[str, Text]:
    """The ways of a version, in its order; none of one that no pack has any more."""
    attribute = catalog.types[TYPE].attributes.get(programme)
    return {option.value: option.label for option in attribute.options} if attribute else {}


def begin(actor: Actor, intent: Intent, command_id: UUID) -> Walk:
    """Begin a walk, once for each command; an announced one is told to the offices that are walked.

    Raises Problem 403 for whoever is neither head nor vice-head of an office, 404, 422.
    """
    office = _led(actor)
    if actor.kind != "staff" or office is None:
        raise forbidden("走流程由部门正职、副职开始", "Heads and vice-heads of departments begin walks.")
    before = Walk.objects.filter(command=command_id).first()
    if before is not None:
        return before
    catalog = publication.current()
    programme = programme_in_force(catalog)
    _check(catalog, programme, intent, catalog.offices[office].authority)
    with transaction.atomic():
        query("select pg_advisory_xact_lock(hashtextextended('supervision_walk', 0))", [])
        before = Walk.objects.filter(command=command_id).first()
        if before is not None:
            return before
        number = _next_number()
        walk = Walk.objects.create(
            number=number,
            command=command_id,
            programme=programme,
            mode=intent.mode,
            about=offer_of(catalog, intent.about).id,
            office=office,
            authority=catalog.offices[office].authority,
            people=intent.people,
            led_by="head" if actor.has_role("head", office) else "vice-head",
            walkers=[actor.user_id],
            code=codes.make(secrets.token_bytes(codes.RANDOM_SIZE_BYTES)),
            played=" ".join(intent.played.split()),
            is_announced=intent.is_announced,
            chosen=intent.chosen,
            begun_at=time.now(),
            **_lots(catalog, intent, office, number),
            publication=catalog.digest,
        )
        announcing.announce(catalog, walk, by=actor.user_id)
        return walk


def _led(actor: Actor) -> str | None:
    """The office for which the reader begins walks."""
    return next((one for one, roles in actor.offices.items() if roles & LEADERS), None)


def authority_of(actor: Actor) -> str:
    """The department for which the reader begins walks; empty for whoever leads no office."""
    office = publication.current().offices.get(_led(actor) or "")
    return office.authority if office else ""


def _check(catalog: Catalog, programme: str, intent: Intent, authority: str) -> None:
    offer = offer_of(catalog, intent.about)
    errors = []
    if intent.mode not in modes_of(catalog, programme):
        text = Text("选一种走法", "Choose a way of walking.")
        errors.append(FieldError("mode", "not-an-option", text))
    if not 1 <= intent.people <= MOST_PEOPLE:
        text = Text(f"填 1 到 {MOST_PEOPLE} 的人数", f"Give a number of people from 1 to {MOST_PEOPLE}.")
        errors.append(FieldError("people", "out-of-range", text))
    if len(intent.played) > LONGEST_NAME or not intent.played.isprintable():
        errors.append(FieldError("played", "too-long", Text("太长了，短一点", "Too long. Say it in fewer words.")))
    if intent.chosen not in Walk.Chosen.values:
        errors.append(FieldError("chosen", "not-an-option", Text("选一项", "Choose one.")))
    elif intent.chosen not in who_chose(authority, offer.id):
        text = Text("没有人这样点过、指定过这一件", "Nobody chose this matter for this department in that way.")
        errors.append(FieldError("chosen", "not-an-option", text))
    if errors:
        raise wrong_fields(errors)


def who_chose(authority: str, about: str) -> list[str]:
    """Who may be said to have chosen a walk of a matter by a department: what it owes first, at last it itself."""
    by = set(Assignment.objects.filter(authority=authority, about=about, walk="").values_list("by", flat=True))
    is_voted_for = "votes" in by or Vote.objects.filter(about=about, walk="").exists()
    return [*(["assigned"] if "organiser" in by else []), *(["votes"] if is_voted_for else []), "self"]


def _next_number() -> str:
    year = time.now().year
    return f"Z{year}-{Walk.objects.filter(number__startswith=f'Z{year}-').count() + 1:05}"


def _lots(catalog: Catalog, intent: Intent, office: str, number: str) -> dict[str, Any]:
    """The finished cases of the department's own that a draw gives to a walk, its seed, and out of how many."""
    most = DRAWS.get(intent.mode, 0)
    if not most:
        return {}
    about = offer_of(catalog, intent.about).id
    within = [one.id for one in catalog.bundles.values() if any(part.service == about for part in one.parts)]
    forms = Form.objects.filter(bundle__in=[about, *within], mode="real", state=Form.State.SUBMITTED)
    newest = forms.order_by("-submitted_at", "number").values_list("number", flat=True)[:DRAWN_OF]
    own = {one.id for one in catalog.offices.values() if one.authority == catalog.offices[office].authority}
    candidates = {
        case.number: f"{case.service} {case.result}"
        for case in store.cases_of(newest)
        if not case.is_open and case.office in own and (about in catalog.bundles or case.service == about)
    }
    plan = plan_on(catalog, time.today().isoformat())
    seed = f"{plan.seed if plan else ''}|{number}"
    return {"drawn": drawn(candidates, most, seed), "seed": seed, "candidates": len(candidates)}


def plan_on(catalog: Catalog, day: str) -> WalkPlan | None:
    """The plan of the programme in force whose period a day lies in."""
    found = WalkPlan.objects.filter(programme=programme_in_force(catalog), from_day__lte=day, until_day__gte=day)
    return found.first()


def join(actor: Actor, typed: str) -> Walk:
    """Walk along, by the code that the desk shows. Raises Problem 404 for a wrong code or a full walk, 429."""
    slow("walk", actor.id, JOINS_PER_MINUTE)
    code = codes.parse(typed)
    with transaction.atomic():
        walk = Walk.objects.select_for_update().filter(code=code, ended_at=None).first() if code else None
        if walk is None:
            raise not_found()
        if actor.user_id is not None and actor.user_id not in walk.walkers:
            if len(walk.walkers) > walk.people:  # whoever began it at the desk walks under an account of their own
                raise not_found()
            walk.walkers.append(actor.user_id)
            walk.save(update_fields=["walkers"])
    return walk


def of(actor: Actor, walk_id: UUID) -> Walk:
    """A walk for those who walk it. Raises Problem 404 for everybody else."""
    walk = Walk.objects.filter(id=walk_id, walkers__contains=[actor.user_id]).first() if actor.user_id else None
    if walk is None:
        raise not_found()
    return walk


def mine(actor: Actor) -> list[Walk]:
    """The walks that somebody walks or walked, those under way first, then the newest."""
    found = Walk.objects.filter(walkers__contains=[actor.user_id]).order_by("-begun_at")[:50]
    return sorted(found, key=lambda walk: walk.ended_at is not None)


def readable(actor: Actor, walk_id: UUID) -> Walk:
    """A walk for those who walked it, its office, and the office that watches its matter. Raises Problem 404."""
    walk = Walk.objects.filter(id=walk_id).first()
    if walk is None or not may_read(actor, walk):
        raise not_found()
    return walk


def may_read(actor: Actor, walk: Walk) -> bool:
    """Whether somebody may read the report of a walk, its words and pictures."""
    if actor.user_id in walk.walkers:
        return True
    catalog = publication.current()
    if actor.kind != "staff" or not actor.offices or (walk.about not in {*catalog.bundles, *catalog.services}):
        return False
    watching = problems.watcher(catalog, Place(walk.about, "other"), Hands(region_of(walk))).id
    return bool({walk.office, watching} & actor.offices.keys())


def region_of(walk: Walk) -> str:
    """Where the office of a walk stands."""
    office = publication.current().offices.get(walk.office)
    return office.region if office else ""


def running(user_id: int, walk_id: UUID) -> Walk | None:
    """A walk of an account that has not ended."""
    return Walk.objects.filter(id=walk_id, walkers__contains=[user_id], ended_at=None).first()


def come_to(walk: Walk, step: str, *, is_page: bool = False, is_click: bool = False) -> None:
    """Note that a walk came to a step; the same step once more is one more click or page of it."""
    Passage.objects.create(walk=walk, step=step, at=time.recorded_now(), is_page=is_page, is_click=is_click)


@transaction.atomic
def go_to(actor: Actor, walk_id: UUID, step: str, command_id: UUID | None = None, ago_seconds: float = 0) -> None:
    """The walkers say where they are, where no page says so: at a window, in a procedure; or that they rest. Once for
    each command; ``ago_seconds``: a phone without a network kept it for so long.

    Raises Problem 404, 409 ``walk-ended``, 422.
    """
    walk = going(actor, walk_id)
    Walk.objects.select_for_update().get(id=walk.id)
    if command_id is not None and walk.passages.filter(command=command_id).exists():
        return
    if step != PAUSE:
        require_step(walk, step)
    at = moment_of(walk, ago_seconds)
    Passage.objects.create(walk=walk, step=step, at=at, is_page=False, is_click=False, command=command_id)


def require_step(walk: Walk, step: str) -> None:
    """Raise Problem 422 for what is no step of the portal or of the walk's matter."""
    if step not in {*STEPS, *own_steps(publication.current(), walk.about)}:
        raise wrong_fields([FieldError("step", "not-an-option", Text("选一步", "Choose a step."))])


def moment_of(walk: Walk, ago_seconds: float) -> datetime:
    """The moment so long ago, never before the walk came anywhere: a phone's clock may be wrong."""
    now = time.recorded_now()
    first = walk.passages.order_by("at").values_list("at", flat=True).first() or now
    return max(now - timedelta(seconds=ago_seconds), min(first, now))


def going(actor: Actor, walk_id: UUID) -> Walk:
    """A walk that has not ended, for those who walk it. Raises Problem 404, 409 ``walk-ended``."""
    walk = of(actor, walk_id)
    if walk.ended_at is not None:
        raise _has_ended()
    return walk


def _has_ended() -> Problem:
    return Problem(409, "walk-ended", Text("这次走流程已经结束，看报告", "This walk has ended. Read its report."))


def where(walk: Walk) -> str:
    """The step at which a walk is; while its walkers rest, the one before."""
    last = walk.passages.exclude(step=PAUSE).order_by("-at", "-id").values_list("step", flat=True).first()
    return last or next(iter(STEPS))


def is_resting(walk: Walk) -> bool:
    """Whether the walkers rest."""
    return walk.passages.order_by("-at", "-id").values_list("step", flat=True).first() == PAUSE


def apply(actor: Actor, walk: Walk, offer: str, **given: Any) -> str:  # noqa: ANN401 -- what `starting.start` takes
    """Begin the application of a walk, as `starting.start` does, of the kind `walk`; returns its number.

    Raises what that raises, and Problem 409 ``another-matter`` for what this walk is not about.
    """
    if offer != walk.about:
        text = Text("走流程时只办这一件；先结束这次走，再办别的", "A walk does its own matter alone. End it first.")
        raise Problem(409, "another-matter", text)
    with transaction.atomic():
        number = starting.start(actor, offer, mode="walk", **given)
        is_real = Form.objects.filter(number=number).exclude(mode="walk").exists()
        if is_real or Walk.objects.filter(application=number).exclude(id=walk.id).exists():
            raise command_reused()  # the form of another walk, or of a real application, sent once more
        Walk.objects.filter(application=None, id=walk.id).update(application=number)
    return number


def end(actor: Actor, walk_id: UUID) -> Walk:
    """End a walk: its way is reckoned up and nobody joins any more. Raises Problem 404, 409 ``walk-ended``."""
    with transaction.atomic():
        walk = Walk.objects.select_for_update().get(id=of(actor, walk_id).id)
        if walk.ended_at is not None:
            raise _has_ended()
        walk.way = [stretch.to_json() for stretch in way_so_far(walk)]
        walk.ended_at, walk.code = time.now(), None
        walk.save(update_fields=["way", "ended_at", "code"])
        walk.passages.all().delete()
        found = Sighting.objects.filter(found_by="walk", reference=walk.number).count()
        if Form.objects.filter(number=walk.application, submitted_at__isnull=False).exists():
            menu.answer(walk, found)  # a walk that sent nothing is no answer to those who voted for it
            Assignment.objects.filter(authority=walk.authority, about=walk.about, walk="").update(walk=walk.number)
    return walk


def way_so_far(walk: Walk) -> list[Stretch]:
    """What was walked, step by step in the order in which each was first come to."""
    if walk.ended_at is not None:
        return [Stretch(**one) for one in walk.way]
    passed = list(walk.passages.order_by("at", "id"))
    return reckoned([(one.step, one.at, one.is_click, one.is_page) for one in passed], time.recorded_now())


def reckoned(passed: list[tuple[str, datetime, bool, bool]], now: datetime) -> list[Stretch]:
    """The stretches of passages (step, moment, whether a click, whether a page), of which the last goes on until now.

    Rests count nowhere; of a longer stay only the first half hour does.
    """
    moments = [*(at for _step, at, _click, _page in passed), now]
    found: dict[str, list[float]] = {}
    for (step, _at, is_click, is_page), (since, until) in zip(passed, pairwise(moments), strict=True):
        if step != PAUSE:
            kept = found.setdefault(step, [0.0, 0, 0])
            kept[0] += min(until - since, LONGEST_STAY).total_seconds()
            kept[1] += is_click
            kept[2] += is_page
    return [Stretch(step, round(seconds), int(clicks), int(pages)) for step, (seconds, clicks, pages) in found.items()]
