"""A wrong entry at a holder elsewhere: its office decides, the holder is told, and the case says what it answered."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings
from tests.applications.family import Family
from tests.applications.newborn import Desk, drafted, sent
from tests.registry.conftest import Service, service  # noqa: F401 -- a fixture

from tongban.applications import cases, confirming, reading, starting, views
from tongban.platform import time
from tongban.registry import service as registry
from tongban.registry import writes
from tongban.registry.directory import pass_on, remote
from tongban.registry.models import Record, Write
from tongban.registry.sealing import open_facts

pytestmark = pytest.mark.django_db
RIGHT = "天元区黄河北路 9 号"


@pytest.fixture
def police(home: Family, service: Service, settings: Settings) -> Iterator[Service]:  # noqa: F811
    """The population register is a service of its own, and has all that our tables had."""
    authority = "base/population"
    for row in Record.objects.filter(holder=authority):
        key = registry.key_of(row.subject_id)
        if key is not None:
            service.facts[key] = dict(open_facts(authority, row.subject_id, row.facts))
    Record.objects.filter(holder=authority).delete()
    settings.HOLDERS = {authority: service.url}
    yield service
    remote(authority, service.url).close()
    remote.cache_clear()


def corrected(home: Family, desk: Desk) -> str:
    """The mother's address disputed and the correction granted; the number of its case."""
    number = drafted(home)
    reading.dispute(home.mother, number, "mother.residence_address", RIGHT)
    sent(home, number)
    office = "demonstration/population-4302"
    (task,) = [t for t in cases.tasks(desk(office, "handler"))["tasks"] if t["service"] == "base/correct-record"]
    cases.act(desk(office, "handler"), task["case"], "accept", command_id=uuid4())
    cases.act(desk(office, "approver"), task["case"], "decide", command_id=uuid4())
    return str(task["case"])


def kinds(desk: Desk, case: str) -> list[str]:
    seen = cases.case_view(desk("demonstration/population-4302", "handler"), case)
    return [event["kind"] for event in reversed(seen["events"]) if event["kind"].startswith("holder-")]


def address(home: Family) -> object:
    """What a new application reads."""
    again = starting.start(home.mother, "newborn", command_id=uuid4())
    reading.agree(home.mother, again)
    facts = views.application_view(home.mother, again)["facts"]
    return next(fact["value"] for fact in facts if fact["fact"] == "mother.residence_address")


@pytest.mark.slow
def test_a_granted_correction_is_told_and_confirmed(home: Family, desk: Desk, police: Service) -> None:
    case = corrected(home, desk)
    assert kinds(desk, case) == []
    assert address(home) == RIGHT  # what was decided counts from now on
    pass_on()
    assert police.told[-1]["subjects"][0]["facts"] == {"residence_address": RIGHT}
    assert confirming.tell_cases() == 1
    assert confirming.tell_cases() == 0
    assert kinds(desk, case) == ["holder-took"]


@pytest.mark.slow
def test_a_holder_that_does_not_take_it_is_on_the_timeline_until_it_does(
    home: Family, desk: Desk, police: Service
) -> None:
    case = corrected(home, desk)
    police.refused.add(registry.key_of(home.mother.subject_id or 0) or "")
    for _ in range(2):
        pass_on()
        confirming.tell_cases()
    assert kinds(desk, case) == ["holder-failed"]
    assert address(home) == RIGHT
    police.refused.clear()
    pass_on()
    confirming.tell_cases()
    assert kinds(desk, case) == ["holder-failed", "holder-took"]


@pytest.mark.slow
def test_a_case_that_cannot_hear_holds_up_no_other(home: Family, desk: Desk, police: Service) -> None:
    nowhere, now = "4302-26-000001-X/01", time.now()
    Write.objects.create(
        case=nowhere, holder="base/population", subject_id=home.mother.subject_id or 0,
        attributes=["residence_address"], written_at=now, taken_at=now,
    )  # fmt: skip
    case = corrected(home, desk)
    pass_on()
    assert [answer.case for answer in writes.answers()] == [nowhere, case]
    assert confirming.tell_cases() == 1
    assert kinds(desk, case) == ["holder-took"]
    assert [answer.case for answer in writes.answers()] == [nowhere]  # tried again by the next run
