"""Compiling generated services, from files on disk to a catalog: 250 of them to 10,000; and the packs of the tree.

The larger catalogs are packs of 250 services each that all add to the same types, as the authorities of a city do. Last
the command that an engineer waits for, `tongban check`, from its first letter to its last.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from typing import Final

from bench.results import Result, seconds
from tongban.publication.files import compile_files
from tongban.testing.catalogs import Size, write_packs

PACK: Final = Size(services=250, facts=600, papers=120, choices=0)
PACKS: Final = (1, 4, 12, 40)
SEED: Final = 1
GOAL_SECONDS: Final = 0.5
"""For 250 services, and for the packs of the tree."""
GOAL_CHECK_SECONDS: Final = 2
GOAL_TIMES: Final = 1.3
"""What one service may take among the most, beside what it takes among the fewest."""


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """At each size the time and the memory for a service; then how much more it takes among the most."""
    each = {}
    for packs in PACKS:
        services, runs = packs * PACK.services, max(1, (3 if quick else 9) // packs)
        time_seconds, memory_bytes = apart(packs, runs)
        each[services] = time_seconds / services
        settings = {"facts": packs * PACK.facts, "papers": packs * PACK.papers, "packs": packs, "seed": SEED}
        if packs == 1:
            yield Result("250 services", "s", time_seconds, runs, GOAL_SECONDS, settings)
        size = (services, "services")
        yield Result("a service", "ms", each[services] * 1_000, runs, settings=settings, size=size)
        kibibytes = memory_bytes / services / 1_024
        yield Result("memory for a service", "KiB", kibibytes, 1, settings=settings, size=size)
    fewest, most = min(each), max(each)
    name = f"a service among {most:,}, beside one among {fewest:,}"
    yield Result(name, "times", each[most] / each[fewest], 1, GOAL_TIMES)
    runs = 3 if quick else 9
    yield Result("the packs of the tree", "s", seconds(compile_files, runs), runs, GOAL_SECONDS)
    checks = [check_seconds() for _ in range(runs)]
    yield Result("tongban check", "s", median(checks), runs, GOAL_CHECK_SECONDS)


def apart(packs: int, runs: int) -> tuple[float, float]:
    """What `measured` gives in a process of its own, whose memory has held nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measured, packs, runs).result()


def measured(packs: int, runs: int) -> tuple[float, float]:
    """The median time of reading and compiling so many packs, and by how many bytes this process grew at its highest.

    Raises ``ValueError`` where they do not give all their services.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = write_packs(Path(folder), PACK, SEED, packs)
        before = highest_bytes()
        return seconds(lambda: compiled(paths, packs * PACK.services), runs), highest_bytes() - before


def compiled(paths: list[Path], services: int) -> None:
    """Read and compile these packs."""
    catalog, findings = compile_files(paths)
    if catalog is None or len(catalog.services) != services:
        raise ValueError(findings[0].message.en if findings else "services are missing")


def highest_bytes() -> int:
    """The most memory that this process ever had."""
    return getrusage(RUSAGE_SELF).ru_maxrss * 1_024


def check_seconds() -> float:
    """The processor's time of one `tongban check`, its interpreter's beginning and end included."""
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "tongban", "check"], check=True, capture_output=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
