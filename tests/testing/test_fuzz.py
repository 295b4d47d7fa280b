"""Whoever sends bytes gets an answer: atheris tries each reader for a moment here, for longer in `make proof`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


def run(folder: Path, *words: str) -> tuple[int, str]:
    command, environment = [sys.executable, *words], {**os.environ, "TMPDIR": str(folder)}
    told = subprocess.STDOUT
    done = subprocess.run(  # noqa: S603 - our own command
        command, check=False, stdout=subprocess.PIPE, stderr=told, text=True, cwd=ROOT, env=environment
    )
    return done.returncode, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_a_moment_of_each_reader_finds_nothing_that_falls(target: str, tmp_path: Path) -> None:
    fallen, said = run(tmp_path, "-m", "tests.fuzz", target, "--seconds", "2")
    assert fallen == 0, said[-2_000:]
    assert "number_of_executed_units" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_what_falls_is_told_and_kept(tmp_path: Path) -> None:
    fallen, said = run(tmp_path, "-c", FALLS)
    assert fallen == 1
    assert "AssertionError" in said
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes().startswith(b"%PDF")
