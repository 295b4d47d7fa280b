"""Which files a person means: stories by id or title, files, folders; and the packs outside the tree they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tongban.catalog import yaml_tree
from tongban.catalog.findings import nearest_of
from tongban.platform.packs import pack_folders
from tongban.testing.stories.words import STORY_KEYS


@dataclass(frozen=True, slots=True)
class Files:
    """The files, the folders of packs that are not installed, and the names that nothing is called."""

    paths: tuple[Path, ...]
    packs: tuple[Path, ...]
    unknown: tuple[str, ...]


def files_of(names: Sequence[str]) -> Files:
    """The files that names stand for; without any, every story of the installed packs."""
    if not names:
        return Files(tuple(all_stories()), (), ())
    paths: list[Path] = []
    unknown: list[str] = []
    for name in names:
        found = list(_files(name))
        paths += found
        if not found:
            unknown.append(name)
    packs = [pack for path in paths if (pack := pack_of(path)) is not None]
    return Files(tuple(dict.fromkeys(paths)), tuple(dict.fromkeys(packs)), tuple(unknown))


def all_stories() -> Iterator[Path]:
    """Every story of the installed packs."""
    for folder in pack_folders().values():
        yield from sorted((folder / "stories").glob("*.yaml"))


def hint(name: str) -> str:
    """The story that may have been meant."""
    nearest = nearest_of(name, _by_name())
    return f" → {nearest}" if nearest else ""


def pack_of(path: Path) -> Path | None:
    """The folder of the pack that a story file belongs to, where that pack is not installed."""
    installed = {folder.resolve() for folder in pack_folders().values()}
    for folder in path.resolve().parents:
        if (folder / "pack.yaml").is_file():
            return None if folder in installed else folder
    return None


def _files(name: str) -> Iterator[Path]:
    path = Path(name)
    if path.is_dir():
        inside = path / "stories" if (path / "stories").is_dir() else path
        yield from sorted(inside.rglob("*.yaml"))
    elif path.is_file():
        yield path
    elif name in _by_name():
        yield _by_name()[name]


@cache
def _by_name() -> dict[str, Path]:
    """Every installed story by its id and its titles."""
    named: dict[str, Path] = {}
    for path in all_stories():
        value = yaml_tree.read(path.read_bytes()).value
        if isinstance(value, dict):
            title = value.get("title", value.get(STORY_KEYS["title"]))
            story = value.get("story", value.get(STORY_KEYS["story"]))
            titles = title.values() if isinstance(title, dict) else [title]
            named |= {str(each): path for each in (story, path.stem, *titles) if each}
    return named
