"""The situation: which answers decide what is needed, the question that is asked next, and the chips that say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from tongban import publication
from tongban.applications import planning
from tongban.applications.document import attribute_of
from tongban.applications.offers import offer_of
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.platform import time
from tongban.portal.pages.fields import Field, field_of, read_field
from tongban.portal.pages.previews import commonest, plain_value
from tongban.portal.templatetags.tongban import in_language

Answers = Mapping[str, Any]
MOST_QUESTIONS: Final = 5


def answers_in(catalog: Catalog, offer: BundleDefinition, sent: Mapping[str, str]) -> dict[str, str]:
    """The answers that an address or form carries, as they were typed; whatever is no fact is passed over."""
    found = {}
    for key in dict.fromkeys(key.removesuffix(".year") for key in sent):
        attribute = attribute_of(catalog, offer, key) if "." in key else None
        raw = read_field(attribute, key, sent) if attribute is not None else ""
        if raw:
            found[key] = raw
    return found


def next_question(catalog: Catalog, offer: BundleDefinition, plan: Mapping[str, Any], answers: Answers) -> str | None:
    """The undecided fact to ask before log-in, the one that settles most first; None when nothing is to be asked.

    A register will be read after log-in, so what one holds is asked only while there is room and where people may say
    it themselves: never does it make the questions more than five. What is left open then is drawn with its `if`.
    """
    undecided = plan["undecided"]
    has_room = len(answers) + sum(line["how"] == "asked" for line in undecided) < MOST_QUESTIONS
    held = (line["fact"] for line in undecided if line["how"] != "asked")
    askable = {fact for fact in held if has_room and _may_be_said(catalog, offer, fact)}
    return next((line["fact"] for line in undecided if line["how"] == "asked" or line["fact"] in askable), None)


def _may_be_said(catalog: Catalog, offer: BundleDefinition, fact: str) -> bool:
    attribute = attribute_of(catalog, offer, fact)
    return attribute is not None and attribute.claimable


def questions_ahead(catalog: Catalog, offer: BundleDefinition, answers: Answers) -> int:
    """How many questions are asked before the form of whoever has said `answers` and is in the commonest situation
    otherwise: what the button that leads to them says. 0 when nothing more is asked.
    """
    return _ahead(catalog.digest, offer.id, tuple(answers.items()), time.today())


@lru_cache(maxsize=2_000)
def _ahead(digest: str, offer_id: str, answers: tuple[tuple[str, Any], ...], on: date) -> int:
    catalog = publication.at(digest)
    offer = offer_of(catalog, offer_id)
    said, usual, asked = dict(answers), commonest(offer), 0
    while asked < MOST_QUESTIONS:
        plan = planning.preview(catalog, offer, said, on).to_json()
        fact = next_question(catalog, offer, plan, said)
        if fact is None:
            break
        asked += 1
        options = [option["value"] for option in question_of(catalog, offer, plan, fact).get("options", [])]
        if fact not in usual and not options:
            break  # nobody's usual answer: what it settles shows once it is said
        said[fact] = usual[fact] if fact in usual else options[0]
    return asked


def question_of(catalog: Catalog, offer: BundleDefinition, plan: Mapping[str, Any], fact: str) -> Field:
    """The question for one undecided fact, as the page's h1, worded by the bundle or else by its attribute's label."""
    attribute = attribute_of(catalog, offer, fact)
    if attribute is None:
        raise LookupError(fact)
    field = field_of(catalog, attribute, fact)
    worded = next((question for question in offer.questions if question.fact == fact), None)
    if worded is not None:
        field["label"] = in_language(worded.text)
        for option in field.get("options", []):
            option["label"] = in_language(worded.chips.get(option["value"], option["label"]))
    settled: list[str] = next((line["settles"] for line in plan["undecided"] if line["fact"] == fact), [])
    names = dict.fromkeys(in_language(catalog.services[service].title) for service in settled)
    why = _("It decides whether this is needed: %(names)s.") % {"names": _(", ").join(names)} if names else ""
    return field | {"large": True, "why": why}


def chips_of(catalog: Catalog, offer: BundleDefinition, answers: Answers) -> list[dict[str, Any]]:
    """Each situation question with its possible answers as links and the present one marked.

    A question whose answer does not matter in the present situation, because nothing reads it, is left out when it has
    no answer.
    """
    rows = []
    for question in offer.questions:
        present = plain_value(answers[question.fact]) if question.fact in answers else None
        if attribute_of(catalog, offer, question.fact) is None:
            continue
        options = [
            {
                "words": in_language(words),
                "is_present": value == present,
                "query": urlencode({**answers_of(answers), question.fact: value}),
            }
            for value, words in question.chips.items()
        ]
        chosen = next((option["words"] for option in options if option["is_present"]), None)
        rows.append({"label": in_language(question.text), "options": options, "chosen": chosen})
    return rows


def answers_of(answers: Answers) -> dict[str, str]:
    """Answers as they stand in an address."""
    return {fact: plain_value(value) for fact, value in answers.items()}
