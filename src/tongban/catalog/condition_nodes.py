"""The parts of a condition and their truth: comparisons of facts, joined, in Kleene's three values.

``conditions`` makes them from text and says what they mean; nothing else makes or reads them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final, Literal, TypeAlias

from tongban.catalog.vocabulary import Value


class Unknown(Enum):
    """The type of ``UNKNOWN``: what a lookup answers for a fact whose value nobody has read or said yet."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

Lookup: TypeAlias = Callable[[str], Value | Unknown]
Truth: TypeAlias = bool | None
Sort: TypeAlias = Literal["text", "number", "boolean", "date", "none"]
"""What literals and facts are when compared; every kind of attribute is one of them (``none`` only as a literal)."""


def sort_of(value: Value) -> Sort:
    """What a value is when compared. Order of tests matters: Python counts a boolean among the integers."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "number"
    return "date" if isinstance(value, date) else "text"


_ORDERS: Final[Mapping[str, Callable[..., bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compared(sign: str, left: Value | Unknown, right: Value | Unknown) -> Truth:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if left is None or right is None:
        same = left is right
    elif sort_of(left) != sort_of(right):
        return None
    elif sign in _ORDERS:
        return _ORDERS[sign](left, right)
    else:
        same = left == right
    return same if sign == "==" else not same if sign == "!=" else False


def _joined(truths: Iterable[Truth], *, decisive: bool) -> Truth:
    """Kleene's ``or`` (``decisive`` true) and ``and`` (false): one decisive truth settles the whole."""
    undecided = False
    for truth in truths:
        if truth is decisive:
            return decisive
        undecided = undecided or truth is None
    return None if undecided else not decisive


@dataclass(frozen=True, slots=True)
class FactName:
    """A fact that the condition reads, ``role.attribute``; ``start`` and ``end`` are offsets in the text."""

    name: str
    start: int = field(compare=False)
    end: int = field(compare=False)

    def value(self, lookup: Lookup) -> Value | Unknown:
        """What the lookup says."""
        return lookup(self.name)


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal ``held`` in the text."""

    held: Value
    start: int = field(compare=False)
    end: int = field(compare=False)

    def value(self, _lookup: Lookup) -> Value:
        """Itself."""
        return self.held


Operand: TypeAlias = FactName | Constant


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands and one of ``== != < <= > >=``."""

    sign: str
    left: Operand
    right: Operand

    def truth(self, lookup: Lookup) -> Truth:
        """Whether it holds."""
        return _compared(self.sign, self.left.value(lookup), self.right.value(lookup))

    def operands(self) -> tuple[Operand, ...]:
        """Both."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Membership:
    """``left in [options]``."""

    left: Operand
    options: tuple[Constant, ...]

    def truth(self, lookup: Lookup) -> Truth:
        """Whether the value is one of the options."""
        value = self.left.value(lookup)
        return _joined((_compared("==", value, option.held) for option in self.options), decisive=True)

    def operands(self) -> tuple[Operand, ...]:
        """The tested one and the options."""
        return (self.left, *self.options)


@dataclass(frozen=True, slots=True)
class Holds:
    """A boolean fact or literal standing alone."""

    operand: Operand

    def truth(self, lookup: Lookup) -> Truth:
        """The value itself; absent is false."""
        return _compared("==", self.operand.value(lookup), True)  # noqa: FBT003 - a value compared, not a switch

    def operands(self) -> tuple[Operand, ...]:
        """The one."""
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class IsKnown:
    """``known(fact)``."""

    fact: FactName

    def truth(self, lookup: Lookup) -> Truth:
        """Whether there is a value."""
        return _compared("!=", self.fact.value(lookup), None)

    def operands(self) -> tuple[Operand, ...]:
        """The fact."""
        return (self.fact,)


Leaf: TypeAlias = Comparison | Membership | Holds | IsKnown


@dataclass(frozen=True, slots=True)
class Negation:
    """``not inner``."""

    inner: Node

    def truth(self, lookup: Lookup) -> Truth:
        """The opposite; undecided stays undecided."""
        truth = self.inner.truth(lookup)
        return None if truth is None else not truth

    def leaves(self) -> Iterator[Leaf]:
        """The comparisons inside."""
        yield from leaves(self.inner)


@dataclass(frozen=True, slots=True)
class Junction:
    """``and`` or ``or`` over parts; ``decisive`` is the truth of one part that settles the whole."""

    decisive: bool
    parts: tuple[Node, ...]

    def truth(self, lookup: Lookup) -> Truth:
        """The parts joined."""
        return _joined((part.truth(lookup) for part in self.parts), decisive=self.decisive)

    def leaves(self) -> Iterator[Leaf]:
        """The comparisons inside, from left to right."""
        for part in self.parts:
            yield from leaves(part)


Node: TypeAlias = Leaf | Negation | Junction


def leaves(node: Node) -> Iterator[Leaf]:
    """The comparisons of a condition without what joins them, from left to right."""
    if isinstance(node, Negation | Junction):
        yield from node.leaves()
    else:
        yield node


def open_facts(node: Node, lookup: Lookup) -> Iterator[str]:
    """The facts nobody knows in those comparisons that may still decide the whole; none once it is decided."""
    if node.truth(lookup) is not None:
        return
    match node:
        case Negation():
            yield from open_facts(node.inner, lookup)
        case Junction():
            for part in node.parts:
                yield from open_facts(part, lookup)
        case _:
            facts = (operand for operand in node.operands() if isinstance(operand, FactName))
            yield from (fact.name for fact in facts if fact.value(lookup) is UNKNOWN)
