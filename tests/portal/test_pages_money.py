"""Money and hand-over on the pages: what is owed and why, paying once, coming back, receipts, and how results come."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.html import strip_tags
from tests.portal import matters

from tongban.applications import fees, filling, handing_over, refunds, signing, submission, views
from tongban.applications.models import Payment
from tongban.platform import time

pytestmark = pytest.mark.usefixtures("town")
BOOK = "police/birth-registration"


def text(client: Client, address: str) -> str:
    """The words of a page, on one line."""
    html = client.get(address).content.decode()
    return re.sub(r"\s+", " ", unescape(strip_tags(html.partition("<main")[2])))


def draft() -> str:
    """The mother's application, filled, with a household book of its own."""
    number = matters.agreed()
    typed = matters.typed_for(number)
    typed.update({key: "new" for key in typed if key.endswith("household_book")})
    filling.fill(matters.actor("mother"), number, typed)
    return number


def owing() -> str:
    """The same sent, with the registration accepted: the book is to be paid."""
    number = draft()
    signing.sign(matters.actor("mother"), number)
    submission.submit(matters.actor("mother"), number, uuid4())
    form = signing.consent(matters.actor("father"), number, agree=True)
    submission.after_consent(matters.actor("father"), form, uuid4())
    matters.grant_birth_certificate(number)
    matters.act("clerk-population", matters.part(number, BOOK), "accept")
    return number


def fee_of(number: str) -> str:
    """The id of the one fee."""
    return str(views.application_view(matters.actor("mother"), number)["fees"][0]["id"])


def begin(mother: Client, number: str, amount_fen: str = "600") -> str:
    """Press the button; where it leads."""
    answer = mother.post(f"/a/{number}/fees/{fee_of(number)}", {"command": str(uuid4()), "amount_fen": amount_fen})
    return str(answer.headers.get("Location", answer.status_code))


@pytest.mark.slow
def test_the_application_page_and_the_message_lead_to_what_is_owed() -> None:
    number, mother = owing(), matters.browser_of("mother")
    shown = text(mother, f"/a/{number}")
    assert "要你做一件事：付户口簿工本费" in shown
    assert f'href="/a/{number}/fees"' in mother.get(f"/a/{number}").content.decode()
    assert f'href="/a/{number}/fees"' in mother.get("/messages").content.decode()
    page = text(mother, f"/a/{number}/fees")
    for words in ("要交 6.00 元", "户口登记条例》第 22 条", "落在哪本户口簿", "原路退回", "待核", "付 6.00 元"):
        assert words in page


def test_a_draft_says_what_it_will_cost_before_anything_is_signed() -> None:
    number, mother = draft(), matters.browser_of("mother")
    assert "6.00 元，受理后再交" in text(mother, f"/a/{number}/sign")
    assert "付 6.00 元" not in text(mother, f"/a/{number}/fees")


@pytest.mark.slow
def test_paying_goes_over_the_counter_and_back_and_gives_a_receipt() -> None:
    number, mother = owing(), matters.browser_of("mother")
    counter = begin(mother, number)
    assert counter.startswith("/pay/")
    assert "用演示的钱付 6.00 元" in text(mother, counter)
    back = mother.post(counter, {"answer": "pay"}).headers["Location"]
    landed = mother.get(back, follow=True)
    assert "到账了" in landed.content.decode()
    shown = text(mother, f"/a/{number}/fees/{fee_of(number)}/receipt")
    assert f"DEMO-{matters.part(number, BOOK)}-F1" in shown
    assert "样张" in shown
    assert "要你做一件事" not in text(mother, f"/a/{number}")


@pytest.mark.slow
def test_leaving_without_paying_and_a_forged_return_are_told_the_truth() -> None:
    number, mother = owing(), matters.browser_of("mother")
    back = mother.post(begin(mother, number), {"answer": "leave"}).headers["Location"]
    for address in (back, f"/a/{number}/fees/{fee_of(number)}/back?paid=yes&receipt=1"):
        landed = mother.get(address, follow=True).content.decode()
        assert "钱还没到账" in landed
        assert "付 6.00 元" in landed
    assert Payment.objects.get().paid_at is None


@pytest.mark.slow
def test_paying_twice_pays_once_and_an_old_amount_is_not_taken() -> None:
    number, mother = owing(), matters.browser_of("mother")
    assert begin(mother, number, "500") == "409"
    assert begin(mother, number, "x") == "409"
    assert not Payment.objects.exists()
    first, second = begin(mother, number), begin(mother, number)
    assert first == second
    mother.post(first, {"answer": "pay"})
    mother.get(f"/a/{number}/fees/{fee_of(number)}/back")
    assert begin(mother, number) == f"/a/{number}/fees?from={fee_of(number)}"
    assert Payment.objects.count() == 1


@pytest.mark.slow
def test_nobody_else_sees_pays_or_stands_at_the_counter() -> None:
    number, mother = owing(), matters.browser_of("mother")
    fee, counter = fee_of(number), begin(mother, number)
    for other in (matters.browser_of("father"), matters.browser_of("retiree")):
        for address in (f"/a/{number}/fees", f"/a/{number}/delivery", f"/a/{number}/fees/{fee}/back", counter):
            assert other.get(address).status_code == 404
        assert other.post(counter, {"answer": "pay"}).status_code == 404
        assert other.post(f"/a/{number}/fees/{fee}", {"amount_fen": "600"}).status_code == 404
    assert mother.get(f"/a/{number}/fees/{fee}/receipt").status_code == 404
    for wrong in ("/pay/x", "/pay/4302-26-000001-U/01-F9", f"/pay/{number}"):
        assert mother.get(wrong).status_code == 404


@pytest.mark.slow
def test_a_granted_part_waits_for_its_money_and_a_refused_one_gives_it_back() -> None:
    number, mother = owing(), matters.browser_of("mother")
    matters.act("approver-population", matters.part(number, BOOK), "decide")
    assert "等你付 6.00 元" in text(mother, f"/a/{number}")
    fees.pay(matters.actor("mother"), number, fee_of(number), uuid4())
    assert "等你付" not in text(mother, f"/a/{number}")


@pytest.mark.slow
def test_what_was_paid_for_nothing_is_shown_on_its_way_back() -> None:
    number, mother = owing(), matters.browser_of("mother")
    fees.pay(matters.actor("mother"), number, fee_of(number), uuid4())
    matters.act("approver-population", matters.part(number, BOOK), "refuse", texts={"reason": "名字不一样"})
    assert "6.00 元正在退给你" in text(mother, f"/a/{number}/fees")
    refunds.reconcile()
    assert "6.00 元退给你了" in text(mother, f"/a/{number}")
    assert "DEMO-BACK-" in text(mother, f"/a/{number}/fees")


def test_how_results_come_is_chosen_for_all_at_once_and_shown() -> None:
    number, mother = draft(), matters.browser_of("mother")
    shown = text(mother, f"/a/{number}/delivery")
    for words in ("想怎么领？", "株洲市公安局天元分局", "示例平安路 16 号", "工作日 09:00-12:00、13:30-17:00"):
        assert words in shown
    places = re.findall(
        r'name="way:police/birth-registration" value="([^"]+)"', mother.get(f"/a/{number}/delivery").content.decode()
    )
    post = next(place for place in places if place.startswith("post|"))
    answer = mother.post(
        f"/a/{number}/delivery", {"way:police/birth-registration": post, "way:hrss/social-card": "electronic"}
    )
    assert answer.status_code == 302
    assert "寄给我" in text(mother, f"/a/{number}/sign")
    assert mother.post(f"/a/{number}/delivery", {"way:police/birth-registration": "pigeon"}).status_code == 422
    ways = {
        line["service"]: line["way"] for line in views.application_view(matters.actor("mother"), number)["delivery"]
    }
    assert ways[BOOK] == "post"


@pytest.mark.slow
def test_a_posted_result_shows_its_number_and_can_no_longer_be_changed() -> None:
    number, mother = owing(), matters.browser_of("mother")
    page = mother.get(f"/a/{number}/delivery").content.decode()
    post = next(p for p in re.findall(r'name="way:police/birth-registration" value="([^"]+)"', page) if p[:4] == "post")
    mother.post(f"/a/{number}/delivery", {"way:police/birth-registration": post})
    fees.pay(matters.actor("mother"), number, fee_of(number), uuid4())
    case = matters.part(number, BOOK)
    matters.act("approver-population", case, "decide")
    handing_over.posted(matters.actor("clerk-population"), case, "EX123456789CN", time.today())
    assert "EX123456789CN" in text(mother, f"/a/{number}/delivery")
    assert "单号 EX123456789CN" in text(mother, f"/a/{number}")
    assert mother.post(f"/a/{number}/delivery", {"way:police/birth-registration": post}).status_code == 409


@pytest.mark.slow
def test_printed_pages_lead_back() -> None:
    number, mother = owing(), matters.browser_of("mother")
    for address in (f"/a/{number}", "/b/newborn"):
        html = mother.get(address).content.decode()
        assert "tb-print-code" in html
        assert f"http://testserver{address}" in html
        assert f"{time.now():%Y-%m-%d %H:%M}" in html


@pytest.mark.slow
def test_what_an_answer_costs_stands_beside_it_in_the_form_and_in_a_correction() -> None:
    number = matters.agreed()
    mother = matters.browser_of("mother")
    field = next(f for f in mother.get(f"/a/{number}/form").context["fields"] if f["name"].endswith("household_book"))
    costs = {option["value"]: option["hint"] for option in field["options"]}
    assert costs == {"present": "不收费", "new": "要交 6.00 元"}
    assert not any(
        option.get("hint") for f in mother.get(f"/a/{number}/form").context["fields"] if f is not field
        for option in f.get("options", []) if not f["name"].endswith("household_book")
    )  # fmt: skip
    filling.fill(matters.actor("mother"), number, matters.typed_for(number))
    signing.sign(matters.actor("mother"), number)
    submission.submit(matters.actor("mother"), number, uuid4())
    submission.after_consent(
        matters.actor("father"), signing.consent(matters.actor("father"), number, agree=True), uuid4()
    )
    matters.grant_birth_certificate(number)
    case = matters.part(number, BOOK)
    matters.act("clerk-population", case, "correct", data={"items": ["birth.household_book"], "fault": "incorrect"})
    part = int(case.rpartition("/")[2])
    assert "要交 6.00 元" in text(mother, f"/a/{number}/correct/{part}")
