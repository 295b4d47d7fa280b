"""Twins: two services of one authority that ask the same and give the same are one service under two names."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping

from tongban.catalog.model import CredentialDefinition, Produced, ServiceDefinition


def twins(
    services: Iterable[ServiceDefinition], credentials: Mapping[str, CredentialDefinition]
) -> Iterator[tuple[ServiceDefinition, ServiceDefinition]]:
    """Each service that is the twin of an earlier one, and that one. Names, order, law, limits tell nothing apart."""
    seen: dict[Hashable, ServiceDefinition] = {}
    for service in services:
        first = seen.setdefault((*_asks(service), *_gives(service, credentials)), service)
        if first is not service:
            yield service, first


def _asks(service: ServiceDefinition) -> Iterator[Hashable]:
    yield service.authority
    yield frozenset((role.name, role.type, role.many, *sorted(role.ends.items())) for role in service.roles.values())
    yield from (frozenset(service.needs), frozenset(service.evidence), frozenset(service.visits))
    yield frozenset(one.that for one in service.requires)
    yield frozenset(one.amount_fen for one in service.fees)


def _gives(service: ServiceDefinition, credentials: Mapping[str, CredentialDefinition]) -> Iterator[Hashable]:
    credential = credentials.get(service.credential or "")
    yield frozenset(map(_made, service.produces))
    yield service.effect
    yield credential and (
        frozenset(credential.fields),
        credential.valid_for,
        frozenset(credential.proves),
        credential.listing,
    )


def _made(one: Produced) -> Hashable:
    return one.fact, one.how, one.value, one.rule, one.of, one.figure
