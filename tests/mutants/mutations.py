"""The mutations of a module: every small change to the body of a function that a test ought to notice.

A comparison moves by one or turns round, `and` becomes `or`, a sign turns, a number grows by one, `not` comes or goes,
two arguments change places, a value is not returned, a call is not made. Types, decorators and words for people stay as
they are.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Final, TypeAlias

Key: TypeAlias = tuple[str, int]
"""A function in its module: its qualified name, and the line it begins on."""

SHOWN: Final = 70
"""How many characters of code the name of a mutant shows, before and after."""

NEW_LOCALS: Final = 0x02
"""The flag that the code of a function has and that of the body of a class has not."""

COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATORS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
UNTOUCHED: Final = (ast.arguments, ast.Assert, ast.expr_context)
"""What is written for the checker of types, and defaults, which do not belong to a function's body."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. ``name`` says where and what, without line numbers; ``line`` is where its statement begins."""

    name: str
    file: Path
    function: Key
    line: int
    code: Callable[[], CodeType]
    """Gives the changed function's code. Once, in a process of its own: the tree stays changed."""


def mutants_of(file: Path, root: Path) -> list[Mutant]:
    """All mutants of a module's functions, their names beginning with the file's path from ``root``."""
    module = ast.parse(file.read_bytes())
    found: list[Mutant] = []
    names: Counter[str] = Counter()
    for function, qualified in _functions(module, ""):
        key = (qualified, min([function.lineno, *(each.lineno for each in function.decorator_list)]))
        for shown, line, change in (each for part in function.body for each in _changes(part, function, 0)):
            name = f"{file.relative_to(root)}:{qualified}: {shown}"
            names[name] += 1
            number = f" #{names[name]}" if names[name] > 1 else ""
            found.append(Mutant(name + number, file, key, line, partial(_changed, change, module, function, file, key)))
    return found


def watched(file: Path, report: str) -> dict[Key, CodeType]:
    """The code of a module's functions in which every statement first calls ``report`` with its line."""
    module = ast.parse(file.read_bytes())
    for function, _ in _functions(module, ""):
        for node in list(ast.walk(function)):
            for block in ("body", "orelse", "finalbody"):
                statements = getattr(node, block, None)
                if isinstance(statements, list):
                    setattr(node, block, [each for one in statements for each in (_call(report, one), one)])
    return dict(functions_in(compile(ast.fix_missing_locations(module), str(file), "exec", dont_inherit=True)))


def _call(report: str, statement: ast.stmt) -> ast.stmt:
    call = ast.Call(ast.Name(report, ast.Load()), [ast.Constant(statement.lineno)], [])
    return ast.copy_location(ast.Expr(call), statement)


def functions_in(code: CodeType) -> Iterator[tuple[Key, CodeType]]:
    """The code of every function of a module and of its classes; what stands inside a function belongs to it."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and constant.co_flags & NEW_LOCALS:
            yield (constant.co_qualname, constant.co_firstlineno), constant
        elif isinstance(constant, CodeType):
            yield from functions_in(constant)


def _changed(
    change: Callable[[], None], module: ast.Module, function: ast.FunctionDef, file: Path, at: Key
) -> CodeType:
    """The changed function's code. What it was stays behind a condition that never holds, for the names that it closes
    over: a function takes no code that closes over others.
    """
    before = ast.If(ast.Constant(0), deepcopy(function.body), [])
    change()
    function.body.append(ast.copy_location(before, function.body[-1]))
    return dict(functions_in(compile(ast.fix_missing_locations(module), str(file), "exec", dont_inherit=True)))[at]


def _functions(node: ast.AST, within: str) -> Iterator[tuple[ast.FunctionDef, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield child, within + child.name
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{within}{child.name}.")


def _changes(node: ast.AST, above: ast.AST, line: int) -> Iterator[tuple[str, int, Callable[[], None]]]:
    """Every change at and below ``node``: how it is shown, the line of its statement, and how to make it."""
    if isinstance(node, UNTOUCHED):
        return
    if isinstance(node, ast.stmt):
        line = node.lineno
    for other in _others(node, above):
        yield _shown(node, other, above), line, partial(_put, above, node, other)
    for name, value in ast.iter_fields(node):
        if name not in {"annotation", "returns", "decorator_list"}:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _changes(child, node, line)


def _put(above: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Let ``new`` stand where ``old`` stands in ``above``."""
    for name, value in ast.iter_fields(above):
        if value is old:
            setattr(above, name, new)
        elif isinstance(value, list):
            value[:] = [new if each is old else each for each in value]


def _shown(old: ast.AST, new: ast.AST, above: ast.AST) -> str:
    """The change with what stands around it, where that is short."""
    if isinstance(above, ast.expr | ast.Return | ast.Assign | ast.keyword | ast.comprehension):
        before = ast.unparse(above).strip()
        _put(above, old, new)
        after = ast.unparse(above).strip()
        _put(above, new, old)
        if max(len(before), len(after)) <= SHOWN:
            return f"{before} → {after}"
    return " → ".join(" ".join(ast.unparse(each).split())[:SHOWN] for each in (old, new))


def _others(node: ast.AST, above: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of ``node``."""
    if isinstance(node, ast.stmt):
        yield from _other_statements(node)
    elif isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            ops = [*node.ops[:index], COMPARISONS[type(operator)](), *node.ops[index + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.Constant(not node.value if isinstance(node.value, bool) else node.value + 1)
    elif isinstance(node, ast.Call) and _has_an_order(node):
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    is_condition = node is getattr(above, "test", None) or node in getattr(above, "ifs", ())
    if isinstance(node, ast.expr) and is_condition and not isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), node)


def _has_an_order(call: ast.Call) -> bool:
    """Whether the first two arguments mean different things by their places."""
    is_any_order = isinstance(call.func, ast.Name) and call.func.id in {"max", "min"}
    if len(call.args) < 2 or isinstance(call.args[1], ast.Starred) or is_any_order:
        return False
    return ast.dump(call.args[0]) != ast.dump(call.args[1])


def _other_statements(node: ast.stmt) -> Iterator[ast.stmt]:
    """What may stand in the place of a statement."""
    is_words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Expr | ast.AugAssign | ast.Raise) and not is_words:
        yield ast.Pass()
    if isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        yield ast.AugAssign(node.target, OPERATORS[type(node.op)](), node.value)
    if (
        isinstance(node, ast.Return)
        and node.value
        and not (isinstance(node.value, ast.Constant) and not node.value.value)
    ):
        yield ast.Return(ast.Constant(None))
    if isinstance(node, ast.Break | ast.Continue):
        yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()
