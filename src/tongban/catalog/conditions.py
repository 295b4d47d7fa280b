"""The one condition language: comparisons of facts, joined by ``and``, ``or`` and ``not``, with three truth values.

Services, bundles, procedures and papers use it. A condition is compiled once from its text, knows which facts it reads,
and is *undecided* (``None``) for as long as a fact that matters is not known, never false. A fact whose source says
that there is none is *absent* and equals ``none``; an absent fact is in no order and true of nothing. A value of
another type than the one it is compared with decides nothing. ``known(x)`` asks whether there is a value: undecided
until that is known, so that knowing more never turns an answer round. ``no open NAME``, for procedures, reads the fact
``open.NAME``.

    condition  = and-part {"or" and-part}          and-part = not-part {"and" not-part}
    not-part   = "not" not-part | comparison       operand  = fact | literal
    comparison = operand [("==" | "!=" | "<" | "<=" | ">" | ">=") operand | ["not"] "in" "[" literal {"," literal} "]"]
               | "(" condition ")" | "known" "(" fact ")" | "no" "open" name
    literal    = 'text' | "text" | 12 | -3 | 2026-01-01 | true | false | none
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal, NoReturn

from tongban.catalog.condition_nodes import (
    UNKNOWN,
    Comparison,
    Constant,
    FactName,
    Holds,
    IsKnown,
    Junction,
    Leaf,
    Lookup,
    Membership,
    Negation,
    Node,
    Operand,
    Truth,
    Unknown,
    leaves,
    open_facts,
)
from tongban.catalog.vocabulary import Value

__all__ = ["UNKNOWN", "Condition", "ConditionError", "Lookup", "Truth", "Unknown", "parse"]

MOST_DEEP: Final = 32
MOST_LONG: Final = 2_000


class ConditionError(ValueError):
    """A condition that cannot be compiled: ``code``, ``column`` from 1 in its text, a sentence in zh and en."""

    def __init__(
        self,
        code: Literal["condition-syntax", "condition-too-deep"],
        column: int,
        zh: str,
        en: str,
    ) -> None:
        super().__init__(f"{column}: {en}")
        self.code: Final = code
        self.column: Final = column
        self.zh: Final = zh
        self.en: Final = en


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A compiled condition. Two conditions are one when their text is one."""

    text: str
    tree: Node
    facts: frozenset[str]

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, Condition) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.text)

    def evaluate(self, lookup: Lookup) -> Truth:
        """True, False, or None while undecided. ``lookup`` gives a fact's value, None (absent) or ``UNKNOWN``."""
        return self.tree.truth(lookup)

    def open_facts(self, lookup: Lookup) -> frozenset[str]:
        """The facts that may still decide it: nobody knows them, and what is known does not do without them."""
        return frozenset(open_facts(self.tree, lookup))

    def leaves(self) -> Iterator[Leaf]:
        """The comparisons without what joins them, from left to right."""
        return leaves(self.tree)

    def renamed(self, roles: Mapping[str, str]) -> Condition:
        """The same condition in other words: each role that ``roles`` names is called by its new name."""
        text = self.text
        for fact in sorted(_fact_names(self.tree), key=lambda found: -found.start):
            role, _, attribute = fact.name.partition(".")
            if role in roles:
                text = f"{text[: fact.start]}{roles[role]}.{attribute}{text[fact.end :]}"
        return parse(text)


def _fact_names(node: Node) -> Iterator[FactName]:
    for leaf in leaves(node):
        yield from (operand for operand in leaf.operands() if isinstance(operand, FactName))


_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<date>\d{4}-\d{2}-\d{2}(?![\w.-]))
    | (?P<number>-?\d{1,18}(?![\w.]))
    | (?P<text>'[^'\n]*'|"[^"\n]*")
    | (?P<fact>[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*(?![\w.]))
    | (?P<word>[A-Za-z_][\w-]*(?!\.))
    | (?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,)
    )""",
    re.VERBOSE,
)
_CONSTANTS: Final[Mapping[str, Value]] = {"true": True, "false": False, "none": None}
_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def _fail(at: _Token, zh: str, en: str) -> NoReturn:
    raise ConditionError("condition-syntax", at.start + 1, zh, en)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            place += len(text[place:]) - len(text[place:].lstrip())
            wrong = text[place : place + 12]
            raise ConditionError(
                "condition-syntax", place + 1, f"看不懂“{wrong}”", f"“{wrong}” is nothing that a condition may hold"
            )
        kind = match.lastgroup
        found.append(_Token(kind, match.group(kind), match.start(kind), match.end(kind)))
        place = match.end()
    found.append(_Token("end", "", end, end))
    return found


class _Parser:
    """Recursive descent over the tokens of one condition; ``_depth`` bounds the recursion."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._junction("or")
        if self._next.kind != "end":
            _fail(self._next, f"多出了“{self._next.text}”", f"“{self._next.text}” is one thing too many")
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._tokens[self._place]
        self._place += token.kind != "end"
        return token

    def _accept(self, text: str) -> bool:
        if self._next.text == text and self._next.kind in {"word", "sign"}:
            self._take()
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            _fail(self._next, f"此处应为“{text}”", f"“{text}” is expected here")

    def _junction(self, word: Literal["or", "and"]) -> Node:
        parts = [self._junction("and") if word == "or" else self._negation()]
        while self._accept(word):
            parts.append(self._junction("and") if word == "or" else self._negation())
        return parts[0] if len(parts) == 1 else Junction(word == "or", tuple(parts))

    def _negation(self) -> Node:
        token = self._next
        self._depth += 1
        if self._depth > MOST_DEEP:
            raise ConditionError(
                "condition-too-deep", token.start + 1, f"嵌套超过 {MOST_DEEP} 层", f"nested more than {MOST_DEEP} deep"
            )
        node: Node = Negation(self._negation()) if self._accept("not") else self._comparison()
        self._depth -= 1
        return node

    def _comparison(self) -> Node:
        if self._accept("("):
            node = self._junction("or")
            self._expect(")")
            return node
        if self._accept("known"):
            self._expect("(")
            fact = self._operand()
            if not isinstance(fact, FactName):
                _fail(self._tokens[self._place - 1], "known() 里应是一项数据", "known() takes a fact")
            self._expect(")")
            return IsKnown(fact)
        if self._accept("no"):
            self._expect("open")
            name = self._take()
            if name.kind != "word":
                _fail(name, "no open 之后应是任务名", "“no open” is followed by the name of a task")
            return Negation(Holds(FactName(f"open.{name.text}", name.start, name.end)))
        left = self._operand()
        if self._next.kind == "sign" and self._next.text in _COMPARISONS:
            return Comparison(self._take().text, left, self._operand())
        if self._accept("not"):
            self._expect("in")
            return Negation(Membership(left, self._options()))
        return Membership(left, self._options()) if self._accept("in") else Holds(left)

    def _operand(self) -> Operand:
        token = self._take()
        if token.kind == "fact":
            return FactName(token.text, token.start, token.end)
        if token.kind == "number":
            return Constant(int(token.text), token.start, token.end)
        if token.kind == "text":
            return Constant(token.text[1:-1], token.start, token.end)
        if token.kind == "word" and token.text in _CONSTANTS:
            return Constant(_CONSTANTS[token.text], token.start, token.end)
        if token.kind == "date":
            try:
                return Constant(date.fromisoformat(token.text), token.start, token.end)
            except ValueError:
                _fail(token, f"没有 {token.text} 这一天", f"there is no day {token.text}")
        if token.kind == "end":
            _fail(token, "条件没有写完", "the condition ends too early")
        _fail(
            token,
            f"此处应是一项数据（角色.数据项）或一个值，而不是“{token.text}”",
            f"a fact (role.attribute) or a value is expected here, not “{token.text}”",
        )

    def _options(self) -> tuple[Constant, ...]:
        self._expect("[")
        options: list[Constant] = []
        while not options or self._accept(","):
            option = self._operand()
            if not isinstance(option, Constant):
                _fail(self._tokens[self._place - 1], "列表里只能写值", "a list holds values only")
            options.append(option)
        self._expect("]")
        return tuple(options)


@lru_cache(maxsize=8_192)
def parse(text: str) -> Condition:
    """Compile ``text``; raises ``ConditionError`` with the column. Types are the compiler's business."""
    if len(text) > MOST_LONG:
        raise ConditionError("condition-syntax", 1, f"条件超过 {MOST_LONG} 字", f"longer than {MOST_LONG} characters")
    tree = _Parser(text).whole()
    return Condition(text, tree, frozenset(fact.name for fact in _fact_names(tree)))
