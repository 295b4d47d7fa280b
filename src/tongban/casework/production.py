"""What a step makes known: facts the clerk types, facts that follow from a rule, copies and literals."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.casework.model import Context, Given
from tongban.casework.refusals import listed, refuse
from tongban.catalog.conditions import UNKNOWN, Unknown
from tongban.catalog.model import Produced, StepDefinition, Value


def produced(step: StepDefinition, context: Context, typed: Mapping[str, Given]) -> dict[str, Given]:
    """The facts this step makes, by name, with the clerk's `typed` among them.

    Raises Refused `facts-needed`, `facts-unexpected`, `fact-unknown` (nothing to copy or to reckon from).
    """
    if step.by == "applicant":
        return corrected(context, typed)
    asked = asked_of_clerk(step, context)
    if missing := sorted(asked - typed.keys()):
        raise refuse("facts-needed", what=listed(missing))
    if unexpected := sorted(typed.keys() - asked):
        raise refuse("facts-unexpected", what=listed(unexpected))
    made = {name: given.value for name, given in typed.items()}
    if step.enters:
        for fact in context.service.produces:
            if fact.how != "clerk":
                made[fact.fact] = _value(fact, context, made)
    return {name: Given(value, "produced") for name, value in made.items()}


def corrected(context: Context, typed: Mapping[str, Given]) -> dict[str, Given]:
    """What an applicant says anew: facts that the service needs, on the applicant's word.

    Raises Refused `facts-unexpected`.
    """
    needed = {need.fact for need in context.service.needs}
    if unexpected := sorted(name for name in typed if plain(name) not in needed):
        raise refuse("facts-unexpected", what=listed(unexpected))
    return {name: Given(given.value, "claimed", given.is_disputed) for name, given in typed.items()}


def plain(name: str) -> str:
    """A fact without the number of its member: `child.2.name` is `child.name`."""
    role, _, rest = name.partition(".")
    return f"{role}.{rest.rpartition('.')[2]}"


def asked_of_clerk(step: StepDefinition, context: Context) -> frozenset[str]:
    """The facts that whoever takes this step must type."""
    return frozenset(fact.fact for fact in context.service.produces if fact.how == "clerk" and fact.at == step.name)


def _value(fact: Produced, context: Context, made: Mapping[str, Value]) -> Value:
    if fact.how == "value":
        return fact.value
    sources = {name: _known(name, context, made) for name in fact.of}
    if fact.how == "fact" or fact.rule is None:
        return sources[fact.of[0]]
    return context.functions[fact.rule](sources, context.serial(), context.at.date())


def _known(name: str, context: Context, made: Mapping[str, Value]) -> Value:
    value: Value | Unknown = made[name] if name in made else context.facts(name)
    if value is UNKNOWN:
        raise refuse("fact-unknown", what=name)
    return value
