"""Which use cases write and are called by a door, and which of them the tests of this folder let fail: from the code.

What calls what is read from the source by name; whatever ends in a statement that writes, writes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import tongban

SOURCE: Final = Path(tongban.__file__).parent
TESTS: Final = Path(__file__).parent
ROOMS: Final = ("tongban.applications.", "tongban.supervision.")
DOORS: Final = ("tongban.portal.", "tongban.desk.", "tongban.api.", "tongban.packs.", "tongban.pack_")
WRITES: Final = frozenset(
    {"create", "bulk_create", "bulk_update", "save", "delete", "get_or_create", "update_or_create"}
)
STATEMENTS: Final = ("insert into ", "delete from ", "casework_apply_", "casework_erase")
KEEPS_NOTHING: Final = (
    "tongban.planner.",  # pure
    "tongban.registry.remote.",  # the writes of a holder are its own
    "tongban.registry.looks.",  # a look that happened stays in the log, whatever falls after it
    "tongban.accounts.attempts.",  # and so does a try
    "tongban.applications.workbook_writing.",  # files in memory
    "tongban.credentials.render.",
    "tongban.credentials.service.document_bytes",
)
Uses = dict[str, set[str]]


def commands() -> set[str]:
    """Every public function of the rooms that a door calls and that may write, as `room.module.function`."""
    uses, writing = _calls()
    may = {name for name in uses if not name.startswith(KEEPS_NOTHING)}
    while more := {name for name in may - writing if uses[name] & writing}:
        writing |= more
    called = {used for name, all_used in uses.items() if name.startswith(DOORS) for used in all_used}
    found = {name for name in called & writing if name.startswith(ROOMS) and "._" not in name}
    return {name.removeprefix("tongban.") for name in found if name in uses and name.rpartition(".")[2][0].islower()}


def failed() -> set[str]:
    """What the tests of this folder hand to something that lets every call of it fail: the body of a lambda."""
    found: set[str] = set()
    for path in TESTS.glob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = _imported(tree)
        for part in ast.walk(tree):
            if isinstance(part, ast.Lambda):
                found |= _used(part, names, "")
    return {name.removeprefix("tongban.") for name in found}


@cache
def _calls() -> tuple[Uses, set[str]]:
    """What each function of the product uses by name, and those that hold a statement that writes."""
    uses: Uses = {}
    writing: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        module = ".".join(("tongban", *path.relative_to(SOURCE).with_suffix("").parts))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = _imported(tree)
        for name, part in _parts(tree, module):
            uses[name] = _used(part, names, module)
            if not name.startswith(KEEPS_NOTHING) and any(_writes(one) for one in ast.walk(part)):
                writing.add(name)
    return uses, writing


def _parts(tree: ast.Module, module: str) -> Iterator[tuple[str, ast.AST]]:
    """What a module defines, with its full name: functions, what is assigned, and the methods of a class as one."""
    for part in tree.body:
        if isinstance(part, ast.FunctionDef | ast.ClassDef):
            yield f"{module}.{part.name}", part
        elif isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name):
            yield f"{module}.{part.targets[0].id}", part.value


def _imported(tree: ast.Module) -> dict[str, str]:
    """The product's names that a module has, with where they come from."""
    return {
        one.asname or one.name: f"{part.module}.{one.name}"
        for part in ast.walk(tree)
        if isinstance(part, ast.ImportFrom) and (part.module or "").startswith("tongban")
        for one in part.names
    }


def _used(part: ast.AST, names: dict[str, str], module: str) -> set[str]:
    """The full names of what a piece of code mentions."""
    found = set()
    own = {one.arg for one in ast.walk(part) if isinstance(one, ast.arg)}
    own |= {one.id for one in ast.walk(part) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    for one in ast.walk(part):
        if isinstance(one, ast.Name) and one.id not in own:
            found.add(names.get(one.id, f"{module}.{one.id}"))
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id in names:
            found.add(f"{names[one.value.id]}.{one.attr}")
    return found


def _writes(part: ast.AST) -> bool:
    """Whether this is a statement that writes: a manager's or a row's method, or SQL."""
    if isinstance(part, ast.Attribute):
        return part.attr in WRITES or (part.attr == "update" and isinstance(part.value, ast.Call))
    return isinstance(part, ast.Constant) and isinstance(part.value, str) and any(s in part.value for s in STATEMENTS)
