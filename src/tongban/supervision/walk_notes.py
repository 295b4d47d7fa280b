"""What walkers note: how much it hurts, in words, a picture or a recording; and the problem that comes of it.

Files are looked at before they are kept and kept encrypted. Nobody but the walkers, the walk's office and the office
that watches ever sees one: a picture may show a face.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import papers
from tongban.applications.doers import doer_of
from tongban.applications.problems import FieldError, Problem, not_found, wrong_fields
from tongban.catalog.vocabulary import Text
from tongban.platform.crypto import decrypt, encrypt
from tongban.supervision import pictures, problems, walks
from tongban.supervision.problems import Finding, Place, Reported
from tongban.supervision.walk_models import DrawnCase, Walk, WalkNote
from tongban.supervision.walk_steps import PAINS, SEVERITY

MOST_CHARACTERS: Final = 1000
MOST_NOTES: Final = 200
RECORDINGS: Final = {
    b"\x1aE\xdf\xa3": "audio/webm",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
}


@dataclass(frozen=True, slots=True)
class Noted:
    """What somebody notes: how much it hurts (1 to 5), what they say, and the chunks of a picture and a recording, if
    any. A phone that had no network says at which step it was and how long ago; else it is now, where the walk is.
    """

    pain: int | None
    said: str = ""
    file: Iterable[bytes] | None = None
    step: str = ""
    ago_seconds: float = 0
    recording: Iterable[bytes] | None = None


@transaction.atomic
def note(actor: Actor, walk_id: UUID, noted: Noted, command_id: UUID) -> WalkNote:
    """Keep a note at the step where the walk is, once for each command.

    Raises Problem 404, 409 ``walk-ended``, 413 ``too-large``, 415 ``wrong-type``, 422.
    """
    before = walks.of(actor, walk_id).notes.filter(command=command_id).first()
    if before is not None:
        return before
    walk = walks.going(actor, walk_id)
    Walk.objects.select_for_update().get(id=walk.id)
    before = walk.notes.filter(command=command_id).first()
    if before is not None:
        return before
    if noted.step:
        walks.require_step(walk, noted.step)
    said = noted.said.strip()
    if noted.pain is None or noted.pain not in PAINS:
        raise wrong_fields([FieldError("pain", "missing", Text("先选一张脸", "Choose a face first."))])
    if len(said) > MOST_CHARACTERS or walk.notes.count() >= MOST_NOTES:
        text = Text(
            f"最多写 {MOST_CHARACTERS} 个字，记 {MOST_NOTES} 条", f"At most {MOST_NOTES} notes, and short ones."
        )
        raise wrong_fields([FieldError("said", "too-long", text)])
    at = walks.moment_of(walk, noted.ago_seconds)
    kept = WalkNote(walk=walk, command=command_id, step=noted.step or walks.where(walk), at=at, pain=noted.pain)
    if said:
        kept.said = encrypt(said, context=walk_context("note", kept.id))
    if noted.file is not None:
        content, kept.media_type = looked_at(noted.file)
        kept.file = encrypt(content, context=walk_context("file", kept.id))
    if noted.recording is not None:
        content, kept.recording_type = looked_at(noted.recording)
        kept.recording = encrypt(content, context=walk_context("recording", kept.id))
    kept.save(force_insert=True)
    return kept


def looked_at(chunks: Iterable[bytes]) -> tuple[bytes, str]:
    """A picture as it is kept, or a recording, and what it is. Raises Problem 413 ``too-large``, 415 ``wrong-type``."""
    content = papers.collected("file", chunks)
    kind = papers.media_type_of(content)
    if kind in pictures.KINDS:
        return pictures.bare("file", content, kind), kind
    kind = next((kind for start, kind in RECORDINGS.items() if content.startswith(start)), None)
    if kind is None and content[4:8] == b"ftyp":
        kind = "audio/mp4"
    if kind is None:
        text = Text(
            "只收照片（JPG、PNG）和录音。换一个文件", "Only photos (JPG, PNG) and recordings. Choose another file."
        )
        raise Problem(415, "wrong-type", text, [FieldError("file", "wrong-type", text)])
    return content, kind


def words_of(note: WalkNote) -> str:
    """What was said, in clear; for those who may read the walk."""
    return decrypt(bytes(note.said), context=walk_context("note", note.id)).decode() if note.said else ""


def file_of(actor: Actor, walk_id: UUID, note_id: UUID, *, recording: bool = False) -> tuple[str, bytes]:
    """The kind and content of a note's picture or recording, for those who may read the walk. Raises Problem 404."""
    walk = walks.readable(actor, walk_id)
    note = walk.notes.filter(id=note_id).first()
    kept = (note.recording if recording else note.file) if note else None
    if note is None or kept is None:
        raise not_found()
    kind, what = (note.recording_type, "recording") if recording else (note.media_type, "file")
    return kind, decrypt(bytes(kept), context=walk_context(what, note.id))


def make_problem(actor: Actor, walk_id: UUID, note_id: UUID, place: tuple[str, str, str]) -> Reported:
    """Make a problem of a note: ``place`` is its kind, step and question or paper, each of the last two perhaps empty.

    A walk may shorten a way and never skip what the law demands: Problem 409 ``legal-step``. Raises Problem 404, 422.
    """
    walk = walks.of(actor, walk_id)
    note = walk.notes.filter(id=note_id).first()
    if note is None:
        raise not_found()
    return problem_of(actor, walk, note, place, SEVERITY[note.pain], words_of(note))


def problem_of(
    actor: Actor, walk: Walk, row: WalkNote | DrawnCase, place: tuple[str, str, str], severity: str, words: str
) -> Reported:
    """Make a problem of what a row of a walk says, once. Raises Problem 409 ``legal-step``, 422."""
    kind, step, item = place
    if kind not in problems.WAY:
        raise wrong_fields([FieldError("kind", "not-an-option", Text("选一种毛病", "Choose what is wrong."))])
    finding = Finding(Place(walk.about, kind, step, item), severity, "walk", plain(words), reference=walk.number)
    hands = problems.Hands(walks.region_of(walk))
    with transaction.atomic():
        reported = problems.report(finding, doer_of(actor, None), uuid5(row.id, "problem"), hands)
        type(row).objects.filter(id=row.id, problem=None).update(problem=reported.case)
    return reported


def plain(words: str) -> str:
    """The words without what cannot be seen, such as what joins two pictures to one: a problem's words have none."""
    return "".join(one for one in words if one.isprintable() or one.isspace())


def walk_context(what: str, row_id: UUID) -> str:
    """The place to which what was said, seen or recorded on a walk is bound: of a note, or of the walk itself."""
    return f"walk-{what}:{row_id}"
