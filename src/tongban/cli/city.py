"""What every command that needs the city begins with: its database running, Django ready, and a clean end by signal."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

from tongban.platform.places import Places, find_places

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_is_open: ContextVar[bool] = ContextVar("is_open", default=False)


@contextmanager
def open_city() -> Iterator[Places]:
    """The city of this environment, ready to be worked with; whoever leaves last stops its database.

    Raises PlatformError when a place or the database is not as it must be.
    """
    from tongban.platform import database

    places = find_places()
    if _is_open.get():
        yield places
        return
    end_in_order()
    with database.available(places):
        set_up_django()
        try:
            yield places
        finally:
            database.close_connections()


@contextmanager
def open_already() -> Iterator[None]:
    """Within, the city that Django leads to is open: commands work in it and open none of their own."""
    before = _is_open.set(True)
    try:
        yield
    finally:
        _is_open.reset(before)


def set_up_django() -> None:
    """Load settings and rooms. The messages are compiled first: whoever needs Django may speak to somebody."""
    import django

    from tongban.platform.messages import compile_messages

    compile_messages()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.platform.settings")
    django.setup()


def die_with_parent(by: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to end this process when the one that started it dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, by)


def end_in_order() -> None:
    """Let a signal to end, from a person, a supervisor or a closed terminal, unwind what was begun."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets background jobs ignore it
