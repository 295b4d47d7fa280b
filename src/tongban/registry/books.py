"""Packs that keep books answer from them at the moment of asking, so that a register says what its ledger holds.

The functions that a pack's `facts.py` marks with `holds` are found by place. What a function tells goes before what was
once recorded; of whom its books know nothing the record stands, and a holder elsewhere answers for itself.
"""

from __future__ import annotations

import functools
import importlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from django.db import connection

from tongban.catalog import values
from tongban.catalog.vocabulary import Attribute, Raw
from tongban.platform.packs import pack_folders
from tongban.registry.model import Answerer, Asked, what_corrects, what_it_holds
from tongban.registry.models import End
from tongban.registry.tables import records_of

FILE: Final = "facts.py"


@functools.cache
def answerers() -> dict[tuple[str, str], Answerer]:
    """The function that tells an attribute from a pack's books, by type and name."""
    found: dict[tuple[str, str], Answerer] = {}
    for module, folder in pack_folders().items():
        if (folder / FILE).is_file():
            for function in vars(importlib.import_module(f"{module}.facts")).values():
                found |= dict.fromkeys(what_it_holds(function), function)
    return found


def stands_in_books(attribute: Attribute) -> bool:
    """Whether some pack tells this attribute from its books."""
    return (attribute.type, attribute.name) in answerers()


def in_books(subject_id: int, attribute: Attribute) -> tuple[Raw, str] | None:
    """What books tell of one attribute of somebody, and the service by which they are put right; None where they know
    nothing of it.
    """
    holder, name = attribute.held_by or "", attribute.name
    found = told({holder: {subject_id: {name: attribute}}}).get((holder, subject_id), {})
    return (found[name], what_corrects(answerers()[attribute.type, name])) if name in found else None


def told(asked: Mapping[str, Mapping[int, Mapping[str, Attribute]]]) -> dict[tuple[str, int], dict[str, Raw]]:
    """What books tell of the attributes asked (holder → subject → name), by holder and subject."""
    known = answerers()
    due: dict[tuple[Answerer, str], dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for holder, subjects in asked.items():
        for subject_id, attributes in subjects.items():
            for attribute in attributes.values():
                answerer = known.get((attribute.type, attribute.name))
                if answerer is not None:
                    due[answerer, holder][subject_id].append(attribute.name)
    found: dict[tuple[str, int], dict[str, Raw]] = defaultdict(dict)
    for (answerer, holder), wanted in due.items():
        with connection.cursor() as cursor:
            answers = answerer(_asked(holder, wanted), cursor)
        for (subject_id, names), answer in zip(wanted.items(), answers, strict=True):
            found[holder, subject_id] |= {name: values.write(answer[name]) for name in names if name in answer}
    return found


def _asked(holder: str, subjects: Iterable[int]) -> list[Asked]:
    """Who is asked about; what is on record is read of relations alone."""
    ids = list(subjects)
    ends: dict[int, dict[str, int]] = defaultdict(dict)
    rows = End.objects.filter(relation_id__in=ids).values_list("relation_id", "name", "subject_id")
    for relation_id, name, subject_id in rows:
        ends[relation_id][name] = subject_id
    recorded = records_of([holder], ends)[holder] if ends else {}
    return [Asked(one, ends.get(one, {}), recorded.get(one, {})) for one in ids]
