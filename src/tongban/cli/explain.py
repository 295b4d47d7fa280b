"""`tongban explain`: why a bundle or service asks for a fact or paper, of whom and by which article, or why not."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tongban.cli.acting import AsJson
from tongban.cli.plan import (
    BUNDLE,
    Answers,
    Counts,
    Knowns,
    Language,
    On,
    Persona,
    Speak,
    body_of,
    planned,
    refuse,
    spoken,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explain)


def explain(  # noqa: PLR0913, PLR0917 - one parameter for each option
    bundle: Annotated[str, typer.Argument(help=BUNDLE)],
    key: Annotated[
        str, typer.Argument(help="A fact, subject.attribute, or a paper; or its label.", metavar="FACT|PAPER")
    ],
    answers: Answers = None,
    known: Knowns = None,
    persona: Persona = None,
    counts: Counts = None,
    on: On = None,
    as_json: AsJson = False,
    language: Speak = Language.ZH,
) -> None:
    """Explain why something is asked, or why it is not. 为什么要，为什么不要。"""
    from tongban.planner.explain import explain as explain_plan
    from tongban.planner.problems import PlanError

    body = body_of(bundle, answers=answers, known=known, counts=counts, on=on)
    try:
        catalog, request, made = planned(body, persona)
        found = explain_plan(catalog, request, made, key)
    except PlanError as error:
        refuse(error, as_json=as_json, language=language)
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
        return
    for sentence in found.sentences:
        typer.echo(spoken(sentence, language))
    for reason in found.because:
        law = catalog.laws[reason.law].title
        service = catalog.services[reason.service].title
        if language is Language.ZH:
            typer.echo(f"  《{law.zh}》第 {reason.article} 条 · {service.zh}")
        else:
            typer.echo(f"  {law.en}, article {reason.article} · {service.en}")
