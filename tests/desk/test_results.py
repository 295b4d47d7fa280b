"""Handing results over at the desk: what waits, who may take it, the receipt, the label, and what the post says."""

from __future__ import annotations

from datetime import date

import pytest
from tests.desk.conftest import MONDAY, Desks
from tests.desk.scene import BUSINESS, FIRE, LICENCE, browser_of

from tongban.accounts.actor import Actor
from tongban.applications import delivery
from tongban.applications.models import HandOver

TODAY = {"on.year": "2026", "on.month": "11", "on.day": "16"}


@pytest.fixture
def owner(desks: Desks) -> Actor:
    """Somebody whose business licence was granted."""
    return desks.scene.person("苏晚晴")


@pytest.fixture
def licence(desks: Desks, owner: Actor) -> str:
    """The case of a licence that waits at its office's window."""
    return granted(desks, owner, "window")


def granted(desks: Desks, owner: Actor, way: str) -> str:
    application = desks.scene.restaurant(owner, f"株洲市芦淞区{owner.shown_name[-2:]}小馆")
    delivery.choose(owner, application, LICENCE, way)
    number = desks.scene.part(application, LICENCE)
    desks.scene.do(desks.clerk, number, "accept")
    desks.scene.do(desks.approver, number, "decide")
    return number


def at(number: str, deed: str) -> str:
    return f"/desk/results/{number.replace('/', '.')}/{deed}"


def test_somebody_with_the_right_card_takes_it_and_signs_a_receipt(desks: Desks, owner: Actor, licence: str) -> None:
    browser = browser_of(desks.clerk)
    page = browser.get("/desk/results")
    assert page.context["title"] == "1 件等人来领"
    [line] = page.context["groups"]["window"]
    assert (line["case"], line["of"]) == (licence, "个人 · 苏**")
    assert browser.get(f"/desk/results?find={line['code']}").context["groups"]["window"] == [line]
    wrong = browser.post(at(licence, "collected"), {"id_number": "430200199001010000"})
    assert (wrong.status_code, "不是申请人本人" in wrong.content.decode()) == (422, True)
    assert "430200199001010000" in wrong.content.decode()
    done = browser.post(at(licence, "collected"), {"id_number": desks.scene.id_number(owner)}, follow=True)
    assert done.context["line"]["is_own"] is True
    assert desks.scene.id_number(owner) not in done.content.decode()
    assert browser.get("/desk/results").context["title"] == "结果都交到手里了"


@pytest.mark.slow
def test_what_goes_by_post_has_a_label_and_comes_back_or_arrives(desks: Desks, owner: Actor) -> None:
    number = granted(desks, owner, "post")
    browser = browser_of(desks.clerk)
    assert browser.get("/desk/results").context["title"] == "1 件要寄"
    label = browser.get(at(number, "label")).content.decode()
    assert "株洲市芦淞区示例巷 7 号" in label
    assert "苏晚晴" in label
    wrong = browser.post(at(number, "posted"), {"tracking": "1", **TODAY})
    assert (wrong.status_code, wrong.context["attempt"].typed["tracking"]) == (422, "1")
    browser.post(at(number, "posted"), {"tracking": "EX123456789CN", **TODAY})
    assert browser.get("/desk/results").context["title"] == "1 件在路上"
    browser.post(at(number, "returned"), TODAY)
    assert "退回来了" in browser.get("/desk/results").content.decode()
    browser.post(at(number, "posted"), {"tracking": "EX987654321CN", **TODAY})
    browser.post(at(number, "reached"), TODAY)
    assert browser.get(at(number, "receipt")).context["line"]["served_on"] == date(2026, 11, 16)
    assert MONDAY.date() == date(2026, 11, 16)


def test_no_day_is_said_and_nothing_recorded(desks: Desks, owner: Actor) -> None:
    number = granted(desks, owner, "post")
    answer = browser_of(desks.clerk).post(at(number, "posted"), {"tracking": "EX123456789CN", "on.year": "2026"})
    assert (answer.status_code, HandOver.objects.get(case=number).posted_on) == (422, None)


def test_another_office_and_an_auditor_hand_nothing_over(desks: Desks, owner: Actor, licence: str) -> None:
    card = {"id_number": desks.scene.id_number(owner)}
    stranger = browser_of(desks.scene.staff("3301", "傅简", FIRE, "handler"))
    assert stranger.get("/desk/results").context["groups"]["window"] == []
    assert stranger.post(at(licence, "collected"), card).status_code == 404
    assert stranger.get(at(licence, "label")).status_code == 404
    auditor = browser_of(desks.scene.staff("9900", "樊明", BUSINESS, "auditor"))
    assert auditor.get("/desk/results").status_code == 403
