"""The steps of a draft: agree to what is read, say the situation, fill in, give papers. Each saves and goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tongban.applications import filling, papers, reading
from tongban.applications.problems import Problem
from tongban.catalog.vocabulary import Text
from tongban.portal.pages.bundles import plan_context
from tongban.portal.pages.door import page, post, reader, seen_version
from tongban.portal.pages.drafts import Draft, draft_of, step_url
from tongban.portal.pages.fields import Field, error_lines, read_field, with_errors, with_value
from tongban.portal.pages.moments import limit_words
from tongban.portal.pages.paging import pages_of
from tongban.portal.pages.situations import question_of
from tongban.portal.templatetags.tongban import in_language

STALE = "stale-version"
MOST_PAPERS: Final = 20
EMPTY = Problem(422, "empty", Text("这里还没填", "This is still empty."))


@page("person", "POST")
def agree(request: HttpRequest, number: str) -> HttpResponse:
    """What will be read, from whom, for what; reading it now when agreed."""
    if request.method == "POST":
        reading.agree(reader(request), number)
        return redirect("portal:application", number)
    draft = draft_of(request, number)
    context = plan_context(draft.catalog, draft.offer, draft.view["plan"])
    others = [line for line in context["squares"]["holders"] if not line["holder"]]
    context |= {"draft": draft, "number": number, "holders": _read_from(draft), "others": others}
    return render(request, "portal/agree.html", context)


@page("person", "POST")
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """One situation question that no registry settled, or one answered before, to change it."""
    draft = draft_of(request, number)
    key = _key_to_answer(request, draft)
    if key is None:
        return redirect("portal:application", number)
    question = _situation_question(draft, key)
    errors: dict[str, str] = {}
    if request.method == "POST":
        raw = read_field(draft.attribute(key), key, request.POST.dict())
        errors = (
            _saved(request, number, {key: raw}, version=None) if raw else {key: _("Nothing is chosen yet. Choose one.")}
        )
        if not errors:
            return redirect("portal:application", number)
    context = {
        **plan_context(draft.catalog, draft.offer, draft.view["plan"]),
        "number": number,
        "question": with_errors([question], errors)[0],
        "errors": error_lines([question], errors),
        "subject": draft.member_label(draft.owner(key)) if draft.offer.subjects[key.partition(".")[0]].many else "",
    }
    return render(request, "portal/answer.html", context)


@page("person", "POST")
def form(request: HttpRequest, number: str) -> HttpResponse:
    """The questions that are left: first who takes part, then on one page up to nine, else one page a person."""
    draft = draft_of(request, number)
    if draft.rosters and not draft.member and not _is_asked_here(request, draft):
        return redirect("portal:roster", number, draft.rosters[0])
    index = _part_index(request, draft)
    fields = draft.parts[index][1] if draft.parts else []
    errors: dict[str, str] = {}
    version = draft.view["version"]
    if request.method == "POST":
        typed = {
            field["name"]: read_field(draft.attribute(field["name"]), field["name"], request.POST.dict())
            for field in fields
        }
        errors = _named(fields, _saved(request, number, typed, version=seen_version(request)))
        errors |= {
            field["name"]: _("%(label)s is still empty") % {"label": field["label"]}
            for field in fields
            if not typed[field["name"]] and field["name"] not in errors
        }
        if not errors and draft.member:
            return redirect("portal:roster", number, draft.member.partition(".")[0])
        if not errors:
            following = index + 1 < len(draft.parts)
            return redirect(
                f"{step_url(number, 'form')}?part={index + 2}"
                if following
                else reverse("portal:application", args=[number])
            )
        fields = [with_value(field, draft.attribute(field["name"]), typed[field["name"]]) for field in fields]
        version = draft_of(request, number).view["version"]
    context = {
        "draft": draft,
        "number": number,
        "version": version,
        "fields": with_errors(fields, errors),
        "errors": error_lines(fields, errors),
        "part": index + 1,
        "parts": len(draft.parts),
        "part_label": _part_label(draft, index),
        "next_label": _part_label(draft, index + 1),
        "is_naming": bool(fields) and all(draft.names_somebody(field["name"]) for field in fields),
        "known": draft.unasked_rows(lambda key: _dispute_url(number, key)),
        "beside": draft.beside_rows(lambda key: _dispute_url(number, key)),
        "away": _away(draft),
        "counted": _counted(draft, fields),
        "is_mixed": len({field["subject"] for field in fields}) > 1,
    }
    return render(request, "portal/form.html", context)


@post("person")
def count(request: HttpRequest, number: str) -> HttpResponse:
    """How many people it is about."""
    text = request.POST.get("count", "")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 -- no count is as long
    filling.set_count(reader(request), number, request.POST.get("subject", ""), wanted)
    return redirect("portal:form", number)


@page("person", "POST")
def dispute(request: HttpRequest, number: str) -> HttpResponse:
    """A value that a registry has wrong: what it should be. The holder is asked to correct it; the rest goes on."""
    draft = draft_of(request, number)
    key = request.GET.get("fact", "")
    line = next((line for line in draft.shown_facts if line["fact"] == key), None)
    if line is None:
        return redirect("portal:application", number)
    attribute = draft.attribute(key)
    field = draft.field({"fact": key, "value": None, "because": []}) | {"label": _("What is right?")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        raw = read_field(attribute, key, request.POST.dict())
        try:
            if not raw:
                raise EMPTY
            reading.dispute(reader(request), number, key, raw)
            return redirect("portal:application", number)
        except Problem as problem:
            errors = {key: in_language(problem.text)}
            field = with_value(field, attribute, raw)
    context = {
        "draft": draft,
        "number": number,
        "line": line,
        "row": draft.row(line),
        "question": with_errors([field], errors)[0],
        "errors": error_lines([field], errors),
    }
    return render(request, "portal/dispute.html", context)


@page("person", "POST")
def papers_page(request: HttpRequest, number: str) -> HttpResponse:
    """The papers that nobody holds: attach, promise, or let follow; what is attached is shown back at once."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        key = request.POST.get("paper", "")
        try:
            _do_with_paper(request, number, key)
            return redirect(f"{step_url(number, 'papers')}?{request.GET.urlencode()}#{key}")
        except Problem as problem:
            errors = {key: in_language(problem.text)}
    draft = draft_of(request, number)
    pages = pages_of(request, len(draft.view["papers"]), MOST_PAPERS)
    here = draft.view["papers"][pages.skip : pages.skip + MOST_PAPERS]
    lines = [_paper(line) | {"error": errors.get(line["key"])} for line in here]
    context = {
        "pages": pages,
        "missing": sum(line["how"] == "needed" for line in draft.view["papers"]),
        "draft": draft,
        "number": number,
        "papers": lines,
        "errors": [{"id": key, "words": words} for key, words in errors.items()],
        "is_complete": draft.next_step == "sign",
    }
    return render(request, "portal/papers.html", context)


@page("person")
@never_cache
def file(request: HttpRequest, number: str, paper_id: UUID) -> HttpResponse:
    """A file of the application, shown as what it really is and nothing else."""
    name, media_type, content = papers.file_of(reader(request), number, paper_id)
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _paper(line: Mapping[str, Any]) -> dict[str, Any]:
    """A paper of the view, with its day and its limit as people read them."""
    limit = limit_words(line["deferrable"]) if line["deferrable"] else ""
    return {**line, "due_on": date.fromisoformat(line["due"]) if line["due"] else None, "deferrable_words": limit}


def _do_with_paper(request: HttpRequest, number: str, key: str) -> None:
    actor = reader(request)
    upload = request.FILES.get("file")
    match request.POST.get("how"):
        case "promise":
            papers.promise(actor, number, key)
        case "remove":
            papers.remove(actor, number, key)
        case _ if upload is not None:
            papers.attach(actor, number, key, upload.name or "", upload.chunks())
        case _:
            raise EMPTY


def _saved(request: HttpRequest, number: str, typed: Mapping[str, str], version: int | None) -> dict[str, str]:
    """Save what was typed; the errors of what could not be taken, by field. Nothing is saved when there are any."""
    try:
        filling.fill(reader(request), number, {key: raw or None for key, raw in typed.items()}, version=version)
    except Problem as problem:
        if problem.code == STALE:
            return {"stale": in_language(problem.text)}
        if not problem.errors:
            raise
        return {error.fact: in_language(error.text) for error in problem.errors}
    return {}


def _named(fields: Sequence[Field], errors: Mapping[str, str]) -> dict[str, str]:
    """The errors with the name of their field, so that the summary says which one it is."""
    labels = {field["name"]: field["label"] for field in fields}
    return {
        key: words if key not in labels or labels[key] in words else f"{labels[key]}{_(': ')}{words}"
        for key, words in errors.items()
    }


def _key_to_answer(request: HttpRequest, draft: Draft) -> str | None:
    """The answer that the reader wants to change, or else the first open question."""
    wanted = request.GET.get("fact", "")
    if any(line["fact"] == wanted and line["source"] == "claimed" for line in draft.view["facts"]):
        return wanted
    undecided = draft.view["plan"]["undecided"]
    return _first_member(draft, undecided[0]) if undecided else None


def _situation_question(draft: Draft, key: str) -> Field:
    subject, *_member, name = key.split(".")
    question = question_of(draft.catalog, draft.offer, draft.view["plan"], f"{subject}.{name}") | {"name": key}
    said = next((line["value"] for line in draft.view["facts"] if line["fact"] == key), None)
    return with_value(question, draft.attribute(key), said)


def _is_asked_here(request: HttpRequest, draft: Draft) -> bool:
    """Whether the form has something to ask beside its roster: an empty field, or one that the reader came for."""
    empty = {line["fact"] for line in draft.view["missing"]}
    chosen = "part" in request.GET or "fact" in request.GET
    return bool(draft.fields) and (chosen or any(field["name"] in empty for field in draft.fields))


def _part_label(draft: Draft, index: int) -> str:
    """Whose page of the form this is; empty where there is no such page, or it is everybody's."""
    member = draft.parts[index][0] if index < len(draft.parts) else ""
    return draft.member_label(member) if member else ""


def _part_index(request: HttpRequest, draft: Draft) -> int:
    text = request.GET.get("part", "")
    if text.isascii() and text.isdigit() and len(text) < 5:  # noqa: PLR2004 -- no form has more parts
        return max(0, min(int(text), len(draft.parts)) - 1)
    wanted = request.GET.get("fact", "")
    empty = {line["fact"] for line in draft.view["missing"]}
    for index, (_label, fields) in enumerate(draft.parts):
        names = {field["name"] for field in fields}
        if wanted in names or (not wanted and names & empty):
            return index
    return 0


def _read_from(draft: Draft) -> list[dict[str, Any]]:
    """Who is asked for what about whom, by holder: as many names as are counted."""
    groups: dict[str, dict[str, list[str]]] = {}
    for line in draft.view["plan"]["fetched"]:
        label = in_language(draft.attribute(line["fact"]).label)
        for key in draft.keys_of(line):
            whose = draft.member_label(draft.owner(key))
            groups.setdefault(line["holder"], {}).setdefault(whose, []).append(label)
    return [
        {
            "holder": in_language(draft.catalog.authorities[holder].title),
            "icon": draft.catalog.authorities[holder].icon,
            "people": [{"who": who if len(people) > 1 else "", "labels": names} for who, names in people.items()],
            "count": sum(map(len, people.values())),
        }
        for holder, people in groups.items()
    ]


def _first_member(draft: Draft, line: Mapping[str, Any]) -> str:
    subject, _dot, name = line["fact"].partition(".")
    return f"{subject}.{(line['members'] or [1])[0]}.{name}" if draft.offer.subjects[subject].many else line["fact"]


def _dispute_url(number: str, key: str) -> str:
    return f"{reverse('portal:dispute', args=[number])}?fact={key}"


def _away(draft: Draft) -> list[str]:
    """The holders that cannot be read now."""
    holders = {line["holder"] for line in draft.view["plan"]["fetched"] if line["waiting"]}
    names = {in_language(draft.catalog.authorities[holder].title) for holder in holders}
    names |= {
        in_language(line["holder"]) for line in draft.view["facts"] if line["state"] == "unavailable" and line["holder"]
    }
    return sorted(names)


def _counted(draft: Draft, fields: Sequence[Field]) -> list[dict[str, Any]]:
    """The subjects whose number the applicant says: several may take part, and it is typed who they are."""
    typed = {field["name"] for field in fields}
    found = []
    for subject, role in draft.offer.subjects.items():
        key = draft.catalog.types[role.type].key
        if role.many and key is not None and f"{subject}.1.{key}" in typed:
            label = in_language(role.label or draft.catalog.types[role.type].label)
            found.append({"subject": subject, "label": label, "count": draft.view["counts"].get(subject, 1)})
    return found
