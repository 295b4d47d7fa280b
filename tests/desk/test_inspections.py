"""Special inspections: a view is frozen as it stood, each figure is that of its own page, and a line is acted on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.desk.conftest import MONDAY, Desks
from tests.desk.scene import BUSINESS, FIRE, HALL, LICENCE, browser_of

from tongban.applications import tickets
from tongban.applications.models import Ticket
from tongban.applications.problems import Problem
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import boards, inspections, problems, satisfaction
from tongban.supervision.inspections import FIGURES, View
from tongban.supervision.models import Found, Inspection
from tongban.supervision.problems import Finding, Hands, Place
from tongban.supervision.satisfaction import Lot, Published

DUE = MONDAY + timedelta(days=30)


def form(**typed: Any) -> dict[str, Any]:  # noqa: ANN401 -- texts and lists of them
    """The form of an inspection as it is sent."""
    whole = {"name": "清廉大厅检查", "by": "office", "figures": list(FIGURES), "command": str(uuid4())}
    return whole | typed


def kept(head: Client, **typed: Any) -> int:  # noqa: ANN401 -- as above
    """The number of an inspection that was kept."""
    head.post("/desk/board/keep", form(**typed))
    return Inspection.objects.latest("id").id


@pytest.mark.slow
def test_an_inspection_is_frozen_and_held_against_today(desks: Desks) -> None:
    number = desks.scene.licence()
    time.set_time(DUE, frozen=True)
    head, sent = browser_of(desks.head), form()
    for _ in range(2):
        address = head.post("/desk/board/keep", sent)["Location"]
    assert Inspection.objects.count() == 1
    then = {one.key: one.then for one in inspections.one(Inspection.objects.get().id)[2]}
    desks.scene.do(desks.clerk, number, "refuse-acceptance", texts={"reason": "不属于本机构"})
    held = {one.key: one for one in inspections.one(Inspection.objects.get().id)[2]}
    assert {key: one.then for key, one in held.items()} == then
    assert held[BUSINESS].now["red"] == held[BUSINESS].then["red"] - 1
    page = head.get(address)
    assert "清廉大厅检查" in page.content.decode()
    assert [cell["then"] for cell in page.context["rows"][0]["cells"]][:1] == [held[BUSINESS].then["red"]]
    assert browser_of(desks.clerk).get(address).status_code == 403


@pytest.mark.slow
def test_the_lights_of_a_view_are_those_of_the_board(desks: Desks) -> None:
    desks.scene.licence()
    catalog, now = publication.current(), DUE
    board = boards.board(catalog, now)
    for by in boards.BYS:
        found = inspections.measured(catalog, now, View(by))
        assert {one.key: (one.red, one.yellow, one.green) for one in board.groups[by] if one.open} == {
            key: (row["red"], row["yellow"], row["green"]) for key, row in found.items()
        }


@pytest.mark.slow
def test_a_view_is_narrowed_to_a_department_a_place_and_a_service(desks: Desks) -> None:
    desks.scene.licence()
    catalog, now = publication.current(), time.now()
    whole = inspections.measured(catalog, now, View("office"))
    bureau = boards.department_of(catalog, BUSINESS)
    assert {BUSINESS, FIRE} <= set(whole)
    assert set(inspections.measured(catalog, now, View("office", department=bureau))) < set(whole) - {FIRE}
    assert inspections.measured(catalog, now, View("office", place="430281")) == {}
    assert set(inspections.measured(catalog, now, View("office", place="430203"))) == set(whole)
    assert inspections.measured(catalog, now, View("office", service=LICENCE)) == {
        BUSINESS: {"red": 0, "yellow": 0, "green": 1}
    }


def test_waits_are_the_mean_of_the_tickets_of_four_weeks(desks: Desks) -> None:
    assert desks
    for minutes, ago in ((10, 1), (30, 2), (500, 60)):
        at = time.now() - timedelta(days=ago)
        Ticket.objects.create(
            office=HALL, day=at.date(), label=f"A{minutes}", taken_at=at, called_at=at + timedelta(minutes=minutes)
        )
    assert tickets.waited(time.today() - timedelta(days=28)) == [(HALL, 2, 20.0)]
    catalog, now = publication.current(), time.now()
    assert inspections.measured(catalog, now, View("office", ("waits",))) == {HALL: {"waited_minutes": 20}}
    assert inspections.measured(catalog, now, View("service", ("waits",))) == {}


def test_ratings_are_sums_of_whole_published_lots(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desks
    month = time.today().replace(day=1)
    lots = (Lot(LICENCE, BUSINESS, month, {5: 8, 1: 2}), Lot(LICENCE, FIRE, month, {5: 10}))
    published = Published(month, None, (), (), lots)
    monkeypatch.setattr(satisfaction, "published", lambda _today: published)
    catalog, now = publication.current(), time.now()
    assert inspections.measured(catalog, now, View("service", ("ratings",))) == {LICENCE: {"satisfied_percent": 90}}
    assert inspections.measured(catalog, now, View("office", ("ratings",)))[BUSINESS] == {"satisfied_percent": 80}


def test_open_problems_stand_with_who_is_to_put_them_right(desks: Desks) -> None:
    assert desks
    one, other = (
        problems.report(
            Finding(Place(LICENCE, kind), "serious", "machine"), SYSTEM, uuid4(), Hands(owner=BUSINESS)
        ).case
        for kind in ("slow", "unclear")
    )
    Found.objects.filter(case=one).update(escalation=1)
    catalog, now = publication.current(), time.now()
    assert inspections.measured(catalog, now, View("office", ("problems",))) == {
        BUSINESS: {"problems": 2, "problems_late": 1}
    }
    Found.objects.filter(case=other).update(ended_at=now, state="closed")
    assert inspections.measured(catalog, now, View("service", ("problems",)))[LICENCE]["problems"] == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"figures": []}, "figures"),
        ({"place": "999999"}, "place"),
        ({"service": "x"}, "service"),
    ],
)
def test_what_cannot_be_inspected_is_said_beside_its_field(desks: Desks, typed: dict[str, Any], field: str) -> None:
    refused = browser_of(desks.head).post("/desk/board/keep", form(**typed))
    assert refused.status_code == 422
    assert [line["id"] for line in refused.context["errors"]] == [field]
    assert not Inspection.objects.exists()


@pytest.mark.slow
def test_a_line_is_asked_for_of_its_office_with_a_day_and_stands_with_the_inspection(desks: Desks) -> None:
    desks.scene.licence()
    head = browser_of(desks.scene.staff("900903", "郁查", HALL, "head"))
    number = kept(head)
    page = head.get(f"/desk/board/kept/{number}")
    row = next(one for one in page.context["rows"] if BUSINESS in one["give"].replace("%2F", "/"))
    asked = {field["name"]: field["value"] for field in head.get(row["give"]).context["fields"]}
    assert asked["owner"] == BUSINESS
    on = time.today() + timedelta(days=7)
    sent = {
        "of": f"inspection-{number}", "line": BUSINESS, "about": asked["about"], "owner": BUSINESS,
        "by.year": str(on.year), "by.month": str(on.month), "by.day": str(on.day), "command": str(uuid4()),
    }  # fmt: skip
    assert head.post("/desk/leader/give", sent).status_code == 302
    found = Found.objects.get(kind="asked")
    assert (found.found_by, found.owners, found.by, found.office) == ("inspection", [BUSINESS], on, HALL)
    again = head.get(f"/desk/board/kept/{number}")
    assert [line["case"] for line in again.context["opened"]] == [found.case]


@pytest.mark.slow
def test_a_line_of_a_place_is_given_to_the_office_of_that_place(desks: Desks) -> None:
    desks.scene.licence()
    head = browser_of(desks.head)
    bureau = boards.department_of(publication.current(), BUSINESS)
    for by, line in (("department", bureau), ("service", LICENCE)):
        of = f"inspection-{kept(head, by=by, place='430203')}"
        form_of_line = head.get("/desk/leader/give", {"of": of, "line": line})
        assert {one["name"]: one["value"] for one in form_of_line.context["fields"]}["owner"] == BUSINESS


@pytest.mark.slow
def test_each_grouping_has_lines_that_can_be_given_to_somebody(desks: Desks) -> None:
    desks.scene.licence()
    head = browser_of(desks.head)
    for by in boards.BYS:
        for row in head.get(f"/desk/board/kept/{kept(head, by=by)}").context["rows"]:
            assert head.get(row["give"]).status_code == 200
    assert head.get(f"/desk/leader/give?of=inspection-{kept(head)}&line=nothing").status_code == 404


def test_only_heads_make_inspections(desks: Desks) -> None:
    assert browser_of(desks.clerk).post("/desk/board/keep", form()).status_code == 403
    with pytest.raises(Problem):
        inspections.keep(desks.clerk, "检查", View(), uuid4())
