"""The command `tongban`: gathers the command groups of this package and of the packs, and words what goes wrong.

A command group is a module of this package with a function `register(app)`. It imports what is heavy inside its
commands, so that `tongban check` need not wait for Django.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from tongban import cli
from tongban.platform.errors import PlatformError
from tongban.platform.packs import pack_folders


class Commands(TyperGroup):
    """Commands whose failures become sentences: what happened and what to do, in both languages, and exit 1."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer's own shape
        """Run the command that was given."""
        try:
            return super().invoke(ctx)
        except PlatformError as problem:
            if "--json" in sys.argv:
                answer = {"type": "about:blank", "title": problem.message["en"], "status": 500, "code": problem.code}
                typer.echo(json.dumps(answer | {"detail": problem.do["en"], "errors": []}, ensure_ascii=False))
            else:
                for language in ("zh", "en"):
                    typer.echo(f"{problem.code}: {problem.message[language]} {problem.do[language]}", err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a local may be somebody's name
    help="通办 Tongban: say what you need once. 一件事，说一次。",
)


@app.callback()
def root() -> None:
    """通办 Tongban: say what you need once. 一件事，说一次。"""


def gather() -> None:
    """Register every command group of this package and of the packs."""
    for found in pkgutil.iter_modules(cli.__path__):
        module = importlib.import_module(f"{cli.__name__}.{found.name}")
        if hasattr(module, "register"):
            module.register(app)
    for commands in of_packs():
        app.add_typer(commands)


def of_packs() -> Iterator[typer.Typer]:
    """The commands of the packs that have any."""
    for module_name, folder in pack_folders().items():
        if (folder / "commands.py").is_file():
            yield importlib.import_module(f"{module_name}.commands").app


gather()
