"""`tongban story`: exit codes, what is printed, and stories of a pack that is not installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def tongban(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a person would give it."""
    command = [sys.executable, "-m", "tongban", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=250, check=False)  # noqa: S603 - our own


def test_a_file_that_cannot_be_meant_ends_with_2_and_its_place(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("story: wrong\nsteps:\n  - {as: mother, when: plna, bundle: newborn}\n")
    said = tongban("story", str(file))
    assert said.returncode == 2
    assert f"{file}:3:24 unknown-verb" in said.stdout
    assert "→ plan" in said.stdout


def test_a_refused_story_is_an_entry_of_the_array_too(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("story: wrong\nsteps:\n  - {as: mother, when: plna, bundle: newborn}\n")
    (one,) = json.loads(tongban("story", str(file), "--json").stdout)
    assert (one["file"], one["passed"], one["refused"][0]["nearest"]) == (str(file), False, "plan")


@pytest.mark.parametrize("arguments", [(), ("--all", "newborn"), ("no-such-story",)])
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert tongban("story", *arguments).returncode == 2


def test_a_story_that_is_not_so_ends_with_1_and_says_what_is(tmp_path: Path) -> None:
    file = tmp_path / "untrue.yaml"
    file.write_text(
        "story: untrue\nsteps:\n  - {as: mother, when: plan, bundle: newborn}\n  - {then: {asked: [mother.name]}}\n"
    )
    said = tongban("story", str(file), "--json")
    assert said.returncode == 1
    (one,) = json.loads(said.stdout)
    assert {"story", "file", "passed", "steps", "asked", "fetched", "derived", "produced"} <= set(one)
    assert [(step["line"], step["passed"]) for step in one["steps"]] == [(3, True), (4, False)]
    assert "mother.phone" in one["asked"]
    assert "mother.name" in one["fetched"]


def test_a_new_packs_own_story_passes(tmp_path: Path) -> None:
    assert tongban("new", "pack", "ours", "--in", str(tmp_path)).returncode == 0
    said = tongban("story", str(tmp_path / "ours" / "stories"), "--english")
    assert said.returncode == 0, said.stdout
    assert "Asked 1:" in said.stdout
