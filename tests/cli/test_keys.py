"""`tongban keys` shows which key is in force and puts a new one in force, losing none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tongban.cli.main import app
from tongban.platform import crypto


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The keys folder of a city of the test's own."""
    monkeypatch.setenv("TONGBAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TONGBAN_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


def told(*words: str) -> dict[str, object]:
    done = CliRunner().invoke(app, ["keys", *words, "--json"])
    assert done.exit_code == 0, done.output
    answer: dict[str, object] = json.loads(done.output)
    return answer


def test_a_new_key_is_put_in_force_and_the_old_one_still_reads(folder: Path) -> None:
    written = crypto.create(folder).encrypt("old", context="a")
    assert (told()["in_force"], told()["keys"]) == (1, 1)
    assert (told("--new")["in_force"], told()["keys"]) == (2, 2)
    assert crypto.read(folder).decrypt(written, context="a") == b"old"
    assert (folder / crypto.FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_city_without_keys_gets_none_on_the_side(folder: Path) -> None:
    for words in ([], ["--new"]):
        done = CliRunner().invoke(app, ["keys", *words])
        assert done.exit_code == 1
        assert "keys-missing" in done.output
    assert list(folder.iterdir()) == []
