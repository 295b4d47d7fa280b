"""Who takes part, in how many kinds: members of a many subject that are alike are planned once.

Two members are of one kind when every fact that a condition reads, that routes, or that a service sets is the same for
both, and when the same facts are known of both from sources of equal weight. 50,000 new employees cost as much as the
kinds among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tongban.catalog.conditions import UNKNOWN, Unknown
from tongban.catalog.vocabulary import Text, Value
from tongban.planner.deriving import derived_from
from tongban.planner.outline import Fact, Outline
from tongban.planner.problems import Issue, PlanError
from tongban.planner.request import Known, Request, check_known, split_key

Kinds = Mapping[str, tuple[Sequence[int], ...]]
"""For each group of many subjects its kinds, each the numbers of its members in order."""


@dataclass(eq=False)
class Supposed:
    """The request's facts sorted: said of all members (or of the only one), and said of single members, by group."""

    general: dict[str, Known] = field(default_factory=dict)
    single: dict[str, dict[int, dict[str, Known]]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def of(self, fact: str, group: str | None, member: int) -> Known | None:
        """What is known of a fact of one member; ``member`` is of no matter where there is no group."""
        if group is not None:
            said = self.single.get(group, {}).get(member)
            if said is not None and fact in said:
                return said[fact]
        return self.general.get(fact)


def sort_facts(outline: Outline, request: Request) -> Supposed:
    """Check the request's facts and counts against the outline. Raises PlanError with all that is wrong."""
    supposed = Supposed(counts=dict.fromkeys((each.group for each in outline.subjects.values() if each.group), 0))
    issues: list[Issue] = []
    for key, known in request.facts.items():
        try:
            attribute = outline.attribute_of(key)
        except PlanError as error:
            issues.extend(error.issues)
            continue
        issue = check_known(attribute, key, known)
        if issue:
            issues.append(issue)
        subject, member, name = split_key(key)
        group = outline.subjects[subject].group
        if member is None or group is None:
            supposed.general[f"{subject}.{name}"] = known
        else:
            supposed.single.setdefault(group, {}).setdefault(member, {})[f"{subject}.{name}"] = known
            supposed.counts[group] = max(supposed.counts[group], member)
    issues += _count(outline, request, supposed)
    if issues:
        raise PlanError(*issues)
    return supposed


def _count(outline: Outline, request: Request, supposed: Supposed) -> list[Issue]:
    """The number of members is the highest that is named, or what the request says; one where nothing is said."""
    issues = []
    said: dict[str, int] = {}
    for subject, count in request.counts.items():
        group = outline.subjects[subject].group if subject in outline.subjects else None
        if group is None:
            text = Text(f"“{subject}”不是可以有几个的主体", f"“{subject}” is no subject of which there may be several.")
            issues.append(Issue("unknown-subject", f"counts.{subject}", text))
        else:
            said[group] = max(count, said.get(group, 0))
    for group, highest in supposed.counts.items():
        supposed.counts[group] = max(highest, said.get(group, 1))
    return issues


def kinds_of(outline: Outline, supposed: Supposed, on: date) -> Kinds:
    """Sort the members of each group into kinds, by the lowest number in each."""
    kinds: dict[str, tuple[Sequence[int], ...]] = {}
    for group, count in supposed.counts.items():
        if count == 1:
            kinds[group] = ((1,),)
            continue
        single = supposed.single.get(group, {})
        mark = _Mark(outline, group, supposed.general, on)
        alike: dict[object, list[int]] = {}
        for member in sorted(single):
            alike.setdefault(mark.of(single[member]), []).append(member)
        if len(single) < count:
            rest = [member for member in range(1, count + 1) if member not in single]
            alike.setdefault(mark.of({}), []).extend(rest)
        kinds[group] = tuple(sorted((tuple(sorted(members)) for members in alike.values()), key=lambda each: each[0]))
    return kinds


class _Mark:
    """What distinguishes a member for the plan."""

    def __init__(self, outline: Outline, group: str, general: Mapping[str, Known], on: date) -> None:
        self.outline = outline
        self.general = general
        self.on = on
        self.derived = [fact for fact in outline.derived_reads if fact.group == group]

    def of(self, own: Mapping[str, Known]) -> object:
        """Equal for members of one kind, given what is said of each alone."""
        reads = self.outline.reads
        marks: list[object] = [
            (
                fact,
                known.value is None,
                known.value if fact in reads else None,
                known.source,
                known.disputed,
                known.is_unsupported,
            )
            for fact, known in own.items()
            if self.general.get(fact) != known
        ]
        if own:
            marks += [(fact.name, self._derived(fact, own)) for fact in self.derived]
        return frozenset(marks)

    def _derived(self, fact: Fact, own: Mapping[str, Known]) -> object:
        subject = fact.name.partition(".")[0]

        def lookup(name: str) -> Value | Unknown:
            known = own.get(f"{subject}.{name}") or self.general.get(f"{subject}.{name}")
            return known.value if known else UNKNOWN

        attributes = self.outline.subjects[subject].type.attributes
        return derived_from(self.outline.catalog, attributes, fact.attribute.name, lookup, self.on)
