"""Tells a reckoning line by line: what was given, what was in force, and each figure with how it came about and why.

A formula's own text is told in the labels of what it reads, with the values they had, so that everybody can reckon it
again with a pencil.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from tongban.policy.integers import Reckoning
from tongban.policy.model import Dated, Figure, Kind, Number, Parameter, Rulebook, name_of
from tongban.policy.ruling import in_force
from tongban.policy.values import raw, shown
from tongban.text import Reference, Status, Text

_SIGNS: Final[Mapping[type[ast.AST], tuple[str, str]]] = {
    ast.Add: ("＋", " + "),
    ast.Sub: ("－", " − "),
    ast.Mult: ("×", " × "),
    ast.FloorDiv: ("÷", " ÷ "),
    ast.BitAnd: ("，并且", " and "),
    ast.BitOr: ("，或者", " or "),
    ast.Lt: ("＜", " < "),
    ast.LtE: ("≤", " ≤ "),
    ast.Gt: ("＞", " > "),
    ast.GtE: ("≥", " ≥ "),
    ast.Eq: ("＝", " = "),
    ast.NotEq: ("≠", " ≠ "),
}
_SENTENCES: Final[Mapping[str, Text]] = {
    "smaller": Text("{0}与{1}中较小的", "the smaller of {0} and {1}"),
    "larger": Text("{0}与{1}中较大的", "the larger of {0} and {1}"),
    "clip": Text("{0}，不低于{1}，不高于{2}", "{0}, at least {1}, at most {2}"),
    "choose": Text("若{0}，则{1}，否则{2}", "{1} if {0}, else {2}"),
    "half_up": Text("{0}÷{1}，四舍五入", "{0} ÷ {1}, half up"),
    "share": Text("{0}×{1}，四舍五入到分", "{0} × {1}, half up"),
    "table": Text("按{0}查{1}", "{1} for {0}"),
}
"""How each word of formulas is told."""


class Line(NamedTuple):
    """One line of a derivation: a value with its source. ``how`` tells a figure's formula in words."""

    name: str
    what: Literal["given", "parameter", "figure"]
    label: Text
    value: object
    shown: Text
    status: Status | None = None
    because: Reference | None = None
    how: Text | None = None
    note: Text | None = None
    region: str = ""
    from_: date | None = None
    to: date | None = None


def lines(book: Rulebook, reckoning: Reckoning) -> tuple[Line, ...]:
    """The derivation: inputs, then parameters, then figures in the order of reckoning."""
    rule, values = reckoning.ruling.rule, reckoning.values
    telling = _telling(book, rule.id, reckoning.on)
    zh, en, found = dict[str, str](), dict[str, str](), list[Line]()
    for name, one in book.inputs(rule.id).items():
        value = values[name]
        said = shown(one.kind, value, one.options)
        found.append(Line(name, "given", one.label, _raw(one.kind, value), said))
        zh[name], en[name] = _with_value(one.label, said)
    zh |= telling.zh
    en |= telling.en
    found += telling.parameters
    for figure, because, sentence, names in telling.figures:
        value = values[figure.name]
        said = shown(figure.kind, value)
        how = Text(sentence.zh.format(*[zh[each] for each in names]), sentence.en.format(*[en[each] for each in names]))
        found.append(
            Line(figure.name, "figure", figure.label, _raw(figure.kind, value), said, figure.status, because, how)
        )
        zh[figure.name], en[figure.name] = _with_value(figure.label, said)
    return tuple(found)


def rests_on_unverified(book: Rulebook, reckoning: Reckoning, figure: str) -> bool:
    """Whether a figure, or anything that it was reckoned from, has no source."""
    statuses = {line.name: line.status for line in lines(book, reckoning)}
    steps = [step for version in reckoning.ruling.versions for step in version.steps]
    behind = {figure}
    for step in reversed(steps):
        if step.figure in behind:
            named = ast.walk(ast.parse(step.expression, mode="eval"))
            behind |= {node.id for node in named if isinstance(node, ast.Name)}
    return any(statuses.get(name) == "unverified" for name in behind)


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is the same for everybody on a day: the lines of parameters, how formulas tell what they read (by name, in
    either language), and of each figure the place in law, its formula as a sentence, and the names in that.
    """

    parameters: tuple[Line, ...]
    zh: dict[str, str]
    en: dict[str, str]
    figures: tuple[tuple[Figure, Reference, Text, tuple[str, ...]], ...]


@lru_cache(maxsize=1024)
def _telling(book: Rulebook, rule: str, on: date) -> _Telling:
    ruling, figures = in_force(book, rule, on), book.figures(rule)
    found = tuple(_parameter(*held) for held in ruling.parameters.values())
    steps = tuple(
        (figures[step.figure], figures[step.figure].because or version.because, *_sentence(step.expression))
        for version in ruling.versions
        for step in version.steps
    )
    inputs = book.inputs(rule)
    zh = {name: name for *_, names in steps for name in names if name not in inputs and name not in figures}
    en = zh.copy()  # what has no label is a number, and told as it is written
    for one in inputs.values():
        for option in one.options:
            zh[option.value], en[option.value] = option.label.zh, option.label.en
    for line in found:
        is_table = isinstance(line.value, dict)
        told = (line.label.zh, line.label.en) if is_table else _with_value(line.label, line.shown)
        zh[line.name], en[line.name] = told
    return _Telling(found, zh, en, steps)


def _parameter(parameter: Parameter, held: Dated) -> Line:
    return Line(
        name_of(parameter.id),
        "parameter",
        parameter.title,
        held.value if isinstance(held.value, int) else {str(key): value for key, value in held.value.items()},
        _shown_parameter(parameter, held.value),
        held.status,
        held.because,
        note=held.note,
        region=parameter.region,
        from_=held.from_,
        to=held.to,
    )


def _shown_parameter(parameter: Parameter, value: Number) -> Text:
    if isinstance(value, Mapping):
        return Text(f"表，{len(value)} 行", f"a table of {len(value)} rows")
    return shown(parameter.kind, value)


def _raw(kind: Kind, value: Number) -> object:
    return raw(kind, value) if isinstance(value, int | str) else value


def _with_value(label: Text, said: Text) -> tuple[str, str]:
    """What a formula reads, in both languages, with the value that it had."""
    return f"{label.zh}（{said.zh}）", f"{label.en} ({said.en})"


@lru_cache(maxsize=4096)
def _sentence(expression: str) -> tuple[Text, tuple[str, ...]]:
    """An expression in words, with numbered places for what it reads, and the names of that."""
    names: dict[str, int] = {}
    told = _told(ast.parse(expression, mode="eval").body, names)
    return told, tuple(names)


def _told(node: ast.expr, names: dict[str, int]) -> Text:
    """An expression in words; parts of another rank stand in brackets."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        parts = [_told(one, names) if isinstance(one, ast.Compare) else _within(one, names) for one in node.args]
        sentence = _SENTENCES[node.func.id]
        return _both(lambda text: text(sentence).format(*map(text, parts)))
    if isinstance(node, ast.BinOp):
        told = _joined(_within(node.left, names), node.op, _within(node.right, names))
        is_division = isinstance(node.op, ast.FloorDiv)
        return Text(f"{told.zh}，取整", f"{told.en}, rounded down") if is_division else told
    if isinstance(node, ast.Compare):
        return _joined(_told(node.left, names), node.ops[0], _told(node.comparators[0], names))
    return _leaf(node, names)


def _leaf(node: ast.expr, names: dict[str, int]) -> Text:
    """A name, a number, a choice or a table."""
    if isinstance(node, ast.Dict):
        rows = [(_leaf(key, names), ast.unparse(value)) for key, value in _rows(node)]
        zh, en = ("; ".join(f"{text(key)}: {value}" for key, value in rows) for text in (_zh, _en))
        return Text(f"表（{zh}）", f"a table ({en})")
    written = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ast.unparse(node)
    place = f"{{{names.setdefault(written, len(names))}}}"
    return Text(place, place)


def _rows(node: ast.Dict) -> list[tuple[ast.expr, ast.expr]]:
    return [(key, value) for key, value in zip(node.keys, node.values, strict=True) if key is not None]


def _within(node: ast.expr, names: dict[str, int]) -> Text:
    told = _told(node, names)
    if isinstance(node, ast.Name | ast.Constant | ast.Dict):
        return told
    return Text(f"（{told.zh}）", f"({told.en})")


def _joined(left: Text, operator: ast.AST, right: Text) -> Text:
    zh, en = _SIGNS[type(operator)]
    return Text(f"{left.zh}{zh}{right.zh}", f"{left.en}{en}{right.en}")


def _both(make: Callable[[Callable[[Text], str]], str]) -> Text:
    return Text(make(_zh), make(_en))


def _zh(text: Text) -> str:
    return text.zh


def _en(text: Text) -> str:
    return text.en
