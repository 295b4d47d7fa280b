"""What the rest of the house asks of credentials: issue, hand over the file, serve, revoke, verify.

Issuing writes one row each in the caller's transaction and no more; the signed file is made when somebody first reads
it, and kept. Issuing the same credential for the same case again, or the same notice for the same event, returns the
one that is there.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import BinaryIO, Literal, TypeAlias

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from pydantic import TypeAdapter

from tongban.catalog.vocabulary import Raw, Text
from tongban.credentials import authority, codes
from tongban.credentials.models import Document
from tongban.credentials.render import render
from tongban.credentials.sheet import Field, Kind, Listing, Sheet, Template
from tongban.credentials.sign import Signature, judge, sign
from tongban.credentials.verdicts import Outline, Verdict, state_of, verdict
from tongban.platform import places, time
from tongban.platform.crypto import decrypt, encrypt, keyed_hash
from tongban.platform.ids import new_id
from tongban.platform.models import Mark

FILE_MAX_BYTES = 10 * 1024 * 1024
_PDF_HEAD = b"%PDF-"

Served: TypeAlias = Literal["electronic", "window", "post"]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a document is for: a registry subject and the name to print. An organisation's name is public."""

    type: str
    subject_id: int
    name: str
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One document to issue, in finished words. `event` is the version of the case at which it is decided.

    `facts` are a credential's values by attribute, for its reuse as evidence; they are stored encrypted with it.
    """

    sort: Literal["credential", "notice"]
    kind: Kind
    definition: str
    definition_hash: str
    case_number: str
    event: int
    office: str
    issuer: Text
    city: Text
    holder: Holder
    title: Text
    issued_at: datetime
    fields: tuple[Field, ...] = ()
    listings: tuple[Listing, ...] = ()
    facts: Mapping[str, Raw] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None
    body: Text | None = None
    remedies: Text | None = None
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a row keeps encrypted: the sheet as printed, the holder's name as strangers see it, and the facts."""

    sheet: Sheet
    holder_masked: str
    facts: Mapping[str, Raw]


_content = TypeAdapter(Content)


def issue(orders: Sequence[Order]) -> list[Document]:
    """Issue documents on the caller's transaction; one per order, in their order, new or already there."""
    cases = sorted({order.case_number for order in orders})
    with transaction.atomic():
        _lock(cases)
        there = {_key(row): row for row in Document.objects.filter(case_number__in=cases).defer("pdf")}
        serials = {case: sum(row.case_number == case for row in there.values()) for case in cases}
        is_sample = time.city_mark() != Mark.REAL
        new: list[Document] = []
        for order in orders:
            if (key := _order_key(order)) not in there:
                serials[order.case_number] += 1
                number = f"{order.case_number}-{serials[order.case_number]:02}"
                there[key] = _row(order, number, is_sample=is_sample)
                new.append(there[key])
        Document.objects.bulk_create(new)
    return [there[_order_key(order)] for order in orders]


def document_bytes(document_id: uuid.UUID) -> bytes:
    """Return the signed PDF of a document, made now if nobody has read it before. Raises Document.DoesNotExist."""
    document = Document.objects.get(id=document_id)
    if document.pdf is None:
        sheet = _opened(document).sheet
        pdf = sign(
            render(sheet), signing_authority(), at=document.issued_at, reason=sheet.title.zh, place=sheet.city.zh
        )
        # Of two readers at one moment the first one's file stands, and both get it.
        Document.objects.filter(id=document_id, pdf=None).update(
            pdf=encrypt(pdf, context=pdf_context(document_id)), pdf_sha256=hashlib.sha256(pdf).digest()
        )
        document.refresh_from_db(fields=["pdf"])
    return decrypt(bytes(document.pdf or b""), context=pdf_context(document_id))


def facts(document: Document) -> Mapping[str, Raw]:
    """Return the values a credential proves, by attribute."""
    return _opened(document).facts


def sheet(document_id: uuid.UUID) -> Sheet:
    """Return what stands on a document. Raises Document.DoesNotExist."""
    return _opened(Document.objects.defer("pdf").get(id=document_id)).sheet


def valid_credentials(subject_ids: Iterable[int], on: date) -> list[Document]:
    """Return the real credentials of these holders that hold on a day, newest first, without their files."""
    return valid_credentials_all([(subject_ids, on)])[0]


def valid_credentials_all(asked: Sequence[tuple[Iterable[int], date]]) -> list[list[Document]]:
    """Return what `valid_credentials` says of each of these holders and days."""
    wanted = [(set(subject_ids), on) for subject_ids, on in asked]
    found: dict[tuple[int, date], list[tuple[int, Document]]] = defaultdict(list)
    for day in {on for _, on in wanted}:
        held = _valid_credentials(set[int]().union(*(ids for ids, on in wanted if on == day)), day)
        for place, paper in enumerate(held):
            found[paper.holder_subject_id, day].append((place, paper))
    return [
        [paper for _, paper in sorted((one for of in ids for one in found[of, on]), key=itemgetter(0))]
        for ids, on in wanted
    ]


def _valid_credentials(subject_ids: Collection[int], on: date) -> list[Document]:
    held = Q(revoked_at=None, superseded_on=None) & (Q(valid_from=None) | Q(valid_from__lte=on))
    until = Q(valid_until=None) | Q(valid_until__gte=on)
    rows = Document.objects.filter(held, until, sort="credential", kind="real", holder_subject_id__in=list(subject_ids))
    return list(rows.defer("pdf").order_by("-issued_at", "-id"))


def serve(document_id: uuid.UUID, at: datetime, how: Served) -> bool:
    """Record that a document reached its holder; False when that was recorded before, which stands."""
    return bool(Document.objects.filter(id=document_id, served_at=None).update(served_at=at, served_how=how))


def revoke(document_id: uuid.UUID, at: datetime, because: Text) -> bool:
    """Revoke a document for ever; False when it was revoked before, which stands."""
    changed = Document.objects.filter(id=document_id, revoked_at=None).update(
        revoked_at=at, revoked_because_zh=because.zh, revoked_because_en=because.en
    )
    return bool(changed)


def verify_code(text: str) -> Verdict:
    """Judge a verification code as somebody typed it."""
    code = codes.parse(text)
    if code is None:
        return verdict("mistyped")
    document = Document.objects.filter(code=code).defer("pdf").first()
    return _judged(document) if document else verdict("unknown-code")


def verify_file(file: BinaryIO) -> Verdict:
    """Judge a file that somebody was shown. Reads at most `FILE_MAX_BYTES` of it and never interprets it as PDF."""
    data = file.read(FILE_MAX_BYTES + 1)
    if len(data) > FILE_MAX_BYTES:
        return verdict("too-large")
    if not data.startswith(_PDF_HEAD):
        return verdict("not-pdf")
    match judge(data, signing_authority().root):
        case Signature.NONE:
            return verdict("unsigned")
        case Signature.FOREIGN:
            return verdict("foreign")
        case Signature.CHANGED:
            return verdict("changed")
        case Signature.INTACT:
            document = Document.objects.filter(pdf_sha256=hashlib.sha256(data).digest()).defer("pdf").first()
            return _judged(document) if document else verdict("unrecorded")


@functools.cache
def signing_authority() -> authority.Authority:
    """Return the authority of this process's city, read once."""
    return authority.read(places.keys())


def _lock(cases: Sequence[str]) -> None:
    # Documents of one case are numbered in turn, whoever issues them; in sorted order, so that nobody waits in a ring.
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(c, 0)) from unnest(%s::text[]) c", [list(cases)])


def _key(row: Document) -> tuple[str, ...]:
    return _identity(row.sort, row.case_number, row.definition, row.event)


def _order_key(order: Order) -> tuple[str, ...]:
    return _identity(order.sort, order.case_number, order.definition, order.event)


def _identity(sort: str, case_number: str, definition: str, event: int) -> tuple[str, ...]:
    """Return what makes a document the same one: a case gives a credential once, a notice once for each event."""
    return (sort, case_number, definition, str(event) if sort == "notice" else "")


def _row(order: Order, number: str, *, is_sample: bool) -> Document:
    row_id = new_id()
    code = codes.make(secrets.token_bytes(codes.RANDOM_SIZE_BYTES))
    sheet = Sheet(
        template=order.template or ("certificate" if order.sort == "credential" else "notice"),
        kind=order.kind,
        is_sample=is_sample,
        title=order.title,
        number=number,
        code=code,
        verify_address=f"{settings.ORIGIN}/verify/{code}",
        city=order.city,
        issuer=order.issuer,
        issued_on=order.issued_at.astimezone(time.ZONE).date(),
        fields=order.fields,
        listings=order.listings,
        valid_from=order.valid_from,
        valid_until=order.valid_until,
        body=order.body,
        remedies=order.remedies,
    )
    name = order.holder.name if order.holder.is_public else f"{order.holder.name[:1]}**"
    content = _content.dump_json(Content(sheet, name, order.facts))
    return Document(
        id=row_id,
        sort=order.sort,
        kind=order.kind,
        number=number,
        code=code,
        definition=order.definition,
        definition_hash=order.definition_hash,
        case_number=order.case_number,
        event=order.event,
        office=order.office,
        holder_type=order.holder.type,
        holder_subject_id=order.holder.subject_id,
        title_zh=order.title.zh,
        title_en=order.title.en,
        issued_at=order.issued_at,
        valid_from=order.valid_from,
        valid_until=order.valid_until,
        content=encrypt(content, context=content_context(row_id)),
        # Keyed, because what a document says can be guessed and the guess would be checked by a plain digest.
        content_digest=keyed_hash(hashlib.sha256(content).hexdigest(), context="credentials.content"),
    )


def _opened(document: Document) -> Content:
    return _content.validate_json(decrypt(bytes(document.content), context=content_context(document.id)))


def _judged(document: Document) -> Verdict:
    content = _opened(document)
    revoked = document.revoked_at
    outline = Outline(
        title=content.sheet.title,
        issuer=content.sheet.issuer,
        number=document.number,
        code=codes.grouped(document.code),
        holder=content.holder_masked,
        kind=content.sheet.kind,
        issued_on=content.sheet.issued_on,
        valid_from=document.valid_from,
        valid_until=document.valid_until,
        revoked_on=revoked.astimezone(time.ZONE).date() if revoked else None,
        revoked_because=Text(document.revoked_because_zh, document.revoked_because_en) if revoked else None,
        superseded_on=document.superseded_on,
    )
    return verdict(state_of(outline, time.today()), outline)


def content_context(document_id: uuid.UUID) -> str:
    """The place to which what a document says is bound."""
    return f"credentials.document:{document_id}"


def pdf_context(document_id: uuid.UUID) -> str:
    """The place to which a signed file is bound."""
    return f"credentials.pdf:{document_id}"
