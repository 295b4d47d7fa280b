"""What the rest of the house asks of the registry: find, relate, read with a purpose, write what a case produced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, cast

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tongban.catalog import values
from tongban.catalog.vocabulary import Attribute, Raw
from tongban.platform import time
from tongban.platform.database import Call, query
from tongban.registry import books, looks, writes
from tongban.registry.directory import ask, interrupted
from tongban.registry.model import Entry, Held, KeyTaken, New, Reader, Registered, Relation, Wanted
from tongban.registry.models import Alias, End, Outage, Record, Subject
from tongban.registry.sealing import hash_alias, hash_key, open_facts, open_key, seal_facts, seal_key


def find(type_id: str, key: str) -> int | None:
    """The subject of a type with this key (an ID number, a credit code), if the government knows it."""
    return find_each(type_id, [key]).get(key)


def find_each(type_id: str, keys: Iterable[str]) -> dict[str, int]:
    """The subjects of a type that the government knows by these keys, by key."""
    return find_all([(type_id, keys)])[0]


def find_all(asked: Sequence[tuple[str, Iterable[str]]]) -> list[dict[str, int]]:
    """What `find_each` says of each type with its keys."""
    hashes = [{key: hash_key(type_id, key) for key in keys} for type_id, keys in asked]
    types = {type_id for type_id, _ in asked}
    hashed = [each for one in hashes for each in one.values()]
    statement = "select type, key_hash, id from registry_subject where type = any(%s) and key_hash = any(%s)"
    found = {(type_id, bytes(key)): subject_id for type_id, key, subject_id in query(statement, [list(types), hashed])}
    return [
        {key: found[type_id, each] for key, each in one.items() if (type_id, each) in found}
        for (type_id, _), one in zip(asked, hashes, strict=True)
    ]


def find_by(attribute: Attribute, value: str) -> list[int]:
    """The subjects to which cases gave this number, the newest first; whether one still has it, its holder says."""
    name = alias_of(attribute)
    rows = Alias.objects.filter(attribute=name, hashed=hash_alias(name, value)).order_by("-id")
    return list(rows.values_list("subject_id", flat=True))


def alias_of(attribute: Attribute) -> str:
    """What an attribute by which subjects are found is called among the aliases."""
    return f"{attribute.type}.{attribute.name}"


def create(type_id: str, *, key: str | None = None, ends: Mapping[str, int] | None = None, region: str = "") -> int:
    """Register a subject, or a relation with its ends; returns its id. A key that exists returns the one there."""
    sealed = (None, None) if key is None else (hash_key(type_id, key), seal_key(type_id, key))
    with transaction.atomic(savepoint=False):
        # Two who register one key at the same moment meet here: the second waits, then finds the first one's.
        found = query(
            "insert into registry_subject (type, key_hash, key, region) values (%s, %s, %s, %s)"
            " on conflict (type, key_hash) do nothing returning id",
            [type_id, *sealed, region],
        )
        if not found:
            return Subject.objects.values_list("id", flat=True).get(type=type_id, key_hash=sealed[0])
        subject_id = int(found[0][0])
        made = [End(relation_id=subject_id, name=name, subject_id=other) for name, other in (ends or {}).items()]
        End.objects.bulk_create(made)
    return subject_id


def reserve_all(counts: Sequence[int]) -> list[list[int]]:
    """Ids for so many new subjects, for each of these counts; each is given out once, whether it is used or not."""
    statement = "select nextval(pg_get_serial_sequence('registry_subject', 'id')) from generate_series(1, %s)"
    ids = (subject_id for (subject_id,) in query(statement, [sum(counts)]))
    return [list(islice(ids, count)) for count in counts]


def registering(new: Sequence[New]) -> Call:
    """The call that registers these subjects, none of which has a key."""
    rows = [{"id": one.id, "type": one.type, "ends": one.ends} for one in new]
    return Call("registry_register(%s::jsonb)", (orjson.dumps(rows).decode(),))


def key_of(subject_id: int) -> str | None:
    """The key that identifies a subject, for its owner's own form; None where it has none (yet)."""
    return keys_of([subject_id]).get(subject_id)


def keys_of(subject_ids: Iterable[int]) -> dict[int, str]:
    """The keys of these subjects, by subject; who has none (yet) is left out."""
    return {subject_id: one.key for subject_id, one in registered(subject_ids).items() if one.key is not None}


def registered(subject_ids: Iterable[int]) -> dict[int, Registered]:
    """The type and the key of each of these subjects that is registered, by subject."""
    return registered_all([subject_ids])[0]


def registered_all(asked: Sequence[Iterable[int]]) -> list[dict[int, Registered]]:
    """What `registered` says of each of these."""
    wanted = [set(subject_ids) for subject_ids in asked]
    statement = "select id, type, key from registry_subject where id = any(%s::bigint[])"
    found = {
        subject_id: Registered(type_id, None if sealed is None else open_key(type_id, sealed))
        for subject_id, type_id, sealed in query(statement, [list(set[int]().union(*wanted))])
    }
    return [{subject_id: found[subject_id] for subject_id in ids if subject_id in found} for ids in wanted]


def type_of(subject_id: int) -> str:
    """The type id of a registered subject."""
    found = query("select type from registry_subject where id = %s", [subject_id])
    if not found:
        raise Subject.DoesNotExist
    type_id: str = found[0][0]
    return type_id


def related(type_id: str, ends: Mapping[str, int]) -> list[Relation]:
    """All relations of a type that have these subjects at these ends, oldest first; without an end, none."""
    return related_all([(type_id, ends)])[0]


def related_all(asked: Sequence[tuple[str, Mapping[str, int]]]) -> list[list[Relation]]:
    """What `related` says of each of these types with their ends."""
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, (type_id, ends) in enumerate(asked):
        alike[type_id, *sorted(ends)].append(place)
    answers: list[list[Relation]] = [[] for _ in asked]
    for (type_id, *names), places in alike.items():
        if not names:
            continue
        found = Subject.objects.filter(type=type_id)
        for name in names:
            found = found.filter(ends__name=name, ends__subject_id__in={asked[place][1][name] for place in places})
        by_ends: dict[tuple[int, ...], list[Relation]] = defaultdict(list)
        for relation in _relations(End.objects.filter(relation__in=found)):
            by_ends[tuple(relation.ends[name] for name in names)].append(relation)
        for place in places:
            answers[place] = by_ends[tuple(asked[place][1][name] for name in names)]
    return answers


def relations(ids: Iterable[int]) -> list[Relation]:
    """These relations with their ends, oldest first."""
    return _relations(End.objects.filter(relation_id__in=list(ids)))


def _relations(rows: QuerySet[End]) -> list[Relation]:
    ends: dict[int, dict[str, int]] = defaultdict(dict)
    for relation_id, name, subject_id in rows.values_list("relation_id", "name", "subject_id"):
        ends[relation_id][name] = subject_id
    return [Relation(relation_id, ends[relation_id]) for relation_id in sorted(ends)]


def read(wanted: Sequence[Wanted], reader: Reader) -> dict[tuple[int, str], Held]:
    """Read attributes of subjects from whoever holds them, by (subject id, attribute name); every look is logged.

    An attribute nobody holds is not in the answer. An outage or nonsense answers ``unavailable``; only a source that
    says so itself answers ``absent``.
    """
    return read_all([(wanted, reader)])[0]


def read_all(asked: Sequence[tuple[Sequence[Wanted], Reader]]) -> list[dict[tuple[int, str], Held]]:
    """What `read` says to each of these readers; every look of each is logged."""
    each = [_by_holder(wanted) for wanted, _ in asked]
    whole = _by_holder([item for wanted, _ in asked for item in wanted])
    if not whole:
        return [{} for _ in asked]
    down = _taken_down()
    answered = ask({holder: questions for holder, questions in whole.items() if holder not in down})
    told = books.told({name: of for name, of in whole.items() if name in answered and name not in settings.HOLDERS})
    at = time.now()
    answers: list[dict[tuple[int, str], Held]] = [{} for _ in asked]
    seen: list[looks.Look] = []
    for by_holder, answer, (_, reader) in zip(each, answers, asked, strict=True):
        for holder, questions in by_holder.items():
            for subject_id, attributes in questions.items():
                facts = None
                if holder in answered:
                    facts = {**answered[holder].get(subject_id, {}), **told.get((holder, subject_id), {})}
                for name, attribute in attributes.items():
                    answer[subject_id, name] = _held(attribute, facts, holder, at)
                if facts is not None:
                    seen.append(looks.Look(reader, subject_id, holder, tuple(attributes)))
    looks.log(seen, at)
    return answers


def _by_holder(wanted: Iterable[Wanted]) -> dict[str, dict[int, dict[str, Attribute]]]:
    found: dict[str, dict[int, dict[str, Attribute]]] = defaultdict(lambda: defaultdict(dict))
    for item in wanted:
        if item.attribute.held_by is not None:
            found[item.attribute.held_by][item.subject_id][item.attribute.name] = item.attribute
    return found


def _held(attribute: Attribute, facts: Mapping[str, Raw] | None, holder: str, at: datetime) -> Held:
    if facts is None:
        return Held("unavailable", None, holder, at)
    try:
        value = values.read(attribute, facts.get(attribute.name))
    except values.WrongValue:  # a value that cannot be is no answer, and certainly not an empty one
        return Held("unavailable", None, holder, at)
    return Held("absent" if value is None else "known", value, holder, at)


def write(entries: Sequence[Entry], *, keys: Mapping[str, str | None]) -> None:
    """Write facts to their holders on the caller's transaction; ``keys`` maps a type to its key attribute.

    A fact that is its type's key also registers the subject under it, so that the next application finds it; raises
    KeyTaken, with nothing written, when the key names somebody else. What is not written of a record stays.
    """
    by_record: dict[tuple[int, str], dict[str, Raw]] = defaultdict(dict)
    key_entries: list[tuple[int, str]] = []
    for entry in entries:
        if entry.attribute.held_by is not None:
            by_record[entry.subject_id, entry.attribute.held_by][entry.attribute.name] = values.write(entry.value)
        if entry.value is not None and keys.get(entry.attribute.type) == entry.attribute.name:
            key_entries.append((entry.subject_id, str(entry.value)))
    with transaction.atomic():
        # Whoever writes about one subject waits for whoever does already; always in one order, so that none wait round.
        ids = sorted({entry.subject_id for entry in entries})
        subjects = {s.id: s for s in Subject.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id")}
        for subject_id, key in key_entries:
            _set_key(subjects[subject_id], key)
        _merge(by_record)
        _alias(entry for entry in entries if entry.attribute.finds)
        writes.note(entries)


def _alias(entries: Iterable[Entry]) -> None:
    """Let subjects be found by the numbers they have now, and no more by those they had."""
    for entry in entries:
        name = alias_of(entry.attribute)
        Alias.objects.filter(subject_id=entry.subject_id, attribute=name).delete()
        if entry.value is not None:
            hashed = hash_alias(name, str(entry.value))
            Alias.objects.create(subject_id=entry.subject_id, attribute=name, hashed=hashed)


def _set_key(subject: Subject, key: str) -> None:
    subject.key_hash, subject.key = hash_key(subject.type, key), seal_key(subject.type, key)
    try:
        with transaction.atomic():
            subject.save(update_fields=["key_hash", "key"])
    except IntegrityError:
        raise KeyTaken(subject.type, subject.id) from None


def _merge(by_record: Mapping[tuple[int, str], Mapping[str, Raw]]) -> None:
    present = {
        (row.subject_id, row.holder): open_facts(row.holder, row.subject_id, row.facts)
        for row in Record.objects.filter(
            subject_id__in={subject_id for subject_id, _ in by_record}, holder__in={holder for _, holder in by_record}
        )
        if (row.subject_id, row.holder) in by_record
    }
    at = time.now()
    rows = [
        Record(
            subject_id=subject_id,
            holder=holder,
            facts=seal_facts(holder, subject_id, {**present.get((subject_id, holder), {}), **facts}),
            recorded_at=at,
        )
        for (subject_id, holder), facts in by_record.items()
    ]
    Record.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["subject", "holder"], update_fields=["facts", "recorded_at"]
    )


def lock(subject_id: int) -> None:
    """Hold a subject until the caller's transaction ends, so that two deeds about it follow one another."""
    Subject.objects.select_for_update(no_key=True).get(id=subject_id)


def region_of(subject_id: int) -> str:
    """Where a subject is registered: a region's code, empty where nobody said."""
    return Subject.objects.values_list("region", flat=True).get(id=subject_id)


def set_down(holder: str, *, down: bool) -> None:
    """Take a holder down, or bring it back: only where time may be set, in demonstration and test cities."""
    if time.city_mark() == "real":
        time.refuse_real_city()
    if down:
        Outage.objects.get_or_create(holder=holder, defaults={"since": time.now()})
    else:
        Outage.objects.filter(holder=holder).delete()
    (time.kept_beside() or {}).pop(_DOWN, None)


_DOWN: Final = "holders taken down"


def unavailable() -> frozenset[str]:
    """The holders that are down now, as far as we know without asking; who was taken down, as at first in a request."""
    return _taken_down() | interrupted()


def _taken_down() -> frozenset[str]:
    """The holders that were taken down on purpose, as nobody can in a real city."""
    if time.is_surely_real():
        return frozenset()
    beside = time.kept_beside()
    kept: dict[str, object] = {} if beside is None else beside
    if _DOWN not in kept:
        kept[_DOWN] = frozenset(holder for (holder,) in query("select holder from registry_outage", []))
    return cast("frozenset[str]", kept[_DOWN])
