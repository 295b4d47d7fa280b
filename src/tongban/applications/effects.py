"""Effects of packs: what a granted case does in its pack's own tables, a whole batch at once, in the same transaction.

A service names its effect (`effect: enrol@1`, of another pack `social-insurance/enrol@1`); the function stands in the
pack's `effects.py`, found by place. When the case is revoked, the function marked `undoing` takes it back. What either
raises undoes the command, so nothing is ever half done.
"""

from __future__ import annotations

import functools
import importlib
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db import OperationalError, connection

from tongban.applications.problems import Problem
from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.pack_api import Decided, Decisions, Effect, RefusedError, name_of_effect, what_it_undoes
from tongban.platform.errors import PlatformError
from tongban.platform.packs import pack_folders

log = logging.getLogger(__name__)


def concerns(one: Happened) -> bool:
    """Whether an effect is due, or is to be taken back. Rehearsals have none."""
    return one.application.mode == "real" and _effect(one) is not None and (one.runs("effect") or _is_revoked(one))


def _is_revoked(one: Happened) -> bool:
    return any(event.kind == "revoked" for event in one.change.events)


def _effect(one: Happened) -> str | None:
    return one.in_force.service(one.change.after.service).effect


def receive(happened: Sequence[Happened]) -> None:
    """Run the effects of the cases that were granted, each once for all of them; take back those of the revoked."""
    due: dict[tuple[str, bool], list[Happened]] = defaultdict(list)
    for one in happened:
        due[str(_effect(one)), _is_revoked(one)].append(one)
    facts = store.facts_of(one.change.after.number for one in happened)
    for (name, is_revoked), batch in due.items():
        decided = [
            Decided(
                case=one.change.after.number,
                service=one.change.after.service,
                subjects=one.change.after.roles,
                facts=facts[one.change.after.number],
                at=one.at,
            )
            for one in batch
        ]
        _run(name, undoing_of(name) if is_revoked else effect_of(name), decided)


def _run(name: str, function: Effect, decided: Decisions) -> None:
    """Run one effect, or what takes it back.

    Raises Problem 409 `pack-refused` with what it refuses, PlatformError `effect-failed` for whatever else it raises,
    an absent database aside.
    """
    try:
        with connection.cursor() as cursor:
            function(decided, cursor)
    except OperationalError:
        raise
    except RefusedError as refusal:
        raise Problem(409, "pack-refused", refusal.text) from refusal
    except Exception as failure:
        log.exception("effect_failed: %s for %s", name, ", ".join(one.case for one in decided))
        raise PlatformError(
            "effect-failed",
            zh=f"{name} 没有做成，这一步没有办，什么都没有改。",
            en=f"{name} failed; this step was not done and nothing was changed.",
            do_zh="看日志里的原因；修好定义包后再办这一步。",
            do_en="See the log for the cause; do the step again when the pack is mended.",
        ) from failure


def effect_of(name: str) -> Effect:
    """The function behind an effect's full name (`hrss/enrol@1`). Raises PlatformError `effect-missing`."""
    return _marked(name, name_of_effect)


def undoing_of(name: str) -> Effect:
    """The function that takes an effect back. Raises PlatformError `effect-missing`."""
    return _marked(name, what_it_undoes)


@functools.cache
def _marked(name: str, mark: Callable[[object], str | None]) -> Effect:
    pack, _, short = name.partition("/")
    for module, folder in pack_folders().items():
        if folder.name.replace("_", "-") != pack or not (folder / "effects.py").is_file():
            continue
        for function in vars(importlib.import_module(f"{module}.effects")).values():
            if mark(function) == short:
                found: Effect = function
                return found
    raise PlatformError(
        "effect-missing",
        zh=f"没有哪个定义包带着 {name}，或者带着怎样撤回它。",
        en=f"No installed pack has the effect {name}, or says how to take it back.",
        do_zh="装回带有它的定义包。",
        do_en="Install the pack that has it.",
    )
