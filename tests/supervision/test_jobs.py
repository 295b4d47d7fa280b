"""Background work: each piece is known to the workers, once a minute, and does its part when a worker runs it."""

from __future__ import annotations

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from tongban.applications.models import Message
from tongban.casework import seals, tallies
from tongban.supervision import jobs, sweeping
from tongban.testing.stories.city import Client

PIECES = (jobs.sweep, jobs.seal, jobs.send_messages, jobs.deliver_webhooks, jobs.pass_on)


def test_every_piece_runs_each_minute_and_never_twice_side_by_side() -> None:
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    for piece in PIECES:
        assert periodic[piece.name] == "* * * * *"
        assert piece.lock == piece.queueing_lock


def test_each_piece_does_its_part(api: Client, case: str) -> None:
    for piece in PIECES:
        piece(timestamp=0)
    assert not Message.objects.filter(sent_at=None).exists()
    (one,) = list(seals.read(seals.folder()))[-1:]
    assert one.count >= 7


def test_what_a_worker_that_died_held_in_its_hands_is_freed(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})  # nothing but this
    monkeypatch.setattr(sweeping, "sweep", lambda: None)
    jobs.sweep.configure().defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing'")
    jobs.free_stalled.configure().defer(timestamp=0)
    with app.replace_connector(DjangoConnector().get_worker_connector()) as ready:
        ready.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)
    assert not ProcrastinateJob.objects.filter(status__in=("doing", "todo")).exists()


@pytest.mark.parametrize(("deaths", "runs"), [(0, 1), (jobs.MOST_DEATHS, 0)])
def test_what_a_worker_that_died_had_begun_is_done_by_the_next_unless_it_ends_every_worker(
    api: Client, monkeypatch: pytest.MonkeyPatch, deaths: int, runs: int
) -> None:
    done: list[int] = []
    monkeypatch.setattr(tallies, "fold", lambda: done.append(1))
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    jobs.fold.configure().defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing', attempts = %s", [deaths])
    jobs.free_stalled.configure().defer(timestamp=0)
    with app.replace_connector(DjangoConnector().get_worker_connector()) as ready:
        ready.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)
    assert len(done) == runs
    assert not ProcrastinateJob.objects.filter(status__in=("doing", "todo")).exists()
