"""What one has here: a search in own words, applications, papers, messages, and who looked at one's data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from tongban.cli.acting import AsJson, Who, acting, listed, told
from tongban.cli.city import open_city
from tongban.platform.ids import in_address


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (search, applications, papers, messages, reads):
        app.command()(command)


def search(
    words: Annotated[list[str], typer.Argument(help="Your own words: 孩子上户口, 'hire somebody'.")],
    as_json: AsJson = False,
) -> None:
    """Find a bundle or a service in your own words. 用自己的话找事。"""
    with open_city(), told(as_json=as_json):
        from tongban.applications.search import search as find
        from tongban.publication.service import current

        lines = [hit.to_json() for hit in find(current(), " ".join(words))]
    nothing = "没有找到，换个说法 · nothing found; say it another way"
    listed(
        lines,
        lambda line: f"{line['id']}  {line['title']['zh']} · {line['title']['en']}",
        as_json=as_json,
        nothing=nothing,
    )


def applications(who: Who, as_json: AsJson = False) -> None:
    """List the applications one may see, newest first. 我的申请。"""
    with acting(who, as_json=as_json) as reader:
        from tongban.applications import views

        lines = views.my_applications(reader)
    listed(
        lines,
        lambda line: f"{line['number']}  {line['title']['zh']}  {line['state']}  {line['done']}/{line['parts']}",
        as_json=as_json,
    )


def papers(
    who: Who,
    save: Annotated[Path | None, typer.Option("--save", help="A folder: every PDF goes there.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the credentials and letters one has got, or save them. 我的证照和文书。"""
    if save is not None and not save.is_dir():
        raise typer.BadParameter(f"{save}: 没有这个文件夹 · no such folder", param_hint="--save")
    with acting(who, as_json=as_json) as reader:
        from tongban.applications import documents

        lines = documents.mine(reader)
        if save is not None:
            for line in lines:
                (save / f"{in_address(line['number'])}.pdf").write_bytes(documents.pdf(reader, UUID(line["id"])))
    listed(
        lines,
        lambda line: (
            f"{line['number']}  {line['title']['zh']}  {line['service_title']['zh']}  {line['state']}"
            f"  {line['code']}  {line['application']}"
        ),
        as_json=as_json,
    )


def messages(who: Who, as_json: AsJson = False) -> None:
    """List one's messages, newest first. 我的消息。"""
    with acting(who, as_json=as_json) as reader:
        from tongban.applications.messages import lines_of

        lines = lines_of(reader)
    listed(lines, lambda line: f"{line['at'][:16]}  {line['application']}  {line['text']['zh']}", as_json=as_json)


def reads(who: Who, as_json: AsJson = False) -> None:
    """List who looked at one's data: when, which, for what. 谁查看了我的数据。"""
    with acting(who, as_json=as_json) as reader:
        from tongban.applications.reads import about_me

        lines = about_me(reader)
    listed(lines, _read_in_words, as_json=as_json)


def _read_in_words(line: Mapping[str, Any]) -> str:
    labels = "、".join(label["zh"] for label in line["labels"])
    return f"{line['at'][:16]}  {line['who']['zh']}  {line['purpose']['zh']}  {labels}"
