"""What the rest of the house asks of the registry: find, relate, read with a purpose, write what a case produced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import orjson
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMinute

from tongban.catalog import values
from tongban.catalog.vocabulary import Attribute, Raw, Text
from tongban.platform import time
from tongban.platform.database import Call, query
from tongban.registry import writes
from tongban.registry.directory import ask, interrupted
from tongban.registry.model import Entry, Held, KeyTaken, New, ReadEntry, Reader, Registered, Relation, Wanted
from tongban.registry.models import Alias, End, Outage, Read, Record, Subject
from tongban.registry.sealing import hash_alias, hash_key, open_facts, open_key, seal_facts, seal_key


def find(type_id: str, key: str) -> int | None:
    """The subject of a type with this key (an ID number, a credit code), if the government knows it."""
    return find_each(type_id, [key]).get(key)


def find_each(type_id: str, keys: Iterable[str]) -> dict[str, int]:
    """The subjects of a type that the government knows by these keys, by key."""
    hashes = {key: hash_key(type_id, key) for key in keys}
    rows = Subject.objects.filter(type=type_id, key_hash__in=set(hashes.values())).values_list("key_hash", "id")
    found = {bytes(hashed): subject_id for hashed, subject_id in rows if hashed is not None}
    return {key: found[hashed] for key, hashed in hashes.items() if hashed in found}


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


def reserve(count: int) -> list[int]:
    """Ids for so many new subjects; each is given out once, whether it is used or not."""
    statement = "select nextval(pg_get_serial_sequence('registry_subject', 'id')) from generate_series(1, %s)"
    return [subject_id for (subject_id,) in query(statement, [count])]


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
    statement = "select id, type, key from registry_subject where id = any(%s::bigint[])"
    return {
        subject_id: Registered(type_id, None if sealed is None else open_key(type_id, sealed))
        for subject_id, type_id, sealed in query(statement, [list(set(subject_ids))])
    }


def type_of(subject_id: int) -> str:
    """The type id of a registered subject."""
    found = query("select type from registry_subject where id = %s", [subject_id])
    if not found:
        raise Subject.DoesNotExist
    type_id: str = found[0][0]
    return type_id


def related(type_id: str, ends: Mapping[str, int]) -> list[Relation]:
    """All relations of a type that have these subjects at these ends, oldest first; without an end, none."""
    return related_to_each(type_id, [ends])[0]


def related_to_each(type_id: str, asked: Sequence[Mapping[str, int]]) -> list[list[Relation]]:
    """What `related` says of each of these, which name the same ends."""
    names = sorted(asked[0]) if asked else []
    if not names:
        return [[] for _ in asked]
    found = Subject.objects.filter(type=type_id)
    for name in names:
        found = found.filter(ends__name=name, ends__subject_id__in={ends[name] for ends in asked})
    by_ends: dict[tuple[int, ...], list[Relation]] = defaultdict(list)
    for relation in _relations(End.objects.filter(relation__in=found)):
        by_ends[tuple(relation.ends[name] for name in names)].append(relation)
    return [by_ends[tuple(ends[name] for name in names)] for ends in asked]


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
    by_holder: dict[str, dict[int, dict[str, Attribute]]] = defaultdict(lambda: defaultdict(dict))
    for item in wanted:
        if item.attribute.held_by is not None:
            by_holder[item.attribute.held_by][item.subject_id][item.attribute.name] = item.attribute
    if not by_holder:
        return {}
    down = set(Outage.objects.values_list("holder", flat=True))
    answered = ask({holder: asked for holder, asked in by_holder.items() if holder not in down})
    at = time.now()
    answers: dict[tuple[int, str], Held] = {}
    log: list[Read] = []
    for holder, asked in by_holder.items():
        for subject_id, attributes in asked.items():
            facts = answered[holder].get(subject_id, {}) if holder in answered else None
            for name, attribute in attributes.items():
                answers[subject_id, name] = _held(attribute, facts, holder, at)
            if facts is not None:
                log.append(_log_row(subject_id, holder, attributes, reader, at))
    Read.objects.bulk_create(log)
    return answers


def _held(attribute: Attribute, facts: Mapping[str, Raw] | None, holder: str, at: datetime) -> Held:
    if facts is None:
        return Held("unavailable", None, holder, at)
    try:
        value = values.read(attribute, facts.get(attribute.name))
    except values.WrongValue:  # a value that cannot be is no answer, and certainly not an empty one
        return Held("unavailable", None, holder, at)
    return Held("absent" if value is None else "known", value, holder, at)


def _log_row(subject_id: int, holder: str, names: Iterable[str], reader: Reader, at: datetime) -> Read:
    return Read(
        at=at,
        subject_id=subject_id,
        holder=holder,
        attributes=sorted(names),
        reader=reader.actor,
        office=reader.office,
        application=reader.application,
        case=reader.case,
        purpose_zh=reader.purpose.zh,
        purpose_en=reader.purpose.en,
    )


def note_looks(looks: Mapping[tuple[int, str], Iterable[str]], reader: Reader) -> None:
    """Log that somebody looked at facts already read for a case: (subject, holder) → attributes.

    Once a day for each reader, case and subject: opening a page again tells its owner nothing new.
    """
    at = time.now()
    begin = time.start_of(at.date())
    seen = [{"subject": of, "holder": holder, "names": sorted(names)} for (of, holder), names in looks.items()]
    if seen:
        who = [reader.actor, reader.office, reader.application, reader.case, reader.purpose.zh, reader.purpose.en]
        query(_NOTE, [at, *who, orjson.dumps(seen).decode(), begin])


_NOTE = """
insert into registry_read
    (at, reader, office, application, "case", purpose_zh, purpose_en, subject_id, holder, attributes)
select w.*, l.subject, l.holder, l.names
from (select %s::timestamptz as at, %s::text as reader, %s::text, %s::text, %s::text as "case", %s::text, %s::text) w,
    jsonb_to_recordset(%s::jsonb) as l (subject bigint, holder text, names text[])
where not exists (
    select from registry_read r
    where r.subject_id = l.subject and r.holder = l.holder and r.at >= %s
      and r.reader = w.reader and r."case" is not distinct from w."case")
returning id
"""
"""Each line of a page, unless it is there since the beginning of the day."""


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


def reads_about(subject_id: int, limit: int | None = 200, skip: int = 0) -> list[ReadEntry]:
    """Who looked at a person's data, newest first: at the person's own, or at a relation the person takes part in.

    ``limit`` None: all of them, after the first ``skip``.
    """
    rows = _reads_about(subject_id).order_by("-at", "-id")
    return [_read_entry(row) for row in rows[skip : None if limit is None else skip + limit]]


def read_about(subject_id: int, read_id: int) -> ReadEntry | None:
    """One look at this person's data, if it is one."""
    row = _reads_about(subject_id).filter(id=read_id).first()
    return None if row is None else _read_entry(row)


def _read_entry(row: Read) -> ReadEntry:
    return ReadEntry(
        id=row.id,
        at=row.at,
        subject_id=row.subject_id,
        subject_type=row.subject.type,
        reader=row.reader,
        office=row.office,
        application=row.application,
        case=row.case,
        purpose=Text(row.purpose_zh, row.purpose_en),
        holder=row.holder,
        attributes=tuple(row.attributes),
    )


def count_reads_about(subject_id: int) -> tuple[int, int]:
    """How many records say that somebody looked at a person's data, and at how many occasions: all that one reader
    looked at in one minute for one purpose is one.
    """
    rows = _reads_about(subject_id).select_related(None).annotate(minute=TruncMinute("at", tzinfo=time.ZONE))
    occasions = rows.values("minute", "reader", "office", "application", "case", "purpose_zh").distinct()
    return rows.count(), occasions.count()


def looks_by_holder() -> dict[str, int]:
    """How often each holder's records were looked at for some matter, the one asked most first."""
    looks = Read.objects.exclude(application=None).exclude(holder="").values("holder").annotate(looks=Count("id"))
    return {line["holder"]: line["looks"] for line in looks.order_by("-looks", "holder")}


def _reads_about(subject_id: int) -> QuerySet[Read]:
    own = End.objects.filter(subject_id=subject_id).values("relation_id")
    return Read.objects.filter(Q(subject_id=subject_id) | Q(subject_id__in=own)).select_related("subject")


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


def unavailable() -> frozenset[str]:
    """The holders that are down now, as far as we know without asking. Nobody takes one down in a real city."""
    down = [] if time.is_surely_real() else query("select holder from registry_outage", [])
    return frozenset(holder for (holder,) in down) | interrupted()
