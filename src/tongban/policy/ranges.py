"""Proves before anything is reckoned that a rule cannot go wrong: it is run over ranges of integers.

Each input stands for everything within its bounds, each parameter for all values it ever had. What comes out bounds
every figure and every product on the way, so that a rule that passes cannot overflow 64 bits, divide by nothing, or
look up a row that its table does not have, whatever it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Final

from tongban.policy.integers import LARGEST
from tongban.policy.model import Input, Rule, Rulebook, Version, name_of
from tongban.policy.values import bounds
from tongban.text import Text

_ANY_DAY: Final = date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What may go wrong while a rule reckons; ``figure`` is the one it was about to set, or the rule's id."""

    figure: str
    problem: Text


class UnsafeError(ArithmeticError):
    """Something may go wrong within the bounds."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """All integers from ``least`` to ``most``."""

    least: int
    most: int

    def __post_init__(self) -> None:
        if max(abs(self.least), abs(self.most)) > LARGEST:
            raise UnsafeError("可能超出 64 位整数", "it may grow larger than 64 bits hold")

    def __add__(self, other: object) -> Range:
        return self._each(other, lambda one, two: one + two)

    def __sub__(self, other: object) -> Range:
        return self._each(other, lambda one, two: one - two)

    def __mul__(self, other: object) -> Range:
        return self._each(other, lambda one, two: one * two)

    def __rsub__(self, other: object) -> Range:
        return _range(other) - self

    def __neg__(self) -> Range:
        return 0 - self

    def __floordiv__(self, other: object) -> Range:
        if _range(other).least <= 0:
            raise UnsafeError("可能除以零或负数", "it may divide by nothing or by less")
        return self._each(other, lambda one, two: one // two)

    def __rfloordiv__(self, other: object) -> Range:
        return _range(other) // self

    __radd__, __rmul__ = __add__, __mul__

    def _each(self, other: object, what: Callable[[int, int], int]) -> Range:
        two = _range(other)
        ends = [what(one, another) for one in (self.least, self.most) for another in (two.least, two.most)]
        return Range(min(ends), max(ends))

    def _doubt(self, other: object) -> Doubt:
        _range(other)
        return Doubt()

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _doubt  # type: ignore[assignment] # a comparison is in doubt

    def smaller(self, other: object) -> Range:
        """Between what the smaller of two lies."""
        two = _range(other)
        return Range(min(self.least, two.least), min(self.most, two.most))

    def larger(self, other: object) -> Range:
        """Between what the larger of two lies."""
        two = _range(other)
        return Range(max(self.least, two.least), max(self.most, two.most))

    def look_up(self, rows: Mapping[int | str, object]) -> Range:
        """What the rows between can hold; all of them must be there."""
        missing = next((key for key in range(self.least, self.most + 1) if key not in rows), None)
        if missing is not None:
            raise UnsafeError(f"表里可能没有“{missing}”这一行", f"the table may have no row for “{missing}”")
        return hull(rows[key] for key in range(self.least, self.most + 1))


class Doubt:
    """A condition that may hold or not."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment] # it equals nothing

    def __bool__(self) -> bool:
        raise UnsafeError("条件只能放进 choose", "a condition may stand in choose only")

    def __and__(self, other: object) -> Doubt:
        return self

    __or__ = __rand__ = __ror__ = __and__

    def choose(self, then: object, otherwise: object) -> Range:
        """Either of the two."""
        return hull((then, otherwise))


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    """One of several options."""

    options: tuple[str, ...]
    __hash__ = None  # type: ignore[assignment] # a comparison is in doubt

    def __eq__(self, other: object) -> Doubt:  # type: ignore[override] # a comparison is in doubt
        return Doubt()

    __ne__ = __eq__  # type: ignore[assignment] # as above

    def look_up(self, rows: Mapping[int | str, object]) -> Range:
        """What the rows of these options can hold; all of them must be there."""
        for option in self.options:
            if option not in rows:
                raise UnsafeError(f"表里没有“{option}”这一行", f"the table has no row for “{option}”")
        return hull(rows[option] for option in self.options)


def _range(value: object) -> Range:
    if isinstance(value, int):
        return Range(value, value)
    if not isinstance(value, Range):
        raise UnsafeError("不能和这样的值一起算", "one cannot reckon with such a value")
    return value


def hull(values: Iterable[object]) -> Range:
    """The smallest range that holds all of these."""
    ranges = [_range(one) for one in values]
    return Range(min(one.least for one in ranges), max(one.most for one in ranges))


def flaws(book: Rulebook, rule: Rule) -> list[Flaw]:
    """What may go wrong when ``rule`` is reckoned, in each of its versions, with any values its parameters ever had."""
    chain = tuple(book.chain(rule))
    inputs = book.inputs(rule.id)
    try:
        known: dict[str, object] = {name: _of_input(one, inputs) for name, one in inputs.items()}
    except UnsafeError as error:
        return [Flaw(rule.id, error.text)]
    parameters = {full for one in chain for version in one.versions for full in version.parameters}
    known |= {name_of(full): _of_parameter(book, full) for full in parameters}
    below = [max(one.versions, key=lambda version: version.from_) for one in chain[:-1]]
    found = (_run(book, [*below, version], SimpleNamespace(**known), rule) for version in rule.versions)
    return [flaw for flaw in found if flaw is not None]


def _run(book: Rulebook, versions: Iterable[Version], figures: SimpleNamespace, rule: Rule) -> Flaw | None:
    for version in versions:
        try:
            book.formulas[version.formula](figures)
        except Exception as error:  # noqa: BLE001 - a formula is a pack's code, and anything it raises is its flaw
            told = f"{type(error).__name__}: {error}"
            unset = (step.figure for step in version.steps if not hasattr(figures, step.figure))
            return Flaw(next(unset, rule.id), error.text if isinstance(error, UnsafeError) else Text(told, told))
    return None


def _of_input(one: Input, inputs: Mapping[str, Input]) -> Range | AnyOf:
    if one.kind == "choice":
        return AnyOf(tuple(option.value for option in one.options))
    least, most = bounds(one, _ANY_DAY)
    return Range(_end(inputs, least, 0), _end(inputs, most, 1))


def _end(inputs: Mapping[str, Input], bound: int | str, index: int) -> int:
    """A bound as a number; where it is another input, that input's own."""
    for _step in inputs:
        if isinstance(bound, int):
            return bound
        bound = bounds(inputs[bound], _ANY_DAY)[index]
    raise UnsafeError("输入的上下限互相指着", "the bounds of its inputs lead to each other")


def _of_parameter(book: Rulebook, full: str) -> object:
    values = [one.value for one in book.parameters[full].values]
    tables = [one for one in values if not isinstance(one, int)]
    if not tables:
        return hull(values)
    keys = set.intersection(*(set(one) for one in tables))
    return {key: hull(one[key] for one in tables) for key in keys}
