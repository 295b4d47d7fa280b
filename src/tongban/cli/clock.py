"""`tongban clock`: when limits end, for a list of questions, from calendar files alone. No database is needed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from tongban.cli.without_city import problem
from tongban.text import Issue, Text


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(clock)


def clock(
    source: Annotated[str, typer.Argument(metavar="[FILE|-]", help="One JSON array of questions.")] = "-",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON array, in the order of the questions.")
    ] = False,
) -> None:
    """Evaluate limits: exit 1 when a question has no answer. 算期限。"""
    from tongban.clock import ClockError, evaluate, questions
    from tongban.clock.layers import calendars, read_documents
    from tongban.platform.packs import pack_folders

    documents = [each for folder in pack_folders().values() for each in read_documents(folder / "calendars")]
    try:
        answers = evaluate(questions(_text(source)), calendars(documents))
    except ClockError as error:
        refuse(error.code, error.message, error.message_zh, as_json=as_json)
    if as_json:
        typer.echo(json.dumps(answers, ensure_ascii=False))
    else:
        for answer in answers:
            typer.echo(_said(answer))
    raise typer.Exit(1 if any("error" in answer for answer in answers) else 0)


def _text(source: str) -> str:
    if source == "-":
        return sys.stdin.read()
    path = Path(source)
    if not path.is_file():
        raise typer.BadParameter(f"{source}: 没有这个文件 · no such file")
    return path.read_text(encoding="utf-8", errors="replace")


def _said(answer: dict[str, Any]) -> str:
    if "error" in answer:
        error = answer["error"]
        return f"{answer['id']}  {error['code']}: {error['message_zh']} · {error['message']}"
    provisional = "  暂定 · provisional" if answer["provisional"] else ""
    return f"{answer['id']}  {answer['due']}{provisional}"


def refuse(code: str, en: str, zh: str, *, as_json: bool) -> None:
    """Say what is wrong with the whole input, and end with exit 1."""
    if as_json:
        typer.echo(problem([Issue(code, "", Text(zh, en))]))
    else:
        typer.echo(f"{code}: {zh} · {en}", err=True)
    raise typer.Exit(1)
