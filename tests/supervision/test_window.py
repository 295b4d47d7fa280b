"""What could not be done: heard once, its class and date at once, brought to one table, done on the same case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.applications.family import Family, person
from tests.applications.hiring import CONTRACT, PDF, Employer, drafted, employer, sent
from tests.applications.newborn import Desk
from tests.applications.newborn import drafted as drafted_birth
from tests.applications.newborn import sent as sent_birth

from tongban.accounts.actor import Actor
from tongban.applications import cases, correcting, deferrals, inquiries, messages, not_done, starting, views
from tongban.applications.not_done import Told, tell
from tongban.applications.problems import Problem
from tongban.casework import store, sweeps
from tongban.casework.model import Case, Refused
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision.models import Found

pytestmark = pytest.mark.django_db
WINDOW = "demonstration/government-services-4302"
INSPECTORS = "demonstration/discipline-4302"
OTHER = "demonstration/business-430211"
FILING, CERTIFICATE = "hrss/labour-use-filing", "health/birth-certificate"


@pytest.fixture
def firm(db: None) -> Employer:
    """A company that hires."""
    return employer(publication.current())


def said(actor: Actor, words: str = "", **rest: Any) -> Told:  # noqa: ANN401 -- what `tell` takes
    return tell(actor, words, command_id=uuid4(), **rest)


def case_of(told: Told) -> Case:
    return store.cases_of([told.number])[0]


def act(desk: Desk, told: Told, step: str, office: str = WINDOW, **rest: Any) -> None:  # noqa: ANN401 -- what a command takes
    cases.act(desk(office, "handler"), f"{told.number}/01", step, command_id=uuid4(), **rest)


def answer(desk: Desk, told: Told, fault: str = "not-the-way") -> None:
    act(desk, told, "answer", facts={"inquiry.answer": "明天来取", "inquiry.fault": fault})


def agree(desk: Desk, told: Told, way: str) -> None:
    act(desk, told, "agree", facts={"inquiry.way": way, "inquiry.agreed": "先受理，合同 5 个工作日内补"})


def give_word(desk: Desk, told: Told, office: str, opinion: str = "agree") -> None:
    act(desk, told, "say", office, data={"opinion": opinion}, texts={"note": "可以先受理"})


def stuck(firm: Employer, desk: Desk, items: tuple[str, ...] = (CONTRACT,)) -> tuple[str, dict[str, Any]]:
    """A hire whose filing waits for papers that the company cannot bring in time: its number and its part."""
    number = drafted(firm)
    view = sent(firm, number, deferred=0)
    part = next(line for line in view["cases"] if line["service"] == FILING)
    wrong = {"items": list(items), "fault": "incomplete"}
    cases.act(desk(part["office"], "handler"), part["number"], "correct", command_id=uuid4(), data=wrong)
    return number, part


def at_the_table(firm: Employer, desk: Desk, items: tuple[str, ...] = (CONTRACT,)) -> tuple[Told, dict[str, Any]]:
    """The same told at the window, which has asked the office that has it and another one."""
    number, part = stuck(firm, desk, items)
    told = said(firm.agent, "合同在总部盖章，要三个月", kind="sent-back", application=number)
    act(desk, told, "ask", data={"offices": [part["office"], OTHER]}, texts={"note": "能不能先受理"})
    return told, part


@pytest.mark.parametrize(
    ("kind", "cause", "last"),
    [
        ("unclear", "unclear", "2026-11-16"),
        ("sent-back", "papers", "2026-11-17"),
        ("not-accepted", "human", "2026-11-17"),
    ],
)
def test_how_it_failed_gives_class_and_date_at_once(home: Family, kind: str, cause: str, last: str) -> None:
    told = said(home.mother, "要准生证", kind=kind, offer="newborn")
    line = inquiries.one(home.mother, told.number)
    assert (line["cause"], line["due"], line["about"]) == (cause, last, "新生儿出生")


def test_what_was_tried_is_found_and_nobody_is_asked_again(home: Family, desk: Desk) -> None:
    number = drafted_birth(home)
    view = sent_birth(home, number)
    line = inquiries.one(home.mother, said(home.mother, kind="other", application=number).number)
    assert (line["reference"], line["cause"], line["due"]) == (number, "departments", "2026-11-30")
    assert all(part["title"]["zh"] in line["tried"] for part in view["cases"])
    first = view["cases"][0]
    cases.act(
        desk(first["office"], "handler"), first["number"], "refuse-acceptance", command_id=uuid4(),
        texts={"reason": "不归这里"},
    )  # fmt: skip
    again = inquiries.one(home.father, said(home.father, kind="other", application=number).number)
    assert (again["cause"], again["due"]) == ("policy", "2026-11-23")


def test_the_window_puts_it_in_another_class_once_and_its_limit_follows(home: Family, desk: Desk) -> None:
    told = said(home.mother, "办不下来", kind="unclear", offer="newborn")
    act(desk, told, "reclass", facts={"inquiry.cause": "policy"}, texts={"reason": "规定不让"})
    assert inquiries.one(home.mother, told.number)["due"] == "2026-11-23"
    with pytest.raises(Refused, match="done-already"):
        act(desk, told, "reclass", facts={"inquiry.cause": "papers"}, texts={"reason": "再改"})


def test_what_the_offices_agree_is_done_on_the_very_case_that_was_stuck(firm: Employer, desk: Desk) -> None:
    told, part = at_the_table(firm, desk)
    number = part["number"].partition("/")[0]
    give_word(desk, told, part["office"])
    assert case_of(told).state == "asked"  # the other office has not given its word
    give_word(desk, told, OTHER)
    assert case_of(told).state == "weighed"
    agree(desk, told, "follow")
    [item] = correcting.asked(firm.agent, number, part["part"])["items"]
    assert (item["given"], item["follows_by"]) == (True, "2026-11-23")
    correcting.send(firm.agent, number, part["part"], {}, uuid4())
    cases.act(desk(part["office"], "handler"), part["number"], "accept", command_id=uuid4())
    [(key, last)] = deferrals.owed(part["number"]).items()
    assert last.isoformat() == "2026-11-23"
    correcting.follow_up(firm.agent, number, key, "合同.pdf", [PDF])
    cases.act(desk(part["office"], "approver"), part["number"], "decide", command_id=uuid4())
    line = next(
        each for each in views.application_view(firm.agent, number)["cases"] if each["number"] == part["number"]
    )
    assert line["result"] == "granted"
    answer(desk, told)
    inquiries.helped(firm.agent, told.number, command_id=uuid4())
    assert case_of(told).state == "closed"
    assert inquiries.one(firm.agent, told.number)["agreed"].startswith("先受理")


@pytest.mark.parametrize("by", ["the other's word alone", "a no", "silence"])
def test_nothing_is_done_on_a_case_whose_own_office_gave_no_word_for_it(
    firm: Employer, desk: Desk, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    told, part = at_the_table(firm, desk)
    give_word(desk, told, OTHER)
    if by == "a no":
        give_word(desk, told, part["office"], "disagree")
    else:
        later = time.now() + timedelta(days=2)
        monkeypatch.setattr(time, "now", lambda: later)
        sweeps.silence()
    assert case_of(told).state == "weighed"
    with pytest.raises(Problem, match="no-word"):
        agree(desk, told, "follow")
    assert case_of(told).state == "weighed"
    [item] = correcting.asked(firm.agent, part["number"].partition("/")[0], part["part"])["items"]
    assert item["follows_by"] is None
    agree(desk, told, "as-agreed")
    assert case_of(told).state == "agreed"


def test_no_paper_follows_that_the_service_itself_does_not_let_follow(firm: Employer, desk: Desk) -> None:
    told, part = at_the_table(firm, desk, ("base/business-licence",))
    give_word(desk, told, OTHER)
    give_word(desk, told, part["office"])
    with pytest.raises(Problem, match="no-way"):
        agree(desk, told, "follow")
    assert case_of(told).state == "weighed"


def test_what_the_case_itself_does_not_allow_is_not_agreed_upon(home: Family, desk: Desk) -> None:
    number = drafted_birth(home)
    part = next(line for line in sent_birth(home, number)["cases"] if line["service"] == CERTIFICATE)
    cases.act(desk(part["office"], "handler"), part["number"], "accept", command_id=uuid4())
    told = said(home.mother, "还是没动静", kind="not-accepted", application=number)
    act(desk, told, "ask", data={"offices": [part["office"]]}, texts={"note": "为什么不收"})
    give_word(desk, told, part["office"])
    with pytest.raises(Refused, match="wrong-state"):
        agree(desk, told, "accept")
    assert case_of(told).state == "weighed"


@pytest.mark.parametrize(("way", "state"), [("accept", "accepted"), ("hand-up", "submitted")])
def test_a_case_that_nobody_takes_is_accepted_or_goes_up_as_was_agreed(
    home: Family, desk: Desk, way: str, state: str
) -> None:
    number = drafted_birth(home)
    part = next(line for line in sent_birth(home, number)["cases"] if line["service"] == CERTIFICATE)
    told = said(home.mother, "就是不收", kind="not-accepted", application=number)
    act(desk, told, "ask", data={"offices": [part["office"]]}, texts={"note": "为什么不收"})
    give_word(desk, told, part["office"])
    agree(desk, told, way)
    now = next(case for case in store.cases_of([number]) if case.number == part["number"])
    assert now.state == state
    assert (now.office == part["office"]) is (way == "accept")


def test_where_somebody_refuses_the_inspectors_look_at_once_and_hold_no_answer_up(home: Family, desk: Desk) -> None:
    told = said(home.mother, "说系统坏了，不给办", kind="not-accepted", offer="newborn")
    assert [task.office for task in case_of(told).tasks if task.name == "inspection"] == [INSPECTORS]
    answer(desk, told)
    inquiries.helped(home.mother, told.number, command_id=uuid4())
    assert case_of(told).state == "settled"
    act(desk, told, "inspect", INSPECTORS, facts={"inquiry.finding": "当天已经补办，责任人谈话"})
    assert case_of(told).state == "closed"
    assert "finding" not in inquiries.one(home.mother, told.number)


def test_the_inspectors_hear_of_it_too_when_the_window_finds_it_out(home: Family, desk: Desk) -> None:
    told = said(home.mother, "办不下来", kind="unclear", offer="newborn")
    assert [task.name for task in case_of(told).tasks] == ["main"]
    act(desk, told, "reclass", facts={"inquiry.cause": "human"}, texts={"reason": "窗口推着不办"})
    assert {task.name for task in case_of(told).tasks} == {"main", "inspection"}


def test_who_is_late_climbs_a_ladder(home: Family, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    heads = {"remind": desk(WINDOW, "head"), "supervise": desk(WINDOW, "head"), "account": desk(INSPECTORS, "head")}
    told = said(home.mother, "办不下来", kind="unclear", offer="newborn")
    start, climbed = time.now(), []
    for days in (1, 2, 3, 4, 8):  # due Monday; a workday, to the end of Wednesday; two, to Monday 23
        later = start + timedelta(days=days)
        monkeypatch.setattr(time, "now", lambda at=later: at)
        sweeps.silence()
        climbed.append([step for step in heads if step in case_of(told).taken])
    assert [len(steps) for steps in climbed] == [1, 1, 2, 2, 3]
    for step, head in heads.items():
        assert [one.code for one in messages.inbox(head)].count(step) == 1


@pytest.mark.parametrize(("fault", "found"), [("impossible-paper", 1), ("not-the-way", 0)])
def test_an_answer_that_blames_the_way_itself_reports_a_problem_of_it(
    home: Family, desk: Desk, fault: str, found: int
) -> None:
    told = said(home.mother, "要准生证", kind="unclear", offer="newborn")
    answer(desk, told, fault)
    rows = list(Found.objects.values_list("about", "kind", "found_by"))
    assert rows == [("life-events/newborn", fault, "window")] * found


def test_the_same_person_on_the_same_matter_is_one_case_however_often_it_is_said(home: Family, desk: Desk) -> None:
    number = starting.start(home.mother, "newborn", command_id=uuid4())
    first = said(home.mother, "不收", kind="sent-back", application=number)
    again, mother = said(home.mother, "还是不收", kind="late", application=number), home.mother.subject_id
    at_window = said(desk(WINDOW, "window"), "", kind="late", application=number, asker=mother, window=WINDOW)
    other = said(home.mother, "不收", kind="sent-back", offer="newborn")
    assert [one.outcome for one in (first, again, at_window, other)] == ["new", "joined", "joined", "new"]
    line = inquiries.one(home.mother, first.number)
    assert (line["times"], [one["said"] for one in line["again"]]) == (3, ["还是不收", "到期没办好"])
    answer(desk, first)
    assert said(home.mother, "又不收", kind="sent-back", application=number).outcome == "new"


def test_a_word_that_is_sent_twice_is_said_once(home: Family) -> None:
    command = uuid4()
    first = tell(home.mother, "不收", command_id=command, kind="late", offer="newborn")
    assert tell(home.mother, "不收", command_id=command, kind="late", offer="newborn") == first
    assert inquiries.one(home.mother, first.number)["times"] == 1


@pytest.mark.parametrize(
    ("words", "address"),
    [("法院判了不执行", "12368"), ("我要去信访局上访", "信访"), ("窗口向我索贿", "12388"), ("楼下着火了", "119")],
)
def test_what_is_not_ours_is_refused_with_the_right_address(home: Family, words: str, address: str) -> None:
    with pytest.raises(Problem, match="not-ours") as refused:
        said(home.mother, words)
    assert address in refused.value.text.zh
    assert inquiries.mine(home.mother) == []
    number = starting.start(home.mother, "newborn", command_id=uuid4())
    assert said(home.mother, words, application=number).outcome == "new"  # about a matter of ours it is ours


def test_a_service_of_ours_that_fails_is_ours_whatever_words_tell_it(home: Family) -> None:
    words = "拿着法院的离婚判决书，户口窗口不收"
    told = said(home.mother, words, offer="police/birth-registration", kind="not-accepted")
    assert told.outcome == "new"


def test_nobody_tells_of_anothers_matter(home: Family, desk: Desk) -> None:
    number = starting.start(home.mother, "newborn", command_id=uuid4())
    _, stranger = person("周以宁", "43020019900206009")
    window = desk(WINDOW, "window")
    with pytest.raises(Problem, match="not-found"):
        said(stranger, "办得怎样了", application=number)
    with pytest.raises(Problem, match="not-found"):
        said(window, "x", application=number, asker=stranger.subject_id, window=WINDOW)
    mine = said(home.mother, "不收", kind="late", application=number).number
    with pytest.raises(Problem, match="not-found"):
        inquiries.one(stranger, mine)
    of_mother = {"asker": home.mother.subject_id}
    with pytest.raises(Problem, match="forbidden"):
        said(desk(WINDOW, "handler"), "x", **of_mother, window=WINDOW)
    with pytest.raises(Problem, match="forbidden"):
        said(stranger, "x", **of_mother)
    with pytest.raises(Problem, match="forbidden"):
        said(window, "x")


@pytest.mark.parametrize("kind", ["", "gossip", "question"])
def test_how_it_failed_is_one_of_its_kinds(home: Family, kind: str) -> None:
    with pytest.raises(Problem, match="wrong-fields") as refused:
        said(home.mother, "不收", kind=kind)
    assert [error.fact for error in refused.value.errors] == ["inquiry.kind"]


@pytest.mark.slow
def test_without_a_matter_it_takes_words_and_they_are_limited(home: Family) -> None:
    for words in (" ", "长" * 1001):
        with pytest.raises(Problem, match="wrong-fields"):
            said(home.mother, words)
    for n in range(inquiries.MOST_A_DAY):
        said(home.mother, f"第 {n} 件")
    with pytest.raises(Problem, match="too-many-questions"):
        said(home.mother, "再一件")


def test_what_to_do_whom_to_ask_and_how_come_from_the_catalogue() -> None:
    first = not_done.answers("孩子上户口", "430211")[0]
    assert first["id"] == "life-events/newborn"
    assert "天元" in first["address"]["zh"]
    assert first["hours"]
    assert first["papers"]


def test_an_answer_that_did_not_help_is_taken_up_again_three_times(home: Family, desk: Desk) -> None:
    told = said(home.mother, "不收", kind="sent-back", offer="newborn")
    for _ in range(3):
        answer(desk, told)
        inquiries.insist(home.mother, told.number, "还是不行", command_id=uuid4())
    answer(desk, told)
    with pytest.raises(Refused, match="done-already"):
        inquiries.insist(home.mother, told.number, "还是不行", command_id=uuid4())


def test_after_five_quiet_working_days_it_is_closed(home: Family, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told = said(home.mother, "不收", kind="sent-back", offer="newborn")
    answer(desk, told)
    later = time.now() + timedelta(days=8)
    monkeypatch.setattr(time, "now", lambda: later)
    sweeps.silence()
    assert case_of(told).state == "closed"
