"""What one case's change means for the others of its application that wait for it. Pure.

A waiting case gets the facts it waits for as soon as they are made, and starts when it waits for nothing more. When the
case it waits for ends without a grant, it can no longer be done and ends as not possible.
"""

from __future__ import annotations

from collections.abc import Mapping

from tongban.casework.model import WAITING, Case, Command, Given, Json
from tongban.casework.work import subject_of
from tongban.catalog.vocabulary import Value

Made = Mapping[tuple[int, str], Value]
"""What a case has made known: (subject id, attribute) → value."""


def feeds(before: Case | None, after: Case, made: Made) -> bool:
    """Whether others may be waiting for what this change brought."""
    ended = after.result is not None and (before is None or before.result is None)
    return bool(after.feeds) and (ended or bool(made))


def answer(feeder: Case, made: Made, waiting: Case, command_id: str) -> Command | None:
    """The engine's command to a case that may wait for `feeder`; None when nothing changes for it."""
    if waiting.state != WAITING or feeder.part not in waiting.waits:
        return None
    if feeder.result not in (None, "granted"):
        return Command(command_id, "not-possible", {"because": feeder.number})
    wanted = waiting.waits[feeder.part]
    found = {fact: made[key] for fact in wanted if (key := _key(waiting, fact)) in made}
    if feeder.result is None and (not wanted or len(found) < len(wanted)):
        return None
    left: dict[str, Json] = {str(part): list(f) for part, f in waiting.waits.items() if part != feeder.part}
    facts = {fact: Given(value, "produced") for fact, value in found.items()}
    return Command(command_id, "supply", {"waits": left}, facts=facts)


def made_by(case: Case, values: Mapping[str, Value]) -> Made:
    """Facts of a case by what they are about, so that another case knows them under its own names."""
    return {_key(case, fact): value for fact, value in values.items()}


def _key(case: Case, fact: str) -> tuple[int, str]:
    return subject_of(case.roles, fact), fact.rpartition(".")[2]
