"""Short functions, short modules, small files: what one can hold in the head.

`LONG` lists what is still too long, with its length. It may only shrink: an entry that is longer than allowed here, or
no longer needed, fails the test as well.
"""

from __future__ import annotations

import ast

from tests.meta.tree import SOURCE, nodes, parsed, project_files, python_files, shown

MODULE_LINES = 400
FUNCTION_LINES = 70
FILE_BYTES = 1_000_000
LONG: dict[str, int] = {}


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {shown(file): len(file.read_text().splitlines()) for file in python_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONG.get(name, MODULE_LINES)} == {}
    assert [name for name in LONG if "::" not in name and lengths.get(name, 0) <= MODULE_LINES] == []


def test_no_function_is_longer_than_70_lines() -> None:
    lengths = {}
    for file in python_files():
        for node in nodes(file):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths[f"{shown(file)}::{node.name}"] = (node.end_lineno or node.lineno) - node.lineno + 1
    assert {name: lines for name, lines in lengths.items() if lines > LONG.get(name, FUNCTION_LINES)} == {}
    assert [name for name in LONG if "::" in name and lengths.get(name, 0) <= FUNCTION_LINES] == []


def test_no_file_is_larger_than_a_megabyte() -> None:
    assert [shown(file) for file in project_files() if file.stat().st_size > FILE_BYTES] == []


def test_every_module_says_what_it_is_for() -> None:
    spoken = [file for file in python_files() if file.is_relative_to(SOURCE) or file.name.startswith("test_")]
    assert [shown(file) for file in spoken if ast.get_docstring(parsed(file)) is None] == []
