"""The worker: it works on jobs until it is told to end, and begins anew whenever the database went away under it.

procrastinate ends a worker that loses its connection. Here that is no end but a pause: nothing is lost by it, for each
piece of work may be done any number of times.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

import structlog
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

AGAIN_SECONDS = 2

log = structlog.get_logger(__name__)


async def work(concurrency: int) -> None:
    """Work on so many jobs at one time until SIGINT or SIGTERM; the jobs in hand are finished."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    while not told.is_set():
        error = ""
        try:
            await _until_told(told, concurrency)
        except Exception as broken:  # noqa: BLE001 -- whatever it was, the next worker begins afresh
            error = type(broken).__name__
        if not told.is_set():
            log.warning("worker_begins_anew", error=error)
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), AGAIN_SECONDS)


async def _until_told(told: asyncio.Event, concurrency: int) -> None:
    """Work until told to end. Raises what breaks the worker; one that merely loses its connection just ends."""
    connector = DjangoConnector().get_worker_connector()  # a pool of its own instead of Django's connection
    with app.replace_connector(connector) as ready:
        async with ready.open_async():  # never cancelled: a pool that opens loses a cancellation, and hangs for ever
            running = ready.run_worker_async(
                concurrency=concurrency, delete_jobs="successful", install_signal_handlers=False
            )
            working, ending = asyncio.create_task(running), asyncio.create_task(told.wait())
            await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
            ending.cancel()
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
