"""When: each run starts the workday after its last input and is due at the end of its promised limit.

What takes no days is done on the day its inputs are there. Runs that do not wait for one another go side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tongban.clock import Calendar, Limit, add_workdays, due, next_workday, working_days_between
from tongban.planner.selection import PaperUse
from tongban.planner.supply import Source, Supply

HOURS_OF_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Dates:
    """When the inputs of a run are there, when it starts, when it is due, and its working days."""

    ready: date
    start: date
    due: date
    days: int


def due_date(calendar: Calendar, ready: date, limit: Limit | None) -> date:
    """The day on which ``limit``, counted from ``ready``, ends; natural time that ends on a rest day ends after it."""
    if limit is None or limit.count <= 0:
        return ready
    if limit.unit == "workday":
        return add_workdays(calendar, ready, limit.count)
    if limit.unit == "hour":
        first = next_workday(calendar, ready)
        return first + timedelta(days=(limit.count - 1) // HOURS_OF_A_DAY)
    return due(calendar, ready, limit, roll="next").due


class Timing:
    """The dates of every run, for any choice of what is added and asked. It remembers what it was asked."""

    def __init__(self, supply: Supply, calendar: Calendar, on: date) -> None:
        self.supply = supply
        self.calendar = calendar
        self.on = on
        self._dates: dict[tuple[Limit | None, date], Dates] = {}
        self._days: dict[tuple[int, int, int], int] = {}
        self._waits: dict[int, list[Source]] = {}
        self._proofs: dict[int, list[list[Source]]] = {}
        timed: set[int] = set()
        for place, run in enumerate(supply.runs):
            self._waits[place] = [source for source in supply.needs_of(place) if source.may_be_late]
            self._proofs[place] = [
                sources
                for use in run.papers
                if (sources := self.proving(use, place)) and any(source.may_be_late for source in sources)
            ]
            timed.update(source.ask for late in self._waits[place] for source in _all_of(late))
        self._timed_asks = sum(timed)

    def proving(self, use: PaperUse, place: int) -> list[Source]:
        """The sources of what a paper proves; none where it proves nothing, or is waived rather than waited for."""
        sources = self.supply.proving(use, place)
        return [] if use.is_waived and any(source.may_be_late for source in sources) else sources

    def days(self, added: int, asked: int, maybe: int) -> int:
        """Working days from submission to the last due date; extras in ``maybe`` may yet bring anything at once."""
        key = (added, asked & self._timed_asks, maybe)
        found = self._days.get(key)
        if found is None:
            ends = [dates.due for dates in self.dates(added, asked, maybe).values()]
            last = max(ends, default=self.on)
            found = self._days[key] = working_days_between(self.calendar, self.on, last)
        return found

    def dates(self, added: int, asked: int, maybe: int = 0) -> dict[int, Dates]:
        """The dates of the runs that run, by place, earlier feeders first."""
        found: dict[int, Dates] = {}
        for place in self.supply.order:
            run = self.supply.runs[place]
            if run.bit & ~added:
                continue
            there = [self.ready(source, found, added, asked, maybe) for source in self._waits[place]]
            for sources in self._proofs[place]:
                proven = [self.proven(source, found, added, maybe) for source in sources]
                there += proven if None not in proven else []
            ready = max((each for each in there if each is not None), default=self.on)
            found[place] = self._of(run.part.limit, ready)
        return found

    def _of(self, limit: Limit | None, ready: date) -> Dates:
        found = self._dates.get((limit, ready))
        if found is None:
            end = due_date(self.calendar, ready, limit)
            start = min(next_workday(self.calendar, ready), end)
            days = working_days_between(self.calendar, ready, end)
            found = self._dates[limit, ready] = Dates(ready, start, end, days)
        return found

    def ready(self, source: Source, done: dict[int, Dates], added: int, asked: int, maybe: int) -> date | None:
        """When the fact is there; None where it cannot be had."""
        if source.is_known or source.ask & asked:
            return self.on
        times = [self.made(source.makers, done, added, maybe)]
        if times == [None] and source.is_held:
            return self.on
        if source.inputs:
            inputs = [self.ready(each, done, added, asked, maybe) for each in source.inputs]
            times.append(None if None in inputs else max(each for each in inputs if each is not None))
        return min((each for each in times if each is not None), default=None)

    def proven(self, source: Source, done: dict[int, Dates], added: int, maybe: int) -> date | None:
        """When the fact is official; None where it never is."""
        if source.is_official:
            return self.on
        times = [self.made(source.provers, done, added, maybe)]
        if times == [None] and self.supply.is_held(source.fact):
            return self.on
        if source.inputs:
            inputs = [self.proven(each, done, added, maybe) for each in source.inputs]
            times.append(None if None in inputs else max(each for each in inputs if each is not None))
        return min((each for each in times if each is not None), default=None)

    def made(self, makers: Iterable[int], done: dict[int, Dates], added: int, maybe: int) -> date | None:
        """When the first of these is done; the last where it is open which of them will run; None where none runs."""
        sure: list[date] = []
        unsure: list[date] = []
        for place in makers:
            run = self.supply.runs[place]
            if run.bit & maybe:
                return self.on
            if not run.bit & ~added:
                (unsure if run.is_open else sure).append(done[place].due)
        return min(sure) if sure else max(unsure, default=None)


def _all_of(source: Source) -> Iterable[Source]:
    yield source
    for each in source.inputs:
        yield from _all_of(each)
