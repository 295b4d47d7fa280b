"""Whose an application and each of its cases is, as lists show it: an organisation's name, or masked names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongban.applications.document import Document
from tongban.applications.masking import masked_name
from tongban.applications.models import Form
from tongban.applications.offers import offer_of
from tongban.casework.model import Case
from tongban.catalog.vocabulary import Text
from tongban.publication import service as publication

PERSON = "base/Person"
ERASED = Text("已删除", "erased")
"""What stands for a name or a value that was erased."""


def applicant_in(form: Form, document: Document) -> dict[str, Any]:
    """Whom an application is of: an organisation's name and its people's, or a person's; masked."""
    if document.erased_at is not None:
        return {"applicant": ERASED.to_json(), "names": []}
    bundle = offer_of(publication.at(form.publication), form.bundle)
    names = {key: str(entry.raw) for key, entry in document.facts.items() if key.endswith(".name") and entry.raw}
    own = names.get(f"{bundle.applicant}.name", "")
    is_person = bundle.subjects[bundle.applicant].type == PERSON
    several = [
        masked_name(name)
        for key, name in names.items()
        if (role := bundle.subjects[key.partition(".")[0]]).many and role.type == PERSON
    ]
    if is_person:
        return {"applicant": {"zh": "个人", "en": "A person"}, "names": [masked_name(own)] if own else []}
    return {"applicant": {"zh": own, "en": own}, "names": several}


def owner_in(form: Form, document: Document) -> Text | None:
    """What the applicant is called before whoever acts for it: an organisation's name, a person's masked."""
    bundle = offer_of(publication.at(form.publication), form.bundle)
    known = document.facts.get(f"{bundle.applicant}.name")
    if known is None or not known.raw:
        return None
    is_person = bundle.subjects[bundle.applicant].type == PERSON
    name = masked_name(str(known.raw)) if is_person else str(known.raw)
    return Text(name, name)


def members_in(form: Form, document: Document) -> dict[int, str]:
    """The masked names of the people of whom an organisation's application has several, by their registered id."""
    bundle = offer_of(publication.at(form.publication), form.bundle)
    if bundle.subjects[bundle.applicant].type == PERSON:
        return {}
    return {
        registered: masked_name(str(known.raw))
        for subject, role in bundle.subjects.items()
        if role.many and role.type == PERSON
        for number, registered in enumerate(document.members.get(subject, ()), 1)
        if registered is not None and (known := document.facts.get(f"{subject}.{number}.name")) and known.raw
    }


def names_of(case: Case, members: Mapping[int, str]) -> list[str]:
    """Which of those members a case is about."""
    return [members[one] for ids in case.roles.values() for one in ids if one in members]
