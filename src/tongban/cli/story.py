"""`tongban story`: plays stories over HTTP, each in a fresh city, and tells in plain words what happened."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from tongban.catalog.model import Catalog
    from tongban.catalog.vocabulary import Text
    from tongban.testing.stories.model import Fault, Story
    from tongban.testing.stories.running import Outcome

REFUSED = 2


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(story)


def story(
    names: Annotated[list[str] | None, typer.Argument(help="Stories by id or title, files, or folders.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every story of the installed packs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    english: Annotated[bool, typer.Option("--english", help="Tell it in English.")] = False,
) -> None:
    """Play stories: 0 all passed, 1 something was not so, 2 a file was refused. 演一遍故事。"""
    from tongban.cli.city import end_in_order
    from tongban.testing.stories import finding

    end_in_order()
    if bool(names) is everything:
        raise typer.BadParameter("写故事的名字或文件，或者 --all · name stories or files, or give --all")
    files = finding.files_of(names or [])
    for name in files.unknown:
        typer.echo(f"{name}: 没有这个故事 · there is no such story{finding.hint(name)}", err=True)
    if files.unknown:
        raise typer.Exit(REFUSED)
    catalog = catalog_of(files.packs)
    stories, refused = read_all(files.paths, catalog)
    teller = Teller(as_json=as_json, english=english)
    for path, faults in refused.items():
        teller.refuse(path, faults)
    for outcome in played(stories, files.packs) if stories else ():
        teller.tell(outcome)
    teller.end()
    raise typer.Exit(REFUSED if refused else teller.failed)


def catalog_of(packs: Sequence[Path]) -> Catalog:
    """The definitions of the installed packs and of those given; ends with exit 2 where they have errors."""
    from tongban.cli.check import print_findings
    from tongban.platform.packs import pack_folders
    from tongban.publication.files import compile_files

    catalog, findings = compile_files([*pack_folders().values(), *packs])
    if catalog is None:
        print_findings([one for one in findings if one.severity == "error"])
        raise typer.Exit(REFUSED)
    return catalog


def read_all(paths: Sequence[Path], catalog: Catalog) -> tuple[list[Story], dict[str, list[Fault]]]:
    """The stories that can be meant, and what is wrong with each file that cannot."""
    set_up()
    from tongban.testing.stories.reading import read_story

    stories: list[Story] = []
    refused: dict[str, list[Fault]] = {}
    for path in paths:
        found = read_story(path, catalog, shown(path))
        if isinstance(found, list):
            refused[shown(path)] = found
        else:
            stories.append(found)
    return stories, refused


def set_up() -> None:
    """A test city's settings: nothing here touches the city of this environment."""
    from tongban.cli.city import set_up_django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.testing.settings"
    set_up_django()
    logging.getLogger("django.request").setLevel(logging.ERROR)  # refusals are part of stories


def shown(path: Path) -> str:
    """A file as it is called from here."""
    resolved = path.resolve()
    return str(resolved.relative_to(Path.cwd())) if resolved.is_relative_to(Path.cwd()) else str(path)


def played(stories: Sequence[Story], packs: Sequence[Path]) -> Iterator[Outcome]:
    """Each story as it went, one after the other."""
    from tongban.platform.packs import pack_folders
    from tongban.testing import templates
    from tongban.testing.stories.running import play

    with templates.server() as server:
        for pack in packs:  # from here on their functions are found like those of installed packs
            pack_folders()[f"{pack.name} outside the tree"] = pack
        for each in stories:
            yield play(server, each)


class Teller:
    """Prints outcomes, as words while they come or as one JSON array at the end."""

    def __init__(self, *, as_json: bool, english: bool) -> None:
        self.as_json = as_json
        self.english = english
        self.failed = 0
        self.count = 0
        self.array: list[Any] = []

    def said(self, text: Text) -> str:
        """A text in the language chosen."""
        return text.en if self.english else text.zh

    def refuse(self, file: str, faults: Sequence[Fault]) -> None:
        """A file that cannot be meant, with every reason and its place."""
        from tongban.testing.stories.running import refused_json

        if self.as_json:
            self.array.append(refused_json(file, faults))
            return
        for fault in faults:
            nearest = f" → {fault.nearest}" if fault.nearest else ""
            typer.echo(f"{fault.file}:{fault.line}:{fault.column} {fault.code} {self.said(fault.message)}{nearest}")

    def tell(self, outcome: Outcome) -> None:
        """One story, step by step, then its facts."""
        self.count += 1
        self.failed = self.failed or (0 if outcome.passed else 1)
        if self.as_json:
            self.array.append(outcome.to_json())
            return
        console = _console()
        mark, colour = ("✓", "green") if outcome.passed else ("✗", "red")
        console.print(f"[bold {colour}]{mark} {self.said(outcome.story.title)}[/]  {outcome.story.file}")
        for step in outcome.steps:
            console.print(f"  {step.line:>3} {self.said(step.said)}", markup=False)
            for text in step.wrong:
                console.print(f"        {self.said(text)}", markup=False, style=None if step.passed else "red")
        self._facts(console, outcome)

    def _facts(self, console: Console, outcome: Outcome) -> None:
        from tongban.testing.stories import telling

        for zh, en, keys in (
            ("问了", "Asked", outcome.asked),
            ("读取", "Fetched", outcome.fetched),
            ("推算", "Derived", outcome.derived),
            ("产生", "Produced", outcome.produced),
        ):
            if keys:
                names = self.said(telling.facts(outcome.story, outcome.offer, keys))
                head = f"{en} {len(keys)}" if self.english else f"{zh} {len(keys)} 项"
                console.print(f"      {head}: {names}", markup=False, style="dim")

    def end(self) -> None:
        """Close what was begun."""
        if self.as_json:
            typer.echo(json.dumps(self.array, ensure_ascii=False, indent=2))
        elif self.count:
            end = "全部通过 · all passed" if not self.failed else "有的没通过 · not all passed"
            typer.echo(f"{self.count} 个故事，{end}")


def _console() -> Console:
    from rich.console import Console

    return Console(soft_wrap=True, highlight=False)
