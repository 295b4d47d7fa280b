"""What the policy makes of a case before it is decided: the figures that whoever decides it confirms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban import publication
from tongban.applications.case_facts import attribute_in
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
    """By fact, what its rule gives today; what is not known yet is left out.

    ``view`` is the case's, of :func:`tongban.applications.cases.case_view`.
    """
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
