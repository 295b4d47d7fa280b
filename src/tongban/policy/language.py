"""Reads formulas as text and holds them to their small language, so that what they do is known without running them.

A formula is a function of one argument whose body sets figures of that argument, one a line, each once:
`f.base_fen = clip(f.monthly_wage_fen, f.base_floor_fen, f.base_ceiling_fen)`. On the right stand figures of the same
argument, whole numbers, tables and numbers named in capitals at the top of the file, `WHOLE` and the words of `words`,
`+ - * //`, one comparison at a time, `&` and `|`. Nothing else: no `round`, no fraction, no `if`, no loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tongban.policy.model import Step
from tongban.policy.words import WHOLE, WORDS

_OPERATORS: Final = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.BitAnd, ast.BitOr)
_COMPARISONS: Final = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that a formula reads, and where; lines and columns from 1."""

    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Source:
    """What a formula's text says: what it reads before setting it, its steps, and what is outside the language."""

    reads: tuple[Mention, ...]
    steps: tuple[Step, ...]
    strange: tuple[Mention, ...]


def sources(text: str) -> dict[str, Source]:
    """All functions of one argument at the top of a file by name, read as formulas. Raises ``SyntaxError``."""
    tree = ast.parse(text)
    constants: dict[str, ast.expr] = {"WHOLE": ast.Constant(WHOLE)}
    constants |= {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id.isupper()
    }
    return {
        node.name: _Reader(node, constants).source()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and len(node.args.args) == 1 and not node.args.kwonlyargs
    }


class _Reader:
    """Reads one function."""

    def __init__(self, function: ast.FunctionDef, constants: Mapping[str, ast.expr]) -> None:
        self.function = function
        self.figures = function.args.args[0].arg
        self.constants = constants
        self.reads: dict[str, Mention] = {}
        self.steps: dict[str, Step] = {}
        self.strange: list[Mention] = []

    def source(self) -> Source:
        for index, line in enumerate(self.function.body):
            if index == 0 and isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
                continue
            self._line(line)
        return Source(tuple(self.reads.values()), tuple(self.steps.values()), tuple(self.strange))

    def _line(self, line: ast.stmt) -> None:
        target = line.targets[0] if isinstance(line, ast.Assign) and len(line.targets) == 1 else None
        name = self._figure(target)
        if not isinstance(line, ast.Assign) or name is None or name in self.steps or name in self.reads:
            self._strange(line, ast.unparse(line).splitlines()[0])
            return
        self._expression(line.value)
        written = ast.unparse(_Bare(self.figures, self.constants).visit(line.value))
        self.steps[name] = Step(name, written)

    def _figure(self, node: ast.AST | None) -> str | None:
        within = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == self.figures
        return node.attr if within and isinstance(node, ast.Attribute) else None

    def _expression(self, node: ast.expr) -> None:
        name = self._figure(node)
        if name is not None:
            if name not in self.steps:
                self.reads.setdefault(name, Mention(name, node.lineno, node.col_offset + 1))
        elif isinstance(node, ast.Call) and self._is_word(node):
            for one in node.args:
                self._expression(one)
        elif not self._is_plain(node):
            self._strange(node, ast.unparse(node))
        else:
            for part in _parts(node):
                self._expression(part)

    def _is_word(self, node: ast.Call) -> bool:
        return isinstance(node.func, ast.Name) and node.func.id in WORDS and not node.keywords

    def _is_plain(self, node: ast.expr) -> bool:
        """Whether this much, without its parts, belongs to the language."""
        if isinstance(node, ast.BinOp):
            return isinstance(node.op, _OPERATORS)
        if isinstance(node, ast.Compare):
            return len(node.ops) == 1 and isinstance(node.ops[0], _COMPARISONS)
        if isinstance(node, ast.UnaryOp):
            return isinstance(node.op, ast.USub)
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str) or (isinstance(node.value, int) and not isinstance(node.value, bool))
        return isinstance(node, ast.Name) and node.id in self.constants

    def _strange(self, node: ast.stmt | ast.expr, written: str) -> None:
        self.strange.append(Mention(written[:60], node.lineno, node.col_offset + 1))


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    return (one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr))


class _Bare(ast.NodeTransformer):
    """Writes figures by their names alone, and what is named in capitals by what it is."""

    def __init__(self, figures: str, constants: Mapping[str, ast.expr]) -> None:
        self.figures = figures
        self.constants = constants

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.constants.get(node.id, node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id == self.figures:
            return ast.copy_location(ast.Name(node.attr, ast.Load()), node)
        return node
