"""What else a demonstration city shows of what hurts: votes and the walks they assign, visits, hazards, live sessions.

All of it goes through the doors that people use, but for the votes and a session of days that are past.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import yaml

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import User
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.platform.database import query
from tongban.publication import service as publication
from tongban.supervision import assignments, explaining, menu, problems, sites, visits, week_sheets
from tongban.supervision.assignments import Order
from tongban.supervision.models import Explained, LiveSession, Vote
from tongban.supervision.problems import Finding, Hands, Place
from tongban.supervision.sites import Listing
from tongban.supervision.visits import Asked
from tongban.testing.city import deeds
from tongban.testing.city.people import PERSON

FILE: Final = Path(__file__).with_suffix(".yaml")
PACK: Final = "demonstration"
ORGANISER: Final = "organiser"
CLERK: Final = "clerk-government-services"
ASKING: Final = ("twins-mother", "retiree")
HOUR: Final = timedelta(hours=15)
_NAMESPACE: Final = UUID("0d0b8e7c-7f6a-5b1e-9a55-2f6f9f0c6b1d")


def put() -> None:
    """Put it all there, unless somebody has voted already."""
    if Vote.objects.exists():
        return
    made = rows()
    _vote(made["votes"])
    assignments.assign_by_votes()
    organiser, clerk, one = _actor(ORGANISER), _actor(CLERK), made["assigned"]
    department = publication.current().services[one["about"]].authority
    assignments.assign(organiser, Order(one["about"], department, _day(one["days"]), one["reason"]), _id("assigned"))
    for row in made["visits"]:
        _visit(clerk, organiser, row)
    clinics(clerk, made["clinics"])
    for row in made["hazards"]:
        finding = Finding(
            Place(row["about"], row["kind"]), "serious", "inspection", field="safety", by=_day(row["days"])
        )
        problems.report(finding, SYSTEM, _id(row["about"]), Hands(owner=f"{PACK}/{row['owner']}"))
    for row in made["sessions"]:
        _session(row)
    week_sheets.keep(time.now())


def rows() -> dict[str, Any]:
    """What the file has, by sort."""
    made: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return made


def _vote(votes: dict[str, list[int]]) -> None:
    """So many people each, for the matters first on the menu."""
    statement = "select id from registry_subject where type = %s and key is not null order by id limit %s"
    ids = [subject for (subject,) in query(statement, [PERSON, sum(votes["ended"])])]
    matters = [one.about for one in menu.menu()]
    ended = (menu.this_month() - timedelta(days=1)).replace(day=1)
    for month, counts in ((ended, votes["ended"]), (menu.this_month(), votes["this"])):
        chosen = [about for about, count in zip(matters, counts, strict=False) for _ in range(count)]
        Vote.objects.bulk_create(
            Vote(voter=voter, month=month, about=about) for voter, about in zip(ids, chosen, strict=False)
        )


def _visit(actor: Actor, returning: Actor, row: dict[str, Any]) -> None:
    visited = f"{PACK}/{row['visited']}"
    planned = visits.Planned(
        visited, _day(row["made"]), is_announced=False, purpose=row["purpose"], revisit_on=_day(row["revisit"])
    )
    visit = visits.make(actor, planned, _id(row["purpose"]))
    for one in row["findings"]:
        finding = Finding(Place(one["said"], "asked"), "minor", "visit", field=one["field"], by=_day(one["days"]))
        visits.find(actor, visit.id, finding, _id(one["said"]), f"{PACK}/{one['owner']}")
    if "judged" in row:
        judged = row["judged"]
        visits.judge(returning, visit.id, judged["said"], _id(judged["said"]), _day(judged["again"]))


def clinics(actor: Actor, row: dict[str, Any]) -> None:
    """One instruction to every village clinic of a district; at most of them it is done."""
    office = f"{PACK}/{row['office']}"
    for town in row["towns"]:
        sites.add(Listing(tuple(row["names"]), town, "clinic", office))
    [group] = [one for one in sites.groups() if one.region == row["region"]]
    every = sorted(sites.of_group(group.value), key=lambda site: (site.name, site.region))
    planned = visits.Planned(
        office, _day(row["made"]), is_announced=True, purpose=row["purpose"], revisit_on=_day(row["revisit"])
    )
    visit = visits.make(actor, replace(planned, site=every[0]), _id(row["purpose"]))
    finding = Finding(Place(row["said"], "asked"), "minor", "visit", field="care", by=_day(row["days"]))
    reported = visits.instruct(actor, visit.id, [Asked(finding, "", tuple(every))], _id(row["said"]))
    for one in reported[len(reported) - row["done"] :]:
        deeds.keep(one.case, office, row)


def _session(row: dict[str, Any]) -> None:
    """Announced, and asked beforehand; or, where its day is past, with what was answered."""
    at = datetime.combine(_day(row["days"]), datetime.min.time(), time.ZONE) + HOUR
    session = LiveSession.objects.create(
        command=_id(f"{row['about']} {row['days']}"),
        about=row["about"],
        office=f"{PACK}/{row['office']}",
        at=at,
        minutes=60,
        speaker=row["speaker"],
    )
    for name, said in zip(ASKING, row.get("asked", ()), strict=False):
        explaining.ask(_actor(name), session.id, said, _id(said))
    Explained.objects.bulk_create(
        Explained(session=session, about=session.about, at=at, command=_id(one["question"]), **one)
        for one in row.get("explained", ())
    )


def _actor(persona: str) -> Actor:
    return actor_of(User.objects.get(persona=persona))


def _day(days: int) -> date:
    return time.today() + timedelta(days=days)


def _id(what: str) -> UUID:
    return uuid5(_NAMESPACE, what)
