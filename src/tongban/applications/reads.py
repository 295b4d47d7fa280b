"""谁查看了我的数据: every look at a person's data, told to that person."""

from __future__ import annotations

from typing import Any, Final

from tongban.accounts.actor import Actor
from tongban.applications.lookers import who_looked
from tongban.applications.looking import DOCUMENT, PAPER
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.publication import service as publication
from tongban.registry.looks import count_reads_about, read_about, reads_about
from tongban.registry.model import ReadEntry

PAGE: Final = 50
HOW_FAR: Final = Text("只看了办到哪一步", "Only how far it has come")
"""What a look at no data at all was at."""
A_FILE: Final = Text("一份文件", "A file")
"""What was opened, where its definition is no longer published."""


def about_me(actor: Actor, *, limit: int | None = 200, skip: int = 0) -> list[dict[str, Any]]:
    """Who read the reader's own data, newest first; ``limit`` None: all of it. Staff have none here."""
    if actor.subject_id is None:
        return []
    catalog = publication.current()
    entries = reads_about(actor.subject_id, limit, skip)
    who = who_looked(actor, catalog, entries)
    return [_line(actor, catalog, entry, who[entry.id]) for entry in entries]


def count_about_me(actor: Actor) -> tuple[int, int]:
    """How many there are in all, and at how many occasions they were made."""
    return (0, 0) if actor.subject_id is None else count_reads_about(actor.subject_id)


def one_about_me(actor: Actor, read_id: int) -> ReadEntry | None:
    """One look at the reader's own data by somebody else; None for any other."""
    entry = None if actor.subject_id is None else read_about(actor.subject_id, read_id)
    return None if entry is None or entry.reader == actor.id else entry


def labels_of(catalog: Catalog, entry: ReadEntry) -> list[Text]:
    """What was looked at is called; the same attribute of another type has another name."""
    attributes = catalog.types[entry.subject_type].attributes
    found = (_file_label(catalog, name) for name in entry.attributes)
    labels = zip(entry.attributes, found, strict=True)
    return [label or attributes[name].label for name, label in labels if label or name in attributes]


def _file_label(catalog: Catalog, name: str) -> Text | None:
    """What a file that was opened is called; None for an attribute."""
    if (paper := name.removeprefix(PAPER)) != name:
        evidence = catalog.evidence.get(paper)
        return evidence.label if evidence else A_FILE
    if (issued := name.removeprefix(DOCUMENT)) != name:
        definition = catalog.credentials.get(issued) or catalog.notices.get(issued)
        return definition.title if definition else A_FILE
    return None


def _line(actor: Actor, catalog: Catalog, entry: ReadEntry, who: Text) -> dict[str, Any]:
    office = catalog.offices.get(entry.office or "")
    holder = catalog.authorities.get(entry.holder)
    return {
        "id": entry.id,
        "at": entry.at.isoformat(timespec="seconds"),
        "reader": entry.reader,
        "by_me": entry.reader == actor.id,
        "who": who.to_json(),
        "office": office.title.to_json() if office else None,
        "application": entry.application,
        "case": entry.case,
        "purpose": entry.purpose.to_json(),
        "holder": holder.title.to_json() if holder else None,
        "attributes": list(entry.attributes),
        "labels": [label.to_json() for label in labels_of(catalog, entry) or [HOW_FAR]],
    }
