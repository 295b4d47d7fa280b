"""Credentials and notices as their holder sees them, and the public check whether one is real."""

from __future__ import annotations

import re
from typing import Any, BinaryIO, Final
from uuid import UUID

from tongban.accounts.actor import Actor
from tongban.applications.looking import note_document
from tongban.applications.members import of_case, with_member
from tongban.applications.models import Form
from tongban.applications.problems import Problem, not_found
from tongban.applications.store import Open, document_of, on_side_of
from tongban.applications.throttle import slow
from tongban.applications.whose import owner_in
from tongban.casework import store
from tongban.casework.model import Case
from tongban.catalog.vocabulary import Text
from tongban.credentials import service as credentials
from tongban.credentials.models import Document
from tongban.credentials.verdicts import Verdict
from tongban.platform import time
from tongban.platform.database import rows_of
from tongban.publication import service as publication

LOOK_UPS_PER_MINUTE = 30
MOST_CODES: Final = 10
MOST_APPLICATIONS = 500
_BETWEEN_CODES: Final = re.compile(r"[\s,;，；、]+")


def mine(actor: Actor) -> list[dict[str, Any]]:
    """What was issued to the reader and to whom the reader acts for in everything, and in applications of own or where
    the reader may act.

    Beside what `document_json` has: ``service_title``, and ``about``, whose it is where that is not plain.
    """
    rows = Document.objects.filter(holder_subject_id__in=actor.wholly) | Document.objects.filter(
        case_number__in=_case_numbers(actor)
    )
    found = rows.distinct().defer("pdf", "content").order_by("-issued_at", "-number")[:200]
    return _with_matter(actor, [document_json(row) for row in found])


def _with_matter(actor: Actor, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Papers with the service of their case, and with whose it is: another's for whom the reader acts, a member's."""
    cases = store.load_cases(list({line["case"] for line in lines}))
    forms = Form.objects.filter(number__in={line["application"] for line in lines})
    opened = {form.number: Open(form, document_of(form), actor) for form in forms}
    found = []
    for line in lines:
        case, brief = cases[line["case"]].case, cases[line["case"]].application
        title = publication.at(brief.publication).services[case.service].title
        about = _about(opened[case.application], case) if case.application in opened else None
        found.append(line | {"service_title": title.to_json(), "about": about.to_json() if about else None})
    return found


def _about(opened: Open, case: Case) -> Text | None:
    is_own = opened.form.applicant_id == opened.actor.subject_id
    owner, member = None if is_own else owner_in(opened.form, opened.document), of_case(opened, case)
    return with_member(owner, member) if owner else member


def _case_numbers(actor: Actor) -> list[str]:
    """The cases in applications on whose applicant's side the reader is, the newest first."""
    rows = Form.objects.filter(on_side_of(actor)).order_by("-created_at", "-number")
    return [case.number for case in store.cases_of(list(rows.values_list("number", flat=True)[:MOST_APPLICATIONS]))]


def document_json(row: Document) -> dict[str, Any]:
    """A document as its holder sees it."""
    return {
        "id": str(row.id),
        "sort": row.sort,
        "definition": row.definition,
        "office": row.office,
        "title": {"zh": row.title_zh, "en": row.title_en},
        "number": row.number,
        "code": row.code,
        "case": row.case_number,
        "application": row.case_number.rpartition("/")[0],
        "issued_at": row.issued_at.isoformat(timespec="seconds"),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "state": _state(row),
        "revoked_on": row.revoked_at.astimezone(time.ZONE).date().isoformat() if row.revoked_at else None,
        "revoked_because": {"zh": row.revoked_because_zh, "en": row.revoked_because_en} if row.revoked_at else None,
        "superseded_on": row.superseded_on.isoformat() if row.superseded_on else None,
    }


def _state(row: Document) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.superseded_on is not None:
        return "superseded"
    return "expired" if row.valid_until is not None and row.valid_until < time.today() else "valid"


def of_cases(numbers: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The documents of cases, by case number, oldest first."""
    found: dict[str, list[dict[str, Any]]] = {number: [] for number in numbers}
    in_order = "case_number = any(%s) order by issued_at, number"
    for row in rows_of(Document, in_order, [numbers], without=("pdf", "content")) if numbers else ():
        found[row.case_number].append(document_json(row))
    return found


def pdf(actor: Actor, document_id: UUID) -> bytes:
    """The signed file, for its holder, the applicant of its case and the office that issued it, whose look is logged.

    Raises Problem 404.
    """
    row = _within_reach(actor, document_id)
    content = credentials.document_bytes(document_id)
    note_document(actor, row)
    return content


def line(actor: Actor, document_id: UUID) -> dict[str, Any]:
    """A document as `document_json` has it, for whoever may have its file. Raises Problem 404."""
    return document_json(_within_reach(actor, document_id))


def _within_reach(actor: Actor, document_id: UUID) -> Document:
    row = Document.objects.filter(id=document_id).defer("pdf", "content").first()
    if row is None or not (
        row.holder_subject_id in actor.wholly or row.office in actor.offices or row.case_number in _case_numbers(actor)
    ):
        raise not_found()
    return row


def verify_code(code: str, asker: str) -> dict[str, Any]:
    """Whether the paper with this code is real. Raises Problem 429 when one place asks too often."""
    slow("verify", asker, LOOK_UPS_PER_MINUTE)
    return _verdict_json(credentials.verify_code(code))


def verify_codes(typed: str, asker: str) -> list[dict[str, Any]]:
    """The verdict of each code or address of a QR code that was typed or scanned, a line each: ``typed`` and what
    `verify_code` says, in their order, each once.

    Every code counts as one look-up. Raises Problem 422 ``too-many`` above `MOST_CODES`, 429 when one place asks too
    often.
    """
    codes = list(dict.fromkeys(_as_code(word) for word in _BETWEEN_CODES.split(typed) if word))
    if len(codes) > MOST_CODES:
        text = Text(f"一次最多验 {MOST_CODES} 张，分几次验", f"{MOST_CODES} papers at a time at most.")
        raise Problem(422, "too-many", text)
    return [{"typed": code, **verify_code(code, asker)} for code in codes]


def _as_code(word: str) -> str:
    """A code as typed, or the one in the address that a QR code carries."""
    return word.rstrip("/").rpartition("/")[2][:64]


def verify_file(file: BinaryIO) -> dict[str, Any]:
    """Whether a file is one of ours, unchanged and in force."""
    return _verdict_json(credentials.verify_file(file))


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    outline = verdict.outline
    answer: dict[str, Any] = {
        "state": verdict.state,
        "valid": verdict.is_valid,
        "text": verdict.says.to_json(),
        "do": verdict.do.to_json(),
    }
    if outline is not None:
        answer |= {
            "title": outline.title.to_json(),
            "issuer": outline.issuer.to_json(),
            "number": outline.number,
            "code": outline.code,
            "holder": outline.holder,
            "issued_on": outline.issued_on.isoformat(),
            "valid_until": outline.valid_until.isoformat() if outline.valid_until else None,
            "revoked_on": outline.revoked_on.isoformat() if outline.revoked_on else None,
            "revoked_because": None,
            "superseded_on": outline.superseded_on.isoformat() if outline.superseded_on else None,
        }
        if outline.revoked_because is not None:
            answer["revoked_because"] = outline.revoked_because.to_json()
    return answer
