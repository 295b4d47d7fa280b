"""From a figure of the board to the single step: where a case is, since when, against which limit, nobody's data."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from tests.desk.conftest import MONDAY, Desks
from tests.desk.scene import BUSINESS, browser_of

from tongban.accounts.actor import Actor
from tongban.applications import reads
from tongban.applications.problems import Problem
from tongban.casework import store
from tongban.platform import time
from tongban.publication import calendars
from tongban.supervision import progress

DUE = MONDAY + timedelta(days=30)


def leader(desks: Desks) -> Actor:
    """A head of an office that has nothing to do with the case."""
    return desks.scene.staff("900901", "郁督", "demonstration/population-430211", "head")


@pytest.mark.slow
def test_every_figure_of_the_board_leads_to_so_many_cases_and_each_to_its_steps(desks: Desks) -> None:
    number = desks.scene.licence()
    head = browser_of(desks.head)
    board = head.get("/desk/board?by=level").context
    rows = head.get("/desk/board/cases").context["rows"]
    assert len(rows) == board["whole"].open
    for row in board["rows"]:
        for light in ("red", "yellow", "green"):
            found = head.get(f"/desk/board/cases?{row['query']}&light={light}").context["rows"]
            assert len(found) == getattr(row["group"], light)
    url = next(row["url"] for row in rows if row["number"] == number)
    assert head.get(url).status_code == 200


@pytest.mark.slow
def test_the_steps_of_a_case_follow_each_other_without_a_gap(desks: Desks) -> None:
    number = desks.scene.licence()
    time.set_time(MONDAY + timedelta(days=2), frozen=True)
    desks.scene.do(desks.clerk, number, "accept")
    time.set_time(DUE, frozen=True)
    found = progress.of(leader(desks), number)
    main = [one for one in found.stretches if not one.is_beside]
    assert [one.name for one in main][-2:] == ["submitted", "accepted"]
    assert all(one.until == after.since for one, after in pairwise(main))
    assert [one.until for one in found.now] == [None]
    here = found.now[0]
    assert (here.office, here.light, found.desk) == (BUSINESS, "red", "approver")
    assert here.due == desks.scene.case(number).clocks[0].due
    assert main[-2].workdays == 2


def test_an_office_that_is_asked_has_a_step_of_its_own_with_its_own_limit(desks: Desks) -> None:
    number = desks.scene.licence()
    desks.scene.do(desks.clerk, number, "accept")
    desks.scene.do(desks.clerk, number, "consult", data={"offices": ["demonstration/fire-430203"]})
    asked = [one for one in progress.of(leader(desks), number).now if one.is_beside]
    assert [(one.office, one.allowed) for one in asked] == [("demonstration/fire-430203", "5 workdays")]


@pytest.mark.slow
def test_a_case_that_ended_is_nobodys_turn(desks: Desks) -> None:
    number = desks.scene.licence()
    desks.scene.do(desks.clerk, number, "refuse-acceptance", texts={"reason": "不属于本机构"})
    found = progress.of(leader(desks), number)
    assert (found.desk, list(found.now)) == ("", [])
    page = browser_of(desks.head).get(f"/desk/board/cases/{number.replace('/', '.')}")
    assert page.context["title"] == "已经结束：不予受理"


@pytest.mark.slow
def test_who_has_it_is_named_to_their_own_office_alone_and_the_applicant_to_nobody(desks: Desks) -> None:
    number = desks.scene.licence("苏晚晴")
    desks.scene.do(desks.clerk, number, "claim", task="main")
    address = f"/desk/board/cases/{number.replace('/', '.')}"
    name = desks.clerk.shown_name
    own = browser_of(desks.head).get(address).content.decode()
    foreign = browser_of(leader(desks)).get(address).content.decode()
    assert name in own
    assert name not in foreign
    assert "已有人领办" in foreign
    assert "苏晚晴" not in own + foreign


def test_the_applicant_is_told_who_looked_and_that_no_data_was_seen(desks: Desks) -> None:
    applicant = desks.scene.person("苏晚晴")
    application = desks.scene.restaurant(applicant, "株洲市芦淞区晚晴小馆")
    number = desks.scene.cases(application)[0].number
    supervisor = leader(desks)
    for _ in range(2):
        progress.of(supervisor, number)
    looks = [line for line in reads.about_me(applicant) if line["reader"] == supervisor.id]
    assert [(line["case"], line["attributes"]) for line in looks] == [(number, [])]
    assert looks[0]["purpose"]["zh"].startswith("督办：")
    assert [label["zh"] for label in looks[0]["labels"]] == ["只看了办到哪一步"]


@pytest.mark.slow
def test_only_heads_and_only_cases_that_boards_count(desks: Desks) -> None:
    number = desks.scene.licence()
    with pytest.raises(Problem) as refused:
        progress.of(desks.clerk, number)
    assert refused.value.status == 403
    head = browser_of(desks.head)
    for none in ("nothing", "4302-26-999999-X.01", f"{number.rpartition('/')[0]}.99"):
        assert head.get(f"/desk/board/cases/{none}").status_code == 404
    assert browser_of(desks.clerk).get(f"/desk/board/cases/{number.replace('/', '.')}").status_code == 403


def test_a_limit_that_stood_still_is_not_held_against_the_step(desks: Desks) -> None:
    number = desks.scene.licence()
    desks.scene.do(
        desks.clerk, number, "correct", data={"items": ["restaurant.trade_name"], "fault": "incorrect"},
        texts={"item:restaurant.trade_name": "字号不对"},
    )  # fmt: skip
    events = store.events_of([number])[number]
    found = progress.stretches_of(events, calendars.current(), time.now())
    assert [one.name for one in found][-1] == "correcting"
    assert found[-1].allowed == next(c.limit for c in desks.scene.case(number).clocks if c.name == "correction")
