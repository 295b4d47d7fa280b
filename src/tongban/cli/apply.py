"""`tongban apply`: the applicant's side of the main job, from nothing to sent, in one command or in several."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer

from tongban.cli.acting import AsJson, Who, acting, pairs, printed, scalars

if TYPE_CHECKING:
    from tongban.accounts.actor import Actor


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(apply)


def apply(  # noqa: PLR0913, PLR0917 - one parameter for each option
    what: Annotated[
        str, typer.Argument(metavar="BUNDLE|NUMBER", help="A bundle or service; or a draft to go on with.")
    ],
    who: Who,
    answers: Annotated[list[str] | None, typer.Option("--answer", help="A fact: role[.n].attribute=value.")] = None,
    counts: Annotated[list[str] | None, typer.Option("--count", help="subject=N: how many members.")] = None,
    files: Annotated[
        list[str] | None, typer.Option("--file", help="PAPER=PATH: a paper (id or key) and its file.")
    ] = None,
    promises: Annotated[list[str] | None, typer.Option("--promise", help="PAPER: promised, or to follow.")] = None,
    window: Annotated[str | None, typer.Option(help="The office of the window, for whoever walked in.")] = None,
    key: Annotated[str | None, typer.Option("--for", help="ID number or credit code of whom it is for.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Do not sign and send yet.")] = False,
    command: Annotated[str | None, typer.Option("--id", help="A UUID: the same one applies once.")] = None,
    as_json: AsJson = False,
) -> None:
    """Apply: agree to what is read, fill, attach, sign, send. 申请:同意读取、填表、交材料、签名、提交。"""
    once = _uuid(command)
    facts = scalars(pairs(answers, "--answer"))
    members = {subject: _count(text) for subject, text in pairs(counts, "--count").items()}
    papers = {paper: file_at(path, "--file") for paper, path in pairs(files, "--file").items()}
    with acting(who, as_json=as_json) as reader:
        from tongban.applications import filling, reading, signing, starting, submission, views

        number = what
        if not what[:1].isdecimal():
            number = starting.start(reader, what, command_id=once, counts=members, applicant_key=key, window=window)
        if not as_json:
            typer.echo(f"申请编号 · Application {number}")
        if facts:
            filling.fill(reader, number, facts)
        reading.agree(reader, number)
        _hand_in(reader, number, papers, promises or [])
        if not draft:
            signing.sign(reader, number)
            submission.submit(reader, number, once)
        view = views.application_view(reader, number)
        if as_json:
            printed(view)
        else:
            _say(view)


def _hand_in(reader: Actor, number: str, files: dict[str, Path], promises: list[str]) -> None:
    from tongban.applications import correcting, papers, views

    keys = [line["key"] for line in views.application_view(reader, number).get("papers", ())]
    for paper, path in files.items():
        with path.open("rb") as file:
            chunks = iter(lambda: file.read(64 * 1024), b"")
            correcting.hand_in(reader, number, paper_key(keys, paper), path.name, chunks)
    for paper in promises:
        papers.promise(reader, number, paper_key(keys, paper))


def paper_key(keys: list[str], paper: str) -> str:
    """The form's key of a paper named by key, id or bare id."""
    for key in keys:
        evidence = key.partition("@")[0]
        if paper in (key, evidence, evidence.rpartition("/")[2]):
            return key
    return paper


def _say(view: dict[str, Any]) -> None:
    """What became of it, in words."""
    states = {
        "draft": "填写中，还没交 · draft, not sent",
        "waiting": "等人签名或同意 · waits for others to sign or consent",
        "submitted": "已提交 · sent",
    }
    typer.echo(states.get(view["state"], view["state"]))
    for signer in view["signers"]:
        if not signer["done"] and view["state"] == "waiting":
            typer.echo(f"  还差 · still: {signer['subject']} ({signer['act']})")
    for missing in view.get("missing", ()):
        typer.echo(f"  还差 · missing: {missing['fact']}  {missing['text']['zh']} · {missing['text']['en']}")
    if view["promised_due"]:
        typer.echo(f"最晚办好 · promised for {view['promised_due']}")


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text) if text else uuid4()
    except ValueError:
        raise typer.BadParameter(f"{text}: 不是 UUID · no UUID", param_hint="--id") from None


def _count(text: str) -> int:
    if not text.isdecimal():
        raise typer.BadParameter(f"{text}: 写数字 · write a number", param_hint="--count")
    return int(text)


def file_at(text: str, name: str) -> Path:
    """The file at a path; ends with exit 2 where there is none."""
    path = Path(text)
    if not path.is_file():
        raise typer.BadParameter(f"{text}: 没有这个文件 · no such file", param_hint=name)
    return path
