"""The combined window: a ticket from taken to served with its waits, and an application for whoever walked in."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.desk.conftest import MONDAY, Desks
from tests.desk.scene import HALL, browser_of

from tongban.accounts.actor import Actor
from tongban.applications import tickets
from tongban.applications.models import Form, Ticket
from tongban.platform import time

MACHINE = "192.0.2.1"
DOOR = f"/desk/window/{HALL.replace('/', '.')}/take"


@pytest.fixture
def window(desks: Desks) -> Actor:
    """A clerk of the combined window."""
    return desks.scene.staff("9001", "黎晓", HALL, "window")


def after(minutes: int) -> None:
    time.set_time(MONDAY + timedelta(minutes=minutes), frozen=True)


def test_the_way_of_a_ticket_is_measured(window: Actor) -> None:
    taken = [Client().post(DOOR).context for _ in range(2)]
    assert [(one["ticket"].label, one["ahead"]) for one in taken] == [("A001", 0), ("A002", 1)]
    browser = browser_of(window)
    after(12)
    browser.post("/desk/window/call", {"office": HALL})
    after(20)
    page = browser.get("/desk/window")
    assert page.context["title"] == "正在办 A001，1 人在等"
    assert [(row["ticket"].label, row["minutes"]) for row in page.context["serving"]] == [("A001", 8)]
    browser.post(f"/desk/window/tickets/{page.context['serving'][0]['ticket'].id}/served")
    waits = tickets.waits(HALL)
    assert (waits.taken, waits.waiting, waits.waiting_minutes, waits.serving_minutes) == (2, 1, 12, 8)


@pytest.mark.slow
@pytest.mark.usefixtures("window")
def test_tickets_taken_without_end_from_one_address_are_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [MONDAY]
    monkeypatch.setattr(time, "recorded_now", lambda: moment[0])
    taken = [Client().post(DOOR, REMOTE_ADDR=MACHINE) for _ in range(tickets.TAKEN_PER_MINUTE + 1)]
    assert [answer.status_code for answer in taken] == [201] * tickets.TAKEN_PER_MINUTE + [429]
    assert "太快了，一分钟后再试" in taken[-1].content.decode()
    assert taken[-1]["Retry-After"] == "60"
    moment[0] += timedelta(seconds=40)
    refused = Client().post(f"/api/v1/windows/{HALL}/tickets", REMOTE_ADDR=MACHINE)
    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (429, "too-often", "20")
    assert Ticket.objects.count() == tickets.TAKEN_PER_MINUTE
    assert Client().post(DOOR, REMOTE_ADDR="192.0.2.2").status_code == 201
    moment[0] += timedelta(seconds=20)
    assert Client().post(DOOR, REMOTE_ADDR=MACHINE).status_code == 201


def test_nobody_to_call_is_said_not_failed(window: Actor) -> None:
    answer = browser_of(window).post("/desk/window/call", {"office": HALL})
    assert (answer.status_code, "没有人在等" in answer.content.decode()) == (409, True)


def test_an_application_is_begun_for_a_walk_in_and_goes_on_with_the_pages_of_applicants(
    desks: Desks, window: Actor
) -> None:
    walk_in, browser = desks.scene.person("苏晚晴"), browser_of(window)
    ticket = tickets.take(HALL, MACHINE)
    tickets.call_next(window, HALL)
    sent = {"office": HALL, "ticket": str(ticket.id), "offer": "life-events/open-restaurant", "command": str(uuid4())}
    sent["key"] = desks.scene.id_number(walk_in).lower()
    answers = [browser.post("/desk/window/start", sent) for _ in range(2)]
    form = Form.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {f"/a/{form.number}"}
    assert (form.channel, form.window_office, form.applicant_id) == ("window", HALL, walk_in.subject_id)
    assert Ticket.objects.get().application == form.number
    assert browser.get(f"/a/{form.number}", follow=True).status_code == 200
    receipt = browser.get(f"/desk/window/receipts/{form.number}")
    assert receipt.status_code == 200
    assert form.number in receipt.content.decode()
    turned = browser.get(f"/desk/window/plans/{form.number}").content.decode()
    assert "窗口代填" in turned
    assert "在手机上" not in turned


@pytest.mark.parametrize(("key", "words"), [("430200199002060", "18"), ("430200198501010301", "库里没有这个号码")])
def test_a_wrong_or_unknown_number_is_said_beside_the_field_and_kept(window: Actor, key: str, words: str) -> None:
    tickets.take(HALL, MACHINE)
    tickets.call_next(window, HALL)
    sent = {"office": HALL, "key": key, "offer": "life-events/open-restaurant", "command": str(uuid4())}
    answer = browser_of(window).post("/desk/window/start", sent)
    assert answer.status_code == 422
    assert words in answer.context["key_error"]
    assert f'value="{key}"' in answer.content.decode()


def test_a_window_sees_only_its_own_tickets_and_applications(desks: Desks, window: Actor) -> None:
    elsewhere = desks.scene.staff("9002", "别处", "demonstration/government-services-430203", "window")
    ticket = tickets.take(HALL, MACHINE)
    tickets.call_next(window, HALL)
    number = desks.scene.restaurant(desks.scene.person("苏晚晴"), "株洲市芦淞区晚晴小馆")
    assert browser_of(elsewhere).post(f"/desk/window/tickets/{ticket.id}/served").status_code == 404
    assert browser_of(elsewhere).get(f"/desk/window/receipts/{number}").status_code == 404
    assert Client().get("/desk/window/nowhere/take").status_code == 404
