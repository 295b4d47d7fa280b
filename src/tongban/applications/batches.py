"""A table of which every row becomes an application of its own: checked, looked at, sent row by row, each exactly once.

Whatever an organisation can apply for about somebody else, it can apply for in numbers: the columns are what the plan
asks. A wrong row holds nobody up: it comes back with what is wrong, the others go on (`batch_rows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import IntegrityError, transaction

from tongban.accounts.actor import Actor
from tongban.applications import starting
from tongban.applications.document import attribute_of
from tongban.applications.models import Batch, BatchRow
from tongban.applications.planning import plan_of
from tongban.applications.problems import command_reused, not_found
from tongban.applications.store import Open, on_side_of
from tongban.applications.tables import (
    Column,
    Fault,
    Judged,
    as_text,
    collected,
    judged,
    read_rows,
)
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.crypto import decrypt, encrypt
from tongban.platform.database import query

MOST_ROWS: Final = 50_000
PERSON: Final = "base/Person"


@dataclass(slots=True)
class Content:
    """The rows of a batch: what is answered for all, the fact of each column, cells as typed by row number, doubts.

    ``naming`` are the facts by which a row names whom it is about.
    """

    answers: dict[str, Any]
    columns: list[str]
    heads: list[str]
    rows: dict[int, list[str]]
    doubts: list[list[Any]] = field(default_factory=list)
    naming: list[str] = field(default_factory=list)


def may_be_many(catalog: Catalog, offer: BundleDefinition) -> bool:
    """Whether an offer can be asked for in a table: by an organisation, about somebody whom a key names."""
    return offer.subjects[offer.applicant].type != PERSON and bool(_naming(catalog, offer))


def _naming(catalog: Catalog, offer: BundleDefinition) -> list[str]:
    """The facts by which a row names whom it is about."""
    return [
        f"{name}.{key}"
        for name, role in offer.subjects.items()
        if name != offer.applicant and not role.ends and (key := catalog.types[role.type].key)
    ]


def columns(actor: Actor, name: str, answers: Mapping[str, Any], applicant: int | None = None) -> list[Column]:
    """What a table asks in every row when these answers hold for all, and what a row may answer otherwise.

    Raises Problem 403, 404, 422.
    """
    opened = _pattern(actor, name, answers, applicant)
    asked = _asked(opened) | {fact for fact in answers if not fact.startswith(f"{opened.bundle.applicant}.")}
    return [column for column in _possible(opened) if column.fact in asked]


def _pattern(actor: Actor, name: str, answers: Mapping[str, Any], applicant: int | None) -> Open:
    opened = starting.unkept(actor, name, answers, applicant)
    if not may_be_many(opened.catalog, opened.bundle):
        raise not_found()
    return opened


def _asked(opened: Open) -> set[str]:
    """What no register will answer."""
    plan = plan_of(opened)
    asked = {line.fact for line in plan.questions}
    for line in plan.undecided:
        attribute = attribute_of(opened.catalog, opened.bundle, line.fact)
        if attribute is not None and attribute.held_by is None:
            asked.add(line.fact)
    return asked.union(_naming(opened.catalog, opened.bundle))


def _required(opened: Open) -> set[str]:
    """What no row can do without: every question, once nothing is undecided that one of them may hang on."""
    plan = plan_of(opened)
    sure: set[str] = set() if plan.undecided else {line.fact for line in plan.questions}
    return sure.union(_naming(opened.catalog, opened.bundle))


def _possible(opened: Open) -> list[Column]:
    """Everything that a row may say; whom it names first, the applicant last, who alone need not say whose it is."""
    catalog, bundle = opened.catalog, opened.bundle
    naming = {fact.partition(".")[0] for fact in _naming(catalog, bundle)}
    found: list[Column] = []
    labels: set[Text] = set()
    for name in sorted(bundle.subjects, key=lambda each: (each == bundle.applicant, each not in naming)):
        kind = catalog.types[bundle.subjects[name].type]
        whose = bundle.subjects[name].label or kind.label
        for attribute in kind.attributes.values():
            if attribute.claimable and attribute.derived is None:
                column = Column(f"{name}.{attribute.name}", attribute, whose if attribute.label in labels else None)
                found.append(column)
                labels.add(column.label)
    return found


def upload(
    actor: Actor,
    name: str,
    file_name: str,
    chunks: Iterable[bytes],
    *,
    command_id: UUID,
    answers: Mapping[str, Any],
    applicant: int | None = None,
) -> UUID:
    """Check a table and keep it, to be looked at and sent; the same command twice is once.

    Raises tables.WrongSheet where its first row names no columns, Problem 403, 404, 409
    ``command-reused``, 413, 415, 422.
    """
    before = Batch.objects.filter(command=command_id, filled_by=actor.user_id or 0).first()
    if before is not None:
        return before.id
    opened = _pattern(actor, name, answers, applicant)
    sheet = read_rows(file_name, collected(chunks), MOST_ROWS)
    naming = _naming(opened.catalog, opened.bundle)
    found = judged(opened.catalog, _possible(opened), sheet, time.today(), _required(opened), naming)
    content = Content(
        dict(answers),
        [column.fact if column else "" for column in found.heads],
        [as_text(head) for head in sheet.rows[0]],
        {row: [as_text(cell) for cell in sheet.rows[row - 1]] for row in found.members},
        [[_plain(each), each.rows[:3], len(each.rows)] for each in found.doubts],
        naming,
    )
    batch = Batch(
        command=command_id,
        bundle=opened.bundle.id,
        applicant_id=opened.form.applicant_id,
        filled_by=actor.user_id or 0,
        name=file_name[-120:],
        rows=len(found.members),
        uploaded_at=time.now(),
    )
    batch.content = sealed(batch, content)
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            _settle(batch, _faults_by_row(found))
    except IntegrityError:  # the same, sent twice at the same moment
        same = Batch.objects.filter(command=command_id, bundle=batch.bundle, applicant_id=batch.applicant_id).first()
        if same is None:
            raise command_reused() from None
        return same.id
    return batch.id


def _plain(fault: Fault) -> list[str]:
    return [fault.fact, fault.column.zh, fault.column.en, fault.text.zh, fault.text.en]


def _faults_by_row(found: Judged) -> dict[int, list[list[str]]]:
    rows: dict[int, list[list[str]]] = {}
    for fault in found.faults:
        for row in fault.rows:
            rows.setdefault(row, []).append(_plain(fault))
    return rows


def _settle(batch: Batch, faults: Mapping[int, list[list[str]]]) -> None:
    BatchRow.objects.bulk_create(
        [BatchRow(batch=batch, row=row, faults=told) for row, told in sorted(faults.items())], batch_size=5_000
    )


def sealed(batch: Batch, content: Content) -> bytes:
    """The content of a batch, encrypted."""
    text = orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)
    return encrypt(text, context=batch_context(batch.id))


def batch_context(batch_id: UUID) -> str:
    """The place to which the content of a batch is bound."""
    return f"batch:{batch_id}"


def content_of(batch: Batch) -> Content:
    """What a batch holds, unsealed."""
    data = orjson.loads(decrypt(bytes(batch.content), context=batch_context(batch.id)))
    return Content(**data | {"rows": {int(row): cells for row, cells in data["rows"].items()}})


def batch_of(actor: Actor, batch_id: UUID) -> Batch:
    """A batch of somebody for whom the reader acts, its content not read before it is asked for. Raises Problem 404."""
    batch = Batch.objects.filter(on_side_of(actor), id=batch_id).defer("content").first()
    if batch is None:
        raise not_found()
    return batch


def batches_of(actor: Actor) -> list[Batch]:
    """The latest batches of those for whom the reader acts, newest first, without their content."""
    return list(Batch.objects.filter(on_side_of(actor)).defer("content").order_by("-uploaded_at")[:20])


def start(actor: Actor, batch_id: UUID) -> None:
    """Send what is right of a batch: the reader agrees, for every row, to what is read, and signs. Twice is once."""
    batch = batch_of(actor, batch_id)
    Batch.objects.filter(id=batch.id, started_at=None).update(started_at=time.now(), filled_by=actor.user_id or 0)


def drop(actor: Actor, batch_id: UUID) -> None:
    """Forget a batch that was not sent. What was sent stays: nothing happens to it."""
    batch = batch_of(actor, batch_id)
    with transaction.atomic():  # locked, so that nobody sends it meanwhile
        for unsent in Batch.objects.select_for_update().filter(id=batch.id, started_at=None):
            unsent.delete()


def states_of(batch: Batch) -> dict[str, int]:
    """How many rows stand where: ``wrong``, ``left``, and those with an application by that form's state."""
    rows = query(
        "select coalesce(f.state, 'wrong'), count(*) from applications_batch_row r"
        " left join applications_form f on f.number = r.application where r.batch_id = %s group by 1",
        [batch.id],
    )
    found = {state: int(count) for state, count in rows}
    return found | {"left": batch.rows - sum(found.values())}


def faults_of(batch: Batch) -> list[Fault]:
    """What is wrong with rows that were not taken: the same in one line, the most frequent first."""
    rows = query(
        "select f, array_agg(r.row order by r.row) from applications_batch_row r, jsonb_array_elements(r.faults) f"
        " where r.batch_id = %s group by f order by count(*) desc, f limit 100",
        [batch.id],
    )
    told = [(orjson.loads(found) if isinstance(found, str) else found, rows_) for found, rows_ in rows]
    return [
        Fault(Text(zh, en), Text(text_zh, text_en), tuple(at), "", fact)
        for (fact, zh, en, text_zh, text_en), at in told
    ]


def doubts_of(batch: Batch) -> list[tuple[Fault, int]]:
    """What is odd in rows that are taken all the same, with how many they are."""
    if not batch.content:
        return []
    return [
        (Fault(Text(zh, en), Text(text_zh, text_en), tuple(rows), "", fact), count)
        for (fact, zh, en, text_zh, text_en), rows, count in content_of(batch).doubts
    ]


def first_rows(batch: Batch, count: int) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The heads and the first rows in which nothing was found wrong, as they were typed."""
    content = content_of(batch)
    wrong = set(batch.settled.filter(faults__isnull=False).values_list("row", flat=True))
    return content.heads, [(row, cells) for row, cells in content.rows.items() if row not in wrong][:count]


def wrong_rows(batch: Batch) -> tuple[Content, dict[int, list[list[str]]]]:
    """The rows that were not taken, as they were typed, and what is wrong with each. Raises Problem 404."""
    if not batch.content:
        raise not_found()
    wrong = batch.settled.filter(faults__isnull=False).order_by("row").values_list("row", "faults")
    return content_of(batch), {row: faults or [] for row, faults in wrong}


def applications_of(batch: Batch, skip: int, most: int) -> list[tuple[int, str, str]]:
    """Some of the rows that have an application: row, number, and the state of its form."""
    found = query(
        "select r.row, f.number, f.state from applications_batch_row r join applications_form f"
        " on f.number = r.application where r.batch_id = %s order by f.state = 'submitted', r.row offset %s limit %s",
        [batch.id, skip, most],
    )
    return [(int(row), str(number), str(state)) for row, number, state in found]
