"""What a pack's `pages.py` names, read as text: its views need the web, which the catalog does without.

Only what is written out is judged: a name that the file sets stands for what it is set to, and what only running shows
is judged when the page is mounted, by the same words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tongban.catalog.vocabulary import POST_ROLES, Text

FILE: Final = "pages.py"
FIELDS: Final = ("path", "title", "door", "who", "view")
PATH: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*(\.[a-z0-9]+)?")
VISITORS: Final = frozenset({"anybody", "person", "agent"})
"""Whom the portal lets in; the desk lets posts in."""
NO_LIST: Final = Text("要有 PAGES，里面只放 Page", "names PAGES, a list of Page and nothing else")
NO_TITLE: Final = Text("标题要有中文和英文", "has no title in Chinese and in English")
NO_VIEW: Final = Text("view 要能用 (request, reader) 调用", "has a view that is not called with (request, reader)")
TWICE: Final = Text("这个地址写了两次", "has this address twice")
_NO_PAGE: Final = Text(
    "写成 Page(path, title, door, who, view)", "is not written as Page(path, title, door, who, view)"
)


@dataclass(frozen=True, slots=True)
class Post:
    """Who of the staff may enter: roles, at an office of the authority if there is one."""

    roles: frozenset[str]
    authority: str


def post_of(who: str) -> Post:
    """`staff: handler head` or `staff: head of hrss/social-insurance`. Raises ValueError where it is neither."""
    kind, _, posts = who.partition(": ")
    named, of, authority = posts.partition(" of ")
    roles = frozenset(named.split())
    if kind != "staff" or not roles or not roles <= POST_ROLES or bool(of) != bool(authority):
        raise ValueError(who)
    return Post(roles, authority)


def faults_of(path: str | None, door: str | None, who: str | None) -> Iterator[Text]:
    """What is wrong with where a page stands and whom it is for; None is not known."""
    if path is not None and not PATH.fullmatch(path):
        yield Text(
            "路径用小写字母、数字和连字符，用 / 分段", "has a path of other signs than a-z, 0-9, hyphens and `/`"
        )
    if door is not None and door not in {"portal", "desk"}:
        yield Text(f"没有 {door} 这个门，只有 portal 和 desk", f"names the door {door}; there are portal and desk")
    elif who is not None and door is not None and not _knows(door, who):
        yield Text(f"{door} 这个门不认得“{who}”", f"is for “{who}”, whom the door {door} does not know")


def _knows(door: str, who: str) -> bool:
    if door == "portal":
        return who in VISITORS
    try:
        post_of(who)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a page, which is called by its path, and on which line."""

    line: int
    page: str
    problem: Text


def faults_in(tree: ast.Module) -> Iterator[Fault]:
    """What is wrong with the pages that a `pages.py` names."""
    file = _File(tree)
    if not file.names_pages:
        yield Fault(1, "PAGES", NO_LIST)
    seen: set[tuple[str, str]] = set()
    for node in file.pages:
        page = _Page.read(node, file)
        if page is None:
            continue
        for problem in page.faults(file):
            yield Fault(node.lineno, page.path or "?", problem)
        if page.path is not None and page.door is not None:
            if (page.door, page.path) in seen:
                yield Fault(node.lineno, page.path, TWICE)
            seen.add((page.door, page.path))


def authorities_in(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The authorities of whose offices pages are, each with the line that names it."""
    file = _File(tree)
    for node in file.pages:
        page = _Page.read(node, file)
        if page is not None and page.door == "desk" and page.who is not None and _knows("desk", page.who):
            authority = post_of(page.who).authority
            if authority:
                yield authority, node.lineno


@dataclass(frozen=True)
class _File:
    """A file as text: what its names are set to, what they may be called with, and the elements of its PAGES."""

    tree: ast.Module

    @cached_property
    def values(self) -> Mapping[str, ast.expr]:
        """What is set at the top of the file, by name; the last counts."""
        found: dict[str, ast.expr] = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign):
                found |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                found[node.target.id] = node.value
        return found

    @cached_property
    def functions(self) -> Mapping[str, ast.FunctionDef]:
        """The functions at the top of the file that nothing wraps."""
        defined = (node for node in self.tree.body if isinstance(node, ast.FunctionDef))
        return {node.name: node for node in defined if not node.decorator_list}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the file gives to anything, and `*` where it takes all of another's."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
        return frozenset(found)

    @property
    def names_pages(self) -> bool:
        """Whether there is a PAGES that may be a list of pages."""
        pages = self.values.get("PAGES")
        return not isinstance(pages, ast.Constant | ast.Dict | ast.Set) if pages else bool({"PAGES", "*"} & self.names)

    @property
    def pages(self) -> list[ast.expr]:
        """The elements of PAGES, as far as they are written out."""
        pages = self.values.get("PAGES")
        return [self.meant(node) for node in pages.elts] if isinstance(pages, ast.List | ast.Tuple) else []

    def meant(self, node: ast.expr) -> ast.expr:
        """What a name of the file is set to; anything else is itself."""
        return self.values.get(node.id, node) if isinstance(node, ast.Name) else node

    def text(self, node: ast.expr | None) -> str | None:
        """A text that is written out, None where it is not."""
        meant = self.meant(node) if node is not None else None
        return str(meant.value) if isinstance(meant, ast.Constant) else None


@dataclass(frozen=True, slots=True)
class _Page:
    """One page as written; what is not written out is None."""

    is_whole: bool
    path: str | None = None
    door: str | None = None
    who: str | None = None
    title: ast.expr | None = None
    view: ast.expr | None = None

    @classmethod
    def read(cls, node: ast.expr, file: _File) -> _Page | None:
        """A page, None where something else makes it."""
        if not isinstance(node, ast.Call):
            return cls(is_whole=False) if isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.Dict) else None
        named = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if named != "Page" or any(isinstance(one, ast.Starred) for one in node.args):
            return None
        given = [*zip(FIELDS, node.args, strict=False), *((one.arg or "", one.value) for one in node.keywords)]
        if any(name == "" for name, _ in given):
            return None
        values = dict(given)
        is_whole = len(node.args) + len(node.keywords) == len(FIELDS) and values.keys() == set(FIELDS)
        texts = {name: file.text(values.get(name)) for name in ("path", "door", "who")}
        return cls(is_whole, **texts, title=values.get("title"), view=values.get("view"))

    def faults(self, file: _File) -> Iterator[Text]:
        """What is wrong with it."""
        if not self.is_whole:
            yield _NO_PAGE
            return
        yield from faults_of(self.path, self.door, self.who)
        if self.title is not None and _is_no_title(file.meant(self.title), file):
            yield NO_TITLE
        if self.view is not None and _is_no_view(self.view, file):
            yield NO_VIEW


def _is_no_title(title: ast.expr, file: _File) -> bool:
    if isinstance(title, ast.Call) and getattr(title.func, "id", "") == "Text":
        texts = [file.text(one) for one in (*title.args, *(word.value for word in title.keywords))]
        return len(texts) != 2 or "" in texts  # noqa: PLR2004 -- two languages
    return isinstance(title, ast.Constant | ast.JoinedStr)


def _is_no_view(view: ast.expr, file: _File) -> bool:
    if isinstance(view, ast.Name):
        if view.id in file.functions:
            return not _takes_two(file.functions[view.id].args)
        if not {view.id, "*"} & file.names:
            return True
    meant = file.meant(view)
    if isinstance(meant, ast.Lambda):
        return not _takes_two(meant.args)
    return isinstance(meant, ast.Constant | ast.JoinedStr | ast.List | ast.Tuple | ast.Dict | ast.Set)


def _takes_two(taken: ast.arguments) -> bool:
    """Whether a function can be called with two values."""
    places = len(taken.posonlyargs) + len(taken.args)
    needs_a_name = any(default is None for default in taken.kw_defaults)
    return places - len(taken.defaults) <= 2 <= (places if taken.vararg is None else 2) and not needs_a_name  # noqa: PLR2004
