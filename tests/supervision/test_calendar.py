"""A calendar that is published later moves the dates of open cases and tells whom it moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tongban import publication
from tongban.applications.messages import News
from tongban.applications.models import Message
from tongban.casework import consequences, service, store, sweeps
from tongban.casework.numbers import id_of
from tongban.catalog.canonical import hashed
from tongban.publication.calendars import since
from tongban.supervision import sweeping
from tongban.supervision.models import Reckoned
from tongban.testing.stories.city import Client


@pytest.mark.slow
def test_a_new_day_off_moves_open_dates_once_and_tells_the_applicant(api: Client, case: str) -> None:
    sweeping.sweep()
    before = store.cases_of([case.rpartition("/")[0]])[0].clock("acceptance")
    assert before is not None
    close_on_wednesday()
    assert sweeping.sweep().moved > 0
    after = store.cases_of([case.rpartition("/")[0]])[0].clock("acceptance")
    assert after is not None
    assert (str(before.due), str(after.due)) == ("2026-11-23", "2026-11-24")
    assert Message.objects.filter(code="due-moved").exists()
    assert sweeping.sweep().moved == 0


@pytest.mark.slow
def test_a_case_that_cannot_be_moved_is_seen_by_operators_and_tried_again(
    api: Client, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def effect(happened: Sequence[consequences.Happened]) -> None:
        if any(one.change.after.number == case for one in happened):
            raise ValueError(case)

    sweeping.sweep()
    close_on_wednesday()
    with monkeypatch.context() as spoilt:
        spoilt.setattr(consequences, "_receivers", {effect: lambda _one: True})
        sweeping.sweep()
        assert metric("tongban_calendar_behind") == 1
    assert sweeping.sweep().moved > 0
    assert metric("tongban_calendar_behind") == 0
    assert Message.objects.filter(code="due-moved", case=case).count() == 1
    assert sweeping.sweep().moved == 0


@pytest.mark.slow
def test_whom_it_moved_is_told_with_the_move_or_neither_happens(
    api: Client, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeping.sweep()
    close_on_wednesday()
    with monkeypatch.context() as spoilt:
        spoilt.setattr(sweeping, "tell", _cut_off)
        with pytest.raises(KeyboardInterrupt):
            sweeping.follow_calendar()
    assert "due-moved" not in kinds(case)
    assert sweeping.is_behind()
    assert sweeping.follow_calendar() > 0
    assert (kinds(case).count("due-moved"), Message.objects.filter(code="due-moved", case=case).count()) == (1, 1)
    assert not sweeping.is_behind()


@pytest.mark.slow
def test_a_sweep_that_was_cut_off_is_gone_on_with_behind_what_it_did(api: Client, case: str) -> None:
    sweeping.sweep()
    close_on_wednesday()
    newest = since(0)[0]
    Reckoned.objects.update(towards=newest, after=id_of(case))
    assert sweeping.follow_calendar() == 0
    assert Reckoned.objects.get().publication == newest
    Reckoned.objects.update(publication=newest - 1, towards=newest, after=id_of(case) - 1)
    assert sweeping.follow_calendar() > 0


@pytest.mark.slow
def test_a_calendar_that_was_in_force_for_a_minute_leaves_no_date_behind(api: Client, case: str) -> None:
    sweeping.sweep()
    before, known = due_of(case), publication.current()
    close_on_wednesday()
    sweeps.move_due()
    assert due_of(case) != before
    publication.publish(known)
    assert sweeping.is_behind()
    sweeping.sweep()
    assert due_of(case) == before


@pytest.mark.slow
def test_a_publication_with_the_same_days_is_followed_without_looking_at_a_case(api: Client, case: str) -> None:
    sweeping.sweep()
    assert publication.publish(hashed(replace(publication.current(), bundles={}))).repeated is False
    assert not sweeping.is_behind()
    with CaptureQueriesContext(connection) as heard:
        assert sweeping.follow_calendar() == 0
    assert not any("casework_running" in one["sql"] for one in heard.captured_queries)
    assert Reckoned.objects.get().publication == since(0)[0]


def _cut_off(_news: Sequence[News]) -> int:
    raise KeyboardInterrupt


def kinds(case: str) -> list[str]:
    """The kinds of what happened to a case."""
    return [event.kind for event in store.events_of([case])[case]]


def due_of(case: str) -> object:
    """When a case's acceptance ends."""
    clock = service.cases([case])[0].clock("acceptance")
    return clock and clock.due


def close_on_wednesday() -> None:
    """Publish a calendar with a new day off."""
    closed = {
        "calendar": "snow",
        "title": {"zh": "大雪停办", "en": "Closed for snow"},
        "stack": "cn",
        "source": {"title": "市政府通知", "document_number": "示例 1 号", "date": "2026-11-16"},
        "holidays": [{"name": {"zh": "大雪", "en": "Snow"}, "from": "2026-11-18", "to": "2026-11-18"}],
    }
    catalog = publication.current()
    changed = hashed(replace(catalog, calendars={**catalog.calendars, "base/snow": closed}))
    assert publication.publish(changed).repeated is False


def metric(name: str) -> float:
    """A figure as /metrics gives it."""
    lines = Browser().get("/metrics").content.decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))
