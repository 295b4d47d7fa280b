"""Every address says who may enter, and the list of all of them changes only in front of a reviewer's eyes."""

from __future__ import annotations

from pathlib import Path

from tests.meta.doors import matrix

MATRIX = Path(__file__).with_name("doors.txt")


def test_every_page_and_operation_declares_who_may_enter() -> None:
    assert [line for line in matrix() if line.endswith("UNDECLARED")] == []


def test_who_may_enter_is_as_reviewed() -> None:
    reviewed = MATRIX.read_text(encoding="utf-8").splitlines()
    assert matrix() == reviewed, "look at the difference, then: python -m tests.meta.doors > tests/meta/doors.txt"
