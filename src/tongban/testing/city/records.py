"""What each holder has about a subject: the values the city made, sorted by who holds them.

An attribute of which the generator knows nothing, because a pack is newer than it, gets a value that fits its kind, so
that its pack can be tried at once; unless a service makes it, for then nobody has it yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random

from tongban.catalog.model import Catalog
from tongban.catalog.values import write
from tongban.catalog.vocabulary import Attribute, Kind, Raw, Value
from tongban.registry.service import alias_of
from tongban.testing.city.subjects import Subject


class Records:
    """Sorts values by holder, for the vocabulary of one catalog."""

    def __init__(self, catalog: Catalog, *, seed: str, on: date) -> None:
        self._random = Random(f"{seed}: whatever is new")  # noqa: S311 -- a made-up city wants repeatable chance
        self._on = on
        made = produced_attributes(catalog)
        self._finding = {
            type_id: [attribute for attribute in type_.attributes.values() if attribute.finds]
            for type_id, type_ in catalog.types.items()
        }
        self._held = {
            type_id: [
                (attribute, attribute.held_by, (type_id, name) in made)
                for name, attribute in type_.attributes.items()
                if attribute.held_by is not None
            ]
            for type_id, type_ in catalog.types.items()
        }

    def found(self, subject: Subject) -> list[tuple[str, str]]:
        """The numbers by which a subject is found beside its key, each with the name of its alias."""
        known = ((alias_of(one), subject.values.get(one.name)) for one in self._finding[subject.type])
        return [(name, str(value)) for name, value in known if value is not None]

    def of(self, subject: Subject) -> dict[str, dict[str, Raw]]:
        """The record of each holder that has any value, by holder. A subject without values is in no register."""
        records: dict[str, dict[str, Raw]] = defaultdict(dict)
        if subject.values:
            for attribute, holder, is_made in self._held[subject.type]:
                if attribute.name in subject.values:
                    value = subject.values[attribute.name]
                else:
                    value = None if is_made else DEFAULTS[attribute.kind](self._random, attribute, self._on)
                if value is not None:
                    records[holder][attribute.name] = write(value)
        return records


def produced_attributes(catalog: Catalog) -> set[tuple[str, str]]:
    """Type and name of every attribute that some service makes."""
    made = set()
    for service in catalog.services.values():
        for produced in service.produces:
            role, _, name = produced.fact.partition(".")
            made.add((service.roles[role].type, name))
    return made


DEFAULTS: Mapping[Kind, Callable[[Random, Attribute, date], Value]] = {
    "text": lambda random, _attribute, _on: f"示例{random.randrange(10_000):04d}",
    "address": lambda random, _attribute, _on: f"示例路{random.randint(1, 400)}号",
    "integer": lambda random, _attribute, _on: random.randint(1, 100),
    "boolean": lambda random, _attribute, _on: random.random() < 0.5,  # noqa: PLR2004 -- either
    "date": lambda random, _attribute, on: on - timedelta(days=random.randint(1, 3650)),
    "fen": lambda random, _attribute, _on: random.randrange(10_000, 1_000_000, 100),
    "choice": lambda random, attribute, _on: random.choice(attribute.options).value if attribute.options else None,
    # Another person's, company's or phone's number cannot be made up: it would have to be somebody's.
    "resident-id": lambda _random, _attribute, _on: None,
    "credit-code": lambda _random, _attribute, _on: None,
    "phone": lambda random, _attribute, _on: f"100{random.randrange(10**8):08d}",
    "region": lambda _random, _attribute, _on: None,
    "months": lambda random, _attribute, on: (
        f"{on.year - random.randint(2, 12)}-{random.randint(1, 12):02}/{on.year - 1}-12"
    ),
}
