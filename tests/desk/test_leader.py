"""The leader's page: what presses, given to an office with a day in one way, or walked by the leader."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.applications.newborn import desk_of_everyone
from tests.desk.conftest import MONDAY, Desks
from tests.desk.scene import BUSINESS, HALL, LICENCE, browser_of

from tongban.accounts.actor import Actor
from tongban.applications import cases, not_done
from tongban.applications.problems import Problem
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.supervision import instructions, problems
from tongban.supervision.instructions import Instruction
from tongban.supervision.models import Found, Sighting
from tongban.supervision.problems import Finding, Place

DUE = MONDAY + timedelta(days=30)


@pytest.fixture
def leader(desks: Desks) -> Actor:
    """A head of the office that watches."""
    return desks.scene.staff("900902", "郁批", HALL, "head")


def sent(reference: str, **typed: str) -> dict[str, str]:
    """The form of an instruction as it is sent."""
    on = time.today() + timedelta(days=7)
    day = {"by.year": str(on.year), "by.month": str(on.month), "by.day": str(on.day)}
    return (
        {"of": in_address(reference), "about": "办完并回话", "owner": BUSINESS, "command": str(uuid4())} | day | typed
    )


@pytest.mark.slow
def test_an_overdue_case_is_given_to_an_office_with_a_day_and_followed_as_a_problem(
    desks: Desks, leader: Actor
) -> None:
    number = desks.scene.licence()
    time.set_time(DUE, frozen=True)
    phone = browser_of(leader)
    rows = phone.get("/desk/leader").context["rows"]
    row = next(one for one in rows if in_address(number) in one["give"])
    assert (row["light"], row["walk"]) == ("red", f"/desk/walks/new?about={LICENCE.replace('/', '%2F')}")
    form = phone.get(row["give"])
    values = {field["name"]: field["value"] for field in form.context["fields"]}
    assert values["owner"] == BUSINESS
    assert number in values["about"]
    given = phone.post("/desk/leader/give", sent(number))
    problem = Found.objects.get(kind="asked")
    assert given["Location"] == f"/desk/problems/{in_address(problem.case)}"
    assert (problem.owners, problem.office, problem.found_by) == ([BUSINESS], HALL, "light")
    assert problem.by == time.today() + timedelta(days=7)
    assert Sighting.objects.get(problem=problem).reference == number
    after = phone.get("/desk/leader")
    assert not [one for one in after.context["rows"] if in_address(number) in one["give"]]
    assert after.context["given"] == 1


@pytest.mark.slow
def test_the_same_command_gives_once(desks: Desks, leader: Actor) -> None:
    number = desks.scene.licence()
    form = sent(number)
    for _ in range(2):
        assert browser_of(leader).post("/desk/leader/give", form).status_code == 302
    assert Found.objects.filter(kind="asked").count() == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"by.year": "", "by.month": "", "by.day": ""}, "by"),
        ({"by.day": "32"}, "by"),
        ({"by.year": "2020"}, "by"),
        ({"owner": ""}, "owner"),
        ({"owner": "demonstration/nowhere"}, "owner"),
        ({"about": " "}, "about"),
    ],
)
def test_an_instruction_wants_what_who_and_a_day_to_come(
    desks: Desks, leader: Actor, typed: dict[str, str], field: str
) -> None:
    number = desks.scene.licence()
    refused = browser_of(leader).post("/desk/leader/give", sent(number, **typed))
    assert refused.status_code == 422
    assert field in {one["name"] for one in refused.context["fields"] if one.get("error")}
    assert not Found.objects.filter(kind="asked").exists()


@pytest.mark.slow
def test_a_late_problem_and_what_could_not_be_done_press_beside_a_red_case(desks: Desks, leader: Actor) -> None:
    number = desks.scene.licence()
    person = desks.scene.person("苏晚晴")
    told = not_done.tell(person, "窗口说少一张纸", command_id=uuid4(), kind="sent-back", offer=LICENCE)
    late = problems.report(Finding(Place(LICENCE, "slow"), "urgent", "machine"), SYSTEM, uuid4()).case
    Found.objects.filter(case=late).update(escalation=2)
    time.set_time(DUE, frozen=True)
    found = instructions.pressing(leader, time.now(), 3)
    assert {one.sort for one in found} == {"light", "problem", "window"}
    page = browser_of(leader).get("/desk/leader").content.decode()
    assert "苏晚晴" not in page
    assert "少一张纸" not in page
    stuck = next(one for one in found if one.sort == "window")
    assert stuck.reference.startswith(told.number)
    assert stuck.about == LICENCE
    assert number
    for one in found:
        assert browser_of(leader).get("/desk/leader/give", {"of": in_address(one.reference)}).status_code == 200


@pytest.mark.slow
def test_whoever_gave_it_looks_again_and_never_the_office_that_does_it(desks: Desks, leader: Actor) -> None:
    origin = instructions.origin_of(leader, desks.scene.licence())
    order = Instruction("办完并回话", BUSINESS, time.today() + timedelta(days=7))
    case = instructions.give(leader, origin, order, uuid4()).case
    office = desk_of_everyone()
    cases.act(office(BUSINESS, "handler"), case, "plan", command_id=uuid4(), facts={"problem.measure": "今天办"})
    cases.act(office(BUSINESS, "handler"), case, "repair", command_id=uuid4(), facts={"problem.evidence": "已发证"})
    with pytest.raises(Problem):
        cases.act(
            office("demonstration/fire-430203", "handler"), case, "recheck", command_id=uuid4(),
            facts={"problem.effect": "好了"},
        )  # fmt: skip
    cases.act(office(HALL, "handler"), case, "recheck", command_id=uuid4(), facts={"problem.effect": "证到了"})
    assert Found.objects.get(case=case).state == "closed"


def test_to_ones_own_office_the_inspectors_look_again(desks: Desks) -> None:
    origin = instructions.origin_of(desks.head, desks.scene.licence())
    order = Instruction("办完并回话", BUSINESS, time.today() + timedelta(days=7))
    case = instructions.give(desks.head, origin, order, uuid4()).case
    assert Found.objects.get(case=case).office != BUSINESS


@pytest.mark.slow
def test_only_heads_act_and_only_on_what_there_is(desks: Desks, leader: Actor) -> None:
    number = desks.scene.licence()
    clerk = browser_of(desks.clerk)
    assert clerk.get("/desk/leader").status_code == 403
    assert clerk.post("/desk/leader/give", sent(number)).status_code == 403
    with pytest.raises(Problem):
        instructions.pressing(desks.clerk, time.now(), 3)
    for nothing in ("", "nothing", "inspection-9999", "4302-26-999999-X.01"):
        assert browser_of(leader).get("/desk/leader/give", {"of": nothing}).status_code == 404


@pytest.mark.slow
def test_from_a_case_and_from_a_problem_one_acts_as_from_the_page(desks: Desks, leader: Actor) -> None:
    number = in_address(desks.scene.licence())
    phone = browser_of(leader)
    assert f"/desk/leader/give?of={number}" in phone.get(f"/desk/board/cases/{number}").content.decode()
    case = in_address(problems.report(Finding(Place(LICENCE, "slow"), "minor", "machine"), SYSTEM, uuid4()).case)
    assert f"/desk/leader/give?of={case}" in phone.get(f"/desk/problems/{case}").content.decode()
    assert "/desk/leader/give" not in browser_of(desks.clerk).get(f"/desk/problems/{case}").content.decode()


@pytest.mark.slow
def test_what_stands_in_the_form_at_first_can_be_sent_as_it_is(desks: Desks, leader: Actor) -> None:
    item = f"base/Problem.{'一' * 90}"
    problem = problems.report(Finding(Place(LICENCE, "slow", "accept", item), "minor", "machine"), SYSTEM, uuid4()).case
    phone = browser_of(leader)
    for reference in (desks.scene.licence(), problem):
        form = phone.get("/desk/leader/give", {"of": in_address(reference)})
        about = next(one["value"] for one in form.context["fields"] if one["name"] == "about")
        assert reference in about
        assert phone.post("/desk/leader/give", sent(reference, about=about)).status_code == 302
    given = in_address(Found.objects.filter(kind="asked").latest("found_at").case)
    assert "/desk/leader/give" not in phone.get(f"/desk/problems/{given}").content.decode()


def test_walking_it_oneself_begins_a_walk_of_that_matter(desks: Desks, leader: Actor) -> None:
    origin = instructions.origin_of(leader, desks.scene.licence())
    page = browser_of(leader).get("/desk/walks/new", {"about": origin.about})
    assert (page.status_code, page.context["about"]) == (200, LICENCE)
