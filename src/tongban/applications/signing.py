"""Signing and consenting: who must, who has, for whom the application waits.

A signature covers the facts and papers as they were seen; whatever changes afterwards takes it away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import orjson

from tongban.accounts.actor import Actor
from tongban.applications.document import Signature, every_member, member_key
from tongban.applications.models import Form
from tongban.applications.planning import plan_of
from tongban.applications.problems import Problem, not_found
from tongban.applications.store import Open, change, load
from tongban.catalog.vocabulary import Text
from tongban.platform import time


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who must sign or consent: the member's key, the registered id, and whether it is done."""

    key: str
    subject: str
    act: Literal["sign", "consent"]
    registered: int | None
    is_done: bool
    has_declined: bool


def signers_of(opened: Open) -> list[Signer]:
    """Everybody whose signature or consent the plan asks for, applicant first."""
    acts = {line.subject: line.act for line in plan_of(opened).signers}
    digest = content_digest(opened)
    found = []
    for subject, number, registered in every_member(opened.bundle, opened.document):
        if subject not in acts:
            continue
        key = member_key(opened.bundle, subject, number)
        signature = opened.document.signatures.get(key)
        done = signature is not None and signature.digest == digest
        found.append(Signer(key, subject, acts[subject], registered, done, key in opened.document.declined))
    return sorted(found, key=lambda signer: signer.subject != opened.bundle.applicant)


def content_digest(opened: Open) -> str:
    """SHA-256 over facts and papers: what a signature covers. When a fact was read is no part of what it says."""
    facts = {key: [entry.raw, entry.state, entry.disputed] for key, entry in opened.document.facts.items()}
    papers = {key: [paper.how, *paper.files] for key, paper in opened.document.papers.items()}
    return hashlib.sha256(orjson.dumps([facts, papers], option=orjson.OPT_SORT_KEYS)).hexdigest()


def sign(actor: Actor, number: str, *, version: int | None = None) -> Form:
    """The applicant's side, or a second signer for themselves, signs what is on the form now.

    Raises Problem 403 ``not-a-signer``.
    """

    def act(opened: Open) -> Form:
        if not put_own(opened):
            raise Problem(403, "not-a-signer", Text("这件不用你签", "Your signature is not needed here."))
        return opened.form

    return change(actor, number, act, version=version, applicant_only=False)


def put_own(opened: Open) -> list[Signer]:
    """Put the signatures that the reader may give on a form in hand; returns whose they are."""
    signed = [signer for signer in signers_of(opened) if _may_sign_as(opened, signer)]
    for signer in signed:
        _put(opened, signer)
    return signed


def consent(actor: Actor, number: str, *, agree: bool) -> Form:
    """A second signer agrees or does not, after own log-in. Raises Problem 404 for anybody else.

    What they decide does not close the form: the applicant's signature stands, submission looks at all of them. To
    agree again when it was sent changes nothing.
    """

    def act(opened: Open) -> Form:
        mine = [s for s in signers_of(opened) if s.registered is not None and s.registered == actor.subject_id]
        if not mine:
            raise not_found()
        for signer in mine:
            if agree:
                opened.document.declined.pop(signer.key, None)
                _put(opened, signer)
            else:
                opened.document.declined[signer.key] = time.now().isoformat(timespec="seconds")
                opened.document.signatures.pop(signer.key, None)
                opened.form.state = Form.State.DRAFT
        return opened.form

    return (_sent_with(actor, number) if agree else None) or change(actor, number, act, applicant_only=False)


def _sent_with(actor: Actor, number: str) -> Form | None:
    """The form, once it was sent with the reader's consent: whoever got no answer says the same again."""
    opened = load(actor, number)
    if opened.form.state != Form.State.SUBMITTED:
        return None
    mine = [s for s in signers_of(opened) if s.registered is not None and s.registered == actor.subject_id]
    return opened.form if mine and all(signer.is_done for signer in mine) else None


def _may_sign_as(opened: Open, signer: Signer) -> bool:
    """The applicant's own signature may be given by whoever acts for it; a second signer's only by themselves."""
    if signer.subject == opened.bundle.applicant:
        return opened.is_applicant
    return signer.registered is not None and signer.registered == opened.actor.subject_id


def _put(opened: Open, signer: Signer) -> None:
    opened.document.signatures[signer.key] = Signature(
        user_id=opened.actor.user_id or 0,
        at=time.now().isoformat(timespec="seconds"),
        act=signer.act,
        digest=content_digest(opened),
    )
