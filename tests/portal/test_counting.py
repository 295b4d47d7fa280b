"""What reads whole tables one visitor at a time counts, and nobody waits who can be told the last count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from time import monotonic, sleep

import pytest

from tongban.catalog.model import Catalog
from tongban.portal.counting import Counted, EachMinute
from tongban.publication.files import tree

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
VISITORS = 12
LONGEST_SECONDS = 20
MINUTE = timedelta(minutes=1)


class Slow:
    """A count that takes until it is let go on, and knows how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.go_on = Event()

    def __call__(self, _catalog: Catalog) -> int:
        """Count."""
        self.begun += 1
        assert self.go_on.wait(LONGEST_SECONDS)
        return self.begun


class Turns:
    """A lock that knows how often it was asked for."""

    def __init__(self) -> None:
        self.asked = 0
        self._lock = Lock()
        self.release = self._lock.release

    def acquire(self, *, blocking: bool = True) -> bool:
        """Ask for the turn."""
        self.asked += 1
        return self._lock.acquire(blocking)


@contextmanager
def asking() -> Iterator[Callable[[EachMinute[int], Catalog, int], Future[Counted[int]]]]:
    """Visitors, each on a thread of their own, in a minute after Monday's."""
    with ThreadPoolExecutor(VISITORS) as pool:
        yield lambda counts, catalog, minutes: pool.submit(counts.of, catalog, MONDAY + minutes * MINUTE)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    deadline = monotonic() + LONGEST_SECONDS
    while not is_so():
        assert monotonic() < deadline
        sleep(0.005)


def test_while_one_counts_all_others_are_told_the_last_count_at_once() -> None:
    slow, catalog = Slow(), tree()
    counts = EachMinute(slow)
    slow.go_on.set()
    first = counts.of(catalog, MONDAY)
    slow.go_on.clear()
    with asking() as ask:
        one = ask(counts, catalog, 1)
        until(lambda: slow.begun == 2)
        others = [ask(counts, catalog, minutes) for minutes in (1, 1, 2, 3)]
        assert [other.result(LONGEST_SECONDS) for other in others] == [first] * 4
        assert not one.done()
        slow.go_on.set()
        assert (one.result(LONGEST_SECONDS).at, slow.begun) == (MONDAY + MINUTE, 2)


@pytest.mark.parametrize("is_new", [False, True])
def test_who_has_nothing_to_be_told_waits_for_the_one_who_counts(
    monkeypatch: pytest.MonkeyPatch,
    is_new: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    slow, catalog = Slow(), tree()
    counts = EachMinute(slow)
    if is_new:
        slow.go_on.set()
        counts.of(catalog, MONDAY)
        slow.go_on.clear()
        catalog = replace(catalog, digest="another")
    before, turns = slow.begun, Turns()
    monkeypatch.setattr(counts, "_turn", turns)
    with asking() as ask:
        all_of_them = [ask(counts, catalog, place % 4) for place in range(VISITORS)]
        until(lambda: turns.asked == VISITORS)
        slow.go_on.set()
        assert len({id(one.result(LONGEST_SECONDS)) for one in all_of_them}) == 1
    assert slow.begun == before + 1


def test_a_count_that_fails_leaves_the_last_one_and_the_turn_to_the_next() -> None:
    catalog, fails = tree(), [False, True, False]

    def count(_catalog: Catalog) -> int:
        if fails.pop(0):
            raise RuntimeError
        return len(fails)

    counts = EachMinute(count)
    assert counts.of(catalog, MONDAY).found == 2
    with pytest.raises(RuntimeError):
        counts.of(catalog, MONDAY + MINUTE)
    assert counts.of(catalog, MONDAY).found == 2
    assert counts.of(catalog, MONDAY + MINUTE).found == 0
