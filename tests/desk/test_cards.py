"""一卡通办: a social security card opens its holder's page at a window, by its number or by a code shown once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.desk.conftest import MONDAY, Desks
from tests.desk.scene import BUSINESS, HALL, Scene, browser_of

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import User
from tongban.accounts.posts import appoint
from tongban.applications import cards, inquiries, reads
from tongban.applications.models import CardCode, CardVisit, Form
from tongban.applications.problems import Problem
from tongban.platform import time
from tongban.registry import service as registry

CARD = "T00000421"
OFFER = "life-events/open-restaurant"


@pytest.fixture
def window(desks: Desks) -> Actor:
    """A clerk of the combined window."""
    return desks.scene.staff("9001", "黎晓", HALL, "window")


@pytest.fixture
def holder(desks: Desks) -> Actor:
    """Somebody with a card in use."""
    return desks.scene.person("苏晚晴", has_social_card=True, social_card_number=CARD, card_status="active")


def read(window: Actor, typed: str) -> tuple[int, str]:
    """What the window answers to a card: the status, and where it leads or what it says beside the field."""
    answer = browser_of(window).post("/desk/window/cards", {"office": HALL, "card": typed})
    return answer.status_code, answer.headers.get("Location") or answer.context["card_error"]


def after(minutes: float) -> None:
    time.set_time(MONDAY + timedelta(minutes=minutes), frozen=True)


def test_the_number_opens_the_page_and_its_holder_sees_who_looked(window: Actor, holder: Actor) -> None:
    status, address = read(window, f" {CARD[:5]} {CARD[5:].lower()}")
    page = browser_of(window).get(address)
    said = page.content.decode()
    assert (status, page.status_code) == (302, 200)
    assert "苏**" in said
    assert "苏晚晴" not in said
    assert (registry.key_of(holder.subject_id or 0) or "-") not in said
    looks = [look for look in reads.about_me(holder) if look["purpose"]["zh"] == cards.PURPOSE.zh]
    assert {look["office"]["zh"] for look in looks} == {"株洲市行政审批服务局"}


def test_what_is_begun_on_the_page_is_the_holders_and_counted_once(window: Actor, holder: Actor) -> None:
    _, address = read(window, CARD)
    browser, sent = browser_of(window), {"offer": OFFER, "command": str(uuid4())}
    led_to = {browser.post(f"{address}/start", sent).headers["Location"] for _ in range(2)}
    form = Form.objects.get()
    assert led_to == {f"/a/{form.number}"}
    assert (form.applicant_id, form.window_office, form.channel) == (holder.subject_id, HALL, "window")
    assert CardVisit.objects.get().applications == [form.number]
    assert form.number in browser.get(address).content.decode()
    wrong = browser.post(f"{address}/start", {"offer": "nothing", "command": str(uuid4())})
    assert wrong.status_code == 404


def test_a_code_opens_the_page_once_and_for_five_minutes(window: Actor, holder: Actor) -> None:
    page = browser_of(holder).post("/account/card")
    code = page.context["made"].code
    assert (page.status_code, page.context["groups"].replace(" ", "")) == (200, code)
    assert bytes(CardCode.objects.get().digest).find(code.encode()) < 0
    assert read(window, page.context["groups"])[0] == 302
    assert CardVisit.objects.get().way == "code"
    assert read(window, code) == (422, "这个二维码用过了。请本人在手机上再出示一次")
    late = cards.make_code(holder).code
    after(5)
    assert read(window, late) == (422, "这个二维码过了 5 分钟。请本人再出示一次")
    assert read(window, "0" * cards.CODE_DIGITS)[0] == 422


def test_a_new_code_ends_the_one_before(window: Actor, holder: Actor) -> None:
    first, second = (cards.make_code(holder).code for _ in range(2))
    assert [read(window, code)[0] for code in (first, second)] == [422, 302]


@pytest.mark.parametrize("typed", ["", "T99999999", "430200199002060011", "' or 1=1"])
def test_a_number_of_no_card_is_said_beside_the_field(window: Actor, holder: Actor, typed: str) -> None:
    assert holder.subject_id
    assert read(window, typed) == (422, "没有这张社保卡。对一下卡号；换过卡的，用新卡")
    assert not CardVisit.objects.exists()


@pytest.mark.parametrize(("status", "words"), [("lost", "已挂失"), ("cancelled", "已注销")])
def test_a_card_out_of_use_opens_nothing(desks: Desks, window: Actor, holder: Actor, status: str, words: str) -> None:
    code = cards.make_code(holder).code
    desks.scene.hold("base/Person", holder.subject_id or 0, {"card_status": status})
    for typed in (CARD, code):
        answered, said = read(window, typed)
        assert (answered, words in said) == (409, True)
    with pytest.raises(Problem, match="card-out-of-use"):
        cards.make_code(holder)


def test_a_card_that_was_replaced_opens_nothing_and_the_new_one_does(
    desks: Desks, window: Actor, holder: Actor
) -> None:
    desks.scene.hold("base/Person", holder.subject_id or 0, {"social_card_number": "T00000422"})
    assert [read(window, number)[0] for number in (CARD, "T00000422")] == [422, 302]


def test_a_source_that_is_down_is_said_and_nothing_opens(window: Actor, holder: Actor) -> None:
    assert holder.subject_id
    registry.set_down("hrss/human-resources", down=True)
    assert read(window, CARD)[0] == 503
    assert not CardVisit.objects.exists()


def test_a_page_is_its_windows_alone_and_closes(desks: Desks, window: Actor, holder: Actor) -> None:
    assert holder.subject_id
    _, address = read(window, CARD)
    colleague = desks.scene.staff("9002", "旁边", HALL, "window")
    assert browser_of(colleague).get(address).status_code == 404
    assert browser_of(desks.clerk).get(address).status_code == 403
    assert browser_of(holder).get(address).status_code == 403
    assert Client().get(address).status_code == 302
    elsewhere = {"office": "demonstration/government-services-430203", "card": CARD}
    assert browser_of(window).post("/desk/window/cards", elsewhere).headers["Location"] != address
    after(30)
    assert browser_of(window).get(address).status_code == 409


def test_whoever_has_no_card_is_told_to_apply_for_one(desks: Desks) -> None:
    with pytest.raises(Problem, match="no-card"):
        cards.make_code(desks.scene.person("无卡人"))
    assert browser_of(desks.clerk).post("/account/card").status_code == 404


def test_a_person_whose_data_are_erased_is_found_no_more(holder: Actor) -> None:
    attribute = Scene().catalog.types["base/Person"].attributes["social_card_number"]
    assert registry.find_by(attribute, CARD) == [holder.subject_id]
    assert attribute.finds
    assert inquiries.SERVICE


def test_a_number_shows_only_what_its_clerk_may_see_and_a_code_shows_all(
    desks: Desks, window: Actor, holder: Actor
) -> None:
    number = desks.scene.restaurant(holder, "株洲市芦淞区晚晴小馆")
    colleague = User.objects.get(staff_number="2107")
    appoint(colleague, BUSINESS, ["handler", "window"])
    clerk = actor_of(colleague)
    shown = [cards.page_of(one, cards.open_page(one, office, CARD))["matters"]
             for one, office in ((window, HALL), (clerk, BUSINESS))]  # fmt: skip
    assert [[line["number"] for line in lines] for lines in shown] == [[], [number]]
    by_code = cards.page_of(window, cards.open_page(window, HALL, cards.make_code(holder).code))
    assert [line["number"] for line in by_code["matters"]] == [number]


def test_a_holder_has_one_code_however_many_are_made_at_once(holder: Actor) -> None:
    cards.make_code(holder)
    with pytest.raises(IntegrityError), transaction.atomic():
        CardCode.objects.create(subject_id=holder.subject_id or 0, digest=b"another", until=MONDAY)
