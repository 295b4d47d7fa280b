"""After sending: where each part stands, the one thing that waits for the reader, what happened, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban import publication
from tongban.applications import inquiries, promised, renewing, views, withdrawal
from tongban.applications.following import worst_light
from tongban.applications.offers import offer_of
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.clock import working_days_between
from tongban.platform import time
from tongban.portal.pages.delivering import delivery_rows
from tongban.portal.pages.door import channel_of, command_id, page, post, reader
from tongban.portal.pages.drafts import Draft, step_url
from tongban.portal.pages.moments import moment_words
from tongban.portal.pages.paging import pages_of
from tongban.portal.pages.paying import amount_of, owed
from tongban.portal.pages.paying import answer_of as fees_answer
from tongban.portal.pages.plan_labels import picture_of
from tongban.portal.pages.rating import rating_card
from tongban.portal.plan_picture import PlanPicture, Progress, State
from tongban.portal.templatetags.tongban import in_language, short_date, zh_date
from tongban.publication import calendars
from tongban.supervision import ratings

MOST_EVENTS: Final = 12
MOST_PARTS: Final = 30
PAGE: Final = 50
REFUSED: Final = ("refused", "lapsed")


@page("person")
def application(request: HttpRequest, number: str) -> HttpResponse:
    """An application wherever it stands: the next step of a draft, for whom it waits, or how it is going."""
    actor = reader(request)
    if (rated := ratings.rated_in(actor, number)) is not None:
        return redirect("portal:application", rated)
    view = views.application_view(actor, number)
    if view["state"] in {"draft", "waiting"} and not view["is_applicant"]:
        return redirect("portal:consent", number)
    if view["bundle"] in inquiries.SERVICES:
        return redirect("portal:inquiry", number)
    if view["state"] == "draft":
        catalog = publication.current()
        return redirect(step_url(number, Draft(view, catalog, offer_of(catalog, view["bundle"])).next_step))
    if view["state"] == "waiting":
        return render(request, "portal/waiting.html", _waiting(request, view))
    plan = promised.plan_at_submission(actor, number)
    context = progress_context(view, plan) | {"rating": rating_card(actor, view)}
    return render(request, "portal/progress.html", {"tab": "applications", **context})


@page("person")
def events(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that happened, newest first."""
    view = views.application_view(reader(request), number)
    return render(
        request,
        "portal/events.html",
        {"tab": "applications", "view": view, "number": number, "events": event_lines(view)},
    )


@page("person", "POST")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """What stops and what stands, then taking it back."""
    actor = reader(request)
    if request.method == "POST":
        withdrawal.withdraw(actor, number, command_id(request))
        return redirect("portal:application", number)
    view = views.application_view(actor, number)
    stops = [line for line in view["cases"] if line["is_open"]]
    stands = [line for line in view["cases"] if is_done(line)]
    context = {"view": view, "number": number, "stops": stops, "stands": stands, "command": uuid4()}
    return render(request, "portal/withdraw.html", context)


@post("person")
def again(request: HttpRequest, number: str) -> HttpResponse:
    """Apply once more for what is left, with everything the reader gave before."""
    actor = reader(request)
    new = renewing.apply_again(actor, number, command_id=command_id(request), channel=channel_of(request))
    return redirect("portal:application", new)


def progress_context(view: Mapping[str, Any], plan: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the page of a sent application says; ``plan`` is what was promised."""
    catalog = publication.current()
    offer = offer_of(catalog, view["bundle"])
    cases = [{**line, "by": _day(line["promise_due"])} for line in view["cases"]]
    view = {**view, "cases": cases}
    asks = _asks(view)
    refused = [line for line in cases if line["result"] in REFUSED]
    return {
        "view": view,
        "number": view["number"],
        "answer": answer_of(view),
        "note": _note(view),
        "parts": grouped(view) if len(cases) > MOST_PARTS else [part_of(view, line) for line in cases],
        "ask": asks[0] if asks else None,
        "more_asked": asks[1:],
        "fees_words": fees_answer(view["fees"]) if view["fees"] else "",
        "delivery": delivery_rows(view["number"], view["delivery"]),
        "refused": [{**line, "notices": _notices(line)[-1:]} for line in refused],
        "events": event_lines(view, MOST_EVENTS),
        "is_open": any(line["is_open"] for line in cases),
        "total": len(cases),
        "command": uuid4(),
        "picture": _picture(catalog, offer, plan, cases) if plan else None,
        "places": [
            {"words": _("My applications"), "url": reverse("portal:applications")},
            {"words": in_language(view["title"])},
        ],
    }


def grouped(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Many parts as one line for each service, with how many are done, the worst light, and the way to each."""
    found = []
    for service in dict.fromkeys(line["service"] for line in view["cases"]):
        lines = [line for line in view["cases"] if line["service"] == service]
        done = sum(is_done(line) for line in lines)
        asked = sum(bool(line["needs_you"]) for line in lines)
        is_open = any(line["is_open"] for line in lines)
        part = {
            "title": in_language(lines[0]["title"]),
            "office": ngettext("%(done)s of %(n)s done", "%(done)s of %(n)s done", len(lines))
            % {"done": done, "n": len(lines)},
            "state": "you" if asked else "office" if is_open else "done" if done == len(lines) else "none",
            "words": ngettext("%(n)s waits for you", "%(n)s wait for you", asked) % {"n": asked} if asked else "",
            "light": worst_light([line["light"] for line in lines]) if is_open else None,
            "url": f"{reverse('portal:parts', args=[view['number']])}?service={service}",
            "url_words": _("See all"),
        }
        found.append(part)
    return found


@page("person")
def parts(request: HttpRequest, number: str) -> HttpResponse:
    """The parts of one service, a page at a time."""
    actor = reader(request)
    view = views.application_view(actor, number)
    service = request.GET.get("service", "")
    lines = [{**line, "by": _day(line["promise_due"])} for line in view["cases"]]
    lines = [line for line in lines if line["service"] == service]
    if not lines:
        return redirect("portal:application", number)
    pages = pages_of(request, len(lines), PAGE)
    here = lines[pages.skip : pages.skip + PAGE]
    names = {line["number"] for line in here}
    seen = {**view, "events": [event for event in view["events"] if event["case"] in names]}
    context = {
        "tab": "applications",
        "view": view,
        "number": number,
        "title": in_language(lines[0]["title"]),
        "done": sum(is_done(line) for line in lines),
        "parts": [part_of(seen, line) for line in here],
        "pages": pages,
    }
    return render(request, "portal/parts.html", context)


def answer_of(view: Mapping[str, Any]) -> str:
    """The one sentence: when all of it is done, or how it ended."""
    cases = view["cases"]
    if view["state"] == "withdrawn" and not any(line["is_open"] for line in cases):
        return _("Withdrawn")
    if any(line["is_open"] for line in cases):
        return _promise_words(view["promise"]) if view["promise"] else _("On its way")
    done = sum(is_done(line) for line in cases)
    if done == len(cases):
        return _("All done")
    return _("%(done)s of %(all)s done, the rest has ended") % {"done": done, "all": len(cases)}


def _promise_words(promise: Mapping[str, Any]) -> str:
    """Today's promise for the whole, or that its day has passed, or what it becomes if the reader acts today."""
    due = date.fromisoformat(promise["due"])
    if promise["waits_for_applicant"]:
        return _("Give it today, and all is done by %(date)s") % {"date": short_date(due)}
    words = _("Should have been done by %(date)s") if due < time.today() else _("All done by %(date)s")
    return words % {"date": short_date(due)}


def is_done(line: Mapping[str, Any]) -> bool:
    """Whether a part was granted and what it brought still stands."""
    return line["result"] == "granted" and not line["revoked"]


def part_of(view: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    """One part as the component `parts` has it."""
    part = {
        "title": in_language(line["title"]),
        "about": in_language(line["about"]) if line["about"] else "",
        "office": in_language(line["office_title"]),
        "state": "office",
        "words": "",
    }
    if line["theirs"]:
        part["office"] = _("%(office)s (its number %(number)s)") % {"office": part["office"], "number": line["theirs"]}
    credential = next((paper for paper in line["documents"] if paper["sort"] == "credential"), None)
    due = line["by"]
    if line["revoked"] and credential:
        on = short_date(date.fromisoformat(credential["revoked_on"]))
        part |= {"state": "revoked", "words": _("revoked on %(date)s, no longer valid") % {"date": on}}
        part |= {"url": reverse("portal:document", args=[credential["id"]]), "url_words": _("See why")}
    elif line["result"] == "granted":
        part |= {"state": "done", "words": _ended(view, line)}
        if credential:
            part |= {"url": reverse("portal:document", args=[credential["id"]]), "url_words": _("See it")}
    elif line["result"] == "not-possible":
        because = in_language(line["because"]) if line["because"] else ""
        words = _("because “%(what)s” was not granted") % {"what": because} if because else ""
        part |= {"state": "not-possible", "reason": words or in_language(line["state_label"])}
    elif line["result"] is not None:
        part |= {"state": "none", "words": in_language(line["state_label"])}
    elif due_fees := [fee for fee in owed(view["fees"]) if fee["case"] == line["number"] and not line["clock"]]:
        words = _("to be paid: %(amount)s yuan") % {"amount": amount_of(due_fees)}
        part |= {"state": "you", "pill": _("waits for you"), "words": words}
    elif line["needs_you"]:
        part |= {"state": "you", "pill": _("waits for you"), "words": _waits_words(line)}
    elif line["waits_for"]:
        part |= {"state": "waiting", "words": _(", ").join(filter(None, (_by(due), in_language(line["state_label"]))))}
    else:
        late = line["light"] == "red" and due
        words = _("should have been done by %(date)s, not done yet") % {"date": short_date(due)} if late else _by(due)
        part |= {"light": "paused" if line["paused"] else line["light"], "words": words}
    return part


def event_lines(view: Mapping[str, Any], most: int | None = None) -> list[dict[str, Any]]:
    """The newest events of an application for the component `events`; where several take part, with whose it was."""
    about = {line["number"]: in_language(line["about"]) for line in view["cases"] if line["about"]}
    lines = []
    for event in view["events"][:most]:
        words = in_language(event["text"])
        if event["reason"]:
            words = f"{words}{_(': ')}{event['reason']}"
        line = {"at": moment_words(datetime.fromisoformat(event["at"])), "iso": event["at"], "words": words}
        lines.append(line | {"about": about.get(event["case"], "")})
    return lines


def _picture(
    catalog: Catalog, offer: BundleDefinition, plan: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]
) -> PlanPicture:
    """The plan that was promised, with how far each service has come and a line at today."""
    return picture_of(catalog, offer, plan, today=time.today(), progress=progress_of(cases))


def progress_of(cases: Sequence[Mapping[str, Any]]) -> dict[str, Progress]:
    """How far each service has come; a service of several members is as far as the one that is furthest behind."""
    found: dict[str, Progress] = {}
    order = list(State)
    for line in cases:
        if is_done(line):
            state = State.DONE
        elif line["result"] is not None:
            state = State.NOT_POSSIBLE
        elif line["waits_for"]:
            state = State.WAITING
        else:
            state = State.LATE if line["light"] == "red" else State.PLANNED
        known = found.get(line["service"])
        if known is None or order.index(known.state) > order.index(state):
            found[line["service"]] = Progress(state, in_language(line["state_label"]))
    return found


def _note(view: Mapping[str, Any]) -> dict[str, Any]:
    """How today's promise stands to the first: the days left, the light with its words, and why it is later."""
    promise = view["promise"]
    if promise is None:
        return {}
    left = working_days_between(calendars.current(), time.today(), date.fromisoformat(promise["due"]))
    late, first = promise["late_workdays"], _day(promise["first"])
    note: dict[str, Any] = {
        "left": ngettext("%(n)s workday left", "%(n)s workdays left", left) % {"n": left} if left >= 0 else "",
        "light": {"green": "ok", "yellow": "warn", "red": "bad"}[promise["light"]],
        "words": _("as promised at first"),
        "why": _("; ").join(in_language(reason) for reason in promise["because"]),
        "waits": _("It waits for you: these days do not count") if promise["waits_for_applicant"] else "",
    }
    if late:
        words = ngettext("%(n)s workday late", "%(n)s workdays late", late)
        note |= {"words": words % {"n": late}, "first": first}
    elif promise["light"] == "red":
        note["words"] = _("a part was not done by its day")
    return note


def _asks(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All that the reader has to do: first what has a day (corrections, papers), then money that holds up a result."""
    number = view["number"]
    found = [_ask(number, line) for line in view["cases"] if line["needs_you"]]
    papers, money = _ask_owed(number, view.get("papers", [])), _ask_fees(number, owed(view["fees"]))
    return [*found, *(each for each in (papers, money) if each is not None)]


def _ask_fees(number: str, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The blue box for what is to be paid."""
    if not lines:
        return None
    titles = _(", ").join(in_language(line["title"]) for line in lines)
    return {
        "title": _("One thing for you: pay for %(what)s") % {"what": titles},
        "words": _("%(amount)s yuan; you get it once this is paid. There is no last day")
        % {"amount": amount_of(lines)},
        "until": "",
        "url": reverse("portal:fees", args=[number]),
        "action": _("See and pay"),
    }


def _ask(number: str, line: Mapping[str, Any]) -> dict[str, Any]:
    """The blue box of one part: what is missing, by when, and where to give it."""
    needs = line["needs_you"]
    items = [in_language(item["text"]) for item in needs["items"]]
    due = date.fromisoformat(needs["due"]) if needs["due"] else None
    missing = ngettext("%(n)s thing is missing", "%(n)s things are missing", len(items)) % {"n": len(items)}
    return {
        "title": _("One thing for you: %(what)s") % {"what": in_language(line["title"])},
        "words": f"{missing}{_(': ')}{_('; ').join(items)}" if items else in_language(needs["label"]),
        "until": _("by %(date)s") % {"date": zh_date(due)} if due else "",
        "url": reverse("portal:correct", args=[number, line["part"]]),
    }


def _ask_owed(number: str, papers: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The blue box for papers that were to follow; the one with the nearest day says by when."""
    if not papers:
        return None
    nearest = min((date.fromisoformat(paper["due"]) for paper in papers if paper["due"]), default=None)
    return {
        "title": _("One thing for you: %(what)s") % {"what": _("papers that were to follow")},
        "words": _(", ").join(in_language(paper["label"]) for paper in papers),
        "until": _("by %(date)s") % {"date": zh_date(nearest)} if nearest else "",
        "url": reverse("portal:owed", args=[number]),
    }


def _ended(view: Mapping[str, Any], line: Mapping[str, Any]) -> str:
    moments = [event["at"] for event in view["events"] if event["case"] == line["number"]]
    return _("done on %(date)s") % {"date": short_date(datetime.fromisoformat(max(moments)).date())} if moments else ""


def _waits_words(line: Mapping[str, Any]) -> str:
    """Until when a part waits for the reader, and by when it is done if that comes today."""
    until, due = _day(line["needs_you"]["due"]), line["by"]
    words = [_("you have until %(date)s") % {"date": short_date(until)}] if until else []
    return _("; ").join(words + ([_("if it comes today: done by %(date)s") % {"date": short_date(due)}] if due else []))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _by(due: date | None) -> str:
    return _("by %(date)s") % {"date": short_date(due)} if due else ""


def _notices(line: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"words": in_language(paper["title"]), "url": reverse("portal:document", args=[paper["id"]])}
        for paper in line["documents"]
        if paper["sort"] == "notice"
    ]


def _waiting(request: HttpRequest, view: Mapping[str, Any]) -> dict[str, Any]:
    waiting = [signer for signer in view["signers"] if not signer["done"]]
    alike = len({signer["subject"].partition(".")[0] for signer in waiting}) < len(waiting)
    address = request.build_absolute_uri(reverse("portal:consent", args=[view["number"]]))
    return {
        "view": view,
        "number": view["number"],
        "names": _(", ").join(
            (signer["name"] if alike else "") or in_language(signer["label"]) or signer["subject"] for signer in waiting
        ),
        "address": address,
        "tab": "applications",
    }
