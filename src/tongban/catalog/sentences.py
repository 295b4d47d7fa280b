"""Sentences of definitions that name facts: ``{insured.statutory_retirement_on}`` stands for its value in words.

A condition that is not met thus says of this reader by how much: their day, their months, not the rule in general.
Conditions themselves are said in words too, wherever people read them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from tongban.catalog.condition_nodes import (
    Comparison,
    Constant,
    FactName,
    Holds,
    IsKnown,
    Junction,
    Membership,
    Negation,
    Node,
    Operand,
)
from tongban.catalog.conditions import Condition, Unknown
from tongban.catalog.model import Catalog, Requirement, ServiceDefinition
from tongban.catalog.values import yuan
from tongban.catalog.vocabulary import Attribute, Text, Value

YES_OR_NO = {True: Text("是", "yes"), False: Text("否", "no")}
MONTHS_OF_A_YEAR: Final = 12
NAMED = re.compile(r"\{([^{}]*)\}")


def facts_named(sentence: Text | None) -> Iterator[str]:
    """The facts that a sentence names in either language, as ``role.attribute``; each once."""
    if sentence is not None:
        yield from dict.fromkeys(NAMED.findall(f"{sentence.zh}{sentence.en}"))


def unmet_sentence(
    catalog: Catalog, service: ServiceDefinition, requirement: Requirement, lookup: Callable[[str], Value | Unknown]
) -> Text | None:
    """What is told to whoever does not meet a requirement; None where it says nothing."""
    return filled_sentence(catalog, service, requirement.otherwise, lookup)


def filled_sentence(
    catalog: Catalog, service: ServiceDefinition, sentence: Text | None, lookup: Callable[[str], Value | Unknown]
) -> Text | None:
    """A sentence of a service with the values that it names; one that is not known is called by its label."""
    if sentence is None:
        return None
    told = {}
    for fact in facts_named(sentence):
        role, _, name = fact.partition(".")
        told[fact] = in_words(catalog.types[service.roles[role].type].attributes[name], lookup(fact))

    def filled(text: str, language: str) -> str:
        return NAMED.sub(lambda named: str(getattr(told[named[1]], language)), text)

    return Text(filled(sentence.zh, "zh"), filled(sentence.en, "en"))


def in_words(attribute: Attribute, value: Value | Unknown) -> Text:
    """A value within a sentence: a date in full, yes or no, a choice by its label, money in yuan."""
    if value is None or isinstance(value, Unknown):
        return attribute.label
    if isinstance(value, bool):
        return YES_OR_NO[value]
    if isinstance(value, date):
        return day_in_words(value)
    if attribute.kind == "fen":
        return Text(f"{yuan(int(value))} 元", f"{yuan(int(value))} yuan")
    if attribute.kind == "months" or attribute.unit == "months":
        return _duration_in_words(value) if isinstance(value, int) else _months_in_words(value)
    label = next((option.label for option in attribute.options if option.value == value), None)
    return label or Text(str(value), str(value))


def _months_in_words(text: str) -> Text:
    """`2016-03/2023-12,2024-02/2024-02` as `2016-03 至 2023-12、2024-02`."""
    spans = [span.split("/") for span in text.split(",")]
    said = [(first, last) if first != last else (first,) for first, last in spans]
    return Text("、".join(" 至 ".join(span) for span in said), ", ".join(" to ".join(span) for span in said))


def _duration_in_words(months: int) -> Text:
    """28 as `2 年 4 个月`, `2 years 4 months`."""
    years, rest = divmod(months, MONTHS_OF_A_YEAR)
    zh = [f"{years} 年"] if years else []
    en = [f"{years} year{'s' if years > 1 else ''}"] if years else []
    if rest or not years:
        zh.append(f"{rest} 个月")
        en.append(f"{rest} month{'' if rest == 1 else 's'}")
    return Text(" ".join(zh), " ".join(en))


def condition_in_words(
    condition: Condition, name_of: Callable[[str], Text], attribute_of: Callable[[str], Attribute]
) -> Text:
    """A condition for people: `出生·在本市：是`, `Pension · way: early`. ``name_of`` says what a fact is called."""
    return _Speech(name_of, attribute_of).node(condition.tree)


class _Speech:
    """Says the parts of one condition."""

    def __init__(self, name_of: Callable[[str], Text], attribute_of: Callable[[str], Attribute]) -> None:
        self.name_of = name_of
        self.attribute_of = attribute_of

    def node(self, node: Node) -> Text:
        match node:
            case Junction():
                parts = [self._part(part) for part in node.parts]
                return _joined(parts, Text("，或者", ", or ") if node.decisive else Text("，并且", ", and "))
            case Negation():
                inner = self.node(node.inner)
                return Text(f"不符合（{inner.zh}）", f"not ({inner.en})")
            case Comparison():
                return self._comparison(node)
            case Membership():
                options = [self._operand(option, node.left) for option in node.options]
                return self._of(node.left, _joined(options, Text("或", " or ")))
            case Holds():
                return self._of(node.operand, YES_OR_NO[True])
            case IsKnown():
                return self._of(node.fact, Text("已知道", "known"))

    def _part(self, node: Node) -> Text:
        said = self.node(node)
        return Text(f"（{said.zh}）", f"({said.en})") if isinstance(node, Junction) else said

    def _comparison(self, node: Comparison) -> Text:
        value = self._operand(node.right, node.left)
        if node.sign == "==":
            return self._of(node.left, value)
        if node.sign == "!=" and isinstance(node.right, Constant) and isinstance(node.right.held, bool):
            return self._of(node.left, YES_OR_NO[not node.right.held])
        if node.sign == "!=":
            return self._of(node.left, Text(f"不是“{value.zh}”", f"not “{value.en}”"))
        return self._of(node.left, Text(f"{node.sign} {value.zh}", f"{node.sign} {value.en}"))

    def _of(self, operand: Operand, value: Text) -> Text:
        what = self._operand(operand, operand)
        return Text(f"{what.zh}：{value.zh}", f"{what.en}: {value.en}")

    def _operand(self, operand: Operand, beside: Operand) -> Text:
        """A fact by its name; a literal as a value of the fact that it is compared with."""
        if isinstance(operand, FactName):
            return self.name_of(operand.name)
        if operand.held is None:
            return Text("没有", "none")
        if isinstance(beside, FactName):
            return in_words(self.attribute_of(beside.name), operand.held)
        return Text(str(operand.held), str(operand.held))


def _joined(texts: list[Text], between: Text) -> Text:
    return Text(between.zh.join(each.zh for each in texts), between.en.join(each.en for each in texts))


def day_in_words(day: date) -> Text:
    """A date in full: ``2026 年 11 月 24 日``, ``24 November 2026``."""
    return Text(f"{day.year} 年 {day.month} 月 {day.day} 日", f"{day:%-d %B %Y}")
