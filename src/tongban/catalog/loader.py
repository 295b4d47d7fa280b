"""Finds the files of packs and reads them: everything that touches a disk stands here, and nothing else does.

A pack is a folder with a `pack.yaml`; its id is the folder's name with hyphens for underscores. ``load`` reads the
packs asked for and what they require, notes every problem, and gives the compiler plain values with their places.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from tongban.catalog import pages, yaml_tree
from tongban.catalog.findings import NOUNS, Finding, Words, finding, nearest_of
from tongban.catalog.shapes import FILES, FOLDERS, Document
from tongban.catalog.vocabulary import Value
from tongban.policy.language import Source, sources

OTHER_FILES: Final = frozenset({"personas", "elsewhere"})
OTHER_FOLDERS: Final = frozenset(
    {"data", "locale", "migrations", "static", "stories", "templates", "tests", "__pycache__"}
)
"""What a pack may hold besides definitions; others read it."""


MARKED: Final = {"effects.py": "effect", "listings.py": "listing", "figures.py": "figures"}
"""The files whose functions need the database, each with the word that marks them there."""


@dataclass(frozen=True, slots=True)
class PackSource:
    """One pack as read.

    ``requires`` is None where pack.yaml does not say it legibly: any pack may then be meant, so that what a pack.yaml
    leaves unclear is not complained of wherever a name is used. ``functions`` are those of rules.py by full name,
    ``effects`` the names in effects.py, listings.py and figures.py; None when one does not run. ``formulas`` are
    functions of rules.py read as text, ``rules_file`` that file as findings print it. ``pages_of`` are the authorities
    that pages.py names, each with the line, ``pages_file`` that file.
    """

    id: str
    folder: Path
    requires: tuple[str, ...] | None
    documents: tuple[Document, ...]
    functions: Mapping[str, Callable[..., Value]] | None
    effects: frozenset[str] | None
    rules_file: str = "rules.py"
    formulas: Mapping[str, Source] = field(default_factory=dict)
    pages_of: tuple[tuple[str, int], ...] = ()
    pages_file: str = pages.FILE


@dataclass(frozen=True, slots=True)
class Sources:
    """What ``load`` read, packs by id, and what was wrong with it."""

    packs: tuple[PackSource, ...]
    findings: tuple[Finding, ...]
    platform: str = "0"


def pack_id(folder: Path) -> str:
    """The id that a pack in this folder has."""
    return folder.name.replace("_", "-")


def platform_version() -> str:
    """The version of Tongban that runs."""
    return version("tongban")


def load(paths: Sequence[Path], available: Sequence[Path] = (), here: Path | None = None) -> Sources:
    """Read the packs in the folders ``paths``, and from ``available`` those that they require, and so on.

    Findings name files relative to ``here`` where they lie in it.
    """
    known = {pack_id(folder): folder for folder in available} | {pack_id(folder): folder for folder in paths}
    findings = [*_claimed_twice(paths), *_claimed_twice(available)]
    packs: dict[str, PackSource] = {}
    waiting = list(paths)
    while waiting:
        folder = waiting.pop()
        if pack_id(folder) in packs:
            continue
        pack = _Reader(folder, findings, here).pack()
        packs[pack.id] = pack
        waiting += [folder for name, folder in known.items() if pack.requires is None or name in pack.requires]
        findings += _unknown_packs(pack, known)
    ordered = tuple(packs[name] for name in sorted(packs))
    return Sources(ordered, tuple(findings), platform_version())


def _claimed_twice(folders: Sequence[Path]) -> Iterator[Finding]:
    first: dict[str, Path] = {}
    for folder in folders:
        other = first.setdefault(pack_id(folder), folder)
        if other.resolve() != folder.resolve():
            words: Words = {"kind": NOUNS["pack"], "name": pack_id(folder), "first": str(other)}
            yield finding("duplicate-id", str(folder / "pack.yaml"), words=words)


def _unknown_packs(pack: PackSource, known: Mapping[str, Path]) -> Iterator[Finding]:
    for document in pack.documents:
        if document.kind == "pack":
            for index, name in enumerate(pack.requires or ()):
                if name not in known:
                    nearest = nearest_of(name, known)
                    yield document.find("unknown-pack", ("requires", index), {"name": name}, nearest)


@dataclass(slots=True)
class _Reader:
    """Reads one folder, adding to ``findings``."""

    folder: Path
    findings: list[Finding]
    here: Path | None
    documents: list[Document] = field(default_factory=list)

    def pack(self) -> PackSource:
        if not (self.folder / "pack.yaml").is_file():
            self.findings.append(finding("no-pack", self._shown(self.folder)))
        for entry in _entries(self.folder):
            if entry.is_dir():
                self._folder(entry)
            elif entry.suffix in {".yaml", ".yml"}:
                self._top_file(entry)
        head = next((one.value for one in self.documents if one.kind == "pack"), None)
        requires = head.get("requires", []) if isinstance(head, dict) else None
        return PackSource(
            pack_id(self.folder),
            self.folder,
            tuple(name for name in requires if isinstance(name, str)) if isinstance(requires, list) else None,
            tuple(self.documents),
            self._functions(),
            self._effects(),
            self._shown(self.folder / "rules.py"),
            self._formulas(),
            self._pages_of(),
            self._shown(self.folder / pages.FILE),
        )

    def _top_file(self, file: Path) -> None:
        if file.stem in FILES and file.suffix == ".yaml":
            self._document(file, file.stem)
        elif file.stem not in OTHER_FILES:
            self._unknown(file, [f"{stem}.yaml" for stem in FILES])

    def _folder(self, folder: Path) -> None:
        if folder.name in FOLDERS:
            for file in _entries(folder):
                if file.is_dir() or file.suffix != ".yaml":
                    self._unknown(file, [])
                else:
                    self._document(file, FOLDERS[folder.name])
        elif folder.name not in OTHER_FOLDERS and any(folder.glob("*.y*ml")):
            self._unknown(folder, FOLDERS)

    def _unknown(self, path: Path, names: Sequence[str] | Mapping[str, object]) -> None:
        name = str(path.relative_to(self.folder))
        self.findings.append(
            finding("unknown-file", self._shown(path), (1, 1), {"name": name}, nearest_of(path.name, names))
        )

    def _document(self, file: Path, kind: str) -> None:
        """Read one file. One that cannot be read is kept as unreadable, so that others may still name what it holds."""
        data, shown = self._bytes(file), self._shown(file)
        tree = yaml_tree.read(data) if data is not None else None
        for problem in tree.problems if tree is not None else ():
            self.findings.append(finding(problem.code, shown, (problem.line, problem.column), problem.words))
        if tree is None or (tree.value is None and tree.problems):
            self.documents.append(Document(kind, shown, None, yaml_tree.Place(1, 1), readable=False))
        else:
            self.documents.append(Document(kind, shown, tree.value, tree.place))

    def _shown(self, path: Path) -> str:
        within = self.here is not None and path.is_relative_to(self.here)
        return str(path.relative_to(self.here)) if self.here is not None and within else str(path)

    def _bytes(self, file: Path) -> bytes | None:
        target = file.resolve()
        if not target.is_relative_to(self.folder.resolve()):
            self.findings.append(finding("link-outside", self._shown(file), words={"target": str(target)}))
            return None
        try:
            if not file.is_file():
                raise OSError("not an ordinary file")  # noqa: TRY301 - told the same way as what reading raises
            with file.open("rb") as stream:
                return stream.read(yaml_tree.LARGEST_BYTES + 1)
        except OSError as error:
            self.findings.append(
                finding("unreadable", self._shown(file), words={"problem": error.strerror or str(error)})
            )
            return None

    def _functions(self) -> Mapping[str, Callable[..., Value]] | None:
        try:
            return functions_of(self.folder)
        except BrokenRulesError as error:
            words = {"file_name": "rules.py", "problem": error.problem}
            self.findings.append(finding("broken-rules", self._shown(self.folder / "rules.py"), (error.line, 1), words))
            return None

    def _formulas(self) -> Mapping[str, Source]:
        """What the functions of rules.py say as formulas; one that does not run is complained of already."""
        file = self.folder / "rules.py"
        try:
            found = sources(file.read_text(encoding="utf-8")) if file.is_file() else {}
        except (SyntaxError, ValueError, OSError):
            return {}
        return {f"{pack_id(self.folder)}/rules.{name}": source for name, source in found.items()}

    def _effects(self) -> frozenset[str] | None:
        names: list[str] = []
        for file in (self.folder / name for name in MARKED):
            if not file.is_file():
                continue
            tree = self._parsed(file)
            if tree is None:
                return None
            names += _marked(tree, MARKED[file.name])
        return frozenset(f"{pack_id(self.folder)}/{name}" for name in names)

    def _pages_of(self) -> tuple[tuple[str, int], ...]:
        """The authorities that pages.py names; says what is wrong with its pages."""
        file = self.folder / pages.FILE
        tree = self._parsed(file) if file.is_file() else None
        if tree is None:
            return ()
        for fault in pages.faults_in(tree):
            words: Words = {"name": fault.page, "problem": fault.problem}
            self.findings.append(finding("wrong-page", self._shown(file), (fault.line, 1), words))
        return tuple(pages.authorities_in(tree))

    def _parsed(self, file: Path) -> ast.Module | None:
        """A Python file as text; one that cannot be read is complained of."""
        try:
            return ast.parse(file.read_bytes())
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            words = {"file_name": file.name, "problem": str(error)}
            self.findings.append(finding("broken-rules", self._shown(file), (line, 1), words))
            return None


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError:
        return []


def _marked(tree: ast.Module, word: str) -> Iterator[str]:
    """The names in `@effect("enrol@1")`, read without importing: effects need the database, the catalog does not."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and mark.args and isinstance(mark.args[0], ast.Constant):
                    name = mark.func.attr if isinstance(mark.func, ast.Attribute) else getattr(mark.func, "id", "")
                    if name == word:
                        yield str(mark.args[0].value)


class BrokenRulesError(Exception):
    """A rules.py that cannot be imported."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.file: Final = file
        self.line: Final = line
        self.problem: Final = problem


@cache
def functions_of(folder: Path) -> Mapping[str, Callable[..., Value]]:
    """The public functions of a pack's rules.py by full name, `pack/rules.name`; raises ``BrokenRulesError``."""
    file = folder / "rules.py"
    if not file.is_file():
        return MappingProxyType({})
    name = f"tongban_rules_of_{folder.name}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise BrokenRulesError(str(file), 1, "it cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # a pack's code may raise anything; the check must go on and say so
        del sys.modules[name]
        raise BrokenRulesError(str(file), _line_in(error, file), f"{type(error).__name__}: {error}") from error
    found: dict[str, Callable[..., Any]] = {
        f"{pack_id(folder)}/rules.{key}": value
        for key, value in vars(module).items()
        if callable(value) and not key.startswith("_") and getattr(value, "__module__", None) == name
    }
    return MappingProxyType(found)


def _line_in(error: Exception, file: Path) -> int:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
