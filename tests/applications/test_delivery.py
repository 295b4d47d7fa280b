"""Results reach holders as they chose: online at once, at a window when collected, by post when it has come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.applications.family import Family, staff, with_check
from tests.applications.newborn import Desk, drafted, granted, part, run_all, sent
from tests.credentials import pdfs

from tongban.accounts.actor import Actor
from tongban.accounts.mandates import give
from tongban.applications import delivery, handing_over, messages, reads, signing, starting, views
from tongban.applications.problems import Problem
from tongban.credentials.models import Document
from tongban.credentials.service import document_bytes
from tongban.platform import time
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db

CERTIFICATE = "health/birth-certificate"
CARD = "hrss/social-card"
BOOK = "police/birth-registration"


def line_of(home: Family, number: str, service: str) -> dict[str, Any]:
    """How the result of a service stands."""
    return next(line for line in views.application_view(home.mother, number)["delivery"] if line["service"] == service)


def at_window(home: Family, desk: Desk) -> tuple[str, dict[str, Any]]:
    """An application whose birth certificate was granted, to be collected, and the line of that part."""
    number = drafted(home)
    delivery.choose(home.mother, number, CERTIFICATE, "window")
    first = part(sent(home, number), CERTIFICATE)
    granted(desk, first)
    return number, first


def posted_card(home: Family, desk: Desk) -> tuple[str, dict[str, Any]]:
    """An application that is done, its card to be posted, and the line of that part."""
    number = drafted(home)
    delivery.choose(home.mother, number, CARD, "post")
    sent(home, number)
    return number, part(run_all(home, desk, number), CARD)


def today() -> date:
    return time.today()


def card_of(actor: Actor) -> str:
    """What stands on somebody's ID card."""
    return registry.key_of(actor.subject_id or 0) or ""


def test_each_result_offers_the_ways_of_its_service_with_named_places(home: Family) -> None:
    number = drafted(home)
    ways = {way["way"]: way for way in line_of(home, number, BOOK)["ways"]}
    assert list(ways) == ["electronic", "window", "post"]
    assert [place["label"]["zh"] for place in ways["window"]["places"]] == ["株洲市公安局天元分局"]
    assert ways["post"]["places"][0]["place"] == "mother.mailing_address"
    assert not any(place["place"].startswith("father.") for place in ways["post"]["places"])
    services = [line["service"] for line in views.application_view(home.mother, number)["delivery"]]
    assert "medical-insurance/birth-cost-reimbursement" not in services  # money, no paper


def test_what_nobody_chose_is_electronic_and_served_when_issued(home: Family, desk: Desk) -> None:
    number = drafted(home)
    granted(desk, part(sent(home, number), CERTIFICATE))
    line = line_of(home, number, CERTIFICATE)
    assert (line["way"], line["state"], line["served_on"]) == ("electronic", "served", today().isoformat())
    paper = Document.objects.get(sort="credential")
    assert (paper.served_at, paper.served_how) == (paper.issued_at, "electronic")


@pytest.mark.slow
def test_a_card_comes_by_post_to_the_address_that_the_form_asks_for_it(home: Family, desk: Desk) -> None:
    """What nobody chose fits the service: a card in the hand is posted, as soon as it is known where to."""
    before = starting.start(home.mother, "newborn", command_id=uuid4())
    assert line_of(home, before, CARD)["way"] == "window"
    number = drafted(home)
    line = line_of(home, number, CARD)
    assert (line["way"], line["place"]) == ("post", "mother.mailing_address")
    assert line["place_label"]["zh"] == "株洲市天元区泰山路 1 号"
    sent(home, number)
    card = part(run_all(home, desk, number), CARD)
    assert line_of(home, number, CARD)["state"] == "ready"
    [waiting] = handing_over.to_hand_over(desk(card["office"], "handler"))
    assert (waiting["case"], waiting["place"]) == (card["number"], "mother.mailing_address")


def test_a_way_or_place_that_is_not_offered_is_refused(home: Family) -> None:
    number = drafted(home)
    for service, way, place, code in (
        (CERTIFICATE, "post", None, "way-not-offered"),
        (CERTIFICATE, "pigeon", None, "way-not-offered"),
        (CERTIFICATE, "window", "demonstration/fire-4302", "place-not-offered"),
        (CARD, "post", "father.residence_address", "place-not-offered"),
        ("no/such-service", "window", None, "not-found"),
    ):
        with pytest.raises(Problem, match=code):
            delivery.choose(home.mother, number, service, way, place)
    with pytest.raises(Problem, match="not-found"):
        delivery.choose(home.father, number, CERTIFICATE, "window")


def test_post_needs_an_address(home: Family) -> None:
    number = starting.start(home.mother, "newborn", command_id=uuid4())
    with pytest.raises(Problem, match="place-not-offered") as refused:
        delivery.choose(home.mother, number, CARD, "post")
    assert "地址" in refused.value.text.zh


def test_at_a_window_it_is_served_on_the_day_it_is_collected(home: Family, desk: Desk) -> None:
    number, first = at_window(home, desk)
    assert line_of(home, number, CERTIFICATE)["state"] == "ready"
    assert any("带身份证到" in message.zh for message in messages.inbox(home.mother) if message.code == "hand-over")
    clerk = desk(first["office"], "handler")
    assert [line["case"] for line in handing_over.to_hand_over(clerk)] == [first["number"]]
    handing_over.collected(clerk, first["number"], card_of(home.mother))
    handing_over.collected(clerk, first["number"].replace("/", "."), card_of(home.mother))
    assert handing_over.to_hand_over(clerk) == []
    view = views.application_view(home.mother, number)
    assert line_of(home, number, CERTIFICATE)["served_on"] == today().isoformat()
    assert [event["text"]["zh"] for event in view["events"] if event["kind"] == "result-reached"] == [
        "出生医学证明：已经领走"
    ]
    own = [event["kind"] for event in view["events"] if event["case"] == first["number"]]
    assert own[0] == "result-reached"
    paper = Document.objects.get(sort="credential")
    assert paper.served_how == "window"
    assert paper.served_at is not None
    assert paper.served_at >= paper.issued_at


@pytest.mark.slow
def test_by_post_its_number_is_shown_and_it_is_served_when_it_has_arrived(home: Family, desk: Desk) -> None:
    number, card = posted_card(home, desk)
    clerk = desk(card["office"], "handler")
    [waiting] = handing_over.to_hand_over(clerk)
    assert waiting["place_label"]["zh"] == "株洲市天元区泰山路 1 号"
    with pytest.raises(Problem, match="not-posted"):
        handing_over.reached(clerk, card["number"], today())
    handing_over.posted(clerk, card["number"], "ex 1234 5678 9cn", today())
    handing_over.posted(clerk, card["number"], "EX123456789CN", today())
    line = line_of(home, number, CARD)
    assert (line["state"], line["tracking"], line["served_on"]) == ("posted", "EX123456789CN", None)
    assert not any("EX123456789CN" in message.zh for message in messages.inbox(home.mother))
    handing_over.reached(clerk, card["number"], today())
    assert line_of(home, number, CARD)["state"] == "served"
    with pytest.raises(Problem, match="already-handed-over"):
        handing_over.posted(clerk, card["number"], "EX987654321CN", today())


@pytest.mark.slow
def test_a_record_that_cannot_be_is_refused(home: Family, desk: Desk) -> None:
    _, card = posted_card(home, desk)
    clerk = desk(card["office"], "handler")
    for tracking, on, wrong in (
        ("<b>1</b>", today(), ["wrong-tracking"]),
        ("EX123456789CN", today() + timedelta(days=1), ["wrong-days"]),
        ("1", today() - timedelta(days=400), ["wrong-tracking", "wrong-days"]),
    ):
        with pytest.raises(Problem, match="wrong-fields") as refused:
            handing_over.posted(clerk, card["number"], tracking, on)
        assert [error.code for error in refused.value.errors] == wrong


def test_only_the_offices_it_lies_at_hand_it_over(home: Family, desk: Desk) -> None:
    _, first = at_window(home, desk)
    strangers = [
        home.mother,
        staff("0666", "demonstration/fire-4302", "handler"),
        staff("0667", first["office"], "auditor"),
    ]
    for stranger in strangers:
        with pytest.raises(Problem, match="not-found"):
            handing_over.collected(stranger, first["number"], card_of(home.mother))
        assert handing_over.to_hand_over(stranger) == []
    with pytest.raises(Problem, match="not-by-post"):
        handing_over.posted(desk(first["office"], "handler"), first["number"], "EX123456789CN", today())


@pytest.mark.slow
def test_the_way_may_be_changed_until_it_is_posted_or_in_somebodys_hands(home: Family, desk: Desk) -> None:
    number, card = posted_card(home, desk)
    clerk = desk(card["office"], "handler")
    with pytest.raises(Problem, match="way-not-offered"):
        delivery.choose(home.mother, number, CARD, "electronic")  # the file is there already
    addresses = line_of(home, number, CARD)["ways"][0]["places"]
    assert len({place["label"]["zh"] for place in addresses}) == len(addresses)
    handing_over.posted(clerk, card["number"], "EX123456789CN", today())
    with pytest.raises(Problem, match="already-issued"):
        delivery.choose(home.mother, number, CARD, "post")


@pytest.mark.slow
def test_what_lies_at_a_window_is_posted_after_all(home: Family, desk: Desk) -> None:
    number = drafted(home)
    delivery.choose(home.mother, number, BOOK, "window")
    first = part(sent(home, number), CERTIFICATE)
    granted(desk, first)
    line = part(views.application_view(home.mother, number), BOOK)
    granted(desk, line)
    assert line_of(home, number, BOOK)["state"] == "ready"
    delivery.choose(home.mother, number, BOOK, "post")
    [waiting] = handing_over.to_hand_over(desk(line["office"], "handler"))
    assert (waiting["way"], waiting["place_label"]["zh"]) == ("post", "株洲市天元区泰山路 1 号")


@pytest.mark.slow
def test_what_was_put_into_somebodys_hands_has_its_record_of_service(home: Family, desk: Desk) -> None:
    number, first = at_window(home, desk)
    assert not Document.objects.filter(definition="base/service-record").exists()
    handing_over.collected(desk(first["office"], "handler"), first["number"], card_of(home.mother))
    record = Document.objects.get(definition="base/service-record")
    assert (record.case_number, record.holder_subject_id) == (first["number"], home.mother.subject_id)
    listed = part(views.application_view(home.mother, number), CERTIFICATE)["documents"]
    assert "送达回证" in [paper["title"]["zh"] for paper in listed]
    printed = pdfs.text(document_bytes(record.id))
    assert "李云禾" in printed
    assert f"出生医学证明（{first['number']}-" in printed
    assert "窗口领取，核对身份证" in printed


def test_choosing_takes_no_signature_away(home: Family, desk: Desk) -> None:
    number = drafted(home)
    signing.sign(home.mother, number)
    delivery.choose(home.mother, number, CERTIFICATE, "window")
    assert views.application_view(home.mother, number)["signers"][0]["done"]


@pytest.mark.slow
def test_a_window_gives_to_the_applicant_and_agents_and_to_nobody_else(home: Family, desk: Desk) -> None:
    _, first = at_window(home, desk)
    clerk, number = desk(first["office"], "handler"), with_check("43020019700101001")
    stranger = registry.create("base/Person", key=number)
    for card in (number, "430200197001010000", ""):
        with pytest.raises(Problem, match="wrong-fields") as refused:
            handing_over.collected(clerk, first["number"], card)
        assert [error.code for error in refused.value.errors] == ["wrong-collector"]
    with pytest.raises(Problem, match="not-handed-over"):
        handing_over.receipt(clerk, first["number"])
    with pytest.raises(Problem, match="not-by-post"):
        handing_over.reached(clerk, first["number"], today())
    give(home.mother.subject_id or 0, stranger, ["life-events/newborn"], until_day=today())
    handing_over.collected(clerk, first["number"], number)
    receipt = handing_over.receipt(clerk, first["number"])
    assert (receipt["collector"], receipt["is_own"], receipt["served_on"]) == (
        f"430200********{number[-4:]}",
        False,
        today().isoformat(),
    )


def test_what_waits_is_found_by_every_number_that_somebody_can_show(home: Family, desk: Desk) -> None:
    number, first = at_window(home, desk)
    clerk = desk(first["office"], "handler")
    [line] = handing_over.to_hand_over(clerk)
    numbers = (number, first["number"], line["document_number"], line["code"].lower(), card_of(home.mother))
    assert all(len(handing_over.to_hand_over(clerk, one)) == 1 for one in numbers)
    assert handing_over.to_hand_over(clerk, "4302-26-999999-1") == []
    assert (handing_over.count(clerk), line["names"][0][1:]) == (1, "**")


@pytest.mark.slow
def test_a_label_has_the_whole_address_and_its_owner_sees_who_printed_it(home: Family, desk: Desk) -> None:
    _, card = posted_card(home, desk)
    printed = handing_over.label(desk(card["office"], "handler"), card["number"])
    assert (printed["address"], printed["name"]) == ("株洲市天元区泰山路 1 号", "李云禾")
    assert any("寄送" in line["purpose"]["zh"] for line in reads.about_me(home.mother))


@pytest.mark.slow
def test_what_the_post_brings_back_is_posted_anew(home: Family, desk: Desk) -> None:
    number, card = posted_card(home, desk)
    clerk = desk(card["office"], "handler")
    with pytest.raises(Problem, match="not-posted"):
        handing_over.returned(clerk, card["number"], today())
    handing_over.posted(clerk, card["number"], "EX123456789CN", today())
    handing_over.returned(clerk, card["number"], today())
    handing_over.returned(clerk, card["number"], today())
    line = line_of(home, number, CARD)
    assert (line["state"], line["tracking"], line["returned_on"]) == ("ready", "", today().isoformat())
    assert [m.zh for m in messages.inbox(home.mother) if "退回来了" in m.zh] == [
        "社会保障卡申领：没寄到，退回来了。给办件的部门打个电话，核对地址"
    ]
    told = [line for line in views.application_view(home.mother, number)["events"] if line["case"] == card["number"]]
    assert told[0]["kind"] == "result-returned"
    handing_over.posted(clerk, card["number"], "EX987654321CN", today())
    handing_over.reached(clerk, card["number"], today())
    assert line_of(home, number, CARD)["state"] == "served"
