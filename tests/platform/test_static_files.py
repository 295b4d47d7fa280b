"""The files of the pages: prepared once by whoever is first, each version apart, made again when not whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tongban.platform import static_files

SERVE = """
import django
django.setup()
from django.conf import settings
from tongban.platform import static_files
static_files.prepare()
assert static_files.are_prepared()
print(settings.STATIC_ROOT)
"""


def started(home: Path) -> subprocess.Popen[str]:
    """A process that prepares the files of a city's folder."""
    ours = {"TONGBAN_HOME": f"{home}/home", "TONGBAN_KEYS": f"{home}/keys"}
    settings = {"DJANGO_SETTINGS_MODULE": "tongban.platform.settings"}
    return subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", SERVE], env=os.environ | ours | settings, stdout=subprocess.PIPE, text=True
    )


def folder_of(*processes: subprocess.Popen[str]) -> Path:
    """Where all of them say that the files are."""
    said = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert [process.returncode for process in processes] == [0] * len(processes)
    [folder] = said
    return Path(folder)


@pytest.mark.slow
def test_two_that_start_at_once_and_one_that_finds_half_of_it(tmp_path: Path) -> None:
    folder = folder_of(started(tmp_path), started(tmp_path))
    whole = {file.name for file in folder.rglob("*")}
    (folder / static_files.MANIFEST).unlink()
    next(folder.glob("components.*.css")).unlink()
    other = folder.parent / "another-version"
    other.mkdir()
    assert folder_of(started(tmp_path)) == folder
    assert {file.name for file in folder.rglob("*")} == whole
    assert other.is_dir()


def test_a_version_is_named_by_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("a", encoding="utf-8")
    before = static_files.version([tmp_path, tmp_path / "nowhere"])
    assert static_files.version([tmp_path]) == before
    (tmp_path / "style.css").write_text("b", encoding="utf-8")
    assert static_files.version([tmp_path]) != before
