"""A member of staff looks at a case or a paper of it: whose data, by whom, for what. Its owner sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from tongban.accounts.actor import Actor
from tongban.applications.doers import case_of
from tongban.applications.models import Paper
from tongban.applications.papers import content_of
from tongban.applications.problems import not_found
from tongban.casework.model import Case
from tongban.casework.work import subject_of
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Attribute, Text
from tongban.publication import service as publication
from tongban.registry.looks import note_looks
from tongban.registry.model import Reader


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
    title = definition.title
    note_looks(
        looks,
        Reader(
            actor=actor.id,
            purpose=Text(f"办理：{title.zh}", f"Handling: {title.en}"),
            office=next(iter(actor.offices), None),
            application=case.application,
            case=case.number,
        ),
    )


def _holder(line: Mapping[str, Any], attribute: Attribute, authority: str) -> str:
    """Whose word a fact is: its holder's or the office's; nobody's (empty) where a form says it."""
    return "" if line["source"] == "claimed" else attribute.held_by or authority


def paper_file(actor: Actor, number: str, paper_id: UUID) -> tuple[str, str, bytes]:
    """Name, media type and content of a paper that a case within reach needs. Raises Problem 404."""
    case, brief = case_of(actor, number)
    wanted = {need.evidence for need in publication.at(brief.publication).services[case.service].evidence}
    paper = Paper.objects.filter(form_id=case.application, id=paper_id).first()
    if paper is None or paper.key.partition("@")[0] not in wanted:
        raise not_found()
    return paper.name, paper.media_type, content_of(paper)
