"""The critical path of an outcome, and how long each run could be late without moving the end."""

from __future__ import annotations

from tongban.clock import working_days_between
from tongban.planner.outcome import Outcome


def critical_path(outcome: Outcome) -> list[int]:
    """The chain of runs that fixes the last due date, first to last; among equals one with most runs, then by id."""
    chains: dict[int, tuple[int, ...]] = {}
    for place in outcome.dates:  # feeders come before those they feed
        deciding = [
            chains[feeder] for feeder in outcome.feeds[place] if outcome.dates[feeder].due == outcome.dates[place].ready
        ]
        chains[place] = (*_longest(outcome, deciding), place)
    last = max((dates.due for dates in outcome.dates.values()), default=None)
    ends = [chain for place, chain in chains.items() if outcome.dates[place].due == last]
    return list(_longest(outcome, ends))


def _longest(outcome: Outcome, chains: list[tuple[int, ...]]) -> tuple[int, ...]:
    runs = outcome.supply.runs
    order = sorted(chains, key=lambda chain: (-len(chain), [runs[place].id for place in chain]))
    return order[0] if order else ()


def slacks(outcome: Outcome) -> dict[int, int]:
    """For each run the working days it could be late."""
    calendar, on = outcome.timing.calendar, outcome.timing.on
    ends = {place: working_days_between(calendar, on, dates.due) for place, dates in outcome.dates.items()}
    latest = dict.fromkeys(ends, max(ends.values(), default=0))
    for place in reversed(list(outcome.dates)):
        ready = latest[place] - outcome.dates[place].days
        for feeder in outcome.feeds[place]:
            latest[feeder] = min(latest[feeder], ready)
    return {place: latest[place] - end for place, end in ends.items()}
