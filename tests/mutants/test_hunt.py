"""A change to a core is noticed by the core's own tests: two hundred mutants, always the same ones, let loose on them.
`make proof` tries them all.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.mutants.hunt import ROOT, reasons
from tests.mutants.mutations import mutants_of, watched

SOURCE = '''
from functools import cache

LIMIT = 3


class Box:
    """Words."""

    size: int = 7

    @property
    def is_full(self) -> bool:
        """Whether it holds more than the limit."""
        if not self.size:
            return False
        return self.size >= LIMIT and self.size != 9


@cache
def total(numbers: tuple[int, ...], start: int = 5) -> int:
    assert numbers is not None
    for number in numbers:
        if number in {0}:
            continue
        start += max(number, 1) * 2
    print(pow(start, 2), sep="-")
    return start
'''


def test_every_small_change_is_a_mutant_and_nothing_else_is(tmp_path: Path) -> None:
    file = tmp_path / "box.py"
    file.write_text(SOURCE, encoding="utf-8")
    found = mutants_of(file, tmp_path)
    assert [each.name.removeprefix("box.py:") for each in found] == [
        "Box.is_full: not self.size → self.size",
        "Box.is_full: return False → return True",
        "Box.is_full: return self.size >= LIMIT and self.size != 9 → return None",
        "Box.is_full: return self.size >= LIMIT and self.size != 9 → return self.size >= LIMIT or self.size != 9",
        "Box.is_full: self.size >= LIMIT and self.size != 9 → self.size > LIMIT and self.size != 9",
        "Box.is_full: self.size >= LIMIT and self.size != 9 → self.size >= LIMIT and self.size == 9",
        "Box.is_full: self.size != 9 → self.size != 10",
        "total: number in {0} → number not in {0}",
        "total: {0} → {1}",
        "total: continue → break",
        "total: start += max(number, 1) * 2 → pass",
        "total: start += max(number, 1) * 2 → start -= max(number, 1) * 2",
        "total: max(number, 1) * 2 → max(number, 1) // 2",
        "total: max(number, 1) → max(number, 2)",
        "total: max(number, 1) * 2 → max(number, 1) * 3",
        "total: print(pow(start, 2), sep='-') → pass",
        "total: print(pow(start, 2), sep='-') → print(pow(2, start), sep='-')",
        "total: pow(start, 2) → pow(start, 3)",
        "total: return start → return None",
    ]
    assert len({mutants_of(file, tmp_path)[index].code() for index in range(len(found))}) == len(found)


def test_a_changed_function_closes_over_what_it_closed_over(tmp_path: Path) -> None:
    class Small(Exception):  # noqa: N818 - no error of ours
        def __init__(self) -> None:
            super().__init__("small")

    file = tmp_path / "box.py"
    file.write_text("class Small(Exception):\n    def __init__(self):\n        super().__init__('small')\n")
    (only,) = mutants_of(file, tmp_path)
    Small.__init__.__code__ = only.code()
    assert str(Small()) == ""


def test_watched_code_does_the_same_and_says_what_it_reaches(tmp_path: Path) -> None:
    file = tmp_path / "box.py"
    file.write_text(SOURCE, encoding="utf-8")
    lines: list[int] = []
    space: dict[str, object] = {"reached": lines.append, "print": lambda *_, **__: None}
    exec(compile(SOURCE, str(file), "exec"), space)  # noqa: S102 - the code above
    total = space["total"].__wrapped__  # type: ignore[attr-defined]
    before = total((0, 4))
    code = watched(file, "reached")
    assert code.keys() == {each.function for each in mutants_of(file, tmp_path)}
    total.__code__ = code["total", total.__code__.co_firstlineno]
    assert total((0, 4)) == before
    assert [SOURCE.splitlines()[line - 1].split()[0] for line in lines] == [
        "assert", "for", "if", "continue", "if", "start", "print(pow(start,", "return",
    ]  # fmt: skip


def test_every_survivor_that_is_named_has_a_reason() -> None:
    assert [name for name, reason in reasons().items() if len(reason) < 20] == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_change_to_a_core_is_noticed() -> None:
    hunt = [sys.executable, "-m", "tests.mutants.hunt", "--most", "200"]
    done = subprocess.run(hunt, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    assert done.returncode == 0, f"{done.stdout[-6_000:]}\n{done.stderr[-2_000:]}"
