"""One measured figure, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any


def machine() -> str:
    """Processor, cores, memory, Python and present load of this machine, in one line."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = models[0] if models else platform.machine()
    described = f"{processor}, {os.cpu_count()} cores, {gibibytes:.0f} GiB, Python {platform.python_version()}"
    return f"{described}, load {os.getloadavg()[0]:.1f}"


@dataclass(frozen=True, slots=True)
class Result:
    """One figure: the median of `runs` measurements. What is not `sound` is never met.

    A time or a size is to be at most `goal`. A rate is to be at least `goal` times the floor's, measured in the same
    run; `ratio_to_floor` says how many times it is. Where there is no goal, the figure is there to compare with.
    """

    name: str
    unit: str
    median: float
    runs: int
    goal: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    sound: bool = True
    ratio_to_floor: float | None = None

    @property
    def met(self) -> bool:
        """Whether the goal was reached."""
        if not self.sound or self.goal is None:
            return self.sound
        return self.median <= self.goal if self.ratio_to_floor is None else self.ratio_to_floor >= self.goal

    def to_json(self) -> dict[str, Any]:
        """As `tongban bench --json` prints it."""
        return {**asdict(self), "met": self.met, "machine": machine()}


def seconds(work: Callable[[], object], runs: int) -> float:
    """The median processor's time that pure work takes, after one run that does not count: no neighbour disturbs it."""
    work()
    times = []
    for _ in range(runs):
        begun = process_time()
        work()
        times.append(process_time() - begun)
    return median(times)
