"""Effects and listings of packs: what a granted case does in its pack's own tables, and what its credential tells of
them; a whole batch at once, in the same transaction.

A service names its effect (`effect: enrol@1`, of another pack `social-insurance/enrol@1`), a credential its listing
(`listing: months@1`); the functions stand in the pack's `effects.py` and `listings.py`, found by place. When the case
is revoked, the function marked `undoing` takes its effect back. What they raise undoes the command, so nothing is ever
half done.
"""

from __future__ import annotations

import functools
import importlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TypeVar, cast

from django.db import OperationalError, connection

from tongban.applications.models import Form
from tongban.applications.problems import Problem
from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.catalog.vocabulary import Text
from tongban.pack_api import (
    Database,
    Decided,
    Decisions,
    Effect,
    Lister,
    Listing,
    RefusedError,
    Worker,
    name_of_effect,
    name_of_figures,
    name_of_listing,
    what_it_undoes,
)
from tongban.platform import time
from tongban.platform.errors import PlatformError
from tongban.platform.packs import pack_folders
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted

T = TypeVar("T")
ORGANISATION = "base/Organisation"

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
    for (name, is_revoked), batch in due.items():
        decided = _decided(batch)
        _carried_out(name, decided, partial(undoing_of(name) if is_revoked else effect_of(name), decided))


def listings_of(happened: Sequence[Happened]) -> dict[str, tuple[Listing, ...]]:
    """The tables that the credentials of these cases print, by case number; none where the definition names none."""
    due: dict[str, list[Happened]] = defaultdict(list)
    for one in happened:
        credential = one.in_force.service(one.change.after.service).credential
        name = one.in_force.catalog.credentials[credential].listing if credential else None
        if name is not None:
            due[name].append(one)
    found: dict[str, tuple[Listing, ...]] = {}
    for name, batch in due.items():
        decided = _decided(batch)
        told = _carried_out(name, decided, partial(listing_of(name), decided, _Names(batch[0])))
        found |= dict(zip((one.case for one in decided), told, strict=True))
    return found


class _Names:
    """Asks what organisations are called, for the credentials of one batch; each look is logged."""

    def __init__(self, one: Happened) -> None:
        self._one = one

    def __call__(self, subject_ids: Iterable[int]) -> Mapping[int, str]:
        """The names; of whom no holder can tell one now, the key."""
        case, wanted = self._one.change.after, sorted(set(subject_ids))
        attribute = self._one.in_force.catalog.types[ORGANISATION].attributes["name"]
        title = self._one.in_force.service(case.service).title
        purpose = Text(f"印在证照上：{title.zh}", f"Printed on a credential: {title.en}")
        reader = Reader("system", purpose, case.office, case.application, case.number)
        held = registry.read([Wanted(one, attribute) for one in wanted], reader)
        keys = registry.keys_of(wanted)
        return {one: str(held[one, attribute.name].value or keys.get(one, "—")) for one in wanted}


def _decided(batch: Sequence[Happened]) -> list[Decided]:
    facts = store.facts_of(one.change.after.number for one in batch)
    return [
        Decided(
            case=one.change.after.number,
            service=one.change.after.service,
            subjects=one.change.after.roles,
            facts=facts[one.change.after.number],
            at=one.at,
            applied_on=applied_on(one),
        )
        for one in batch
    ]


def applied_on(one: Happened) -> date:
    """The day on which the application was sent; asked once within a batch, for it never changes."""
    return sent_on(one.application.number, one.at)


def sent_on(number: str, at: datetime) -> date:
    """The day on which an application was sent; ``at``, where it is being sent."""
    kept = time.kept_beside() or {}
    name = f"sent {number}"
    if name not in kept:
        submitted = Form.objects.filter(number=number).values_list("submitted_at", flat=True).first()
        kept[name] = (submitted or at).astimezone(time.ZONE).date()
    return cast("date", kept[name])


def _carried_out(name: str, decided: Decisions, run: Callable[[Database], T]) -> T:
    """Run code of a pack.

    Raises Problem 409 `pack-refused` with what it refuses, PlatformError `effect-failed` for whatever else it raises,
    an absent database aside.
    """
    try:
        with connection.cursor() as cursor:
            return run(cursor)
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
    return cast("Effect", _code(name, "effects", name_of_effect))


def undoing_of(name: str) -> Effect:
    """The function that takes an effect back. Raises PlatformError `effect-missing`."""
    return cast("Effect", _code(name, "effects", what_it_undoes))


def listing_of(name: str) -> Lister:
    """The function behind a listing's name (`social-insurance/months@1`). Raises PlatformError `effect-missing`."""
    return cast("Lister", _code(name, "listings", name_of_listing))


def figures_of(name: str) -> Worker:
    """The function behind the name of figures (`social-insurance/back-payment@1`). Raises PlatformError
    `effect-missing`.
    """
    return cast("Worker", _code(name, "figures", name_of_figures))


@functools.cache
def _code(name: str, file: str, name_of: Callable[[object], str | frozenset[str] | None]) -> object:
    pack, _, short = name.partition("/")
    for module, folder in pack_folders().items():
        if folder.name.replace("_", "-") != pack or not (folder / f"{file}.py").is_file():
            continue
        for function in vars(importlib.import_module(f"{module}.{file}")).values():
            named = name_of(function)
            if named == short or (isinstance(named, frozenset) and short in named):
                return function
    raise PlatformError(
        "effect-missing",
        zh=f"没有哪个定义包带着 {name}，或者带着怎样撤回它。",
        en=f"No installed pack has {name}, or says how to take it back.",
        do_zh="装回带有它的定义包。",
        do_en="Install the pack that has it.",
    )
