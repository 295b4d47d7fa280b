"""Effects of packs: what a granted case does in its pack's own tables, a whole batch at once, in the same transaction.

A service names its effect (`effect: enrol@1`); the function stands in the pack's `effects.py`, found by place. What it
raises undoes the command, so nothing is ever half done.
"""

from __future__ import annotations

import functools
import importlib
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection

from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.pack_api import Decided, Effect, name_of_effect
from tongban.platform.errors import PlatformError
from tongban.platform.packs import pack_folders


def receive(happened: Sequence[Happened]) -> None:
    """Run the effects of the cases that were granted, each effect once for all of them. Rehearsals have none."""
    due: dict[str, list[Happened]] = defaultdict(list)
    for one in happened:
        effect = one.in_force.service(one.change.after.service).effect
        if effect is not None and one.runs("effect") and one.application.mode == "real":
            due[effect].append(one)
    numbers = [one.change.after.number for batch in due.values() for one in batch]
    facts = store.facts_of(numbers) if numbers else {}
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
        with connection.cursor() as cursor:
            effect_of(name)(decided, cursor)


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
