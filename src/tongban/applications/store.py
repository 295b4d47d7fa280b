"""Forms in the database: made, loaded for a reader, saved under their version. The document is sealed here only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import Q

from tongban.accounts.actor import Actor
from tongban.applications.document import Document, attribute_of, every_member
from tongban.applications.models import Form, Party
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, Problem, not_found
from tongban.applications.reckoning import Reckoning
from tongban.casework import service as casework
from tongban.casework.model import Case
from tongban.casework.store import cases_of
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.crypto import decrypt, encrypt
from tongban.platform.database import Call, call, query, rows_of
from tongban.publication import service as publication
from tongban.registry import service as registry

T = TypeVar("T")


@dataclass(frozen=True)
class Open:
    """A form in hand: its row, its document, and the definitions it was begun under."""

    form: Form
    document: Document
    actor: Actor
    reckonings: list[Reckoning] = field(default_factory=list, repr=False, compare=False)
    """The last one that `planning` made of this form."""

    @cached_property
    def catalog(self) -> Catalog:
        """The publication the form was begun under; a draft follows the one in force when it is taken up again."""
        return publication.at(self.form.publication)

    @cached_property
    def bundle(self) -> BundleDefinition:
        """The bundle, or the single service seen as one."""
        return offer_of(self.catalog, self.form.bundle)

    @cached_property
    def cases(self) -> list[Case]:
        """The cases of a submitted application as they were when first asked for."""
        return cases_of([self.form.number])

    @cached_property
    def unavailable(self) -> frozenset[str]:
        """The holders that were down when first asked for; what this form itself finds down stands in its document."""
        return registry.unavailable()

    @property
    def is_applicant(self) -> bool:
        """Whether the reader is the applicant, acts for it, or sits at the window that filled the form."""
        return is_applicant(self.form, self.actor)


def is_applicant(form: Form, actor: Actor) -> bool:
    """Whether this reader may act on the applicant's side."""
    at_window = form.window_office is not None and actor.has_role("window", form.window_office)
    return at_window or actor.may_act_for(form.applicant_id, form.bundle)


def on_side_of(actor: Actor) -> Q:
    """The forms of applicants for whom this reader may act in their matter: `Actor.may_act_for` as a condition."""
    whole = actor.wholly
    found = Q(applicant_id__in=whole)
    for subject, scope in actor.principals.items():
        if subject not in whole:
            found |= Q(applicant_id=subject, bundle__in=scope)
    return found


def context_of(number: str) -> str:
    """What binds a sealed document to its form."""
    return f"form:{number}"


def create(actor: Actor, bundle: str, applicant_id: int, document: Document, **columns: object) -> Open:
    """A new draft under the publication in force."""
    opened = begin(actor, bundle, applicant_id, document, **columns)
    keep(opened)
    return opened


def begin(actor: Actor, bundle: str, applicant_id: int, document: Document, **columns: object) -> Open:
    """A new draft kept nowhere yet. Its number is the next one, which nobody gets again, unless ``columns`` have it."""
    now = time.now()
    if "number" not in columns:
        columns["number"] = casework.new_number()
    form = Form(
        bundle=bundle,
        publication=publication.current().digest,
        applicant_id=applicant_id,
        filled_by=actor.user_id or 0,
        document=b"",
        created_at=now,
        changed_at=now,
        **columns,
    )
    return Open(form, document, actor)


def keep(opened: Open) -> None:
    """Write a draft that is kept nowhere yet."""
    keep_all([opened])


def keep_all(forms: Sequence[Open]) -> list[None]:
    """Write drafts that are kept nowhere yet."""
    call(keeping_all(forms))
    return [None for _ in forms]


def keeping_all(forms: Sequence[Open]) -> list[Call]:
    """The calls that write forms which are kept nowhere yet, as they stand."""
    return [keeping(opened) for opened in forms]


def keeping(opened: Open) -> Call:
    """The call that writes a form which is kept nowhere yet, as it stands."""
    _seal(opened)
    columns = {name: getattr(opened.form, name) for name in _KEPT}
    parties = [party.subject_id for party in _parties(opened, ())]
    parameters = (orjson.dumps(columns).decode(), opened.form.document, parties)
    return Call("applications_keep(%s::jsonb, %s, %s::bigint[])", parameters)


_KEPT: Final = (
    "number", "bundle", "publication", "applicant_id", "filled_by", "channel", "window_office", "mode", "state",
    "version", "lacks_papers", "start_command", "created_at", "changed_at", "submitted_at",
)  # fmt: skip


def load(actor: Actor, number: str, *, for_update: bool = False) -> Open:
    """The form with this number if the reader takes part in it; otherwise as if it were not there."""
    form = form_of(number, for_update=for_update)
    if form is None or not _may_see(form, actor):
        raise not_found()
    return Open(form, document_of(form), actor)


def form_of(number: str, *, for_update: bool = False) -> Form | None:
    """The form of this number, whoever asks; locked until the transaction ends, if it is to be changed."""
    found = rows_of(Form, "number = %s for update" if for_update else "number = %s", [number])
    return found[0] if found else None


def begun_before(command_id: UUID, actor: Actor) -> Form | None:
    """The form that the reader began with this command before."""
    return all_begun_before([(command_id, actor)])[0]


def all_begun_before(begun: Sequence[tuple[UUID, Actor]]) -> list[Form | None]:
    """What `begun_before` finds for each of these commands and readers."""
    commands, readers = [command for command, _ in begun], {actor.user_id or 0 for _, actor in begun}
    rows = rows_of(Form, "start_command = any(%s) and filled_by = any(%s::bigint[])", [commands, list(readers)])
    found = {(form.start_command, form.filled_by): form for form in rows}
    return [found.get((command, actor.user_id or 0)) for command, actor in begun]


def document_of(form: Form) -> Document:
    """What a form holds, unsealed."""
    return Document.from_json(decrypt(bytes(form.document), context=context_of(form.number)))


def document_as_kept(number: str) -> Document | None:
    """What the form of this number holds, None where there is none; to read, never to change.

    Unsealed once for a whole request or batch while the form stands at one version: many cases ask of one form.
    """
    found = query("select version from applications_form where number = %s", [number])
    if not found:
        return None
    beside = time.kept_beside()
    kept = {} if beside is None else beside
    name, version = f"document {number}", found[0][0]
    before = kept.get(name)
    if not isinstance(before, _Kept) or before.version != version:
        kept[name] = before = _Kept(version, document_of(Form.objects.get(number=number)))
    return before.document


def document_lacking_papers(number: str) -> Document | None:
    """What the form of this number holds, to read alone, where a paper is to follow or was promised; else None."""
    found = query("select lacks_papers from applications_form where number = %s", [number])
    return document_as_kept(number) if found and found[0][0] else None


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    document: Document


def _may_see(form: Form, actor: Actor) -> bool:
    if is_applicant(form, actor):
        return True
    return actor.subject_id is not None and form.parties.filter(subject_id=actor.subject_id).exists()


@time.one_time()
def change(
    actor: Actor, number: str, act: Callable[[Open], T], *, version: int | None = None, applicant_only: bool = True
) -> T:
    """Load a draft under a lock, let ``act`` change its document, save it. All or nothing.

    ``version`` is what the reader saw; None takes it as it is. Raises Problem 404, 409 ``stale-version`` or 409
    ``already-submitted``.
    """
    with transaction.atomic():
        opened = load(actor, number, for_update=True)
        if applicant_only and not opened.is_applicant:
            raise not_found()
        if opened.form.state not in (Form.State.DRAFT, Form.State.WAITING):
            raise Problem(409, "already-submitted", Text("这件已经交了，表不能再改", "It is sent; the form is closed."))
        if version is not None and version != opened.form.version:
            raise _changed_since(opened, version)
        # A draft is judged by today's definitions; only submission fixes them.
        opened.form.publication = publication.current().digest
        before = opened.document.shape()
        result = act(opened)
        opened.document.note_changes(before, opened.form.version + 1)
        save(opened)
        return result


def _changed_since(opened: Open, version: int) -> Problem:
    """Somebody was faster: what is different from what the reader saw, by key."""
    errors = []
    for key in sorted(key for key, at in opened.document.changed.items() if at > version):
        label = _label_of(opened, key)
        text = Text(f"“{label.zh}”在别处改过了", f"“{label.en}” was changed elsewhere.")
        errors.append(FieldError(key, "stale-version", text))
    text = Text("这张表在别处改过了，先看一下再改", "The form was changed elsewhere. Look at it, then change it.")
    return Problem(409, "stale-version", text, errors)


def _label_of(opened: Open, key: str) -> Text:
    paper = opened.catalog.evidence.get(key.partition("@")[0])
    attribute = None if paper else attribute_of(opened.catalog, opened.bundle, key)
    return paper.label if paper else attribute.label if attribute else Text(key, key)


def save(opened: Open) -> None:
    """Write the document back under the next version."""
    opened.form.version += 1
    opened.form.changed_at = time.now()
    _seal(opened)
    opened.form.save()
    _note_parties(opened)


def _seal(opened: Open) -> None:
    opened.form.lacks_papers = any(paper.how != "uploaded" for paper in opened.document.papers.values())
    opened.form.document = encrypt(opened.document.to_json(), context=context_of(opened.form.number))


def _note_parties(opened: Open) -> None:
    noted = opened.form.parties.values_list("subject_id", flat=True)
    Party.objects.bulk_create(_parties(opened, noted), ignore_conflicts=True)


def _parties(opened: Open, noted: Iterable[int]) -> list[Party]:
    """Who signs or consents and is not noted yet."""
    signing = {*opened.bundle.signatures, *opened.bundle.consents}
    found = {
        registered
        for subject, _, registered in every_member(opened.bundle, opened.document)
        if registered is not None and not opened.bundle.subjects[subject].ends and subject in signing
    }
    new = sorted(found.difference(noted))
    return [Party(form=opened.form, subject_id=registered, signs=True) for registered in new]
