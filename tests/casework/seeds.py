"""One whole number for each run; a run that fails is named, with all that had happened and the way to see it again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

NAME = "TONGBAN_SEED"
LAST = 60


def seeds(count: int) -> range:
    """The seeds from 0 on, or the one that the environment names."""
    one = os.environ.get(NAME)
    return range(count) if one is None else range(int(one), int(one) + 1)


@contextmanager
def diary(seed: int, test: str) -> Iterator[list[str]]:
    """Where a run writes what happens in it; whatever is raised carries it along."""
    lines: list[str] = []
    try:
        yield lines
    except Exception as failure:
        told = [f"{n:4} {line}" for n, line in enumerate(lines, 1)][-LAST:]
        failure.add_note(
            "\n".join([f"seed {seed}, the last of what happened:", *told, ""])
            + f"To see it again: {NAME}={seed} .venv/bin/pytest {test}"
        )
        raise
