"""What is erased about a person is gone everywhere, only when it may be, and the record still verifies."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from tests.portal import matters
from typer.testing import CliRunner

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import Mandate, Token, User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.applications import cases, erasing, reads, views, withdrawal, worklists
from tongban.applications.models import Erasure, Form, Message, Party
from tongban.applications.problems import Problem
from tongban.casework import audit, seals, store
from tongban.cli.main import app
from tongban.credentials.models import Document
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.registry import service as registry
from tongban.registry.models import Record
from tongban.supervision import restoring

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PERSON = "base/Person"
MOTHER, NAME = "430200199405120089", "李沐禾"
FATHER = "430200199209170070"
WHY = "本人申请，保存期已满"


@pytest.fixture
def ended(sent: str) -> str:
    """The same when she has withdrawn all that was still going on."""
    withdrawal.withdraw(matters.actor("mother"), sent, uuid4())
    return sent


def subject() -> int:
    found = registry.find(PERSON, MOTHER)
    assert found is not None
    return found


def erase(kept_years: int = 0, who: str = "head", why: str = WHY, key: str = MOTHER) -> int:
    return erasing.erase(matters.actor(who), key, why, command_id=uuid4(), kept_years=kept_years)


def refusal(kept_years: int = 0, who: str = "head", why: str = WHY, key: str = MOTHER) -> str:
    with pytest.raises(Problem) as refused:
        erase(kept_years, who, why, key)
    return refused.value.errors[0].code if refused.value.errors else refused.value.code


def test_it_is_refused_while_the_law_keeps_the_record(sent: str) -> None:
    assert refusal() == "erasure-open"
    withdrawal.withdraw(matters.actor("mother"), sent, uuid4())
    assert refusal(kept_years=10) == "erasure-too-early"
    assert refusal(who="auditor") == refusal(who="mother") == refusal(who="clerk-population") == "forbidden"
    assert refusal(why=" ") == "reason-missing"
    assert refusal(key="430200190001010018") == "unknown-person"
    assert not Erasure.objects.exists()
    assert store.facts_of([matters.part(sent, "health/birth-certificate")]) != {}
    time.advance_time(timedelta(days=365 * 10 + 3))
    assert erase(kept_years=10) > 0


def test_nothing_of_it_is_left_and_the_record_still_verifies(ended: str, tmp_path: Path) -> None:
    seals.seal(tmp_path)
    erased, before = (
        subject(),
        {one.number: len(store.events_of([one.number])[one.number]) for one in store.cases_of([ended])},
    )
    user = User.objects.get(subject_id=erased)
    token = issue_token(user, TOKEN_SCOPES)
    browser = matters.browser_of("mother")
    assert browser.get("/account").status_code == 200
    done = erase()
    assert done >= len(before)
    seals.seal(tmp_path)
    report = audit.audit(tmp_path)
    assert (report.findings, report.unsealed_events) == ([], 0)
    assert {number: len(store.events_of([number])[number]) for number in before} != before
    assert restoring.open_values()[1] == ()
    assert registry.find(PERSON, MOTHER) is None
    assert registry.key_of(erased) is None
    assert not Record.objects.filter(subject_id=erased).exists()
    assert not Message.objects.filter(user_id=user.id).exists()
    assert not Document.objects.filter(holder_subject_id=erased).exists()
    assert not Token.objects.filter(user=user).exists()
    assert not Mandate.objects.filter(grantor_subject_id=erased).exists()
    assert browser.get("/account").status_code == 302
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert Client().post("/login", {"name": MOTHER, "password": "tongban-demo"}).status_code != 302
    noted = Erasure.objects.get(subject_id=erased)
    assert (noted.by, noted.reason, noted.cases) == (matters.actor("head").user_id, WHY, done)
    assert refusal() == "unknown-person"


def test_what_no_form_was_filled_for_is_erased_as_well(ended: str) -> None:
    texts = {one.subject for case in store.cases_of([ended]) for one in store.values_of([case.number])[case.number]}
    assert len(texts) > 1
    Party.objects.filter(form_id=ended).delete()
    Form.objects.filter(number=ended).delete()  # as of a correction, or of a case from a former system
    erase()
    assert not any(store.values_of([case.number])[case.number] for case in store.cases_of([ended]))


def test_everybody_else_reads_that_it_is_erased(ended: str) -> None:
    father = matters.actor("father")
    assert User.objects.filter(shown_name=NAME).count() == 1
    erase()
    assert not User.objects.filter(shown_name=NAME).exists()
    for case in store.cases_of([ended]):
        clerk = _clerk_of(case.office)
        view = cases.case_view(clerk, case.number)
        told = [line["shown"]["zh"] for line in view["facts"]]
        assert set(told) == {"已删除"} or told == []
        assert NAME not in str(view)
        assert MOTHER not in str(view)
        (line,) = worklists.lines(clerk, [case.number])
        assert (line["applicant"]["zh"], line["names"]) == ("已删除", [])
        desk = Client()
        desk.force_login(User.objects.get(id=clerk.user_id or 0))
        page = desk.get(f"/desk/cases/{in_address(case.number)}")
        assert (page.status_code, NAME in page.content.decode()) == (200, False)
    assert views.application_view(father, ended)["number"] == ended
    browser = matters.browser_of("father")
    for path in (f"/a/{ended}", f"/a/{ended}/events", "/my", "/documents", "/reads", "/account", "/messages"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert NAME not in answer.content.decode()
    assert reads.about_me(father) != []


def test_of_an_application_of_somebody_else_only_the_own_part_goes(ended: str, tmp_path: Path) -> None:
    mother = matters.actor("mother")
    before = {line["fact"] for line in views.application_view(mother, ended)["facts"]}
    known = {case.number: store.facts_of([case.number])[case.number] for case in store.cases_of([ended])}
    erase(key=FATHER)
    view = views.application_view(mother, ended)
    gone = before - {line["fact"] for line in view["facts"]}
    assert gone
    assert {fact.partition(".")[0] for fact in gone} <= {"father", "marriage", "birth"}
    assert FATHER not in str(view)
    for number, facts in known.items():
        left = store.facts_of([number])[number]
        assert left == {name: value for name, value in facts.items() if name in left}
        assert FATHER not in left.values()
        assert not [name for name in left if name.startswith("father.")]
    (subject_id,) = {form.applicant_id for form in Form.objects.filter(number=ended)}
    assert registry.key_of(subject_id) == MOTHER
    seals.seal(tmp_path)
    assert audit.audit(tmp_path).findings == []
    assert matters.browser_of("mother").get(f"/a/{ended}").status_code == 200


def _clerk_of(office: str) -> Actor:
    """Somebody who handles cases at an office."""
    users = User.objects.filter(posts__office=office, posts__roles__contains=["handler"])
    return actor_of(users.order_by("id")[0])


def test_the_command_asks_for_the_number_and_erases(ended: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.cli.acting.open_city", nullcontext)
    words = ["erase", "--as", "head", "--reason", WHY]
    done = CliRunner().invoke(app, words, input=f"{MOTHER}\n")
    assert (done.exit_code, "erasure-too-early" in done.output) == (1, True)
    done = CliRunner().invoke(app, [*words, "--kept-years", "0"], input=f"{MOTHER}\n")
    assert done.exit_code == 0, done.output
    assert MOTHER not in done.output
    assert registry.find(PERSON, MOTHER) is None
