"""The simulated hall obeys the laws of queues: Erlang's formula, Little's law, nobody lost, more windows no worse."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import factorial
from random import Random
from time import perf_counter

import pytest

from tongban.supervision import hall
from tongban.supervision.hall import BOUNDS, HOURS, Question, Stay, Visit

DAY = Question((24, 36, 32, 20, 14, 26, 30, 18), windows=4, service_minutes=10, online_percent=60)
SHUTS_AT = 60.0 * HOURS


def mean_wait(stays: list[Stay]) -> float:
    return sum(stay.waited_minutes for stay in stays) / len(stays)


def erlang_wait(windows: int, an_hour: float, service_minutes: float) -> float:
    """The mean wait of M/M/c in minutes, by Erlang's C formula."""
    load = an_hour / 60 * service_minutes
    full = load**windows / factorial(windows) * windows / (windows - load)
    waits = full / (sum(load**n / factorial(n) for n in range(windows)) + full)
    return waits * service_minutes / (windows - load)


def any_question(seed: int) -> Question:
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    return Question(
        tuple(random.choice((0, 5, 20, 40)) for _ in range(HOURS)),
        random.randint(1, 8), random.randint(1, 30), random.randint(0, 100), random.choice((0, 0, 5, 30)),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("windows", "an_hour", "service_minutes"), [(1, 30, 1), (1, 42, 1), (3, 24, 5), (4, 24, 7)])
def test_a_long_steady_run_waits_as_long_as_erlang_says(windows: int, an_hour: int, service_minutes: int) -> None:
    assert erlang_wait(1, 30, 1) == pytest.approx(1)
    hours = 24_000 // an_hour
    coming = hall.visits([an_hour] * hours, service_minutes, day=2)
    stays = hall.queue(coming, windows, 0, 60.0 * hours)
    assert mean_wait(stays) == pytest.approx(erlang_wait(windows, an_hour, service_minutes), rel=0.1)


def test_who_comes_is_as_many_as_was_asked_and_a_share_stays_away() -> None:
    answer = hall.before_and_after(DAY)
    assert answer.before.people == pytest.approx(sum(DAY.arrivals), rel=0.05)
    assert answer.after.people == pytest.approx(0.4 * answer.before.people, rel=0.05)
    assert sum(answer.before.came) == pytest.approx(answer.before.people)


@pytest.mark.parametrize("seed", range(40))
def test_whoever_comes_is_served_gives_up_or_waits(seed: int) -> None:
    question = any_question(seed)
    coming = hall.visits(question.arrivals, question.service_minutes, seed)
    stays = hall.queue(coming, question.windows, question.patience_minutes, SHUTS_AT)
    ends = [sum(stay.end == end for stay in stays) for end in ("served", "gave-up", "waiting")]
    assert sum(ends) == len(stays) == len(coming)
    assert all(0 <= stay.waited_minutes <= SHUTS_AT - stay.at_minutes + 1e-6 for stay in stays)
    if question.patience_minutes:
        assert max((stay.waited_minutes for stay in stays), default=0) <= question.patience_minutes + 1e-6
    else:
        assert ends[1] == 0


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_called_before_whoever_came_earlier(seed: int) -> None:
    question = any_question(seed)
    coming = hall.visits(question.arrivals, question.service_minutes, seed)
    called = [stay.at_minutes + stay.waited_minutes for stay in hall.queue(coming, question.windows, 0, SHUTS_AT)]
    assert all(earlier <= later + 1e-6 for earlier, later in pairwise(called))


@pytest.mark.parametrize("seed", range(20))
def test_the_average_queue_is_the_sum_of_waits_over_the_day(seed: int) -> None:
    question = replace(any_question(seed), patience_minutes=0)
    way = hall.before_and_after(question).before
    area = sum(way.lengths) * hall.SAMPLE_MINUTES
    assert area == pytest.approx(way.people * way.mean_wait, rel=0.1, abs=15)
    assert max(way.lengths) <= way.longest + 1e-9


@pytest.mark.parametrize("seed", range(30))
def test_more_windows_or_more_online_never_lengthen_a_wait(seed: int) -> None:
    question = replace(any_question(seed), patience_minutes=0)
    more = replace(question, windows=question.windows + 1)
    assert hall.before_and_after(more).before.mean_wait <= hall.before_and_after(question).before.mean_wait + 1e-9
    coming = hall.visits(question.arrivals, question.service_minutes, seed)
    fewer = [visit for visit in coming if visit.readiness >= question.online_percent / 100]
    waits = {stay.at_minutes: stay.waited_minutes for stay in hall.queue(coming, question.windows, 0, SHUTS_AT)}
    for stay in hall.queue(fewer, question.windows, 0, SHUTS_AT):
        assert stay.waited_minutes <= waits[stay.at_minutes] + 1e-9


def test_what_the_queue_does_by_hand() -> None:
    coming = [Visit(0, 10, 1), Visit(1, 10, 1), Visit(2, 10, 1), Visit(30, 1, 1)]
    waits = [stay.waited_minutes for stay in hall.queue(coming, 1, 0, 60)]
    assert waits == [0, 9, 18, 0]
    assert [stay.end for stay in hall.queue(coming, 1, 5, 60)] == ["served", "gave-up", "gave-up", "served"]
    shut = hall.queue(coming, 1, 0, 15)
    assert [(stay.waited_minutes, stay.end) for stay in shut] == [(0, "served"), (9, "served"), (13, "waiting")]
    assert hall.longest_queue(hall.queue(coming, 1, 0, 60)) == 2


def test_the_same_question_has_the_same_answer_and_one_hour_moves_no_other() -> None:
    first = hall.before_and_after(DAY)
    hall.before_and_after.cache_clear()
    assert hall.before_and_after(DAY) == first
    quiet = hall.visits((0, *DAY.arrivals[1:]), DAY.service_minutes, 3)
    assert quiet == [visit for visit in hall.visits(DAY.arrivals, DAY.service_minutes, 3) if visit.at_minutes >= 60]


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, bounds in BOUNDS.items() for value in (bounds.least - 1, bounds.most + 1, 10**9)],
)
def test_nothing_outside_its_bounds_is_simulated(name: str, value: int) -> None:
    wrong = {"arrivals": (value,) * HOURS} if name == "arrivals" else {name: value}
    with pytest.raises(ValueError, match=name):
        replace(DAY, **wrong)


def test_a_day_has_its_hours() -> None:
    with pytest.raises(ValueError, match="arrivals"):
        replace(DAY, arrivals=(1,) * (HOURS + 1))


@pytest.mark.parametrize("patience", [0, 1, 30, 120])
@pytest.mark.parametrize("windows", [1, 20])
def test_the_largest_question_is_answered_soon(windows: int, patience: int) -> None:
    begun = perf_counter()
    answer = hall.before_and_after(Question((120,) * HOURS, windows, 60, 0, patience))
    assert answer.days * sum([120] * HOURS) <= hall.MOST_PEOPLE
    assert perf_counter() - begun < 2  # a third of a second on a machine that does nothing else
