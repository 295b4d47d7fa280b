"""Lets atheris look for bytes that a reader of strangers' files falls over, following what the code covers.

    python -m tests.fuzz [TARGET] [--seconds 60]

The laws are those of the Hypothesis tests: whatever comes is read or refused with a place. Hypothesis makes its inputs
up; this keeps each that reaches something new and changes it further, beginning with files that are right. An input
that breaks a law is kept in a file that is named. atheris has wheels for Linux on x86-64 alone: elsewhere this says so
and ends well.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import django

FORKED: Final = multiprocessing.get_context("fork")
ROOT: Final = Path(__file__).resolve().parents[1]
LONGEST_BYTES: Final = 4_096
SLOWEST_SECONDS: Final = 20
MOST_MEBIBYTES: Final = 2_048
ROOMS: Final = ("tongban.catalog", "tongban.clock", "tongban.applications", "tongban.planner")
"""What is watched while it runs."""


@dataclass(frozen=True)
class Target:
    """A law that holds for any bytes, and files to begin with."""

    law: Callable[[], Callable[[bytes], object]]
    """Called once, in the process that tries it: what it imports is watched."""
    begin: Callable[[], Iterator[bytes]]


def pack_law() -> Callable[[bytes], object]:
    """A pack in which one file is these bytes is sound or refused with findings."""
    from tests.catalog.packs import checked, copy_of_sample  # noqa: PLC0415 - imported to be watched

    folder = Path(tempfile.mkdtemp())
    packs = copy_of_sample(folder)
    file = min(packs[0].glob("services/*.yaml"))

    def law(data: bytes) -> None:
        file.write_bytes(data)
        catalog, findings = checked(packs, folder)
        assert catalog is not None or findings

    return law


def yaml_law() -> Callable[[bytes], object]:
    """Any bytes are a tree, or refused with a place."""
    from tests.catalog import test_yaml_tree as laws  # noqa: PLC0415 - as above

    return _inner(laws.test_any_bytes_are_read_or_refused_with_a_place)


def condition_law() -> Callable[[bytes], object]:
    """Any text is a condition, or refused at a place in it."""
    from tongban.catalog.conditions import ConditionError, parse  # noqa: PLC0415 - as above

    def law(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        try:
            parse(text)
        except ConditionError as error:
            assert 1 <= error.column <= len(text) + 1  # noqa: PT017 - no test: atheris wants what it raises

    return law


def limit_law() -> Callable[[bytes], object]:
    """Any text is a limit that reads back, or refused."""
    from tests.clock import test_any_input as laws  # noqa: PLC0415 - as above

    limit = _inner(laws.test_any_text_is_a_limit_that_reads_back_or_is_refused)
    return lambda data: limit(data.decode("utf-8", "replace"))


def calendar_law() -> Callable[[bytes], object]:
    """Any JSON is a calendar, or refused."""
    from tests.clock import test_any_input as laws  # noqa: PLC0415 - as above

    from tongban.clock import calendars  # noqa: PLC0415 - as above

    def law(data: bytes) -> None:
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            return
        with laws.refused("calendar-malformed"):
            calendars([document])

    return law


def table_law() -> Callable[[bytes], object]:
    """Any upload is a table, or refused."""
    from tests.applications import test_any_upload as laws  # noqa: PLC0415 - as above

    return lambda data: laws.taken("a.xlsx" if data.startswith(b"PK") else "a.csv", data)


def paper_law() -> Callable[[bytes], object]:
    """Any upload is a paper of the kind it begins as, or refused."""
    from tests.applications import test_any_upload as laws  # noqa: PLC0415 - as above

    return _inner(laws.test_a_paper_is_what_it_begins_with_or_is_refused)


def _inner(test: Any) -> Callable[..., object]:  # noqa: ANN401 - Hypothesis hangs its own names on a test
    inner: Callable[..., object] = test.hypothesis.inner_test
    return inner


def _files(pattern: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (file.read_bytes() for file in sorted(ROOT.glob(pattern)))


def _texts(*texts: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (text.encode() for text in texts)


def _year() -> Iterator[bytes]:
    from tests.clock.test_any_input import YEAR  # noqa: PLC0415 - as above

    yield json.dumps(YEAR, default=str).encode()


def _tables() -> Iterator[bytes]:
    from tests.applications.test_any_upload import WORKBOOK  # noqa: PLC0415 - as above

    yield from (WORKBOOK, "身份证号,人数\n430200199001010019,12\n".encode(), "身份证号;人数\n1;2\n".encode("gb18030"))


TARGETS: Final = {
    "pack": Target(pack_law, _files("tests/catalog/sample/services/*.yaml")),
    "yaml": Target(yaml_law, _files("tests/catalog/sample/**/*.yaml")),
    "condition": Target(
        condition_law, _texts("a.b == 1 and not (c.d in ['x', 'y'])", "a.b >= 2026-01-01 or known(a.b)")
    ),
    "limit": Target(limit_law, _texts("15 workdays", "3 months", "-1 hour")),
    "calendar": Target(calendar_law, _year),
    "table": Target(table_law, _tables),
    "paper": Target(paper_law, _texts("%PDF-1.7\n", "PK", "\x89PNG")),
}


def fuzz(name: str, seconds: int, folder: str) -> None:
    """Try one target in this process, which atheris ends: exit 0 when its time is up."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: PLC0415 - not on every machine

    kept = Path(tempfile.gettempdir(), f"tongban-fuzz-{name}")
    tempfile.tempdir = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.testing.settings"
    with atheris.instrument_imports(include=list(ROOMS)):
        django.setup()
        law = TARGETS[name].law()
    corpus = Path(folder, "corpus")
    corpus.mkdir()
    for number, data in enumerate(TARGETS[name].begin()):
        (corpus / str(number)).write_bytes(data)

    def tried(data: bytes) -> None:
        try:
            law(data)
        except BaseException:
            kept.write_bytes(data)
            sys.stderr.write(f"{kept} breaks the law of {name}\n")
            raise

    words = [
        *(sys.argv[0], str(corpus), f"-max_total_time={seconds}", f"-max_len={LONGEST_BYTES}", "-verbosity=0"),
        *(f"-timeout={SLOWEST_SECONDS}", f"-rss_limit_mb={MOST_MEBIBYTES}", "-print_final_stats=1"),
        f"-artifact_prefix={kept}-",
    ]
    atheris.Setup(words, tried)
    atheris.Fuzz()


def main(words: Sequence[str] | None = None) -> int:
    """One target, or each of them, in a process of its own; how many fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="?", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args(words)
    if importlib.util.find_spec("atheris") is None:
        sys.stdout.write("atheris has no wheel for this machine: nothing was tried\n")
        return 0
    fallen = 0
    for name in [asked.target] if asked.target else TARGETS:
        sys.stdout.write(f"{name} …\n")
        sys.stdout.flush()
        with tempfile.TemporaryDirectory(prefix="tongban-fuzzing-") as folder:
            process = FORKED.Process(target=fuzz, args=(name, asked.seconds, folder))
            process.start()
            process.join()
        fallen += process.exitcode != 0
    return fallen


if __name__ == "__main__":
    sys.exit(main())
