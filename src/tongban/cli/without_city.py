"""What commands share that read files and open no city: the computer's date, and refusals as people and programs read
them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NoReturn
from zoneinfo import ZoneInfo

import typer

from tongban.text import Issue

if TYPE_CHECKING:
    from tongban.policy import PolicyError


def computers_date() -> date:
    """The computer's own date: files know no city."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()  # noqa: TID251 -- no database, so no city's time


def problem(issues: Sequence[Issue]) -> str:
    """What is wrong with a request in the API's shape; the first issue stands for all, each with a place is listed."""
    first = issues[0]
    errors = [
        {"code": one.code, "at": one.at, "message": one.text.to_json(), "nearest": one.nearest}
        for one in issues
        if one.at
    ]
    body = {
        "type": f"urn:tongban:problem:{first.code}",
        "title": first.text.en,
        "status": 422,
        "code": first.code,
        "detail": first.text.en,
        "detail_zh": first.text.zh,
        "errors": errors,
    }
    return json.dumps(body, ensure_ascii=False)


def refuse(error: PolicyError, *, as_json: bool) -> NoReturn:
    """Tell why nothing was reckoned, and end with exit 1."""
    if as_json:
        typer.echo(problem(error.issues))
    else:
        for one in error.issues:
            nearest = f"  → {one.nearest}" if one.nearest else ""
            typer.echo(f"{one.code} {one.at}: {one.text.zh} · {one.text.en}{nearest}", err=True)
    raise typer.Exit(1)
