"""Whoever sends bytes gets an answer: atheris tries each reader for a moment here, for longer in `make proof`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.fuzz import ROOT, TARGETS

pytest.importorskip("atheris", reason="atheris has no wheel for this machine")

FALLS = """
import sys
from tests import fuzz

def law():
    def fall(data):
        assert not data.startswith(b"%PDF")
    return fall

fuzz.TARGETS["paper"] = fuzz.Target(law, fuzz.TARGETS["paper"].begin)
sys.exit(fuzz.main(["paper", "--seconds", "5"]))
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)  # noqa: S603 - our own command


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_a_moment_of_each_reader_finds_nothing_that_falls(target: str) -> None:
    done = run("-m", "tests.fuzz", target, "--seconds", "4")
    assert done.returncode == 0, done.stderr[-2_000:]
    assert "number_of_executed_units" in done.stderr


@pytest.mark.slow
def test_what_falls_is_told() -> None:
    done = run("-c", FALLS)
    assert done.returncode != 0
    assert "AssertionError" in done.stderr
