"""`tongban walk`: the machine walks services in a rehearsal city, and what hurts becomes a problem of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tongban.cli.acting import AsJson, printed

if TYPE_CHECKING:
    from tongban.supervision.rounds.keeping import Ended, Noted
    from tongban.supervision.rounds.ways import Way


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(walk)


def walk(
    everything: Annotated[bool, typer.Option("--all", help="Every published bundle and service.")] = False,
    service: Annotated[
        list[str] | None, typer.Option("--service", help="A bundle or service by its id; as often as you like.")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser", help="Click through bundles in a real browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Walk from search to result: exit 1 when something hurts. 走一遍流程，把不好办的记成问题。"""
    from tongban.cli.acting import told
    from tongban.cli.city import die_with_parent, open_city

    if bool(service) is everything:
        raise typer.BadParameter("--all，或者 --service 事项 · give --all, or --service ID")
    die_with_parent()  # nobody would hear of what it finds
    with open_city(), told(as_json=as_json):
        from tongban.supervision.rounds import keeping

        ended = keeping.walk(service or (), browser=browser, told=None if as_json else say)
    if as_json:
        printed(ended.to_json())
    else:
        say_end(ended)
    raise typer.Exit(1 if ended.noted else 0)


def say(way: Way) -> None:
    """One way as it was."""
    if not way.is_walked:
        return
    mark = "✗" if way.stuck else "✓"
    figures = f"{way.questions} 问 {len(way.papers)} 材料 {way.clicks} 次 {way.milliseconds / 1000:.1f} 秒"
    typer.echo(f"{mark} {way.about}  {figures}  {way.situation}".rstrip())
    if way.stuck:
        typer.echo(f"    {way.stuck.at} {way.stuck.service} {way.stuck.item} {way.stuck.said}")


def say_end(ended: Ended) -> None:
    """What hurts, and how much there was."""
    for one in ended.noted:
        typer.echo(noted(one))
    through = sum(way.stuck is None for way in ended.ways)
    typer.echo(
        f"第 {ended.round.id} 轮，{len(ended.ways)} 条路走通 {through} 条，{ended.round.seconds} 秒；"
        f"新问题 {ended.round.new}，仍在 {ended.round.known}，复发 {ended.round.returned} · "
        f"round {ended.round.id}: {through} of {len(ended.ways)} ways to their end in {ended.round.seconds} s; "
        f"{ended.round.new} new, {ended.round.known} known, {ended.round.returned} came back"
    )
    if ended.round.left_out:
        typer.echo(
            f"还有 {ended.round.left_out} 种情形没走 · {ended.round.left_out} further situations were not walked"
        )


def noted(one: Noted) -> str:
    """A problem on a line."""
    cause = one.cause
    place = " › ".join(part for part in (cause.about, cause.step, cause.item) if part)
    return f"{one.reported.outcome:8} {one.reported.case}  {cause.kind}  {place}: {cause.said.zh} · {cause.said.en}"
