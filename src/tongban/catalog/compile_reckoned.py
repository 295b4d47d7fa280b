"""Compiles the facts of a service that are figures of the policy: `{from: policy, rule, figure, given: {input: fact}}`.

The rule has the figure, is told all that it asks for, and each fact is of a kind that its input can read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from tongban.catalog.model import Produced
from tongban.catalog.names import Scope
from tongban.catalog.schema import ProducedShape
from tongban.catalog.vocabulary import Attribute, Kind
from tongban.policy import Figure, Rule, Rulebook

_COUNTED: Final = frozenset({"count", "rate", "days", "months", "years", "age"})
RECKONED_AS: Final[Mapping[Kind, frozenset[str]]] = dict.fromkeys(get_args(Kind), frozenset[str]()) | {
    "fen": frozenset({"fen"}),
    "integer": _COUNTED,
    "boolean": frozenset({"count"}),
    "date": frozenset({"month", "date"}),
    "choice": frozenset({"choice"}),
}
"""As what the policy can read and give an attribute of each kind."""


def reckoned(
    scope: Scope, fact: str, shape: ProducedShape, roles: Mapping[str, str | None], book: Rulebook
) -> Produced:
    """One such fact; what is wrong is said."""
    path = ("produces", fact)
    made = scope.fact(fact, roles, path)
    for name in ("rule", "figure"):
        if getattr(shape, name) is None:
            scope.say("missing-key", path, name=name)
    given = {name: scope.fact(source, roles, (*path, "given", name)) for name, source in shape.given.items()}
    full = scope.id_or_none("rule", shape.rule, (*path, "rule"))
    rule = book.rules.get(full or "")
    if rule is not None:
        _check_given(scope, fact, given, rule, book)
        _check_figure(scope, fact, shape.figure, made, book.figures(rule.id))
    of, inputs = tuple(shape.given.values()), tuple(shape.given)
    return Produced(fact, "policy", rule=full, of=of, figure=shape.figure, inputs=inputs)


def _check_given(scope: Scope, fact: str, given: Mapping[str, Attribute | None], rule: Rule, book: Rulebook) -> None:
    path, inputs = ("produces", fact), book.inputs(rule.id)
    for name, one in inputs.items():
        if one.otherwise is None and name != rule.at and name not in given:
            scope.say("missing-key", path, name=name)
    for name, attribute in given.items():
        here = (*path, "given", name)
        if scope.among("input", name, inputs, here, key=True) and attribute is not None:
            options = {option.value for option in inputs[name].options}
            fits = not options or options.issuperset(option.value for option in attribute.options)
            if inputs[name].kind not in RECKONED_AS[attribute.kind] or not fits:
                scope.say("wrong-inputs", here, name=name, given=attribute.label)


def _check_figure(
    scope: Scope, fact: str, name: str | None, made: Attribute | None, figures: Mapping[str, Figure]
) -> None:
    path = ("produces", fact, "figure")
    if name is None or not scope.among("figure", name, figures, path) or made is None:
        return
    if figures[name].kind not in RECKONED_AS[made.kind]:
        scope.say("wrong-inputs", path, name=name, given=made.label)
