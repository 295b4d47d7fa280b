"""Answering a correction: the full list at once, each item given where it stands, then sent back in one go."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tongban import publication
from tongban.applications import case_facts, correcting, promised
from tongban.applications.problems import Problem
from tongban.portal.pages.door import command_id, page, reader
from tongban.portal.pages.fields import field_of, read_field, with_value
from tongban.portal.pages.paying import with_costs
from tongban.portal.templatetags.tongban import in_language


@page("person", "POST")
def correct(request: HttpRequest, number: str, part: int) -> HttpResponse:
    """Give a file, or send everything back."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _take(request, number, part)
        except Problem as problem:
            if not problem.errors:
                raise
            errors = {error.fact: in_language(error.text) for error in problem.errors}
    line = correcting.asked(reader(request), number, part)
    items = [_item(request, line, item, errors.get(item["name"])) for item in line["items"]]
    due = line["needs_you"]["due"]
    context = {
        "line": line,
        "number": number,
        "part": part,
        "items": items,
        "due": date.fromisoformat(due) if due else None,
        "errors": [{"id": name, "words": words} for name, words in errors.items()],
        "command": request.POST.get("command") or uuid4(),
    }
    return render(request, "portal/correct.html", context)


@page("person", "POST")
def owed(request: HttpRequest, number: str) -> HttpResponse:
    """The papers that were to follow: bring them, each by its day."""
    actor = reader(request)
    errors: dict[str, str] = {}
    upload = request.FILES.get("file")
    if request.method == "POST" and upload is not None:
        key = request.POST.get("paper", "")
        try:
            correcting.follow_up(actor, number, key, upload.name or "", upload.chunks())
            return redirect("portal:owed", number)
        except Problem as problem:
            if not problem.errors:
                raise
            errors = {key: in_language(problem.text)}
    papers = [
        {
            **paper,
            "due_on": date.fromisoformat(paper["due"]) if paper["due"] else None,
            "error": errors.get(paper["key"]),
        }
        for paper in promised.owed_papers(actor, number)
    ]
    summary = [{"id": key, "words": words} for key, words in errors.items()]
    return render(request, "portal/owed.html", {"number": number, "papers": papers, "errors": summary})


def _take(request: HttpRequest, number: str, part: int) -> HttpResponse:
    actor = reader(request)
    upload = request.FILES.get("file")
    if upload is not None:
        paper = request.POST.get("paper", "")
        correcting.attach(actor, number, part, paper, upload.name or "", upload.chunks())
        return redirect("portal:correct", number, part)
    facts = {name.removeprefix("fact:").removesuffix(".year"): "" for name in request.POST if name.startswith("fact:")}
    service = publication.current().services.get(request.POST.get("service", ""))
    for name in facts:
        attribute = case_facts.attribute_in(publication.current(), service, name) if service else None
        if attribute is not None:
            facts[name] = read_field(attribute, f"fact:{name}", request.POST.dict())
    correcting.send(actor, number, part, facts, command_id(request))
    return redirect("portal:application", number)


def _item(request: HttpRequest, line: dict[str, Any], item: dict[str, Any], error: str | None) -> dict[str, Any]:
    """One thing that was asked for; a fact comes with its field."""
    if not item["is_fact"]:
        follows = date.fromisoformat(item["follows_by"]) if item["follows_by"] else None
        return item | {"error": error, "follows_on": follows}
    catalog = publication.current()
    attribute = case_facts.attribute_in(catalog, catalog.services[line["service"]], item["name"])
    if attribute is None:
        return item | {"error": error}
    name = f"fact:{item['name']}"
    field = field_of(catalog, attribute, name) | {"id": item["name"], "error": error, "hint": in_language(item["text"])}
    field = with_costs(field, attribute, catalog.services[line["service"]], item["name"])
    return item | {"field": with_value(field, attribute, read_field(attribute, name, request.POST.dict()))}
