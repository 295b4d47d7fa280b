"""What people, companies and windows do with a matter, every call of every use case failing once on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from tests.applications.family import Family, family, staff, with_check
from tests.applications.hiring import CONTRACT, PDF, contracts, drafted, employer, sent
from tests.applications.newborn import Desk, desk_of_everyone
from tests.applications.newborn import drafted as drafted_birth
from tests.applications.newborn import part as part_of
from tests.applications.newborn import sent as sent_birth
from tests.applications.test_delivery import posted_card
from tests.applications.test_fees import Bank, accepted, bank, fee_of
from tests.applications.test_inquiries import CENTRE, answered, looked_at, office
from tests.applications.test_referrals import RELEASE, ZHUZHOU, token
from tests.applications.test_sheets import as_csv, begun, heads, id_numbers
from tests.fall.falling import Do, Falling
from tests.portal import matters
from tests.portal.matters import actor
from tests.portal.test_pages_many import HIRE, SITUATION

from tongban.accounts.tokens import actor_of_token
from tongban.applications import (
    batch_rows,
    batches,
    cards,
    cases,
    correcting,
    fees,
    filling,
    handing_over,
    hotlines,
    inquiries,
    not_done,
    papers,
    reading,
    referrals,
    refunds,
    renewing,
    sheets,
    staffing,
    terminals,
    tickets,
    tokens,
    views,
    withdrawal,
)
from tongban.applications.models import Batch, CardVisit, Form, Payment
from tongban.applications.referrals import Asked, Named, Taken
from tongban.casework import store
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry

__all__ = ["bank"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

FORM: Final = "applications_form"
BIRTH: Final = "health/birth-certificate"
BORN: Final = 1970  # the demonstration has such an employer of its own
HALL: Final = "demonstration/government-services-4302"
HEADED: Final = "demonstration/population-430211"


@pytest.fixture
def home(falls: Falling) -> Family:
    """A family with a newborn."""
    return family(publication.current())


@pytest.fixture
def desk(falls: Falling) -> Desk:
    """Whoever works at an office."""
    return desk_of_everyone()


def test_a_table_of_hires_is_kept_and_each_of_its_rows_is_taken_once(once: Do, whole: Do) -> None:
    firm = employer(publication.current(), 3, BORN)
    labels = [column.label.zh for column in batches.columns(firm.agent, "hire-employee", SITUATION)]
    rows = [labels, *([key, *(str(HIRE.get(label, "")) for label in labels[1:])] for key in id_numbers(firm))]
    table, command = as_csv(rows), uuid4()

    given: dict[str, Any] = {"command_id": command, "answers": SITUATION}
    batch = once(lambda: batches.upload(firm.agent, "hire-employee", "t.csv", table, **given))
    once(lambda: batches.start(firm.agent, batch))
    once(lambda: batch_rows.carry_on(60), "applications_batch")  # its end is written after its last group of rows
    kept = Batch.objects.get()
    assert kept.finished_at is not None
    assert (kept.settled.count(), Form.objects.filter(bundle="life-events/hire-employee").count()) == (3, 3)
    unsent = batches.upload(firm.agent, "hire-employee", "u.csv", table, command_id=uuid4(), answers=SITUATION)
    whole(lambda: batches.drop(firm.agent, unsent))
    assert Batch.objects.get().id == batch


def test_a_sheet_of_members_is_taken_whole(once: Do) -> None:
    firm = employer(publication.current(), 3, BORN)
    number = begun(firm, 1)
    head = heads(firm, number)
    rows = as_csv([head, *([each, *[""] * (len(head) - 1)] for each in id_numbers(firm))])
    once(lambda: sheets.take(firm.agent, number, "hire", "hires.csv", rows), FORM)
    assert views.application_view(firm.agent, number)["counts"]["hire"] == 3


def test_papers_of_a_draft_and_what_follows_are_kept_once(once: Do, whole: Do) -> None:
    firm = employer(publication.current(), 2, BORN)
    number = drafted(firm)
    once(lambda: filling.set_count(firm.agent, number, "hire", 2), FORM)
    first, _second = contracts(firm, number)
    whole(lambda: papers.attach(firm.agent, number, first, "合同.pdf", [PDF]))
    whole(lambda: papers.remove(firm.agent, number, first))
    whole(lambda: papers.promise(firm.agent, number, first))
    view = sent(firm, number, deferred=1)
    for line in view["cases"]:
        if line["service"] == "hrss/labour-use-filing":
            cases.act(
                staff(line["number"][-4:], line["office"], "handler"), line["number"], "accept", command_id=uuid4()
            )
    whole(lambda: correcting.follow_up(firm.agent, number, f"{CONTRACT}@job.1", "合同.pdf", [PDF]))


def test_what_was_asked_for_is_brought_and_sent_back_once(once: Do, whole: Do, home: Family, desk: Desk) -> None:
    number, command = drafted_birth(home), uuid4()
    whole(lambda: reading.dispute(home.mother, number, "mother.residence_address", "天元区黄河北路 9 号"))
    line = part_of(sent_birth(home, number), BIRTH)
    wanted = {"items": ["birth.child_name", "health/delivery-record"], "fault": "incomplete"}
    clerk, asked = desk(line["office"], "handler"), uuid4()
    once(lambda: cases.act(clerk, line["number"], "correct", command_id=asked, data=wanted))
    whole(lambda: correcting.hand_in(home.mother, number, "health/delivery-record", "记录.pdf", [PDF]))
    whole(lambda: correcting.attach(home.mother, number, 1, "health/delivery-record", "记录.pdf", [PDF]))
    once(lambda: correcting.send(home.mother, number, 1, {"birth.child_name": "陈大满"}, command))
    left = uuid4()
    once(lambda: withdrawal.withdraw(home.mother, number, left))
    again = uuid4()
    once(lambda: renewing.apply_again(home.mother, number, command_id=again))
    assert Form.objects.filter(start_command=again).count() == 1


def test_a_fee_is_paid_once_and_given_back_once(once: Do, home: Family, desk: Desk, bank: type[Bank]) -> None:
    number, line = accepted(home, desk)
    fee, command = fee_of(home, number)["id"], uuid4()
    once(lambda: fees.pay(home.mother, number, fee, command))
    reference = Payment.objects.get().reference
    bank.arrived.add(reference)
    once(lambda: fees.returned(home.mother, number, fee))
    once(lambda: fees.confirm(reference))
    assert (fee_of(home, number)["state"], Payment.objects.count()) == ("paid", 1)
    approver, refused = desk(line["office"], "approver"), uuid4()
    why = {"reason": "材料有假"}
    once(lambda: cases.act(approver, line["number"], "refuse", command_id=refused, texts=why))
    once(refunds.carry_out, "casework_reader")  # which reads what it wrote, too
    once(refunds.reconcile)  # whose answer was lost the books of the day tell
    assert fee_of(home, number)["state"] == "refunded"


def test_a_result_by_post_is_noted_once(once: Do, home: Family, desk: Desk) -> None:
    _number, card = posted_card(home, desk)
    clerk, case, today = desk(card["office"], "handler"), card["number"], time.today()
    once(lambda: handing_over.posted(clerk, case, "EX123456789CN", today))
    once(lambda: handing_over.returned(clerk, case, today))
    once(lambda: handing_over.posted(clerk, case, "EX223456789CN", today))
    once(lambda: handing_over.reached(clerk, case, today))


def test_what_could_not_be_done_is_heard_and_answered_once(once: Do, home: Family, desk: Desk) -> None:
    number, mother = drafted_birth(home), home.mother
    told, called, helped, insisted, objected = (uuid4() for _ in range(5))
    matter = once(lambda: not_done.tell(mother, "等了很久", command_id=told, kind="late", application=number)).number
    hotline = actor_of_token(hotlines.admit("12345", time.today() + timedelta(days=30)))
    assert hotline is not None
    call = hotlines.Call(registry.key_of(mother.subject_id or 0) or "", "还是没办好", "late", number)
    assert once(lambda: hotlines.take(hotline, call, called))["number"] == matter
    [heard] = store.cases_of([matter])
    said = {"inquiry.answer": "明天来取", "inquiry.fault": "not-the-way"}
    cases.act(desk(heard.office, "handler"), heard.number, "answer", command_id=uuid4(), facts=said)
    once(lambda: inquiries.helped(mother, matter, command_id=helped))
    look = looked_at(home)
    once(lambda: inquiries.object_to_read(mother, look, "不该看", command_id=objected))
    asked = inquiries.ask(mother, "要带什么", command_id=uuid4())
    at = cases.case_view(desk(office(CENTRE), "handler"), f"{asked}/01")["tasks"][0]["office"]
    answered(home, desk, asked, at.rpartition("/")[2])
    once(lambda: inquiries.insist(mother, asked, "没说清", command_id=insisted))


def test_at_a_window_a_card_opens_one_page_and_begins_one_matter(
    once: Do, whole: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "MADE_PER_MINUTE", 1_000)
    monkeypatch.setattr(cards, "OPENED_PER_MINUTE", 1_000)
    mother, window = actor("mother"), actor("window")
    began, said = uuid4(), uuid4()
    whole(lambda: cards.make_code(mother))
    code = cards.make_code(mother).code
    visit = whole(lambda: cards.open_page(window, HALL, code))
    number = once(lambda: cards.start(window, visit, "newborn", began))
    once(lambda: cards.tell_not_done(window, visit, number, "late", "等了很久", said))
    assert CardVisit.objects.get().applications == [number]
    ticket = tickets.take(HALL, "192.0.2.9")
    tickets.call_next(window, HALL)
    whole(lambda: tickets.note_application(window, ticket.id, number))
    whole(lambda: tickets.serve(window, ticket.id, number))
    whole(lambda: terminals.register(window, HALL))
    [terminal] = terminals.in_use(HALL)
    once(lambda: terminals.end(window, terminal.id))


def test_work_is_handed_over_and_somebody_stands_in_once(once: Do, whole: Do) -> None:
    head, today = actor("head"), time.today()
    absent, deputy = (actor(who).user_id or 0 for who in ("clerk-population", "approver-population"))
    standing_in = whole(lambda: staffing.deputise(head, HEADED, absent, deputy, (today, today)))
    whole(lambda: staffing.end_deputy(head, standing_in.id))
    number, handed = matters.sent(), uuid4()
    matters.grant_birth_certificate(number)
    case = matters.part(number, "police/birth-registration")
    [(_case, why_not)] = once(lambda: staffing.hand_over(head, [case], deputy, handed))
    assert why_not is None
    mother, made = actor("mother"), uuid4()
    whole(lambda: tokens.issue(mother, "我的程序", {"read"}, today + timedelta(days=3), command_id=made))
    [mine] = tokens.mine(mother)
    whole(lambda: tokens.revoke(mother, mine["id"]))
    assert tokens.mine(mother) == []


def test_a_case_of_an_agency_is_opened_and_goes_on_once(once: Do, home: Family) -> None:
    agency = actor_of_token(token("demonstration/social-insurance-430400"))
    assert agency is not None
    key = with_check("43020019900101002")
    asked = Asked(
        "ZZ-7", RELEASE, ZHUZHOU,
        {"insured": [Named(key, {})], "merge": [Named(None, {"insured": key})]},
        {"insured.id_number": key, "insured.name": "李云禾", "merge.from_region": "430211"},
    )  # fmt: skip
    case = once(lambda: referrals.open_here(agency, asked))["number"]
    left, taken = uuid4(), Taken("withdraw", time.now(), {}, {}, {})
    once(lambda: referrals.take(agency, case, taken, left))
