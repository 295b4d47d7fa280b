"""The calculators: any rule as a page of its inputs, its answer, and how it came about line by line with articles.

A page is made from the rule's declaration alone and is asked by its address, so that an answer can be sent to somebody
and needs no script. What a rule compares stands side by side, and year by year as bars.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban import publication
from tongban.applications.problems import Problem
from tongban.catalog.model import Catalog
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.policy import Input, Line, PolicyError, Reckoning, Rule, Rulebook, lines, reckon, rule_of, shown
from tongban.policy.values import UNITS, integer, raw
from tongban.portal.pages.door import page
from tongban.portal.pages.fields import Field, error_lines, with_errors
from tongban.portal.templatetags.tongban import in_language
from tongban.text import Text

IN_HUNDREDTHS: Final = frozenset({"fen", "rate"})
"""Kinds that people write with two decimals: yuan and percent."""
WIDTHS: Final[Mapping[str, int]] = {"fen": 18, "month": 8}
YEAR_MONTHS: Final = 12
_NUMBER: Final = re.compile(r"-?[0-9,]{0,20}[0-9](\.[0-9]{1,6})?")
_MONTH: Final = re.compile(r"(\d{4})\D*(\d{1,2})\D*")


@page("anybody")
def calculators(request: HttpRequest) -> HttpResponse:
    """All calculators: those that say what they are for in plain words first."""
    rules = publication.current().rules.values()
    tiles = [{"url": _address(one), "title": one.title, "plain": one.plain} for one in rules if one.plain]
    others = [{"url": _address(one), "title": one.title} for one in rules if not one.plain]
    return render(request, "portal/calculators.html", {"tiles": tiles, "others": others})


@page("anybody")
def calculator(request: HttpRequest, rule: str) -> HttpResponse:
    """One rule: asked with what usually holds, answered when something was typed."""
    catalog = publication.current()
    book, on = catalog.rulebook, time.today()
    found = _rule(book, rule)
    inputs = book.inputs(found.id)
    typed = {name: _typed(one, request.GET) for name, one in inputs.items()}
    is_asked = any(typed.values())
    errors: dict[str, str] = {}
    answer: dict[str, Any] = {}
    if is_asked:
        facts, errors = _facts(inputs, typed)
        try:
            answer = {} if errors else _answer(catalog, reckon(book, found.id, facts, on), facts, on)
        except PolicyError as error:
            errors = {issue.at: in_language(issue.text) for issue in error.issues}
    values = {
        name: (typed[name] if is_asked else "") or _usual(one, on, is_asked=is_asked) for name, one in inputs.items()
    }
    fields = [_field(one, values[name]) for name, one in inputs.items()]
    context = {
        "rule": found,
        "fields": with_errors(fields, errors),
        "errors": error_lines(fields, errors),
        "places": [
            {"words": _("Calculators"), "url": reverse("portal:calculators")},
            {"words": in_language(found.title)},
        ],
        **answer,
    }
    return render(request, "portal/calculator.html", context)


def _rule(book: Rulebook, name: str) -> Rule:
    try:
        return rule_of(book, name.replace(".", "/"))
    except PolicyError as error:
        raise Problem(404, error.code, error.issues[0].text) from error


def _address(rule: Rule) -> str:
    return reverse("portal:calculator", args=[in_address(rule.id)])


def _typed(one: Input, sent: Mapping[str, str]) -> str:
    """What was typed for an input, as one text."""
    if one.kind != "date":
        return sent.get(one.name, "").strip()
    boxes = [sent.get(f"{one.name}.{part}", "").strip() for part in ("year", "month", "day")]
    return f"{boxes[0]:0>4}-{boxes[1]:0>2}-{boxes[2]:0>2}" if any(boxes) else sent.get(one.name, "").strip()


def _facts(inputs: Mapping[str, Input], typed: Mapping[str, str]) -> tuple[dict[str, object], dict[str, str]]:
    """What was typed as facts, and what is wrong with it in the words of a form; what was left empty is no fact."""
    facts: dict[str, object] = {}
    errors: dict[str, str] = {}
    for name, text in typed.items():
        if not text:
            continue
        value = _value(inputs[name], text)
        if value is None:
            errors[name] = (
                _ERRORS[inputs[name].kind]() if inputs[name].kind in _ERRORS else _("A whole number is needed.")
            )
        else:
            facts[name] = value
    return facts, errors


_ERRORS: Final = {
    "fen": lambda: _("An amount in yuan, at most two decimals."),
    "rate": lambda: _("A number in percent, at most two decimals."),
    "month": lambda: _("Write the month as 2026-11."),
    "date": lambda: _("There is no such day."),
}


def _value(one: Input, text: str) -> int | str | None:
    """A fact as rules take it, or None where the text is none of its kind."""
    if one.kind == "choice":
        return text
    if one.kind == "month":
        match = _MONTH.fullmatch(text)
        text = f"{match[1]}-{match[2]:0>2}" if match else text
    if one.kind in {"month", "date"}:
        return None if integer(one.kind, text) is None else text
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text.replace(",", "")) * (100 if one.kind in IN_HUNDREDTHS else 1)
    return int(number) if number == number.to_integral_value() else None


def _usual(one: Input, on: date, *, is_asked: bool) -> str:
    """What the form begins with, as it would be typed; once it was asked, what an empty box was taken for."""
    value = one.otherwise if is_asked else one.usual
    if value == "on":
        return on.isoformat()[: 7 if one.kind == "month" else 10]
    if one.kind in IN_HUNDREDTHS and value is not None:
        return f"{Decimal(value) / 100:f}".removesuffix(".00")
    return "" if value is None else str(value)


def _field(one: Input, value: str) -> Field:
    """The component `question` for one input."""
    field: Field = {
        "name": one.name,
        "label": in_language(one.label),
        "hint": in_language(one.hint),
        "kind": "text",
        "width": WIDTHS.get(one.kind, 8),
        "inputmode": "text" if one.kind == "month" else "decimal",
        "unit": in_language(UNITS.get(one.kind)).strip(),
        "autocomplete": "off",
        "value": value,
    }
    if one.kind == "choice":
        options = [{"value": option.value, "label": in_language(option.label)} for option in one.options]
        return field | {"kind": "choice", "options": options}
    if one.kind == "date":
        year, month, day = (*value.split("-"), "", "", "")[:3]
        return field | {
            "kind": "date",
            "value_year": year,
            "value_month": month.lstrip("0"),
            "value_day": day.lstrip("0"),
        }
    return field


def _answer(catalog: Catalog, found: Reckoning, facts: Mapping[str, object], on: date) -> dict[str, Any]:
    """What the template shows of an answer."""
    book, rule = catalog.rulebook, found.ruling.rule
    derivation = lines(book, found)
    told = {line.name: line for line in derivation}
    results = [told[name] for name in rule.results]
    return {
        "answer": {"label": results[0].label, "shown": results[0].shown},
        "rows": [{"label": in_language(line.label), "value": in_language(line.shown)} for line in results[1:]],
        "derivation": [_line(catalog, line) for line in derivation if line.what != "given"],
        "unverified": [line.label for line in derivation if line.status == "unverified"],
        "compared": _compared(book, rule, facts, on) if rule.compares else None,
    }


def _line(catalog: Catalog, line: Line) -> dict[str, Any]:
    """One line as the component `derivation` has it."""
    law = catalog.laws.get(line.because.law) if line.because else None
    because = ""
    if law is not None and line.because is not None:
        named = {"law": in_language(law.title), "articles": line.because.articles}
        because = _("%(law)s, article %(articles)s") % named if line.because.articles else _("%(law)s") % named
        because += f" · {law.number}" if law.number else ""
    note = in_language(line.note)
    return {
        "name": in_language(line.label),
        "amount": in_language(line.shown),
        "formula": in_language(line.how),
        "because": " · ".join(each for each in (because or _("no source yet"), note) if each),
        "status": line.status,
    }


def _compared(book: Rulebook, rule: Rule, facts: Mapping[str, object], on: date) -> dict[str, Any] | None:
    """The rule for several values of one input: the ends side by side, and each year between them as a bar."""
    views = rule.compares
    if views is None:
        return None
    other, kind = book.rules[views.rule], book.inputs(rule.id)[views.input].kind
    try:
        ends = reckon(book, other.id, {name: facts.get(name) for name in book.inputs(other.id)}, on)
    except PolicyError:
        return None
    labels = {name: one.label for name, one in book.figures(other.id).items()}
    at = {name: integer(kind, value) or 0 for name, value in ends.results(book).items() if name in views.ends}
    asked = integer(kind, facts[views.input]) or 0
    steps = sorted({*range(min(at.values()), max(at.values()), YEAR_MONTHS), *at.values(), asked})
    tried = {step: _tried(book, rule, {**facts, views.input: raw(kind, step)}, on) for step in steps}
    sides = [(labels[name], at[name], tried[at[name]]) for name in views.ends]
    figures = book.figures(rule.id)
    return {
        "sides": [{"title": label, "when": shown(kind, step)} for label, step, _values in sides],
        "table": [
            {
                "label": figures[name].label,
                "cells": [shown(figures[name].kind, one[name]) if one else "–" for *_rest, one in sides],
            }
            for name in rule.results
        ],
        "bars": _bars(
            {shown(kind, step): found for step, found in tried.items() if found}, views.figure, shown(kind, asked)
        ),
        "figure": figures[views.figure].label,
    }


def _tried(book: Rulebook, rule: Rule, facts: Mapping[str, object], on: date) -> Mapping[str, Any]:
    """The values that the rule gives; nothing where it refuses, such as a day that has passed."""
    try:
        return reckon(book, rule.id, facts, on).values
    except PolicyError:
        return {}


def _bars(found: Mapping[Text, Mapping[str, Any]], figure: str, asked: Text) -> list[dict[str, Any]]:
    largest = max((values[figure] for values in found.values()), default=0) or 1
    return [
        {
            "title": title,
            "shown": shown("fen", values[figure]),
            "percent": 100 * values[figure] // largest,
            "is_asked": title == asked,
        }
        for title, values in found.items()
    ]
