"""Doing things at one moment: threads that begin together, each with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections


def at_one_moment(count: int, act: Callable[[int], object]) -> list[object]:
    """Run ``act(0)``, ``act(1)``, … together; what each returned or raised, in order."""
    barrier = Barrier(count)

    def one(number: int) -> object:
        barrier.wait()
        try:
            return act(number)
        except Exception as error:  # noqa: BLE001 -- told to the test
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))
