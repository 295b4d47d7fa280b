"""Compiles services, the credentials that they issue and the notices that cases send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from tongban.catalog.compile_reckoned import reckoned
from tongban.catalog.model import (
    Apart,
    CredentialDefinition,
    Detail,
    EvidenceNeed,
    Fee,
    LimitClasses,
    Limits,
    Need,
    NoticeDefinition,
    ProcedureDefinition,
    Produced,
    Requirement,
    Role,
    Routing,
    ServiceDefinition,
    Visit,
)
from tongban.catalog.names import Scope, text, text_or_none
from tongban.catalog.schema import (
    CredentialShape,
    EvidenceNeedShape,
    NoticeShape,
    ProducedShape,
    RoleShape,
    ServiceShape,
)
from tongban.catalog.sentences import facts_named
from tongban.catalog.values import WrongValue, read
from tongban.catalog.vocabulary import Attribute, EvidenceType, Kind, Value
from tongban.catalog.yaml_tree import Path
from tongban.clock.units import at_most
from tongban.policy import Rulebook

Roles = Mapping[str, str | None]
"""The type of each role; None where the type is wrong, so that nothing further is said about it."""

OF_THE_TEXT: Final = frozenset({"needs", "evidence", "requires", "law"})
"""What a service that is worked out takes from the text of the law."""

OF_THE_LIMIT: Final = frozenset({"limits", "limits.statutory"})
"""Either of these unverified: no text gives the limit."""


def compile_roles(scope: Scope, shapes: Mapping[str, RoleShape], path: Path) -> dict[str, Role]:
    """Roles of a service or subjects of a bundle; ends lead to other roles of the right type."""
    found = {}
    targets = {name: scope.id("type", shape.type, (*path, name, "type")) for name, shape in shapes.items()}
    for name, shape in shapes.items():
        kind = scope.types.get(targets[name] or "")
        if name == "open":
            scope.say("wrong-id", (*path, name), key=True, name=name)
        for end, role in shape.ends.items():
            here = (*path, name, "ends", end)
            if not scope.among("role", role, shapes, here) or kind is None:
                continue
            if scope.among("end", end, kind.ends, here, key=True):
                check_type(scope, role, targets[role], kind.ends[end], here)
        found[name] = Role(name, targets[name] or shape.type, shape.many, dict(shape.ends), text_or_none(shape.label))
    return _with_many_relations(found)


def _with_many_relations(roles: Mapping[str, Role]) -> dict[str, Role]:
    """A relation with an end that comes in numbers comes in numbers itself: member N belongs to member N."""
    many = {name for name, role in roles.items() if role.many}
    while more := {name for name, role in roles.items() if many.intersection(role.ends.values())} - many:
        many |= more
    return {name: replace(role, many=name in many) for name, role in roles.items()}


def check_type(scope: Scope, name: str, got: str | None, expected: str, path: Path) -> None:
    """Say when a subject is of another type than is needed; a type that is not there is complained of already."""
    its, needed = scope.types.get(got or ""), scope.types.get(expected)
    if its and needed and its is not needed:
        scope.say("wrong-role-type", path, name=name, got=its.label, expected=needed.label)


def role_types(scope: Scope, roles: Mapping[str, Role]) -> Roles:
    """The type of each role, None where it does not exist."""
    return {name: role.type if role.type in scope.types else None for name, role in roles.items()}


def compile_service(
    scope: Scope,
    shape: ServiceShape,
    evidence: Mapping[str, EvidenceType],
    procedures: Mapping[str, ProcedureDefinition],
    book: Rulebook,
) -> ServiceDefinition:
    """One service; what is wrong is said, and then the definition is not used."""
    full = shape.service if "/" in shape.service else f"{scope.pack}/{shape.service}"
    compiled = compile_roles(scope, shape.roles, ("roles",))
    roles = role_types(scope, compiled)
    if not shape.law:
        scope.say("no-legal-basis", ("service",), name=full)
    procedure = scope.id("procedure", shape.procedure, ("procedure",)) or shape.procedure
    holder = shape.holder if shape.holder is None or scope.among("role", shape.holder, roles, ("holder",)) else None
    because = shape.asked_because
    return ServiceDefinition(
        full,
        text(shape.title),
        scope.id("authority", shape.authority, ("authority",)) or shape.authority,
        procedure,
        compiled,
        needs=_needs(scope, shape, roles),
        evidence=tuple(
            _evidence_need(scope, one, roles, evidence, ("evidence", index)) for index, one in enumerate(shape.evidence)
        ),
        requires=_requirements(scope, shape, roles),
        produces=tuple(
            reckoned(scope, fact, one, roles, book)
            if one.from_ == "policy"
            else _produced(scope, fact, one, roles, procedures.get(procedure))
            for fact, one in shape.produces.items()
        ),
        limits=_limits(scope, shape, roles),
        handled_at=_routing(scope, shape, roles),
        visits=tuple(
            Visit(one.at, one.phase, scope.reference(one.because, ("visits", index, "because")))
            for index, one in enumerate(shape.visits)
        ),
        apart=_apart(scope, shape, roles),
        law=scope.references(shape.law, ("law",)),
        credential=scope.id_or_none("credential", shape.credential, ("credential",)),
        holder=holder,
        effect=None if shape.effect is None else scope.effect(shape.effect, ("effect",)),
        fees=_fees(scope, shape, roles),
        delivery=tuple(shape.delivery),
        words=tuple(shape.words),
        plain=text_or_none(shape.plain),
        steps=shape.steps,
        in_force_from=shape.in_force.from_,
        in_force_to=shape.in_force.to,
        code_basic=shape.code.basic,
        code_source=shape.code.source,
        asked_because=None if because is None else scope.reference(because, ("asked_because",)),
        unverified=_unverified(scope, shape),
        applicant=_applicant(scope, shape, compiled),
        level=_level(shape),
        kind=shape.kind,
        source=shape.source,
    )


def _applicant(scope: Scope, shape: ServiceShape, roles: Mapping[str, Role]) -> str:
    """Who applies for the service alone: the role it names, else the first that is no relation."""
    if shape.applicant is not None:
        scope.among("role", shape.applicant, roles, ("applicant",))
        return shape.applicant
    return next((name for name, role in roles.items() if not role.ends), "")


def _needs(scope: Scope, shape: ServiceShape, roles: Roles) -> tuple[Need, ...]:
    needs = []
    for index, one in enumerate(shape.needs):
        path = ("needs", index)
        scope.fact(one.fact, roles, (*path, "fact"))
        needs.append(Need(one.fact, scope.condition(one.when, roles, (*path, "when"))))
    return tuple(needs)


def _evidence_need(
    scope: Scope, shape: EvidenceNeedShape, roles: Roles, evidence: Mapping[str, EvidenceType], path: Path
) -> EvidenceNeed:
    full = scope.id("evidence", shape.evidence, (*path, "evidence"))
    paper = evidence.get(full or "")
    role = shape.of
    if paper is not None:
        fitting = [name for name, kind in roles.items() if kind == paper.of]
        if role is None and len(fitting) == 1:
            role = fitting[0]
        elif role is None and None not in roles.values():
            scope.say("missing-key", path, name="of")
        elif role is not None and scope.among("role", role, roles, (*path, "of")):
            check_type(scope, role, roles[role], paper.of, (*path, "of"))
    because = shape.because
    return EvidenceNeed(
        full or shape.evidence,
        role or "",
        shape.form,
        scope.condition(shape.when, roles, (*path, "when")),
        scope.condition(shape.waived_if, roles, (*path, "waived_if")),
        shape.deferrable,
        shape.promise,
        None if because is None else scope.reference(because, (*path, "because")),
    )


def _requirements(scope: Scope, shape: ServiceShape, roles: Roles) -> tuple[Requirement, ...]:
    found = []
    for index, one in enumerate(shape.requires):
        path = ("requires", index)
        condition = scope.condition(one.that, roles, (*path, "that"))
        because = scope.reference(one.because, (*path, "because"))
        said = {"otherwise": text_or_none(one.otherwise), "asks": text_or_none(one.asks)}
        for key, sentence in said.items():
            for fact in facts_named(sentence):
                scope.fact(fact, roles, (*path, key))
        if condition is not None:
            found.append(Requirement(condition, because, **said))
    return tuple(found)


def _produced(
    scope: Scope,
    fact: str,
    shape: ProducedShape,
    roles: Roles,
    procedure: ProcedureDefinition | None,
) -> Produced:
    path = ("produces", fact)
    attribute = scope.fact(fact, roles, path)
    value: Value = None
    if shape.from_ == "value" and attribute is not None:
        try:
            value = read(attribute, shape.value)
        except WrongValue as error:
            scope.say("wrong-value", path, problem=error.text)
    elif shape.from_ == "clerk" and procedure is not None:
        scope.among("step", shape.at, procedure.steps, (*path, "at"))
    elif shape.from_ == "fact" and len(shape.of) != 1:
        scope.say("missing-key", path, name="of")
    rule = _rule(scope, shape, path)
    for index, source in enumerate(shape.of):
        scope.fact(source, roles, (*path, "of", index))
    return Produced(fact, shape.from_, value, shape.at, rule, tuple(shape.of), shape.figure)


def _rule(scope: Scope, shape: ProducedShape, path: Path) -> str | None:
    """The function that a fact follows from: one of rules.py, or what works it out from the books of a pack."""
    wanted = {"rule": ("rule",), "books": ("rule", "figure")}.get(shape.from_, ())
    for name in wanted:
        if getattr(shape, name) is None:
            scope.say("missing-key", path, name=name)
    if not wanted or shape.rule is None:
        return None
    if shape.from_ == "books":
        return scope.figures(shape.rule, (*path, "rule"))
    rule = scope.function(shape.rule, (*path, "rule"))
    if rule is not None:
        scope.called(rule, (*path, "rule"), "facts", "int", "date")
    return rule


def _limits(scope: Scope, shape: ServiceShape, roles: Roles) -> Limits:
    promised, statutory = shape.limits.promised, shape.limits.statutory
    if promised is not None and statutory is not None and at_most(promised, statutory) is False:
        scope.say("promised-over-statutory", ("limits", "promised"), promised=str(promised), statutory=str(statutory))
    for index, one in enumerate(shape.evidence):
        if one.deferrable is not None and statutory is not None and at_most(one.deferrable, statutory) is False:
            path = ("evidence", index)
            scope.say("deferral-over-statutory", path, deferrable=str(one.deferrable), statutory=str(statutory))
    classes = _limit_classes(scope, shape, roles) if shape.limits.classes else None
    until = shape.limits.until
    if until is not None:
        _fact_of(scope, "date", until, roles, ("limits", "until"))
    return Limits(promised, statutory, shape.limits.status, shape.limits.source, classes, until)


def _level(shape: ServiceShape) -> Detail:
    """What its definition says; but what no text gives a limit to is worked out only where it is decided at once."""
    limits = shape.limits
    is_known = limits.statutory is not None and limits.status != "unverified"
    is_sourced = is_known and not OF_THE_LIMIT & {*shape.unverified}
    if shape.level == "outline" or is_sourced or limits.promised is None:
        return shape.level
    return "limit-unsourced"


def _limit_classes(scope: Scope, shape: ServiceShape, roles: Roles) -> LimitClasses | None:
    """The limits by class: one for each option of a choice, none beyond what is promised to all."""
    path, classes, promised = ("limits", "classes"), shape.limits.classes, shape.limits.promised
    if classes is None:
        return None
    attribute = _fact_of(scope, "choice", classes.fact, roles, (*path, "fact"))
    if attribute is not None:
        options = [option.value for option in attribute.options]
        for name in classes.limits:
            scope.among("option", name, options, (*path, "limits", name), key=True)
        for name in options:
            if name not in classes.limits:
                scope.say("missing-key", (*path, "limits"), name=name)
    for name, limit in classes.limits.items():
        if promised is None or at_most(limit, promised) is False:
            scope.say("class-over-promised", (*path, "limits", name), limit=str(limit), promised=str(promised or "–"))
    return LimitClasses(classes.fact, dict(classes.limits))


def _routing(scope: Scope, shape: ServiceShape, roles: Roles) -> Routing:
    of = shape.handled_at.of
    if of is not None:
        _fact_of(scope, "region", of, roles, ("handled_at", "of"))
    return Routing(shape.handled_at.level, of)


def _fact_of(scope: Scope, kind: Kind, fact: str, roles: Roles, path: Path) -> Attribute | None:
    """The attribute of a fact that must be of this kind."""
    attribute = scope.fact(fact, roles, path)
    if attribute is None or attribute.kind == kind:
        return attribute
    scope.say("wrong-type", path, expected=kind, got=attribute.kind)
    return None


def _apart(scope: Scope, shape: ServiceShape, roles: Roles) -> Apart:
    who = shape.apart.by
    by = who if who is not None and scope.among("role", who, roles, ("apart", "by")) else None
    return Apart(shape.apart.trips, shape.apart.days, shape.apart.source, by)


def _fees(scope: Scope, shape: ServiceShape, roles: Roles) -> tuple[Fee, ...]:
    return tuple(
        Fee(
            text(one.title),
            one.amount_fen,
            scope.reference(one.because, ("fees", index, "because")),
            scope.condition(one.exempt, roles, ("fees", index, "exempt")),
            scope.reference(one.refund, ("fees", index, "refund")) if one.refund else None,
        )
        for index, one in enumerate(shape.fees)
    )


def _unverified(scope: Scope, shape: ServiceShape) -> tuple[str, ...]:
    figures = {"apart", "apart.trips", "apart.days", "limits", "limits.promised", "limits.statutory", "evidence"}
    figures |= {"needs", "requires", "fees", "visits", "law", "steps", "code", "title", "kind"}
    for index, name in enumerate(shape.unverified):
        scope.among("figure", name, figures, ("unverified", index))
        if shape.level == "worked-out" and name in OF_THE_TEXT:
            scope.say("not-worked-out", ("unverified", index), service=text(shape.title), name=name)
    return tuple(shape.unverified)


def compile_credential(
    scope: Scope, shape: CredentialShape, issuers: Mapping[str, Iterable[ServiceDefinition]]
) -> CredentialDefinition:
    """A credential. Its fields are facts in the terms of every service that issues it: ``issuers`` by credential."""
    full = shape.credential if "/" in shape.credential else f"{scope.pack}/{shape.credential}"
    for service in issuers.get(full, ()):
        roles = role_types(scope, service.roles)
        scope.among("role", shape.holder, roles, ("holder",))
        for key, facts in (("fields", shape.fields), ("proves", shape.proves)):
            for index, fact in enumerate(facts):
                scope.fact(fact, roles, (key, index))
    return CredentialDefinition(
        full,
        text(shape.title),
        shape.holder,
        tuple(shape.fields),
        shape.valid_for,
        tuple(shape.proves),
        shape.template,
        None if shape.listing is None else scope.listing(shape.listing, ("listing",)),
    )


def compile_notice(scope: Scope, shape: NoticeShape) -> NoticeDefinition:
    """A notice."""
    full = shape.notice if "/" in shape.notice else f"{scope.pack}/{shape.notice}"
    under = scope.id_or_none("law", shape.under, ("under",))
    return NoticeDefinition(full, text(shape.title), text(shape.body), text_or_none(shape.remedies), under)
