"""Every code that a refusal can carry has its line in docs/api.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from tests.meta.tree import ROOT, SOURCE

from tongban.casework.refusals import REASONS

ROOMS = ("applications", "api", "planner", "catalog/values.py", "registry", "supervision")
# Which argument of a call is a code: Problem(status, code, …), FieldError(fact, code, …), Issue(code, …).
PLACES = {"Problem": 1, "FieldError": 1, "Issue": 0, "answer": 1}


def codes() -> Iterator[str]:
    yield from REASONS
    for room in ROOMS:
        path = SOURCE / room
        for file in [path] if path.is_file() else path.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                name = getattr(getattr(node, "func", None), "id", "")
                if isinstance(node, ast.Call) and name in PLACES and len(node.args) > PLACES[name]:
                    code = node.args[PLACES[name]]
                    if isinstance(code, ast.Constant):
                        yield str(code.value)


@pytest.mark.slow
def test_every_code_is_in_the_documents() -> None:
    documented = set(re.findall(r"`([a-z0-9-]+)`", (ROOT / "docs" / "api.md").read_text()))
    assert set(codes()) - documented == set()
