"""`python -m bench.peers NAME ADDRESS`: one peer measured on a server of PostgreSQL, and its history looked through.

The clients are threads in as many processes as suit the peer best. They all begin at once, take one case after the
other, and what counts is when the last one has ended. One run more than wanted comes first and does not count.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from multiprocessing import get_context
from threading import BrokenBarrierError
from time import perf_counter
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from bench.peers import NAMES
from bench.peers.case import STEPS, Client, Peer

MOST_SECONDS: Final = 1_800
"""How long anybody waits for the others."""


def main() -> None:
    """Print one JSON object: name, settings, and complete cases a second in each run."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=main.__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("address", help="how to connect to the server as one who may create databases: host=… user=…")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with own_database(given.address) as address:
        answer = measured(given.name, address, given.clients, given.cases, given.runs)
        verify(address, peer_of(given.name).audit, given.cases * (given.runs + 1))
    print(json.dumps(answer, ensure_ascii=False))


def peer_of(name: str) -> Peer:
    """The peer of this name; only its own library is loaded."""
    peers: dict[str, Peer] = import_module(f"bench.peers.on_{name.partition('-')[0]}").PEERS
    return peers[name]


@contextmanager
def own_database(address: str) -> Iterator[str]:
    """An empty database on the server, gone afterwards; yields how to connect to it."""
    name = f"peer_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(f"create database {name}")
        try:
            yield make_conninfo(address, dbname=name)
        finally:
            admin.execute(f"drop database {name} with (force)")


def measured(name: str, address: str, clients: int, cases: int, runs: int) -> dict[str, Any]:
    """The answer for one peer. Ends the program when a client failed."""
    peer = peer_of(name)
    peer.prepare(address)
    processes = min(peer.processes, clients)
    context = get_context("spawn")
    left, gate, rates = context.Value("q", 0), context.Barrier(clients + 1, timeout=MOST_SECONDS), list[float]()
    workers = []
    for share in ((clients + each) // processes for each in range(processes)):
        workers.append(context.Process(target=serve, args=(name, address, share, runs, gate, left), daemon=True))
        workers[-1].start()
    try:
        for _ in range(runs + 1):
            left.value = cases
            gate.wait()
            begun = perf_counter()
            gate.wait()
            rates.append(cases / (perf_counter() - begun))
    except BrokenBarrierError:
        raise SystemExit(f"{name}: a client failed") from None
    finally:
        for worker in workers:
            worker.join()
    settings = {"package": f"{peer.package} {version(peer.package)}", "how": peer.how, "processes": processes}
    return {"name": name, "settings": {**settings, "clients": clients, "cases": cases}, "rates": rates[1:]}


def serve(name: str, address: str, clients: int, runs: int, gate: Any, left: Any) -> None:  # noqa: ANN401 - shared
    """What each process does: so many clients of one engine."""

    def another() -> bool:
        with left:
            left.value -= 1
            return bool(left.value >= 0)

    with together(gate), peer_of(name).engine(address, clients) as client, ThreadPoolExecutor(clients) as threads:
        for each in [threads.submit(work, client, another, runs, gate) for _ in range(clients)]:
            each.result()


def work(client: Client, another: Callable[[], bool], runs: int, gate: Any) -> None:  # noqa: ANN401 - it has no type
    """What each client does: cases, as long as there is another one in this run."""
    with together(gate), client() as life:
        for _ in range(runs + 1):
            gate.wait()
            while another():
                life()
            gate.wait()


@contextmanager
def together(gate: Any) -> Iterator[None]:  # noqa: ANN401 - it has no type
    """Whoever fails keeps nobody waiting at the gate; only the one who failed says so."""
    try:
        yield
    except BrokenBarrierError:
        pass
    except BaseException:
        gate.abort()
        raise


def verify(address: str, audit: str, cases: int) -> None:
    """End the program unless so many cases have ended, each with its seven audited transitions in lawful order."""
    with psycopg.connect(address) as connection:
        histories = [steps for (steps,) in connection.execute(audit)]
    wrong = [steps for steps in histories if (*steps[:2], *sorted(steps[2:4]), *steps[4:]) != STEPS]
    if wrong or len(histories) != cases:
        raise SystemExit(f"{len(histories)} of {cases} cases ended, {len(wrong)} unlawfully: {wrong[:1]}")
