"""Clients that do the same thing at the same time, and how long they take together."""

from __future__ import annotations

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Lock, Thread
from time import perf_counter

from bench.peers.case import Client


def seconds(client: Client, clients: int, cases: int) -> float:
    """How long so many clients take together for so many cases. Raises what stopped any of them."""
    turns, errors, begin = iter(range(cases)), list[BaseException](), Barrier(clients + 1)
    guard = Lock()

    def another() -> bool:
        with guard:
            return next(turns, None) is not None

    def work() -> None:
        try:
            with client() as life:
                begin.wait()
                while another():
                    life()
        except BaseException as error:  # noqa: BLE001 - raised by whoever waits for all
            errors.append(error)
            begin.abort()

    threads = [Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    with suppress(BrokenBarrierError):
        begin.wait()
    begun = perf_counter()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return perf_counter() - begun
