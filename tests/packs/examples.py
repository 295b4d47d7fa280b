"""Values under which a service would be granted: found by trying, for whoever wants to carry it to its end.

Every fact that the service reads is traced to what it is derived from; what is left gets a value of its kind, and
values are changed, one or two at a time, until every condition of acceptance holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations, count, product
from typing import Final, TypeVar

from tongban.catalog.condition_nodes import Constant, IsKnown
from tongban.catalog.conditions import UNKNOWN, Condition, Unknown
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Attribute, Value
from tongban.planner.deriving import derived_from
from tongban.testing.city.identities import Identities, Sex

AGES = (30, 17, 10, 0, 22, 45, 50, 52, 55, 58, 60, 61, 63, 66, 85)
"""Whole years; the first is everybody's who may be of any age."""
DAYS = (0, -1, 1, -10, 10, -40, 40, -100, 100, -400, 400, -800, 800, -2_000, -4_000, -6_000, -11_000)
"""From the day of the application; the first but one conditions agree with most often comes first."""
MOST_ROUNDS = 50
SEXES: Final[tuple[Sex, ...]] = ("male", "female")

_TURNS = count()

Literal = TypeVar("Literal", int, str)


class NoExample(Exception):  # noqa: N818 - reads as what it is where it is caught
    """No values were found under which these conditions hold."""


@dataclass(frozen=True)
class Examples:
    """Finds the values for one service on a day."""

    catalog: Catalog
    service: ServiceDefinition
    on: date
    identities: Identities

    def values(self) -> dict[str, Value]:
        """By `role.attribute`, every fact that has to come from somebody. Raises NoExample."""
        found = {fact: self.candidates(fact)[0] for fact in sorted(self.sources(self.facts))}
        for _ in range(MOST_ROUNDS):
            broken = self.broken(found)
            if not broken:
                return found
            better = next((each for each in self._changed(found, broken) if len(self.broken(each)) < len(broken)), None)
            if better is None:
                raise NoExample(f"{self.service.id}: {[one.text for one in broken]} of {found}")
            found = better
        raise NoExample(self.service.id)

    @cached_property
    def facts(self) -> frozenset[str]:
        """Everything the service reads: needs, conditions, its office's region, what its products are made of."""
        service = self.service
        read = {need.fact for need in service.needs} | {each for one in service.produces for each in one.of}
        for condition in self.conditions:
            read |= condition.facts
        read |= {service.handled_at.of} if service.handled_at.of else set()
        keys = {role.name: self.catalog.types[role.type].key for role in service.roles.values()}
        read |= {f"{role}.{key}" for role, key in keys.items() if key}
        return frozenset(read - {one.fact for one in service.produces} | {need.fact for need in service.needs})

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions of the service."""
        service = self.service
        others = [need.when for need in service.needs] + [fee.exempt for fee in service.fees]
        others += [one for paper in service.evidence for one in (paper.when, paper.waived_if)]
        return (*(one.that for one in service.requires), *(one for one in others if one is not None))

    def attribute(self, fact: str) -> Attribute:
        """What the vocabulary says of a fact."""
        role, _, name = fact.partition(".")
        return self.catalog.types[self.service.roles[role].type].attributes[name]

    def sources(self, facts: Iterable[str]) -> frozenset[str]:
        """What these facts are or are derived from, whatever way it takes."""
        found: set[str] = set()
        for fact in facts:
            attribute = self.attribute(fact)
            role = fact.partition(".")[0]
            ahead = [f"{role}.{name}" for name in attribute.derived_from] if attribute.derived else []
            found |= self.sources(ahead) if ahead else {fact}
        return frozenset(found)

    def broken(self, values: Mapping[str, Value]) -> list[Condition]:
        """The conditions of acceptance that do not hold under these values."""
        return [one.that for one in self.service.requires if one.that.evaluate(self._lookup(values)) is not True]

    def _lookup(self, values: Mapping[str, Value]) -> _Lookup:
        return _Lookup(self, values)

    def _changed(self, values: dict[str, Value], broken: Iterable[Condition]) -> Iterator[dict[str, Value]]:
        facts = sorted(self.sources(fact for condition in broken for fact in condition.facts))
        for most in (1, 2, 3):
            for chosen in combinations(facts, most):
                for picked in product(*(self.candidates(fact) for fact in chosen)):
                    yield values | dict(zip(chosen, picked, strict=True))

    def candidates(self, fact: str) -> list[Value]:
        """The values worth trying for a fact, the likeliest first."""
        attribute = self.attribute(fact)
        made: dict[str, Callable[[], list[Value]]] = {
            "boolean": lambda: [True, False],
            "choice": lambda: [option.value for option in attribute.options],
            "date": lambda: [self.on + timedelta(days=days) for days in DAYS],
            "integer": lambda: [1, 0, 240, 12, 180, *self._near(fact), 500_000],
            "fen": lambda: [500_000, 0, *self._near(fact)],
            "resident-id": lambda: [self._person(age, sex) for age in AGES for sex in SEXES],
            "credit-code": lambda: [self.identities.credit_code("company")],
            "phone": lambda: ["10000000001"],
            "region": lambda: ["430211"],
            "months": lambda: ["2016-03/2019-08"],
            "address": lambda: ["株洲市天元区示例路 12 号"],
            "text": lambda: ["示例"[: attribute.max_length], *self._literals(fact, str)],
        }
        return [*made[attribute.kind](), *self._absence(fact)]

    def _absence(self, fact: str) -> list[Value]:
        """Nothing at all, where a condition asks whether the fact is known."""
        leaves = (leaf for condition in self.conditions if fact in condition.facts for leaf in condition.leaves())
        return [None] if any(isinstance(leaf, IsKnown) for leaf in leaves) else []

    def _near(self, fact: str) -> list[Value]:
        return [n + step for n in self._literals(fact, int) for step in (0, 1, -1)]

    def _literals(self, fact: str, kind: type[Literal]) -> list[Literal]:
        found = [
            operand.held
            for condition in self.conditions
            if fact in self.sources(condition.facts)
            for leaf in condition.leaves()
            for operand in leaf.operands()
            if isinstance(operand, Constant) and isinstance(operand.held, kind) and not isinstance(operand.held, bool)
        ]
        return list(dict.fromkeys(found))

    def _person(self, age: int, sex: Sex) -> str:
        days = 40 + next(_TURNS) % 300  # so that no day runs out of numbers, and everybody is of age all the same
        return self.identities.resident_id(self.on.replace(year=self.on.year - age, day=1) - timedelta(days=days), sex)


@dataclass(frozen=True)
class _Lookup:
    """The value of a fact: given, or derived from what is given."""

    examples: Examples
    values: Mapping[str, Value]

    def __call__(self, fact: str) -> Value | Unknown:
        role, _, name = fact.partition(".")
        examples = self.examples
        attributes = examples.catalog.types[examples.service.roles[role].type].attributes
        given = lambda each: self.values.get(f"{role}.{each}", UNKNOWN)  # noqa: E731 - one line of one use
        return derived_from(examples.catalog, attributes, name, given, examples.on)
