"""What the pages of the documents are followed in."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.meta.tree import ROOT, project_files

from tongban.platform.places import usual_home


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A copy of the checkout whose virtual environment is ours, already made; what it kept elsewhere goes with it."""
    tmp_path.chmod(0o755)  # the database server is another user when root runs us
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    tree = tmp_path / "tongban"
    for file in project_files():
        target = tree / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    (tree / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (tree / ".venv" / name).symlink_to(ROOT / ".venv" / name)
    locked = (tree / "requirements" / "run.txt").read_bytes() + (tree / "pyproject.toml").read_bytes()
    (tree / ".venv" / f".ready-run-{hashlib.sha256(locked).hexdigest()[:16]}").touch()
    yield tree
    shutil.rmtree(usual_home(tree), ignore_errors=True)
