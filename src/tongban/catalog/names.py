"""What the packs declare, by id, and how one file of a pack names it.

A bare id means the own pack, then ``base``; another pack's id is written ``pack/name`` and its pack must be required.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from types import MappingProxyType
from typing import Final

from tongban.catalog.condition_types import Say, check_types
from tongban.catalog.conditions import Condition, ConditionError, parse
from tongban.catalog.findings import NOUNS, Finding, Words, nearest_of
from tongban.catalog.loader import MARKED, PackSource
from tongban.catalog.schema_base import ReferenceShape, TextShape
from tongban.catalog.shapes import FOLDERS, Document
from tongban.catalog.vocabulary import Attribute, Law, Reference, Text, Type, Value
from tongban.catalog.yaml_tree import Path

BASE: Final = "base"
_ID: Final = re.compile(r"[a-z][a-z0-9-]*/[A-Za-z0-9][A-Za-z0-9-]*")
_ARTICLE: Final = re.compile(r"\s*第?\s*(\d{1,5})")
_PARAGRAPH: Final = re.compile(r"[((].*?[))]")
_BETWEEN_ARTICLES: Final = re.compile(r"[-–—~至,,、;;]")


@dataclass(slots=True)
class Names:
    """Every id that is declared, by kind: id → the file that declares it first; also what each pack may use.

    What stands in a file that could not be read is not complained of a second time where it is named: ``broken_code``
    are files of functions that do not run, as (pack, file name), ``unclear`` the kinds (also `attribute`) of which some
    are not known.
    """

    declared: dict[str, dict[str, str]] = field(default_factory=dict)
    usable: dict[str, frozenset[str]] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Value]] = field(default_factory=lambda: MappingProxyType({}))
    effects: frozenset[str] = frozenset()
    broken_code: frozenset[tuple[str, str]] = frozenset()
    unclear: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def declare(self, kind: str, name: str, pack: str, document: Document, path: Path, *, key: bool = False) -> None:
        """Note an id; says when it is malformed, belongs to another pack or is already taken."""
        full = name if "/" in name else f"{pack}/{name}"
        ids = self.declared.setdefault(kind, {})
        if not _ID.fullmatch(full):
            self.findings.append(document.find("wrong-id", path, {"name": name}, key=key))
        elif not full.startswith(f"{pack}/"):
            self.findings.append(document.find("id-outside-folder", path, {"name": full, "pack": pack}, key=key))
        elif full in ids:
            words: Words = {"kind": NOUNS[kind], "name": full, "first": ids[full]}
            self.findings.append(document.find("duplicate-id", path, words, key=key))
        ids.setdefault(full, document.file)

    def incomplete(self, document: Document) -> None:
        """Note that a file takes no part: what only it declares may be named, but is not known."""
        if document.kind == "vocabulary":
            self.unclear.add("attribute")


def declared_names(packs: Iterable[PackSource]) -> Names:
    """Collect the ids of all packs, from what their files say even where the rest of a file is wrong."""
    packs = tuple(packs)
    names = Names(
        functions=MappingProxyType({name: one for pack in packs for name, one in (pack.functions or {}).items()}),
        effects=frozenset(name for pack in packs for name in pack.effects or ()),
        broken_code=frozenset(
            (pack.id, name)
            for pack in packs
            for name, found in (("rules.py", pack.functions), *((file, pack.effects) for file in MARKED))
            if found is None
        ),
    )
    names.usable.update(_closure({pack.id: pack.requires for pack in packs}))
    single = set(FOLDERS.values()) - {"policy"}
    for pack in packs:
        for document in pack.documents:
            value = document.value if isinstance(document.value, dict) else {}
            if not document.readable:
                names.unclear |= {document.kind} if document.kind in single else _DECLARED_IN.get(document.kind, set())
            elif document.kind in single:
                name = value.get(document.kind)
                if isinstance(name, str):
                    names.declare(document.kind, name, pack.id, document, (document.kind,))
            else:
                for kind, path, name in _in_lists(value):
                    names.declare(kind, name, pack.id, document, path, key=True)
    return names


_DECLARED_IN: Final[Mapping[str, set[str]]] = {
    "vocabulary": {"type", "evidence", "attribute"},
    "authorities": {"authority"},
    "laws": {"law"},
    "offices": {"office"},
    "policy": {"parameter", "rule"},
}


def _in_lists(value: Mapping[str, object]) -> Iterator[tuple[str, Path, str]]:
    """The ids in vocabulary, authorities, laws, offices and policies. A type with no label adds to another."""
    for section, kind in (
        ("evidence", "evidence"),
        ("authorities", "authority"),
        ("laws", "law"),
        ("offices", "office"),
        ("parameters", "parameter"),
        ("rules", "rule"),
    ):
        entries = value.get(section)
        for name in entries if isinstance(entries, dict) else ():
            yield kind, (section, name), name
    types = value.get("types")
    for name, body in types.items() if isinstance(types, dict) else ():
        if isinstance(body, dict) and "label" in body:
            yield "type", ("types", name), name


def _closure(requires: Mapping[str, Sequence[str] | None]) -> dict[str, frozenset[str]]:
    """For each pack, itself and everything that it requires, near or far; every pack where that is not known."""
    found: dict[str, frozenset[str]] = {}
    for pack in requires:
        reached: set[str] = set()
        waiting = [pack]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                near = requires.get(name, ())
                waiting += requires if near is None else near
        found[pack] = frozenset(reached)
    return found


def text(shape: TextShape) -> Text:
    """The sentence."""
    return Text(shape.zh, shape.en)


def text_or_none(shape: TextShape | None) -> Text | None:
    """The sentence, if there is one."""
    return None if shape is None else text(shape)


@dataclass(slots=True)
class Scope:
    """One file in the eyes of the compiler: resolves what it names and notes what is wrong with it."""

    pack: str
    document: Document
    names: Names
    types: Mapping[str, Type]
    laws: Mapping[str, Law]
    findings: list[Finding]

    def say(
        self, code: str, path: Path, *, key: bool = False, nearest: str | None = None, **words: str | int | Text
    ) -> None:
        """Note a finding at the value, or with ``key`` at the key, that ``path`` leads to."""
        self.findings.append(self.document.find(code, path, words, nearest, key=key))

    def id(self, kind: str, name: str, path: Path) -> str | None:
        """The full id of what ``name`` means here, or None when there is no such thing (which is said)."""
        known = self.names.declared.get(kind, {})
        candidates = [name] if "/" in name else [f"{self.pack}/{name}", f"{BASE}/{name}"]
        full = next((candidate for candidate in candidates if candidate in known), None)
        if full is None:
            if kind not in self.names.unclear:
                self.say("unknown-id", path, nearest=nearest_of(name, known), kind=NOUNS[kind], name=name)
            return None
        self.may_use(full, path)
        return full

    def id_or_none(self, kind: str, name: str | None, path: Path) -> str | None:
        """As ``id``; None stays None."""
        return None if name is None else self.id(kind, name, path)

    def may_use(self, full: str, path: Path) -> None:
        """Say when an id stands in a pack that this one does not require."""
        pack = full.partition("/")[0]
        if pack not in self.names.usable.get(self.pack, frozenset()):
            self.say("pack-not-required", path, name=full, pack=pack)

    def function(self, name: str, path: Path) -> str | None:
        """The full name of a function of rules.py, as the own pack or base has it."""
        return self._code("rules.py", name, self.names.functions, path)

    def called(self, function: str, path: Path, *given: str, **named: str) -> None:
        """Say when a function does not take the values that it is given, each by the name of its plain type."""
        if not _takes(self.names.functions[function], given, named):
            self.say("wrong-inputs", path, name=function, given=", ".join([*given, *named]))

    def effect(self, name: str, path: Path) -> str | None:
        """The full name of an effect, `pack/enrol@1`."""
        return self._code("effects.py", name, self.names.effects, path)

    def listing(self, name: str, path: Path) -> str | None:
        """The full name of a listing, `pack/months@1`."""
        return self._code("listings.py", name, self.names.effects, path)

    def figures(self, name: str, path: Path) -> str | None:
        """The full name of what works figures out from a pack's books, `pack/back-payment@1`."""
        return self._code("figures.py", name, self.names.effects, path)

    def _code(self, file_name: str, name: str, known: Collection[str], path: Path) -> str | None:
        candidates = [name] if "/" in name else [f"{self.pack}/{name}", f"{BASE}/{name}"]
        full = next((candidate for candidate in candidates if candidate in known), None)
        if full is None and (candidates[0].partition("/")[0], file_name) not in self.names.broken_code:
            near = nearest_of(candidates[0], known)
            self.say("unknown-function", path, nearest=near, file_name=file_name, name=name)
        return full

    def among(self, kind: str, name: str, valid: Collection[str], path: Path, *, key: bool = False) -> bool:
        """Whether a name local to this file is one of ``valid``; says when it is not."""
        if name in valid:
            return True
        names = sorted(valid)
        nearest = nearest_of(name, names)
        self.say(
            "unknown-name", path, key=key, nearest=nearest, kind=NOUNS[kind], name=name, valid=", ".join(names) or "–"
        )
        return False

    def reference(self, shape: ReferenceShape, path: Path) -> Reference:
        """A place in a law; says when there is no such law or article. By words only what was not read may be cited."""
        law_id = self.id("law", shape.law, (*path, "law"))
        law = self.laws.get(law_id) if law_id else None
        if law is not None and law.articles is not None:
            if shape.articles is not None:
                self._check_articles(shape.articles, law, law.articles, path)
            elif law.status == "verified":
                self.say("missing-key", path, name="articles")
        return Reference(law_id or shape.law, shape.articles or "")

    def _check_articles(self, written: str, law: Law, articles: int, path: Path) -> None:
        key = "articles" if "articles" in self.document.place.at(path).inside else "article"
        for part in _BETWEEN_ARTICLES.split(_PARAGRAPH.sub("", written)):
            number = _ARTICLE.match(part)
            if number is None and law.status != "verified":
                continue
            if number is None or not 1 <= int(number[1]) <= articles:
                self.say("article-not-in-law", (*path, key), law=law.title, article=part.strip(), articles=articles)

    def references(self, shapes: Sequence[ReferenceShape], path: Path) -> tuple[Reference, ...]:
        """Several places in laws."""
        return tuple(self.reference(shape, (*path, index)) for index, shape in enumerate(shapes))

    def fact(self, name: str, roles: Mapping[str, str | None], path: Path, *, offset: int = 0) -> Attribute | None:
        """The attribute that ``role.attribute`` names; ``roles`` maps a role to its type, None if that is wrong."""
        role, _, attribute = name.partition(".")
        if role in roles:
            kind = self.types.get(roles[role] or "")
            if kind is None:
                return None
            if attribute in kind.attributes:
                return kind.attributes[attribute]
        if "attribute" in self.names.unclear and role in roles:
            return None
        known = [f"{a_role}.{one}" for a_role, a_type in roles.items() for one in self._attributes(a_type)]
        nearest = nearest_of(name, [one for one in known if one.startswith(f"{role}.")] or known)
        self.findings.append(self.document.find("unknown-fact", path, {"name": name}, nearest, offset=offset))
        return None

    def _attributes(self, type_id: str | None) -> Iterable[str]:
        kind = self.types.get(type_id or "")
        return kind.attributes if kind else ()

    def condition(self, written: str | None, roles: Mapping[str, str | None], path: Path) -> Condition | None:
        """The compiled condition; says when it cannot be read, reads no fact of ours, or compares unlike things."""
        if written is None:
            return None
        try:
            condition = parse(written)
        except ConditionError as error:
            problem = Text(error.zh, error.en)
            self.findings.append(self.document.find(error.code, path, {"problem": problem}, offset=error.column - 1))
            return None
        check_types(condition, lambda fact: self.fact(fact.name, roles, path, offset=fact.start), self.say_at(path))
        return condition

    def say_at(self, path: Path) -> Say:
        """Notes findings a number of characters into the text at ``path``."""

        def say(code: str, offset: int, *, nearest: str | None = None, **words: str | int | Text) -> None:
            self.findings.append(self.document.find(code, path, words, nearest, offset=offset))

        return say


_PLAIN: Final = frozenset({"str", "int", "bool", "date"})


def _takes(function: Callable[..., Value], given: Sequence[str], named: Mapping[str, str]) -> bool:
    """Whether a function can be called with values of these types, as far as it writes down what it takes."""
    try:
        taken = signature(function)
        bound = taken.bind(*given, **named)
    except TypeError:
        return False
    written = {name: taken.parameters[name].annotation for name in bound.arguments}
    wanted = {name: one if isinstance(one, str) else getattr(one, "__name__", "") for name, one in written.items()}
    return all(wanted[name] not in _PLAIN or wanted[name] == one for name, one in bound.arguments.items())
