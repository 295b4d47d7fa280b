"""Who walks what: the ranking of a month's votes assigns walks to departments, and the organiser does, with a reason.

The first matters of the ranking go to the departments whose services they are, once a month. What the organiser assigns
is another thing and shown as such: any matter, to any department. Either is done by a walk of that department which
sent its application.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Count

from tongban.accounts.actor import Actor
from tongban.applications import messages
from tongban.applications.messages import Desk, News
from tongban.applications.offers import offer_of, title_of
from tongban.applications.problems import FieldError, forbidden, wrong_fields, wrong_text
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import LEADERS, Text
from tongban.platform import time
from tongban.platform.database import query
from tongban.publication import service as publication
from tongban.supervision import menu
from tongban.supervision.walk_models import Assignment, Vote
from tongban.supervision.walks import ORGANISER

A_MONTH: Final = 10
"""So many of the first matters of a month's ranking are to be walked."""
LONGEST_REASON: Final = 200
_NAMESPACE: Final = UUID("6d0f7c7e-5b0a-5c51-9a33-7f1f3f5d2c10")


@dataclass(frozen=True, slots=True)
class Order:
    """What the organiser assigns: a matter, to a department, until a day, and why."""

    about: str
    authority: str
    until: date | None
    reason: str


def assign_by_votes() -> int:
    """Let the ranking of the month that ended say what is walked this month; returns how many matters.

    It may be run at any time, any number of times: a month's ranking assigns once.
    """
    this = menu.this_month()
    ended, after = (this - timedelta(days=1)).replace(day=1), (this + timedelta(days=31)).replace(day=1)
    with transaction.atomic():
        query("select pg_advisory_xact_lock(hashtextextended('supervision_assignment', 0))", [])
        if Assignment.objects.filter(month__gte=ended).exists():
            return 0
        catalog = publication.current()
        owed_already = set(Assignment.objects.filter(walk="", by="votes").values_list("about", flat=True))
        made = [
            Assignment(
                command=uuid5(_NAMESPACE, f"{ended}|{about}"),
                authority=catalog.services[about].authority,
                about=about,
                by=Assignment.By.VOTES,
                month=ended,
                votes=votes,
                made_at=time.now(),
                until_day=after - timedelta(days=1),
            )
            for about, votes in _ranking(catalog, this)[:A_MONTH]
            if about not in owed_already
        ]
        Assignment.objects.bulk_create(made)
        messages.tell([news for one in made for news in [*_to_voters(catalog, one), *_to_heads(catalog, one)]])
    return len(made)


def _ranking(catalog: Catalog, before: date) -> list[tuple[str, int]]:
    """The matters that people voted for before a day and nobody has walked since, with their votes, most wanted first.

    Of those with as many votes, first what hurts more: the order of the menu.
    """
    waiting = Vote.objects.filter(walk="", month__lt=before).values_list("about").annotate(count=Count("id"))
    votes = Counter({about: count for about, count in waiting if about in catalog.services})
    order = {one.about: nth for nth, one in enumerate(menu.menu())}
    return sorted(votes.items(), key=lambda one: (-one[1], order.get(one[0], len(order)), one[0]))


def _to_voters(catalog: Catalog, one: Assignment) -> list[News]:
    title, until = title_of(catalog, one.about), one.until_day
    department = catalog.authorities[one.authority].title
    text = Text(
        f"你点的“{title.zh}”有 {one.votes} 票，{department.zh}要在 {until:%Y-%m-%d} 前去走",
        f"“{title.en}”, which you voted for, has {one.votes} votes: {department.en} walks it by {until:%Y-%m-%d}",
    )
    voters = Vote.objects.filter(about=one.about, walk="").values_list("voter", flat=True).distinct()
    return [News(voter, "to-be-walked", text, "") for voter in voters]


def _to_heads(catalog: Catalog, one: Assignment) -> list[News]:
    title = title_of(catalog, one.about)
    whose = Text(f"群众点的，{one.votes} 票", f"by {one.votes} votes of people")
    if one.by == Assignment.By.ORGANISER:
        whose = Text("牵头部门指定的", "assigned by the organiser")
    text = Text(
        f"要去走“{title.zh}”：{whose.zh}，{one.until_day:%Y-%m-%d} 前",
        f"To be walked: “{title.en}”, {whose.en}, by {one.until_day:%Y-%m-%d}",
    )
    offices = [office.id for office in catalog.offices.values() if office.authority == one.authority]
    return [News(Desk(office, LEADERS), "walk-owed", text, "") for office in offices]


def require_organiser(actor: Actor) -> None:
    """Raise Problem 403 for whoever does not head an office of the department that organises walks."""
    if not is_organiser(actor):
        raise forbidden("由牵头部门的负责人定", "The head of the organising department decides this.")


def is_organiser(actor: Actor) -> bool:
    """Whether the reader may assign walks."""
    return ORGANISER in _of(actor, frozenset({"head"}))


def assign(actor: Actor, order: Order, command_id: UUID) -> Assignment:
    """Assign a walk to a department, once for each command. Raises Problem 403, 404, 422."""
    require_organiser(actor)
    before = Assignment.objects.filter(command=command_id).first()
    if before is not None:
        return before
    catalog = publication.current()
    about = offer_of(catalog, order.about).id
    errors = wrong_text("reason", order.reason, LONGEST_REASON)
    if order.authority not in departments(catalog):
        errors.append(FieldError("authority", "not-an-option", Text("选一个部门", "Choose a department.")))
    if order.until is None or order.until < time.today():
        errors.append(FieldError("until", "wrong-days", Text("写一个今天以后的日子", "Give a day from today on.")))
    if Assignment.objects.filter(authority=order.authority, about=about, by="organiser", walk="").exists():
        text = Text("已经指定给它了，还没走", "It is assigned to this department already, and not walked yet.")
        errors.append(FieldError("authority", "not-an-option", text))
    if errors or order.until is None:
        raise wrong_fields(errors)
    with transaction.atomic():
        made = Assignment.objects.create(
            command=command_id,
            authority=order.authority,
            about=about,
            by=Assignment.By.ORGANISER,
            reason=order.reason.strip(),
            made_by=actor.user_id,
            made_at=time.now(),
            until_day=order.until,
        )
        messages.tell(_to_heads(catalog, made))
    return made


def departments(catalog: Catalog) -> set[str]:
    """The departments of which the city has an office."""
    return {office.authority for office in catalog.offices.values()}


def owed(authorities: Collection[str] | None = None) -> list[Assignment]:
    """What is still to be walked, perhaps by some departments alone: what is due first, then what most people want."""
    found = Assignment.objects.filter(walk="").order_by("until_day", "-votes", "id")
    return list(found if authorities is None else found.filter(authority__in=authorities))


def owed_by(actor: Actor) -> list[Assignment]:
    """What the departments still owe of which the reader leads an office."""
    return owed(led) if (led := _of(actor, LEADERS)) else []


def _of(actor: Actor, roles: frozenset[str]) -> set[str]:
    """The departments of which the reader has one of these roles at an office."""
    offices = publication.current().offices
    return {offices[one].authority for one, own in actor.offices.items() if own & roles and one in offices}
