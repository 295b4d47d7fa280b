"""What a step asks of whoever takes it: reasons, items, offices, days; checked here, so records hold nothing else.

Free words go to the encrypted texts. What enters the record itself is names of the definitions, numbers and choices.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tongban.casework.model import Command, Context, Json
from tongban.casework.refusals import lacking, listed, refuse
from tongban.catalog.model import StepDefinition

MOST_DAYS = 3650
MOST_ITEMS = 100
MOST_CHARACTERS = 5000
TEXT_NEEDS = frozenset({"reason", "note"})

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,119}")
_TEXT = re.compile(r"reason|note|item:" + _NAME.pattern)


def demanded(step: StepDefinition, command: Command, context: Context) -> dict[str, Json]:
    """The data of the command that this step's record keeps.

    Raises Refused `data-needed`, `data-wrong` when something is missing, malformed or not asked.
    """
    wanted = demands(step, context)
    for name in sorted(command.data.keys() - wanted.keys()):
        raise refuse("data-wrong", what=name)
    missing = [name for name in wanted if name not in command.data]
    missing += [name for name in step.needs if name in TEXT_NEEDS and not command.texts.get(name, "").strip()]
    if missing:
        raise lacking(missing)
    return {name: read(command.data[name]) for name, read in wanted.items()}


def demands(step: StepDefinition, context: Context) -> dict[str, Callable[[Json], Json]]:
    """The data a step asks for, by name, each with the function that reads it."""
    wanted: dict[str, Callable[[Json], Json]] = {}
    if "items" in step.needs:
        wanted["items"] = names
    if "offices" in step.needs or any(o.each in {"office", "other-office"} for o in step.opens):
        wanted["offices"] = lambda given: _offices(given, context)
    if "days" in step.needs:
        wanted["days"] = _days
    if step.closes and _is_opinion(step, context):
        wanted["opinion"] = lambda given: _choice("opinion", given, ("agree", "disagree"))
    if step.clock:
        wanted["fault"] = lambda given: _choice("fault", given, tuple(step.clock))
    if step.pauses and (procedures := special_procedures(step, context)):
        wanted["procedure"] = lambda given: _choice("procedure", given, procedures)
    return wanted


def special_procedures(step: StepDefinition, context: Context) -> tuple[str, ...]:
    """The special procedures (hearing, inspection …) for which a step may stop the clocks it pauses."""
    clocks = [context.procedure.clocks[name] for name in step.pauses if name in context.procedure.clocks]
    return tuple(dict.fromkeys(name for clock in clocks for name in clock.excludes))


def _is_opinion(step: StepDefinition, context: Context) -> bool:
    """Whether the step answers a question to which silence would mean yes."""
    openings = (opening for other in context.procedure.steps.values() for opening in other.opens)
    return any(opening.name == step.closes and opening.silence == "agree" for opening in openings)


def check_texts(command: Command) -> None:
    """Refuse texts under unknown names and texts without end; raises Refused `data-wrong`."""
    for name, text in command.texts.items():
        if not _TEXT.fullmatch(name) or len(text) > MOST_CHARACTERS:
            raise refuse("data-wrong", what=name)


def names(given: Json) -> Json:
    """A list of names of facts, papers or offices, each once; raises Refused `data-wrong`."""
    if not isinstance(given, list) or not 0 < len(given) <= MOST_ITEMS:
        raise refuse("data-wrong", what=listed(["items"]))
    for name in given:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise refuse("data-wrong", what=str(name)[:MOST_ITEMS])
    return list(dict.fromkeys(given))


def _offices(given: Json, context: Context) -> Json:
    offices = names(given)
    for office in offices if isinstance(offices, list) else ():
        if office not in context.supervisors:
            raise refuse("data-wrong", what=str(office))
    return offices


def _days(given: Json) -> Json:
    if not isinstance(given, int) or isinstance(given, bool) or not 0 < given <= MOST_DAYS:
        raise refuse("data-wrong", what=listed(["days"]))
    return given


def _choice(name: str, given: Json, options: tuple[str, ...]) -> Json:
    if given not in options:
        raise refuse("data-wrong", what=f"{name}: {', '.join(options)}")
    return given
