"""Effects of packs: what a granted case does in its pack's own tables, a whole batch at once, in the same transaction.

A service names its effect (`effect: enrol@1`); the function stands in the pack's `effects.py`, found by place. What it
raises undoes the command, so nothing is ever half done.
"""

from __future__ import annotations

import functools
import importlib
import logging
from collections import defaultdict
from collections.abc import Sequence

from django.db import OperationalError, connection

from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.pack_api import Decided, Decisions, Effect, name_of_effect
from tongban.platform.errors import PlatformError
from tongban.platform.packs import pack_folders

log = logging.getLogger(__name__)


def concerns(one: Happened) -> bool:
    """Whether an effect is due. Rehearsals have none."""
    return one.application.mode == "real" and _effect(one) is not None and one.runs("effect")


def _effect(one: Happened) -> str | None:
    return one.in_force.service(one.change.after.service).effect


def receive(happened: Sequence[Happened]) -> None:
    """Run the effects of the cases that were granted, each effect once for all of them."""
    due: dict[str, list[Happened]] = defaultdict(list)
    for one in happened:
        due[str(_effect(one))].append(one)
    facts = store.facts_of(one.change.after.number for one in happened)
    for name, batch in due.items():
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
        _run(name, decided)


def _run(name: str, decided: Decisions) -> None:
    """Run one effect. Raises PlatformError `effect-failed` for whatever it raises, an absent database aside."""
    function = effect_of(name)
    try:
        with connection.cursor() as cursor:
            function(decided, cursor)
    except OperationalError:
        raise
    except Exception as failure:
        log.exception("effect_failed: %s for %s", name, ", ".join(one.case for one in decided))
        raise PlatformError(
            "effect-failed",
            zh=f"{name} 没有做成，这一步没有办，什么都没有改。",
            en=f"{name} failed; this step was not done and nothing was changed.",
            do_zh="看日志里的原因；修好定义包后再办这一步。",
            do_en="See the log for the cause; do the step again when the pack is mended.",
        ) from failure


@functools.cache
def effect_of(name: str) -> Effect:
    """The function behind an effect's full name (`hrss/enrol@1`). Raises PlatformError `effect-missing`."""
    pack, _, short = name.partition("/")
    for module, folder in pack_folders().items():
        if folder.name.replace("_", "-") != pack or not (folder / "effects.py").is_file():
            continue
        for function in vars(importlib.import_module(f"{module}.effects")).values():
            if name_of_effect(function) == short:
                found: Effect = function
                return found
    raise PlatformError(
        "effect-missing",
        zh=f"没有哪个定义包带着 {name}。",
        en=f"No installed pack has the effect {name}.",
        do_zh="装回带有它的定义包。",
        do_en="Install the pack that has it.",
    )
