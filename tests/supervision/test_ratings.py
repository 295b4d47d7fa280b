"""Ratings: the applicant's alone, once for each ended case, changed for seven days; a walk's count nowhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.applications.family import Family, person
from tests.applications.newborn import Desk, drafted, granted, part, sent

from tongban.accounts import mandates
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import User
from tongban.applications import access, cards, inquiries, withdrawal
from tongban.applications.models import Form
from tongban.applications.problems import Problem
from tongban.casework import service as casework
from tongban.platform import time
from tongban.supervision import ratings
from tongban.supervision.models import Rating
from tongban.supervision.ratings import Said

pytestmark = pytest.mark.django_db
HALL, MATERNITY = "demonstration/government-services-4302", "demonstration/maternity-430211"
GOOD, BAD = Said(5), Said(1, "slow", "等了两个月")


@pytest.fixture
def case(home: Family, desk: Desk) -> str:
    """The mother's birth certificate, granted."""
    line = part(sent(home, drafted(home)), "/birth-certificate")
    granted(desk, line)
    return str(line["number"])


def refused(actor: Actor, case: str, said: Said = GOOD, **how: Any) -> Problem:  # noqa: ANN401 -- how it is sent
    """Why a rating is not taken; nothing is kept of it."""
    before = list(Rating.objects.values())
    with pytest.raises(Problem) as problem:
        ratings.rate(actor, case, said, channel="web", **how)
    assert list(Rating.objects.values()) == before
    return problem.value


def later(monkeypatch: pytest.MonkeyPatch, **ahead: float) -> datetime:
    """The city's time so much later, from now on."""
    at = time.now() + timedelta(**ahead)
    monkeypatch.setattr(time, "now", lambda: at)
    return at


def test_an_ended_case_is_rated_once_and_what_was_said_may_be_changed(home: Family, case: str) -> None:
    first = ratings.rate(home.mother, case, Said(3), channel="phone")
    assert (first["grade"], first["channel"], first["may_change"], first["is_called_back"]) == (3, "phone", True, False)
    again = ratings.rate(home.mother, case.replace("/", "."), GOOD, channel="web")
    assert (again["grade"], again["rated_at"]) == (5, first["rated_at"])
    assert Rating.objects.count() == 1
    assert ratings.one(home.mother, case) == again
    assert access.about_me(home.mother)["ratings"] == [again]


@pytest.mark.parametrize(("days", "changes"), [(6.99, True), (7, False)])
def test_it_stands_after_seven_days(
    home: Family,
    case: str,
    monkeypatch: pytest.MonkeyPatch,
    days: float,
    changes: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    ratings.rate(home.mother, case, GOOD, channel="web")
    later(monkeypatch, days=days)
    assert ratings.rate(home.mother, case, GOOD, channel="web")["grade"] == 5
    if changes:
        assert ratings.rate(home.mother, case, Said(4), channel="web")["grade"] == 4
    else:
        assert refused(home.mother, case, Said(4)).code == "rating-closed"


def test_nobody_but_the_applicant_rates(home: Family, desk: Desk, case: str) -> None:
    office = MATERNITY
    Form.objects.filter(number=case.partition("/")[0]).update(channel="window", window_office=HALL)
    _, stranger = person("周以宁", "43020019900206009")
    others = [home.father, stranger, desk(HALL, "window"), desk(office, "handler"), desk(office, "head")]
    for other in others:
        assert refused(other, case).status == 404
        assert ratings.of_application(other, case.partition("/")[0]) == []
        with pytest.raises(Problem):
            ratings.one(other, case)


def test_who_acts_for_the_applicant_rates_what_the_mandate_is_for(home: Family, case: str) -> None:
    for name, body, offer, taken in (
        ("周以宁", "43020019900206009", "life-events/newborn", True),
        ("郑知行", "43020019900206010", "life-events/retire", False),
    ):
        subject, _ = person(name, body)
        mandates.give(home.mother.subject_id or 0, subject, [offer], until_day=date(2099, 1, 1))
        agent = actor_of(User.objects.get(subject_id=subject))
        if taken:
            assert ratings.rate(agent, case, GOOD, channel="web")["grade"] == 5
        else:
            assert refused(agent, case).status == 404


def test_anothers_device_needs_the_code_of_the_applicants_card_and_once(home: Family, desk: Desk, case: str) -> None:
    device = desk(HALL, "window")
    code = cards.make_code(home.mother).code
    rated = ratings.rate(device, case, GOOD, channel="window", card_code=code)
    assert (rated["grade"], rated["channel"]) == (5, "window")
    assert refused(device, case, Said(4), card_code=code).code == "card-code-used"
    assert refused(device, case, Said(4), card_code="0" * 20).code == "card-unknown"
    assert refused(device, case, Said(4), card_code=cards.make_code(home.father).code).status == 404


def test_nothing_is_rated_that_no_office_decided(home: Family) -> None:
    view = sent(home, drafted(home))
    open_case = str(part(view, "/birth-certificate")["number"])
    assert refused(home.mother, open_case).code == "not-to-be-rated"
    assert refused(home.mother, f"{view['number']}/99").status == 404
    withdrawal.withdraw(home.mother, view["number"], uuid4())
    assert refused(home.mother, open_case).code == "not-to-be-rated"
    question = inquiries.ask(home.mother, "要带什么", command_id=uuid4())
    assert refused(home.mother, f"{question}/01").code == "not-to-be-rated"


@pytest.mark.parametrize("mode", ["walk", "exercise"])
def test_what_a_walk_or_an_exercise_says_opens_nothing_and_is_marked(home: Family, case: str, mode: str) -> None:
    Form.objects.filter(number=case.partition("/")[0]).update(mode=mode)
    assert ratings.rate(home.mother, case, BAD, channel="web")["is_called_back"] is False
    row = Rating.objects.get()
    assert (row.is_real, row.matter) == (False, None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(0), "rating.grade"),
        (Said(6), "rating.grade"),
        (Said(2, "boring"), "rating.reason"),
        (Said(2, "slow", "长" * 1001), "rating.said"),
        (Said(2, "slow", "\x00"), "rating.said"),
    ],
)
def test_what_cannot_be_said_is_refused_beside_its_field(home: Family, case: str, said: Said, field: str) -> None:
    assert [error.fact for error in refused(home.mother, case, said).errors] == [field]


def test_words_of_every_grade_are_kept_encrypted_and_go_with_the_data_of_the_case(home: Family, case: str) -> None:
    ratings.rate(home.mother, case, Said(5, "", "一次说清"), channel="web")
    ratings.rate(home.mother, case, Said(5, "", "一次说清，当天办好"), channel="web")
    assert "当天".encode() not in bytes(Rating.objects.get().said or b"")
    assert ratings.one(home.mother, case)["said"] == access.about_me(home.mother)["ratings"][0]["said"]
    assert ratings.rate(home.mother, case, Said(4), channel="web")["said"] == "一次说清，当天办好"
    casework.erase(case, home.mother.subject_id or 0, str(uuid4()))
    assert (Rating.objects.get().said, Rating.objects.get().grade) == (None, 4)
