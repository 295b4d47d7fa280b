"""Sentences of definitions that name facts: ``{insured.statutory_retirement_on}`` stands for its value in words.

A condition that is not met thus says of this reader by how much: their day, their months, not the rule in general.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from tongban.catalog.conditions import Unknown
from tongban.catalog.model import Catalog, Requirement, ServiceDefinition
from tongban.catalog.values import yuan
from tongban.catalog.vocabulary import Attribute, Text, Value

NAMED = re.compile(r"\{([^{}]*)\}")


def facts_named(sentence: Text | None) -> Iterator[str]:
    """The facts that a sentence names in either language, as ``role.attribute``; each once."""
    if sentence is not None:
        yield from dict.fromkeys(NAMED.findall(f"{sentence.zh}{sentence.en}"))


def unmet_sentence(
    catalog: Catalog, service: ServiceDefinition, requirement: Requirement, lookup: Callable[[str], Value | Unknown]
) -> Text | None:
    """What is told to whoever does not meet a requirement, with the values that it names; None where it says nothing.

    A value that is not known is called by its label.
    """
    if requirement.otherwise is None:
        return None
    told = {}
    for fact in facts_named(requirement.otherwise):
        role, _, name = fact.partition(".")
        told[fact] = in_words(catalog.types[service.roles[role].type].attributes[name], lookup(fact))

    def filled(text: str, language: str) -> str:
        return NAMED.sub(lambda named: str(getattr(told[named[1]], language)), text)

    return Text(filled(requirement.otherwise.zh, "zh"), filled(requirement.otherwise.en, "en"))


def in_words(attribute: Attribute, value: Value | Unknown) -> Text:
    """A value within a sentence: a date in full, yes or no, a choice by its label, money in yuan."""
    if value is None or isinstance(value, Unknown):
        return attribute.label
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, date):
        return day_in_words(value)
    if attribute.kind == "fen":
        return Text(f"{yuan(int(value))} 元", f"{yuan(int(value))} yuan")
    label = next((option.label for option in attribute.options if option.value == value), None)
    return label or Text(str(value), str(value))


def day_in_words(day: date) -> Text:
    """A date in full: ``2026 年 11 月 24 日``, ``24 November 2026``."""
    return Text(f"{day.year} 年 {day.month} 月 {day.day} 日", f"{day:%-d %B %Y}")
