"""What is known of each fact of each kind of member, and what follows for conditions: true, false or undecided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, product
from typing import Final, NamedTuple, TypeAlias

from tongban.catalog.conditions import UNKNOWN, Condition, Unknown
from tongban.catalog.vocabulary import Value
from tongban.planner.deriving import derived_value
from tongban.planner.members import kinds_of, sort_facts
from tongban.planner.outline import Fact, Outline
from tongban.planner.request import Known, Request

FactId: TypeAlias = tuple[str, int]
"""A fact of one kind of members: its name and the kind's place in its group; 0 where there is only one."""


class Standing(NamedTuple):
    """How a fact stands before any service runs.

    ``has_value``: somebody said a value (absence answers a condition, but fills no need); ``is_official``: not by the
    applicant's word. ``is_held``: its holder can be asked: there is one, it answers, and has neither denied nor erred.
    ``is_waited_for``: its holder is down and nobody's word is enough. ``is_askable``: the applicant's word is wanted.
    """

    has_value: bool
    is_official: bool
    is_held: bool
    is_waited_for: bool
    is_askable: bool


SHOWN_BY_LOGIN: Final = Standing(has_value=True, is_official=True, is_held=False, is_waited_for=False, is_askable=False)


class Knowledge:
    """Everything a plan may count on, by fact and kind. What it is asked twice it looks up once."""

    def __init__(self, outline: Outline, request: Request) -> None:
        self.outline = outline
        self.on = request.on
        self.unavailable = request.unavailable
        self.supposed = sort_facts(outline, request)
        self.kinds = kinds_of(outline, self.supposed, request.on)
        self._members: dict[tuple[str, frozenset[int]], tuple[int, ...]] = {}
        self._known: dict[FactId, Known | None] = {}
        self._values: dict[FactId, Value | Unknown] = {}
        self._standings: dict[FactId, Standing] = {}
        self._truths: dict[tuple[str, str | None, int], bool | None] = {}

    def members(self, group: str | None, kind: int) -> Sequence[int]:
        """The numbers of the members of a kind; empty where there is no group."""
        return self.kinds[group][kind] if group is not None else ()

    def members_of(self, group: str | None, kinds: Iterable[int]) -> tuple[int, ...]:
        """The numbers of the members of several kinds, in order; put together once, for they may be very many."""
        if group is None:
            return ()
        key = (group, frozenset(kinds))
        found = self._members.get(key)
        if found is None:
            found = self._members[key] = tuple(sorted(chain.from_iterable(self.kinds[group][kind] for kind in key[1])))
        return found

    def kinds_in(self, group: str | None) -> range:
        """The places of a group's kinds; one where there is no group."""
        return range(len(self.kinds[group])) if group is not None else range(1)

    def weight(self, fact: FactId) -> int:
        """For how many members a fact of this kind stands."""
        group = self.fact(fact).group
        return len(self.kinds[group][fact[1]]) if group is not None else 1

    def fact(self, fact: FactId) -> Fact:
        """The outline's fact."""
        return self.outline.fact(fact[0])

    def ids(self, name: str, group: str | None, kind: int) -> tuple[FactId, ...]:
        """The fact as a run for ``kind`` of ``group`` sees it: its own, the only one, or that of every kind."""
        return tuple((name, each) for each in self.kinds_seen(self.outline.fact(name).group, group, kind))

    def kinds_of_subject(self, subject: str, group: str | None, kind: int) -> Sequence[int]:
        """The kinds of a subject that such a run sees."""
        return self.kinds_seen(self.outline.subjects[subject].group, group, kind)

    def kinds_seen(self, own: str | None, group: str | None, kind: int) -> Sequence[int]:
        """The kinds of group ``own`` that a run for ``kind`` of ``group`` sees."""
        if own is None:
            return (0,)
        return (kind,) if own == group else self.kinds_in(own)

    def inputs(self, fact: FactId) -> tuple[FactId, ...]:
        """What the fact is derived from; empty where it is not."""
        return tuple((name, fact[1]) for name in self.fact(fact).inputs)

    def known(self, fact: FactId) -> Known | None:
        """What the request says of the fact; for a kind, what it says of its first member."""
        if fact in self._known:
            return self._known[fact]
        name, kind = fact
        group = self.outline.fact(name).group
        found = self._known[fact] = self.supposed.of(name, group, self.kinds[group][kind][0] if group else 0)
        return found

    def is_shown_by_login(self, fact: FactId) -> bool:
        """Whether the applicant shows it by logging in, and nothing else is said of it."""
        return fact[0] == self.outline.shown_by_login and self.known(fact) is None

    def value(self, fact: FactId) -> Value | Unknown:
        """The value: said, or derived from what is said."""
        if fact not in self._values:
            known = self.known(fact)
            if known is None or (known.value is None and self.fact(fact).inputs):
                inputs = [self.value(each) for each in self.inputs(fact)]
                reckoned = derived_value(self.outline.catalog, self.fact(fact).attribute, inputs, self.on)
                self._values[fact] = known.value if known and isinstance(reckoned, Unknown) else reckoned
            else:
                self._values[fact] = known.value
        return self._values[fact]

    def standing(self, fact: FactId) -> Standing:
        """What its source and the request say of a fact, looked up once."""
        found = self._standings.get(fact)
        if found is None:
            found = self._standings[fact] = self._stands(fact)
        return found

    def _stands(self, fact: FactId) -> Standing:
        if self.is_shown_by_login(fact):
            return SHOWN_BY_LOGIN
        known = self.known(fact)
        attribute = self.fact(fact).attribute
        has_value = known is not None and known.value is not None
        is_contested = known is not None and (known.disputed or known.is_unsupported)
        has_holder = attribute.held_by is not None and (known is None or (has_value and not is_contested))
        is_down = attribute.held_by in self.unavailable
        is_held = has_holder and not is_down
        return Standing(
            has_value,
            has_value and known is not None and known.source != "claimed" and not known.disputed,
            is_held,
            has_holder and is_down and not attribute.claimable,
            attribute.claimable and not has_value and not is_held,
        )

    def truth(self, condition: Condition | None, group: str | None, kind: int) -> bool | None:
        """Whether it holds for a run of ``kind``; true where there is no condition, None while undecided.

        A run that stands for no single member asks whether it holds for any.
        """
        if condition is None:
            return True
        key = (condition.text, group, kind)
        if key not in self._truths:
            self._truths[key] = self._judge(condition, group, kind)
        return self._truths[key]

    def _judge(self, condition: Condition, group: str | None, kind: int) -> bool | None:
        undecided = False
        for facts in self._bound(condition, group, kind):
            truth = condition.evaluate(lambda name, facts=facts: self.value(facts[name]))  # type: ignore[misc] # a default binds it now
            if truth:
                return True
            undecided = undecided or truth is None
        return None if undecided else False

    def open_facts(
        self, condition: Condition, group: str | None, kind: int, value: Callable[[FactId], Value | Unknown]
    ) -> frozenset[FactId]:
        """The facts that may still decide a condition of a run of ``kind``, with ``value`` for what is known."""
        found: set[FactId] = set()
        for facts in self._bound(condition, group, kind):

            def lookup(name: str, facts: Mapping[str, FactId] = facts) -> Value | Unknown:
                return value(facts[name])

            if condition.evaluate(lookup):
                return frozenset()
            found.update(facts[name] for name in condition.open_facts(lookup))
        return frozenset(found)

    def lasting(self, fact: FactId) -> Value | Unknown:
        """The value, as far as no service here sets it anew: unknown where one may yet make or change it."""
        value = self.value(fact)
        if isinstance(value, Unknown):
            return UNKNOWN
        for part in self.outline.makers_outside(fact[0]):
            for one in part.products:
                changes = one.produced.how == "value" and one.produced.value != value
                if one.fact == fact[0] and (value is None or changes):
                    return UNKNOWN
        if self.known(fact) is None and any(self.lasting(each) is UNKNOWN for each in self.inputs(fact)):
            return UNKNOWN
        return value

    def _bound(self, condition: Condition, group: str | None, kind: int) -> Iterator[dict[str, FactId]]:
        """What the names in a condition stand for: of a run for no single member once for each kind there is."""
        for kinds in self._choices(condition, group, kind):
            owns = {name: self.outline.fact(name).group for name in condition.facts}
            yield {name: (name, kinds[own] if own is not None else 0) for name, own in owns.items()}

    def _choices(self, condition: Condition, group: str | None, kind: int) -> Iterator[dict[str, int]]:
        groups = {own for name in condition.facts if (own := self.outline.fact(name).group)} - {group}
        fixed = {group: kind} if group is not None else {}
        if not groups:
            yield fixed
            return
        for kinds in product(*(self.kinds_in(own) for own in sorted(groups))):
            yield fixed | dict(zip(sorted(groups), kinds, strict=True))

    def reads(self, condition: Condition, group: str | None, kind: int) -> Iterator[FactId]:
        """The facts that a condition of a run of ``kind`` reads, in order of their names."""
        for name in sorted(condition.facts):
            yield from self.ids(name, group, kind)

    def is_unknown(self, fact: FactId) -> bool:
        """Whether nobody knows its value, nor that there is none."""
        return self.value(fact) is UNKNOWN
