"""Papers: attached, promised or to follow. A file is looked at before it is kept, and kept encrypted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.accounts.actor import Actor
from tongban.applications.document import PaperState, member_key
from tongban.applications.models import Paper
from tongban.applications.planning import plan_of
from tongban.applications.problems import FieldError, Problem, not_found
from tongban.applications.store import Open, change, load
from tongban.catalog.model import EvidenceNeed
from tongban.catalog.vocabulary import Text
from tongban.clock import due
from tongban.platform import time
from tongban.platform.crypto import decrypt, encrypt
from tongban.publication import calendars

LARGEST_FILE_BYTES = 10 * 1024 * 1024
MOST_FILES = 20
LONGEST_NAME = 120
# What a file is, by how it begins: the name it was given proves nothing.
SIGNATURES = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@dataclass(frozen=True, slots=True)
class PaperNeed:
    """One paper that this form still owes or has: its key, its rule, and how it is met so far."""

    key: str
    evidence: str
    subject: str
    rule: EvidenceNeed
    state: PaperState | None


def needs_of(opened: Open) -> list[PaperNeed]:
    """Every paper that the plan cannot do without, with the rule of the service that needs it."""
    found = []
    for line in plan_of(opened).evidence:
        if line.how != "uploaded":
            continue
        rule = next(
            need
            for service in line.needed_by
            for need in opened.catalog.services[service].evidence
            if need.evidence == line.id
        )
        for member in line.members or [1]:
            subject = member_key(opened.bundle, line.subject, member)
            key = f"{line.id}@{subject}"
            found.append(PaperNeed(key, line.id, subject, rule, opened.document.papers.get(key)))
    return found


def media_type_of(content: bytes) -> str | None:
    """What a file really is, or None when it is nothing we take."""
    return next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), None)


def attach(actor: Actor, number: str, key: str, name: str, chunks: Iterable[bytes]) -> UUID:
    """Keep a file for a paper. Raises Problem 413 ``too-large``, 415 ``wrong-type`` or 422 ``paper-not-needed``."""
    content, kind = looked_at(key, chunks)

    def act(opened: Open) -> UUID:
        _need(opened, key)
        now = time.now()
        state = opened.document.papers.get(key)
        if state is None or state.how != "uploaded":
            state = PaperState("uploaded", now.isoformat(timespec="seconds"))
        if len(state.files) >= MOST_FILES:
            raise too_many(key)
        paper = keep(opened, key, name, content, kind, now)
        state.files.append(str(paper.id))
        opened.document.papers[key] = state
        opened.document.signatures.clear()
        return paper.id

    return change(actor, number, act)


def looked_at(key: str, chunks: Iterable[bytes]) -> tuple[bytes, str]:
    """The whole of an upload and what it really is. Raises Problem 413 ``too-large`` or 415 ``wrong-type``."""
    content = collected(key, chunks)
    kind = media_type_of(content)
    if kind is None:
        text = Text("只收照片（JPG、PNG）和 PDF。换一个文件", "Only photos (JPG, PNG) and PDF. Choose another file.")
        raise Problem(415, "wrong-type", text, [FieldError(key, "wrong-type", text)])
    return content, kind


def too_many(key: str) -> Problem:
    """No more files for one paper."""
    text = Text(f"一样材料最多 {MOST_FILES} 个文件", f"At most {MOST_FILES} files for one paper.")
    return Problem(422, "too-many-files", text, [FieldError(key, "too-many-files", text)])


def keep(opened: Open, key: str, name: str, content: bytes, kind: str, at: datetime) -> Paper:
    """Store one file of a form, encrypted."""
    paper = Paper(
        form=opened.form,
        key=key,
        name=_plain_name(name),
        media_type=kind,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        attached_at=at,
    )
    paper.content = encrypt(content, context=paper_context(paper.id))
    paper.save(force_insert=True)
    return paper


def collected(key: str, chunks: Iterable[bytes]) -> bytes:
    """The whole upload, given up as soon as it is too large: memory stays bounded whatever is sent."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > LARGEST_FILE_BYTES:
            text = Text("一个文件最多 10 MB，拍小一点", "A file may have 10 MB at most.")
            raise Problem(413, "too-large", text, [FieldError(key, "too-large", text)])
    return bytes(content)


def _plain_name(name: str) -> str:
    """A shown name: no folders, nothing invisible, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:LONGEST_NAME] or "file"


def _need(opened: Open, key: str) -> PaperNeed:
    for need in needs_of(opened):
        if need.key == key:
            return need
    text = Text("这样材料不用交", "This paper is not needed.")
    raise Problem(422, "paper-not-needed", text, [FieldError(key, "paper-not-needed", text)])


def promise(actor: Actor, number: str, key: str) -> None:
    """Offer a promise instead of the paper (告知承诺), or to bring it later (容缺), where its service lets one.

    Raises Problem 422 ``not-promisable``.
    """

    def act(opened: Open) -> None:
        rule = _need(opened, key).rule
        now = time.now()
        if rule.promise:
            state = PaperState("promised", now.isoformat(timespec="seconds"))
        elif rule.deferrable is not None:
            end = due(calendars.current(), now.date(), rule.deferrable).due
            state = PaperState("deferred", now.isoformat(timespec="seconds"), due=end.isoformat())
        else:
            text = Text("这样材料要现在交，不能后补", "This paper is needed now; it cannot follow.")
            raise Problem(422, "not-promisable", text, [FieldError(key, "not-promisable", text)])
        opened.document.papers[key] = state
        opened.document.signatures.clear()

    change(actor, number, act)


def remove(actor: Actor, number: str, key: str) -> None:
    """Take a paper or a promise back while the form is open."""

    def act(opened: Open) -> None:
        opened.document.papers.pop(key, None)
        Paper.objects.filter(form=opened.form, key=key).delete()
        opened.document.signatures.clear()

    change(actor, number, act)


def file_of(actor: Actor, number: str, paper_id: UUID) -> tuple[str, str, bytes]:
    """Name, media type and content of a file, for the applicant's side: what they handed in is no second signer's
    matter. Raises Problem 404 for anybody else.
    """
    opened = load(actor, number)
    paper = Paper.objects.filter(form=opened.form, id=paper_id).first() if opened.is_applicant else None
    if paper is None:
        raise not_found()
    return paper.name, paper.media_type, content_of(paper)


def content_of(paper: Paper) -> bytes:
    """What a file holds, in clear."""
    return decrypt(bytes(paper.content), context=paper_context(paper.id))


def paper_context(paper_id: UUID) -> str:
    """The place to which the content of a file is bound."""
    return f"paper:{paper_id}"
