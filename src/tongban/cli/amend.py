"""What one does to an application between beginning and end: dispute, attach, choose how a result comes, see fees."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from tongban.cli.acting import AsJson, Who, acting, answered, listed, scalar
from tongban.cli.apply import file_at, paper_key

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Of an application (4302-26-000001-U).")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (dispute, attach, deliver, fees):
        app.command()(command)


def dispute(
    number: Number,
    fact: Annotated[str, typer.Argument(metavar="FACT", help="subject.attribute that was read.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What it should be.")],
    who: Who,
    as_json: AsJson = False,
) -> None:
    """Say that what a register holds is wrong; the application goes on. 说库里登记得不对。"""
    with acting(who, as_json=as_json) as reader:
        from tongban.applications import reading, views

        reading.dispute(reader, number, fact, scalar(value))
        view = views.application_view(reader, number)
    answered(view, f"{number}  {fact}  已记下，部门会去核对 · noted, its holder will look into it", as_json=as_json)


def attach(
    number: Number,
    paper: Annotated[str, typer.Argument(metavar="PAPER", help="Id or key of the paper.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF, JPEG or PNG.")],
    who: Who,
    as_json: AsJson = False,
) -> None:
    """Hand in a paper: with the form, for a correction, or one that was to follow. 交材料。"""
    content = file_at(str(file), "FILE")
    with acting(who, as_json=as_json) as reader, content.open("rb") as opened:
        from tongban.applications import correcting, views

        keys = [line["key"] for line in views.application_view(reader, number).get("papers", ())]
        chunks = iter(lambda: opened.read(64 * 1024), b"")
        correcting.hand_in(reader, number, paper_key(keys, paper), content.name, chunks)
        view = views.application_view(reader, number)
    answered(view, f"{number}  {paper}  已交 · handed in", as_json=as_json)


def deliver(
    number: Number,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="Whose result it is.")],
    way: Annotated[str, typer.Argument(metavar="WAY", help="electronic, window or post.")],
    who: Who,
    place: Annotated[str | None, typer.Option(help="The window's office, or the address's key in the form.")] = None,
    as_json: AsJson = False,
) -> None:
    """Choose how a result is handed over. 选怎么领取。"""
    with acting(who, as_json=as_json) as reader:
        from tongban.applications import delivery, views

        delivery.choose(reader, number, service, way, place)
        lines = views.application_view(reader, number)["delivery"]
    listed(lines, _delivery_in_words, as_json=as_json)


def _delivery_in_words(line: Mapping[str, Any]) -> str:
    where = f"  {line['place_label']['zh']}" if line["place_label"] else ""
    return f"{line['service_title']['zh']}  {line['way']}{where}"


def fees(number: Number, who: Who, as_json: AsJson = False) -> None:
    """List the fees of an application; `act NUMBER pay` pays what is due. 看费用。"""
    with acting(who, as_json=as_json) as reader:
        from tongban.applications.fees import fees_of
        from tongban.applications.store import load
        from tongban.catalog.values import yuan

        lines = fees_of(load(reader, number))
    listed(
        lines,
        lambda line: f"{line['title']['zh']}  {yuan(line['amount_fen'])} 元  {line['state']}",
        as_json=as_json,
        nothing="不收费 · no fees",
    )
