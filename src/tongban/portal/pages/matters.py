"""The reader's own lists: applications, messages, documents, and who looked at their data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from tongban import publication
from tongban.accounts.actor import Actor
from tongban.applications import batches, documents, inquiries, messages, views
from tongban.applications.issuing import REVOCATION
from tongban.applications.models import Batch, Message
from tongban.applications.offers import title_of
from tongban.applications.problems import not_found
from tongban.catalog.vocabulary import Office
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.portal.pages.door import page, reader
from tongban.portal.pages.moments import moment_words
from tongban.portal.qr import qr_code
from tongban.portal.templatetags.tongban import in_language, short_date

SOON_DAYS: Final = 30
GONE: Final = {
    "revoked": gettext_lazy("revoked"),
    "superseded": gettext_lazy("superseded"),
    "expired": gettext_lazy("expired"),
}
"""What is said of a document that holds no more."""
PLACES: Final = {
    **dict.fromkeys(
        ("fee-due", "fee-awaited", "fee-reminder", "fee-paid", "refund-asked", "refunded", "refund-failed"), "fees"
    ),
    "hand-over": "delivery",
    "paper-overdue": "owed",
}
"""Messages that lead to a page of their own, by their code."""
LISTS: Final = {
    "come-back": "desk:visits",
    "repaired": "portal:menu",
    "to-be-walked": "portal:menu",
    "walked": "portal:menu",
    "walk-announced": "desk:walks",
    "walk-invited": "portal:walks",
    "walk-owed": "desk:walks",
}
"""Messages about no application, and where they lead."""


@page("person")
def applications(request: HttpRequest) -> HttpResponse:
    """Everything the reader applied for, and what waits for the reader's signature."""
    lines = matters_of(reader(request))
    context = {
        "tab": "applications",
        "running": [line for line in lines if line["is_running"]],
        "ended": [line for line in lines if not line["is_running"]],
        "batches": [_table(batch) for batch in batches.batches_of(reader(request))],
    }
    return render(request, "portal/applications.html", context)


def _table(batch: Batch) -> dict[str, Any]:
    """A table of many rows as a card."""
    standing = _("ended") if batch.finished_at else _("in hand") if batch.started_at else _("draft")
    title = title_of(publication.current(), batch.bundle)
    return {"batch": batch, "title": title, "standing": standing}


def matters_of(actor: Actor) -> list[dict[str, Any]]:
    """The reader's applications as cards, newest first; what was asked of an office has a list of its own."""
    return [_matter(line) for line in views.my_applications(actor) if line["bundle"] not in inquiries.SERVICES]


def _matter(line: Mapping[str, Any]) -> dict[str, Any]:
    running = line["state"] in {"draft", "waiting"} or line["open"] > 0
    due = date.fromisoformat(line["due"]) if line["due"] else None
    standing = {"draft": _("draft"), "waiting": _("waits for a signature"), "withdrawn": _("withdrawn")}.get(
        line["state"], _("in hand") if running else _("ended")
    )
    if not line["is_applicant"] and line["state"] in {"draft", "waiting"}:
        standing = _("waits for your signature")
    words = line["number"]
    if line["parts"]:
        words = ngettext("%(done)s of %(n)s part done", "%(done)s of %(n)s parts done", line["parts"]) % {
            "done": line["done"],
            "n": line["parts"],
        }
        if due and running:
            said = _(", promised by %(date)s") if due < time.today() else _(", all done by %(date)s")
            words += said % {"date": short_date(due)}
    return {
        **line,
        "is_running": running,
        "waits_for_reader": line["state"] == "draft" or (line["state"] == "waiting" and not line["is_applicant"]),
        "standing": standing,
        "words": words,
        "url": reverse("portal:application", args=[line["number"]]),
    }


@page("person")
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages, newest first; seeing the list is reading them. Staff read theirs at the desk."""
    actor = reader(request)
    if actor.kind == "staff":
        return redirect("desk:messages")
    answer = render(request, "portal/messages.html", {"tab": "messages", **message_lines(actor)})
    messages.mark_read(actor)
    return answer


def message_lines(actor: Actor) -> dict[str, Any]:
    """The reader's messages as the part `messages` shows them: ``entries``, and ``new``, how many of them are."""
    entries = [
        {
            "text": {"zh": one.zh, "en": one.en},
            "at": moment_words(one.at),
            "is_new": one.read_at is None,
            "url": _address(actor, one),
        }
        for one in messages.inbox(actor)
    ]
    return {"entries": entries, "new": sum(line["is_new"] for line in entries)}


def _address(actor: Actor, message: Message) -> str:
    """Where a message leads: to the page on which something is to be done about it, else to its application."""
    if not message.application:
        return reverse(LISTS[message.code]) if message.code in LISTS else ""
    if actor.kind == "staff" and message.case:
        return reverse("desk:case", args=[in_address(message.case)])
    return reverse(f"portal:{PLACES.get(message.code, 'application')}", args=[message.application])


@page("person")
def my_documents(request: HttpRequest) -> HttpResponse:
    """Credentials and letters: valid, soon ending, ended."""
    lines = documents.mine(reader(request))
    offices = publication.current().offices
    credentials = [_credential(line, offices.get(line["office"])) for line in lines if line["sort"] == "credential"]
    counts = (
        (_("%(n)s valid"), sum(line["light"] == "ok" for line in credentials)),
        (_("%(n)s ending soon"), sum(line["light"] == "warn" for line in credentials)),
        (_("%(n)s ended"), sum(line["gone"] for line in credentials)),
    )
    context = {
        "tab": "me",
        "credentials": credentials,
        "notices": [_notice(line) for line in lines if line["sort"] == "notice"],
        "answer": " · ".join(words % {"n": count} for words, count in counts if count),
    }
    return render(request, "portal/documents.html", context)


def _credential(line: Mapping[str, Any], office: Office | None) -> dict[str, Any]:
    until = date.fromisoformat(line["valid_until"]) if line["valid_until"] else None
    left = (until - time.today()).days if until else None
    links = [{"url": reverse("portal:document", args=[line["id"]]), "words": _("Download")}]
    if line["state"] == "valid":
        links.append({"url": reverse("portal:show", args=[line["id"]]), "words": _("Show")})
    light, words = "ok", _("valid")
    if line["state"] != "valid":
        light, words = "none", str(GONE[line["state"]])
    elif left is not None and left <= SOON_DAYS:
        light, words = "warn", ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
    return {
        "title": in_language(line["title"]),
        "about": in_language(line["about"]) if line["about"] else "",
        "issuer": in_language(office.title) if office else "",
        "issued_on": datetime.fromisoformat(line["issued_at"]).date(),
        "number": line["number"],
        "light": light,
        "light_words": words,
        "gone": line["state"] != "valid",
        "reason": in_language(line["revoked_because"]),
        "links": links,
    }


def _notice(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": line["title"],
        "matter": line["service_title"],
        "about": line["about"],
        "number": line["number"],
        "at": moment_words(datetime.fromisoformat(line["issued_at"])),
        "url": reverse("portal:document", args=[line["id"]]),
    }


@page("person")
@never_cache
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The signed PDF; of a revoked document first why it is void, with the file behind it (``?file=1``)."""
    line = documents.line(reader(request), document_id)
    if line["state"] == "revoked" and not request.GET.get("file"):
        notices = [paper for paper in documents.of_cases([line["case"]])[line["case"]] if paper["sort"] == "notice"]
        decision = next((paper for paper in reversed(notices) if paper["definition"] == REVOCATION), None)
        context = {"tab": "me", "line": line, "on": date.fromisoformat(line["revoked_on"]), "decision": decision}
        return render(request, "portal/void.html", context)
    content = documents.pdf(reader(request), document_id)
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=False, filename=f"{document_id}.pdf") or "inline"
    )
    return answer


@page("person")
@never_cache
def show(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A credential to be shown to somebody: its QR code over the whole screen."""
    line = next((line for line in documents.mine(reader(request)) if line["id"] == str(document_id)), None)
    if line is None:
        raise not_found()
    address = f"{settings.ORIGIN}{reverse('portal:verify_code', args=[line['code']])}"
    picture = qr_code(address)
    context = {
        "line": line,
        "code": "-".join(line["code"][at : at + 4] for at in range(0, len(line["code"]), 4)),
        "picture": picture,
        "at": time.now(),
    }
    return render(request, "portal/show.html", context)
