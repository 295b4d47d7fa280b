"""Reckons a rule for one person, on plain integers, keeping every figure on the way: that record is the explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Final

from tongban.policy.errors import refused
from tongban.policy.model import Number, Rulebook
from tongban.policy.ruling import Ruling, in_force, rule_of
from tongban.policy.values import Raw, legal_date, raw, read
from tongban.policy.words import NoRowError

LARGEST: Final = 2**63 - 1
"""What a column of integers can hold; one person's figures are held to it as well, so that both always agree."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a rule gave: the legal date, what was in force, and all values by name in the order they came about."""

    on: date
    ruling: Ruling
    values: Mapping[str, Number]

    def results(self, book: Rulebook) -> dict[str, Raw]:
        """The figures that the rule is asked for, as JSON has them."""
        figures = book.figures(self.ruling.rule.id)
        return {name: raw(figures[name].kind, _plain(self.values[name])) for name in self.ruling.rule.results}


def _plain(value: Number) -> int | str:
    if not isinstance(value, int | str):
        raise TypeError(value)
    return value


def reckon(book: Rulebook, name: str, facts: Mapping[str, object], on: date) -> Reckoning:
    """Reckon the rule ``name`` from facts as JSON has them; ``on`` is the legal date where the rule has no other.

    Raises ``PolicyError`` for facts that are missing, unknown or out of bounds, and where nothing is in force.
    """
    rule = rule_of(book, name)
    inputs = book.inputs(rule.id)
    values = read(inputs, facts, on)
    day = on if rule.at is None else legal_date(inputs[rule.at].kind, int(values[rule.at]))
    ruling = in_force(book, rule.id, day)
    return Reckoning(day, ruling, applied(ruling, values))


def applied(ruling: Ruling, values: Mapping[str, int | str]) -> dict[str, Number]:
    """All values by name after the formulas in force were applied to inputs that were read already.

    Raises ``PolicyError`` `no-row` and `figure-too-large`.
    """
    figures = SimpleNamespace(**values, **ruling.constants)
    try:
        for formula in ruling.formulas:
            formula(figures)
    except NoRowError as error:
        key = error.args[0]
        raise refused(
            "no-row", ruling.rule.id, f"表里没有“{key}”这一行", f"The table has no row for “{key}”"
        ) from error
    found: dict[str, Number] = vars(figures)
    for name, value in found.items():
        if isinstance(value, int) and not -LARGEST <= value <= LARGEST:
            raise refused("figure-too-large", name, "结果太大，算不了", "The figure is too large to be reckoned with")
    return found
