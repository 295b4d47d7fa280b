"""What follows from what is known: derived attributes, computed by the functions of their packs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from tongban.catalog.conditions import UNKNOWN, Unknown
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Attribute, Value


def derived_value(
    catalog: Catalog, attribute: Attribute, inputs: Sequence[Value | Unknown], on: date
) -> Value | Unknown:
    """The value on the day ``on``; unknown while an input is unknown or absent, or is nothing to reckon with."""
    if attribute.derived is None or any(value is None or isinstance(value, Unknown) for value in inputs):
        return UNKNOWN
    try:
        return catalog.functions[attribute.derived](*inputs, on=on)
    except (ValueError, ArithmeticError, LookupError):
        return UNKNOWN


def derived_from(
    catalog: Catalog, attributes: Mapping[str, Attribute], name: str, lookup: Callable[[str], Value | Unknown], on: date
) -> Value | Unknown:
    """The value of attribute ``name``: what ``lookup`` says, else derived, through as many steps as it takes."""
    value = lookup(name)
    attribute = attributes.get(name)
    if not isinstance(value, Unknown) or attribute is None or attribute.derived is None:
        return value
    inputs = [derived_from(catalog, attributes, each, lookup, on) for each in attribute.derived_from]
    return derived_value(catalog, attribute, inputs, on)


def derive(catalog: Catalog, bundle: BundleDefinition, known: Mapping[str, Value], on: date) -> dict[str, Value]:
    """``known``, by ``subject.attribute`` or ``subject.N.attribute``, and all that follows from it on day ``on``."""
    found = dict(known)
    for subject in dict.fromkeys(key.rpartition(".")[0] for key in known):
        role = bundle.subjects.get(subject.partition(".")[0])
        attributes = catalog.types[role.type].attributes if role else {}

        def lookup(name: str, subject: str = subject) -> Value | Unknown:
            return known.get(f"{subject}.{name}", UNKNOWN)

        for name in (each.name for each in attributes.values() if each.derived is not None):
            value = derived_from(catalog, attributes, name, lookup, on)
            if not isinstance(value, Unknown):
                found.setdefault(f"{subject}.{name}", value)
    return found
