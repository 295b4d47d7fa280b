"""Where pages lead: each link and form of a page is tried once in a night, so that one that leads nowhere is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final, Literal
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from tongban.supervision.rounds.ways import DeadLink
from tongban.testing.rehearsal.browsing import Browser

LINK: Final = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
FORM: Final = re.compile(r"<form\b([^>]*)>")
BUTTON: Final = re.compile(r'<button\b[^>]*?\sformaction="([^"]*)"')
ATTRIBUTE: Final = re.compile(r'\b(action|method)="([^"]*)"')
OWN: Final = re.compile(r"[^/=&?]*\d[^/=&?]*")
"""A part of an address with a figure in it: the number of an application, case or document."""
NOT_THERE: Final = frozenset({httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED, httpx.codes.GONE})
BROKEN: Final = 500


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a link (GET) or form of a page leads: an address of the site, with its query."""

    method: Literal["GET", "POST"]
    path: str

    @property
    def place(self) -> str:
        """The address without what is one application's own, and without the values of its query."""
        address = urlsplit(self.path)
        names = sorted({name for name, _value in parse_qsl(address.query, keep_blank_values=True)})
        return OWN.sub("…", address.path) + (f"?{'&'.join(names)}" if names else "")


def leads_of(html: str, at: str) -> list[Lead]:
    """Every link and form of a page (``at``: its address) that stays on its site, each once."""
    found = [Lead("GET", link) for link in LINK.findall(html)]
    for attributes in FORM.findall(html):
        has = dict(ATTRIBUTE.findall(attributes))
        found.append(Lead("POST" if has.get("method", "").lower() == "post" else "GET", has.get("action", "")))
    found += [Lead("POST", action) for action in BUTTON.findall(html)]
    here = urlsplit(at)
    leads = []
    for lead in found:
        to = urlsplit(urljoin(at, unescape(lead.path)))
        if (to.scheme, to.netloc) == (here.scheme, here.netloc):
            leads.append(Lead(lead.method, to.path + (f"?{to.query}" if to.query else "")))
    return list(dict.fromkeys(leads))


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it came: after how many seconds, with which status, its text, and the address where it stands."""

    seconds: float
    status: int
    html: str
    address: str


@dataclass
class Links:
    """What was tried in one night. An address with somebody's own number in it is tried once for each matter."""

    _tried: set[tuple[str, str, str]] = field(default_factory=set)

    def dead(self, browser: Browser, about: str, at: str, page: Seen) -> Iterator[DeadLink]:
        """The links and forms of a page that lead nowhere. ``at``: where on the way the page stands."""
        for lead in leads_of(page.html, page.address):
            place = lead.place
            key = (lead.method, place, about if "…" in place else "")
            if key in self._tried:
                continue
            self._tried.add(key)
            status = browser.takes(lead.path) if lead.method == "POST" else browser.page(lead.path).status_code
            if status in NOT_THERE or status >= BROKEN:
                yield DeadLink(at, lead.method, place, status)
