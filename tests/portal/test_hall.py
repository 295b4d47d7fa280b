"""The hall before and after: what is typed is simulated, what cannot be is said, and it begins with the records."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.desk.conftest import MONDAY, Desks, at_work
from tests.desk.scene import HALL

from tongban.applications import came_online, tickets
from tongban.applications.came_online import Row
from tongban.applications.models import Ticket
from tongban.portal.counting import EachMinute
from tongban.portal.hall_picture import NARROW, WIDE, Queues, Words, picture
from tongban.portal.pages import hall as page_of_hall
from tongban.publication import service as publication
from tongban.supervision import hall, hall_records
from tongban.supervision.hall import BOUNDS
from tongban.supervision.hall_records import ENOUGH, EXAMPLE

WORDS = Words("a <sentence>", "before", "after", "people")


@pytest.fixture
def desks(db: None, monkeypatch: pytest.MonkeyPatch) -> Desks:
    """A city whose records nobody has asked for yet."""
    monkeypatch.setattr(page_of_hall, "RECORDS", EachMinute(hall_records.records))
    return at_work()


def cases(monkeypatch: pytest.MonkeyPatch, row: Row) -> None:
    """Let the board count so many cases."""
    monkeypatch.setattr(came_online, "counted", lambda _catalog: {"month": [row]})


def take(hour: int, count: int, minutes: int, days_ago: int = 3) -> None:
    """So many tickets taken in an hour of a past day, each served in so many minutes."""
    at = MONDAY.replace(hour=hour) - timedelta(days=days_ago)
    for number in range(count):
        Ticket.objects.create(
            office=HALL, day=at.date(), label=f"A{hour}{number:03}", taken_at=at, called_at=at,
            served_at=at + timedelta(minutes=minutes),
        )  # fmt: skip


def test_a_city_without_records_begins_with_the_example(desks: Desks) -> None:
    assert desks.clerk
    page = Client().get("/hall")
    answer = hall.before_and_after(EXAMPLE)
    before, after = answer.before.mean_wait, answer.after.mean_wait
    assert (page.status_code, page.context["simulated"]) == (200, answer.days)
    assert page.context["title"] == f"100 人里 60 人网上办，平均等候从 {before:.0f} 分钟变成 {after:.1f} 分钟"
    assert not any(one["source"] for one in page.context["once"])
    assert page.context["counted_at"] is None
    assert "编的例子" in page.content.decode()


def test_what_is_typed_is_what_is_simulated(desks: Desks) -> None:
    assert desks.clerk
    query = "/hall?windows=2&online_percent=0&service_minutes=5&at9=0&patience_minutes=20"
    page = Client().get(query)
    shown = {one["name"]: one["value"] for one in [*page.context["once"], *page.context["hourly"]]}
    assert (shown["windows"], shown["online_percent"], shown["at9"], shown["at10"]) == (2, 0, 0, EXAMPLE.arrivals[1])
    assert "和以前一样" in page.context["title"]
    assert all(before == after for before, after in (row["cells"] for row in page.context["figures"]))
    assert any("等不及" in row["title"] for row in page.context["figures"])
    assert Client().get(query).context["queues"] == page.context["queues"]


@pytest.mark.parametrize("value", ["abc", "-1", "1.5", "1000000000", "９", "1e3", "' or 1=1"])
@pytest.mark.parametrize("name", ["windows", "online_percent", "service_minutes", "patience_minutes", "at12"])
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "要一个"), ("en", "a whole number from")])
def test_what_cannot_be_simulated_is_said_at_its_field(
    desks: Desks, name: str, value: str, language: str, words: str
) -> None:
    assert desks.clerk
    client = Client()
    client.cookies["django_language"] = language
    page = client.get("/hall", {name: value})
    bounds = BOUNDS.get(name, BOUNDS["arrivals"])
    [error] = page.context["errors"]
    assert (page.status_code, error["id"]) == (200, name)
    assert all(part in error["words"] for part in (words, str(bounds.least), str(bounds.most)))
    assert page.content.decode().count(error["words"]) == 2
    assert "queues" not in page.context


def test_what_was_measured_says_so(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desks.clerk
    cases(monkeypatch, Row("", cases=400, online=300))
    take(9, 30, 6)
    take(11, 70, 8)
    take(18, 20, 8)
    take(10, 5, 180)
    found = hall_records.records(publication.current())
    assert (found.cases, found.taken, found.served) == (400, 125, 120)
    assert (found.question.online_percent, found.question.service_minutes) == (75, 8)
    assert found.question.arrivals == (120, 20, 120, 0, 0, 0, 0, 80)
    assert found.question.windows == EXAMPLE.windows
    page = Client().get("/hall")
    assert "400 件" in page.context["once"][0]["source"]
    assert "125 个号" in page.context["hourly_source"]
    assert f"实测的数是 {page.context['counted_at']:%Y-%m-%d %H:%M} 数的" in page.content.decode()


def test_few_records_measure_nothing(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desks.clerk
    cases(monkeypatch, Row("", cases=ENOUGH - 1, online=1))
    take(9, ENOUGH - 1, 6)
    found = hall_records.records(publication.current())
    assert found == hall_records.Records(EXAMPLE, 0, 0, 0)


def test_a_day_ago_counts_and_a_year_ago_does_not(desks: Desks) -> None:
    assert desks.clerk
    take(9, 2, 6, days_ago=1)
    take(9, 3, 6, days_ago=300)
    tickets.take(HALL, "192.0.2.3")
    found = tickets.measured(MONDAY.date() - timedelta(days=hall_records.DAYS))
    assert (found.by_hour, found.days, found.served, found.service_minutes) == ({9: 2}, 1, 2, 6)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("most", [0, 0.4, 3, 17, 960])
def test_the_picture_holds_both_queues_on_one_scale(width: float, most: float) -> None:
    before, after = [most * n / 96 for n in range(97)], [0.0] * 97
    svg = picture(Queues(before, after, 9, WORDS), "en", width)
    assert svg == picture(Queues(before, after, 9, WORDS), "en", width)
    assert "a &lt;sentence&gt;" in svg
    [highest] = re.findall(r'y="38" [^>]*text-anchor="end">(\d+)<', svg)
    assert most <= int(highest) <= max(1, 2 * most)
    points = [float(each) for each in re.findall(r"[ML]([\d.]+) [\d.]+", svg)]
    assert max(points) <= width
    assert min(points) >= 0
    assert len(re.findall(r">\d+:00<", svg)) == (9 if width == WIDE else 5)
