"""The five 全: every figure of the page is a count of what happened, and a few are never said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.desk.conftest import MONDAY, Desks, at_work
from tests.desk.scene import HALL
from tests.desk.test_levels import TOWN, VILLAGE, visit

from tongban.applications import cards, five
from tongban.applications.five import Five
from tongban.casework import figures
from tongban.catalog.model import Catalog
from tongban.portal.bars import bars, few
from tongban.portal.counting import Counted, EachMinute
from tongban.portal.pages import five as page_of_five
from tongban.publication import service as publication

WHY = {"reason": "要上级定"}


@pytest.fixture
def desks(db: None, monkeypatch: pytest.MonkeyPatch) -> Desks:
    """An office with its people; what the page counted before is forgotten."""
    monkeypatch.setattr(page_of_five, "COUNTS", EachMinute(five.counted))
    return at_work()


def now() -> Five:
    """The five as they stand."""
    return five.counted(publication.current())


def test_a_city_that_did_nothing_says_none(desks: Desks) -> None:
    assert desks.clerk
    found = now()
    assert (found.shared.total, found.joined.applications, found.by_card.by_number) == (0, 0, 0)
    assert {line.cases for line in found.levels.levels} == {0}
    page = Client().get("/five")
    assert (page.status_code, page.context["share"]) == (200, None)
    assert "还没有办件" in page.content.decode()


@pytest.mark.slow
def test_every_figure_is_counted_from_what_happened(desks: Desks) -> None:
    person, number = visit(desks, "430211103901")
    village = desks.scene.staff("7001", "村里", VILLAGE, "handler")
    town = desks.scene.staff("7002", "镇里", TOWN, "handler")
    desks.scene.do(village, number, "hand-up", texts=WHY)
    desks.scene.do(town, number, "hand-down", data={"office": VILLAGE}, texts=WHY)
    hall = "demonstration/government-services-430203"
    window = desks.scene.staff("9003", "芦淞窗口", hall, "window")
    visit(desks, "430211103", by=window, window=hall)
    visit(desks, "430211", by=desks.scene.staff("9001", "市窗口", HALL, "window"), window=HALL)
    desks.scene.restaurant(desks.scene.person("苏晚晴"), "株洲市芦淞区晚晴小馆")
    holder = desks.scene.person("持卡人", has_social_card=True, social_card_number="T00000431", card_status="active")
    opened = [cards.open_page(window, hall, code) for code in ("T00000431", cards.make_code(holder).code)]
    found = now()
    assert {line.level: line.cases for line in found.levels.levels if line.level in {"town", "village"}} == {
        "town": 1, "village": 1,
    }  # fmt: skip
    passed = found.levels
    assert (passed.handed_up, passed.handed_down, passed.for_elsewhere) == (1, 1, 1)
    assert (found.joined.applications, found.joined.most > 1) == (1, True)
    assert (found.by_card.by_number, found.by_card.by_code, found.by_card.begun, len(opened)) == (1, 1, 0, 2)
    assert found.shared.not_asked == found.shared.total - found.shared.facts["claimed"] > 0
    assert found.shared.looks["base/population"] >= 1
    assert sum(figure.cases for figure in figures.figures()) == sum(line.cases for line in passed.levels)
    assert person.subject_id


def test_services_online_are_all_services_worked_out_first(desks: Desks) -> None:
    assert desks.clerk
    found = now()
    catalog = publication.current()
    assert found.online[0].bureau == "hrss/human-resources"
    assert found.online[0].total >= 248
    assert found.online[0].worked_out >= 90
    assert sum(line.worked_out for line in found.online) <= sum(
        service.level == "worked-out" for service in catalog.services.values()
    )


@pytest.mark.parametrize("path", ["/five"])
def test_a_few_are_never_said(desks: Desks, path: str) -> None:
    _, number = visit(desks, "430211103901")
    page = Client().get(path)
    village = next(row for row in page.context["levels"] if row["offices"] and row["words"] == "村级")
    assert (village["shown"], village["length"]) == ("少于 5", "0")
    assert number.rpartition("/")[0] not in page.content.decode()


def test_none_is_said_and_a_bar_is_as_long_as_its_count() -> None:
    assert [few(count) for count in (0, 1, 4, 5, 1234)] == ["0", "少于 5", "少于 5", "5", "1,234"]
    assert [row["length"] for row in bars([("a", 200), ("b", 50), ("c", 3), ("d", 0)])] == ["100.0", "25.0", "0", "0"]


def test_while_one_counts_anew_everybody_else_reads_the_count_before(desks: Desks) -> None:
    assert desks.clerk
    catalog, met = publication.current(), list[Counted[Five]]()

    def count(of: Catalog) -> Five:
        if begun:
            met.append(counts.of(of, MONDAY + timedelta(minutes=1)))
        return five.counted(of)

    begun = False
    counts = EachMinute(count)
    first = counts.of(catalog, MONDAY)
    begun = True
    later = [counts.of(catalog, MONDAY + timedelta(minutes=1)) for _ in range(2)]
    assert (met, later[0] is later[1], later[0].at - first.at) == ([first], True, timedelta(minutes=1))
