"""Memory of this process: when, and where, not to look for what nobody needs any more, and when to give it back."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Do not look for circles of garbage meanwhile, in any thread of this process.

    For work that makes millions of objects, nearly all to stay: looking through them again and again while they grow
    takes as long as the work itself, and longer the more there are.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def keep() -> None:
    """What is there now stays as long as the process: circles of garbage are never looked for in it again."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Give memory that nobody needs any more back to the machine, where the C library can (glibc).

    After much work for one visitor: each thread keeps what it once took, and a server has many threads.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
