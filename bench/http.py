"""Complaints through HTTP: created, assigned, resolved and read back by 50 clients without a pause; and in spikes.

The public load shape of DIGIT, 33 categories, on the city as `tongban serve` answers for it: bearer tokens, permission,
validation, each step durable and audited. A complaint counts when its citizen reads it as resolved; nothing is asked
twice. Of the four calls the last is left out of the other figure, and read after the time is up.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench import mix
from bench.complaints import Complaints, complaints
from bench.results import Result

CLIENTS: Final = 50
GOAL: Final = 500
"""Complaints a second, at any number of stored cases."""
SIZES: Final = (0, 100_000, 1_000_000)
QUICK_SIZES: Final = (0, 20_000)
WITH_READING: Final = 4
STEADY: Final = 0.9
"""What is to be left of the rate of an empty city at the largest size."""
LEVELS: Final = (1, 15, 1, 25, 2, 35, 10)
"""Arrivals a second, one level after the other."""
QUIET: Final = 2
"""Levels up to this one are quiet: there everything is to be as it was before the first spike, or nearly."""
SLOWER: Final = 2
"""How many times as long as before the first spike a complaint may take in the quiet after one."""


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """The figures of four calls and of three, then those of the spikes."""
    runs, seconds = (1, 5) if quick else (3, 20)
    there = 0
    with tempfile.TemporaryDirectory() as folder, complaints(mix.write_pack(Path(folder))) as city:
        from bench import stock  # noqa: PLC0415 - once Django is set up

        rates = {}
        for stored in QUICK_SIZES if quick else SIZES:
            if stored > there:
                stock.fill(city.cluster.digest, stored - there, seed=stored)
                there = stored
            for calls in (4, 3):
                accounts = [steady(city, seconds, read=calls == WITH_READING) for _ in range(runs)]
                result = rated(f"{calls} calls, {CLIENTS} clients", accounts, city, (stored, "stored cases"))
                rates[calls, stored] = result.median
                yield result
        least, most = rates[WITH_READING, 0], rates[WITH_READING, there]
        yield Result(f"4 calls at {there:,} stored cases beside none", "×", most / least, runs, STEADY, at_least=True)
        yield from spiked(city.call(levels=LEVELS, seconds=seconds / 2)["levels"])


def steady(city: Complaints, seconds: float, *, read: bool) -> dict[str, Any]:
    """What the clients did in so many seconds, after some that do not count, and what it cost the processor."""
    city.call(clients=CLIENTS, seconds=seconds / 4, read=read)
    before = city.spent_seconds()
    account = city.call(clients=CLIENTS, seconds=seconds, read=read)
    spent = {who: after - before[who] for who, after in city.spent_seconds().items()}
    return {**account, "spent": {**spent, "client": account["client_seconds"]}}


def rated(name: str, accounts: list[dict[str, Any]], city: Complaints, size: tuple[int, str]) -> Result:
    """Complaints a second; sound if each that was begun read as resolved."""
    rates = [account["resolved"] / account["seconds"] for account in accounts]
    last = accounts[-1]
    settings = {
        "milliseconds (50, 95, 99 %)": last["milliseconds"],
        "processor's milliseconds a complaint": {
            who: round(seconds * 1_000 / max(last["resolved"], 1), 2) for who, seconds in last["spent"].items()
        },
        "failures": {kind: number for account in accounts for kind, number in account["failures"].items()},
        **city.cluster.settings,
    }
    return Result(
        name, "complaints/s", median(rates), len(rates), GOAL, settings,
        sound=all(map(is_whole, accounts)), at_least=True, size=size,
    )  # fmt: skip


def is_whole(account: Mapping[str, Any]) -> bool:
    """Whether something was done, nothing failed, and no complaint reads otherwise than as resolved."""
    return account["resolved"] > 0 and not account["failures"] and account["unresolved"] == 0


def spiked(levels: list[dict[str, Any]]) -> Iterator[Result]:
    """The errors of all levels, and how long complaints took in the quiet after a spike beside before the first."""
    failed = sum(sum(level["failures"].values()) + level["unresolved"] for level in levels)
    seen = {f"{place}: {one['level']}/s": one["milliseconds"].get("life") for place, one in enumerate(levels, 1)}
    yield Result("spikes, complaints that failed", "", failed, 1, 0, {"milliseconds (50, 95, 99 %)": seen})
    before, *after = [level["milliseconds"]["life"][0] for level in levels if level["level"] <= QUIET]
    yield Result("spikes, a complaint's time in the quiet after one beside before", "×", max(after) / before, 1, SLOWER)
