"""Questions and objections: who gets them, when they are answered, what the asker reads, and who may not look."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from tests.applications.family import Family
from tests.applications.newborn import Desk

from tongban.applications import cases, inquiries, messages, reads
from tongban.applications.judging import Matter, judge
from tongban.applications.problems import Problem, in_seconds
from tongban.casework import fold, queries
from tongban.casework.model import Refused
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted

pytestmark = pytest.mark.django_db
CENTRE = "government-services-4302"
POLICE = "population-430211"
SUPERVISOR = "government-services-430211"


def office(bare: str) -> str:
    """The full id of an office of the demonstration."""
    return next(name for name in publication.current().offices if name.rpartition("/")[2] == bare)


def answered(home: Family, desk: Desk, number: str, at: str, answer: str = "带户口本就行") -> None:
    """The office answers, and whoever keeps the case finds the answer good."""
    clerk, keeper = desk(office(at), "handler"), desk(office(CENTRE), "handler")
    cases.act(clerk, f"{number}/01", "handle", command_id=uuid4(), facts={"inquiry.answer": answer})
    cases.act(keeper, f"{number}/01", "verify", command_id=uuid4(), texts={"note": "答清楚了"})


def looked_at(home: Family) -> int:
    """The police look at the mother's name; the number of that look on her list."""
    attribute = publication.current().types["base/Person"].attributes["name"]
    assert home.mother.subject_id is not None
    reader = Reader("staff:1", Text("查户口", "Checking the register"), office=office(POLICE))
    registry.read([Wanted(home.mother.subject_id, attribute)], reader)
    return int(reads.about_me(home.mother)[0]["id"])


def test_a_question_is_answered_by_the_nearest_office_within_its_days(home: Family, desk: Desk) -> None:
    near = desk(office(SUPERVISOR), "handler")
    number = inquiries.ask(home.mother, "双胞胎要填两次吗", command_id=uuid4(), offer="newborn")
    line = inquiries.one(home.mother, number)
    assert (line["said"], line["about"], line["answer"]) == ("双胞胎要填两次吗", "新生儿出生", None)
    assert line["due"] > time.today().isoformat()
    asked = [*messages.inbox(near), *messages.inbox(desk(office(CENTRE), "handler"))]
    assert {message.code for message in asked if message.application == number} & {"opened", "dispatch"}
    task = next(t for t in cases.case_view(desk(office(CENTRE), "handler"), f"{number}/01")["tasks"])
    answered(home, desk, number, str(task["office"]).rpartition("/")[2])
    line = inquiries.one(home.mother, number)
    assert (line["answer"], line["state"]) == ("带户口本就行", "verified")
    assert "finish" in [message.code for message in messages.inbox(home.mother)]
    assert all("带户口本" not in message.zh for message in messages.inbox(home.mother))


def test_a_limit_in_hours_is_judged_by_its_day(home: Family) -> None:
    number = inquiries.ask(home.mother, "双胞胎要填两次吗", command_id=uuid4(), offer="newborn")
    first = queries.timeline(f"{number}/01", queries.Reach(applicants=(home.mother.subject_id or 0,)))[:1]
    case = fold.rebuild(entry.event for entry in first)
    assert any(isinstance(clock.due, datetime) for clock in case.clocks)
    catalog = publication.current()
    matter = Matter(catalog, catalog.services[case.service], case, (), (), first)
    found = [judge(matter, time.today() + timedelta(days=days))["exceptions"] for days in (0, 1)]
    assert [[line["kind"] for line in lines if line["kind"] == "overdue"] for lines in found] == [[], ["overdue"]]


def test_whatever_way_a_matter_ends_whoever_applied_is_told(home: Family, desk: Desk) -> None:
    number, keeper = inquiries.ask(home.mother, "这里能修自行车吗", command_id=uuid4(), offer="newborn"), office(CENTRE)
    task = next(t for t in cases.case_view(desk(keeper, "handler"), f"{number}/01")["tasks"])
    answered(home, desk, number, str(task["office"]).rpartition("/")[2])
    cases.act(desk(keeper, "handler"), f"{number}/01", "close", command_id=uuid4())
    told = {message.code: message.zh for message in messages.inbox(home.mother)}
    assert told["close"].endswith("办好了")


def test_an_answer_that_does_not_help_goes_back_three_times_at_most(home: Family, desk: Desk) -> None:
    number = inquiries.ask(home.mother, "要带什么", command_id=uuid4())
    first = cases.case_view(desk(office(CENTRE), "handler"), f"{number}/01")["tasks"][0]["office"]
    for _ in range(3):
        answered(home, desk, number, first.rpartition("/")[2])
        inquiries.insist(home.mother, number, "没说清", command_id=uuid4())
        keeper = desk(office(CENTRE), "handler")
        cases.act(keeper, f"{number}/01", "dispatch", command_id=uuid4(), data={"offices": [first]})
    answered(home, desk, number, first.rpartition("/")[2])
    with pytest.raises(Refused) as refused:
        inquiries.insist(home.mother, number, "还是没说清", command_id=uuid4())
    assert refused.value.code == "done-already"
    assert [line["said"] for line in inquiries.one(home.mother, number)["again"]] == ["没说清"] * 3


def test_an_objection_goes_to_the_office_that_looked_and_its_supervisor(home: Family, desk: Desk) -> None:
    police, supervisor = desk(office(POLICE), "handler"), desk(office(SUPERVISOR), "handler")
    read_id = looked_at(home)
    number = inquiries.object_to_read(home.mother, read_id, "我没办这件事", command_id=uuid4())
    assert [message.application for message in messages.inbox(police)] == [number]
    assert [message.application for message in messages.inbox(supervisor)] == [number]
    view = cases.case_view(police, f"{number}/01")
    assert [(task["name"], task["office"]) for task in view["tasks"]] == [("handling", office(POLICE))]
    assert view["supervisor"] is None
    assert view["office"] == office(SUPERVISOR)
    shown = {line["fact"]: line["value"] for line in view["facts"]}
    assert "查户口" in str(shown["inquiry.about"])
    assert "姓名" in str(shown["inquiry.about"])
    cases.act(police, f"{number}/01", "handle", command_id=uuid4(), facts={"inquiry.answer": "按立案号查的"})
    line = inquiries.by_reference(home.mother, inquiries.READ)[str(read_id)]
    assert line["answer"] == "按立案号查的"


def test_one_look_is_objected_to_once_and_only_by_its_owner(home: Family) -> None:
    read_id = looked_at(home)
    command = uuid4()
    number = inquiries.object_to_read(home.mother, read_id, "", command_id=command)
    assert inquiries.object_to_read(home.mother, read_id, "", command_id=command) == number
    with pytest.raises(Problem, match="objected-already"):
        inquiries.object_to_read(home.mother, read_id, "", command_id=uuid4())
    with pytest.raises(Problem, match="not-found"):
        inquiries.object_to_read(home.father, read_id, "", command_id=uuid4())
    with pytest.raises(Problem, match="not-found"):
        inquiries.one(home.father, number)


@pytest.mark.slow
def test_nothing_too_long_nothing_empty_not_too_often(home: Family, desk: Desk) -> None:
    with pytest.raises(Problem, match="wrong-fields"):
        inquiries.ask(home.mother, "长" * 1001, command_id=uuid4())
    with pytest.raises(Problem, match="wrong-fields"):
        inquiries.ask(home.mother, " ", command_id=uuid4())
    with pytest.raises(Problem, match="forbidden"):
        inquiries.ask(desk(office(CENTRE), "handler"), "问", command_id=uuid4())
    for _ in range(inquiries.MOST_A_DAY):
        inquiries.ask(home.mother, "问", command_id=uuid4())
    tomorrow = time.start_of(time.today() + timedelta(days=1))
    before = in_seconds(tomorrow - time.now())
    with pytest.raises(Problem, match="too-many-questions") as refused:
        inquiries.ask(home.mother, "再问", command_id=uuid4())
    assert in_seconds(tomorrow - time.now()) <= (refused.value.retry_after_seconds or 0) <= before
