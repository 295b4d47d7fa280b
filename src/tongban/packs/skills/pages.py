"""The ladder of skilled workers, from apprentice to chief technician: which rung is the reader's, and what is missing.

Nothing of it is written here. The rungs are the grades of the vocabulary; the way to a rung is the service that makes
somebody's grade of an answer that it asks for; what is missing is what that service's own conditions say of the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from tongban.pack_api import Text, Value, definitions, now
from tongban.pack_pages import (
    Judged,
    Page,
    Reader,
    facts_behind,
    judged,
    offer_address,
    own_facts,
    own_relations,
    portal_page,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from tongban.catalog.model import Catalog, ServiceDefinition
    from tongban.catalog.vocabulary import Attribute

PERSON = "base/Person"
STUDIO = "skills/master-studio"
APPRENTICESHIP = "skills/apprenticeship-filing"
ALLOWANCE = "insurance-benefits/skill-subsidy"
ALLOWED_AS = {"junior": "junior", "intermediate": "middle", "advanced": "senior"}
"""What the pack of benefits, which may be missing, calls the grades for which it pays."""

SHOWN = (
    "skill_trade",
    "skill_grade",
    "skill_graded_on",
    "skill_certificate_number",
    "contest_award",
    "contest_award_on",
    "apprentices_certified",
)
APPRENTICE = Text("学徒工（还没有等级）", "Apprentice (no grade yet)")
ANY_TRADE = "本职业"
PURPOSE = Text("看自己的技能等级还差什么", "Looking at one's own ladder of skills")

Facts = Mapping[str, Value]
State = Literal["held", "next", "later"]


@dataclass(frozen=True)
class Rung:
    """A grade, the service that leads to it, and its conditions: for this reader where it is ``next``, else in general.

    ``allowance_fen`` is paid for its certificate, at most.
    """

    title: Text
    state: State
    service: ServiceDefinition
    judged: tuple[Judged, ...]
    allowance_fen: int | None
    is_mine: bool = False

    @property
    def conditions(self) -> tuple[Judged, ...]:
        """Those that concern whoever goes up here from the rung below."""
        return tuple(one for one in self.judged if one.concerns)

    @property
    def missing(self) -> tuple[Judged, ...]:
        """The conditions that are plainly not met."""
        return tuple(one for one in self.conditions if one.is_met is False)

    @property
    def is_own(self) -> bool:
        """Whether the worker applies, and no company for the worker."""
        return self.service.roles[self.service.applicant].type == PERSON

    @property
    def allowance(self) -> str:
        """The allowance in yuan; empty where there is none."""
        return f"{self.allowance_fen / 100:,.2f}".removesuffix(".00") if self.allowance_fen else ""

    @property
    def address(self) -> str:
        """Where it is applied for."""
        return offer_address(self.service.id)


def ladder(catalog: Catalog, facts: Facts | None, on: date) -> list[Rung]:
    """The rungs from the lowest, for somebody of whom the registers hold these facts by name; None: for anybody."""
    ways, trades = origins(catalog, "skill_grade"), origins(catalog, "skill_trade")
    options = catalog.types[PERSON].attributes["skill_grade"].options
    places = {option.value: place for place, option in enumerate(options)}
    mine = -1 if facts is None else places.get(str(facts.get("skill_grade")), -1)
    found = []
    for place, option in enumerate(options):
        way = next(
            ((each, fact) for each, fact in ways.items() if _offers(attribute_of(catalog, each, fact), option.value)),
            None,
        )
        if way is None:
            continue
        service, asked = way
        trade = facts.get("skill_trade") if facts else None
        answers: dict[str, Value] = {asked: option.value}
        if service in trades:
            answers[trades[service]] = trade or ANY_TRADE
        below = _below(options[place - 1].value if place else None, str(trade or ANY_TRADE))
        conditions = _judged(catalog, service, below, answers, on)
        state: State = "held" if place <= mine else "later"
        if facts is not None and place > mine:
            own = _judged(catalog, service, facts, answers, on)
            if place == mine + 1 or all(one.is_met is not False for one in own):
                state, conditions = "next", own
        definition = catalog.services[service]
        fen = _allowance_fen(catalog, option.value, on)
        found.append(Rung(option.label, state, definition, conditions, fen, is_mine=place == mine))
    return found


def origins(catalog: Catalog, name: str) -> dict[str, str]:
    """The services in which somebody asks for this attribute of a person, and the answer that becomes it.

    What a service copies from what another one made leads back to that other one.
    """
    found: dict[str, str] = {}
    waiting = [(PERSON, name)]
    for wanted in waiting:  # grows while it is walked
        for service in catalog.services.values():
            for made in service.produces:
                role, _, made_name = made.fact.partition(".")
                if made.how != "fact" or (service.roles[role].type, made_name) != wanted:
                    continue
                source = attribute_of(catalog, service.id, made.of[0])
                if source.claimable:
                    found[service.id] = made.of[0]
                elif (source.type, source.name) not in waiting:
                    waiting.append((source.type, source.name))
    return found


def attribute_of(catalog: Catalog, service: str, fact: str) -> Attribute:
    """What the vocabulary says of a service's fact."""
    role, _, name = fact.partition(".")
    return catalog.types[catalog.services[service].roles[role].type].attributes[name]


def worker_of(service: ServiceDefinition) -> str:
    """The role of the one person that a service of the ladder is about."""
    return next(name for name, role in service.roles.items() if role.type == PERSON)


def _offers(attribute: Attribute, value: str) -> bool:
    return any(option.value == value for option in attribute.options)


def _below(grade: str | None, trade: str) -> Facts:
    """What holds of whoever stands on the rung below, as far as it is the same for all of them."""
    return {"skill_grade": grade, "skill_trade": trade if grade else None}


def _judged(catalog: Catalog, service: str, facts: Facts, answers: Mapping[str, Value], on: date) -> tuple[Judged, ...]:
    """The conditions of a service that say what they ask for, and whatever is not met."""
    role = worker_of(catalog.services[service])
    of_role = {
        fact: facts[name]
        for fact in facts_behind(catalog, service)
        for subject, _, name in [fact.partition(".")]
        if subject == role and name in facts
    }
    found = judged(catalog, service, {**of_role, **answers}, on)
    return tuple(one for one in found if one.asks is not None or one.is_met is False)


def _allowance_fen(catalog: Catalog, grade: str, on: date) -> int | None:
    """What the certificate of a grade brings at most, by the rule of the service that pays it; None where none does."""
    service = catalog.services.get(ALLOWANCE)
    if service is None or grade not in ALLOWED_AS:
        return None
    made = next(one for one in service.produces if one.fact == "subsidy.paid_fen")
    amount = catalog.functions[made.rule or ""]({made.of[0]: ALLOWED_AS[grade]}, 0, on)
    return amount if isinstance(amount, int) else None


def _wanted(catalog: Catalog) -> frozenset[str]:
    """The attributes of a person that the ladder and the studio look at."""
    services = [*origins(catalog, "skill_grade"), STUDIO]
    behind = (
        name
        for service in services
        for subject, _, name in (fact.partition(".") for fact in facts_behind(catalog, service))
        if subject == worker_of(catalog.services[service])
    )
    return frozenset([*behind, *SHOWN])


def show(request: HttpRequest, reader: Reader | None) -> HttpResponse:
    """The ladder: a worker's own, or that of anybody."""
    catalog, on = definitions(), now().date()
    is_worker = reader is not None and reader.kind == "person" and reader.subject_id is not None
    facts: dict[str, Value] = {}
    studios: list[dict[str, Value]] = []
    if reader is not None and is_worker:
        facts = own_facts(reader, _wanted(catalog), PURPOSE)
        studios = own_relations(reader, "skills/Studio", "master", ["studio_number"], PURPOSE)
    is_read = is_worker and "skill_grade" in facts
    rungs = ladder(catalog, facts if is_read else None, on)
    headline, lead = _first_words(rungs, is_worker=is_worker, is_read=is_read)
    context = {
        "headline": headline,
        "lead": lead,
        "reader_known": is_worker,
        "tab": "me" if is_worker else "",
        "is_own": is_read,
        "rungs": rungs[::-1],
        "start": APPRENTICE,
        "has_grade": any(rung.is_mine for rung in rungs),
        "mine": next((rung.title for rung in rungs if rung.is_mine), APPRENTICE),
        "rows": list(_rows(catalog, facts, studios)) if is_read else [],
        "studio": _judged(catalog, STUDIO, facts if is_read else {}, {}, on),
        "studio_title": catalog.services[STUDIO].title,
        "studio_address": offer_address(STUDIO),
        "apprenticeship_title": catalog.services[APPRENTICESHIP].title,
        "apprenticeship_address": offer_address(APPRENTICESHIP),
        "allowance_address": offer_address(ALLOWANCE),
        "sources": list(_sources(catalog, rungs)),
    }
    return portal_page(request, "skills/ladder.html", context)


def _first_words(rungs: list[Rung], *, is_worker: bool, is_read: bool) -> tuple[Text, Text]:
    """The answer that the page begins with, and the sentence after it."""
    if not is_read:
        count = len(rungs) + 1
        return (
            Text(f"从学徒工到首席技师，一共 {count} 级", f"From apprentice to chief technician: {count} rungs"),
            Text(
                "人社的登记簿现在读不到，先看一般的条件。",
                "The register cannot be read now; these are the conditions in general.",
            )
            if is_worker
            else Text("每一级要什么，都在这里。", "What each rung asks for."),
        )
    ahead = next((rung for rung in rungs if rung.state == "next"), None)
    if ahead is None:
        top = rungs[-1].title
        return Text(f"你是{top.zh}，已经是最上一级", f"{top.en}: the highest rung"), Text(
            "带徒弟，传手艺。", "Pass it on."
        )
    title, missing = ahead.title, ahead.missing
    if not missing:
        return (
            Text(f"你可以报{title.zh}了", f"You can go for {title.en}"),
            Text("登记簿里查得到的条件都够。", "All that the register can tell is met."),
        )
    things = "thing is" if len(missing) == 1 else "things are"
    return (
        Text(f"离{title.zh}还差 {len(missing)} 样", f"{len(missing)} {things} missing for {title.en}"),
        missing[0].otherwise or Text("看下面缺什么。", "See below what is missing."),
    )


def _rows(catalog: Catalog, facts: Facts, studios: list[dict[str, Value]]) -> Iterator[tuple[Text, Any]]:
    """What the registers hold that counts on the ladder: label and value."""
    attributes = catalog.types[PERSON].attributes
    for name in SHOWN:
        value, options = facts.get(name), attributes[name].options
        label = next((option.label for option in options if option.value == value), value)
        yield attributes[name].label, label
    numbers = [str(one["studio_number"]) for one in studios if one.get("studio_number")]
    yield catalog.types["skills/Studio"].label, "、".join(numbers) or None


def _sources(catalog: Catalog, rungs: list[Rung]) -> Iterator[tuple[Text, bool]]:
    """The documents that the conditions come from, and whether each was read in its text."""
    laws = {one.requirement.because.law for rung in rungs for one in rung.conditions}
    for law in sorted(laws):
        yield catalog.laws[law].title, catalog.laws[law].status == "verified"


TITLE = Text("我的技能等级：还差什么", "My skill grades: what is missing")
PAGES = [
    Page("ladder", Text("技能等级的梯子", "The ladder of skills"), "portal", "anybody", show),
    Page("my-ladder", TITLE, "portal", "person", show),
]
