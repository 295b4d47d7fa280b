"""A finished history comes in whole: hashed, folded and sealed as if it had happened here, or nothing of its batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.casework import world
from tests.casework.conftest import Trial
from tests.casework.hearing import all_heard
from tests.casework.world import ANNA, CARA, Run

from tongban.casework import audit, seals, service, store
from tongban.casework.importing import History, Imported, import_histories
from tongban.casework.model import Case, Command, Event
from tongban.casework.numbers import CITY
from tongban.platform.errors import PlatformError
from tongban.platform.ids import application_number, parse_number


def lived(trial: Trial, serial: int = 7, *, is_granted: bool = True) -> tuple[History, Case]:
    """An application of last week, its case carried through by the pure machine alone; and what the case came to."""
    submitted_at = world.MONDAY - timedelta(days=7)
    brief = store.ApplicationBrief(application_number(CITY, 2026, serial), trial.digest, "real", trial.owner, None)
    application = store.Application(brief, None, submitted_at, date(2026, 12, 1))
    order = Command(world.new_id(), "open", {"application": application.digest})
    run = Run(trial.permit(), submitted_at, application=brief.number, order=order)
    run.do(ANNA, "accept")
    if is_granted:
        run.do(CARA, "decide", facts={"shop.licensed_until": date(2029, 12, 31)})
    return History(application, order.id, [run.events]), run.case


def test_what_was_imported_is_audited_sealed_and_goes_on(trial: Trial) -> None:
    granted, done = lived(trial, 7)
    pending, case = lived(trial, 8, is_granted=False)
    assert import_histories([granted, pending]) == Imported(applications=2, cases=2, events=len(granted.cases[0]) + 2)

    loaded = store.load_cases([done.number, case.number])
    assert (loaded[done.number].case, loaded[case.number].case) == (done, case)
    assert store.application(granted.application.number) == granted.application
    assert store.facts_of([done.number])[done.number]["shop.licensed_until"] == date(2029, 12, 31)
    assert (audit.audit().findings, audit.audit().unsealed_cases) == ([], 2)
    seals.seal()
    assert (audit.audit().findings, audit.audit().unsealed_cases) == ([], 0)
    service.command(case.number, world.command("decide", facts={"shop.licensed_until": date(2029, 12, 31)}), CARA)


def test_the_same_again_is_passed_over_and_anything_else_under_its_number_refused(trial: Trial) -> None:
    one, _ = lived(trial)
    import_histories([one])
    assert import_histories([one]) == Imported(repeated=1)
    free, _ = lived(trial, 9)
    for other in (lived(trial)[0], replace(free, command=one.command), replace(free, cases=one.cases)):
        with pytest.raises(PlatformError) as error:
            import_histories([lived(trial, 10)[0], other])
        assert error.value.code in {"history-exists", "history-broken"}
        assert store.application(application_number(CITY, 2026, 10)) is None


DAMAGES: tuple[Callable[[Event], Event], ...] = (
    lambda event: replace(event, values={}),
    lambda event: replace(event, values={**event.values, "shop.seats": 25}),
    lambda event: replace(event, n=2),
    lambda event: replace(event, case=event.case.replace("/01", "/02")),
    lambda event: replace(event, data={**event.data, "to": "elsewhere"}),
    lambda event: replace(event, data={**event.data, "application": "0" * 32}),
    lambda event: replace(event, data={}),
    lambda event: replace(event, definition="0" * 32),
    lambda event: replace(event, recorded_at=world.MONDAY + timedelta(days=1)),
)


def test_what_does_not_hold_is_refused_with_all_of_its_batch(trial: Trial) -> None:
    sound, _ = lived(trial, 7)
    one, _ = lived(trial, 8, is_granted=False)
    first, *_ = one.cases[0]
    for damage in DAMAGES:
        with pytest.raises(PlatformError) as error:
            import_histories([sound, replace(one, cases=[[damage(first)]])])
        assert error.value.code == "history-broken"
        assert one.application.number in error.value.message["en"]
    assert store.application(sound.application.number) is None


def test_numbers_that_came_with_histories_are_given_to_nobody(trial: Trial) -> None:
    import_histories([lived(trial, 1_234)[0], lived(trial, 12)[0]])
    assert parse_number(service.new_number()).serial == 1_235
    import_histories([lived(trial, 20)[0]])
    assert parse_number(service.new_number()).serial > 1_235


def test_an_import_is_no_news(trial: Trial) -> None:
    import_histories([lived(trial)[0]])
    assert [item.topic for item in all_heard("listener")] == ["import"]
