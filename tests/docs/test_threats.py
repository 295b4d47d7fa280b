"""Every test that the threats name exists, and what has none is said to have none."""

from __future__ import annotations

import re
from typing import Final

from tests.meta.tree import ROOT

THREATS: Final = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
LINE: Final = re.compile(r"^\| [STRIDE] \|.*\|$", re.MULTILINE)
DOORS: Final = ("Portal", "Desk", "API", "Command line", "Holders and webhooks", "Database")
UNTESTED: Final = "no test yet"


def cells(line: str) -> list[str]:
    """The cells of a line of a table."""
    return [cell.strip() for cell in line.strip("|").split("|")]


def named(cell: str) -> list[str]:
    """The tests that a cell names."""
    return re.findall(r"`(test_\w+)`", cell)


def test_every_test_that_is_named_exists() -> None:
    sources = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    known = set(re.findall(r"^def (test_\w+)\(", sources, re.MULTILINE))
    assert sorted(set(named(THREATS)) - known) == []


def test_every_threat_names_its_tests_or_says_that_there_is_none() -> None:
    lines = [cells(line) for line in LINE.findall(THREATS)]
    assert len(lines) > 60
    assert [line for line in lines if len(line) != 4 or bool(named(line[3])) == (line[3] == UNTESTED)] == []


def test_every_door_is_looked_at_for_spoofing_tampering_and_disclosure() -> None:
    rooms = dict(re.findall(r"^## (.+)\n\n((?:\|.*\n)+)", THREATS, re.MULTILINE))
    sides = {door: {cells(line)[0] for line in LINE.findall(rooms[door])} for door in DOORS}
    assert [door for door in DOORS if not set("STI") <= sides[door]] == []
