"""`tongban export KIND -o FILE`: what the city's tools and people around it want to have as data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Kind(StrEnum):
    """What can be exported."""

    PERSONAS = "personas"
    CPSV = "cpsv"
    LINKED = "linked"
    SHARING = "sharing"
    OCEL = "ocel"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say: the file, and of an event log or of counts which cases."""

    output: str
    is_counted: bool
    service: str | None
    since: str | None
    until: str | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    kind: Annotated[Kind, typer.Argument(help="What to export.")],
    output: Annotated[str, typer.Option("--output", "-o", help="The file; - is standard output.")] = "-",
    counted: Annotated[bool, typer.Option("--counted", help="sharing: as often as this city was asked.")] = False,
    service: Annotated[str | None, typer.Option("--service", help="ocel: cases of this service alone.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="ocel: sent in from this day on, 2026-11-23.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="ocel: sent in before this day.")] = None,
) -> None:
    """Write data: personas (who may be met in the demonstration city) as JSON; cpsv (the whole catalogue in the
    European vocabulary CPSV-AP 3.2) as Turtle, or by the file's name as .jsonld, .rdf or .nt; linked (which
    services each bundle links and what that saves) as JSON; sharing (which register to read next and what that saves)
    as JSON; ocel (how cases went, without people) as an OCEL 2.0 event log in JSON. 导出数据。
    """
    kinds = {
        Kind.PERSONAS: _personas, Kind.CPSV: _cpsv, Kind.LINKED: _linked, Kind.SHARING: _sharing, Kind.OCEL: _ocel
    }  # fmt: skip
    pieces = kinds[kind](Asked(output, counted, service, since, until))
    if output == "-":
        for piece in pieces:
            typer.echo(piece, nl=False)
        typer.echo()
        return
    with Path(output).open("w", encoding="utf-8") as file:
        file.writelines(pieces)
        file.write("\n")


def _personas(_asked: Asked) -> Iterable[str]:
    from tongban.testing.city.personas import personas

    return [json.dumps([one.to_json() for one in personas()], ensure_ascii=False, indent=2)]


def _cpsv(asked: Asked) -> Iterable[str]:
    from tongban.publication.cpsv import FORMATS, cpsv
    from tongban.publication.files import tree

    return [cpsv(tree(), FORMATS.get(Path(asked.output).suffix, "turtle"))]


def _linked(_asked: Asked) -> Iterable[str]:
    from tongban.cli.without_city import computers_date
    from tongban.publication.files import tree
    from tongban.publication.linked import linked_json

    return [json.dumps(linked_json(tree(), computers_date()), ensure_ascii=False, indent=2)]


def _sharing(asked: Asked) -> Iterable[str]:
    from tongban.publication.sharing import sharing_json

    if asked.is_counted:
        from tongban.cli.city import open_city

        with open_city():
            from tongban.platform import time
            from tongban.publication import service
            from tongban.supervision import boards

            now = time.now()
            data = sharing_json(service.current(), now.date(), boards.a_year(now))
    else:
        from tongban.cli.without_city import computers_date
        from tongban.publication.files import tree

        data = sharing_json(tree(), computers_date(), None)
    return [json.dumps(data, ensure_ascii=False, indent=2)]


def _ocel(asked: Asked) -> Iterable[str]:
    from tongban.cli.city import open_city

    with open_city():
        from tongban.planner.problems import PlanError
        from tongban.planner.request import service_id
        from tongban.publication import service
        from tongban.supervision import processes

        catalog = service.current()
        try:
            chosen = None if asked.service is None else service_id(catalog, asked.service)
        except PlanError as error:
            text = error.issues[0].text
            typer.echo(f"{error.issues[0].code}: {text.zh} · {text.en}", err=True)
            raise typer.Exit(1) from None
        wanted = processes.Wanted(chosen, _day(asked.since, "--from"), _day(asked.until, "--until"))
        yield from processes.log(catalog, wanted)


def _day(typed: str | None, option: str) -> datetime | None:
    """The beginning of a day in city time."""
    from tongban.platform import time

    if typed is None:
        return None
    try:
        return datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=time.ZONE)
    except ValueError:
        raise typer.BadParameter(f"{typed} 不是日期，写成 2026-11-23 · write 2026-11-23", param_hint=option) from None
