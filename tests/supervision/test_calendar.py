"""A calendar that is published later moves the dates of open cases and tells whom it moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.test import Client as Browser

from tongban import publication
from tongban.applications.models import Message
from tongban.casework import consequences, store
from tongban.catalog.canonical import hashed
from tongban.supervision import sweeping
from tongban.testing.stories.city import Client


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


def test_a_case_that_cannot_be_moved_is_seen_by_operators_and_tried_again(
    api: Client, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def effect(happened: Sequence[consequences.Happened]) -> None:
        if any(one.change.after.number == case for one in happened):
            raise ValueError(case)

    sweeping.sweep()
    close_on_wednesday()
    with monkeypatch.context() as spoilt:
        spoilt.setattr(consequences, "_receivers", [effect])
        sweeping.sweep()
        assert metric("tongban_calendar_behind") == 1
    assert sweeping.sweep().moved > 0
    assert metric("tongban_calendar_behind") == 0
    assert Message.objects.filter(code="due-moved", case=case).count() == 1
    assert sweeping.sweep().moved == 0


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
