"""What policy and books make of a case before it is decided: the figures that whoever decides it confirms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban import publication
from tongban.applications.case_facts import attribute_in
from tongban.applications.figures import worked_out
from tongban.casework import store
from tongban.casework.books import Asked
from tongban.casework.model import Refused
from tongban.casework.production import figure_of, reckoning_of
from tongban.catalog import values
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.sentences import in_words
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.policy import rests_on_unverified


@dataclass(frozen=True, slots=True)
class Amount:
    """What a rule gives, as people read it, or why it gives nothing; whether some figure behind it has no source."""

    shown: Text
    is_unverified: bool = False


def amounts(catalog: Catalog, definition: ServiceDefinition, view: Mapping[str, Any]) -> dict[str, Amount]:
    """By fact, what its rule or the books give today; what is not known yet is left out.

    ``view`` is the case's, of :func:`tongban.applications.cases.case_view`.
    """
    return _reckoned(catalog, definition, view) | _worked_out(catalog, definition, view)


def _worked_out(catalog: Catalog, definition: ServiceDefinition, view: Mapping[str, Any]) -> dict[str, Amount]:
    """By fact, what the books say now, and from what."""
    made = [one for one in definition.produces if one.how == "books"]
    if not made:
        return {}
    (case,) = [case for case in store.cases_of([view["application"]]) if case.number == view["number"]]
    known = store.facts_of([case.number])[case.number]
    asked = Asked(case.number, case.service, case.roles, lambda: known, time.now())
    told = {rule: worked_out(asked, rule) for rule in dict.fromkeys(one.rule or "" for one in made)}
    found: dict[str, Amount] = {}
    for one in made:
        attribute, by_figure = attribute_in(catalog, definition, one.fact), told[one.rule or ""]
        if isinstance(by_figure, Refused):
            found[one.fact] = Amount(by_figure.text)
        elif attribute is not None and (one.figure or "") in by_figure:
            figure = by_figure[one.figure or ""]
            words = in_words(attribute, figure.value)
            shown = Text(f"{words.zh}（{figure.why.zh}）", f"{words.en} ({figure.why.en})")
            found[one.fact] = Amount(shown, figure.is_unverified)
    return found


def _reckoned(catalog: Catalog, definition: ServiceDefinition, view: Mapping[str, Any]) -> dict[str, Amount]:
    made = [one for one in definition.produces if one.how == "policy"]
    if not made:
        return {}
    wanted = {fact for one in made for fact in one.of}
    named = {line["fact"]: line["value"] for line in view["facts"] if line["fact"] in wanted}
    attributes = {fact: attribute_in(catalog, definition, fact) for fact in named}
    known = {fact: values.read(one, named[fact]) for fact, one in attributes.items() if one is not None}
    book, today = publication.current().rulebook, time.today()
    found: dict[str, Amount] = {}
    for one in made:
        attribute = attribute_in(catalog, definition, one.fact)
        if attribute is None or not known.keys() >= set(one.of):
            continue
        try:
            way = reckoning_of(one, known, book, today)
        except Refused as refusal:
            found[one.fact] = Amount(refusal.text)
        else:
            is_unverified = rests_on_unverified(book, way, one.figure or "")
            found[one.fact] = Amount(in_words(attribute, figure_of(one, way, book)), is_unverified)
    return found
