"""A credential in hand is a paper not asked for and a fact not asked again, for as long as it is valid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.desk.scene import BUSINESS, PDF, Scene

from tongban.accounts import mandates
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import Mandate, User
from tongban.applications import cases, filling, papers, reading, signing, starting, submission, views
from tongban.applications.problems import Problem
from tongban.catalog.vocabulary import Text
from tongban.credentials import service as credentials
from tongban.credentials.models import Document
from tongban.platform import time
from tongban.registry import service as registry
from tongban.registry.models import Read

pytestmark = pytest.mark.django_db

LICENCE = "base/business-licence"


@dataclass(frozen=True)
class Shop:
    """A shop with its licence, and its owner, who acts for it."""

    owner: Actor
    subject: int
    licence: Document


@pytest.fixture
def shop(db: None) -> Shop:
    """A restaurant whose business licence was granted a moment ago."""
    scene = Scene()
    owner = scene.person("杜衡之")
    number = scene.part(scene.restaurant(owner, "芦淞区杜记面馆"), "market/business-licence")
    handler = scene.staff("1001", "贺一", BUSINESS, "handler")
    approver = scene.staff("1002", "贺二", BUSINESS, "approver")
    cases.act(handler, number, "accept", command_id=uuid4())
    cases.act(approver, number, "decide", command_id=uuid4())
    [licence] = Document.objects.filter(case_number=number, sort="credential")
    mandates.give(licence.holder_subject_id, owner.subject_id or 0, ["*"], basis=Mandate.Basis.AGENT)
    return Shop(actor_of(User.objects.get(subject_id=owner.subject_id)), licence.holder_subject_id, licence)


def begun(shop: Shop) -> str:
    """An application of the shop for its sign, which demands the licence."""
    number = starting.start(shop.owner, "urban/shop-sign", command_id=uuid4())
    reading.agree(shop.owner, number)
    return number


def filled(shop: Shop) -> str:
    """The same, ready to be sent."""
    number = begun(shop)
    typed = {"owner.phone": "10000000007", "restaurant.sign_text": "杜记面馆", "restaurant.sign_size": "4 米"}
    filling.fill(shop.owner, number, typed)
    papers.attach(shop.owner, number, "urban/sign-drawing@restaurant", "图.pdf", [PDF])
    signing.sign(shop.owner, number)
    return number


def how(shop: Shop, number: str) -> str:
    """How the licence is met in the plan of an application."""
    found = views.application_view(shop.owner, number)["plan"]["evidence"]
    return next(str(line["how"]) for line in found if line["id"] == LICENCE)


def source(shop: Shop, number: str, fact: str) -> Any:  # noqa: ANN401 -- a word, or None where the fact is not known
    """Where a fact of the form is from."""
    lines = views.application_view(shop.owner, number)["facts"]
    return next((line["source"] for line in lines if line["fact"] == fact), None)


def revoke(shop: Shop) -> None:
    credentials.revoke(shop.licence.id, time.now(), Text("吊销", "withdrawn by the office"))


def test_a_valid_credential_is_shown_instead_of_its_paper(shop: Shop) -> None:
    number = begun(shop)
    assert how(shop, number) == "held"
    assert source(shop, number, "shop.name") == "credential"
    case_facts = Read.objects.filter(subject_id=shop.subject, application=number)
    assert "name" in next(row.attributes for row in case_facts if row.holder == "base/business")


def test_what_it_proves_needs_no_register(shop: Shop) -> None:
    registry.set_down("base/business", down=True)
    number = begun(shop)
    view = views.application_view(shop.owner, number)
    assert how(shop, number) == "held"
    assert not any(question["fact"].startswith("shop.") for question in view["questions"])
    revoke(shop)
    asked = views.application_view(shop.owner, begun(shop))["questions"]
    assert "shop.name" in [question["fact"] for question in asked]


def test_before_agreement_nothing_of_it_is_read(shop: Shop) -> None:
    number = starting.start(shop.owner, "urban/shop-sign", command_id=uuid4())
    assert source(shop, number, "shop.name") is None


def test_revoked_or_ended_it_proves_nothing(shop: Shop) -> None:
    Document.objects.filter(id=shop.licence.id).update(valid_until=time.today() - timedelta(days=1))
    number = begun(shop)
    assert (how(shop, number), source(shop, number, "shop.name")) == ("proven", "fetched")
    Document.objects.filter(id=shop.licence.id).update(valid_until=time.today())
    assert how(shop, begun(shop)) == "held"
    revoke(shop)
    assert how(shop, begun(shop)) == "proven"


def test_a_rehearsals_credential_proves_nothing(shop: Shop) -> None:
    Document.objects.filter(id=shop.licence.id).update(kind="walk")
    assert how(shop, begun(shop)) == "proven"


def test_the_case_knows_that_a_credential_said_it(shop: Shop) -> None:
    number = filled(shop)
    assert submission.submit(shop.owner, number, uuid4()).state == "submitted"
    [line] = views.application_view(shop.owner, number)["cases"]
    clerk = Scene().staff("1003", "贺三", line["office"], "handler")
    facts = {fact["fact"]: fact["source"] for fact in cases.case_view(clerk, line["number"])["facts"]}
    assert facts["shop.name"] == "credential"


def test_revoked_between_signing_and_sending_it_is_looked_at_again(shop: Shop) -> None:
    number = filled(shop)
    revoke(shop)
    with pytest.raises(Problem, match="facts-changed") as changed:
        submission.submit(shop.owner, number, uuid4())
    assert "shop.name" in [error.fact for error in changed.value.errors]
    signing.sign(shop.owner, number)
    assert submission.submit(shop.owner, number, uuid4()).state == "submitted"


def test_nobody_types_over_it_but_it_may_be_disputed(shop: Shop) -> None:
    number = begun(shop)
    with pytest.raises(Problem, match="fact-not-claimable"):
        filling.fill(shop.owner, number, {"shop.name": "别的店"})
    reading.dispute(shop.owner, number, "shop.name", "杜记老面馆")
    filling.fill(shop.owner, number, {"owner.phone": "10000000007"})
    line = next(f for f in views.application_view(shop.owner, number)["facts"] if f["fact"] == "shop.name")
    assert (line["value"], line["disputed"], line["source"]) == ("杜记老面馆", True, "claimed")
