"""Who may enter which page of staff: every route says so, and what is outside one's reach is not there."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.desk.conftest import Desks
from tests.desk.scene import FIRE, HALL, address, browser_of

from tongban.desk import urls
from tongban.desk.door import CLERKS, EVERY_POST, HEADS, WINDOW

PAGES = {"": EVERY_POST, "cases/": CLERKS, "office": HEADS, "window": WINDOW, "audit": {"auditor"}, "me": EVERY_POST}


def test_every_route_declares_who_may_enter() -> None:
    assert [route.name for route in urls.OWN if not hasattr(route.callback, "roles")] == []
    assert [route.name for route in urls.OWN if getattr(route.callback, "roles", None) is None] == ["take"]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_led_to_the_log_in_and_back(page: str) -> None:
    answer = Client().get(f"/desk/{page}")
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/login")


@pytest.mark.parametrize("page", PAGES)
def test_a_person_is_told_that_it_is_for_staff(desks: Desks, page: str) -> None:
    assert browser_of(desks.scene.person("苏晚晴")).get(f"/desk/{page}").status_code == 403


@pytest.mark.parametrize("role", ["handler", "approver", "head", "window", "auditor"])
def test_each_post_sees_its_own_pages_and_no_others(desks: Desks, role: str) -> None:
    browser = browser_of(desks.scene.staff("7000", "某人", HALL, role))
    seen = {page: browser.get(f"/desk/{page}", follow=True).status_code for page in PAGES}
    assert seen == {page: 200 if role in roles else 403 for page, roles in PAGES.items()}


def test_a_case_of_another_office_is_not_there(desks: Desks) -> None:
    number = desks.scene.licence()
    stranger = browser_of(desks.scene.staff("3301", "傅简", FIRE, "handler"))
    for page in (address(number), address("4302-26-000009-X/01"), address("nonsense")):
        assert stranger.get(page).status_code == 404
        assert stranger.post(f"{page}/do", {"do": "accept", "command": "x"}).status_code == 404
    assert desks.scene.case(number).version == 1


@pytest.mark.slow
def test_an_office_that_is_asked_sees_the_case_and_may_only_answer(desks: Desks) -> None:
    number = desks.scene.licence()
    fire = desks.scene.staff("3301", "傅简", FIRE, "handler")
    desks.scene.do(desks.clerk, number, "accept")
    desks.scene.do(desks.clerk, number, "consult", data={"offices": [FIRE]})
    page = browser_of(fire).get(address(number))
    assert page.status_code == 200
    assert [step["name"] for step in page.context["view"]["allowed"] if step["label"]] == ["opine"]


def test_a_paper_is_shown_with_the_case_that_needs_it_and_with_no_other(desks: Desks) -> None:
    application = desks.scene.restaurant(desks.scene.person("苏晚晴"), "株洲市芦淞区晚晴小馆")
    sign, licence = (
        desks.scene.part(application, "urban/shop-sign"),
        desks.scene.part(application, "market/business-licence"),
    )
    urban = desks.scene.staff("5501", "于成", "demonstration/urban-management-430203", "handler")
    paper = next(paper for paper in browser_of(urban).get(address(sign)).context["view"]["papers"] if paper["files"])
    shown = browser_of(urban).get(f"{address(sign)}/papers/{paper['files'][0]}")
    assert (shown.status_code, shown["Content-Type"]) == (200, "application/pdf")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert browser_of(desks.clerk).get(f"{address(licence)}/papers/{paper['files'][0]}").status_code == 404
