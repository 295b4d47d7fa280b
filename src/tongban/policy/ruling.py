"""Chooses what is in force: of a rule and those it builds on the formulas, and the values of the parameters they read.

The legal date decides. Where nothing covers it the answer is a refusal that names the rule or the parameter and the
date, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Protocol, TypeVar

from tongban.policy.errors import PolicyError
from tongban.policy.model import Dated, Formula, Number, Parameter, Rule, Rulebook, Version, name_of
from tongban.text import Issue, Text


class _Lasting(Protocol):
    @property
    def from_(self) -> date: ...

    @property
    def to(self) -> date | None: ...


Lasting = TypeVar("Lasting", bound=_Lasting)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is in force for one rule: versions and formulas in the order of reckoning, values of parameters by name.

    Nothing in it changes from the day ``from_`` to the day ``to``.
    """

    rule: Rule
    versions: tuple[Version, ...]
    formulas: tuple[Formula, ...]
    parameters: Mapping[str, tuple[Parameter, Dated]]
    constants: Mapping[str, Number]
    from_: date
    to: date | None


def rule_of(book: Rulebook, name: str) -> Rule:
    """The rule of this id; a bare name will do where it is unique. Raises ``PolicyError`` `unknown-rule`."""
    if name in book.rules:
        return book.rules[name]
    found = [full for full in book.rules if name == full.rpartition("/")[2]]
    if len(found) == 1:
        return book.rules[found[0]]
    names = sorted(full for full in book.rules)
    bare = {full.rpartition("/")[2]: full for full in names}
    nearest = bare.get(next(iter(get_close_matches(name, bare)), ""))
    several = ", ".join(found)
    text = Text(f"没有叫“{name}”的规则", f"There is no rule “{name}”")
    if found:
        text = Text(f"“{name}”可以是：{several}", f"“{name}” may be: {several}")
    raise PolicyError(Issue("unknown-rule", name, text, nearest))


@lru_cache(maxsize=1024)
def in_force(book: Rulebook, rule: str, on: date) -> Ruling:
    """What is in force for the rule ``rule`` on a day.

    Raises ``PolicyError`` `no-rule-in-force` or `no-parameter-in-force`, the latter for all that are missing.
    """
    versions = tuple(_version(one, on) for one in book.chain(book.rules[rule]))
    names = dict.fromkeys(full for one in versions for full in one.parameters)
    chosen = {full: at(book.parameters[full].values, on) for full in names}
    missing = [_missing(book.parameters[full], on) for full, value in chosen.items() if value is None]
    if missing:
        raise PolicyError(*missing)
    parameters = {name_of(full): (book.parameters[full], value) for full, value in chosen.items() if value is not None}
    lasting: list[_Lasting] = [*versions, *(value for _, value in parameters.values())]
    return Ruling(
        book.rules[rule],
        versions,
        tuple(book.formulas[one.formula] for one in versions),
        parameters,
        {name: value.value for name, (_, value) in parameters.items()},
        max(one.from_ for one in lasting),
        min((one.to for one in lasting if one.to is not None), default=None),
    )


def value_on(book: Rulebook, parameter: str, on: date) -> Dated:
    """The value of the parameter of this full id on a day. Raises ``PolicyError`` `no-parameter-in-force`."""
    found = at(book.parameters[parameter].values, on)
    if found is None:
        raise PolicyError(_missing(book.parameters[parameter], on))
    return found


def at(values: Sequence[Lasting], on: date) -> Lasting | None:
    """The one that holds on a day, or None; they do not overlap."""
    return next((one for one in values if one.from_ <= on and (one.to is None or on <= one.to)), None)


def _version(rule: Rule, on: date) -> Version:
    found = at(rule.versions, on)
    if found is not None:
        return found
    periods = _periods(rule.versions)
    raise PolicyError(
        Issue(
            "no-rule-in-force",
            rule.id,
            Text(
                f"规则“{rule.title.zh}”在 {on} 没有有效的版本；现有的管：{periods}",
                f"No version of the rule “{rule.title.en}” is in force on {on}; there are those for: {periods}",
            ),
        )
    )


def _missing(parameter: Parameter, on: date) -> Issue:
    periods = _periods(parameter.values)
    return Issue(
        "no-parameter-in-force",
        parameter.id,
        Text(
            f"参数“{parameter.title.zh}”没有 {on} 的数；现有的管：{periods}",
            f"The parameter “{parameter.title.en}” has no value for {on}; there are those for: {periods}",
        ),
    )


def _periods(values: Sequence[_Lasting]) -> str:
    """The days that are covered; what follows without a gap is one period."""
    found: list[tuple[date, date | None]] = []
    for one in sorted(values, key=lambda one: one.from_):
        last = found[-1][1] if found else None
        if last is not None and one.from_.toordinal() == last.toordinal() + 1:
            found[-1] = (found[-1][0], one.to)
        else:
            found.append((one.from_, one.to))
    return ", ".join(f"{begin}…{end or ''}" for begin, end in found)
