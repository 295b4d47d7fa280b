"""Commands of packs in a story: which there are, whether one can be meant as it is written, and what it gave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import typer
from typer.testing import CliRunner, Result

from tongban.cli.city import open_already
from tongban.cli.main import of_packs
from tongban.platform.errors import PlatformError
from tongban.testing.stories.model import Run
from tongban.testing.stories.stage import Stage

AS_JSON: Final = "--json"


@cache
def _joined() -> typer.Typer:
    app = typer.Typer()
    for commands in of_packs():
        app.add_typer(commands)
    return app


@cache
def _group() -> Any:  # noqa: ANN401 -- a group of Click, which Typer brings along under a name of its own
    return typer.main.get_group(_joined())


def names() -> Iterable[str]:
    """What the commands of packs are called."""
    return tuple(_group().commands)


def arguments(words: Sequence[str], folder: Path) -> tuple[str, ...]:
    """The words behind a command; one that is a file beside the story stands for it."""
    return tuple(str(folder / word) if (folder / word).is_file() else word for word in words)


def wrong_use(command: str, words: Sequence[str]) -> str | None:
    """Why a command cannot be meant so, in its own words; None where it can."""
    try:
        _group().commands[command].make_context(command, [*words, AS_JSON])
    except Exception as fault:
        message = getattr(fault, "format_message", None)
        if message is None:
            raise
        return str(message())
    return None


def run(stage: Stage, step: Run) -> None:
    """Run it in the story's city, and keep what it gave; a refusal is kept in ``stage.problem``."""
    stage.problem = None
    stage.forget()
    with open_already():
        done = CliRunner().invoke(_joined(), [step.command, *step.args, AS_JSON])
    if done.exit_code == 0:
        stage.gave = json.loads(done.stdout)
    else:
        stage.problem = _problem(done)


def _problem(done: Result) -> dict[str, Any]:
    """What a command that ended badly said, in the API's shape. Raises what it broke on."""
    failure = done.exception
    if isinstance(failure, PlatformError):
        return {"code": failure.code, "detail": failure.message["en"], "detail_zh": failure.message["zh"]}
    if failure is not None and not isinstance(failure, SystemExit):
        raise failure
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        told = done.output.strip()
        said = {"code": f"exit-{done.exit_code}", "detail": told, "detail_zh": told}
    return said
