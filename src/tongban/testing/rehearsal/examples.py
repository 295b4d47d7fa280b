"""Values under which a bundle or service would be granted: found by trying, for whoever wants to walk it to its end.

Every fact that it reads is traced to what that is derived from; what is left gets a value of its kind, and values are
changed, one or two at a time, until every condition of acceptance holds, and whatever else was wished.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations, count, islice, product
from typing import Final, TypeVar

from tongban.catalog.condition_nodes import Constant, IsKnown
from tongban.catalog.conditions import UNKNOWN, Condition, Unknown
from tongban.catalog.model import BundleDefinition, Catalog, Part, ServiceDefinition
from tongban.catalog.vocabulary import Attribute, Value
from tongban.planner.deriving import derived_from
from tongban.testing.city.identities import Identities, Sex

AGES = (30, 17, 10, 0, 22, 45, 50, 52, 55, 58, 60, 61, 63, 66, 85)
"""Whole years; the first is everybody's who may be of any age."""
DAYS = (0, -1, 1, -10, 10, -40, 40, -100, 100, -400, 400, -800, 800, -2_000, -4_000, -6_000, -11_000)
"""From the day of the application; the first but one conditions agree with most often comes first."""
COUNTY_DIGITS: Final = 6
MOST_ROUNDS = 50
MOST_TRIES = 60_000
"""So many changes are tried in one round before it is said that there is none."""
MOST_WISHES = 40
"""So many ways to fulfil a wish are tried, each with everything else."""
DAYS_OF_BIRTH = 299
"""So that no day runs out of numbers, and everybody is of age all the same."""
SEXES: Final[tuple[Sex, ...]] = ("male", "female")

_TURNS = count()

Literal = TypeVar("Literal", int, str)


class NoExample(Exception):  # noqa: N818 - reads as what it is where it is caught
    """No values were found under which these conditions hold."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A condition on the way, in the offer's words, and what hangs on it: a need, paper, fee, signer or part."""

    service: str
    item: str
    condition: Condition


@dataclass(frozen=True)
class Examples:
    """Finds the values for one offer on a day; people of one finder have numbers that nobody else has."""

    catalog: Catalog
    offer: BundleDefinition
    on: date
    identities: Identities
    _kept: dict[str, list[Value]] = field(default_factory=dict, compare=False)

    def values(self, wish: Condition | None = None, *, holds: bool = True) -> dict[str, Value]:
        """By `subject.attribute`, every fact that has to come from somebody, under which a wish holds, or does not.

        Raises NoExample.
        """
        first = {fact: self._first(fact) for fact in sorted(self.sources(self.facts) | self.proved)}
        if wish is None:
            return self._lived(first, frozenset())
        granted = islice(self._granting(first, wish, holds=holds), MOST_WISHES)
        for found in granted:
            try:
                return self._lived(found, self.sources(wish.facts))
            except NoExample:
                continue
        raise NoExample(wish.text)

    def _lived(self, found: dict[str, Value], fixed: frozenset[str]) -> dict[str, Value]:
        """These values mended, with what must have been made before because no part that runs makes it: whoever says
        that the licence is there has one. Raises NoExample.
        """
        mended = self._mended(found, fixed)
        before = self._made_before(mended)
        return self._mended(mended | before, fixed | frozenset(before)) if before else mended

    def _made_before(self, values: dict[str, Value]) -> dict[str, Value]:
        lookup = _Lookup(self, values)
        runs = [(part, service) for part, service in self._services() if self._runs(service.id, lookup)]
        made = {fact for part, service in runs for fact in self._made_by(part, service)}
        read = self._keys().union(
            *(self._read_by(part, service) | self._proved_to(part, service) for part, service in runs)
        )
        wanted = (self.sources(read) & self.produced) - made - values.keys()
        return {fact: self._first(fact) for fact in sorted(wanted)}

    def _granting(self, values: dict[str, Value], wish: Condition, *, holds: bool) -> Iterator[dict[str, Value]]:
        """These values and what fulfils a wish, the fewest changes first."""
        for changed in (values, *islice(self._changed(values, [wish]), MOST_TRIES)):
            if self.truth(wish, changed) is holds:
                yield changed

    def _mended(self, found: dict[str, Value], fixed: frozenset[str]) -> dict[str, Value]:
        """These values changed, but for the fixed ones, until every condition of acceptance holds. Raises NoExample."""
        for _ in range(MOST_ROUNDS):
            broken = self.broken(found)
            if not broken:
                return found
            changed = islice(self._changed(found, broken, fixed), MOST_TRIES)
            better = next((each for each in changed if len(self.broken(each)) < len(broken)), None)
            if better is None:
                raise NoExample(" · ".join(one.text for one in broken))
            found = better
        raise NoExample(self.offer.id)

    @cached_property
    def forks(self) -> tuple[Fork, ...]:
        """Every condition on which it hangs what is asked, paid or done, each once for what hangs on it."""
        found = [Fork(part.service, "", part.when) for part in self.offer.parts if part.when is not None]
        for part, service in self._services():
            lines = [(self._type_fact(service, need.fact), need.when) for need in service.needs]
            lines += [(paper.evidence, paper.when) for paper in service.evidence]
            found += [Fork(service.id, item, when.renamed(part.roles)) for item, when in lines if when is not None]
        return tuple(dict.fromkeys(found))

    @cached_property
    def facts(self) -> frozenset[str]:
        """Everything that is read and not made on the way: needs, conditions, the office's region, what products are
        made of; keys. What a part both reads and alone makes (whether there is a card) is something else before it.
        """
        own, makers = set[str](), Counter[str]()
        for part, service in self._services():
            made = self._made_by(part, service)
            own |= made & self._read_by(part, service)
            makers.update(made)
        read = self._keys().union(*(self._read_by(part, service) for part, service in self._services()))
        read |= {fact for condition in self.offer.signers_when.values() if condition for fact in condition.facts}
        return frozenset(read - self.produced | {fact for fact in own if makers[fact] == 1})

    def _keys(self) -> set[str]:
        keys = {role.name: self.catalog.types[role.type].key for role in self.offer.subjects.values()}
        return {f"{role}.{key}" for role, key in keys.items() if key}

    def _read_by(self, part: Part, service: ServiceDefinition) -> set[str]:
        """What a part reads, in the offer's words."""
        own = {need.fact for need in service.needs} | {fact for one in service.produces for fact in one.of}
        own |= {service.handled_at.of} if service.handled_at.of else set()
        own |= {fact for condition in _conditions(service) for fact in condition.facts}
        return {self._in_offer(part, fact) for fact in own} | (set(part.when.facts) if part.when else set())

    def _proved_to(self, part: Part, service: ServiceDefinition) -> set[str]:
        """What the papers of a part prove, in the offer's words."""
        papers = ((paper.role, self.catalog.evidence[paper.evidence]) for paper in service.evidence)
        return {self._in_offer(part, f"{role}.{name}") for role, kind in papers for name in kind.proves}

    def _made_by(self, part: Part, service: ServiceDefinition) -> set[str]:
        return {self._in_offer(part, made.fact) for made in service.produces}

    @cached_property
    def proved(self) -> frozenset[str]:
        """What holders know and only papers are asked to prove: where they do not know it, papers are handed in."""
        found = set[str]().union(*(self._proved_to(part, service) for part, service in self._services()))
        held = {fact for fact in found - self.produced if self.attribute(fact).held_by}
        return frozenset(held - self.sources(self.facts))

    @cached_property
    def produced(self) -> frozenset[str]:
        """What the offer itself makes."""
        return frozenset(fact for part, service in self._services() for fact in self._made_by(part, service))

    @cached_property
    def requirements(self) -> tuple[tuple[Part, Condition, frozenset[str]], ...]:
        """The conditions of acceptance of each part, in the offer's words, and what each hangs on."""
        found = ((part, one.that.renamed(part.roles)) for part, service in self._services() for one in service.requires)
        return tuple((part, one, self.sources(one.facts)) for part, one in found)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions of the offer."""
        found = [part.when for part in self.offer.parts] + list(self.offer.signers_when.values())
        found += [one.renamed(part.roles) for part, service in self._services() for one in _conditions(service)]
        return tuple(one for one in found if one is not None)

    def _services(self) -> Iterator[tuple[Part, ServiceDefinition]]:
        return ((part, self.catalog.services[part.service]) for part in self.offer.parts)

    @staticmethod
    def _in_offer(part: Part, fact: str) -> str:
        role, _, name = fact.partition(".")
        return f"{part.roles.get(role, role)}.{name}"

    @staticmethod
    def _type_fact(service: ServiceDefinition, fact: str) -> str:
        role, _, name = fact.partition(".")
        return f"{service.roles[role].type}.{name}"

    def attribute(self, fact: str) -> Attribute:
        """What the vocabulary says of a fact."""
        role, _, name = fact.partition(".")
        return self.catalog.types[self.offer.subjects[role].type].attributes[name]

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
        """The conditions of acceptance of what runs that do not hold under these values.

        What a part of a bundle is to make is not known beforehand, and nothing against it.
        """
        lookup = _Lookup(self, values)
        broken = []
        for part, one, sources in self.requirements:
            if part.when is not None and part.when.evaluate(lookup) is not True:
                continue
            truth = one.evaluate(self._by_then(part, sources, values))
            if truth is False or (truth is None and self.is_open(one)):
                broken.append(one)
        return broken

    def _by_then(self, part: Part, sources: frozenset[str], values: Mapping[str, Value]) -> _Lookup:
        """What is known when a part runs: not what others that run make anew until then."""
        lookup = _Lookup(self, values)
        anew = {
            fact
            for other, facts in self._makers.items()
            if other != part.service and facts & sources and self._runs(other, lookup)
            for fact in facts
        }
        return _Lookup(self, {name: value for name, value in values.items() if name not in anew}) if anew else lookup

    @cached_property
    def _makers(self) -> dict[str, set[str]]:
        return {part.service: self._made_by(part, service) for part, service in self._services()}

    def _runs(self, service: str, lookup: _Lookup) -> bool:
        """Whether a part runs, or may: what decides it may be made on the way."""
        when = next(part.when for part in self.offer.parts if part.service == service)
        return when is None or when.evaluate(lookup) is not False

    def truth(self, condition: Condition, values: Mapping[str, Value]) -> bool | None:
        """What a condition is under these values."""
        return condition.evaluate(_Lookup(self, values))

    def is_open(self, condition: Condition) -> bool:
        """Whether a condition hangs on nothing that the offer itself makes on the way."""
        return not (self.sources(condition.facts) & self.produced)

    def _changed(
        self, values: dict[str, Value], broken: Iterable[Condition], fixed: frozenset[str] = frozenset()
    ) -> Iterator[dict[str, Value]]:
        facts = sorted(self.sources(fact for condition in broken for fact in condition.facts) - fixed)
        for most in (1, 2, 3):
            for chosen in combinations(facts, most):
                for picked in product(*(self.candidates(fact) for fact in chosen)):
                    yield values | dict(zip(chosen, picked, strict=True))

    def _first(self, fact: str) -> Value:
        return self.offer.commonest[fact] if fact in self.offer.commonest else self.candidates(fact)[0]

    def candidates(self, fact: str) -> list[Value]:
        """The values worth trying for a fact, the likeliest first."""
        if fact not in self._kept:
            self._kept[fact] = [*self._made(fact), *self._absence(fact)]
        return self._kept[fact]

    def _made(self, fact: str) -> list[Value]:
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
            "region": lambda: [region_of(self.catalog), *self._literals(fact, str)],
            "months": lambda: ["2016-03/2019-08"],
            "address": lambda: ["株洲市天元区示例路 12 号"],
            "text": lambda: ["示例"[: attribute.max_length], *self._literals(fact, str)],
        }
        return made[attribute.kind]()

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
        days = 40 + next(_TURNS) % DAYS_OF_BIRTH
        return self.identities.resident_id(self.on.replace(year=self.on.year - age, day=1) - timedelta(days=days), sex)


def _conditions(service: ServiceDefinition) -> list[Condition]:
    """All conditions of a service, in its own words: first those of acceptance."""
    own = [one.that for one in service.requires] + [need.when for need in service.needs]
    own += [fee.exempt for fee in service.fees]
    own += [one for paper in service.evidence for one in (paper.when, paper.waived_if)]
    return [one for one in own if one is not None]


def region_of(catalog: Catalog) -> str:
    """The county that has most offices, the first of those that have as many: where walkers live."""
    regions = (office.region for office in catalog.offices.values())
    counts = Counter(region[:COUNTY_DIGITS] for region in regions if len(region) >= COUNTY_DIGITS)
    return min(counts, key=lambda region: (-counts[region], region), default="")


@dataclass(frozen=True)
class _Lookup:
    """The value of a fact: given, or derived from what is given."""

    examples: Examples
    values: Mapping[str, Value]

    def __call__(self, fact: str) -> Value | Unknown:
        role, _, name = fact.partition(".")
        examples = self.examples
        attributes = examples.catalog.types[examples.offer.subjects[role].type].attributes
        given = lambda each: self.values.get(f"{role}.{each}", UNKNOWN)  # noqa: E731 - one line of one use
        return derived_from(examples.catalog, attributes, name, given, examples.on)
