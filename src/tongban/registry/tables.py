"""Facts that stand in our own tables, encrypted at rest: of holders without a service of their own, all of them; of a
holder elsewhere, what cases wrote and its service has not taken yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TypeAlias

from tongban.catalog.vocabulary import Raw
from tongban.registry.models import Record
from tongban.registry.sealing import open_facts

Questions: TypeAlias = Mapping[int, Collection[str]]
"""The attributes that are asked about each subject."""
Answers: TypeAlias = Mapping[int, Mapping[str, Raw]]
"""Every attribute that was asked, None where there is none, of every subject that the holder knows."""


def read_tables(asked: Mapping[str, Questions]) -> dict[str, Answers]:
    """The answers of each of these holders, in one query for all."""
    subjects = {subject_id for questions in asked.values() for subject_id in questions}
    found = records_of(asked, subjects)
    return {
        holder: {
            subject_id: {name: facts.get(name) for name in questions[subject_id]}
            for subject_id, facts in found[holder].items()
            if subject_id in questions
        }
        for holder, questions in asked.items()
    }


def records_of(holders: Collection[str], subject_ids: Collection[int]) -> dict[str, dict[int, dict[str, Raw]]]:
    """Everything our tables have of these holders about these subjects; who has no record is left out."""
    found: dict[str, dict[int, dict[str, Raw]]] = defaultdict(dict)
    rows = Record.objects.filter(holder__in=list(holders), subject_id__in=list(subject_ids))
    for holder, subject_id, sealed in rows.values_list("holder", "subject_id", "facts"):
        found[holder][subject_id] = open_facts(holder, subject_id, sealed)
    return found
