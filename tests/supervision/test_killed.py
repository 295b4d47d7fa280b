"""A city that is killed: what was acknowledged is there once, nothing is there half, and trying again completes it."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from uuid import UUID, uuid4

import psycopg
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.plugin import DjangoDbBlocker
from tests.applications.hiring import employer
from tests.applications.test_sheets import as_csv, id_numbers
from tests.examples import PROVES
from tests.fall.test_worker import until, working
from tests.portal import matters
from tests.portal.test_pages_many import HIRE, SITUATION
from tests.supervision.killed_city import Clerk, KilledCity, killed_city

from tongban.accounts.models import User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.applications import batches
from tongban.applications.models import Batch, BatchRow, Form, Message
from tongban.casework import audit, store
from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.publication import service as publication
from tongban.supervision import jobs
from tongban.supervision.models import WeekKept
from tongban.testing.fixtures import SHARED
from tongban.testing.homes import HOME

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_600)]

CLERKS = 8
KILLS = 100 if PROVES else 5
VICTIMS = ("serving", "database", "both")
BIRTH = "health/birth-certificate"
NOTE = {"note": "看过了"}


@pytest.fixture
def killable(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[KilledCity]:
    """A city in which a mother's application was sent, served by a process of its own."""
    with django_db_blocker.unblock():
        with killed_city() as city:
            yield city
        database.point_to(postgres, SHARED)


@pytest.fixture
def sent(killable: KilledCity) -> str:
    """The number of the application; the hospital has accepted the birth certificate's case."""
    number = matters.sent()
    matters.act("clerk-maternity", matters.part(number, BIRTH), "accept")
    killable.start()
    return number


def token(persona: str) -> str:
    return issue_token(User.objects.get(persona=persona), TOKEN_SCOPES, label="killed")


def kill(city: KilledCity, victim: str) -> None:
    if victim in ("serving", "both"):
        city.kill_serving()
    if victim in ("database", "both"):
        city.kill_database()
    database.close_connections()


def times_written(city: KilledCity, clerk: Clerk) -> dict[str, int]:
    """How often each command of a clerk stands in the events."""
    with city.look() as connection:
        rows = connection.execute(
            "select command_id::text, count(*) from casework_event where command_id = any(%s) and k = 0 group by 1",
            [list(clerk.acknowledged)],
        ).fetchall()
    return {str(command): int(count) for command, count in rows}


def everything(city: KilledCity) -> dict[str, int]:
    """How many rows there are of whatever a decision brings with it."""
    tables = ("casework_event", "casework_task", "casework_outbox", "credentials_document", "applications_message",
              "registry_record")  # fmt: skip
    with city.look() as connection:
        counts = {name: connection.execute(f"select count(*) from {name}").fetchone() for name in tables}  # noqa: S608
    return {name: int(count[0]) for name, count in counts.items() if count}


@pytest.mark.parametrize("victim", VICTIMS)
def test_killed_in_mid_command_nothing_of_it_stands_and_the_same_again_does_it_once(
    killable: KilledCity, sent: str, victim: str
) -> None:
    case = matters.part(sent, BIRTH)
    clerk, decision = Clerk(killable, token("approver-maternity"), case), uuid4()
    before = everything(killable)
    with suppress(psycopg.OperationalError), killable.look() as stranger:
        # Issuing waits here: the case is decided and its facts are with their holder, and nothing is committed.
        stranger.execute("begin; lock table credentials_document in exclusive mode")
        sending = threading.Thread(target=clerk.send, args=("decide", decision))
        sending.start()
        while not waiting(killable):
            time.sleep(0.01)
        kill(killable, victim)
    sending.join()
    killable.start()
    assert clerk.acknowledged == {decision: False}
    while waiting(killable):
        time.sleep(0.01)
    assert everything(killable) == before
    assert store.load_cases([case])[case].case.state == "accepted"
    for _ in range(2):
        answer = clerk.send("decide", decision)
        assert answer is not None
        assert answer.is_success, answer.text
    assert times_written(killable, clerk) == {str(decision): 1}
    papers = everything(killable)["credentials_document"] - before["credentials_document"]
    assert papers == 1
    assert audit.audit().findings == []


def waiting(city: KilledCity) -> bool:
    """Whether somebody waits for a lock, or still works for a client that is gone."""
    with city.look() as connection:
        row = connection.execute(
            "select count(*) from pg_stat_activity where usename = 'tongban_app' and wait_event_type = 'Lock'"
        ).fetchone()
    return row is not None and row[0] > 0


def test_killed_at_any_moment_under_load_what_was_acknowledged_is_there_once(killable: KilledCity, sent: str) -> None:
    case, bearer = matters.part(sent, BIRTH), token("clerk-maternity")
    clerks = [Clerk(killable, bearer, case) for _ in range(CLERKS)]
    chance = random.Random(7)  # noqa: S311 - moments, no secrets
    for turn in range(KILLS):
        under_load(clerks, chance.randrange(1, 40), chance.uniform(0, 0.05))
        kill(killable, VICTIMS[turn % len(VICTIMS)])
        for clerk in clerks:
            clerk.stop()
        killable.start()
        for clerk in clerks:
            counts = times_written(killable, clerk)
            assert set(counts.values()) <= {1}
            assert [id_ for id_, known in clerk.acknowledged.items() if known and str(id_) not in counts] == []
    for clerk in clerks:
        for id_ in [id_ for id_, known in clerk.acknowledged.items() if not known]:
            answer = clerk.send("note", id_, texts=NOTE)
            assert answer is not None
            assert answer.is_success, answer.text
        assert times_written(killable, clerk) == {str(id_): 1 for id_ in clerk.acknowledged}
    assert audit.audit().findings == []


def under_load(clerks: Sequence[Clerk], acknowledged: int, more_seconds: float) -> None:
    """Let the clerks begin, and come back a moment after so many more of their notes were acknowledged."""
    before = sum(sum(clerk.acknowledged.values()) for clerk in clerks)
    for clerk in clerks:
        clerk.go_on("note", texts=NOTE)
    while sum(sum(tuple(clerk.acknowledged.values())) for clerk in clerks) < before + acknowledged:
        time.sleep(0.005)
    time.sleep(more_seconds)


TABLES, ROWS = 6, 14
DEATHS = 30 if PROVES else 3


@pytest.fixture
def tables(killable: KilledCity) -> list[UUID]:
    """Tables of hires that were sent and that no worker has begun."""
    firm = employer(publication.current(), TABLES * ROWS, born=1970)
    labels = [column.label.zh for column in batches.columns(firm.agent, "hire-employee", SITUATION)]
    rows = [[key, *(str(HIRE.get(label, "")) for label in labels[1:])] for key in id_numbers(firm)]
    sent = []
    for first in range(0, len(rows), ROWS):
        table = as_csv([labels, *rows[first : first + ROWS]])
        sent.append(batches.upload(firm.agent, "hire-employee", "t.csv", table, command_id=uuid4(), answers=SITUATION))
        batches.start(firm.agent, sent[-1])
    return sent


def test_a_worker_killed_in_mid_work_leaves_it_to_the_next_and_everything_is_done_once(
    killable: KilledCity, tables: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    matters.sent()
    jobs.keep_week.configure().defer(timestamp=0)
    jobs.take_rows_soon()
    database.close_connections()
    chance, died_at_work = random.Random(7), 0  # noqa: S311 - moments, no secrets
    for _ in range(DEATHS):
        held = set(ProcrastinateJob.objects.filter(status="doing").values_list("id", flat=True))
        with working(killable) as process:
            until(ProcrastinateJob.objects.filter(status="doing").exclude(id__in=held).exists)
            time.sleep(chance.uniform(0, 0.5))
            process.kill()
            process.wait()
        died_at_work += ProcrastinateJob.objects.filter(status="doing").exclude(id__in=held).exists()
        database.close_connections()
    assert died_at_work, "none was killed at its work"
    with working(killable) as process:
        until(lambda: not Batch.objects.filter(finished_at=None).exists())
        until(lambda: WeekKept.objects.exists() and not Message.objects.filter(sent_at=None).exists())
        until(lambda: not ProcrastinateJob.objects.filter(status__in=("doing", "todo"), attempts__gt=0).exists())
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    settled = BatchRow.objects.values_list("application", flat=True)
    forms = Form.objects.filter(bundle="life-events/hire-employee").values_list("number", flat=True)
    assert sorted(map(str, settled)) == sorted(forms)
    assert len(forms) == TABLES * ROWS
    assert not ProcrastinateJob.objects.filter(status="failed").exists()
    monkeypatch.setenv(HOME, str(killable.home))  # where the worker keeps the seals
    assert audit.audit().findings == []
