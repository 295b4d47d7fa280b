"""What the generator makes: subjects with the values their holders have, and who is whose parent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tongban.catalog.vocabulary import Value

Values = dict[str, Value]
"""Values by attribute. One that the vocabulary does not have (any more) is left aside when records are made."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, an organisation, premises or a relation; ``number`` counts all subjects of the city from 1."""

    number: int
    type: str
    values: Values
    key: str | None = None
    region: str = ""
    ends: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parents:
    """The parents of a child, by numbers of subjects."""

    child: int
    parents: tuple[int, ...]
    born: date


class Numbering:
    """Counts subjects from 1."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        """The next number."""
        self.last += 1
        return self.last
