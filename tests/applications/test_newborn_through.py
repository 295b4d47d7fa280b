"""The main job through the use cases alone: one application, several offices, signed results, and what can go wrong."""

from __future__ import annotations

import io
from uuid import UUID, uuid4

import pytest
from tests.applications.family import Family, family, staff
from tests.applications.newborn import Desk, clerk_facts, drafted, granted, part, run_all, sent

from tongban.applications import (
    cases,
    correcting,
    documents,
    filling,
    messages,
    reading,
    reads,
    signing,
    starting,
    submission,
    views,
    withdrawal,
)
from tongban.applications.offers import offer_of
from tongban.applications.problems import Problem
from tongban.casework.model import Refused
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Entry

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_one_application_comes_back_as_seven_signed_results(home: Family, desk: Desk) -> None:
    number = drafted(home)
    view = sent(home, number)
    assert view["state"] == "submitted"
    assert [line["state"] for line in view["cases"]].count("waiting") == 6
    view = run_all(home, desk, number)
    assert {line["result"] for line in view["cases"]} == {"granted"}
    assert all(line["documents"] for line in view["cases"])
    mine = documents.mine(home.mother)
    certificate = next(each for each in mine if each["definition"] == "health/birth-certificate")
    assert documents.pdf(home.mother, UUID(certificate["id"])).startswith(b"%PDF-")
    assert documents.verify_code(certificate["code"], "test")["valid"]
    with pytest.raises(Problem, match="not-found"):
        documents.pdf(staff("9999", "demonstration/fire-4302", "handler"), UUID(certificate["id"]))


@pytest.mark.slow
def test_the_registers_know_afterwards_what_the_way_produced(home: Family, desk: Desk) -> None:
    number = drafted(home)
    sent(home, number)
    run_all(home, desk, number)
    child = registry.key_of(home.children[0])
    assert child is not None
    assert child.startswith("430200")
    assert registry.find("base/Person", child) == home.children[0]


@pytest.mark.slow
def test_twins_are_one_application_with_a_case_each(db: None, desk: Desk) -> None:
    home = family(publication.current(), children=2)
    number = drafted(home)
    view = sent(home, number)
    services = [line["service"] for line in view["cases"]]
    assert services.count("health/birth-certificate") == 2
    assert services.count("medical-insurance/birth-cost-reimbursement") == 1
    view = run_all(home, desk, number)
    assert {line["result"] for line in view["cases"]} == {"granted"}


@pytest.mark.slow
def test_what_is_up_to_date_is_not_offered_again(home: Family, desk: Desk) -> None:
    number = drafted(home)
    sent(home, number)
    run_all(home, desk, number)
    again = starting.start(home.mother, "newborn", command_id=uuid4())
    reading.agree(home.mother, again)
    facts = views.application_view(home.mother, again)["facts"]
    assert {f["state"] for f in facts if f["fact"].startswith("birth.")} == {"absent"}


def test_whoever_needs_what_was_refused_ends_as_not_possible(home: Family, desk: Desk) -> None:
    number = drafted(home)
    first = part(sent(home, number), "/birth-certificate")
    cases.act(desk(first["office"], "handler"), first["number"], "accept", command_id=uuid4())
    approver = desk(first["office"], "approver")
    cases.act(approver, first["number"], "refuse", command_id=uuid4(), texts={"reason": "分娩记录对不上"})
    view = views.application_view(home.mother, number)
    assert part(view, "/birth-certificate")["result"] == "refused"
    assert part(view, "/birth-certificate")["reason"] == "分娩记录对不上"
    assert {line["result"] for line in view["cases"]} == {"refused", "not-possible"}
    assert any(each["sort"] == "notice" for each in part(view, "/birth-certificate")["documents"])


def test_nobody_decides_what_they_accepted(home: Family, desk: Desk) -> None:
    first = part(sent(home, drafted(home)), "/birth-certificate")
    both = staff("0777", first["office"], "handler", "approver")
    cases.act(both, first["number"], "accept", command_id=uuid4())
    with pytest.raises(Refused, match="same-person"):
        cases.act(both, first["number"], "decide", command_id=uuid4(), facts=clerk_facts(desk, first))


def test_withdrawing_stops_what_is_open_and_leaves_what_is_decided(home: Family, desk: Desk) -> None:
    number = drafted(home)
    view = sent(home, number)
    granted(desk, part(view, "/birth-certificate"))
    withdrawal.withdraw(home.mother, number, uuid4())
    view = views.application_view(home.mother, number)
    results = [line["result"] for line in view["cases"]]
    assert results.count("granted") == 1
    assert results.count("withdrawn") == 6


def test_a_correction_lists_everything_and_the_case_goes_on(home: Family, desk: Desk) -> None:
    number = drafted(home)
    first = part(sent(home, number), "/birth-certificate")
    clerk = desk(first["office"], "handler")
    cases.act(
        clerk, first["number"], "correct", command_id=uuid4(),
        data={"items": ["birth.child_name", "health/delivery-record"], "fault": "incomplete"},
        texts={"item:health/delivery-record": "第 2 页没拍全"},
    )  # fmt: skip
    needed = part(views.application_view(home.mother, number), "/birth-certificate")["needs_you"]
    assert [item["name"] for item in needed["items"]] == ["birth.child_name", "health/delivery-record"]
    assert "第 2 页没拍全" in needed["items"][1]["text"]["zh"]
    with pytest.raises(Problem, match="correction-incomplete") as missing:
        correcting.send(home.mother, number, 1, {}, uuid4())
    assert len(missing.value.errors) == 2
    correcting.attach(home.mother, number, 1, "health/delivery-record", "分娩记录.pdf", [b"%PDF-1.7 ", b"x" * 100])
    correcting.send(home.mother, number, 1, {"birth.child_name": "陈大满"}, uuid4())
    seen = cases.case_view(clerk, first["number"])
    assert seen["state"] == "submitted"
    assert next(f for f in seen["facts"] if f["fact"] == "birth.child_name")["value"] == "陈大满"
    with pytest.raises(Refused, match="done-already"):
        cases.act(
            clerk,
            first["number"],
            "correct",
            command_id=uuid4(),
            data={"items": ["birth.child_name"], "fault": "incorrect"},
        )


def test_a_wrong_register_is_disputed_and_the_application_goes_on(home: Family, desk: Desk) -> None:
    number = drafted(home)
    reading.dispute(home.mother, number, "mother.residence_address", "天元区黄河北路 9 号")
    first = part(sent(home, number), "/birth-certificate")
    seen = cases.case_view(desk(first["office"], "handler"), first["number"])
    assert next(f for f in seen["facts"] if f["fact"] == "mother.residence_address")["disputed"]
    police = desk("demonstration/population-4302", "handler")
    correction = next(t for t in cases.tasks(police)["tasks"] if t["service"] == "base/correct-record")
    cases.act(police, correction["case"], "accept", command_id=uuid4())
    approver = desk("demonstration/population-4302", "approver")
    cases.act(approver, correction["case"], "decide", command_id=uuid4())
    assert home.mother.subject_id is not None
    again = starting.start(home.mother, "newborn", command_id=uuid4())
    reading.agree(home.mother, again)
    facts = {f["fact"]: f["value"] for f in views.application_view(home.mother, again)["facts"]}
    assert facts["mother.residence_address"] == "天元区黄河北路 9 号"


def test_a_forged_fact_is_not_taken(home: Family) -> None:
    number = drafted(home)
    with pytest.raises(Problem, match="fact-not-claimable"):
        filling.fill(home.mother, number, {"birth.1.weight_grams": 9000})
    with pytest.raises(Problem, match="wrong-fields"):
        filling.fill(home.mother, number, {"birth.1.no_such_thing": "x"})


def test_a_register_that_changes_before_sending_is_shown_and_signed_again(home: Family) -> None:
    number = drafted(home)
    signing.sign(home.mother, number)
    kind = publication.current().types["base/Person"].attributes["household_address"]
    assert home.mother.subject_id is not None
    registry.write([Entry(home.mother.subject_id, kind, "芦淞区建设路 2 号")], keys={})
    with pytest.raises(Problem, match="facts-changed") as changed:
        submission.submit(home.mother, number, uuid4())
    assert [error.fact for error in changed.value.errors] == ["mother.household_address"]
    assert not views.application_view(home.mother, number)["signers"][0]["done"]


def test_a_stranger_sees_nothing(home: Family) -> None:
    number = drafted(home)
    stranger = staff("0666", "demonstration/fire-4302", "handler")
    with pytest.raises(Problem, match="not-found"):
        views.application_view(stranger, number)
    with pytest.raises(Problem, match="not-found"):
        cases.case_view(stranger, f"{number}/01")


def test_a_form_that_is_not_complete_says_everything_that_is_missing(home: Family) -> None:
    number = starting.start(home.mother, "newborn", command_id=uuid4())
    with pytest.raises(Problem, match="incomplete") as missing:
        submission.submit(home.mother, number, uuid4())
    assert {"undecided", "not-agreed", "not-signed"} <= {error.code for error in missing.value.errors}


def test_the_same_command_begins_and_sends_once(home: Family) -> None:
    command = uuid4()
    first = starting.start(home.mother, "newborn", command_id=command)
    assert starting.start(home.mother, "newborn", command_id=command) == first
    number = drafted(home)
    sent(home, number)
    assert submission.submit(home.mother, number, uuid4()).state == "submitted"


@pytest.mark.slow
def test_every_read_is_told_to_the_person_and_messages_hold_no_values(home: Family, desk: Desk) -> None:
    number = drafted(home)
    sent(home, number)
    run_all(home, desk, number)
    seen = reads.about_me(home.mother)
    assert seen
    assert {line["application"] for line in seen} >= {number}
    said = messages.inbox(home.mother)
    assert said
    assert not any("李云禾" in message.zh or "陈小满" in message.zh for message in said)


def test_an_upload_is_looked_at_before_it_is_kept(home: Family, desk: Desk) -> None:
    number = drafted(home)
    first = part(sent(home, number), "/birth-certificate")
    cases.act(
        desk(first["office"], "handler"), first["number"], "correct", command_id=uuid4(),
        data={"items": ["health/delivery-record"], "fault": "incomplete"},
    )  # fmt: skip
    html = io.BytesIO(b"<html><script>alert(1)</script>")
    with pytest.raises(Problem, match="wrong-type"):
        correcting.attach(home.mother, number, 1, "health/delivery-record", "x.pdf", [html.read()])
    with pytest.raises(Problem, match="too-large"):
        correcting.attach(
            home.mother, number, 1, "health/delivery-record", "x.pdf", (b"%PDF" * 2**18 for _ in range(2**10))
        )


def test_what_registers_say_of_somebody_else_is_for_their_own_eyes(home: Family) -> None:
    number = drafted(home)
    facts = {f["fact"]: f for f in views.application_view(home.mother, number)["facts"]}
    assert facts["mother.household_address"]["value"] == "天元区泰山路 1 号"
    assert facts["father.household_address"]["value"] is None
    assert facts["father.household_address"]["shown"]["zh"] == "本人可见"
    signing.sign(home.mother, number)
    own = {f["fact"]: f for f in views.application_view(home.father, number)["facts"]}
    assert own["father.household_address"]["value"] == "天元区泰山路 1 号"
    assert not any(fact.startswith("mother.") for fact in own)


def test_a_single_service_is_applied_for_by_whom_it_names_first(db: None) -> None:
    catalog = publication.current()
    assert offer_of(catalog, "labour-use-filing").applicant == "employer"


def test_a_register_that_changes_while_the_father_is_awaited_is_signed_again(home: Family) -> None:
    number = drafted(home)
    signing.sign(home.mother, number)
    assert submission.submit(home.mother, number, uuid4()).state == "waiting"
    kind = publication.current().types["base/Person"].attributes["household_address"]
    assert home.mother.subject_id is not None
    registry.write([Entry(home.mother.subject_id, kind, "芦淞区建设路 2 号")], keys={})
    form = signing.consent(home.father, number, agree=True)
    assert submission.after_consent(home.father, form, uuid4()) is None
    assert views.application_view(home.mother, number)["state"] == "draft"
    assert "facts-changed" in {message.code for message in messages.inbox(home.mother)}
