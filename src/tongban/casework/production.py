"""What a step makes known: facts the clerk types, facts that follow from rules, the policy and books, copies, literals.

A fact of a role with several subjects is made for each of them: `child.1.ticket`, `child.2.ticket`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tongban.casework.model import Context, Given, Refused
from tongban.casework.refusals import listed, refuse
from tongban.catalog.conditions import UNKNOWN, Unknown
from tongban.catalog.model import Produced, ServiceDefinition, StepDefinition
from tongban.catalog.vocabulary import Value
from tongban.policy import PolicyError, Reckoning, Rulebook, reckon, rule_of, value_of

Roles = Mapping[str, tuple[int, ...]]
"""The registered subjects behind each role of a case."""


def produced(step: StepDefinition, context: Context, roles: Roles, typed: Mapping[str, Given]) -> dict[str, Given]:
    """The facts this step makes, by name, with the clerk's `typed` among them.

    Raises Refused `facts-needed`, `facts-unexpected`, `fact-unknown` (nothing to copy or to reckon from) and
    `not-reckoned` (the policy has no answer).
    """
    if step.by == "applicant":
        return _corrected(context.service, roles, typed)
    asked = asked_of_clerk(step, context, roles)
    if step.enters and context.doer.kind == "machine":
        asked |= _made_elsewhere(context, roles)
    if missing := sorted(asked - typed.keys()):
        raise Refused("facts-needed", refuse("facts-needed", what=listed(missing)).text, tuple(missing))
    if unexpected := sorted(typed.keys() - asked):
        raise refuse("facts-unexpected", what=listed(unexpected))
    made = {name: given.value for name, given in typed.items()}
    if step.enters:
        for fact in context.service.produces:
            if fact.how != "clerk":
                for member in _members(fact.fact, context.service, roles):
                    name = _numbered(fact.fact, context.service, member)
                    made[name] = made[name] if name in made else _value(fact, context, made, member)
    return {name: Given(value, "produced") for name, value in made.items()}


def _corrected(service: ServiceDefinition, roles: Roles, typed: Mapping[str, Given]) -> dict[str, Given]:
    """What an applicant says anew, on the applicant's word alone."""
    if unexpected := sorted(name for name in typed if not may_be_corrected(name, service, roles)):
        raise refuse("facts-unexpected", what=listed(unexpected))
    return {name: Given(given.value, "claimed", given.is_disputed) for name, given in typed.items()}


def may_be_corrected(name: str, service: ServiceDefinition, roles: Roles) -> bool:
    """Whether a fact is the applicant's to say: it is about somebody of the case (of several about the first, where
    it has no number), and not what the service makes without needing it.
    """
    fact = _plain(name)
    numbered = _of_each([fact], service, roles)
    is_made = any(one.fact == fact for one in service.produces)
    is_needed = any(need.fact == fact for need in service.needs)
    return (is_needed or not is_made) and (name in numbered or (name == fact and bool(numbered)))


def _plain(name: str) -> str:
    """A fact without the number of its member: `child.2.name` is `child.name`."""
    role, _, rest = name.partition(".")
    return f"{role}.{rest.rpartition('.')[2]}"


def asked_of_clerk(step: StepDefinition, context: Context, roles: Roles) -> frozenset[str]:
    """The facts that whoever takes this step must type, of each subject of a role with several: what is theirs to say,
    and what the books do not know.
    """
    made = (
        one.fact
        for one in context.service.produces
        if one.at == step.name and (one.how == "clerk" or (one.how == "books" and _is_unknown(one, context)))
    )
    return _of_each(made, context.service, roles)


def _is_unknown(fact: Produced, context: Context) -> bool:
    """Whether the books can say nothing of a fact; why they refuse to, the step itself says."""
    told = context.books(fact.rule or "")
    return not isinstance(told, Refused) and fact.figure not in told


def _made_elsewhere(context: Context, roles: Roles) -> frozenset[str]:
    """The facts that follow by themselves here, but that an agency elsewhere has made: its numbers, its dates."""
    return _of_each((one.fact for one in context.service.produces if one.how != "clerk"), context.service, roles)


def _of_each(facts: Iterable[str], service: ServiceDefinition, roles: Roles) -> frozenset[str]:
    return frozenset(_numbered(fact, service, member) for fact in facts for member in _members(fact, service, roles))


def _members(fact: str, service: ServiceDefinition, roles: Roles) -> range:
    """The numbers of those whom a fact is about; nobody, where the service knows no such role."""
    role = fact.partition(".")[0]
    if role not in service.roles:
        return range(0)
    return range(1, 1 + (len(roles.get(role, ())) if service.roles[role].many else 1))


def _numbered(fact: str, service: ServiceDefinition, member: int) -> str:
    role, _, name = fact.partition(".")
    return f"{role}.{member}.{name}" if service.roles[role].many else fact


def _value(fact: Produced, context: Context, made: Mapping[str, Value], member: int) -> Value:
    if fact.how == "value":
        return fact.value
    sources = {name: _known(_numbered(name, context.service, member), context, made) for name in fact.of}
    if fact.rule is None:
        return sources[fact.of[0]]
    if fact.how == "books":
        return _told(fact, context)
    if fact.how == "policy":
        return reckoned(fact, sources, context.rulebook(), context.at.date())
    return context.functions[fact.rule](sources, context.serial(), context.at.date())


def _told(fact: Produced, context: Context) -> Value:
    """What the books work out. Raises Refused with what stands in the way of it."""
    told = context.books(fact.rule or "")
    if isinstance(told, Refused):
        raise told
    return told[fact.figure or ""]


def reckoned(fact: Produced, sources: Mapping[str, Value], book: Rulebook, on: date) -> Value:
    """The figure of a rule of the policy that a fact is. Raises Refused `not-reckoned`."""
    return figure_of(fact, reckoning_of(fact, sources, book, on), book)


def reckoning_of(fact: Produced, sources: Mapping[str, Value], book: Rulebook, on: date) -> Reckoning:
    """What the rule gives from facts of a case by name, with its way; by the day ``on`` where no fact dates the rule.

    Raises Refused `not-reckoned`.
    """
    values = [sources[name] for name in fact.of]
    given: dict[str, object] = {
        name: int(value) if isinstance(value, bool) else value for name, value in zip(fact.inputs, values, strict=True)
    }
    try:
        rule = rule_of(book, fact.rule or "")
        return reckon(book, rule.id, ({rule.at: on} if rule.at else {}) | given, on)
    except PolicyError as error:
        raise refuse("not-reckoned", what=fact.fact, problem=error.issues[0].text) from error


def figure_of(fact: Produced, found: Reckoning, book: Rulebook) -> Value:
    """The one figure of a reckoning that a fact is."""
    figure = fact.figure or ""
    value = found.values[figure]
    if not isinstance(value, int | str):
        raise TypeError(figure)
    return value_of(book.figures(found.ruling.rule.id)[figure].kind, value)


def _known(name: str, context: Context, made: Mapping[str, Value]) -> Value:
    value: Value | Unknown = made[name] if name in made else context.facts(name)
    if value is UNKNOWN:
        raise refuse("fact-unknown", what=name)
    return value
