"""The board: every real case once in each grouping, what came online, how soon it ended, what that saved."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.test import Client
from tests.desk.conftest import Desks
from tests.desk.scene import HALL, browser_of
from tests.desk.test_levels import COUNTY, VILLAGE, visit

from tongban.applications import board
from tongban.applications.board import BYS, MINUTES_A_TRIP
from tongban.publication import service as publication

SERVICE = "social-insurance/home-visit"


def test_each_grouping_holds_every_case_once(desks: Desks) -> None:
    visit(desks, "430211103901")
    window = desks.scene.staff("9001", "市窗口", HALL, "window")
    visit(desks, "430211", by=window, window=HALL)
    desks.scene.restaurant(desks.scene.person("苏晚晴"), "株洲市芦淞区晚晴小馆")
    catalog = publication.current()
    found = {by: board.rows(catalog, by) for by in BYS}
    assert len({board.total(rows) for rows in found.values()}) == 1
    whole = board.total(found["month"])
    assert (whole.cases - whole.online, whole.ended) == (1, 0)
    assert whole.share_within_a_day is None
    assert {row.key: (row.cases, row.online) for row in found["service"]}[SERVICE] == (2, 1)
    offices = {row.key: row.cases for row in found["office"]}
    assert (offices[VILLAGE], offices[COUNTY]) == (1, 1)
    assert [row.key for row in found["month"]] == ["2026-11"]


def test_trips_are_those_of_a_source_less_those_that_remain(desks: Desks) -> None:
    desks.scene.restaurant(desks.scene.person("苏晚晴"), "株洲市芦淞区晚晴小馆")
    catalog = publication.current()
    for row in board.rows(catalog, "service"):
        service = catalog.services[row.key]
        told = service.apart.trips if service.apart.source else 0
        assert row.trips == row.online * max(0, told - len(service.visits))


def test_what_ends_on_the_day_it_came_counts_as_within_a_day(desks: Desks) -> None:
    number = desks.scene.licence()
    desks.scene.do(desks.clerk, number, "accept")
    desks.scene.do(desks.approver, number, "refuse", texts={"reason": "不满足条件"})
    whole = board.total(board.rows(publication.current(), "level"))
    assert (whole.within_a_day, whole.share_within_a_day) == (whole.ended, 100)


def test_the_page_and_its_file_say_the_same_and_hide_a_few(desks: Desks) -> None:
    visit(desks, "430211103901")
    head = browser_of(desks.head)
    page = head.get("/desk/board?by=level&minutes=30")
    assert (page.status_code, page.context["minutes"], page.context["by"]) == (200, 30, "level")
    assert [(row["words"], row["online"]) for row in page.context["rows"]] == [("村级", "少于 5")]
    assert "省下（小时）" in page.content.decode()
    file = head.get("/desk/board.csv?by=level&minutes=30").content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(file)))
    assert rows[0] == ["按层级", "办件", "网上办", "一天内办结", "少跑大厅（趟）", "省下（分钟）"]
    assert rows[1][:3] == ["村级", "少于 5", "少于 5"]


@pytest.mark.parametrize("query", ["?by=nothing&minutes=-1", "?minutes=99999", "?minutes=many"])
def test_an_odd_question_is_answered_with_the_usual(desks: Desks, query: str) -> None:
    page = browser_of(desks.head).get(f"/desk/board{query}")
    assert (page.status_code, page.context["by"], page.context["minutes"]) == (200, "month", MINUTES_A_TRIP)


@pytest.mark.parametrize("path", ["/desk/board", "/desk/board.csv"])
def test_the_board_is_for_heads(desks: Desks, path: str) -> None:
    assert browser_of(desks.clerk).get(path).status_code == 403
    assert Client().get(path).status_code == 302
