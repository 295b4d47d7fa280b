"""全层级贯通: a case at the level it belongs to, handed up and down, and taken at one window for another place."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings
from tests.applications.test_referrals import send, step, steps_of, token
from tests.desk.conftest import Desks
from tests.desk.scene import HALL, address, browser_of

from tongban.accounts.actor import Actor
from tongban.applications import (
    agencies,
    cases,
    filling,
    handing_over,
    messages,
    reading,
    signing,
    starting,
    submission,
    views,
    worklists,
)
from tongban.applications.levels import is_for_elsewhere
from tongban.applications.problems import Problem
from tongban.casework import definitions, queries
from tongban.casework.model import Refused

VISIT = "social-insurance/home-visit"
VILLAGE, TOWN, COUNTY, CITY = (
    f"demonstration/social-insurance-{region}" for region in ("430211103901", "430211103", "430211", "4302")
)
WHY = {"reason": "镇里没有条件，请区里上门"}


def visit(desks: Desks, region: str, by: Actor | None = None, window: str | None = None) -> tuple[Actor, str]:
    """Somebody of a region asks for a visit at home; the applicant and the case's number."""
    person = desks.scene.person("石望田", residence_region=region)
    actor = by or person
    number = starting.start(
        actor, VISIT, command_id=uuid4(), window=window,
        applicant_key=desks.scene.id_number(person) if window else None,
    )  # fmt: skip
    reading.agree(actor, number)
    filling.fill(actor, number, {
        "visit.because_of": "ill", "visit.matter": "资格认证", "person.phone": "10000000030",
    })  # fmt: skip
    signing.sign(actor, number)
    submission.submit(actor, number, uuid4())
    return person, f"{number}/01"


@pytest.mark.parametrize(
    ("region", "office"),
    [("430211103901", VILLAGE), ("430211103902", TOWN), ("430211103", TOWN), ("430211002", COUNTY), ("430211", COUNTY)],
)
def test_a_case_goes_to_the_level_it_is_handled_at_or_the_nearest_above_that_there_is(
    desks: Desks, region: str, office: str
) -> None:
    _, number = visit(desks, region)
    assert desks.scene.case(number).office == office


def test_a_case_handed_up_is_listed_and_done_there_and_still_seen_below(desks: Desks) -> None:
    clerk = desks.scene.staff("7001", "村里", VILLAGE, "handler")
    above = desks.scene.staff("7002", "镇里", TOWN, "handler")
    person, number = visit(desks, "430211103901")
    before = desks.scene.case(number).clocks
    page = browser_of(clerk).get(f"{address(number)}?do=hand-up")
    assert "三门镇便民服务中心（示例）" in page.content.decode()
    sent = {"do": "hand-up", "command": str(uuid4()), "reason": WHY["reason"]}
    browser_of(clerk).post(f"{address(number)}/do", sent)
    case = desks.scene.case(number)
    assert (case.office, case.passed, case.clocks) == (TOWN, (VILLAGE,), before)
    assert [line["number"] for line in worklists.worklist(above, "office")["lines"]] == [number]
    assert worklists.worklist(clerk, "office")["lines"] == []
    assert [line["number"] for line in worklists.worklist(clerk, "passed")["lines"]] == [number]
    assert (worklists.amounts(clerk)["passed"].total, worklists.amounts(above)["passed"].total) == (1, 0)
    desks.scene.do(above, number, "hand-down", data={"office": VILLAGE}, texts=WHY)
    assert [worklists.amounts(one)["passed"].total for one in (clerk, above)] == [0, 1]
    desks.scene.do(clerk, number, "hand-up", texts=WHY)
    seen = cases.case_view(clerk, number)
    assert seen["office"] == TOWN
    assert [step["name"] for step in seen["allowed"]] == []
    assert any("等你们办" in message.zh for message in messages.inbox(above))
    assert any("转到上一级" in message.zh for message in messages.inbox(person))
    told = views.application_view(person, number.rpartition("/")[0])["events"]
    assert [(line["kind"], line["office"]["zh"], line["reason"]) for line in told] == [
        ("handed-up", "三门镇便民服务中心（示例）", WHY["reason"]),
        ("handed-down", "三门镇示例村便民服务站（示例）", WHY["reason"]),
        ("handed-up", "三门镇便民服务中心（示例）", WHY["reason"]),
        ("opened", "三门镇示例村便民服务站（示例）", None),
    ]


def test_a_case_comes_down_only_to_an_office_directly_below(desks: Desks) -> None:
    county = desks.scene.staff("7003", "区里", COUNTY, "handler")
    _, number = visit(desks, "430211")
    for wrong in (VILLAGE, CITY, "demonstration/social-insurance-430223106"):
        with pytest.raises(Refused, match="data-wrong"):
            desks.scene.do(county, number, "hand-down", data={"office": wrong}, texts=WHY)
    desks.scene.do(county, number, "hand-down", data={"office": TOWN}, texts=WHY)
    assert desks.scene.case(number).office == TOWN
    with pytest.raises(Refused, match="not-your-office"):
        desks.scene.do(county, number, "accept")


def test_offices_that_never_had_it_see_nothing_of_it(desks: Desks) -> None:
    clerk = desks.scene.staff("7001", "村里", VILLAGE, "handler")
    other = desks.scene.staff("7004", "别村", "demonstration/social-insurance-430223106901", "handler")
    _, number = visit(desks, "430211103901")
    desks.scene.do(clerk, number, "hand-up", texts=WHY)
    assert browser_of(other).get(address(number)).status_code == 404
    assert queries.passed([*other.offices]) == ([], None)
    with pytest.raises(Problem, match="not-found"):
        cases.case_view(other, number)


def test_a_window_of_another_place_takes_it_and_the_competent_office_runs_it(desks: Desks) -> None:
    hall = "demonstration/government-services-430203"
    window = desks.scene.staff("9003", "芦淞窗口", hall, "window")
    _, number = visit(desks, "430211103", by=window, window=hall)
    case = desks.scene.case(number)
    offices = desks.scene.catalog.offices
    taken = {one: is_for_elsewhere(offices, one, case.office) for one in (hall, HALL, COUNTY, VILLAGE, TOWN, None)}
    assert case.office == TOWN
    assert [one for one, is_elsewhere in taken.items() if is_elsewhere] == [hall]
    clerk = desks.scene.staff("7005", "镇里", TOWN, "handler")
    assert cases.case_view(clerk, number)["taken_at"]["zh"] == "芦淞区行政审批服务局"
    page = browser_of(clerk).get(address(number)).content.decode()
    assert "芦淞区行政审批服务局代收（通办）" in page
    assert "天元区三门镇" in page
    assert browser_of(window).get(f"/desk/window/receipts/{number.rpartition('/')[0]}").status_code == 200
    assert handing_over.count(window) == 0


@pytest.fixture
def town_elsewhere(desks: Desks, settings: Settings) -> Iterator[Desks]:
    """A city in which the town's office has a system of its own."""
    settings.AGENCIES = {TOWN: {"url": "http://127.0.0.1:9", "token": "theirs"}}
    definitions.of.cache_clear()
    yield desks
    definitions.of.cache_clear()


@pytest.mark.slow
def test_a_case_is_handed_neither_to_an_agency_elsewhere_nor_from_it(town_elsewhere: Desks) -> None:
    clerk = town_elsewhere.scene.staff("7001", "村里", VILLAGE, "handler")
    head = town_elsewhere.scene.staff("7003", "区里", COUNTY, "head")
    (_, below), (_, above) = (visit(town_elsewhere, region) for region in ("430211103901", "430211"))
    with pytest.raises(Refused, match="no-office-above"):
        town_elsewhere.scene.do(clerk, below, "hand-up", texts=WHY)
    with pytest.raises(Refused, match="no-office-below"):
        town_elsewhere.scene.do(head, above, "hand-down", data={"office": TOWN}, texts=WHY)


def test_an_agency_answers_for_its_own_office_and_not_where_its_case_went(
    town_elsewhere: Desks, settings: Settings
) -> None:
    _, number = visit(town_elsewhere, "430211103")
    agencies.note([number])
    settings.AGENCIES = {}  # its system is given up
    definitions.of.cache_clear()
    town_elsewhere.scene.do(town_elsewhere.scene.staff("7002", "镇里", TOWN, "handler"), number, "hand-up", texts=WHY)
    assert send(steps_of(number), step("accept"), token(TOWN))[1]["code"] == "not-your-office"
