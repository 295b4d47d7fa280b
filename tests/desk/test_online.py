"""What came online: every real case once in each grouping, what came online, how soon it ended, what that saved."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest
from django.test import Client
from tests.desk.conftest import Desks
from tests.desk.scene import HALL, browser_of
from tests.desk.test_levels import COUNTY, VILLAGE, visit

from tongban.applications import came_online
from tongban.applications.came_online import BYS, MINUTES_A_TRIP, Row
from tongban.desk.pages import online as page_of_board
from tongban.portal.board_picture import NARROW, WIDE, Line, Lines, picture
from tongban.portal.counting import EachMinute
from tongban.publication import service as publication

SERVICE = "social-insurance/home-visit"


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page counted for another test is forgotten."""
    monkeypatch.setattr(page_of_board, "COUNTS", EachMinute(came_online.counted))


def counts(monkeypatch: pytest.MonkeyPatch, *rows: Row) -> None:
    """Let the city have these groups, however it is grouped."""
    monkeypatch.setattr(page_of_board, "COUNTS", EachMinute(lambda _catalog: {by: list(rows) for by in BYS}))


def test_each_grouping_holds_every_case_once(desks: Desks) -> None:
    visit(desks, "430211103901")
    window = desks.scene.staff("9001", "市窗口", HALL, "window")
    visit(desks, "430211", by=window, window=HALL)
    desks.scene.restaurant(desks.scene.person("苏晚晴"), "株洲市芦淞区晚晴小馆")
    catalog = publication.current()
    found = came_online.counted(catalog)
    assert tuple(found) == BYS
    assert len({came_online.total(rows) for rows in found.values()}) == 1
    whole = came_online.total(found["month"])
    assert (whole.cases - whole.online, whole.ended) == (1, 0)
    assert whole.share_within_a_day is None
    assert {row.key: (row.cases, row.online) for row in found["service"]}[SERVICE] == (2, 1)
    offices = {row.key: row.cases for row in found["office"]}
    assert (offices[VILLAGE], offices[COUNTY]) == (1, 1)
    assert [row.key for row in found["month"]] == ["2026-11"]


def test_trips_are_those_of_a_source_less_those_that_remain(desks: Desks) -> None:
    desks.scene.restaurant(desks.scene.person("苏晚晴"), "株洲市芦淞区晚晴小馆")
    catalog = publication.current()
    for row in came_online.counted(catalog)["service"]:
        service = catalog.services[row.key]
        told = service.apart.trips if service.apart.source else 0
        assert row.trips == row.online * max(0, told - len(service.visits))


def test_what_ends_on_the_day_it_came_counts_as_within_a_day(desks: Desks) -> None:
    number = desks.scene.licence()
    desks.scene.do(desks.clerk, number, "accept")
    desks.scene.do(desks.approver, number, "refuse", texts={"reason": "不满足条件"})
    whole = came_online.total(came_online.counted(publication.current())["level"])
    assert (whole.within_a_day, whole.share_within_a_day) == (whole.ended, 100)


def test_the_page_and_its_file_say_the_same_and_hide_a_few(desks: Desks) -> None:
    visit(desks, "430211103901")
    head = browser_of(desks.head)
    page = head.get("/desk/board/online?by=level&minutes=30")
    assert (page.status_code, page.context["minutes"], page.context["by"]) == (200, 30, "level")
    assert [(row["words"], row["online"]) for row in page.context["rows"]] == [("村级", "少于 5")]
    text = page.content.decode()
    assert all(words in text for words in ("省下（小时，按假定算）", "这是假定", "城市自己的说法", "没查到公开出处"))
    file = head.get("/desk/board/online.csv?by=level&minutes=30").content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(file)))
    assert rows[0] == [
        "按层级",
        "办件",
        "网上办",
        "一天内办结",
        "少跑大厅（趟）",
        "省下（分钟，按假定算）",
        "一趟几分钟（假定，没有公开出处）",
        "统计时间",
    ]
    assert rows[1][-2:] == ["30", f"{page.context['at']:%Y-%m-%d %H:%M}"]
    assert rows[1][:3] == ["村级", "少于 5", "少于 5"]


@pytest.mark.parametrize("query", ["?by=nothing&minutes=-1", "?minutes=99999", "?minutes=many"])
def test_an_odd_question_is_answered_with_the_usual(desks: Desks, query: str) -> None:
    page = browser_of(desks.head).get(f"/desk/board/online{query}")
    assert (page.status_code, page.context["by"], page.context["minutes"]) == (200, "month", MINUTES_A_TRIP)


@pytest.mark.parametrize("path", ["/desk/board/online", "/desk/board/online.csv"])
def test_the_board_is_for_heads(desks: Desks, path: str) -> None:
    assert browser_of(desks.clerk).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_many_groups_are_drawn_in_part_and_the_file_has_all(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    counts(monkeypatch, *(Row(f"gone/{n}", cases=2000 - n, online=1000, trips=1000) for n in range(250)))
    head = browser_of(desks.head)
    page = head.get("/desk/board/online?by=office&minutes=10")
    assert (len(page.context["rows"]), len(page.context["drawing"].lines), page.context["groups"]) == (100, 12, 250)
    assert page.context["rest"] | {"share": ""} == {
        "words": "其余 150 个合计", "cases": "273,825", "online": "150,000", "share": "", "trips": "150,000",
        "minutes": "1,500,000",
    }  # fmt: skip
    assert page.content.decode().count("其余 150 个合计") == 1
    rows = list(csv.reader(StringIO(head.get("/desk/board/online.csv?by=office").content.decode("utf-8-sig"))))
    assert len(rows) == 251


def test_trips_do_not_tell_how_many_a_few_were(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    counts(monkeypatch, Row("gone/a", cases=9, online=3, trips=12), Row("gone/b", cases=9, online=9, trips=4))
    page = browser_of(desks.head).get("/desk/board/online?by=service")
    assert [(row["online"], row["trips"], row["minutes"]) for row in page.context["rows"]] == [
        ("少于 5", "少于 5", "少于 5"), ("9", "少于 5", "少于 5"),
    ]  # fmt: skip
    assert [(line.cases, line.online) for line in page.context["drawing"].lines] == [(9, 0), (9, 9)]


@pytest.mark.parametrize("by", BYS)
def test_each_grouping_is_a_picture_and_a_table(desks: Desks, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    counts(monkeypatch, Row("", cases=40, online=30, ended=20, within_a_day=10, trips=60))
    text = browser_of(desks.head).get(f"/desk/board/online?by={by}").content.decode()
    assert text.count('role="img"') == 2
    assert all(figure in text for figure in ("40", "30", "50%", "60", "2,700"))


def test_what_was_counted_this_minute_is_not_counted_again(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    head = browser_of(desks.head)
    head.get("/desk/board/online")
    monkeypatch.setattr(came_online, "_figures", lambda: pytest.fail("counted again"))
    assert {head.get(f"/desk/board/online?by={by}").status_code for by in BYS} == {200}


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_bars_are_on_one_scale_and_within_the_picture(width: float) -> None:
    lines = (Line("a <b>" * 20, 200, 50, "200"), Line("b", 100, 100, "100"), Line("c", 0, 0, "fewer"))
    svg = picture(Lines(lines, "label", "online", "window"), "en", width)
    assert "<b>" not in svg
    dark = [float(each) for each in re.findall(r'width="([\d.]+)" height="16" fill="#2B3A4D"', svg)]
    assert dark[1] == pytest.approx(2 * dark[0], abs=0.2)
    edges = [float(x) + float(w) for x, w in re.findall(r'<rect x="([\d.]+)"[^>]*? width="([\d.]+)"', svg)]
    assert max(edges) < width
