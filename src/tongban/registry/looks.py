"""Every look at somebody's data: logged with the reader and the purpose, and told to whom it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMinute

from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.database import query
from tongban.registry.model import ReadEntry, Reader
from tongban.registry.models import End, Read


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody saw these attributes of a subject, as a holder has them."""

    reader: Reader
    subject_id: int
    holder: str
    attributes: Sequence[str]


def log(looks: Sequence[Look], at: datetime) -> None:
    """Log looks, whether or not there was one like it before."""
    if looks:
        query(_LOG, [at, orjson.dumps([_line(look) for look in looks]).decode()])


def _line(look: Look) -> dict[str, object]:
    return {
        "reader": look.reader.actor,
        "office": look.reader.office,
        "application": look.reader.application,
        "case": look.reader.case,
        "zh": look.reader.purpose.zh,
        "en": look.reader.purpose.en,
        "subject": look.subject_id,
        "holder": look.holder,
        "names": sorted(look.attributes),
    }


_LOG = """
insert into registry_read
    (at, reader, office, application, "case", purpose_zh, purpose_en, subject_id, holder, attributes)
select %s, l.reader, l.office, l.application, l."case", l.zh, l.en, l.subject, l.holder, l.names
from jsonb_to_recordset(%s::jsonb) as l (
    reader text, office text, application text, "case" text, zh text, en text,
    subject bigint, holder text, names text[]
)
returning id
"""


def note_looks(looks: Mapping[tuple[int, str], Iterable[str]], reader: Reader) -> None:
    """Log that somebody looked at facts already read for a case: (subject, holder) → attributes.

    Once a day for each reader, case and subject: looking again at what was seen tells its owner nothing new.
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
      and r.reader = w.reader and r."case" is not distinct from w."case" and r.attributes @> l.names)
returning id
"""
"""Each line of a page, unless one with all that it names is there since the beginning of the day."""


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
