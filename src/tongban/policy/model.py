"""Dated values and dated formulas as packs declare them: plain, frozen data with the source of each figure.

Every value is an integer: money in fen, rates in ten-thousandths, months counted from January of the year 0, days from
1 January of the year 1. A choice is the one kind that is a text; a table maps integers or choices to integers. The
name by which a formula reads something is its id without the pack, with underscores for hyphens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from tongban.text import Option, Reference, Status, Text

Kind: TypeAlias = Literal["fen", "rate", "count", "days", "months", "years", "age", "month", "date", "choice"]
Number: TypeAlias = int | str | Mapping[int | str, int]
"""What a formula reads at one place: an integer, a choice, or a table."""

Held: TypeAlias = int | Mapping[int | str, int]
"""What a parameter holds: an integer or a table."""

Formula: TypeAlias = Callable[[Any], None]
"""A function of a pack's rules.py over the figures of one reckoning, which it reads and sets by name."""


def name_of(full: str) -> str:
    """The name by which formulas read a parameter: `social-insurance/base-floor-fen` as `base_floor_fen`."""
    return full.rpartition("/")[2].replace("-", "_")


@dataclass(frozen=True, slots=True)
class Dated:
    """One value of a parameter with the days on which it holds, both included, and the document that says so.

    ``note`` is what a reader must know of it, for example that documents differ.
    """

    value: Held
    status: Status
    from_: date
    to: date | None = None
    because: Reference | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a policy sets and changes from time to time. ``region``: where it holds, empty for the country."""

    id: str
    title: Text
    kind: Kind
    values: tuple[Dated, ...]
    region: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """What a rule is told. A bound is a value as written, the name of another input, or `on`, the legal date.

    ``otherwise`` is what it is where nothing is said; ``usual`` what a form begins with.
    """

    name: str
    label: Text
    kind: Kind
    least: str | int | None = None
    most: str | int | None = None
    options: tuple[Option, ...] = ()
    hint: Text | None = None
    otherwise: str | int | None = None
    usual: str | int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """What a formula sets: its name, how it is read, and the place in law that makes it so, if not the version's."""

    name: str
    label: Text
    kind: Kind
    status: Status
    because: Reference | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """How a formula sets one figure: the expression as it is written, by the names of what it reads."""

    figure: str
    expression: str


@dataclass(frozen=True, slots=True)
class Version:
    """A formula and the days on which it holds.

    ``steps`` are what it does and ``parameters`` the full ids of what it reads, both taken from its text, so that a
    formula that is written anew is another version with another hash.
    """

    formula: str
    from_: date
    because: Reference
    to: date | None = None
    parameters: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Views:
    """How a page compares what a rule gives for several values of one input, and which figure it draws.

    The values are the results ``ends`` of another rule, told what this one is told, and every year between them.
    """

    input: str
    figure: str
    rule: str
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A dated formula. ``at`` is the input that gives the legal date; without it the date is that of the question.

    ``builds_on`` are rules reckoned first over the same figures: their inputs and figures are this rule's as well.
    ``results`` are the figures that it is asked for; ``asks`` the inputs that are asked first, in this order.
    """

    id: str
    title: Text
    inputs: tuple[Input, ...]
    figures: tuple[Figure, ...]
    results: tuple[str, ...]
    versions: tuple[Version, ...]
    at: str | None = None
    builds_on: tuple[str, ...] = ()
    plain: Text | None = None
    assumes: tuple[Text, ...] = ()
    compares: Views | None = None
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Rulebook:
    """All rules and parameters of a publication by full id, and the functions that versions name."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    formulas: Mapping[str, Formula] = field(default_factory=dict)

    def chain(self, rule: Rule) -> tuple[Rule, ...]:
        """The rules that ``rule`` builds on, those first that others need, and itself; each once."""
        found: dict[str, Rule] = {}
        for below in rule.builds_on:
            if below in self.rules:
                found |= {one.id: one for one in self.chain(self.rules[below]) if one.id not in found}
        return (*found.values(), rule)

    @lru_cache(maxsize=512)  # noqa: B019 - a book lives as long as its publication
    def inputs(self, rule: str) -> dict[str, Input]:
        """All inputs of a rule by name, in the order of asking.

        Its own, those of the rules that it builds on, and of the one it compares by; what these set is no input.
        """
        whole = self.rules[rule]
        chain = self.chain(whole)
        compared = [self.rules[whole.compares.rule]] if whole.compares and whole.compares.rule in self.rules else []
        figures = {one.name for each in chain for one in each.figures}
        found = {one.name: one for one in whole.inputs}
        for each in (*chain, *compared):
            found |= {one.name: one for one in each.inputs if one.name not in found and one.name not in figures}
        return {name: found[name] for name in dict.fromkeys((*whole.asks, *found)) if name in found}

    @lru_cache(maxsize=512)  # noqa: B019 - as above
    def figures(self, rule: str) -> dict[str, Figure]:
        """All figures of a rule by name."""
        return {one.name: one for each in self.chain(self.rules[rule]) for one in each.figures}
