"""A bundle's page: the plan seen before anything is filled in, and the situation questions that settle it.

Before log-in the answers travel in the address, so that every situation is a link; with none, the commonest is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban import publication
from tongban.applications import batches, cards, representing
from tongban.applications.offers import is_at_once
from tongban.applications.problems import Problem
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.portal import walking
from tongban.portal.pages.door import channel_of, command_id, login_address, page, post, reader, reader_or_none
from tongban.portal.pages.fields import error_lines, with_errors
from tongban.portal.pages.names import article_name
from tongban.portal.pages.plan_figures import attribute_of, laws_of, outline_of, squares_of, ways_of
from tongban.portal.pages.plan_labels import picture_of
from tongban.portal.pages.previews import commonest, offer_at, preview, slug_of
from tongban.portal.pages.situations import (
    answers_in,
    answers_of,
    chips_of,
    next_question,
    question_of,
    questions_ahead,
)
from tongban.portal.templatetags.tongban import in_language
from tongban.supervision import explaining


@page("anybody")
def bundle(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan for the answers in the address, or for the commonest situation."""
    catalog = publication.current()
    offer = offer_at(catalog, slug)
    answers = answers_in(catalog, offer, request.GET.dict())
    shown = answers or commonest(offer)
    plan = preview(catalog, offer, shown)
    context = {
        **plan_context(catalog, offer, plan),
        "is_supposed": not answers and bool(offer.questions),
        "ahead": questions_ahead(catalog, offer, answers),
        "answers": answers,
        "situation_query": urlencode(answers_of(shown)),
        "chips": chips_of(catalog, offer, shown),
        "command": uuid4(),
        "applicants": applicants_of(request, offer),
        "alone": catalog.services.get(offer.id),
        "many_query": _many_query(catalog, offer, answers),
        "explained": explaining.about(offer.id),
        "by_card": cards.finds_by_card(catalog, offer),
        "at_once": is_at_once(catalog, offer.id) and not (plan["questions"] or plan["evidence"]),
    }
    is_part = request.headers.get("HX-Target") == "plan-of-bundle"
    return render(request, "portal/parts/bundle_plan.html" if is_part else "portal/bundle.html", context)


@page("anybody")
def facts(request: HttpRequest, slug: str) -> HttpResponse:
    """Every fact of the plan: why it is needed, by which law, and where it comes from."""
    catalog = publication.current()
    offer = offer_at(catalog, slug)
    answers = answers_in(catalog, offer, request.GET.dict())
    plan = preview(catalog, offer, answers or commonest(offer))
    titles = {
        "questions": _("You give these"),
        "fetched": _("Read from whoever holds them"),
        "derived": _("Worked out from others"),
        "known": _("Known by your log-in, or said with your situation"),
        "produced": _("Made on the way"),
    }
    groups = [
        {"title": title, "lines": [_explained(catalog, offer, plan, line) for line in plan[how]]}
        for how, title in titles.items()
        if plan[how]
    ]
    context = {**plan_context(catalog, offer, plan), "situation_query": urlencode(answers), "groups": groups}
    return render(request, "portal/facts.html", context)


@page("anybody")
def situation(request: HttpRequest, slug: str) -> HttpResponse:
    """The next situation question with the plan as it stands; when none is left, the plan for the answers."""
    catalog = publication.current()
    offer = offer_at(catalog, slug)
    answers = answers_in(catalog, offer, request.GET.dict())
    errors: dict[str, str] = {}
    try:
        plan = preview(catalog, offer, answers)
    except Problem as problem:
        errors = {error.fact: in_language(error.text) for error in problem.errors}
        answers = {fact: raw for fact, raw in answers.items() if fact not in errors}
        plan = preview(catalog, offer, answers)
    fact = next_question(catalog, offer, plan, answers)
    if fact is None:
        return redirect(f"{reverse('portal:bundle', args=[slug_of(catalog, offer.id)])}?{urlencode(answers)}")
    if request.GET.get("asked") == fact and not errors:
        errors = {fact: _("Nothing is chosen yet. Choose one.")}
    questions = with_errors([question_of(catalog, offer, plan, fact)], errors)
    context = {
        **plan_context(catalog, offer, plan),
        "question": questions[0],
        "errors": error_lines(questions, errors),
        "answers": answers,
        "fact": fact,
        "back": urlencode(dict(list(answers.items())[:-1])),
    }
    return render(request, "portal/situation.html", context)


@post("anybody")
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin an application with the answers given; a stranger logs in first and comes back to them."""
    catalog = publication.current()
    offer = offer_at(catalog, slug)
    answers = answers_in(catalog, offer, request.POST.dict())
    if not request.user.is_authenticated:
        then = f"{reverse('portal:bundle', args=[slug_of(catalog, offer.id)])}?{urlencode(answers)}"
        return redirect(login_address(then))
    start = partial(
        walking.start,
        request,
        reader(request),
        offer.id,
        command_id=command_id(request),
        answers=answers,
        applicant=chosen_applicant(request),
        channel=channel_of(request),
    )
    if request.POST.get("at_once") == "yes":
        try:
            return redirect("portal:application", start(agree=True, submit=True))
        except Problem as problem:
            if problem.status not in {409, 422}:
                raise
            # Something is to be said or done first: the way of every other application leads there.
    return redirect("portal:application", start())


def _many_query(catalog: Catalog, offer: BundleDefinition, answers: Mapping[str, Any]) -> str | None:
    """The situation that a table for many begins with: what was said, or the commonest of them; None for no table."""
    if not batches.may_be_many(catalog, offer):
        return None
    asked = {question.fact for question in offer.questions if not question.fact.startswith(f"{offer.applicant}.")}
    usual = {fact: value for fact, value in commonest(offer).items() if fact in asked}
    return urlencode(answers_of(answers or usual))


def applicants_of(request: HttpRequest, offer: BundleDefinition) -> list[dict[str, Any]]:
    """For whom the reader may begin this; empty where there is nothing to choose."""
    actor = reader_or_none(request)
    others = representing.principals(actor, offer.id) if actor else []
    if actor is None or not others:
        return []
    is_personal = offer.subjects[offer.applicant].type == representing.PERSON
    own = [{"id": actor.subject_id, "name": _("Myself")}] if is_personal else []
    return [*own, *others] if len(own) + len(others) > 1 else []


def chosen_applicant(request: HttpRequest) -> int | None:
    """The registered id that was chosen; None leaves it to the use case."""
    text = request.POST.get("for", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004 -- a 64-bit key


def plan_context(catalog: Catalog, offer: BundleDefinition, plan: Mapping[str, Any]) -> dict[str, Any]:
    """All that a page says of a plan."""
    return {
        "bundle": offer,
        "digest": catalog.digest,
        "slug": slug_of(catalog, offer.id),
        "plan": plan,
        "outline": outline_of(catalog, plan),
        "picture": picture_of(catalog, offer, plan),
        "compare": ways_of(catalog, plan),
        "squares": squares_of(catalog, offer, plan),
        **laws_of(catalog, plan),
    }


def _explained(
    catalog: Catalog, offer: BundleDefinition, plan: Mapping[str, Any], line: Mapping[str, Any]
) -> dict[str, Any]:
    """One fact with who needs it, by which law, and where it comes from."""
    attribute = attribute_of(catalog, offer, line["fact"])
    subject = line["fact"].partition(".")[0]
    holder = catalog.authorities.get(line.get("holder") or "")
    maker = catalog.services.get(line.get("by") or "")
    laws = [
        article_name(catalog.laws[reason["law"]].title, reason["article"])
        for reason in plan["because"].get(line["fact"], [])
        if reason["law"] in catalog.laws
    ]
    return {
        "label": attribute.label,
        "subject": offer.subjects[subject].label or catalog.types[attribute.type].label,
        "holder": holder.title if holder else maker.title if maker else None,
        "laws": list(dict.fromkeys(laws)),
        "needed_by": [catalog.services[service].title for service in line["needed_by"]],
    }
