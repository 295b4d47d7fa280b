"""Who looked at the reader's data: when, who, which, for what; objecting to a look; taking the whole list along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.applications import inquiries, reads
from tongban.applications.looking import PAPER
from tongban.platform import time
from tongban.portal.csv_files import csv_file
from tongban.portal.pages.door import command_id, page, post, reader
from tongban.portal.pages.helping import inquiry_line
from tongban.portal.pages.moments import moment_words
from tongban.portal.pages.paging import pages_of
from tongban.portal.templatetags.tongban import in_language


@page("person")
def my_reads(request: HttpRequest) -> HttpResponse:
    """The looks, newest first, those of one moment together, each with what became of an objection to it."""
    actor = reader(request)
    records, occasions = reads.count_about_me(actor)
    pages = pages_of(request, records, reads.PAGE)
    objections = inquiries.by_reference(actor, inquiries.READ)
    lines = []
    for line in reads.about_me(actor, limit=reads.PAGE, skip=pages.skip):
        objection = objections.get(str(line["id"]))
        lines.append({**look_line(line), "objection": inquiry_line(objection) if objection else None})
    times = ngettext("%(n)s occasion", "%(n)s occasions", occasions) % {"n": occasions}
    answer = ngettext(
        "Looked at on %(times)s, %(n)s record in all", "Looked at on %(times)s, %(n)s records in all", records
    ) % {"times": times, "n": records}
    context = {"tab": "me", "moments": _moments(lines), "pages": pages, "answer": answer}
    return render(request, "portal/reads.html", context)


@post("person")
def object_to(request: HttpRequest, read_id: int) -> HttpResponse:
    """Say that this look should not have been."""
    said = request.POST.get("said", "")
    number = inquiries.object_to_read(reader(request), read_id, said, command_id=command_id(request))
    return redirect("portal:inquiry", number)


@page("person")
def download(request: HttpRequest) -> HttpResponse:
    """All of them as a table for a spreadsheet."""
    heads = [_("When"), _("Who"), _("Looked at"), _("From whom"), _("For what"), _("Number")]
    rows = []
    for line in map(look_line, reads.about_me(reader(request), limit=None)):
        at = datetime.fromisoformat(line["at"]).astimezone(time.ZONE)
        cells = [
            f"{at:%Y-%m-%d %H:%M}", line["who"], line["what"], in_language(line["holder"]),
            in_language(line["purpose"]), line["application"] or "",
        ]  # fmt: skip
        rows.append(cells)
    return csv_file(f"tongban-reads-{time.today().isoformat()}.csv", heads, rows)


def _moments(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The looks that one reader took in the same minute for the same purpose, as one: newest first, as they are.

    ``holders`` is what was looked at, by whose it is; ``open`` the looks that may be objected to.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for line in lines:
        purpose = in_language(line["purpose"])
        key = (line["at_words"], line["reader"], line["who"], line["application"], line["case"], purpose)
        moment = found.setdefault(key, {**line, "holders": {}, "open": [], "objections": []})
        holder = _holder_words(line)
        moment["holders"].setdefault(holder, {}).update(dict.fromkeys(map(in_language, line["labels"])))
        if line["objection"]:
            moment["objections"].append(line)
        elif not line["by_me"]:
            moment["open"].append(line)
    for moment in found.values():
        moment["holders"] = [(holder, _(", ").join(labels)) for holder, labels in moment["holders"].items()]
    return list(found.values())


def _holder_words(line: Mapping[str, Any]) -> str:
    """Whose record was looked at; what nobody holds was said by a form, or handed in with it."""
    if line["holder"]:
        return in_language(line["holder"])
    is_file = any(name.startswith(PAPER) for name in line["attributes"])
    return _("Handed in with the application") if is_file else _("Written in the application")


def look_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """One look as pages and tables show it."""
    mine = line["by_me"] and line["application"]
    return {
        **line,
        "at_words": moment_words(datetime.fromisoformat(line["at"])),
        "who": in_language(line["who"]),
        "what": _(", ").join(in_language(label) for label in line["labels"]),
        "url": reverse("portal:application", args=[line["application"]]) if mine else "",
    }
