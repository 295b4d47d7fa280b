"""The same work in several processes at once, each with its own connection to the bench's city."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Final, TypeVar, cast

from tongban.platform import database

Share = TypeVar("Share")
Answer = TypeVar("Answer")

FORKED: Final = multiprocessing.get_context("fork")


def each(work: Callable[[Share], Answer], shares: Sequence[Share]) -> list[Answer]:
    """What `work` answers for each share; a process for each, but none for one that is alone.

    Connections are closed before: a process must not speak on another's. Raises what any of them raised.
    """
    if len(shares) == 1:
        return [work(shares[0])]
    database.close_connections()
    begun = []
    for share in shares:
        here, there = FORKED.Pipe(duplex=False)
        process = FORKED.Process(target=_answer, args=(there, work, share), daemon=True)
        process.start()
        there.close()
        begun.append((process, here))
    heard = [_heard(here) for _, here in begun]
    for process, _ in begun:
        process.join()
    for one in heard:
        if isinstance(one, RuntimeError):
            raise one
    return cast("list[Answer]", heard)


def _answer(there: Connection, work: Callable[[Share], Answer], share: Share) -> None:
    try:
        there.send(work(share))
    except BaseException as error:  # noqa: BLE001 -- raised by whoever began the process
        there.send(RuntimeError(f"{type(error).__name__}: {error}"))
    finally:
        database.close_connections()


def _heard(here: Connection) -> object:
    try:
        return here.recv()
    except EOFError:
        return RuntimeError("a process ended without an answer")
