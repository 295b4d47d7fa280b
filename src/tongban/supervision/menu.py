"""点单: the menu from which people choose what leaders walk, with how much each matter hurts of late.

One vote a person a month, by an account of their own; it is for a matter, so that a new version keeps it. Whoever voted
is told twice: when it was walked, and when what the walk found is put right. What the organiser assigns is no vote and
is shown as what it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet

from tongban.accounts.actor import Actor
from tongban.applications import messages
from tongban.applications.messages import News
from tongban.applications.models import Form
from tongban.applications.offers import OPENED_BY_THE_HOUSE, title_of
from tongban.applications.problems import Problem, forbidden, not_found
from tongban.applications.throttle import slow
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.database import query
from tongban.publication import service as publication
from tongban.supervision.models import Found, Sighting
from tongban.supervision.pains import Pain
from tongban.supervision.pains import of as pains_of
from tongban.supervision.walk_models import Assignment, Vote, Walk

MOST: Final = 100
RECENT: Final = timedelta(days=90)
TRIES_PER_MINUTE: Final = 10
WEIGHTS: Final = {"minor": 1, "serious": 2, "urgent": 4}
"""How much a recent problem adds to the pain of its matter."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A matter on the menu: its department, its recent ``problems`` and how much they weigh (``pain``), how else it
    hurts, the votes of this month and of all months not yet walked, and whether the organiser assigned a walk of it
    that goes on.
    """

    about: str
    authority: str
    problems: int
    pain: int
    felt: Pain
    votes: int
    is_assigned: bool


def menu() -> list[Choice]:
    """What can be voted for, most wanted first: the services asked for most, each department's turn by turn."""
    catalog = publication.current()
    chosen = _frequent(catalog.digest, time.today())
    (found, pains), felt = _pains(), _felt(catalog, time.today())
    votes = Counter(dict(_waiting().values_list("about").annotate(count=Count("id"))))
    assigned = set(Assignment.objects.filter(by="organiser", walk="").values_list("about", flat=True))
    choices = [
        Choice(
            about=about,
            authority=catalog.services[about].authority,
            problems=found[about],
            pain=pains[about],
            felt=felt[about],
            votes=votes[about],
            is_assigned=about in assigned,
        )
        for about in chosen
    ]
    return sorted(choices, key=_most_wanted)


def _most_wanted(one: Choice) -> tuple[float | str, ...]:
    """First who has most votes, then what hurts most: by its problems, by what people say, by corrections, by time."""
    felt = one.felt
    hurts = (felt.dissatisfied_percent or 0, felt.corrected_percent or 0, felt.days or 0)
    return (-one.votes, -one.pain, *(-figure for figure in hurts), one.about)


def _felt(catalog: Catalog, today: date) -> Mapping[str, Pain]:
    return pains_of(catalog.digest, today, _frequent(catalog.digest, today))


@lru_cache(maxsize=4)
def _frequent(digest: str, day: date) -> tuple[str, ...]:
    """At most so many services, those asked for most of each department in turns. It stands for a ``day``: nobody who
    looks at the menu counts all applications.
    """
    del day
    catalog = publication.at(digest)
    asked = Counter(dict(Form.objects.filter(mode="real").values_list("bundle").annotate(count=Count("number"))))
    by_department: dict[str, list[str]] = defaultdict(list)
    for service in sorted(
        catalog.services.values(), key=lambda one: (-asked[one.id], one.level != "worked-out", one.id)
    ):
        if service.id not in OPENED_BY_THE_HOUSE:
            by_department[service.authority].append(service.id)
    turns = max(map(len, by_department.values()), default=0)
    found = [own[turn] for turn in range(turns) for own in by_department.values() if turn < len(own)]
    return tuple(found[:MOST])


def _pains() -> tuple[Counter[str], Counter[str]]:
    """The recent problems of each matter, and how much they weigh: the worse ones and those that came back more."""
    recent = Found.objects.exclude(state="declined").filter(found_at__gte=time.now() - RECENT)
    found, weight = Counter[str](), Counter[str]()
    for about, severity, returns in recent.values_list("about", "severity", "returns"):
        found[about] += 1
        weight[about] += WEIGHTS.get(severity, 1) + returns
    return found, weight


def _waiting() -> QuerySet[Vote]:
    """The votes that no walk has answered yet."""
    return Vote.objects.filter(walk="")


def this_month() -> date:
    """The month in which somebody votes now, by its first day."""
    return time.today().replace(day=1)


def mine(actor: Actor) -> list[Vote]:
    """What the reader voted for, the newest first."""
    return list(Vote.objects.filter(voter=actor.subject_id or 0).order_by("-month")[:12])


def vote(actor: Actor, about: str) -> None:
    """Vote for a matter of the menu. Raises Problem 403, 404, 409 ``voted-already``, 429."""
    slow("vote", actor.id, TRIES_PER_MINUTE)
    if actor.kind != "person" or actor.subject_id is None:
        raise forbidden("点单要用自己的账号", "People vote, with an account of their own.")
    if about not in _frequent(publication.current().digest, time.today()):
        raise not_found()
    try:
        with transaction.atomic():
            Vote.objects.create(voter=actor.subject_id, month=this_month(), about=about)
    except IntegrityError:
        text = Text("这个月已经点过了，下个月再点", "You have voted this month. Vote again next month.")
        raise Problem(409, "voted-already", text) from None


def answer(walk: Walk, found: int) -> int:
    """Tell everybody who voted for what was walked what came of it; returns how many were told."""
    with transaction.atomic():
        votes = list(Vote.objects.select_for_update().filter(about=walk.about, walk=""))
        Vote.objects.filter(id__in=[one.id for one in votes]).update(walk=walk.number)
        title = title_of(publication.current(), walk.about)
        text = Text(
            f"你点的“{title.zh}”走过了：发现 {found} 个问题（{walk.number}）",
            f"“{title.en}”, which you voted for, was walked: {found} problems found ({walk.number})",
        )
        told = messages.tell([News(voter, "walked", text, "") for voter in {one.voter for one in votes}])
        tell_of_repairs(walk.number)
        return told


def repaired(case: str) -> None:
    """Tell those who voted for a walk that found a problem which was just closed; see `tell_of_repairs`."""
    walks = Sighting.objects.filter(problem=case, found_by="walk").values_list("reference", flat=True).distinct()
    for number in sorted(walks):
        tell_of_repairs(number)


def tell_of_repairs(number: str) -> None:
    """Tell everybody whose vote led to a walk what was put right because of it: once, when nothing it found is open."""
    with transaction.atomic():
        query("select pg_advisory_xact_lock(hashtextextended('walk-repairs ' || %s, 0))", [number])
        votes = Vote.objects.filter(walk=number, repaired=None)
        waiting = list(votes.values_list("voter", "about"))
        found = Found.objects.filter(
            Exists(Sighting.objects.filter(problem=OuterRef("case"), found_by="walk", reference=number))
        )
        states = list(found.values_list("state", "ended_at"))
        closed = sum(state == "closed" for state, _ended in states)
        if not waiting or not closed or any(ended is None for _state, ended in states):
            return
        votes.update(repaired=closed)
        title = title_of(publication.current(), waiting[0][1])
        text = Text(
            f"你点的“{title.zh}”走出来的 {closed} 个问题改好了，别的部门看过（{number}）",
            f"“{title.en}”, which you voted for: {closed} problems that the walk found are put right, "
            f"and somebody else has looked ({number})",
        )
        messages.tell([News(voter, "repaired", text, "") for voter in {voter for voter, _about in waiting}])
