"""`tongban act`: a step on a case, or what people do with a whole application: consent, sign, withdraw, pay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer

from tongban.cli.acting import AsJson, Who, acting, pairs, printed, scalars

if TYPE_CHECKING:
    from tongban.accounts.actor import Actor

LISTS = frozenset({"items", "offices"})


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(act)


def act(  # noqa: PLR0913, PLR0917 - one parameter for each option
    number: Annotated[str, typer.Argument(metavar="CASE|APPLICATION")],
    name: Annotated[
        str,
        typer.Argument(
            metavar="COMMAND",
            help="accept, decide …; of an application: consent, decline, sign, submit, withdraw, pay.",
        ),
    ],
    who: Who,
    data: Annotated[
        list[str] | None, typer.Option("--data", help="items=a,b  fault=incorrect  days=5  to=staff:7 …")
    ] = None,
    texts: Annotated[list[str] | None, typer.Option("--text", help="reason=…  note=…  item:NAME=…")] = None,
    facts: Annotated[
        list[str] | None, typer.Option("--fact", help="role.attribute=value, in the service's terms.")
    ] = None,
    task: Annotated[str | None, typer.Option(help="The task meant, where there are several.")] = None,
    once: Annotated[str | None, typer.Option("--id", help="A UUID: the same command happens once.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take a step on a case or an application. 办一步。"""
    try:
        command_id = UUID(once) if once else uuid4()
    except ValueError:
        raise typer.BadParameter(f"{once}: 不是 UUID · no UUID", param_hint="--id") from None
    with acting(who, as_json=as_json) as reader:
        if "/" in number or "." in number:
            view = _on_case(
                reader,
                number,
                name,
                command_id,
                _data(data),
                pairs(texts, "--text"),
                scalars(pairs(facts, "--fact")),
                task,
            )
        else:
            view = _on_application(reader, number, name, command_id)
    if as_json:
        printed(view)
    else:
        typer.echo(f"{view['number']}  {view.get('state_label', {}).get('zh', view['state'])}")


def _on_case(
    reader: Actor,
    number: str,
    name: str,
    command_id: UUID,
    data: Mapping[str, Any],
    texts: Mapping[str, str],
    facts: Mapping[str, Any],
    task: str | None,
) -> dict[str, Any]:
    from tongban.applications import cases, correcting

    if name == "resubmit" and reader.kind == "person":
        correcting.send_case(reader, number, facts, command_id)
    else:
        cases.act(reader, number, name, command_id=command_id, data=data, texts=texts, facts=facts, task=task)
    return cases.case_view(reader, number)


def _on_application(reader: Actor, number: str, name: str, command_id: UUID) -> dict[str, Any]:
    from tongban.applications import views

    deed = DEEDS.get(name)
    if deed is None:
        raise typer.BadParameter(f"{name}: {', '.join(DEEDS)}", param_hint="COMMAND")
    deed(reader, number, command_id)
    return views.application_view(reader, number)


def _consent(reader: Actor, number: str, command_id: UUID) -> None:
    from tongban.applications import signing, submission

    submission.after_consent(reader, signing.consent(reader, number, agree=True), command_id)


def _decline(reader: Actor, number: str, command_id: UUID) -> None:
    from tongban.applications import signing

    del command_id
    signing.consent(reader, number, agree=False)


def _sign(reader: Actor, number: str, command_id: UUID) -> None:
    from tongban.applications import signing, submission

    submission.after_consent(reader, signing.sign(reader, number), command_id)


def _submit(reader: Actor, number: str, command_id: UUID) -> None:
    from tongban.applications import submission

    submission.submit(reader, number, command_id)


def _withdraw(reader: Actor, number: str, command_id: UUID) -> None:
    from tongban.applications import withdrawal

    withdrawal.withdraw(reader, number, command_id)


def _pay(reader: Actor, number: str, command_id: UUID) -> None:
    from tongban.applications import fees, store

    del command_id  # each fee is paid once whatever the command
    for fee in fees.fees_of(store.load(reader, number)):
        if fee["state"] == "due":
            fees.pay(reader, number, fee["id"], uuid4())


DEEDS: Mapping[str, Callable[[Actor, str, UUID], None]] = {
    "consent": _consent,
    "decline": _decline,
    "sign": _sign,
    "submit": _submit,
    "withdraw": _withdraw,
    "pay": _pay,
}


def _data(options: list[str] | None) -> dict[str, Any]:
    """Names and counts of a command; lists are written with commas."""
    typed = pairs(options, "--data")
    return {
        name: [part for part in value.split(",") if part] if name in LISTS else scalars({name: value})[name]
        for name, value in typed.items()
    }
