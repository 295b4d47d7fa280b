"""What the demonstration keeps in memory, database included, after its pages have been read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.demonstration import Demonstration, demonstration
from bench.pages import visits
from bench.results import Result

GOAL_MEBIBYTES = 1_024


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """One city, its pages each read once."""
    people = 2_000 if quick else 20_000
    with demonstration(people) as city:
        for _, path, visitor in visits(city):
            visitor.get(path)
        settings = {"people": people, "figure": "PSS of all processes"}
        yield Result("memory of the demonstration", "MiB", mebibytes(city), 1, GOAL_MEBIBYTES, settings)


def mebibytes(city: Demonstration) -> float:
    """What the city's processes keep: shared pages are counted once."""
    database = int((city.home / "postgres" / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    members = family({city.process, database})
    return sum(map(proportional_kibibytes, members)) / 1_024


def family(roots: set[int]) -> set[int]:
    """These processes and all that they began."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text(encoding="utf-8")
        except OSError:
            continue  # it has just ended
        parents[int(status.parent.name)] = int(text.rpartition(")")[2].split()[1])
    found = set(roots)
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def proportional_kibibytes(process: int) -> int:
    """A process's memory, shared pages divided among those who share them; 0 for one that has just ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
