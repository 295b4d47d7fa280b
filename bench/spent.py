"""The processor's time that other processes have spent: their own share of a request, on a machine however busy."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def of_session(leader: int) -> float:
    """Seconds spent by a process that leads a session, and by all others in it."""
    return sum(seconds for session, _, seconds in _processes() if session == leader)


def of_family(parent: int) -> float:
    """Seconds spent by a process and its children, those that have ended among them."""
    return sum(seconds for _, family, seconds in _processes() if parent in family)


def _processes() -> Iterable[tuple[int, tuple[int, int], float]]:
    """Of each process: its session, itself and its parent, and the seconds it and its ended children have spent."""
    ticks = os.sysconf("SC_CLK_TCK")
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = stat.read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has just ended
            continue
        fields = said.rpartition(")")[2].split()  # from the state on; a name may hold blanks
        parent, session, spent = int(fields[1]), int(fields[3]), sum(map(int, fields[11:15]))
        yield session, (int(stat.parent.name), parent), spent / ticks
