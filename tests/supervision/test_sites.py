"""Visits to places that are no office; one instruction to many places; the day of coming back, and who judges."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.applications.newborn import Desk
from tests.supervision.test_visits import INSPECTORS, VISITED, VISITING, act, asked, done, planned

from tongban.accounts.models import User
from tongban.applications.models import Message
from tongban.applications.problems import Problem
from tongban.casework import sweeps
from tongban.platform import time
from tongban.supervision import returns, sites, sweeping, visits
from tongban.supervision.models import Found, Site, Visit
from tongban.supervision.problems import Finding, Place
from tongban.supervision.sites import Listing
from tongban.supervision.visits import Asked
from tongban.testing.city import improving

pytestmark = pytest.mark.django_db
TOWN, OTHER = "430211101", "430211102"
COUNTY = "clinic|430211"


def clinics(*names: str, town: str = TOWN) -> list[Site]:
    sites.add(Listing(names, town, "clinic", VISITED))
    return list(Site.objects.filter(region=town, name__in=names).order_by("id"))


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    moment = time.now() + timedelta(days=days)
    monkeypatch.setattr(time, "now", lambda: moment)


def told(code: str = "come-back") -> list[int]:
    return list(Message.objects.filter(code=code).order_by("user_id").values_list("user_id", flat=True))


def test_a_place_that_is_no_office_is_visited_and_its_own_office_puts_it_right(desk: Desk) -> None:
    [east] = clinics("东村卫生室")
    visit = visits.make(desk(VISITING, "handler"), planned(site=east), uuid4())
    case = visits.find(desk(VISITING, "handler"), visit.id, asked(about="接上网"), uuid4()).case
    row = Found.objects.get(case=case)
    assert (row.owners, row.item, visits.title(visit).zh) == ([VISITED], "群丰镇 东村卫生室", "群丰镇 东村卫生室")
    profile = visits.profile(desk(VISITING, "handler"), VISITED, east)
    assert (profile.open, [one["case"] for one in profile.owed], profile.last) == (1, [case], visit)


@pytest.mark.slow
def test_one_instruction_goes_to_many_places_and_is_followed_by_town(desk: Desk) -> None:
    actor = desk(VISITING, "handler")
    first = clinics("东村卫生室", "西村卫生室")
    clinics("东村卫生室", town=OTHER)
    visit = visits.make(actor, planned(site=first[0]), uuid4())
    command = uuid4()
    for _ in range(2):
        reported = visits.instruct(
            actor, visit.id, [Asked(asked(about="开通统筹"), sites=tuple(sites.of_group(COUNTY)))], command
        )
    assert (len(reported), Found.objects.count()) == (3, 3)
    done(desk, reported[0].case)
    [progress] = visits.progress(visit)
    assert (progress.done, progress.asked) == (1, 3)
    assert [(town.zh, done_there, all_there) for town, done_there, all_there in progress.towns] == [
        ("群丰镇", 1, 2),
        ("雷打石镇", 0, 1),
    ]


@pytest.mark.slow
def test_several_instructions_come_from_one_record_all_or_none(desk: Desk) -> None:
    actor = desk(VISITING, "handler")
    visit = visits.make(actor, planned(), uuid4())
    good = [Asked(asked(about=f"第 {n} 件")) for n in range(6)]
    bad = Asked(Finding(Place("第 7 件", "asked"), "minor", "visit", field="services"))
    with pytest.raises(Problem) as refused:
        visits.instruct(actor, visit.id, [*good, bad], uuid4())
    assert ([error.fact for error in refused.value.errors], Found.objects.count()) == (["problem.6-by"], 0)
    assert len(visits.instruct(actor, visit.id, [*good, Asked(asked(about="第 7 件"))], uuid4())) == 7
    assert {row.field for row in visits.findings(visit)} == {"services"}


def test_who_went_first_does_not_judge(desk: Desk) -> None:
    visit = visits.make(desk(VISITING, "handler"), planned(), uuid4())
    with pytest.raises(Problem) as refused:
        visits.judge(desk(VISITING, "handler"), visit.id, "都好", uuid4())
    assert (refused.value.status, refused.value.code) == (409, "judge-another")
    assert visits.judge(desk(VISITING, "head"), visit.id, "都好", uuid4()).ended_at is not None


def test_who_said_it_was_done_does_not_judge(desk: Desk) -> None:
    visit = visits.make(desk(VISITING, "handler"), planned(), uuid4())
    case = visits.find(desk(VISITING, "handler"), visit.id, asked(), uuid4(), owner=VISITING).case
    act(desk, case, "plan", VISITING, "approver", facts={"problem.measure": "换一台"})
    act(desk, case, "repair", VISITING, "approver", facts={"problem.evidence": "换好了"})
    again = time.today() + timedelta(days=3)
    with pytest.raises(Problem) as refused:
        visits.judge(desk(VISITING, "approver"), visit.id, "换好了", uuid4(), again)
    assert refused.value.code == "judge-another"
    assert visits.judge(desk(VISITING, "head"), visit.id, "还没看", uuid4(), again).revisit_on == again


def test_the_day_of_coming_back_reminds_everybody_but_who_went(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    went, other = desk(VISITING, "handler"), desk(VISITING, "head")
    visit = visits.make(went, planned(), uuid4())
    visits.find(went, visit.id, asked(days=50), uuid4())
    sweeping.sweep()
    assert told() == []
    later(monkeypatch, 30)
    sweeping.sweep()
    sweeping.sweep()
    assert other.user_id in told()
    assert went.user_id not in told()
    assert len(told()) == len(set(told()))
    visits.judge(other, visit.id, "还没修", uuid4(), time.today() + timedelta(days=5))
    later(monkeypatch, 5)
    sweeping.sweep()
    assert told().count(other.user_id or 0) == 2


def test_an_overdue_return_is_a_problem_of_who_owes_it_and_climbs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = visits.make(desk(VISITING, "handler"), planned(), uuid4())
    later(monkeypatch, 30)
    assert returns.report() == 0
    later(monkeypatch, 1)
    assert (returns.report(), returns.report()) == (1, 1)
    late = Found.objects.get(kind="late")
    assert (late.owners, late.office, late.found_by, late.sightings.count()) == ([VISITING], INSPECTORS, "light", 1)
    later(monkeypatch, 40)
    sweeps.silence()
    late.refresh_from_db()
    assert late.escalation > 0
    visits.judge(desk(VISITING, "head"), visit.id, "都好", uuid4())
    assert returns.report() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"names": (" ",)}, "names"),
        ({"names": ("长" * 61,)}, "names"),
        ({"names": tuple(str(n) for n in range(201))}, "names"),
        ({"region": "4302"}, "region"),
        ({"region": "999999"}, "region"),
        ({"kind": "moon"}, "kind"),
        ({"office": "demonstration/nowhere"}, "office"),
    ],
)
def test_a_place_that_cannot_be_is_refused_at_its_field(wrong: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"names": ("东村",), "region": TOWN, "kind": "clinic", "office": VISITED}
    with pytest.raises(Problem) as refused:
        sites.add(Listing(**given | wrong))
    assert ([error.fact for error in refused.value.errors], Site.objects.count()) == ([field], 0)


def test_a_place_noted_twice_is_one() -> None:
    assert sites.add(Listing(("东村", " 东村 ", "西村"), TOWN, "clinic", VISITED)) == 2
    assert sites.add(Listing(("东村",), TOWN, "clinic", VISITED)) == 0
    assert sites.add(Listing(("东村",), OTHER, "clinic", VISITED)) == 1


@pytest.mark.slow
def test_the_pages_note_places_go_there_and_ask_several_things(desk: Desk, client: Client) -> None:
    actor = desk(VISITING, "handler")
    client.force_login(User.objects.get(id=actor.user_id or 0))
    names = {"names": "东村卫生室\n西村卫生室", "region": TOWN, "kind": "clinic", "office": VISITED}
    assert client.post("/desk/visits/places", names | {"kind": ""}).status_code == 422
    assert client.post("/desk/visits/places", names).status_code == 302
    east = Site.objects.get(name="东村卫生室")
    assert client.get("/desk/visits/new?site=nothing").status_code == 404
    assert "东村卫生室" in client.get(f"/desk/visits/new?site={east.id}").content.decode()
    made = {"site": east.id, "purpose": "看看", "command": str(uuid4())} | day(
        "revisit_on", time.today() + timedelta(9)
    )
    address = client.post("/desk/visits/new", made).headers["Location"]
    visit = Visit.objects.get()
    assert client.get(f"{address}?rows=4").content.decode().count("-about") >= 3
    by = time.today() + timedelta(days=5)
    one = {"about": "开通统筹", "kind": "asked", "severity": "minor", "field": "care", "sites": COUNTY} | day("by", by)
    two = {"1-about": "挂牌子", "1-field": "care"}
    sent = one | two | {"rows": "3", "command": str(uuid4())}
    refused = client.post(f"{address}/found", sent)
    assert (refused.status_code, Found.objects.count()) == (422, 0)
    assert "挂牌子" in refused.content.decode()
    assert client.post(f"{address}/found", sent | day("1-by", by)).status_code == 302
    assert (Found.objects.count(), len(visits.findings(visit))) == (3, 3)
    assert "0/2" in client.get(address).content.decode()


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}.year": str(on.year), f"{name}.month": str(on.month), f"{name}.day": str(on.day)}


@pytest.mark.slow
def test_a_demonstration_has_forty_clinics_of_which_thirty_one_are_done(desk: Desk) -> None:
    row = improving.rows()["clinics"]
    improving.clinics(desk(VISITING, "handler"), row)
    [progress] = visits.progress(Visit.objects.get())
    assert (progress.done, progress.asked, len(progress.towns)) == (31, 40, 8)
