"""The board: every figure is a count of cases that can be looked at, right to the last event, and names nobody."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from tests.applications.newborn import desk_of_everyone
from tests.credentials import pdfs
from tests.desk.conftest import MONDAY, Desks
from tests.desk.scene import BUSINESS, LICENCE, browser_of

from tongban.applications import cases
from tongban.casework import sweeps, tallies
from tongban.casework.model import SYSTEM
from tongban.casework.tallies import Took
from tongban.catalog.model import Catalog
from tongban.desk.pages import sharing as page_of_sharing
from tongban.platform import time
from tongban.portal.counting import Counted
from tongban.publication import service as publication
from tongban.supervision import boards, jobs, problems, week_sheets
from tongban.supervision.boards import BYS
from tongban.supervision.models import WeekKept
from tongban.supervision.problems import Finding, Place

WATCHER = "demonstration/government-services-4302"


@pytest.fixture(autouse=True)
def counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The year is counted at every look, and what another test counted is forgotten."""
    monkeypatch.setattr(page_of_sharing, "A_YEAR", Always())


class Always:
    """Counts whenever it is asked."""

    def now(self, catalog: Catalog) -> Counted[dict[str, int]]:
        """The year up to now."""
        return Counted(catalog.digest, time.now(), boards.a_year(time.now()))


DUE = MONDAY + timedelta(days=30)
"""By then every case of these tests is overdue."""


def at(moment: object) -> boards.Board:
    """The board at a moment."""
    return boards.board(publication.current(), moment)  # type: ignore[arg-type]


def test_each_grouping_holds_every_open_case_once(desks: Desks) -> None:
    desks.scene.licence()
    found = at(time.now())
    assert {sum(one.open for one in found.groups[by]) for by in BYS} == {found.whole.open}
    assert found.whole.open == sum(case.is_open for case in desks.scene.cases(_application(desks)))


def _application(desks: Desks) -> str:
    (number,) = {one.number.rpartition("/")[0] for one in behind(desks)}
    return number


def behind(desks: Desks) -> list[tallies.OpenCase]:
    """Every open case."""
    catalog = publication.current()
    found = [boards.behind(catalog, time.now(), "level", level, None, 50) for level in ("city", "county")]
    assert desks
    return [one for each in found for one in each]


def test_an_event_is_on_the_board_as_soon_as_it_is_committed(desks: Desks) -> None:
    number = desks.scene.licence()
    before = at(time.now()).whole.open
    desks.scene.do(desks.clerk, number, "accept")
    desks.scene.do(desks.approver, number, "refuse", texts={"reason": "不满足条件"})
    after = at(time.now()).whole.open
    assert after < before


@pytest.mark.slow
def test_what_is_overdue_is_told_with_how_many_times_and_at_whom(desks: Desks) -> None:
    desks.scene.licence()
    found = at(DUE)
    assert found.whole.red == sum(found.times.values()) > 0
    assert min(found.times) >= 1
    assert {one.key: one.red for one in found.groups["office"]}[BUSINESS] == 1
    time.set_time(DUE, frozen=True)
    page = browser_of(desks.head).get("/desk/board")
    assert "件超期" in page.context["title"]


def test_a_figure_leads_to_its_cases_and_nobody_is_named(desks: Desks) -> None:
    number = desks.scene.licence()
    time.set_time(DUE, frozen=True)
    head = browser_of(desks.head)
    page = head.get(f"/desk/board/cases?by=office&key={BUSINESS}&light=red")
    rows = {row["number"]: row["url"] for row in page.context["rows"]}
    assert rows[number]
    assert "苏晚晴" not in page.content.decode()
    green = head.get(f"/desk/board/cases?by=service&key={LICENCE}&light=green")
    assert green.context["rows"] == []
    assert head.get("/desk/board/cases?by=x&key=nowhere&light=x").status_code == 200


@pytest.mark.slow
def test_the_page_and_its_file_hold_the_same_groups(desks: Desks) -> None:
    desks.scene.licence()
    head = browser_of(desks.head)
    for by in BYS:
        page = head.get(f"/desk/board?by={by}")
        rows = list(csv.reader(StringIO(head.get(f"/desk/board.csv?by={by}").content.decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == [row["words"] for row in page.context["rows"]]
        assert [int(row[3]) for row in rows[1:]] == [row["group"].green for row in page.context["rows"]]


def test_an_empty_city_has_a_board(desks: Desks) -> None:
    page = browser_of(desks.head).get("/desk/board")
    assert (page.status_code, page.context["title"]) == (200, "没有在办的")


def test_what_the_house_opens_for_itself_is_no_case_of_the_board(desks: Desks) -> None:
    problems.report(Finding(Place("life-events/newborn", "asked-twice"), "serious", "machine"), SYSTEM, uuid4())
    assert at(time.now()).whole.open == 0


def test_a_repair_stands_on_the_line_on_the_day_it_was_closed(desks: Desks) -> None:
    assert desks
    everyone = desk_of_everyone()
    case = problems.report(Finding(Place(LICENCE, "slow"), "serious", "machine"), SYSTEM, uuid4()).case
    steps = [
        (WATCHER, "assign", {"data": {"offices": [BUSINESS]}}),
        (BUSINESS, "plan", {"facts": {"problem.measure": "少一步"}}),
        (BUSINESS, "repair", {"facts": {"problem.evidence": "第 2 版"}}),
        (WATCHER, "recheck", {"facts": {"problem.effect": "5 天 → 2 天"}}),
    ]
    for office, step, said in steps:
        cases.act(everyone(office, "handler"), case, step, command_id=uuid4(), **said)  # type: ignore[arg-type]
    found = at(time.now())
    assert [(one.about, one.on, one.before, one.after) for one in found.repairs] == [
        (LICENCE, time.today(), None, None)
    ]


def test_a_median_is_that_of_the_cases_and_of_few_none() -> None:
    week = MONDAY.date()
    took = [Took("x", week, 9, 1), Took("x", week, 2, 3), Took("x", week, 4, 2)]
    assert boards.median(took) == 3
    assert boards.median([Took("x", week, 5, 3)]) == 5
    assert boards.enough(took) == 3
    assert boards.enough([Took("x", week, 5, 4)]) is None


def test_next_weeks_load_is_todays_and_what_a_mean_week_brings() -> None:
    group = boards.Group("x", green=5, yellow=2, red=3, came=4.0, left=6.0)
    assert (group.open, group.forecast) == (10, 8)
    assert group.weeks_of_work == pytest.approx(10 / 6)
    assert boards.Group("x", green=1, left=9.0).forecast == 0
    assert boards.Group("x", green=1).weeks_of_work is None


def test_what_to_share_next_counts_what_this_city_was_asked_or_says_what_it_assumes(desks: Desks) -> None:
    head = browser_of(desks.head)
    assumed = head.get("/desk/sharing?times=assumed")
    papers = [row["cells"][0]["value"] for row in assumed.context["rows"]]
    assert papers
    assert "assumed" not in assumed.context["title"]
    assert head.get("/desk/sharing").context["is_counted"] is False  # nobody asked for anything yet
    desks.scene.licence()
    assert head.get("/desk/sharing").context["is_counted"] is True
    rows = list(csv.reader(StringIO(head.get("/desk/sharing.csv?times=assumed").content.decode("utf-8-sig"))))
    assert [f"{int(row[2]):,}" for row in rows[1:]] == papers


def test_how_the_cases_of_a_service_went_stands_beside_what_is_declared(desks: Desks) -> None:
    number = desks.scene.licence()
    desks.scene.do(desks.clerk, number, "accept")
    head = browser_of(desks.head)
    page = head.get(f"/desk/board/process?service={LICENCE}")
    assert (page.status_code, page.context["cases"]) == (200, 1)
    assert page.context["found"].deviations == []
    assert head.get("/desk/board/process?service=nothing").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/desk/board",
        "/desk/board.csv",
        "/desk/board/cases",
        "/desk/board/process",
        "/desk/sharing",
        "/desk/sharing.csv",
    ],
)
def test_boards_are_for_heads(desks: Desks, path: str) -> None:
    assert browser_of(desks.clerk).get(path).status_code == 403


def test_the_week_on_paper_says_what_the_board_says(desks: Desks) -> None:
    desks.scene.licence()
    time.set_time(DUE, frozen=True)
    found = at(time.now())
    printed = week_sheets.printed(time.now(), "2026-W51")
    assert printed["lights"] == [found.whole.red, found.whole.yellow, found.whole.green]
    assert printed["late"] == [[f"{week:%m-%d}", cases] for week, cases in found.late]
    answer = browser_of(desks.head).get("/desk/board/week.pdf")
    assert answer["Content-Type"] == "application/pdf"
    words = pdfs.text(answer.content)
    assert "2026-W51" in words
    assert f"{found.whole.red} 超期" in " ".join(words.split())


@pytest.mark.slow
def test_the_sheet_of_a_week_that_ended_says_for_ever_what_it_said(desks: Desks) -> None:
    number = desks.scene.licence()
    head = browser_of(desks.head)
    sunday, monday = MONDAY + timedelta(days=6), MONDAY + timedelta(days=7)
    for moment in (sunday, monday):
        time.set_time(moment, frozen=True)
        jobs.keep_week(timestamp=0)
    kept = WeekKept.objects.get()
    assert (kept.number, kept.at) == ("2026-W47", monday)
    assert kept.printed == week_sheets.printed(monday, "2026-W47")
    first = head.get("/desk/board/week.pdf?week=2026-W47")
    desks.scene.do(desks.clerk, number, "refuse-acceptance", texts={"reason": "不属于本机构"})
    time.set_time(DUE, frozen=True)
    jobs.keep_week(timestamp=0)
    again = head.get("/desk/board/week.pdf?week=2026-W47")
    assert pdfs.text(again.content) == pdfs.text(first.content)
    assert "2026-W47" in pdfs.text(again.content)
    page = head.get("/desk/board").content.decode()
    assert "week.pdf?week=2026-W47" in page
    assert [one.number for one in week_sheets.kept(time.now())] == ["2026-W47"]
    assert head.get("/desk/board/week.pdf?week=2020-W01").status_code == 404


def test_each_figure_of_the_problems_leads_to_so_many(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    watching = desk_of_everyone()(WATCHER, "handler")
    for kind, owner in (("unclear", ""), ("slow", BUSINESS), ("too-long", BUSINESS)):
        finding = Finding(Place("life-events/newborn", kind), "urgent", "machine")
        case = problems.report(finding, SYSTEM, uuid4()).case
        if owner:
            cases.act(watching, case, "assign", command_id=uuid4(), data={"offices": [owner]})
    later = time.now() + timedelta(days=2)
    monkeypatch.setattr(time, "now", lambda: later)
    sweeps.silence()
    head = browser_of(desks.head)
    board = head.get("/desk/board").content.decode()
    figures = re.findall(r'<a href="(/desk/problems/[^"]*)"><b>(\d+)</b>', board)
    for url, figure in figures:
        assert head.get(url).content.decode().count("data-row") == int(figure), url
    assert [figure for _url, figure in figures] == ["3", "3", "2", "0", "0"]
