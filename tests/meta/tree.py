"""The files of the project, as the lints of this folder read them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tongban"


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is, or would be, under version control."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")  # noqa: S603 - git
    return tuple(ROOT / name for name in listed if name and (ROOT / name).is_file())


def python_files() -> tuple[Path, ...]:
    """The Python modules of the project, migrations left out: Django writes those."""
    return tuple(file for file in project_files() if file.suffix == ".py" and "migrations" not in file.parts)


@cache
def parsed(file: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """All nodes of a module's syntax tree."""
    return tuple(ast.walk(parsed(file)))


def shown(file: Path) -> str:
    """A file's path as a person reads it."""
    return file.relative_to(ROOT).as_posix()
