"""The examples from outside (see deadlines/README.md), each answered as its source answers it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from tongban.clock import Calendar, evaluate, questions

EXAMPLES = [
    cast("dict[str, Any]", item)
    for path in sorted((Path(__file__).parent / "deadlines").glob("*.json"))
    for item in questions(path.read_text(encoding="utf-8"))
]


def test_all_113_are_here() -> None:
    assert len({example["id"] for example in EXAMPLES}) == 113


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_example(example: dict[str, Any], stacks: dict[str, Calendar]) -> None:
    asked = {key: value for key, value in example.items() if key not in {"due", "provisional", "note", "source"}}
    [answer] = cast("list[dict[str, Any]]", evaluate([asked], stacks))
    assert {key: answer.get(key) for key in ("id", "due", "provisional")} == {
        key: example[key] for key in ("id", "due", "provisional")
    }
    if answer["days"]:
        assert answer["days"][-1]["date"] == example["due"][:10]
