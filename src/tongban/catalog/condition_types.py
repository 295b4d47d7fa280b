"""Whether a condition compares like with like: numbers with numbers, a choice with its options, order where it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from tongban.catalog.condition_nodes import (
    Constant,
    FactName,
    Holds,
    IsKnown,
    Leaf,
    Membership,
    Operand,
    Sort,
    sort_of,
)
from tongban.catalog.conditions import Condition
from tongban.catalog.findings import nearest_of
from tongban.catalog.vocabulary import Attribute, Kind, Text

_SORTS: Final[Mapping[Kind, Sort]] = {"integer": "number", "fen": "number", "boolean": "boolean", "date": "date"}
_SORT_NAMES: Final[Mapping[Sort, Text]] = {
    "text": Text("文字", "text"),
    "number": Text("数", "a number"),
    "boolean": Text("是否", "a yes or no"),
    "date": Text("日期", "a date"),
    "none": Text("空值", "nothing"),
}
_ORDERS: Final = frozenset({"<", "<=", ">", ">="})


class Say(Protocol):
    """Notes a finding so many characters into the condition."""

    def __call__(self, code: str, offset: int, *, nearest: str | None = None, **words: str | int | Text) -> None:
        """Note it."""


def check_types(condition: Condition, attribute_of: Callable[[FactName], Attribute | None], say: Say) -> None:
    """Say every comparison of unlike things. ``attribute_of`` answers None for a fact that is already complained of."""
    for leaf in condition.leaves():
        attributes = {operand: attribute_of(operand) for operand in leaf.operands() if isinstance(operand, FactName)}
        known = {operand: attribute for operand, attribute in attributes.items() if attribute is not None}
        if len(known) == len(attributes):
            _check(leaf, known, say)


def _check(leaf: Leaf, attributes: Mapping[FactName, Attribute], say: Say) -> None:
    if isinstance(leaf, IsKnown):
        return
    if isinstance(leaf, Holds):
        pairs: list[tuple[Operand, Operand]] = [(leaf.operand, Constant(True, leaf.operand.start, leaf.operand.end))]  # noqa: FBT003 - what a fact standing alone is compared with
        sign = "=="
    elif isinstance(leaf, Membership):
        pairs, sign = [(leaf.left, option) for option in leaf.options], "in"
    else:
        pairs, sign = [(leaf.left, leaf.right)], leaf.sign
    for left, right in pairs:
        sorts = _sort(left, attributes), _sort(right, attributes)
        if not _comparable(sign, sorts):
            left_name, right_name = _SORT_NAMES[sorts[0]], _SORT_NAMES[sorts[1]]
            say("condition-type", right.start, left=left_name, right=right_name, sign=sign)
    _check_options(leaf.operands(), attributes, say)


def _comparable(sign: str, sorts: tuple[Sort, Sort]) -> bool:
    left, right = sorts
    if sign in _ORDERS:
        return left == right and left in {"number", "date"}
    return left == right or "none" in sorts


def _check_options(operands: Sequence[Operand], attributes: Mapping[FactName, Attribute], say: Say) -> None:
    for attribute in attributes.values():
        valid = [option.value for option in attribute.options]
        for operand in operands if attribute.kind == "choice" else ():
            if isinstance(operand, Constant) and isinstance(operand.held, str) and operand.held not in valid:
                near = nearest_of(operand.held, valid)
                say("wrong-choice", operand.start, nearest=near, name=operand.held, valid=", ".join(valid))


def _sort(operand: Operand, attributes: Mapping[FactName, Attribute]) -> Sort:
    if isinstance(operand, Constant):
        return sort_of(operand.held)
    return _SORTS.get(attributes[operand].kind, "text")
