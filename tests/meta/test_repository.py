"""What stands at the root keeps its word: the licence, the gate, the hooks, the list of changes."""

from __future__ import annotations

import os
import re
import tomllib

import yaml
from tests.meta.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_licence_is_the_one_that_the_project_names() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text


def test_the_gate_runs_everything() -> None:
    gate = ROOT / ".ci" / "run"
    assert os.access(gate, os.X_OK)
    assert gate.read_text(encoding="utf-8").rstrip().endswith("exec make test")


def test_the_hooks_are_what_lint_runs() -> None:
    lint = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nlint: ready\n")[2].partition("\n\n")[0]
    commands = {line.strip().removeprefix("@$(BIN)/") for line in lint.splitlines() if "$(BIN)" in line}
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    hooked = {hook["entry"].removeprefix(".venv/bin/").replace(" --fix", "") for hook in hooks}
    assert {command.replace(" --check", "") for command in commands} == hooked


def test_the_newest_change_is_this_version() -> None:
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == PROJECT["version"]
    assert len(versions) == len(set(versions))
