"""Compiles what packs say about amounts: dated parameters with their sources, and rules with their formulas.

A formula's text says what it reads and sets; what it reads must be declared, what it sets labelled, and it must be
safe for everything within the bounds of its inputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any, Final, Protocol

from tongban.catalog.findings import Finding, finding, nearest_of
from tongban.catalog.loader import PackSource
from tongban.catalog.names import Scope, text, text_or_none
from tongban.catalog.schema_policy import DatedShape, InputShape, ParameterShape, PolicyShape, RuleShape, ViewsShape
from tongban.catalog.supply import circle
from tongban.catalog.vocabulary import Law, Reference, Text
from tongban.catalog.yaml_tree import Path
from tongban.policy import Dated, Figure, Input, Parameter, Rule, Rulebook, Version, Views, flaws, name_of
from tongban.policy.language import Mention
from tongban.policy.values import integer
from tongban.policy.words import WORDS
from tongban.text import Option, Status

_OPEN_END: Final = date.max
_ON: Final = "on"
_DATED: Final = frozenset({"month", "date"})
"""Kinds that can be, or give, a legal date."""
_WRITTEN: Final = ("least", "most", "otherwise", "usual")
"""What an input may say of its values."""


class _Lasting(Protocol):
    from_: date
    to: date | None


def compile_policy(
    files: Iterable[tuple[Scope, PolicyShape]], packs: Sequence[PackSource], laws: Mapping[str, Law]
) -> tuple[dict[str, Rule], dict[str, Parameter], list[Finding]]:
    """All rules and parameters by id, and what is wrong with formulas, which stand in files of Python."""
    files = list(files)
    parameters = {
        f"{scope.pack}/{name}": _parameter(scope, name, one)
        for scope, shape in files
        for name, one in shape.parameters.items()
    }
    written = [_Written(scope, name, one, laws) for scope, shape in files for name, one in shape.rules.items()]
    rules = {one.full: one.rule() for one in written}
    waiting = circle({full: [below for below in rule.builds_on if below in rules] for full, rule in rules.items()})
    for one in written:
        if waiting and one.full == waiting[0]:
            one.scope.say("circular-need", (*one.path, "builds_on"), cycle=" → ".join(waiting))
    if waiting:
        return {}, parameters, []
    functions: dict[str, Any] = {full: one for pack in packs for full, one in (pack.functions or {}).items()}
    reader = _Formulas(packs, Rulebook(rules, parameters, functions))
    for one in written:
        rules[one.full] = reader.read(one)
    for one in written:
        chain = reader.book.chain(rules[one.full])
        if all(each.id not in reader.broken for each in chain):
            for flaw in flaws(reader.book, rules[one.full]):
                one.scope.say("unsafe-formula", one.path, key=True, name=flaw.figure, problem=flaw.problem)
    return rules, parameters, reader.findings


def _parameter(scope: Scope, name: str, shape: ParameterShape) -> Parameter:
    path = ("parameters", name)
    values = tuple(_dated(scope, one, (*path, "values", index)) for index, one in enumerate(shape.values))
    _never_two(scope, text(shape.title), shape.values, (*path, "values"))
    return Parameter(f"{scope.pack}/{name}", text(shape.title), shape.kind, values, shape.region)


def _dated(scope: Scope, shape: DatedShape, path: Path) -> Dated:
    because = None if shape.because is None else scope.reference(shape.because, (*path, "because"))
    if because is None and shape.status != "unverified":
        scope.say("missing-key", path, name="because")
    return Dated(shape.value, shape.status, shape.from_, shape.to, because, text_or_none(shape.note))


def _never_two(scope: Scope, name: Text, several: Sequence[_Lasting], path: Path) -> None:
    """Says where two hold on one day, or one ends before it begins."""
    ordered = sorted(range(len(several)), key=lambda index: several[index].from_)
    for index in ordered:
        one = several[index]
        if one.to is not None and one.to < one.from_:
            problem = Text(f"{one.to} 早于 {one.from_}", f"{one.to} is before {one.from_}")
            scope.say("wrong-value", (*path, index, "to"), problem=problem)
    for before, after in pairwise(ordered):
        one, other = several[before], several[after]
        if other.from_ <= (one.to or _OPEN_END):
            day, begun = str(other.from_), str(one.from_)
            scope.say("overlapping-validity", (*path, after), name=name, day=day, one=begun, other=day)


@dataclass(slots=True)
class _Written:
    """One rule as its file has it."""

    scope: Scope
    name: str
    shape: RuleShape
    laws: Mapping[str, Law]

    @property
    def full(self) -> str:
        """The rule's id."""
        return f"{self.scope.pack}/{self.name}"

    @property
    def path(self) -> tuple[str | int, ...]:
        """Where the rule stands in its file."""
        return "rules", self.name

    def rule(self) -> Rule:
        """The rule, before its formulas are read."""
        scope, shape = self.scope, self.shape
        path = self.path
        below = [scope.id("rule", one, (*path, "builds_on", index)) for index, one in enumerate(shape.builds_on)]
        _never_two(scope, text(shape.title), shape.versions, (*path, "versions"))
        versions = tuple(self._version(index) for index in range(len(shape.versions)))
        views = shape.compares
        return Rule(
            self.full,
            text(shape.title),
            tuple(self._input(name, one) for name, one in shape.inputs.items() if one is not None),
            tuple(self._figure(name, versions[-1].because) for name in shape.figures),
            tuple(shape.results),
            versions,
            shape.at,
            tuple(one for one in below if one is not None),
            text_or_none(shape.plain),
            tuple(text(one) for one in shape.assumes),
            None if views is None else self._views(views),
            tuple(shape.inputs),
        )

    def _views(self, shape: ViewsShape) -> Views:
        rule = self.scope.id("rule", shape.rule, (*self.path, "compares", "rule"))
        return Views(shape.input, shape.figure, rule or shape.rule, tuple(shape.ends))

    def _version(self, index: int) -> Version:
        shape = self.shape.versions[index]
        path = (*self.path, "versions", index)
        formula = self.scope.function(shape.formula, (*path, "formula"))
        because = self.scope.reference(shape.because, (*path, "because"))
        return Version(formula or shape.formula, shape.from_, because, shape.to)

    def _input(self, name: str, shape: InputShape) -> Input:
        label, hint = text(shape.label), text_or_none(shape.hint)
        options = self._options(shape, ("inputs", name))
        return Input(name, label, shape.kind, shape.least, shape.most, options, hint, shape.otherwise, shape.usual)

    def _options(self, shape: InputShape, path: Path) -> tuple[Option, ...]:
        """The options of a choice: its own, or those of the attribute that it names, as `Person.sex`."""
        if shape.options_of is None:
            return tuple(Option(one.value, text(one.label)) for one in shape.options)
        path = (*self.path, *path, "options_of")
        kind = shape.options_of.partition(".")[0]
        attribute = self.scope.fact(shape.options_of, {kind: self.scope.id("type", kind, path)}, path)
        return attribute.options if attribute else ()

    def _figure(self, name: str, of_version: Reference) -> Figure:
        shape = self.shape.figures[name]
        because = (
            None
            if shape.because is None
            else self.scope.reference(shape.because, (*self.path, "figures", name, "because"))
        )
        return Figure(name, text(shape.label), shape.kind, shape.status or self._known(because or of_version), because)

    def _known(self, reference: Reference) -> Status:
        """How well the law is known that a figure rests on."""
        law = self.laws.get(reference.law)
        return law.status if law else "unverified"

    def has_sound_names(self, book: Rulebook) -> bool:
        """Whether every name and bound of the declaration means something; says which do not."""
        inputs, figures = book.inputs(self.full), book.figures(self.full)
        shape, among = self.shape, self.scope.among
        sound = [among("figure", name, figures, (*self.path, "results", at)) for at, name in enumerate(shape.results)]
        sound += [among("input", name, inputs, (*self.path, "inputs", name), key=True) for name in shape.inputs]
        sound += [
            self._is_sound(name, one, key, inputs) for name, one in shape.inputs.items() if one for key in _WRITTEN
        ]
        if shape.at is not None:
            dated = {name for name, one in inputs.items() if one.kind in _DATED}
            sound.append(among("input", shape.at, dated, (*self.path, "at")))
        if shape.compares is not None:
            path = (*self.path, "compares")
            sound.append(among("input", shape.compares.input, inputs, (*path, "input")))
            sound.append(among("figure", shape.compares.figure, figures, (*path, "figure")))
            other = self._views(shape.compares).rule
            given = book.figures(other) if other in book.rules else dict.fromkeys(shape.compares.ends)
            sound += [among("figure", name, given, (*path, "ends", at)) for at, name in enumerate(shape.compares.ends)]
        return all(sound)

    def _is_sound(self, name: str, one: InputShape, key: str, inputs: Mapping[str, Input]) -> bool:
        """Whether what is written for an input is of its kind, or names another input where that may be."""
        written, path = getattr(one, key), (*self.path, "inputs", name, key)
        if written is None or (written == _ON and one.kind in _DATED):
            return True
        if one.kind == "choice":
            return self.scope.among("option", str(written), [option.value for option in inputs[name].options], path)
        if integer(one.kind, written) is not None:
            return True
        return self.scope.among("input", str(written), inputs if key in {"least", "most"} else {}, path)


@dataclass(slots=True)
class _Formulas:
    """Reads the formulas of rules against what is declared. ``broken`` are the rules that cannot be run."""

    packs: Sequence[PackSource]
    book: Rulebook
    findings: list[Finding] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def read(self, written: _Written) -> Rule:
        """The rule with what its formulas read and do."""
        rule = self.book.rules[written.full]
        if not written.has_sound_names(self.book):
            self.broken.add(rule.id)
        versions = tuple(self._version(written, rule, index) for index in range(len(rule.versions)))
        return replace(rule, versions=versions)

    def _version(self, written: _Written, rule: Rule, index: int) -> Version:
        version = rule.versions[index]
        pack = next((one for one in self.packs if version.formula in one.formulas), None)
        if pack is None:
            self.broken.add(rule.id)
            return version
        source = pack.formulas[version.formula]
        declared, sets = {one.name for one in rule.figures}, {one.figure for one in source.steps}
        if declared != sets and not source.strange:
            path = (*written.path, "versions", index, "formula")
            problem = ", ".join(sorted(declared ^ sets))
            written.scope.say("figures-differ", path, name=version.formula, problem=problem)
            self.broken.add(rule.id)
        for one in source.strange:
            self._say(pack, rule, one, "not-a-formula", valid=", ".join(WORDS))
        known = {*self.book.inputs(rule.id), *(set(self.book.figures(rule.id)) - declared)}
        parameters = self._parameters(written.scope)
        read = [one for one in source.reads if one.name not in known]
        for one in read:
            if one.name not in parameters:
                self._say(pack, rule, one, "unknown-figure", nearest_of(one.name, [*known, *parameters]))
        used = dict.fromkeys(parameters[one.name] for one in read if one.name in parameters)
        return replace(version, parameters=tuple(used), steps=source.steps)

    def _parameters(self, scope: Scope) -> dict[str, str]:
        """The parameters that a rule may read, by name: those of its pack before those of the packs it requires."""
        usable = scope.names.usable.get(scope.pack, frozenset())
        reach = [full for full in self.book.parameters if full.partition("/")[0] in usable]
        return {name_of(full): full for full in sorted(reach, key=lambda full: full.startswith(f"{scope.pack}/"))}

    def _say(
        self, pack: PackSource, rule: Rule, at: Mention, code: str, nearest: str | None = None, **words: str
    ) -> None:
        self.broken.add(rule.id)
        words |= {"name": at.name}
        self.findings.append(finding(code, pack.rules_file, (at.line, at.column), words, nearest))
