"""An office takes back a credential that it issued: what its holder, whoever verifies it and the next office see."""

from __future__ import annotations

import io
from datetime import datetime
from uuid import uuid4

import pytest
from tests.applications.family import Family
from tests.applications.newborn import Desk, drafted, granted, part, sent
from tests.desk.scene import BUSINESS, FIRE, LICENCE, Scene

from tongban.accounts import mandates
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import Mandate, User
from tongban.applications import cases, delivery, documents, handing_over, messages, reading, starting, views
from tongban.applications.problems import Problem
from tongban.casework import store
from tongban.casework.machine import rebuild
from tongban.casework.model import Case, Refused
from tongban.credentials import service as credentials
from tongban.credentials.models import Document
from tongban.platform import time

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=time.ZONE)
REASON = "经营场所的材料是假的"


class Office:
    """A shop whose licence was granted, and the people of the office that granted it."""

    def __init__(self, way: str = "electronic") -> None:
        time.set_time(MONDAY, frozen=True)
        self.scene = Scene()
        self.person = self.scene.person("杜衡之")
        application = self.scene.restaurant(self.person, "芦淞区杜记面馆")
        if way != "electronic":
            delivery.choose(self.person, application, LICENCE, way)
        self.application = application
        self.number = self.scene.part(application, LICENCE)
        self.handler = self.scene.staff("1001", "贺一", BUSINESS, "handler")
        self.approver = self.scene.staff("1002", "贺二", BUSINESS, "approver")

    def grant(self) -> Document:
        """Accept and decide; the licence."""
        self.scene.do(self.handler, self.number, "accept")
        self.scene.do(self.approver, self.number, "decide")
        return self.licence()

    def licence(self) -> Document:
        """The licence as it is now."""
        return Document.objects.get(case_number=self.number, sort="credential")

    def revoke(self, actor: Actor | None = None, reason: str = REASON) -> None:
        """Take it back."""
        self.scene.do(actor or self.approver, self.number, "revoke", texts={"reason": reason})


def refusal(office: Office, actor: Actor | None = None, reason: str = REASON) -> str:
    with pytest.raises(Refused) as refused:
        office.revoke(actor, reason)
    return refused.value.code


@pytest.mark.slow
def test_the_whole_story_of_a_licence_taken_back() -> None:
    office = Office()
    licence = office.grant()
    mandates.give(licence.holder_subject_id, office.person.subject_id or 0, ["*"], basis=Mandate.Basis.AGENT)
    owner = actor_of(User.objects.get(subject_id=office.person.subject_id))
    pdf = credentials.document_bytes(licence.id)
    assert held(owner)
    time.set_time(MONDAY.replace(day=18), frozen=True)
    office.revoke()

    for verdict in (documents.verify_code(licence.code, "a test"), documents.verify_file(io.BytesIO(pdf))):
        assert (verdict["state"], verdict["valid"], verdict["revoked_on"]) == ("revoked", False, "2026-11-18")
        assert verdict["revoked_because"] == {"zh": REASON, "en": REASON}
    assert not held(owner)
    [line] = [line for line in documents.mine(owner) if line["number"] == licence.number]
    assert (line["state"], line["revoked_because"]["zh"]) == ("revoked", REASON)
    [told] = [message for message in messages.inbox(owner) if message.code == "revoke"]
    assert "吊销" in told.zh
    assert REASON not in told.zh
    decision = Document.objects.get(case_number=office.number, definition="base/revocation")
    assert decision.holder_subject_id == office.person.subject_id

    view = cases.case_view(office.approver, office.number)
    assert (view["events"][0]["kind"], view["events"][0]["texts"]["reason"]) == ("revoked", REASON)
    assert (view["result"], "revoke" in {step["name"] for step in view["allowed"]}) == ("granted", False)
    assert view["chain_intact"]
    assert rebuild(store.events_of([office.number])[office.number]) == office.scene.case(office.number)
    events = views.application_view(owner, office.application)["events"]
    assert "吊销" in next(event["text"]["zh"] for event in events if event["kind"] == "revoked")


def held(owner: Actor) -> bool:
    """Whether the licence counts in the next application, which demands it."""
    number = starting.start(owner, "urban/shop-sign", command_id=uuid4())
    reading.agree(owner, number)
    found = views.application_view(owner, number)["plan"]["evidence"]
    return next(str(line["how"]) for line in found if line["id"] == "base/business-licence") == "held"


def test_who_may_not() -> None:
    office = Office()
    office.grant()
    assert refusal(office, office.handler) == "role-missing"
    with pytest.raises(Problem) as stranger:
        office.revoke(office.scene.staff("3302", "傅简", FIRE, "approver"))
    assert stranger.value.status == 404
    assert refusal(office, office.person) == "not-your-office"
    assert refusal(office, reason="  ") == "data-needed"
    assert office.licence().revoked_at is None


def test_what_was_not_issued_cannot_be_taken_back() -> None:
    office = Office()
    assert refusal(office) == "no-credential"
    office.scene.do(office.handler, office.number, "accept")
    office.scene.do(office.approver, office.number, "refuse", texts={"reason": "不符合条件"})
    assert refusal(office) == "no-credential"


def test_twice_is_once() -> None:
    office = Office()
    office.grant()
    once = uuid4()
    for _ in range(2):
        cases.act(office.approver, office.number, "revoke", command_id=once, texts={"reason": REASON})
    assert refusal(office, reason="另一个理由") == "revoked-already"
    kinds = [event.kind for event in store.events_of([office.number])[office.number]]
    assert kinds.count("revoked") == 1
    assert office.licence().revoked_because_zh == REASON
    assert len([message for message in messages.inbox(office.person) if message.code == "revoke"]) == 1


def test_a_paper_that_waits_is_not_handed_over_any_more() -> None:
    office = Office("window")
    office.grant()
    assert [line["case"] for line in handing_over.to_hand_over(office.handler)] == [office.number]
    office.revoke()
    assert handing_over.to_hand_over(office.handler) == []
    with pytest.raises(Problem, match="not-found"):
        handing_over.collected(office.handler, office.number, office.scene.id_number(office.person))
    ways = views.application_view(office.person, office.application)["delivery"]
    assert LICENCE not in {line["service"] for line in ways}


def test_what_the_post_brings_back_is_not_posted_anew() -> None:
    office = Office("post")
    office.grant()
    handing_over.posted(office.handler, office.number, "EX123456789CN", time.today())
    office.revoke()
    handing_over.returned(office.handler, office.number, time.today())
    assert handing_over.to_hand_over(office.handler) == []


@pytest.mark.slow
def test_what_stood_on_it_is_told_and_counts_it_no_more(home: Family, desk: Desk) -> None:
    """A birth certificate taken back: its part is not done any more, and the clerks whom it fed read so."""
    number = drafted(home)
    birth = part(sent(home, number), "birth-certificate")
    granted(desk, birth)
    before = views.application_view(home.mother, number)
    assert (part(before, "birth-certificate")["revoked"], before["done"]) == (False, 1)
    feeds = store.load_cases([birth["number"]])[birth["number"]].case.feeds
    fed = [case for case in store.cases_of([number]) if case.part in feeds]
    assert fed
    for case in fed:
        assert "revoked" not in judged(desk, case)
    approver = desk(birth["office"], "approver")
    cases.act(approver, birth["number"], "revoke", command_id=uuid4(), texts={"reason": REASON})

    view = views.application_view(home.mother, number)
    line = part(view, "birth-certificate")
    assert (line["revoked"], line["state_label"]["zh"], view["done"]) == (True, "证照已吊销", 0)
    [mine] = [one for one in views.my_applications(home.mother) if one["number"] == number]
    assert mine["done"] == 0
    for case in fed:
        assert "revoked" in judged(desk, case)
        told = [one for one in messages.inbox(desk(case.office, "approver")) if one.code == "feeder-revoked"]
        assert case.number in {one.case for one in told}


def judged(desk: Desk, case: Case) -> list[str]:
    """What is left to judge in a case, by its kinds, the gravest first."""
    view = cases.case_view(desk(case.office, "approver"), case.number)
    return [line["kind"] for line in view["exceptions"] if line["tone"] == "bad"]


@pytest.mark.parametrize("way", ["window", "post"])
def test_what_is_revoked_before_anybody_had_it_was_handed_over_to_nobody(way: str) -> None:
    office = Office(way)
    office.grant()
    standing = handing_over.standing_of(office.number)
    assert standing is not None
    assert (standing["way"], standing["served_on"]) == (way, None)
    office.revoke()
    assert handing_over.standing_of(office.number) is None


def test_what_was_served_online_stays_served_when_it_is_revoked() -> None:
    office = Office()
    office.grant()
    office.revoke()
    standing = handing_over.standing_of(office.number)
    assert standing is not None
    assert (standing["way"], standing["served_on"]) == ("electronic", MONDAY.date())
