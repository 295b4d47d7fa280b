"""What the registry holds about one person as a whole: to be handed over to that person, or erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from tongban.registry.models import Alias, End, Record, Subject
from tongban.registry.sealing import open_facts, open_key, seal_facts


def takes_part_in(subject_id: int) -> dict[int, str]:
    """The relations that a subject is an end of, a birth or a job for example: their types by id, oldest first."""
    ends = End.objects.filter(subject_id=subject_id).order_by("relation_id")
    return dict(ends.values_list("relation_id", "relation__type"))


def recorded_at(subject_ids: Iterable[int]) -> dict[tuple[int, str], datetime]:
    """When what our own tables hold of these subjects was last written, by (subject id, holder)."""
    rows = Record.objects.filter(subject_id__in=list(subject_ids)).values_list("subject_id", "holder", "recorded_at")
    return {(subject_id, holder): at for subject_id, holder, at in rows}


def identifying_values(subject_id: int, attributes: Collection[str]) -> frozenset[str]:
    """What tells who a person is wherever it stands: the key, and the values of these attributes in our tables."""
    subject = Subject.objects.get(id=subject_id)
    found = set() if subject.key is None else {open_key(subject.type, subject.key)}
    for row in Record.objects.filter(subject_id=subject_id):
        facts = open_facts(row.holder, subject_id, row.facts)
        found |= {value for name in attributes if isinstance(value := facts.get(name), str)}
    return frozenset(found)


def erase(subject_id: int, identifying: Collection[str]) -> None:
    """Erase what our tables hold about a person, for ever: nobody finds it by its key any more.

    Its number stays, so that cases and the log of reads go on naming the same somebody, whom nobody can name. Relations
    stay for those at their other ends; what is one of the ``identifying`` values goes from them too.
    """
    with transaction.atomic():
        for row in Record.objects.filter(subject_id__in=takes_part_in(subject_id)):
            facts = open_facts(row.holder, row.subject_id, row.facts)
            kept = {name: value for name, value in facts.items() if value not in identifying}
            if kept != facts:
                row.facts = seal_facts(row.holder, row.subject_id, kept)
                row.save(update_fields=["facts"])
        Record.objects.filter(subject_id=subject_id).delete()
        Alias.objects.filter(subject_id=subject_id).delete()
        Subject.objects.filter(id=subject_id).update(key=None, key_hash=None)
