"""Beginning an application: by oneself, for somebody one acts for, or at a window for whoever walked in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import subjects
from tongban.applications.claims import expanded, refuse_certified, refuse_named_twice, typed_entries
from tongban.applications.document import Document
from tongban.applications.models import Form
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, Problem, command_reused, forbidden, wrong_fields
from tongban.applications.reading import reader_of
from tongban.applications.store import begin, begun_before, keep
from tongban.applications.submission import send_new
from tongban.casework.store import Mode
from tongban.catalog import values
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry

Channel = Literal["web", "phone", "window", "api"]
"""Where an application comes from: a browser, one on a phone, a combined window, another system."""


@time.one_time()
def start(  # noqa: PLR0913 -- all that an application may begin with
    actor: Actor,
    name: str,
    *,
    command_id: UUID,
    answers: Mapping[str, Any] | None = None,
    counts: Mapping[str, int] | None = None,
    applicant: int | None = None,
    applicant_key: str | None = None,
    window: str | None = None,
    channel: Channel = "web",
    mode: Mode = "real",
    submit: bool = False,
) -> str:
    """Begin a draft and return its number; the same command id answers with the same draft.

    With ``submit`` it is signed and sent at once, or nothing is begun (`submission.send_new`).
    ``applicant`` is the registered id of whoever it is for (default: the reader, or the one organisation the reader
    acts for where only an organisation can apply), ``applicant_key`` an ID number or credit code instead; at a
    ``window`` office the walk-in is found by it. Raises Problem 403, 404, 422.
    """
    catalog = publication.current()
    bundle = offer_of(catalog, name)
    refuse_certified(catalog, bundle, answers or {})
    existing = begun_before(command_id, actor)
    if existing is not None and (existing.bundle != bundle.id or (submit and existing.state == Form.State.DRAFT)):
        raise command_reused()
    if existing is not None:
        return existing.number
    applicant_id = _applicant(actor, catalog, bundle, applicant, applicant_key, window)
    document = Document(members={subject: [None] for subject in bundle.subjects})
    document.members[bundle.applicant] = [applicant_id]
    for subject, count in (counts or {}).items():
        subjects.refuse_count(bundle, subject, count)
        for each in subjects.together(bundle, subject):
            subjects.set_count(document, each, count)
    document.facts = typed_entries(catalog, bundle, expanded(bundle, document, answers or {}))
    refuse_named_twice(catalog, bundle, document.facts, document.facts)
    with transaction.atomic():
        opened = begin(
            actor, bundle.id, applicant_id, document,
            channel="window" if window else channel, window_office=window, mode=mode, start_command=command_id,
        )  # fmt: skip
        subjects.resolve(catalog, bundle, document, reader_of(opened))
        # The registry may know of more members than were counted (twins): what was said of all is said of them too.
        document.facts |= typed_entries(catalog, bundle, expanded(bundle, document, answers or {}))
        if submit:
            send_new(opened, command_id)
        else:
            keep(opened)
    return opened.form.number


def _applicant(
    actor: Actor,
    catalog: Catalog,
    bundle: BundleDefinition,
    applicant: int | None,
    applicant_key: str | None,
    window: str | None,
) -> int:
    if window is not None:
        return _walk_in(actor, catalog, bundle, applicant_key, window)
    kind = bundle.subjects[bundle.applicant].type
    if applicant_key is not None:
        applicant = _found_by_key(catalog, kind, applicant_key)
    candidates = [applicant] if applicant is not None else [actor.subject_id, *actor.principals]
    for candidate in candidates:
        if candidate is None or registry.type_of(candidate) != kind:
            continue
        if not actor.may_act_for(candidate, bundle.id):
            break
        return candidate
    raise forbidden("这件事你不能替它办", "You may not apply for this on its behalf.")


def _walk_in(actor: Actor, catalog: Catalog, bundle: BundleDefinition, applicant_key: str | None, window: str) -> int:
    if not actor.has_role("window", window):
        raise forbidden("这个窗口不归你", "This window is not yours.")
    return _found_by_key(catalog, bundle.subjects[bundle.applicant].type, applicant_key)


def _found_by_key(catalog: Catalog, type_id: str, applicant_key: str | None) -> int:
    kind = catalog.types[type_id]
    try:
        key = values.read(kind.attributes[kind.key or ""], applicant_key)
    except values.WrongValue as wrong:
        raise wrong_fields([FieldError("applicant_key", wrong.code, wrong.text)]) from None
    found = registry.find(kind.id, str(key))
    if found is None:
        text = Text("库里没有这个号码，对一下证件", "No registry knows this number. Check the card.")
        raise Problem(422, "applicant-unknown", text, [FieldError("applicant_key", "applicant-unknown", text)])
    return found
