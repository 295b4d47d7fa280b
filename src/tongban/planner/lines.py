"""The lines of a plan, read off an outcome: facts, papers, open questions, signers, services and their hand-overs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tongban.catalog.sentences import unmet_sentence
from tongban.catalog.vocabulary import Attribute, Value
from tongban.planner.knowledge import FactId, Knowledge
from tongban.planner.offices import office_of
from tongban.planner.outcome import How, Outcome, PaperHow, Use
from tongban.planner.path import critical_path, slacks
from tongban.planner.plan import (
    Act,
    FactLine,
    Handover,
    PaperLine,
    Receipt,
    Schedule,
    ServiceLine,
    SignerLine,
    UndecidedLine,
    Unmet,
)
from tongban.planner.request import LOG_IN
from tongban.planner.requirements import lookup_of
from tongban.planner.selection import Run

LAST: Final = 1_000_000
"""The place of what the bundle does not word: after all that it does."""


def fact_lines(outcome: Outcome) -> tuple[FactLine, ...]:
    """Every fact once for each way it is had; kinds that need it alike stand in one line."""
    knowledge = outcome.knowledge
    groups: dict[tuple[str, How, str, tuple[str, ...]], list[FactId]] = {}
    for use, services in outcome.uses.items():
        groups.setdefault((use.fact[0], use.how, use.by, tuple(sorted(services))), []).append(use.fact)
    lines: list[FactLine] = []
    for (name, how, by, needed_by), facts in groups.items():
        if how == "known":
            lines.extend(_known_lines(knowledge, name, facts, needed_by))
        else:
            lines.append(_fact_line(knowledge, name, facts, Use(facts[0], how, by), needed_by))
    return tuple(sorted(lines, key=lambda line: (line.fact, line.members, line.by or "")))


def _fact_line(
    knowledge: Knowledge, name: str, facts: Sequence[FactId], use: Use, needed_by: tuple[str, ...]
) -> FactLine:
    fact = knowledge.outline.fact(name)
    members = knowledge.members_of(fact.group, (kind for _, kind in facts))
    if use.how == "fetched":
        holder = fact.attribute.held_by
        return FactLine(name, members, needed_by, use.how, holder=holder, is_waiting=holder in knowledge.unavailable)
    if use.how == "derived":
        return FactLine(name, members, needed_by, use.how, inputs=fact.inputs)
    return FactLine(name, members, needed_by, use.how, by=use.by or None)


def _known_lines(
    knowledge: Knowledge, name: str, facts: Sequence[FactId], needed_by: tuple[str, ...]
) -> Iterator[FactLine]:
    """One line for each value and source: the members of a kind need not have the same name.

    Of those of whom nothing is said alone, be they ever so many, all is said at once.
    """
    group, supposed = knowledge.outline.fact(name).group, knowledge.supposed
    alone = supposed.single.get(group or "", {})
    found: dict[tuple[type, Value, str], list[int]] = {}
    for fact in facts:
        if knowledge.is_shown_by_login(fact):
            yield FactLine(name, (), needed_by, "known", source=LOG_IN)
        members = knowledge.members(group, fact[1]) or (0,)
        likes = [[member] for member in members if member in alone] if alone else []
        likes.append([member for member in members if member not in alone] if alone else list(members))
        for alike in likes:
            known = supposed.of(name, group, alike[0]) if alike else None
            if known is not None:
                found.setdefault((type(known.value), known.value, known.source), []).extend(alike)
    for (_, value, source), members in found.items():
        numbers = tuple(sorted(members)) if group is not None else ()
        yield FactLine(name, numbers, needed_by, "known", value=value, source=source)


def paper_lines(outcome: Outcome) -> tuple[PaperLine, ...]:
    """Every paper once for each way it is met."""
    knowledge = outcome.knowledge
    groups: dict[tuple[str, str, PaperHow, tuple[str, ...]], list[int]] = {}
    for ((evidence, subject, kind), how), services in outcome.papers.items():
        groups.setdefault((evidence, subject, how, tuple(sorted(services))), []).append(kind)
    lines = [
        PaperLine(evidence, subject, knowledge.members_of(_group(knowledge, subject), kinds), how, by)
        for (evidence, subject, how, by), kinds in groups.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.id, line.subject, line.how, line.members)))


def _group(knowledge: Knowledge, subject: str) -> str | None:
    return knowledge.outline.subjects[subject].group


def undecided_lines(outcome: Outcome) -> tuple[UndecidedLine, ...]:
    """What conditions wait for: what settles most services first, then as the bundle words them."""
    knowledge = outcome.knowledge
    order = knowledge.outline.question_order
    settles: dict[str, set[str]] = {}
    kinds: dict[str, list[int]] = {}
    for fact, services in [*outcome.open.items(), *((fact, set[str]()) for fact in _open_signers(knowledge))]:
        settles.setdefault(fact[0], set()).update(services)
        kinds.setdefault(fact[0], []).append(fact[1])
    names = sorted(settles, key=lambda name: (-len(settles[name]), order.get(name, LAST), name))
    return tuple(
        UndecidedLine(
            name,
            knowledge.members_of(knowledge.outline.fact(name).group, kinds[name]),
            _options(knowledge.outline.fact(name).attribute),
            tuple(sorted(settles[name])),
            outcome.how_at_first((name, kinds[name][0])),
        )
        for name in names
    )


def _options(attribute: Attribute) -> tuple[Value, ...]:
    if attribute.kind == "boolean":
        return (True, False)
    return tuple(option.value for option in attribute.options)


def _open_signers(knowledge: Knowledge) -> Iterator[FactId]:
    bundle = knowledge.outline.bundle
    for condition in bundle.signers_when.values() if bundle else ():
        if knowledge.truth(condition, None, 0) is None:
            yield from sorted(knowledge.open_facts(condition, None, 0, knowledge.value))


def signer_lines(outcome: Outcome) -> tuple[SignerLine, ...]:
    """Who signs and who consents, as far as their conditions hold or are open."""
    knowledge = outcome.knowledge
    bundle = knowledge.outline.bundle
    if bundle is None:
        applicant = knowledge.outline.applicant
        acts: list[tuple[str, Act]] = [(applicant, "sign")] if applicant else []
    else:
        acts = [*((one, "sign") for one in bundle.signatures), *((one, "consent") for one in bundle.consents)]
    lines = []
    for subject, act in acts:
        group = _group(knowledge, subject)
        when = bundle.signers_when.get(subject) if bundle else None
        truths = {kind: knowledge.truth(when, group, kind) for kind in knowledge.kinds_in(group)}
        for truth in (True, None):
            kinds = [kind for kind, each in truths.items() if each is truth]
            if kinds:
                members = knowledge.members_of(group, kinds)
                lines.append(SignerLine(subject, act, members, when.text if when and truth is None else None))
    return tuple(sorted(lines, key=lambda line: (line.subject, line.act, line.members)))


def service_lines(outcome: Outcome) -> tuple[ServiceLine, ...]:
    """The services by start, then id."""
    knowledge = outcome.knowledge
    running = [run for _, run in outcome.runs]
    slack = slacks(outcome)
    lines = []
    for place, run in outcome.runs:
        dates = outcome.dates[place]
        part = run.part
        lines.append(
            ServiceLine(
                run.id,
                part.roles,
                knowledge.members_of(run.part.group, [run.kind]),
                tuple(sorted({outcome.supply.runs[feeder].id for feeder in outcome.feeds[place]})),
                office_of(knowledge, running, run),
                dates.start,
                dates.due,
                dates.days,
                slack[place],
                part.when.text if run.is_open and part.when else None,
                tuple(_unmet(outcome, place, run)),
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.start, line.id, line.members, sorted(line.roles.items()))))


def _unmet(outcome: Outcome, place: int, run: Run) -> Iterator[Unmet]:
    """Requirements that are not met now, and that no earlier service of the plan bears upon."""
    changed = {fact for facts in outcome.feeds[place].values() for fact in facts}
    catalog, service = outcome.knowledge.outline.catalog, run.part.service
    lookup = lookup_of(outcome.knowledge, run.part, run.kind)
    for condition, declared in zip(run.part.requires, run.part.service.requires, strict=True):
        is_settled = not condition.facts & changed
        if is_settled and outcome.knowledge.truth(condition, run.part.group, run.kind) is False:
            otherwise = unmet_sentence(catalog, service, declared, lookup)
            yield Unmet(condition.text, otherwise, declared.because.law, declared.because.articles)


def handovers(outcome: Outcome) -> tuple[Handover, ...]:
    """What services give to one another."""
    runs = outcome.supply.runs
    found = {
        (runs[feeder].id, runs[place].id, fact)
        for place, feeders in outcome.feeds.items()
        for feeder, facts in feeders.items()
        for fact in facts
    }
    return tuple(Handover(*each) for each in sorted(found))


def receipts(outcome: Outcome) -> tuple[Receipt, ...]:
    """The credentials that come out of it, by day."""
    found = []
    for place, run in outcome.runs:
        service = run.part.service
        if service.credential:
            holder = run.part.roles.get(service.holder) if service.holder else None
            on = outcome.dates[place].due
            members = outcome.knowledge.members_of(run.part.group, [run.kind])
            found.append(Receipt(run.id, service.credential, holder, members, on))
    return tuple(sorted(found, key=lambda one: (one.on, one.service, one.members)))


def schedule(outcome: Outcome) -> Schedule:
    """The whole: from submission to the last due date."""
    start = outcome.timing.on
    end = max((dates.due for dates in outcome.dates.values()), default=start)
    path = tuple(dict.fromkeys(outcome.supply.runs[place].id for place in critical_path(outcome)))
    covered = outcome.timing.calendar.covers(end.year) and outcome.timing.calendar.covers(start.year)
    return Schedule(start, outcome.solution.days, end, path, not covered)


def reasons(outcome: Outcome) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    """For every fact and paper which service wants it by which article."""
    return {key: tuple(sorted(found)) for key, found in sorted(outcome.because.items()) if found}
