"""A bad rating: called back by the office rated, watched and reviewed by another, put right, asked again, a problem."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.applications.family import Family
from tests.applications.newborn import Desk, drafted, granted, part, sent

from tongban.applications import cases, messages
from tongban.applications.problems import Problem
from tongban.casework import sweeps
from tongban.casework.model import Refused
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import ladder, ratings
from tongban.supervision.models import Found, Rating
from tongban.supervision.ratings import Said

pytestmark = pytest.mark.django_db
BAD = Said(1, "slow", "等了两个月")
INSPECTORS = "demonstration/discipline-4302"
RATED, WATCHING = "demonstration/maternity-430211", "demonstration/government-services-430211"


@pytest.fixture
def case(home: Family, desk: Desk) -> str:
    """The mother's birth certificate, granted."""
    line = part(sent(home, drafted(home)), "/birth-certificate")
    assert line["office"] == RATED
    granted(desk, line)
    return str(line["number"])


@pytest.fixture
def matter(home: Family, case: str) -> str:
    """The matter that the mother's very bad rating opened."""
    ratings.rate(home.mother, case, BAD, channel="web")
    return str(Rating.objects.get().matter)


def act(desk: Desk, matter: str, step: str, office: str, **said: Any) -> None:  # noqa: ANN401 -- what a command takes
    cases.act(desk(office, "handler"), matter, step, command_id=uuid4(), **said)


def seen(desk: Desk, matter: str, office: str = WATCHING) -> dict[str, Any]:
    return cases.case_view(desk(office, "handler"), matter)


def called_back(desk: Desk, matter: str) -> None:
    act(desk, matter, "call-back", RATED, facts={"rating.heard": "说是材料放了一个月"})


def mended(desk: Desk, matter: str) -> None:
    called_back(desk, matter)
    act(desk, matter, "mend", RATED, facts={"rating.measure": "当天出证"})


@pytest.mark.parametrize(("grade", "opens"), [(1, True), (2, True), (3, False), (4, False), (5, False)])
def test_the_two_lowest_grades_are_called_back(
    home: Family,
    case: str,
    grade: int,
    opens: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    assert ratings.rate(home.mother, case, Said(grade), channel="web")["is_called_back"] is opens
    assert (Rating.objects.get().matter is not None) is opens


def test_the_office_rated_calls_back_and_another_watches(desk: Desk, matter: str) -> None:
    view = seen(desk, matter)
    assert (view["office"], view["state"]) == (WATCHING, "calling")
    assert [task["office"] for task in view["tasks"] if task["name"] == "callback"] == [RATED]
    told = {line["fact"]: line["value"] for line in seen(desk, matter, RATED)["facts"]}
    assert (told["rating.said"], told["rating.grade"], told["rating.reason"]) == ("等了两个月", "1", "slow")


def test_no_office_watches_itself() -> None:
    catalog = publication.current()
    for office in catalog.offices:
        rated, watching = ratings.parties(catalog, office)
        assert (rated, rated == watching) == (office, False)


def test_the_matter_stays_whatever_the_grade_becomes_and_is_one(home: Family, case: str, matter: str) -> None:
    for grade in (5, 1, 4, 2):
        assert ratings.rate(home.mother, case, Said(grade), channel="web")["is_called_back"]
    row = Rating.objects.get()
    assert (row.grade, row.matter) == (2, matter)


def test_a_good_rating_that_becomes_bad_is_called_back(home: Family, case: str) -> None:
    ratings.rate(home.mother, case, Said(5), channel="web")
    assert ratings.rate(home.mother, case, BAD, channel="web")["is_called_back"]


def test_the_limit_is_seven_days_and_fifteen_for_what_another_office_finds_complex(desk: Desk, matter: str) -> None:
    today = time.today()
    due = {clock["name"]: clock["due"] for clock in seen(desk, matter)["clocks"]}
    assert datetime.fromisoformat(due["general"]).date() == today + timedelta(days=7)
    assert datetime.fromisoformat(due["settling"]).date() == today + timedelta(days=15 - 1 + 1)
    with pytest.raises(Refused) as refused:
        act(desk, matter, "find-complex", RATED, texts={"reason": "要几个部门"})
    assert refused.value.code == "not-your-office"
    act(desk, matter, "find-complex", WATCHING, texts={"reason": "要几个部门"})
    assert "general" not in {clock["name"] for clock in seen(desk, matter)["clocks"]}


def test_what_was_founded_is_a_problem_of_its_service_once(desk: Desk, matter: str) -> None:
    called_back(desk, matter)
    assert not Found.objects.exists()
    act(desk, matter, "mend", RATED, facts={"rating.measure": "当天出证"})
    found = Found.objects.get()
    assert (found.about, found.kind, found.severity, found.found_by) == (
        "health/birth-certificate", "slow", "serious", "rating",
    )  # fmt: skip
    assert found.sightings.get().reference == matter
    act(desk, matter, "send-back", WATCHING, data={"offices": [RATED]}, texts={"reason": "本人说没变"})
    act(desk, matter, "mend", RATED, facts={"rating.measure": "真的当天出证"})
    assert Found.objects.get().sightings.count() == 1


def test_a_reason_that_is_no_kind_of_problem_is_reported_as_something_else(desk: Desk, home: Family, case: str) -> None:
    ratings.rate(home.mother, case, Said(2, "attitude"), channel="web")
    mended(desk, str(Rating.objects.get().matter))
    assert (Found.objects.get().kind, Found.objects.get().severity) == ("other", "minor")


def test_once_put_right_the_other_office_asks_the_person_and_closes(desk: Desk, matter: str) -> None:
    mended(desk, matter)
    with pytest.raises(Refused):
        act(desk, matter, "close", RATED, facts={"rating.follow_up": "satisfied"})
    act(desk, matter, "close", WATCHING, facts={"rating.follow_up": "satisfied"})
    view = seen(desk, matter)
    assert (view["state"], view["is_open"]) == ("closed", False)
    assert {line["fact"]: line["value"] for line in view["facts"]}["rating.follow_up"] == "satisfied"


def test_who_is_still_not_satisfied_is_served_again_and_the_limit_runs_on(
    desk: Desk, matter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended(desk, matter)
    assert [clock["name"] for clock in seen(desk, matter)["clocks"] if not clock["paused"]] == ["following-up"]
    later = time.now() + timedelta(days=2)
    monkeypatch.setattr(time, "now", lambda: later)
    act(desk, matter, "send-back", WATCHING, data={"offices": [RATED]}, texts={"reason": "本人说没变"})
    due = {clock["name"]: clock["due"] for clock in seen(desk, matter)["clocks"]}
    assert sorted(due) == ["general", "settling"]
    assert datetime.fromisoformat(due["general"]).date() == later.date() + timedelta(days=7)


def test_only_another_office_finds_a_rating_unreasonable(desk: Desk, matter: str) -> None:
    called_back(desk, matter)
    act(desk, matter, "appeal", RATED, texts={"reason": "点错了，本人也说点错了"})
    with pytest.raises(Refused) as refused:
        act(desk, matter, "set-aside", RATED, texts={"reason": "点错了"})
    assert refused.value.code == "not-your-office"
    act(desk, matter, "set-aside", WATCHING, texts={"reason": "核过录音，点错了"})
    row = Rating.objects.get()
    assert (row.grade, row.set_aside_at is not None) == (1, True)
    assert not Found.objects.exists()
    assert seen(desk, matter)["result"] == "refused"


def test_a_rating_that_stands_goes_back_to_be_put_right(desk: Desk, matter: str) -> None:
    called_back(desk, matter)
    act(desk, matter, "appeal", RATED, texts={"reason": "对方不讲理"})
    act(desk, matter, "uphold", WATCHING, data={"offices": [RATED]}, texts={"reason": "确实等了两个月"})
    assert Rating.objects.get().set_aside_at is None
    act(desk, matter, "mend", RATED, facts={"rating.measure": "当天出证"})
    assert Found.objects.count() == 1


def climb(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """So many days later, with what time does by itself."""
    later = time.now() + timedelta(days=days)
    monkeypatch.setattr(time, "now", lambda: later)
    sweeps.silence()


def heard(desk: Desk, office: str) -> list[str]:
    """The rungs that the head of an office heard of, the oldest first."""
    return [one.code for one in messages.inbox(desk(office, "head")) if one.code in ladder.RUNGS][::-1]


def test_who_does_not_call_back_in_time_climbs_the_ladder_and_each_rung_is_told_once(
    desk: Desk, matter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    offices = (RATED, WATCHING, INSPECTORS)
    for office in offices:
        desk(office, "head")
    found = []
    for days in (0, 2, 2, 5, 1):  # a workday, one more, two more
        climb(monkeypatch, days)
        found.append(tuple(heard(desk, office) for office in offices))
    reminded, told = ["remind"], ["supervise"]
    last = (reminded, told, ["account"])
    assert found == [([], [], []), (reminded, [], []), (reminded, told, []), last, last]


def test_who_calls_back_climbs_no_further(desk: Desk, matter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for office in (RATED, WATCHING):
        desk(office, "head")
    climb(monkeypatch, 2)
    called_back(desk, matter)
    climb(monkeypatch, 9)
    assert (heard(desk, RATED), heard(desk, WATCHING)) == (["remind"], [])
    assert "reminded" not in [clock["name"] for clock in seen(desk, matter)["clocks"]]


def shown(desk: Desk, matter: str) -> dict[str, str | None]:
    """What the matter says of the rating now, by attribute."""
    return {line["fact"].partition(".")[2]: line["value"] for line in seen(desk, matter, RATED)["facts"]}


def history(desk: Desk, matter: str) -> list[str]:
    """All words of the matter's events, the oldest first."""
    events = reversed(seen(desk, matter)["events"])
    return [" ".join(str(words) for words in event["texts"].values()) for event in events]


def test_words_said_twice_reach_the_matter_with_what_was_said_before(home: Family, desk: Desk, matter: str) -> None:
    case = Rating.objects.get().case
    ratings.rate(home.mother, case, Said(1, "slow", "等了三个月，还要再跑"), channel="web")
    assert shown(desk, matter)["said"] == "等了三个月，还要再跑"
    assert any("原来：非常不满意，太慢，“等了两个月”" in words for words in history(desk, matter))
    ratings.rate(home.mother, case, Said(1, "slow", "等了三个月，还要再跑"), channel="web")
    assert sum("原来" in words for words in history(desk, matter)) == 1
    assert ratings.one(home.mother, case)["said"] == "等了三个月，还要再跑"


def test_a_changed_grade_reaches_the_matter_and_words_not_sent_stay(home: Family, desk: Desk, matter: str) -> None:
    case = Rating.objects.get().case
    ratings.rate(home.mother, case, Said(4), channel="web")
    now = shown(desk, matter)
    assert (now["grade"], now["reason"], now["said"]) == ("4", None, "等了两个月")
    ratings.rate(home.mother, case, Said(2, "attitude", ""), channel="web")
    now = shown(desk, matter)
    assert (now["grade"], now["reason"], now["said"]) == ("2", "attitude", None)
    assert [words for words in history(desk, matter) if "原来" in words] == [
        "原来：非常不满意，太慢，“等了两个月”", "原来：满意，“等了两个月”",
    ]  # fmt: skip


def test_a_matter_that_was_closed_is_opened_again_by_words_that_are_still_bad(
    home: Family, desk: Desk, matter: str
) -> None:
    case = Rating.objects.get().case
    mended(desk, matter)
    act(desk, matter, "close", WATCHING, facts={"rating.follow_up": "satisfied"})
    ratings.rate(home.mother, case, Said(4, "slow", "好些了"), channel="web")
    assert seen(desk, matter)["state"] == "closed"
    assert "好些了" in history(desk, matter)[-1]
    ratings.rate(home.mother, case, Said(2, "slow", "第二天又慢了"), channel="web")
    view = seen(desk, matter)
    assert (view["state"], [task["office"] for task in view["tasks"] if task["name"] == "mending"]) == (
        "mending", [RATED],
    )  # fmt: skip
    assert shown(desk, matter)["said"] == "第二天又慢了"


def test_what_was_set_aside_is_told_of_new_words_and_stays(home: Family, desk: Desk, matter: str) -> None:
    called_back(desk, matter)
    act(desk, matter, "appeal", RATED, texts={"reason": "点错了"})
    act(desk, matter, "set-aside", WATCHING, texts={"reason": "核过，点错了"})
    ratings.rate(home.mother, Rating.objects.get().case, Said(1, "slow", "没有点错"), channel="web")
    assert seen(desk, matter)["state"] == "set-aside"
    assert "没有点错" in history(desk, matter)[-1]


def test_who_is_not_satisfied_is_served_again_or_given_reasons_and_the_matter_is_not_simply_closed(
    home: Family, desk: Desk, matter: str
) -> None:
    mended(desk, matter)
    with pytest.raises(Problem):
        act(desk, matter, "close", WATCHING, facts={"rating.follow_up": "not-satisfied"})
    for _ in range(2):
        act(desk, matter, "send-back", WATCHING, data={"offices": [RATED]}, texts={"reason": "本人说没变"})
        act(desk, matter, "mend", RATED, facts={"rating.measure": "又改了一次"})
    with pytest.raises(Refused):
        act(desk, matter, "explain", WATCHING)
    act(desk, matter, "explain", WATCHING, texts={"reason": "法律要求公示 20 日，不能再短"})
    assert (seen(desk, matter)["state"], seen(desk, matter)["is_open"]) == ("explained", False)
