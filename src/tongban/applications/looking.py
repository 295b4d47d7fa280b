"""A member of staff looks at a case, a paper or a document of it: whose data, by whom, for what. Its owner sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from tongban.accounts.actor import Actor
from tongban.applications.document import every_member, member_key
from tongban.applications.doers import case_of
from tongban.applications.models import Form, Paper
from tongban.applications.papers import content_of
from tongban.applications.problems import not_found
from tongban.applications.store import Open, document_of
from tongban.casework import store
from tongban.casework.model import Case
from tongban.casework.work import subject_of
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Attribute, Text
from tongban.credentials.models import Document
from tongban.publication import service as publication
from tongban.registry.looks import note_looks
from tongban.registry.model import Reader

PAPER: Final = "paper:"
DOCUMENT: Final = "document:"
"""Before the id of what it is, instead of an attribute: a file that was handed in, a signed one that was issued."""


def note_look(actor: Actor, case: Case, catalog: Catalog, facts: Iterable[Mapping[str, Any]]) -> None:
    """Log the look, once a day for each reader and case. ``facts`` are the lines of the page."""
    definition = catalog.services[case.service]
    looks: dict[tuple[int, str], list[str]] = defaultdict(list)
    for line in facts:
        role, _, rest = line["fact"].partition(".")
        attribute = catalog.types[definition.roles[role].type].attributes[rest.rpartition(".")[2]]
        subject = subject_of(case.roles, line["fact"])
        if subject:
            looks[subject, _holder(line, attribute, catalog.offices[case.office].authority)].append(attribute.name)
    note_looks(looks, _reader(actor, case, definition.title))


def _reader(actor: Actor, case: Case, title: Text) -> Reader:
    return Reader(
        actor=actor.id,
        purpose=Text(f"办理：{title.zh}", f"Handling: {title.en}"),
        office=next(iter(actor.offices), None),
        application=case.application,
        case=case.number,
    )


def _holder(line: Mapping[str, Any], attribute: Attribute, authority: str) -> str:
    """Whose word a fact is: its holder's or the office's; nobody's (empty) where a form says it."""
    return "" if line["source"] == "claimed" else attribute.held_by or authority


def paper_file(actor: Actor, number: str, paper_id: UUID) -> tuple[str, str, bytes]:
    """Name, media type and content of a paper that a case within reach needs; the look is logged.

    Raises Problem 404.
    """
    case, brief = case_of(actor, number)
    catalog = publication.at(brief.publication)
    definition = catalog.services[case.service]
    wanted = {need.evidence for need in definition.evidence}
    paper = Paper.objects.filter(form_id=case.application, id=paper_id).first()
    if paper is None or (evidence := paper.key.partition("@")[0]) not in wanted:
        raise not_found()
    content = content_of(paper)
    if actor.kind != "person":
        owners = {brief.applicant, _whose(actor, paper)}
        note_looks({(one, ""): [PAPER + evidence] for one in owners}, _reader(actor, case, definition.title))
    return paper.name, paper.media_type, content


def _whose(actor: Actor, paper: Paper) -> int:
    """Whom a paper is about; the applicant where that is nobody registered."""
    form = Form.objects.get(number=paper.form_id)
    opened = Open(form, document_of(form), actor)
    member = paper.key.partition("@")[2]
    found = (
        registered
        for subject, number, registered in every_member(opened.bundle, opened.document)
        if registered is not None and member_key(opened.bundle, subject, number) == member
    )
    return next(found, form.applicant_id)


def note_document(actor: Actor, row: Document) -> None:
    """Log that staff open a signed document: told to its holder and to the applicant of its case."""
    if actor.kind == "person":
        return
    found = store.load_cases([row.case_number])[row.case_number]
    catalog = publication.at(found.application.publication)
    authority = catalog.offices[row.office].authority
    owners = {row.holder_subject_id, found.application.applicant}
    looks = {(one, authority): [DOCUMENT + row.definition] for one in owners}
    note_looks(looks, _reader(actor, found.case, catalog.services[found.case.service].title))
