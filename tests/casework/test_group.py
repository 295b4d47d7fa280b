"""Group commit: what comes together is carried out together, in order, and nobody pays for a neighbour."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock, get_ident
from time import sleep

import pytest

from tongban.casework.group import MOST, Group


class Interrupted(BaseException):
    """What a signal brings to whoever waits."""


def wait_for(group: Group[int, int], waiting: int) -> None:
    """Until so many wait behind the first; ten seconds at most."""
    for _ in range(10_000):
        if len(group._waiting) >= waiting:
            return
        sleep(0.001)
    raise AssertionError(len(group._waiting))


def test_what_comes_while_one_flush_runs_is_the_next() -> None:
    batches: list[list[int]] = []
    first_runs, go_on = Event(), Event()

    def flush(items: Sequence[int]) -> list[int]:
        batches.append(list(items))
        first_runs.set()
        go_on.wait(10)
        return [item * 2 for item in items]

    group: Group[int, int] = Group(flush)
    with ThreadPoolExecutor(250) as pool:
        first = pool.submit(group.submit, 0)
        first_runs.wait(10)
        rest = [pool.submit(group.submit, item) for item in range(1, 250)]
        wait_for(group, 249)
        go_on.set()
        assert [future.result(10) for future in (first, *rest)] == [item * 2 for item in range(250)]
    assert [len(batch) for batch in batches] == [1, MOST, 49]
    assert sorted(item for batch in batches for item in batch) == list(range(250))


def flushes(clients: int, rounds: int) -> int:
    """How many batches it takes when so many clients begin at once, each asking again once it is answered."""
    batches: list[int] = []
    begin = Barrier(clients)

    def flush(items: Sequence[int]) -> list[int]:
        batches.append(len(items))
        sleep(0.001)  # as the database takes its time, and the others theirs
        return list(items)

    group: Group[int, int] = Group(flush)

    def client(name: int) -> None:
        begin.wait(10)
        for _ in range(rounds):
            assert group.submit(name) == name

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))
    assert sum(batches) == clients * rounds
    return len(batches)


def test_those_who_are_answered_together_come_together_again() -> None:
    """Twice as many batches as rounds where whoever wakes first goes alone; a busy machine splits some all the same."""
    assert any(flushes(clients=8, rounds=25) < 1.5 * 25 for _ in range(10))


def test_a_batch_that_fails_is_tried_one_by_one() -> None:
    lock, calls = Lock(), []
    first_runs, go_on = Event(), Event()

    def flush(items: Sequence[int]) -> list[int]:
        with lock:
            calls.append(len(items))
        first_runs.set()
        go_on.wait(10)
        if 13 in items:
            raise ValueError("thirteen")
        return list(items)

    group: Group[int, int] = Group(flush)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(group.submit, 0)
        first_runs.wait(10)
        rest = {item: pool.submit(group.submit, item) for item in (11, 12, 13, 14)}
        wait_for(group, 4)
        go_on.set()
        assert first.result(10) == 0
        assert [rest[item].result(10) for item in (11, 12, 14)] == [11, 12, 14]
        with pytest.raises(ValueError, match="thirteen"):
            rest[13].result(10)
    assert calls == [1, 4, 1, 1, 1, 1]


def test_alone_there_is_no_waiting() -> None:
    batches: list[int] = []

    def flush(items: Sequence[str]) -> list[str]:
        batches.append(len(items))
        return [item.upper() for item in items]

    group: Group[str, str] = Group(flush)
    assert [group.submit(item) for item in "abc"] == ["A", "B", "C"]
    assert batches == [1, 1, 1]


def test_what_fails_with_its_batch_is_tried_by_its_own_waiter() -> None:
    threads: list[tuple[int, int]] = []
    first_runs, go_on = Event(), Event()

    def flush(items: Sequence[int]) -> list[int]:
        threads.extend((item, get_ident()) for item in items)
        first_runs.set()
        go_on.wait(10)
        if len(items) > 1:
            raise ConnectionError("the leader's line is cut")
        return list(items)

    group: Group[int, int] = Group(flush)

    def submit(item: int) -> tuple[int, int]:
        return group.submit(item), get_ident()

    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(submit, 0)
        first_runs.wait(10)
        rest = [pool.submit(submit, item) for item in (1, 2, 3)]
        wait_for(group, 3)
        go_on.set()
        answers = [future.result(10) for future in (first, *rest)]
    assert sorted(threads[-3:]) == sorted(answers[1:])


def test_whoever_is_interrupted_ends_and_the_neighbours_go_on() -> None:
    first_runs, go_on = Event(), Event()

    def flush(items: Sequence[int]) -> list[int]:
        first_runs.set()
        go_on.wait(10)
        if len(items) > 1:
            raise KeyboardInterrupt
        return list(items)

    group: Group[int, int] = Group(flush)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(group.submit, 0)
        first_runs.wait(10)
        rest = [pool.submit(group.submit, item) for item in (1, 2, 3)]
        wait_for(group, 3)
        go_on.set()
        assert first.result(10) == 0
        outcomes = [future.exception(10) for future in rest]
    assert [type(each) for each in outcomes if each] == [KeyboardInterrupt]


def test_a_waiter_who_is_interrupted_is_waited_for_by_nobody() -> None:
    first_runs, go_on = Event(), Event()
    carried: list[int] = []

    def flush(items: Sequence[int]) -> list[int]:
        carried.extend(items)
        first_runs.set()
        go_on.wait(10)
        return list(items)

    def interrupt(*_: object) -> None:
        raise Interrupted

    group: Group[int, int] = Group(flush)
    waiting = get_ident()

    def interrupt_once_it_waits() -> None:
        wait_for(group, 1)
        signal.pthread_kill(waiting, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with ThreadPoolExecutor(4) as pool:
            first = pool.submit(group.submit, 0)
            first_runs.wait(10)
            pool.submit(interrupt_once_it_waits)
            with pytest.raises(Interrupted):
                group.submit(1)
            go_on.set()
            assert [pool.submit(group.submit, item).result(10) for item in (2, 3)] == [2, 3]
            assert first.result(10) == 0
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert carried == [0, 2, 3]
