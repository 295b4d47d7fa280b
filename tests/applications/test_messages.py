"""Who is told of what: those whom a step leaves something to do, in force today, once, and never a personal value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from tests.applications.family import Family, person, staff
from tests.applications.newborn import Desk, clerk_facts, drafted, part, sent

from tongban.accounts import mandates, posts
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import Deputy, Mandate, Post, User
from tongban.applications import cases, correcting, messages, telling, views
from tongban.applications.messages import Desk as Seats
from tongban.applications.messages import News
from tongban.applications.models import Form, Message
from tongban.casework.guards import WORKING_ROLES
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.models import Mark
from tongban.platform.places import find_places
from tongban.publication import service as publication
from tongban.registry import service as registry

WORDS = Text("有一件事", "Something")
CERTIFICATE = "/birth-certificate"


def account(actor: Actor) -> User:
    """The account behind an actor."""
    return User.objects.get(id=actor.user_id or 0)


def told(actor: Actor, case: str | None = None) -> list[str]:
    """The codes of what somebody was told, of one case or of all, the first first."""
    return [one.code for one in reversed(messages.inbox(actor)) if case in {None, one.case}]


def certificate(home: Family) -> tuple[str, dict[str, str]]:
    """An application just sent, and the line of its first part."""
    number = drafted(home)
    return number, part(sent(home, number), CERTIFICATE)


@pytest.fixture
def office(home: Family) -> str:
    """The office that has the first part of an application like the family's."""
    return certificate(home)[1]["office"]


def test_a_post_that_has_ended_or_not_begun_is_told_nothing(office: str) -> None:
    today, day = time.today(), timedelta(days=1)
    here, gone, to_come = (staff(f"M{n}", office, "handler") for n in range(3))
    Post.objects.filter(user_id=gone.user_id or 0).update(until_day=today - day)
    Post.objects.filter(user_id=to_come.user_id or 0).update(from_day=today + day)
    messages.tell_office(office, "test", WORDS, "A")
    assert [told(one) for one in (here, gone, to_come)] == [["test"], [], []]


def test_a_deputy_is_told_as_long_as_the_absence_lasts(office: str) -> None:
    today, elsewhere = time.today(), "elsewhere/office"
    absent, deputy = staff("M0", office, "handler"), staff("M1", elsewhere, "handler")
    row = posts.deputise(account(absent), account(deputy), office, today, today)
    messages.tell_office(office, "during", WORDS, "A")
    posts.end_deputy(row.id, today - timedelta(days=1))
    messages.tell_office(office, "after", WORDS, "A")
    assert told(deputy) == ["during"]


def days() -> Iterator[tuple[date | None, date | None]]:
    """First and last day of something: each open, yesterday, today or tomorrow."""
    near: list[date | None] = [None, *(time.today() + timedelta(days=by) for by in (-1, 0, 1))]
    return ((first, last) for first in near for last in near if not (first and last and last < first))


@pytest.mark.slow
def test_a_desk_is_told_on_exactly_the_days_on_which_it_may_act(office: str) -> None:
    absent = []
    for n, (first, last) in enumerate(days()):
        here = staff(f"P{n}", office, "handler", "approver")
        Post.objects.filter(user_id=here.user_id or 0).update(from_day=first, until_day=last)
        absent.append(account(here))
    for n, (first, last) in enumerate(days()):
        if first is not None and last is not None:
            for away in absent:
                deputy = account(staff(f"D{n}-{away.id}", "elsewhere/office", "handler"))
                Deputy.objects.create(absent=away, deputy=deputy, office=office, from_day=first, until_day=last)
                second = account(staff(f"E{n}-{away.id}", "elsewhere/office", "handler"))
                Deputy.objects.create(absent=deputy, deputy=second, office=office, from_day=first, until_day=last)
    User.objects.filter(id=absent[0].id).update(is_active=False)
    messages.tell_office(office, "test", WORDS, "A")
    everybody = User.objects.filter(kind=User.Kind.STAFF, is_active=True)
    may = {user.id for user in everybody if actor_of(user).offices.get(office, frozenset()) & WORKING_ROLES}
    assert set(Message.objects.filter(code="test").values_list("user_id", flat=True)) == may
    assert 10 < len(may) < len(everybody) / 2


def test_what_somebody_claimed_is_told_to_them_and_their_deputy_until_they_leave(office: str) -> None:
    today = time.today()
    holder, colleague = staff("M0", office, "handler"), staff("M1", office, "handler")
    deputy = staff("M2", "elsewhere/office", "handler")
    posts.deputise(account(holder), account(deputy), office, today, today)
    desk = Seats(office, holder=holder.user_id)
    messages.tell([News(desk, "claimed", WORDS, "A")])
    User.objects.filter(id=holder.user_id or 0).update(is_active=False)
    messages.tell([News(desk, "closed", WORDS, "A")])
    Post.objects.filter(user_id=holder.user_id or 0).update(until_day=today - timedelta(days=1))
    messages.tell([News(desk, "left", WORDS, "A")])
    assert (told(holder), told(deputy), told(colleague)) == (["claimed"], ["claimed", "closed"], ["left"])


def test_who_keeps_the_chain_or_a_window_is_not_told_of_the_cases_of_others(office: str) -> None:
    auditor, window = staff("M0", office, "auditor"), staff("M1", office, "window")
    messages.tell_office(office, "test", WORDS, "A")
    assert told(auditor) + told(window) == []


def test_an_agent_is_told_while_the_right_lasts_and_of_what_it_is_for(home: Family) -> None:
    company = registry.create("base/Organisation", key="91430200MA4L12345X")
    assert home.mother.subject_id is not None
    assert home.father.subject_id is not None
    number = drafted(home)
    for agent, scope in ((home.mother, [mandates.EVERYTHING]), (home.father, ["life-events/hire-employee"])):
        assert agent.subject_id is not None
        mandates.give(company, agent.subject_id, scope, basis=Mandate.Basis.AGENT)
    messages.tell_subject(company, "during", WORDS, number)
    Mandate.objects.update(from_day=time.today() - timedelta(days=2), until_day=time.today() - timedelta(days=1))
    messages.tell_subject(company, "after", WORDS, number)
    assert told(home.mother) == ["during"]
    assert told(home.father) == []


def test_an_agent_is_told_on_exactly_the_days_and_of_what_the_right_covers(home: Family) -> None:
    company = registry.create("base/Organisation", key="91430200MA4L12345X")
    number = drafted(home)
    bundle = Form.objects.get(number=number).bundle
    scopes = ([mandates.EVERYTHING], [bundle], [f"{bundle}-2"], ["life-events/hire-employee", bundle])
    rights = [(first, last, scope) for first, last in days() if first is not None for scope in scopes]
    agents = []
    for n, (first, last, scope) in enumerate(rights):
        for is_ended in (False, True):
            subject, agent = person(f"甲{n}", f"43020019900101{n:02}{is_ended:d}")
            agents.append(agent)
            Mandate.objects.create(
                grantor_subject_id=company, agent_subject_id=subject, scope=scope, basis=Mandate.Basis.AGENT,
                from_day=first, until_day=last, ended_at=time.now() if is_ended else None,
            )  # fmt: skip
    messages.tell_subject(company, "test", WORDS, number)
    may = {one.user_id for one in agents if actor_of(account(one)).may_act_for(company, bundle)}
    assert set(Message.objects.filter(code="test").values_list("user_id", flat=True)) == may
    assert 0 < len(may) < len(agents) / 2


def test_news_is_text_whatever_is_in_it(office: str) -> None:
    hostile = "'); drop table applications_message; -- \\\" {} %s \u2028 𠮷"
    clerk = staff("M0", office, "handler")
    messages.tell([News(Seats(office), "test", Text(hostile, hostile), "A"), News(Seats(hostile), "test", WORDS, "B")])
    (one,) = messages.inbox(clerk)
    assert (one.zh, one.en) == (hostile, hostile)


def test_an_office_hears_of_a_new_case_an_accepted_one_and_a_correction(home: Family, desk: Desk, office: str) -> None:
    handler, approver, colleague = desk(office, "handler"), desk(office, "approver"), staff("M9", office, "approver")
    number, line = certificate(home)
    case = line["number"]
    assert told(handler, case) == ["opened"]
    assert told(approver, case) == []
    cases.act(
        handler, case, "correct", command_id=uuid4(),
        data={"items": ["birth.child_name"], "fault": "incorrect"},
    )  # fmt: skip
    assert told(handler, case) == ["opened"]
    correcting.send(home.mother, number, 1, {"birth.child_name": "陈大满"}, uuid4())
    assert told(handler, case) == ["opened", "resubmit"]
    cases.act(handler, case, "accept", command_id=uuid4())
    assert told(approver, case) == told(colleague, case) == ["accept"]
    assert told(handler, case) == ["opened", "resubmit"]
    line = part(views.application_view(home.mother, number), CERTIFICATE)
    cases.act(approver, case, "decide", command_id=uuid4(), facts=clerk_facts(desk, line))
    assert told(colleague, case) == ["accept"]


def test_who_accepted_is_not_told_to_decide_what_another_must(home: Family, office: str) -> None:
    both, other = staff("M0", office, "handler", "approver"), staff("M1", office, "handler", "approver")
    _, line = certificate(home)
    cases.act(both, line["number"], "accept", command_id=uuid4())
    assert (told(both, line["number"]), told(other, line["number"])) == (["opened"], ["opened", "accept"])


def test_a_case_that_waited_for_another_tells_its_office_when_it_starts(home: Family, desk: Desk) -> None:
    number, first = certificate(home)
    later = part(views.application_view(home.mother, number), "/birth-registration")
    clerk = desk(later["office"], "handler")
    assert (later["state"], told(clerk, later["number"])) == ("waiting", [])
    cases.act(desk(first["office"], "handler"), first["number"], "accept", command_id=uuid4())
    facts = clerk_facts(desk, first)
    cases.act(desk(first["office"], "approver"), first["number"], "decide", command_id=uuid4(), facts=facts)
    assert told(clerk, later["number"]) == ["started"]


def test_an_office_whose_opinion_is_asked_is_told_by_whatever_name_the_task_has(home: Family, desk: Desk) -> None:
    number, line = certificate(home)
    other = part(views.application_view(home.mother, number), "/birth-registration")["office"]
    asked = desk(other, "handler")
    cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    cases.act(desk(line["office"], "handler"), line["number"], "consult", command_id=uuid4(), data={"offices": [other]})
    assert told(asked, line["number"]) == ["consult"]


def test_sending_asks_the_database_no_more_for_many_colleagues_than_for_one(home: Family, office: str) -> None:
    counts = []
    for colleagues in (1, 20):
        for n in range(colleagues):
            staff(f"M{colleagues}-{n}", office, "handler")
        with CaptureQueriesContext(connection) as queries:
            messages.tell_office(office, "test", WORDS, f"A{colleagues}")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Message.objects.filter(application="A20").count() == 21


@pytest.mark.parametrize(
    ("procedure", "state", "waits_for"),
    [
        ("standard", "submitted", {"handler"}),
        ("standard", "correcting", {"applicant"}),
        ("standard", "accepted", {"approver"}),
        ("standard", "decided", {"system"}),
        ("instant", "submitted", {"handler"}),
        ("automatic", "submitted", {"handler", "system"}),
        ("work-order", "reported", {"handler"}),
        ("work-order", "dispatched", {"system"}),
        ("work-order", "verified", {"handler", "applicant"}),
    ],
)
def test_a_state_waits_for_whoever_brings_it_nearer_to_a_grant(
    home: Family, procedure: str, state: str, waits_for: set[str]
) -> None:
    del home
    definition = publication.current().procedures[f"base/{procedure}"]
    assert {step.by for step in telling.goes_on_by(definition, state)} == waits_for


def files(folder: Path) -> list[Path]:
    """The files in which a demonstration writes what it would send."""
    return sorted((folder / "messages").glob("*.jsonl"))


def test_the_files_of_a_demonstration_hold_no_personal_value(home: Family, desk: Desk) -> None:
    _, line = certificate(home)
    cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    waiting = Message.objects.filter(sent_at=None).count()
    before = [path.read_bytes() for path in files(find_places().home)]
    assert messages.send_waiting() == waiting > 0
    after = [path.read_bytes() for path in files(find_places().home)]
    assert len(after) == 2
    for path, whole in enumerate(after):
        written = [orjson.loads(row) for row in whole[len(before[path]) if before else 0 :].splitlines()]
        assert len(written) == waiting
        assert {frozenset(row) for row in written} == {frozenset({"at", "to", "zh", "en"})}
        assert {(row["zh"], row["en"]) for row in written} == {(messages.OUTSIDE.zh, messages.OUTSIDE.en)}
        assert {type(row["to"]) for row in written} == {int}


class Post12345:
    """A city's own channel."""

    sent: list[int]

    def send(self, user: User, text: Text, at: object) -> None:
        """Keep whom it was for."""
        del text, at
        self.sent.append(user.id)


def test_a_real_city_writes_no_files_and_sends_by_the_channel_it_names(
    home: Family, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "city_mark", lambda: Mark.REAL)
    assert home.mother.subject_id is not None
    size = [path.stat().st_size for path in files(find_places().home)]
    messages.tell_subject(home.mother.subject_id, "inbox-only", WORDS, "A")
    messages.send_waiting()
    Post12345.sent = []
    settings.MESSAGES = f"{__name__}.Post12345"
    messages.tell_subject(home.mother.subject_id, "both", WORDS, "A")
    messages.send_waiting()
    assert told(home.mother) == ["inbox-only", "both"]
    assert Post12345.sent == [home.mother.user_id]
    assert [path.stat().st_size for path in files(find_places().home)] == size
