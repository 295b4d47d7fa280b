"""Every command of casework with every call failing once: as before or whole, and the same again completes it once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import pytest
from tests.casework.conftest import Trial
from tests.casework.world import (
    ANNA,
    BEN,
    CARA,
    LAMPS,
    LEO,
    MONDAY,
    OWNER,
    TINA,
    TRADE,
    WANDA,
    WATER,
    catalog,
    command,
    lamp,
    new_id,
)
from tests.examples import PROVES
from tests.fall.falling import FALLS, Fall, Falling, falling

from tongban.casework import seals, service, sweeps
from tongban.casework.model import ENGINE_COMMANDS, HEARD, SYSTEM, Doer, Opening
from tongban.platform import time

Deed = tuple[Doer, str, dict[str, Any]]
GRANT: Final[dict[str, Any]] = {"facts": {"shop.licensed_until": "2029-12-31"}}
WHY: Final[dict[str, Any]] = {"reason": "理由"}
SAID: Final[dict[str, Any]] = {"note": "说明"}
FAULT: Final[dict[str, Any]] = {"fault": "incomplete", "items": ["shop.seats"]}
HEARING: Final[dict[str, Any]] = {"procedure": "hearing", "reason": "邻居反对"}
ACCEPTED: Final[Deed] = (ANNA, "accept", {})

PERMITS: Final[tuple[tuple[Deed, ...], ...]] = (
    (
        (ANNA, "claim", {}),
        (ANNA, "hand-over", {"to": "staff:2"}),
        (BEN, "release", {}),
        (ANNA, "hand-up", WHY),
        (TINA, "hand-down", WHY | {"office": TRADE}),
        (ANNA, "note", SAID),
        (OWNER, "dispute", {"facts": ["shop.region"], "note": "不是这里"}),
        (ANNA, "correct", FAULT),
        (OWNER, "resubmit", {"facts": {"shop.seats": 20}}),
        ACCEPTED,
        (ANNA, "consult", {"offices": [WATER]}),
        (WANDA, "opine", {"opinion": "agree", "note": "同意"}),
        (ANNA, "pause", HEARING),
        (ANNA, "resume", {}),
        (CARA, "extend", {"days": 3, "reason": "材料多"}),
        (CARA, "decide", GRANT),
        *((SYSTEM, heard, {}) for heard in HEARD),
    ),
    (ACCEPTED, (CARA, "refuse", WHY)),
    ((ANNA, "refuse-acceptance", WHY),),
    ((OWNER, "withdraw", {}),),
)
LAMPS_LIVES: Final[tuple[tuple[Deed, ...], ...]] = (
    (
        (ANNA, "dispatch", {"offices": [LAMPS]}),
        (LEO, "handle", SAID),
        (ANNA, "return", WHY | {"offices": [LAMPS]}),
        (LEO, "handle", SAID),
        (BEN, "verify", SAID),
        (BEN, "close", {}),
        (OWNER, "reopen", WHY),
        (ANNA, "decline", WHY),
    ),
)


@pytest.fixture
def falls(trial: Trial) -> Iterator[Falling]:
    """The trial city at the end of a wire."""
    with falling(trial.city) as city:
        yield city


def lamp_of(trial: Trial) -> Opening:
    """A dark lamp at the registered place."""
    return replace(lamp(), roles={"place": (trial.shop,)})


def live(falls: Falling, fall: Fall, number: str, life: Sequence[Deed]) -> None:
    for doer, kind, given in life:
        order = command(kind, **given)
        done = falls.do(fall, partial(service.command, number, order, doer))
        assert len(falls.states) == 2
        assert {event.command for event in done.events} == {order.id}


@pytest.mark.slow
@pytest.mark.parametrize("fall", FALLS)
def test_a_step_whose_every_call_fails_once_is_taken_once(trial: Trial, falls: Falling, fall: Fall) -> None:
    (number,) = trial.open()
    live(falls, fall, number, [ACCEPTED, (CARA, "decide", GRANT)])


@pytest.mark.slow
@pytest.mark.parametrize("fall", FALLS if PROVES else FALLS[:1])
def test_every_command_whose_every_call_fails_once_is_done_once(trial: Trial, falls: Falling, fall: Fall) -> None:
    for life in PERMITS:
        live(falls, fall, trial.open()[0], life)
    for life in LAMPS_LIVES:
        live(falls, fall, trial.open(lamp_of(trial))[0], life)
    done = {kind for life in (*PERMITS, *LAMPS_LIVES) for _, kind, _ in life}
    # Time takes these, or what was done before; `grant` comes with the opening; and the trial has no papers.
    elsewhere = {"grant", "lapse", "issue", "finish", "revoke", "treat-as-withdrawn"}
    used = {one.procedure for one in catalog().services.values() if one.id.startswith("trial/")}
    steps = {step for procedure in used for step in catalog().procedures[procedure].steps}
    assert done == (steps | set(ENGINE_COMMANDS) | set(HEARD)) - elsewhere


@pytest.mark.slow
@pytest.mark.parametrize("fall", FALLS)
def test_an_application_whose_opening_fails_at_every_call_is_opened_once(
    trial: Trial, falls: Falling, fall: Fall
) -> None:
    submission = trial.submission(*trial.family())
    opened = falls.do(fall, lambda: service.open_application(submission, OWNER))
    unnumbered = replace(trial.submission(*trial.family()), number=None)
    numbered = falls.do(fall, lambda: service.open_application(unnumbered, OWNER))
    permit, card, sign = numbered.cases
    live(falls, fall, permit, [ACCEPTED, (CARA, "decide", GRANT)])
    assert [service.cases([n])[0].state for n in (permit, card, sign)] == ["issued", "submitted", "waiting"]
    withdrawal = new_id()
    falls.do(fall, lambda: service.withdraw(opened.number, withdrawal, OWNER))
    falls.do(fall, lambda: service.withdraw(numbered.number, withdrawal, OWNER))
    assert [case.result for case in service.cases(opened.cases)] == ["withdrawn"] * 3
    assert [case.result for case in service.cases(numbered.cases)] == ["granted", "withdrawn", "withdrawn"]


@pytest.mark.slow
@pytest.mark.parametrize("fall", FALLS)
def test_what_ends_in_a_batch_or_by_time_does_so_once(trial: Trial, falls: Falling, fall: Fall) -> None:
    numbers = [trial.open()[0] for _ in range(4)]
    orders = [service.Order(number, command("accept"), ANNA) for number in numbers[:2]]
    falls.do(fall, lambda: service.commands([*orders, service.Order(numbers[3], command("correct", **FAULT), ANNA)]))
    time.set_time(MONDAY + timedelta(days=60), frozen=True)
    falls.do(fall, sweeps.cross_lights)
    falls.do(fall, sweeps.silence)
    assert [case.state for case in service.cases(numbers)] == ["accepted", "accepted", "accepted", "lapsed"]
    erasure = new_id()
    falls.do(fall, lambda: service.erase(numbers[0], trial.owner, erasure))
    falls.do(fall, sweeps.move_due)
    falls.do(fall, seals.seal)
    assert sweeps.cross_lights() == 0
    assert sweeps.silence() == []


def test_a_clock_set_back_an_hour_does_nothing_twice_and_turns_no_record_around(trial: Trial) -> None:
    (number,) = trial.open()
    late = MONDAY + timedelta(days=8)
    time.set_time(late, frozen=True)
    assert sweeps.cross_lights() > 0
    assert len(sweeps.silence()) == 1
    before = service.command(number, command("note", **SAID), ANNA).events
    time.set_time(late - timedelta(hours=1), frozen=True)
    assert (sweeps.cross_lights(), sweeps.silence()) == (0, [])
    after = service.command(number, command("note", **SAID), ANNA).events
    assert before[-1].recorded_at == after[-1].recorded_at == late
    time.set_time(late, frozen=True)
    assert (sweeps.cross_lights(), sweeps.silence()) == (0, [])
