"""One measured figure, its goal, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any


@cache
def machine() -> str:
    """Processor, cores, memory and Python of this machine, in one line."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = models[0] if models else platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {gibibytes:.0f} GiB, Python {platform.python_version()}"


def load() -> float:
    """How many processes wanted a core in the last minute: more than there are cores, and no time here means much."""
    return round(os.getloadavg()[0], 1)


@dataclass(frozen=True, slots=True)
class Result:
    """One figure: the median of `runs` measurements. What is not `sound` is never met.

    A time or a size is to be at most `goal`; with `at_least`, no less. A figure with `ratio_to_floor` is a rate beside
    the floor's of the same run, and `goal` is how many times the floor's it is to be. Where there is no goal, the
    figure is there to compare with. What is measured at several sizes has one name and says its `size`: how many, and
    of what.
    """

    name: str
    unit: str
    median: float
    runs: int
    goal: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    sound: bool = True
    ratio_to_floor: float | None = None
    at_least: bool = False
    size: tuple[int, str] | None = None
    machine: str = field(default_factory=machine)
    load: float = field(default_factory=load)

    @property
    def met(self) -> bool:
        """Whether the goal was reached."""
        if not self.sound or self.goal is None:
            return self.sound
        if self.ratio_to_floor is not None:
            return self.ratio_to_floor >= self.goal
        return self.median >= self.goal if self.at_least else self.median <= self.goal

    @property
    def title(self) -> str:
        """The name, with the size where there is one."""
        return self.name if self.size is None else f"{self.name}, {self.size[0]:,} {self.size[1]}"

    @property
    def figure(self) -> str:
        """The median with its unit."""
        return f"{shown(self.median)} {self.unit}".rstrip()

    @property
    def ratio(self) -> str:
        """How many times the floor's rate it is; empty where there is no floor."""
        return "" if self.ratio_to_floor is None else f"{self.ratio_to_floor:.2g} × the floor"

    @property
    def wanted(self) -> str:
        """The goal in the terms in which it is judged; empty where there is none."""
        if self.goal is None:
            return ""
        if self.ratio_to_floor is not None:
            return f"≥ {self.goal:g} × the floor"
        return f"{'≥' if self.at_least else '≤'} {shown(self.goal)} {self.unit}".rstrip()

    @property
    def mark(self) -> str:
        """✓ met, ✗ not met, · nothing to meet."""
        return "✗" if not self.met else "·" if self.goal is None else "✓"

    def to_json(self) -> dict[str, Any]:
        """As `tongban bench --json` prints it."""
        return {**asdict(self), "met": self.met}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """Back from `to_json`."""
        known = {one.name: data[one.name] for one in fields(cls)}
        return cls(**known | {"size": tuple(data["size"]) if data["size"] else None})


def shown(number: float) -> str:
    """A figure with as many digits as can be believed: 0.0123, 4.56, 78.9, 1,235."""
    return f"{number:,.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.3g}"  # noqa: PLR2004 - three digits


def seconds(work: Callable[[], object], runs: int) -> float:
    """The median processor's time that pure work takes, after one run that does not count: no neighbour disturbs it."""
    work()
    times = []
    for _ in range(runs):
        begun = process_time()
        work()
        times.append(process_time() - begun)
    return median(times)
