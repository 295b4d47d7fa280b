"""`tongban export`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from tongban.cli.main import app


def test_personas_are_exported_without_a_database(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["export", "personas", "-o", "-"])
    assert printed.exit_code == 0
    listed = {one["id"]: one for one in json.loads(printed.stdout)}
    assert listed["mother"]["situation"] == {"birth.household_follows": "mother"}
    file = tmp_path / "personas.json"
    assert CliRunner().invoke(app, ["export", "personas", "-o", str(file)]).exit_code == 0
    assert {one["id"] for one in json.loads(file.read_text(encoding="utf-8"))} == set(listed)


def test_an_unknown_kind_is_wrong_usage() -> None:
    answer = CliRunner().invoke(app, ["export", "secrets"])
    assert answer.exit_code == 2
    assert "personas" in answer.stderr
