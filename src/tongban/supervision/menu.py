"""点单: the menu from which people choose what leaders walk, with how much each matter hurts of late.

One vote a person a month, by an account of their own; it is for a matter, so that a new version keeps it. Whoever voted
is told when it was walked. What the organiser assigns is no vote and is shown as what it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet

from tongban.accounts.actor import Actor
from tongban.applications import messages
from tongban.applications.messages import News
from tongban.applications.models import Form
from tongban.applications.offers import OPENED_BY_THE_HOUSE, title_of
from tongban.applications.problems import Problem, forbidden, not_found
from tongban.applications.throttle import slow
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision.models import Found
from tongban.supervision.walk_models import Vote, Walk

MOST: Final = 100
RECENT: Final = timedelta(days=90)
TRIES_PER_MINUTE: Final = 10
WEIGHTS: Final = {"minor": 1, "serious": 2, "urgent": 4}
"""How much a recent problem adds to the pain of its matter."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A matter on the menu: its department, how much it hurts of late, the votes of this month and of all months not
    yet walked, and whether the organiser assigned a walk of it that goes on.
    """

    about: str
    authority: str
    pain: int
    votes: int
    is_assigned: bool


def menu() -> list[Choice]:
    """What can be voted for, most wanted first: the services asked for most, each department's turn by turn."""
    catalog = publication.current()
    chosen = _frequent(catalog.digest, time.today())
    pains, votes = _pains(), Counter(dict(_waiting().values_list("about").annotate(count=Count("id"))))
    assigned = set(Walk.objects.filter(chosen="assigned", ended_at=None).values_list("about", flat=True))
    choices = [
        Choice(about, catalog.services[about].authority, pains[about], votes[about], about in assigned)
        for about in chosen
    ]
    return sorted(choices, key=lambda one: (-one.votes, -one.pain, one.about))


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


def _pains() -> Counter[str]:
    """How much each matter hurts: its recent problems, the worse ones and those that came back for more."""
    recent = Found.objects.exclude(state="declined").filter(found_at__gte=time.now() - RECENT)
    found: Counter[str] = Counter()
    for about, severity, returns in recent.values_list("about", "severity", "returns"):
        found[about] += WEIGHTS.get(severity, 1) + returns
    return found


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
        return messages.tell([News(voter, "walked", text, "") for voter in {one.voter for one in votes}])
