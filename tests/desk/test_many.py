"""Many at once: told first what happens to how many, then each by itself, all or nothing, answered one by one."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.desk.conftest import Desks
from tests.desk.scene import BUSINESS, browser_of


@pytest.mark.slow
def test_many_are_accepted_only_after_a_page_that_says_on_how_many_people_it_acts(desks: Desks) -> None:
    numbers = [desks.scene.licence(name) for name in ("苏晚晴", "贺小满", "林亦舟")]
    desks.scene.do(desks.clerk, numbers[2], "accept")
    chosen = {"do": "accept", "case": [number.replace("/", ".") for number in numbers]}
    browser = browser_of(desks.clerk)
    asked = browser.post("/desk/many", chosen)
    assert ([row["number"] for row in asked.context["rows"]], asked.context["people"]) == (numbers[:2], 2)
    assert [row["number"] for row in asked.context["left_out"]] == [numbers[2]]
    assert desks.scene.case(numbers[0]).state == "submitted"
    done = browser.post("/desk/many", chosen | {"confirmed": "yes", "command": str(uuid4())})
    assert (done.context["done"], done.context["failed"]) == (2, 1)
    assert [bool(row["answer"]) for row in done.context["results"]] == [False, False, True]
    assert [desks.scene.case(number).state for number in numbers] == ["accepted"] * 3


@pytest.mark.slow
def test_the_same_many_twice_are_done_once(desks: Desks) -> None:
    numbers = [desks.scene.licence(name) for name in ("苏晚晴", "贺小满")]
    sent = {"do": "claim", "case": [n.replace("/", ".") for n in numbers], "command": str(uuid4())}
    browser = browser_of(desks.clerk)
    for _ in range(2):
        assert browser.post("/desk/many", sent).context["done"] == 2
    assert [desks.scene.case(number).version for number in numbers] == [2, 2]


def test_cases_of_another_office_among_the_ticked_are_as_if_they_were_not_there(desks: Desks) -> None:
    number = desks.scene.licence()
    foreign = desks.scene.part(number.partition("/")[0], "health/food-worker-certificate")
    answer = browser_of(desks.clerk).post("/desk/many", {"do": "claim", "case": [foreign], "command": str(uuid4())})
    assert (answer.status_code, desks.scene.case(foreign).version) == (422, 1)


@pytest.mark.slow
def test_many_are_handed_to_a_colleague(desks: Desks) -> None:
    colleague = desks.scene.staff("2108", "文清", BUSINESS, "handler")
    numbers = [desks.scene.licence(name) for name in ("苏晚晴", "贺小满")]
    sent = {"do": "hand-over", "case": [n.replace("/", ".") for n in numbers], "command": str(uuid4())}
    browser = browser_of(desks.clerk)
    assert colleague.user_id in [user.id for user in browser.post("/desk/many", sent).context["colleagues"]]
    browser.post("/desk/many", sent | {"confirmed": "yes", "to": str(colleague.user_id)})
    assert {desks.scene.case(number).tasks[0].holder for number in numbers} == {colleague.id}
