"""What a pack's `pages.py` may import besides `pack_api`: pages, their doors' frames, and who stands before them.

`pages.py` names `PAGES`, a list of `Page`. Its templates lie in the pack's `templates/<pack>/` and extend
`portal/page.html` or `desk/page.html`; `{% say "中文" "English" %}` says a fixed text there, `|in_language` one of the
view's. A view shows what is its reader's: `Reader.subject_id` is the reader as a person of the registry,
``organisations`` are those for which they act in everything; the rest is `not_found`. Names are personal values:
``names_of`` logs each look, as ``own_facts`` and ``own_relations`` do, which read what registers hold about the reader.
Staff see what lies within ``regions_of`` their posts; what a page tells them of somebody's books ``note_look`` logs.
How a service would judge the reader its own conditions say: ``judged``, from the facts that ``facts_behind`` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from tongban.accounts.actor import Actor as Reader
from tongban.applications.masking import masked
from tongban.applications.oneself import own_facts, own_relations
from tongban.applications.problems import forbidden, not_found
from tongban.catalog.vocabulary import Text
from tongban.desk.door import page as desk_page
from tongban.planner.requirements import Judged, facts_behind, judged
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.portal.csv_files import csv_file
from tongban.portal.pack_pages import Page, organisations
from tongban.portal.pages.paging import pages_of
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.looks import note_looks
from tongban.registry.model import Reader as Looking
from tongban.registry.model import Wanted

__all__ = [
    "Judged",
    "Page",
    "Reader",
    "csv_file",
    "desk_page",
    "facts_behind",
    "forbidden",
    "in_language",
    "judged",
    "names_of",
    "not_found",
    "note_look",
    "numbers_of",
    "offer_address",
    "organisations",
    "own_facts",
    "own_relations",
    "pages_of",
    "portal_page",
    "regions_of",
    "today",
]


def portal_page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page inside the frame of the portal, below the reader's own things; nothing on the way keeps it."""
    answer = render(request, template, {"tab": "me", **context})
    add_never_cache_headers(answer)
    return answer


def offer_address(offer: str) -> str:
    """Where a bundle or service is looked at and applied for, by its id."""
    return reverse("portal:bundle", args=[in_address(offer)])


def names_of(reader: Reader, subjects: Iterable[int], purpose: Text) -> dict[int, str]:
    """What registered people and organisations are called, asked of their holders, each look logged for the purpose;
    `—` for whom no holder tells of, and for whom an erasure has made nobody.
    """
    asked = set(subjects)
    known = registry.registered(asked)
    types = publication.current().types
    wanted = [Wanted(subject, types[one.type].attributes["name"]) for subject, one in known.items()]
    held = registry.read(wanted, Looking(reader.id, purpose, office=next(iter(reader.offices), None)))
    called = {subject: str(one.value) for (subject, _), one in held.items() if one.value}
    return {subject: called.get(subject, "—") for subject in asked}


def regions_of(reader: Reader, authority: str) -> list[str]:
    """The regions of the offices of an authority at which somebody of the staff has a post; none lies in another."""
    offices = publication.current().offices
    found: list[str] = []
    for region in sorted(
        {offices[at].region for at in reader.offices if at in offices and offices[at].authority == authority}
    ):
        if not region.startswith(tuple(found)):
            found.append(region)
    return found


def note_look(reader: Reader, subjects: Iterable[int], seen: Iterable[str], purpose: Text, authority: str) -> None:
    """Log, once a day, that staff saw of each of these what a pack keeps for an authority: as these attributes."""
    offices = publication.current().offices
    office = next((at for at in reader.offices if at in offices and offices[at].authority == authority), None)
    names, known = tuple(seen), registry.registered(subjects)
    note_looks({(subject, authority): names for subject in known}, Looking(reader.id, purpose, office=office))


def numbers_of(subjects: Iterable[int]) -> dict[int, str]:
    """ID numbers and credit codes of registered people and organisations; of an ID number the ends alone."""
    types = publication.current().types
    return {
        subject: str(masked(types[one.type].attributes[types[one.type].key or ""], one.key))
        for subject, one in registry.registered(subjects).items()
        if one.key is not None
    }


def today() -> date:
    """The city's date."""
    return time.today()
