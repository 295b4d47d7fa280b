"""Papers that may follow or be promised: told by letter, owed by a day, and nothing granted before they are there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.applications.hiring import CONTRACT, PDF, Employer, drafted, employer, sent
from tests.applications.newborn import Desk
from tests.desk.scene import BUSINESS, FIRE, Scene

from tongban.applications import cases, correcting, deferrals, messages, promised, store, views
from tongban.applications.models import Form, OwedPaper
from tongban.casework import service
from tongban.casework.model import Command, Doer, Refused
from tongban.clock import Limit, due
from tongban.credentials.models import Document
from tongban.platform import time
from tongban.publication import calendars
from tongban.publication import service as publication

pytestmark = pytest.mark.django_db

FILING = "hrss/labour-use-filing"
STEP = "treat-as-withdrawn"


@pytest.fixture
def firm(db: None) -> Employer:
    """A company that hires two people."""
    return employer(publication.current(), hires=2)


def parts(firm: Employer, number: str, service: str = FILING) -> list[dict[str, Any]]:
    """The parts of a service, one for each hire."""
    return [line for line in views.application_view(firm.agent, number)["cases"] if line["service"] == service]


def accepted(firm: Employer, desk: Desk) -> tuple[str, list[dict[str, Any]]]:
    """An application in which the contract of the first hire follows, and its filings, both accepted."""
    number = drafted(firm)
    sent(firm, number, deferred=1)
    for line in parts(firm, number):
        cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    return number, parts(firm, number)


def decide(desk: Desk, line: dict[str, Any]) -> None:
    cases.act(desk(line["office"], "approver"), line["number"], "decide", command_id=uuid4())


def bring(firm: Employer, number: str) -> None:
    correcting.follow_up(firm.agent, number, f"{CONTRACT}@job.1", "合同.pdf", [PDF])


def notices(line: dict[str, Any]) -> list[str]:
    return [paper["definition"] for paper in line["documents"] if paper["sort"] == "notice"]


@pytest.mark.slow
def test_acceptance_sends_the_letter_to_whom_it_concerns_only(firm: Employer, desk: Desk) -> None:
    number = drafted(firm)
    sent(firm, number, deferred=1)
    assert not Document.objects.filter(definition=deferrals.DEFERRAL).exists()
    time.advance_time(timedelta(days=7))  # the days count from acceptance, not from the promise
    for line in parts(firm, number):
        cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    first, second = parts(firm, number)
    assert deferrals.DEFERRAL in notices(first)
    assert deferrals.DEFERRAL not in notices(second)
    last = due(calendars.current(), time.today(), Limit.parse("5 workdays")).due
    assert deferrals.owed(first["number"]) == {f"{CONTRACT}@job.1": last}
    for papers in (promised.owed_papers(firm.agent, number), views.application_view(firm.agent, number)["papers"]):
        assert [(paper["key"], paper["due"]) for paper in papers] == [(f"{CONTRACT}@job.1", last.isoformat())]


@pytest.mark.slow
def test_the_clerk_sees_what_is_owed_and_cannot_grant_before_it_is_there(firm: Employer, desk: Desk) -> None:
    number, (first, second) = accepted(firm, desk)
    seen = cases.case_view(desk(first["office"], "approver"), first["number"])
    paper = next(paper for paper in seen["papers"] if paper["id"] == CONTRACT)
    assert (paper["how"], paper["due"]) == (
        "deferred",
        deferrals.owed(first["number"])[f"{CONTRACT}@job.1"].isoformat(),
    )
    assert "decide" not in [step["name"] for step in seen["allowed"]]
    assert {step["name"]: step["code"] for step in seen["not_allowed"]}["decide"] == "paper-owed"
    with pytest.raises(Refused, match="paper-owed") as refused:
        decide(desk, first)
    assert "劳动合同" in refused.value.text.zh
    decide(desk, second)
    assert [line["result"] for line in parts(firm, number)] == [None, "granted"]


def test_where_every_paper_is_there_the_form_is_not_unsealed_for_its_cases(
    firm: Employer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = drafted(firm)
    sent(firm, number, deferred=0)
    lines = parts(firm, number)

    def unsealed(form: Form) -> Document:
        pytest.fail(f"{form.number} was unsealed, with what thousands may have answered")

    monkeypatch.setattr(store, "document_of", unsealed)
    for kind, role in (("accept", "handler"), ("decide", "approver")):
        for line in lines:
            office = line["office"]
            doer = Doer(desk(office, role).id, "staff", {office: frozenset({role})})
            service.command(line["number"], Command(str(uuid4()), kind), doer)
    assert {case.result for case in service.cases([line["number"] for line in lines])} == {"granted"}


@pytest.mark.slow
def test_once_it_has_come_every_part_that_waited_goes_on(firm: Employer, desk: Desk) -> None:
    number, (first, _) = accepted(firm, desk)
    pension = parts(firm, number, "hrss/pension-insurance")[0]
    cases.act(desk(pension["office"], "handler"), pension["number"], "accept", command_id=uuid4())
    bring(firm, number)
    assert promised.owed_papers(firm.agent, number) == []
    for line in (first, pension):
        assert "paper-came" in [message.code for message in messages.inbox(desk(line["office"], "handler"))]
        decide(desk, line)
    assert parts(firm, number)[0]["result"] == "granted"


def test_overdue_is_told_once_and_ends_nothing_by_itself(firm: Employer, desk: Desk) -> None:
    number, (first, _) = accepted(firm, desk)
    assert deferrals.tell_overdue() == 0
    time.advance_time(timedelta(days=10))
    assert deferrals.tell_overdue() == 1
    assert deferrals.tell_overdue() == 0
    for actor in (firm.agent, desk(first["office"], "handler")):
        assert [message.code for message in messages.inbox(actor)].count("paper-overdue") == 1
    assert parts(firm, number)[0]["is_open"]
    bring(firm, number)  # late is better than never
    decide(desk, first)


def test_a_case_that_cannot_be_told_holds_up_no_other(firm: Employer, desk: Desk) -> None:
    number, _ = accepted(firm, desk)
    broken = OwedPaper.objects.create(case=f"{number}/99", key=CONTRACT, due=time.today())  # no such case
    time.advance_time(timedelta(days=10))
    assert deferrals.tell_overdue() == 1
    assert [message.code for message in messages.inbox(firm.agent)].count("paper-overdue") == 1
    broken.refresh_from_db()
    assert broken.overdue_told_at is None  # tried again by the next sweep


def test_only_a_clerk_and_only_when_overdue_treats_it_as_withdrawn(firm: Employer, desk: Desk) -> None:
    number, (first, second) = accepted(firm, desk)
    clerk = desk(first["office"], "handler")
    assert STEP not in [step["name"] for step in cases.case_view(clerk, first["number"])["allowed"]]
    with pytest.raises(Refused, match="paper-not-overdue"):
        cases.act(clerk, first["number"], STEP, command_id=uuid4(), texts={"reason": "没来"})
    time.advance_time(timedelta(days=10))
    assert STEP in [step["name"] for step in cases.case_view(clerk, first["number"])["allowed"]]
    with pytest.raises(Refused, match="paper-not-overdue"):
        cases.act(clerk, second["number"], STEP, command_id=uuid4(), texts={"reason": "没来"})
    cases.act(clerk, first["number"], STEP, command_id=uuid4(), texts={"reason": "合同到期没有补来"})
    ended = parts(firm, number)[0]
    assert (ended["result"], ended["reason"]) == ("withdrawn", "合同到期没有补来")
    assert deferrals.tell_overdue() == 0


def test_a_promise_goes_out_as_a_letter_and_keeps_nothing_back(db: None) -> None:
    scene = Scene()
    owner = scene.person("杜衡之")
    number = scene.restaurant(owner, "芦淞区杜记面馆")
    licence, fire = scene.part(number, "market/business-licence"), scene.part(number, "fire/safety-promise")
    people = {
        (office, role): scene.staff(f"20{place:02}", "贺一", office, role)
        for place, (office, role) in enumerate((o, r) for o in (BUSINESS, FIRE) for r in ("handler", "approver"))
    }
    for case, office in ((licence, BUSINESS), (fire, FIRE)):
        cases.act(people[office, "handler"], case, "accept", command_id=uuid4())
        cases.act(people[office, "approver"], case, "decide", command_id=uuid4())
    assert not OwedPaper.objects.exists()
    [line] = [line for line in views.application_view(owner, number)["cases"] if line["number"] == fire]
    assert line["result"] == "granted"
    assert deferrals.PROMISE in notices(line)


def test_what_is_promised_stands_still_until_the_paper_is_there_and_what_law_sets_runs_on(
    firm: Employer, desk: Desk
) -> None:
    number = drafted(firm)
    sent(firm, number, deferred=1)
    pension = parts(firm, number, "hrss/pension-insurance")[0]
    cases.act(desk(pension["office"], "handler"), pension["number"], "accept", command_id=uuid4())
    line = parts(firm, number, "hrss/pension-insurance")[0]
    law = due(calendars.current(), time.today(), Limit.parse("10 workdays")).due
    assert (line["paused"], line["due"], line["light"]) == (True, None, None)
    assert line["statutory_due"] == law.isoformat()
    time.advance_time(timedelta(days=3))
    bring(firm, number)
    line = parts(firm, number, "hrss/pension-insurance")[0]
    promised_due = due(calendars.current(), time.today(), Limit.parse("1 workday")).due
    assert (line["paused"], line["due"], line["light"]) == (False, promised_due.isoformat(), "yellow")
    assert line["statutory_due"] == law.isoformat()
    assert "paper-brought" in [e["kind"] for e in views.application_view(firm.agent, number)["events"]]


def test_a_paper_that_came_before_the_acceptance_stops_no_clock(firm: Employer, desk: Desk) -> None:
    number = drafted(firm)
    sent(firm, number, deferred=1)
    bring(firm, number)
    first = parts(firm, number)[0]
    cases.act(desk(first["office"], "handler"), first["number"], "accept", command_id=uuid4())
    assert [line["paused"] for line in parts(firm, number)] == [False, False]
    decide(desk, first)
