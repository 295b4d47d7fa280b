"""Pages of packs: what a pack's `pages.py` says, held to its form, and mounted at the door that it names.

`PAGES = [Page(path, title, door, who, view)]` stands under /portal/<pack>/<path> or /desk/<pack>/<path>. Who may enter
is asked in one place, before the view is called; whoever it is, the view is told, and shows no more than is theirs.
A page is read and nothing is sent to it: what people want changed they apply for.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from tongban.accounts.actor import Actor
from tongban.applications.problems import forbidden
from tongban.catalog.loader import pack_id
from tongban.catalog.vocabulary import Text
from tongban.platform.errors import PlatformError
from tongban.platform.packs import pack_folders
from tongban.portal.pages.door import View, reader, reader_or_none
from tongban.portal.pages.door import page as entered
from tongban.registry import service as registry

Door = Literal["portal", "desk"]
Entrance = Callable[["Page"], View]
"""How a door lets the visitors of a page in and calls its view. Raises ValueError where it knows no such visitors."""

FILE: Final = "pages.py"
PATH: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*(\.[a-z0-9]+)?")
DOORS: Final = ("portal", "desk")
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
        raise _bad(file, "PAGES", "要有 PAGES，里面只放 Page", "names PAGES, a list of Page and nothing else")
    seen: set[tuple[str, str]] = set()
    for page in pages:
        for zh, en in _faults(page):
            raise _bad(file, page.path, zh, en)
        if (page.door, page.path) in seen:
            raise _bad(file, page.path, "这个地址写了两次", "has this address twice")
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
                raise _bad(file, page.path, "这个地址已经是别的页面的", "has the address of another page")
            try:
                found.append(path(address, entrance(page), name=address))
            except ValueError:
                raise _bad(
                    file,
                    page.path,
                    f"{door} 这个门不认得“{page.who}”",
                    f"is for “{page.who}”, whom the door {door} does not know",
                ) from None
    return found


def into_portal(page: Page) -> View:
    """A page as the portal lets its visitors in."""
    if page.who not in {"anybody", "person", "agent"}:
        raise ValueError(page.who)

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


def _faults(page: Page) -> Iterator[tuple[str, str]]:
    if not PATH.fullmatch(page.path):
        yield "路径用小写字母、数字和连字符，用 / 分段", "has a path of other signs than a-z, 0-9, hyphens and `/`"
    if page.door not in DOORS:
        yield f"没有 {page.door} 这个门，只有 portal 和 desk", f"names the door {page.door}; there are portal and desk"
    if not (isinstance(page.title, Text) and page.title.zh and page.title.en):
        yield "标题要有中文和英文", "has no title in Chinese and in English"
    if not callable(page.view) or not _takes_two(page.view):
        yield "view 要能用 (request, reader) 调用", "has a view that is not called with (request, reader)"


def _takes_two(view: Callable[..., object]) -> bool:
    try:
        inspect.signature(view).bind(None, None)
    except TypeError:
        return False
    return True


def _bad(file: Path, name: str, zh: str, en: str) -> PlatformError:
    return PlatformError(
        "bad-page",
        zh=f"{file} 的页面 {name}：{zh}。",
        en=f"{file}: the page {name} {en}.",
        do_zh="改好 pages.py，再启动。",
        do_en="Mend pages.py, then start again.",
    )
