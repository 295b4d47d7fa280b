"""What packs import of the house: `pack_api`, each door's own module, their own files, and the pure rules of others."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.meta.tree import SOURCE, nodes, python_files, shown

PACKS = SOURCE / "packs"
RULES = re.compile(r"tongban\.packs\.\w+\.rules")
OF_FILE = {"commands.py": "tongban.pack_doors", "pages.py": "tongban.pack_pages"}


def house_imports(file: Path) -> set[str]:
    """The modules of Tongban that a file imports, types aside: those are read and not imported."""
    spared = {
        inner
        for node in nodes(file)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in nodes(file):
        if isinstance(node, ast.ImportFrom) and node not in spared:
            from_house = node.module == "tongban"
            found |= {f"tongban.{each.name}" for each in node.names} if from_house else {node.module or ""}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    return {name for name in found if name.partition(".")[0] == "tongban"}


def test_packs_import_what_is_made_for_them() -> None:
    wrong = {}
    for file in python_files():
        if not file.is_relative_to(PACKS):
            continue
        own = f"tongban.packs.{file.relative_to(PACKS).parts[0]}"
        allowed = {"tongban.pack_api", OF_FILE.get(file.name, own)}
        others = {
            name
            for name in house_imports(file) - allowed
            if not name.startswith(f"{own}.") and not RULES.fullmatch(name)
        }
        if others:
            wrong[shown(file)] = sorted(others)
    assert wrong == {}
