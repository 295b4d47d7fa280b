"""The approval case, engine only: seven durable audited steps, beside what a city would pick instead.

The floor and Tongban take turns with 1, 8 and 32 clients; the peers follow, each at its own best setting. All work on
one server of PostgreSQL with its usual durability.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Final

from bench.clients import seconds
from bench.cluster import Cluster, cluster
from bench.peers import NAMES
from bench.peers.case import Client
from bench.peers.environment import python
from bench.results import Result

PACK: Final = Path(__file__).parent / "approval"
CASES: Final = {1: 300, 8: 1_200, 32: 2_400}
GOALS: Final = {1: 1.0, 8: 1.5, 32: 3.0}
"""How many times the floor's rate Tongban's is to be, by the number of clients."""
BEST_PEER: Final = 8.0
"""How many times the rate of the fastest peer ours is to be, each at its own best setting."""
PEER_CASES: Final = 240
RUNS: Final = 5


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """Complete cases a second of everybody."""
    runs, share = (3, 4) if quick else (RUNS, 1)
    python()  # whoever cannot have the peers hears of it before anything is measured
    with cluster(PACK) as city:
        contestants = {
            name: import_module(f"bench.contestants.{name}").contestant(city) for name in ("floor", "tongban")
        }
        floors, ours = {}, 0.0
        for clients, cases in CASES.items():
            rates = by_turns(contestants, clients, cases // share, runs)
            floors[clients], ours = median(rates["floor"]), max(ours, median(rates["tongban"]))
            for name, each in rates.items():
                settings = {"clients": clients, "cases": cases // share, "spread": spread(each), **city.settings}
                goal = GOALS[clients] if name == "tongban" else None
                yield rated(f"{name}, {clients} clients", each, floors[clients], settings, goal)
        peers = []
        for name in NAMES:
            peers.append(peer(name, city, floors[8], PEER_CASES // share, runs))
            yield peers[-1]
        yield beside_the_best(ours, peers, runs)


def by_turns(contestants: Mapping[str, Client], clients: int, cases: int, runs: int) -> dict[str, list[float]]:
    """Cases a second of each in each run, after one run that does not count."""
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(runs + 1):
        for name, contestant in contestants.items():
            rates[name].append(cases / seconds(contestant, clients, cases))
    return {name: each[1:] for name, each in rates.items()}


def peer(name: str, city: Cluster, floor: float, cases: int, runs: int) -> Result:
    """A peer, measured by its own Python."""
    words = ["--clients", "8", "--cases", str(cases), "--runs", str(runs)]
    command: list[str | Path] = [python(), "-m", "bench.peers", name, city.server.conninfo(), *words]
    root = Path(__file__).parents[1]
    done = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    answer = json.loads(done.stdout)
    settings = {**answer["settings"], "spread": spread(answer["rates"]), **city.settings}
    return rated(name, answer["rates"], floor, settings)


def beside_the_best(ours: float, peers: Sequence[Result], runs: int) -> Result:
    """Our best rate beside that of the fastest peer."""
    best = max(peers, key=lambda one: one.median)
    settings = {"peer": best.name, "the peer's cases/s": round(best.median), "ours": round(ours)}
    return Result("beside the best peer", "×", ours / best.median, runs, BEST_PEER, settings, at_least=True)


def rated(
    name: str, rates: list[float], floor: float, settings: Mapping[str, object], goal: float | None = None
) -> Result:
    """A rate beside the floor's."""
    middle = median(rates)
    return Result(name, "cases/s", middle, len(rates), goal, settings, ratio_to_floor=middle / floor)


def spread(rates: list[float]) -> str:
    """The slowest and the fastest run."""
    return f"{min(rates):.0f}-{max(rates):.0f}"
