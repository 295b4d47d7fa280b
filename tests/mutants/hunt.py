"""Lets mutants of the cores loose on the cores' own tests, and lists those that no test notices.

    python -m tests.mutants.hunt [--most 200] [--seconds 3600] [--only planner/search.py]

One process imports everything and collects the tests that need no database. It learns which test reaches which
statement, and then forks for every mutant: the child exchanges the code of one function and runs the tests that reach
the change, the shortest first, until one fails. A test that takes ten times its usual work, memory without end, or
waits for ever, has failed as well. The order of the mutants is that of their names' hashes: however early one stops,
what was tried is a fair sample, and the same one tomorrow. `survivors.txt` says of each survivor why no test notices
it.
"""

from __future__ import annotations

import argparse
import builtins
import gc
import hashlib
import math
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import _lru_cache_wrapper
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

import orjson
import pytest
from tests.mutants.mutations import Key, Mutant, mutants_of, watched

from tongban.publication.files import tree

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "src" / "tongban"
REASONS: Final = Path(__file__).with_name("survivors.txt")
LEAST_SHARE: Final = 0.85
"""Of the mutants tried, how many must be noticed; those that make no difference count as not noticed."""

MACHINE: Final = (
    "machine", "steps", "fold", "guards", "timing", "work", "demands", "following", "chain", "coding", "production",
    "promise",
)  # fmt: skip
CORES: Final = {
    "clock": [*SOURCE.glob("clock/*.py")],
    "catalog": [*SOURCE.glob("catalog/*.py")],
    "policy": [*SOURCE.glob("policy/*.py")],
    "planner": [*SOURCE.glob("planner/*.py")],
    "casework": [SOURCE / "casework" / f"{name}.py" for name in MACHINE],
}
"""For each folder of tests the modules of the core that it is about."""

COMPILING: Final = frozenset({"catalog", "policy"})
"""The cores that compile the tree, which takes as long as hundreds of other tests."""

PROCESSES: Final = 2
LEAST_SECONDS: Final = 3
MOST_WAITING_SECONDS: Final = 120
MOST_BYTES: Final = 3_000_000_000
UNNOTICED, NOTICED, BROKEN = 0, 1, 70


@dataclass(eq=False)
class Hunt:
    """A plugin of pytest that lets `chosen` loose on the tests it collected, and tells of each that lives.

    ``survived`` says what became of each; those in ``broken`` could not be tried.
    """

    chosen: Sequence[Mutant]
    until: float
    survived: dict[str, bool] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    functions: dict[tuple[str, Key], list[FunctionType]] = field(default_factory=lambda: defaultdict(list))
    caches: list[_lru_cache_wrapper[Any]] = field(default_factory=list)
    seconds: dict[int, float] = field(default_factory=dict)
    reached: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    has_failed: bool = False

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what needs a database."""
        items[:] = [each for each in items if "postgres" not in getattr(each, "fixturenames", ())]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        self.has_failed = self.has_failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Hunt, instead of running the tests."""
        self._look_around()
        self._learn(session.items)
        jobs = (
            (each.name, lambda mutant=each: self._tried(mutant, session.items))
            for each in self.chosen
            if time.monotonic() < self.until
        )
        known = reasons()
        for name, code in _forked(jobs):
            if code == BROKEN:
                self.broken.append(name)
                continue
            self.survived[name] = code == UNNOTICED
            if code == UNNOTICED:
                sys.stdout.write(f"{name}\n    {known.get(name, 'no reason yet')}\n")
                sys.stdout.flush()
        return True

    def _look_around(self) -> None:
        """Find the functions that may be changed, and the caches that hold what unchanged code reckoned.

        The tree is compiled once, for all who neither change nor test how that is done.
        """
        files = {str(each.file) for each in self.chosen}
        tree()
        gc.unfreeze()
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename in files:
                code = each.__code__
                self.functions[code.co_filename, (code.co_qualname, code.co_firstlineno)].append(each)
            elif isinstance(each, _lru_cache_wrapper) and str(each.__module__).startswith(("tongban", "tests")):
                self.caches.append(each)
        gc.freeze()

    def _learn(self, tests: Sequence[pytest.Item]) -> None:
        """How long each test works, and which tests reach each statement."""
        with tempfile.TemporaryDirectory() as folder:
            parts = {str(start): range(start, len(tests), PROCESSES) for start in range(PROCESSES)}
            jobs = (
                (name, lambda part=part, output=Path(folder, name): self._watched(tests, part, output))
                for name, part in parts.items()
            )
            for name, code in _forked(jobs):
                if code != UNNOTICED:
                    raise RuntimeError("the tests must pass before anything is changed")
                for index, worked, lines in orjson.loads(Path(folder, name).read_bytes()):
                    self.seconds[index] = worked
                    for file, line in lines:
                        self.reached[file, line].append(index)

    def _watched(self, tests: Sequence[pytest.Item], part: range, output: Path) -> int:
        """Run tests one by one, and write down for each how long it worked and what it reached."""
        found = []
        lines: set[tuple[str, int]] = set()
        for number, file in enumerate({each.file for each in self.chosen}):
            report = f"__reached_in_{number}__"
            setattr(builtins, report, lambda line, file=str(file): lines.add((file, line)))
            for key, code in watched(file, report).items():
                self._exchange(file, key, code)
        for index in part:
            lines.clear()
            self._forget(compiles=tests[index].path.parent.name in COMPILING)
            begun = time.process_time()
            self._run(tests[index])
            if self.has_failed:
                raise RuntimeError(f"fails before anything is changed: {tests[index].nodeid}")
            found.append((index, time.process_time() - begun, list(lines)))
        output.write_bytes(orjson.dumps(found))
        return UNNOTICED

    def _tried(self, mutant: Mutant, tests: Sequence[pytest.Item]) -> int:
        """Change one function, and run what reaches the change."""
        self._exchange(mutant.file, mutant.function, mutant.code())
        self._forget(compiles=mutant.file.parent.name in COMPILING)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        for index in sorted(self.reached[str(mutant.file), mutant.line], key=lambda each: (self.seconds[each], each)):
            most = int(time.process_time() + max(LEAST_SECONDS, 10 * self.seconds[index])) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
            signal.alarm(MOST_WAITING_SECONDS + 10 * math.ceil(self.seconds[index]))
            self._run(tests[index])
            if self.has_failed:
                return NOTICED
        return UNNOTICED

    def _exchange(self, file: Path, function: Key, code: CodeType) -> None:
        for each in self.functions[str(file), function]:
            each.__code__ = code

    def _forget(self, *, compiles: bool) -> None:
        """Forget what unchanged code reckoned; the compiled tree only for those who are about compiling."""
        for cache in self.caches:
            if compiles or cache is not tree:
                cache.cache_clear()

    def _run(self, test: pytest.Item) -> None:
        """Run one test by itself: nothing that was made for it is there for the next one."""
        test.config.hook.pytest_runtest_protocol(item=test, nextitem=None)


def _forked(jobs: Iterator[tuple[str, Callable[[], int]]]) -> Iterator[tuple[str, int]]:
    """Run each job in a process of its own, a few at a time: its name and what it returned; killed is `NOTICED`."""
    running: dict[int, str] = {}
    while True:
        for name, job in jobs:
            sys.stdout.flush()
            pid = os.fork()
            if pid == 0:
                _work(job)
            running[pid] = name
            if len(running) >= PROCESSES:
                break
        if not running:
            return
        pid, status = os.wait()
        yield running.pop(pid), os.WEXITSTATUS(status) if os.WIFEXITED(status) else NOTICED


def _work(job: Callable[[], int]) -> None:
    """Carry out a job in the child, which says nothing but what breaks it, and ends here."""
    code = BROKEN
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = job()
    except BaseException:  # noqa: BLE001 - whatever it is, nothing may go on after the end of the child
        traceback.print_exc()
    finally:
        os._exit(code)


def mutants(only: str = "") -> list[Mutant]:
    """The mutants of all cores, or of the files with `only` in their path, in the order of their names' hashes."""
    files = sorted(file for each in CORES.values() for file in each if only in str(file))
    found = [mutant for file in files for mutant in mutants_of(file, SOURCE)]
    return sorted(found, key=lambda each: hashlib.sha256(each.name.encode()).digest())


def hunted(chosen: Sequence[Mutant], seconds: float) -> Hunt:
    """What became of each mutant, as far as they could be tried in `seconds`. Raises RuntimeError."""
    hunt = Hunt(chosen, time.monotonic() + seconds)
    files = {each.file for each in chosen}
    folders = [str(ROOT / "tests" / core) for core, modules in CORES.items() if files.intersection(modules)]
    quiet = ["-q", "-s", "--tb=no", "--assert=plain", "-p", "no:cacheprovider"]
    code = pytest.main(
        [*folders, *quiet, "-o", "timeout=0", "-m", "not slow", "--hypothesis-profile=mutants"], plugins=[hunt]
    )
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"pytest ended with {code!r}")
    return hunt


def reasons() -> dict[str, str]:
    """Of each survivor that somebody looked at, why no test notices it: the comment above it in `survivors.txt`."""
    found: dict[str, str] = {}
    reason = ""
    for line in REASONS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            reason = line.removeprefix("#").strip()
        elif line:
            found[line] = reason
    return found


def main() -> int:
    """Hunt as the command line says; 1 where too few mutants are noticed, or one could not be tried."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, help="how many mutants to try; all of them by default")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="when to begin no more of them")
    parser.add_argument("--only", default="", help="a part of the path of the files to change")
    given = parser.parse_args()
    hunt = hunted(mutants(given.only)[: given.most], given.seconds)
    survived, known = hunt.survived, reasons()
    left = sorted(name for name, lives in survived.items() if lives)
    share = 1 - len(left) / len(survived)
    for name in hunt.broken:
        sys.stdout.write(f"{name}\n    could not be tried\n")
    for name in sorted(name for name in known if survived.get(name) is False):
        sys.stdout.write(f"{name}\n    is noticed now: take it out of {REASONS.name}\n")
    without = sum(name not in known for name in left)
    sys.stdout.write(
        f"{len(survived)} tried, {len(left)} not noticed ({without} without a reason): {share:.1%} noticed\n"
    )
    return 0 if share >= LEAST_SHARE and not hunt.broken else 1


if __name__ == "__main__":
    sys.exit(main())
