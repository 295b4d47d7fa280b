"""The applicant's last step: five faces where a matter has ended, one page for all its cases, nothing for others."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.api.shapes import check
from tests.portal import matters

from tongban.applications import cards, withdrawal
from tongban.supervision import ratings
from tongban.supervision.models import Rating

pytestmark = pytest.mark.usefixtures("town")
CERTIFICATE = "health/birth-certificate"


@pytest.fixture
def number(town: None) -> str:
    """The mother's application, of which the birth certificate was granted and the rest taken back."""
    number = matters.sent()
    matters.grant_birth_certificate(number)
    withdrawal.withdraw(matters.actor("mother"), number, uuid4())
    return number


@pytest.fixture
def mother(number: str) -> Client:
    """Her browser."""
    return matters.browser_of("mother")


def part(number: str) -> str:
    """The number of the granted part within its application, as fields have it."""
    return matters.part(number, CERTIFICATE).rpartition("/")[2].lstrip("0")


def shown(client: Client, number: str) -> str:
    return client.get(f"/a/{number}").content.decode()


def test_one_tap_beside_a_matter_that_has_ended_is_enough(mother: Client, number: str) -> None:
    assert "办得怎么样" in shown(mother, number)
    sent = {f"grade-{part(number)}": "5", "quick": "yes"}
    assert mother.post(f"/a/{number}/rate", sent).headers["Location"] == f"/a/{number}#rating"
    assert (Rating.objects.get().grade, Rating.objects.get().matter) == (5, None)
    page = shown(mother, number)
    assert "非常满意" in page
    assert "改评价" in page


def test_a_bad_tap_is_asked_for_its_reason_before_it_counts(mother: Client, number: str) -> None:
    field = part(number)
    asked = mother.post(f"/a/{number}/rate", {f"grade-{field}": "1", "quick": "yes"})
    assert "哪里不好" in asked.content.decode()
    assert not Rating.objects.exists()
    said = {f"grade-{field}": "1", f"reason-{field}": "slow", f"said-{field}": "等了两个月"}
    assert mother.post(f"/a/{number}/rate", said).status_code == 302
    assert Rating.objects.get().matter is not None
    assert "部门会回访你" in shown(mother, number)
    matter = str(Rating.objects.get().matter).partition("/")[0]
    assert mother.get(f"/a/{matter}").headers["Location"] == f"/a/{number}"
    assert matters.browser_of("father").get(f"/a/{matter}").status_code == 404


def test_while_something_is_going_on_nothing_is_asked_beside_it_but_what_ended_can_be_rated(town: None) -> None:
    number = matters.sent()
    matters.grant_birth_certificate(number)
    mother = matters.browser_of("mother")
    assert "办得怎么样" not in shown(mother, number)
    page = mother.get(f"/a/{number}/rate")
    assert [line["title"] for line in page.context["lines"]] == ["出生医学证明"]


def test_nothing_chosen_is_said_beside_the_faces(mother: Client, number: str) -> None:
    answer = mother.post(f"/a/{number}/rate", {f"grade-{part(number)}": "9"})
    assert (answer.status_code, [line["words"] for line in answer.context["errors"]]) == (422, ["还没选，选一个"])
    wrong = mother.post(f"/a/{number}/rate", {f"grade-{part(number)}": "2", f"reason-{part(number)}": "boring"})
    assert wrong.status_code == 422
    assert not Rating.objects.exists()


@pytest.mark.parametrize("who", ["father", "retiree", "window", "clerk-maternity"])
def test_nobody_else_finds_or_sends_the_page(number: str, who: str) -> None:
    other = matters.browser_of(who)
    assert other.get(f"/a/{number}/rate").status_code == 404
    assert other.post(f"/a/{number}/rate", {f"grade-{part(number)}": "1"}).status_code == 404
    assert not Rating.objects.exists()


def test_a_part_of_another_matter_cannot_be_slipped_in(mother: Client, number: str) -> None:
    assert mother.post(f"/a/{number}/rate", {"grade-99": "1"}).status_code == 422
    assert not Rating.objects.exists()


@pytest.mark.slow
def test_a_program_rates_as_its_person_and_is_answered_as_described(number: str) -> None:
    mother: Any = matters.browser_of("mother")
    schema = mother.get("/api/v1/openapi.json").json()
    address, kind = f"/api/v1/cases/{matters.part(number, CERTIFICATE).replace('/', '.')}/rating", "application/json"
    assert mother.get(address).status_code == 404
    rated = check(schema, "rateCase", mother.post(address, {"grade": 2, "reason": "slow"}, kind))
    assert (rated["grade"], rated["is_called_back"]) == (2, True)
    assert check(schema, "readRating", mother.get(address)) == rated
    assert check(schema, "rateCase", mother.post(address, {"grade": 6}, kind))["code"] == "wrong-shape"
    assert matters.browser_of("father").post(address, {"grade": 5}, kind).status_code == 404
    assert check(schema, "readSatisfaction", mother.get("/api/v1/ratings"))["least"] == 10


def test_words_of_praise_are_kept_shown_again_and_read_at_the_office_rated(mother: Client, number: str) -> None:
    field = part(number)
    mother.post(f"/a/{number}/rate", {f"grade-{field}": "5", f"said-{field}": "窗口的人一次说清"})
    mother.post(f"/a/{number}/rate", {f"grade-{field}": "5", f"said-{field}": "窗口的人一次说清，当天就办好"})
    assert "当天就办好" in mother.get(f"/a/{number}/rate").content.decode()
    address = f"/desk/cases/{matters.part(number, CERTIFICATE).replace('/', '.')}"
    assert "窗口的人一次说清，当天就办好" in matters.browser_of("clerk-maternity").get(address).content.decode()


def test_words_changed_after_a_bad_rating_reach_whoever_calls_back(mother: Client, number: str) -> None:
    field = part(number)
    first = {f"grade-{field}": "1", f"reason-{field}": "slow", f"said-{field}": "等了两个月"}
    mother.post(f"/a/{number}/rate", first)
    page = mother.get(f"/a/{number}/rate").content.decode()
    assert "等了两个月" in page
    mother.post(f"/a/{number}/rate", first | {f"said-{field}": "等了两个月，还丢了材料"})
    matter = str(Rating.objects.get().matter).replace("/", ".")
    seen = matters.browser_of("clerk-maternity").get(f"/desk/cases/{matter}").content.decode()
    assert "等了两个月，还丢了材料" in seen
    assert "原来：非常不满意，太慢，“等了两个月”" in seen


@pytest.fixture
def counter(number: str) -> tuple[Client, str]:
    """A clerk at a window of the hall before whom the mother stands, and the page turned to her."""
    window = matters.browser_of("window")
    office = next(iter(matters.actor("window").offices))
    opened = window.post(
        "/desk/window/cards", {"office": office, "card": cards.make_code(matters.actor("mother")).code}
    )
    return window, f"{opened.headers['Location']}/rate?matter={number}"


def test_at_the_counter_the_applicant_rates_by_the_code_of_the_own_phone(counter: tuple[Client, str]) -> None:
    window, address = counter
    person = window.get(address.partition("/rate")[0]).content.decode()
    assert "请本人评价" in person
    assert "出生医学证明" in window.get(address).content.decode()
    matter = address.rpartition("=")[2]
    sent = {"matter": matter, "grade": "5", "said": "一次说清"}
    assert "输入手机上出示的那串码" in window.post(address, sent).content.decode()
    for wrong in ("0" * 20, cards.make_code(matters.actor("retiree")).code):
        assert window.post(address, sent | {"code": wrong}).status_code == 422
    assert not Rating.objects.exists()
    done = window.post(address, sent | {"code": cards.make_code(matters.actor("mother")).code})
    assert done.status_code == 302
    row = Rating.objects.get()
    assert (row.grade, row.channel, ratings.said_in(row).words) == (5, "window", "一次说清")
    assert "评价记下了" in window.get(address).content.decode()


def test_at_the_counter_nobody_else_finds_the_page(counter: tuple[Client, str]) -> None:
    window, address = counter
    assert window.get(address.replace("matter=", "matter=X")).status_code == 404
    assert matters.browser_of("clerk-maternity").get(address).status_code in {403, 404}
    assert matters.browser_of("mother").get(address).status_code in {302, 403, 404}
