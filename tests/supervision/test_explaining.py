"""A leader explains a matter live: announced, asked beforehand, and what was answered stays with the matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.applications.family import Family
from tests.applications.newborn import Desk

from tongban.accounts.actor import Actor
from tongban.accounts.models import User
from tongban.applications import cases, inquiries, worklists
from tongban.applications.problems import Problem
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import explaining
from tongban.supervision.explaining import Announced
from tongban.supervision.models import Explained, LiveSession

pytestmark = pytest.mark.django_db
OFFICE = "demonstration/population-4302"
OTHER = "demonstration/business-4302"


def announced(**other: Any) -> Announced:  # noqa: ANN401 -- any field
    given = Announced("life-events/newborn", time.now() + timedelta(days=2), 60, "户政科 柯远")
    return replace(given, **other)


def browser_of(actor: Actor) -> Client:
    """A browser in which somebody has logged in."""
    client = Client()
    client.force_login(User.objects.get(id=actor.user_id or 0))
    return client


def test_what_was_answered_stays_with_the_matter_after_the_session(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = explaining.announce(desk(OFFICE, "head"), announced(), uuid4())
    assert explaining.to_come() == [session]
    assert "户政科 柯远" in client.get("/sessions").content.decode()
    later = time.now() + timedelta(days=3)
    monkeypatch.setattr(time, "now", lambda: later)
    assert (explaining.to_come(), explaining.past()) == ([], [session])
    explaining.explain(desk(OFFICE, "head"), session.id, "双胞胎要填两次吗？", "不用，一次填两个。", uuid4())
    for address in ("/sessions", "/b/newborn"):
        assert "不用，一次填两个。" in client.get(address).content.decode()


def test_what_is_asked_beforehand_reaches_the_office_of_the_session_and_its_page(desk: Desk, home: Family) -> None:
    officer = desk(OFFICE, "handler")
    session = explaining.announce(officer, announced(), uuid4())
    browser, command = browser_of(home.mother), str(uuid4())
    assert f"/ask?session={session.id}" in browser.get("/sessions").content.decode()
    form = browser.get(f"/ask?session={session.id}").content.decode()
    assert "讲办事" in form
    for _ in range(2):
        sent = browser.post("/ask", {"session": str(session.id), "said": "双胞胎要填两次吗", "command": command})
        assert sent.status_code == 302
    [asked] = explaining.questions([session])[session.id]
    assert (asked.said, asked.is_answered) == ("双胞胎要填两次吗", False)
    assert asked.case in [line["number"] for line in worklists.worklist(officer, "consult")["lines"]]
    [line] = inquiries.mine(home.mother)
    assert line["office"] == publication.current().offices[OFFICE].title.to_json()
    assert "双胞胎要填两次吗" in browser_of(officer).get("/desk/sessions/").content.decode()
    cases.act(officer, asked.case, "handle", command_id=uuid4(), facts={"inquiry.answer": "不用，一次填两个。"})
    [line] = inquiries.mine(home.mother)
    assert line["answer"] == "不用，一次填两个。"


def test_nobody_asks_before_what_is_over_or_was_never_announced(
    desk: Desk, home: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = explaining.announce(desk(OFFICE, "head"), announced(), uuid4())
    later = time.now() + timedelta(days=3)
    monkeypatch.setattr(time, "now", lambda: later)
    browser = browser_of(home.mother)
    for number in (str(session.id), "0", "x"):
        assert browser.get(f"/ask?session={number}").status_code == 404
        assert browser.post("/ask", {"session": number, "said": "问"}).status_code == 404
    assert inquiries.mine(home.mother) == []


def test_who_watches_the_door_of_an_office_reads_no_question(desk: Desk, home: Family) -> None:
    session = explaining.announce(desk(OFFICE, "head"), announced(), uuid4())
    explaining.ask(home.mother, session.id, "双胞胎要填两次吗", uuid4())
    page = browser_of(desk(OFFICE, "window")).get("/desk/sessions/").content.decode()
    assert "户政科 柯远" in page
    assert "双胞胎" not in page


def test_only_the_office_whose_session_it_is_answers_for_everybody(desk: Desk) -> None:
    session = explaining.announce(desk(OFFICE, "head"), announced(), uuid4())
    with pytest.raises(Problem) as refused:
        explaining.explain(desk(OTHER, "head"), session.id, "问", "答", uuid4())
    assert refused.value.status == 404


def test_what_is_sent_twice_is_once(desk: Desk) -> None:
    command, kept = uuid4(), uuid4()
    for _ in range(2):
        session = explaining.announce(desk(OFFICE, "head"), announced(), command)
        explaining.explain(desk(OFFICE, "head"), session.id, "问", "答", kept)
    assert (LiveSession.objects.count(), Explained.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"at": None}, "at"), ({"minutes": 0}, "minutes"), ({"minutes": 999}, "minutes"), ({"speaker": " "}, "speaker")],
)
def test_a_session_that_cannot_be_is_refused_at_its_field(desk: Desk, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Problem) as refused:
        explaining.announce(desk(OFFICE, "head"), announced(**wrong), uuid4())
    assert [error.fact for error in refused.value.errors] == [field]
