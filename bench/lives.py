"""The cases of the mix through their lives in the engine, one day of the city after the other, in batches."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate, islice
from multiprocessing.synchronize import Barrier
from random import Random
from time import perf_counter
from typing import Final, TypeVar
from uuid import uuid4

from bench import mix
from bench.mix import LIVES, PARTS, Life
from tongban.casework import seals, service, sweeps
from tongban.casework.model import Opening
from tongban.casework.service import Done, Filing, Opened, Order, Submission
from tongban.platform import time

BATCH: Final = 500
TOLD_EVERY: Final = 10
"""After how many days whoever waits is told how far it is."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Share:
    """What one process does: so many cases a day on so many days, about these subjects; `begins` the city's first day.

    The first process sets the city's time, and does in the evening what time does by itself.
    """

    digest: str
    days: int
    cases_a_day: int
    begins: str
    number: int
    subjects: Sequence[int]
    evening: Barrier = field(repr=False)


@dataclass(frozen=True, slots=True)
class Day:
    """What one process did on one day, and how long the day took until the last of all was through."""

    cases: int
    events: int
    seconds: float


@dataclass(slots=True)
class _Living:
    """A case whose next step is the `step`-th of its life, counted from 0."""

    number: str
    office: str
    life: Life
    begun: int
    step: int = 0

    @property
    def due(self) -> int | None:
        """The day of the next step; None after the last, or when time itself takes it."""
        following = self.life.steps[self.step :]
        return self.begun + following[0].days if following and following[0].who != "system" else None


def live(share: Share) -> list[Day]:
    """The days of one process. Raises what speaks against any step."""
    worker = _Worker(share)
    try:
        return [worker.day(number) for number in range(share.days)]
    except BaseException:
        share.evening.abort()
        raise


class _Worker:
    def __init__(self, share: Share) -> None:
        self.share = share
        self.random = Random(share.number)  # noqa: S311 - repeatable, not secret
        self.weights = list(accumulate(life.share for life in LIVES))
        self.waiting: dict[int, list[_Living]] = defaultdict(list)
        self.opened = 0

    def day(self, number: int) -> Day:
        """One day: everybody begins it together, and it is over when the evening's work is done."""
        is_first = self.share.number == 0
        if is_first:
            time.set_time(_morning(self.share.begins, number), frozen=True)
        self.share.evening.wait()
        begun, before = perf_counter(), self.opened
        events = sum(self._open(number)) + sum(self._steps(number))
        self.share.evening.wait()
        if is_first:
            sweeps.silence()
            sweeps.cross_lights()
            seals.seal()
        self.share.evening.wait()
        return self._told(number, Day(self.opened - before, events, perf_counter() - begun))

    def _told(self, number: int, day: Day) -> Day:
        if self.share.number == 0 and number % TOLD_EVERY == 0:
            print(
                f"day {number} of {self.share.days}: {day.cases:,} cases begun in {day.seconds:.1f} s", file=sys.stderr
            )
        return day

    def _open(self, today: int) -> Iterator[int]:
        """Open the day's cases, in applications of several; yields how many events each batch made."""
        wanted = self.share.cases_a_day * (today + 1) - self.opened
        while wanted > 0:
            filings: list[Filing] = []
            begun: list[_Living] = []
            while len(begun) < min(BATCH, wanted):
                filings.append(self._filing(PARTS[len(filings) % len(PARTS)], today, begun))
            answers = service.open_applications(filings)
            numbers = [case for answer in answers for case in _sound(answer, Opened).cases]
            for living, number in zip(begun, numbers, strict=True):
                living.number = number
                self._wait(living)
            self.opened += len(begun)
            wanted -= len(begun)
            yield len(begun)

    def _filing(self, parts: int, today: int, begun: list[_Living]) -> Filing:
        county = self.random.randrange(mix.COUNTIES)
        subject = self.random.choice(self.share.subjects)
        region = mix.region_of(county)
        facts = mix.facts(region)
        openings = []
        for part in range(1, parts + 1):
            life = self.random.choices(LIVES, cum_weights=self.weights)[0]
            bureau = self.random.choice(mix.BUREAUS_OF[life.procedure])
            office = mix.office_of(county, bureau)
            openings.append(Opening(part, mix.service_of(bureau), {"matter": (subject,)}, office, region, facts))
            begun.append(_Living("", office, life, today))
        submission = Submission(None, str(uuid4()), self.share.digest, subject, "real", openings)
        return Filing(submission, mix.APPLICANT)

    def _wait(self, living: _Living) -> None:
        if living.due is not None:
            self.waiting[living.due].append(living)

    def _steps(self, today: int) -> Iterator[int]:
        """Take the day's steps, a case's second after its first; yields how many events each batch made."""
        while waiting := self.waiting.pop(today, []):
            for batch in _batches(waiting):
                orders = [_order(living) for living in batch]
                answers = service.commands(orders)
                yield sum(len(_sound(answer, Done).events) for answer in answers)
                for living in batch:
                    living.step += 1
                    self._wait(living)


def _morning(begins: str, number: int) -> datetime:
    """Nine o'clock of the so-manieth day."""
    return time.start_of(date.fromisoformat(begins) + timedelta(days=number)) + timedelta(hours=9)


def _order(living: _Living) -> Order:
    step = living.life.steps[living.step]
    return Order(living.number, step.command(str(uuid4()), living.office), mix.doer(step.who, living.office))


def _sound(answer: object, kind: type[Item]) -> Item:
    """An answer of this kind. Raises any other."""
    if isinstance(answer, kind):
        return answer
    raise answer if isinstance(answer, Exception) else TypeError(answer)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    found = iter(items)
    while batch := list(islice(found, BATCH)):
        yield batch
