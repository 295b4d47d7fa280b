"""Pages of packs: what a pack's `pages.py` says, held to its form, and mounted at the door that it names.

`PAGES = [Page(path, title, door, who, view)]` stands under /portal/<pack>/<path> or /desk/<pack>/<path>. Who may enter
is asked in one place, before the view is called; whoever it is, the view is told, and shows no more than is theirs.
A page is read and nothing is sent to it: what people want changed they apply for.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from tongban.accounts.actor import Actor
from tongban.applications.problems import forbidden
from tongban.catalog.loader import pack_id
from tongban.catalog.pages import FILE, NO_LIST, NO_TITLE, NO_VIEW, TWICE, faults_of
from tongban.catalog.vocabulary import Text
from tongban.platform.errors import PlatformError
from tongban.platform.packs import pack_folders
from tongban.portal.pages.door import View, reader, reader_or_none
from tongban.portal.pages.door import page as entered
from tongban.registry import service as registry

Door = Literal["portal", "desk"]
Entrance = Callable[["Page"], View]
"""How a door lets the visitors of a page in and calls its view."""

ORGANISATION: Final = "base/Organisation"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a pack. A path of one word is an entrance, to which the door leads; `.csv` at its end makes a file.

    ``who`` is written as the matrix of doors has it: at the portal `anybody`, `person` (who has logged in) or `agent`
    (who acts for an organisation in everything), at the desk `staff: handler head`, the roles of a post, and
    `staff: head of hrss/social-insurance`, of one at an office of this authority. ``view`` is called with the request
    and the reader, None where nobody has logged in.
    """

    path: str
    title: Text
    door: Door
    who: str
    view: Callable[[HttpRequest, Actor], HttpResponse]

    @property
    def is_entrance(self) -> bool:
        """Whether one begins here, rather than coming from another page of the pack."""
        return not set("/.") & set(self.path)


@functools.cache
def pages_of_packs() -> dict[str, tuple[Page, ...]]:
    """The pages of each pack that has any, by the pack's id. Raises PlatformError `bad-page`."""
    return {
        pack_id(folder): pages_in(importlib.import_module(f"{module}.pages"), folder / FILE)
        for module, folder in pack_folders().items()
        if (folder / FILE).is_file()
    }


def pages_in(module: object, file: Path) -> tuple[Page, ...]:
    """The pages that a pack's module names, each of them whole. Raises PlatformError `bad-page`."""
    pages = getattr(module, "PAGES", None)
    if not isinstance(pages, list | tuple) or not all(isinstance(one, Page) for one in pages):
        raise _bad(file, "PAGES", NO_LIST)
    seen: set[tuple[str, str]] = set()
    for page in pages:
        for problem in _faults(page):
            raise _bad(file, page.path, problem)
        if (page.door, page.path) in seen:
            raise _bad(file, page.path, TWICE)
        seen.add((page.door, page.path))
    return tuple(pages)


def mounted(door: Door, entrance: Entrance, taken: Sequence[URLPattern] = ()) -> list[URLPattern]:
    """The addresses of all pages of packs at a door, each named `pack/path`; none may be one of those ``taken``.

    Raises PlatformError `bad-page`.
    """
    found = []
    for pack, pages in pages_of_packs().items():
        for page in pages:
            if page.door != door:
                continue
            address, file = f"{pack}/{page.path}", Path(pack.replace("-", "_")) / FILE
            if any(one.resolve(address) for one in taken):
                raise _bad(file, page.path, Text("这个地址已经是别的页面的", "has the address of another page"))
            found.append(path(address, entrance(page), name=address))
    return found


def into_portal(page: Page) -> View:
    """A page as the portal lets its visitors in."""

    def show(request: HttpRequest) -> HttpResponse:
        if page.who == "anybody":
            return page.view(request, reader_or_none(request))  # type: ignore[arg-type] # such a view knows it
        visitor = reader(request)
        if page.who == "agent" and not organisations(visitor):
            raise forbidden("这一页给替单位办事的人看", "This page is for whoever acts for an organisation.")
        return page.view(request, visitor)

    view = entered("anybody" if page.who == "anybody" else "person")(show)
    view.who = page.who  # type: ignore[attr-defined]  # read by the test that every route declares it
    return view


def organisations(visitor: Actor) -> list[int]:
    """The organisations for which somebody acts in everything: what concerns all of it is theirs to read. By id."""
    wholly = sorted(visitor.wholly - {visitor.subject_id})
    known = registry.registered(wholly) if wholly else {}
    return [one for one in wholly if one in known and known[one].type == ORGANISATION]


def entrances(visitor: Actor) -> list[tuple[Text, str]]:
    """The pages of packs at the portal that somebody who has logged in may enter: titles and addresses."""
    offered = [
        (page, f"{pack}/{page.path}")
        for pack, pages in pages_of_packs().items()
        for page in pages
        if page.door == "portal" and page.who != "anybody" and page.is_entrance
    ]
    is_agent = any(page.who == "agent" for page, _ in offered) and bool(organisations(visitor))
    return [(page.title, reverse(f"portal:packs:{name}")) for page, name in offered if page.who == "person" or is_agent]


def _faults(page: Page) -> Iterator[Text]:
    yield from faults_of(page.path, page.door, page.who)
    if not (isinstance(page.title, Text) and page.title.zh and page.title.en):
        yield NO_TITLE
    if not callable(page.view) or not _takes_two(page.view):
        yield NO_VIEW


def _takes_two(view: Callable[..., object]) -> bool:
    try:
        inspect.signature(view).bind(None, None)
    except TypeError:
        return False
    return True


def _bad(file: Path, name: str, problem: Text) -> PlatformError:
    return PlatformError(
        "bad-page",
        zh=f"{file} 的页面 {name}：{problem.zh}。",
        en=f"{file}: the page {name} {problem.en}.",
        do_zh="改好 pages.py，再启动。",
        do_en="Mend pages.py, then start again.",
    )
