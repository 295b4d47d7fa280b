"""A condition compares like with like; what does not is told at the operand that does not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tongban.catalog.condition_types import check_types
from tongban.catalog.conditions import parse
from tongban.catalog.vocabulary import Attribute, Option, Text

TEXT = Attribute("a/Thing", "text", Text("文", "Text"), "text")
THING = {
    "a.text": TEXT,
    "a.other": TEXT,
    "a.count": replace(TEXT, kind="integer"),
    "a.fen": replace(TEXT, kind="fen"),
    "a.day": replace(TEXT, kind="date"),
    "a.is_so": replace(TEXT, kind="boolean"),
    "a.way": replace(
        TEXT, kind="choice", options=(Option("by-post", Text("寄", "Post")), Option("own", Text("取", "Own")))
    ),
}


def said(condition: str) -> list[tuple[object, ...]]:
    """What is said of a condition: the place, what stands left and right and the sign; or the nearest option."""
    found: list[tuple[object, ...]] = []

    def say(code: str, offset: int, *, nearest: str | None = None, **words: str | int | Text) -> None:
        if code == "wrong-choice":
            found.append((offset, words["name"], nearest, words["valid"]))
        else:
            left, right = words["left"], words["right"]
            assert isinstance(left, Text)
            assert isinstance(right, Text)
            found.append((offset, left.en, words["sign"], right.en))

    check_types(parse(condition), lambda fact: THING.get(fact.name), say)
    return found


@pytest.mark.parametrize(
    "condition",
    [
        "a.text == 'x' and a.text != a.other and a.text in ['x', 'y', none] and a.text == none and none != a.day",
        "a.count < 3 and 3 >= a.count and a.count <= a.fen and a.fen > 3 and a.count == a.fen",
        "a.day < 2026-01-01 and a.day >= a.day",
        "a.is_so and not a.is_so and a.is_so == false and true",
        "a.way == 'own' and a.way not in ['own', 'by-post', none] and a.way == a.text",
        "known(a.text) and known(a.count)",
        "a.gone == 1 and a.gone",
        "a.gone < a.text",
    ],
)
def test_like_is_compared_with_like(condition: str) -> None:
    assert said(condition) == []


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("a.text == 1", [(10, "text", "==", "a number")]),
        ("1 != a.text", [(5, "a number", "!=", "text")]),
        ("a.text < 'x'", [(9, "text", "<", "text")]),
        ("a.is_so >= true", [(11, "a yes or no", ">=", "a yes or no")]),
        ("a.count < none", [(10, "a number", "<", "nothing")]),
        ("a.count > 2026-01-01", [(10, "a number", ">", "a date")]),
        ("a.day <= 3", [(9, "a date", "<=", "a number")]),
        ("a.text", [(0, "text", "==", "a yes or no")]),
        ("a.is_so or 'x'", [(11, "text", "==", "a yes or no")]),
        ("a.count in [1, 'x', 2, true]", [(15, "a number", "in", "text"), (23, "a number", "in", "a yes or no")]),
        ("a.way == 'bypost'", [(9, "bypost", "by-post", "by-post, own")]),
        ("a.way in ['own', 'x']", [(17, "x", None, "by-post, own")]),
        ("'x' == a.way", [(0, "x", None, "by-post, own")]),
    ],
)
def test_what_is_unlike_is_told_where_it_stands(condition: str, told: list[tuple[object, ...]]) -> None:
    assert said(condition) == told
