"""Compiles bundles: services bound to the bundle's own subjects, the questions it words, who signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongban.catalog.compile_services import Roles, check_type, compile_roles, role_types
from tongban.catalog.conditions import Condition
from tongban.catalog.model import BundleDefinition, Part, Question, Role, ServiceDefinition
from tongban.catalog.names import Scope, text, text_or_none
from tongban.catalog.schema import BundleShape, PartShape, SignerShape
from tongban.catalog.values import WrongValue, read
from tongban.catalog.vocabulary import Value
from tongban.catalog.yaml_tree import Path


def compile_bundle(scope: Scope, shape: BundleShape, services: Mapping[str, ServiceDefinition]) -> BundleDefinition:
    """One bundle; what is wrong is said, and then the definition is not used."""
    full = shape.bundle if "/" in shape.bundle else f"{scope.pack}/{shape.bundle}"
    subjects = compile_roles(scope, shape.subjects, ("subjects",))
    kinds = role_types(scope, subjects)
    scope.among("subject", shape.applicant, subjects, ("applicant",))
    return BundleDefinition(
        full,
        text(shape.title),
        subjects,
        shape.applicant,
        tuple(
            _part(scope, full, one, subjects, services, ("services", index)) for index, one in enumerate(shape.services)
        ),
        signatures=_signers(scope, shape.signatures, kinds, "signatures"),
        consents=_signers(scope, shape.consents, kinds, "consents"),
        signers_when=_signers_when(scope, shape, kinds),
        questions=_questions(scope, shape, kinds),
        commonest=_commonest(scope, shape, kinds),
        promised=shape.promised,
        words=tuple(shape.words),
        plain=text_or_none(shape.plain),
        icon=shape.icon,
        elders=shape.elders,
        law=scope.references(shape.law, ("law",)),
        status=shape.status,
        source=shape.source,
        in_force_from=shape.in_force.from_,
        in_force_to=shape.in_force.to,
    )


def _part(
    scope: Scope,
    bundle: str,
    shape: PartShape,
    subjects: Mapping[str, Role],
    services: Mapping[str, ServiceDefinition],
    path: Path,
) -> Part:
    full = scope.id("service", shape.service, (*path, "service")) or shape.service
    kinds = role_types(scope, subjects)
    service = services.get(full)
    for role, subject in shape.roles.items():
        here = (*path, "roles", role)
        if not scope.among("subject", subject, subjects, here) or service is None:
            continue
        if scope.among("role", role, service.roles, here, key=True):
            check_type(scope, subject, kinds[subject], service.roles[role].type, here)
    for role in service.roles if service else ():
        if role not in shape.roles:
            scope.say("role-not-bound", (*path, "service"), service=full, role=role, bundle=bundle)
    return Part(full, dict(shape.roles), scope.condition(shape.when, kinds, (*path, "when")))


def _signers(scope: Scope, shapes: Sequence[SignerShape], kinds: Roles, key: str) -> tuple[str, ...]:
    for index, one in enumerate(shapes):
        scope.among("subject", one.subject, kinds, (key, index, "subject"))
    return tuple(one.subject for one in shapes)


def _signers_when(scope: Scope, shape: BundleShape, kinds: Roles) -> dict[str, Condition]:
    found = {}
    for key, shapes in (("signatures", shape.signatures), ("consents", shape.consents)):
        for index, one in enumerate(shapes):
            condition = scope.condition(one.when, kinds, (key, index, "when"))
            if condition is not None:
                found[one.subject] = condition
    return found


def _questions(scope: Scope, shape: BundleShape, kinds: Roles) -> tuple[Question, ...]:
    found = []
    for index, one in enumerate(shape.questions):
        path = ("questions", index)
        attribute = scope.fact(one.fact, kinds, (*path, "fact"))
        if attribute is not None and attribute.kind in {"choice", "boolean"}:
            valid = [option.value for option in attribute.options] or ["true", "false"]
            for value in one.chips:
                scope.among("option", value, valid, (*path, "chips", value), key=True)
        found.append(Question(one.fact, text(one.text), {value: text(chip) for value, chip in one.chips.items()}))
    return tuple(found)


def _commonest(scope: Scope, shape: BundleShape, kinds: Roles) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for fact, raw in shape.commonest.items():
        path = ("commonest", fact)
        attribute = scope.fact(fact, kinds, path)
        if attribute is not None:
            try:
                found[fact] = read(attribute, raw)
            except WrongValue as error:
                scope.say("wrong-value", path, problem=error.text)
    return found
