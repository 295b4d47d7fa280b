"""`tongban appoint` and `password`: the operator gives staff their posts, and a password to who has or knows none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from tongban.cli.acting import AsJson, answered, told
from tongban.cli.city import open_city

TOLD_ONCE = "密码，只显示这一次 · password, shown this once"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (appoint, password):
        app.command()(command)


def appoint(
    number: Annotated[str, typer.Argument(help="The staff number, with which one logs in.")],
    name: Annotated[str, typer.Argument(help="The name that colleagues see.")],
    office: Annotated[str, typer.Argument(help="The office, by id or title.")],
    role: Annotated[str, typer.Argument(help="handler, approver, head, vice-head, window or auditor.")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; for a post that is there, its end.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Give somebody a post; a new account's password is printed once. 给人上岗。"""
    with open_city(), told(as_json=as_json):
        from tongban.applications import appointing

        done = appointing.appoint(number, name, office, role, until.date() if until else None)
        line = {
            "number": done.number,
            "name": done.name,
            "office": done.office,
            "role": done.role,
            "until": _shown(done.until),
            "password": done.password,
        }
        words = f"{done.number}  {done.name}  {done.office}  {done.role}  {_shown(done.until) or '不限期 · no end'}"
        if done.password:
            words += f"\n{TOLD_ONCE}: {done.password}"
        answered(line, words, as_json=as_json)


def password(
    number: Annotated[str, typer.Argument(help="The staff number.")],
    as_json: AsJson = False,
) -> None:
    """A new password for somebody of the staff who forgot theirs, printed once; the code at log-in ends. 换密码。"""
    with open_city(), told(as_json=as_json):
        from tongban.applications import appointing

        new = appointing.new_password(number)
        answered({"number": number, "password": new}, f"{TOLD_ONCE}: {new}", as_json=as_json)


def _shown(day: date | None) -> str | None:
    return day.isoformat() if day else None
