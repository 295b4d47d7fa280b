"""Every code that the house may answer with is explained in the documents, in both languages, once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from tests.meta.tree import ROOT, SOURCE, parsed, python_files

from tongban.casework.audit_texts import TEXTS
from tongban.casework.refusals import REASONS

CODE = re.compile(r"[a-z]+(-[a-z]+)*")
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACE = {
    **dict.fromkeys(("PlatformError", "RefusedPublicationError", "AccountProblem", "ClockError", "Issue"), 0),
    **dict.fromkeys(("Refused", "refused", "NumberError", "_failed", "verdict"), 0),
    **dict.fromkeys(("Problem", "FieldError"), 1),
    "problem": 2,
}
"""Where the code stands among the arguments of what makes a refusal."""
OWN_PAGES = ("catalog", "testing/stories")
"""Rooms whose codes are explained elsewhere: `check` in diagnostics.md, story files in stories.md."""
ROW = re.compile(r"^\| `([a-z-]+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def raised() -> Iterator[str]:
    """The codes written out where something is refused."""
    for file in (file for file in python_files() if file.is_relative_to(SOURCE)):
        name = file.relative_to(SOURCE).as_posix()
        if name.startswith(OWN_PAGES) and name != "catalog/values.py":
            continue
        makers = PLACE | {"_refuse": 0} if name in {"catalog/values.py", "clock/evaluate.py"} else PLACE
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Call) and (place := makers.get(called(node))) is not None:
                given = node.args[place] if len(node.args) > place else None
                if isinstance(given, ast.Constant) and isinstance(given.value, str) and CODE.fullmatch(given.value):
                    yield given.value


def called(node: ast.Call) -> str:
    """The bare name of what is called."""
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def entries() -> list[tuple[str, str, str]]:
    """The rows of the page: code, Chinese, English."""
    return ROW.findall((ROOT / "docs" / "errors.md").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_every_code_has_an_entry() -> None:
    explained = {code for code, _zh, _en in entries()}
    assert sorted({*raised(), *REASONS, *TEXTS} - explained) == []


def test_every_entry_is_a_code_that_can_be_met() -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for file in python_files() if file.is_relative_to(SOURCE))
    assert [code for code, _zh, _en in entries() if f'"{code}"' not in source] == []


def test_every_entry_stands_once_and_in_both_languages() -> None:
    codes = [code for code, _zh, _en in entries()]
    assert sorted(codes) == sorted(set(codes))
    assert [code for code, zh, en in entries() if not HAN.search(zh) or HAN.search(en)] == []
