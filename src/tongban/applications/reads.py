"""谁查看了我的数据: every look at a person's data, told to that person."""

from __future__ import annotations

from typing import Any

from tongban.accounts.actor import Actor
from tongban.publication import service as publication
from tongban.registry import service as registry


def about_me(actor: Actor) -> list[dict[str, Any]]:
    """Who read the reader's own data, newest first. Staff have none here."""
    if actor.subject_id is None:
        return []
    catalog = publication.current()
    labels = {name: each.label for kind in catalog.types.values() for name, each in kind.attributes.items()}
    lines = []
    for entry in registry.reads_about(actor.subject_id):
        office = catalog.offices.get(entry.office or "")
        holder = catalog.authorities.get(entry.holder)
        lines.append(
            {
                "at": entry.at.isoformat(timespec="seconds"),
                "reader": entry.reader,
                "by_me": entry.reader == actor.id,
                "office": {"zh": office.title.zh, "en": office.title.en} if office else None,
                "application": entry.application,
                "case": entry.case,
                "purpose": {"zh": entry.purpose.zh, "en": entry.purpose.en},
                "holder": {"zh": holder.title.zh, "en": holder.title.en} if holder else None,
                "attributes": list(entry.attributes),
                "labels": [
                    {"zh": labels[name].zh, "en": labels[name].en} for name in entry.attributes if name in labels
                ],
            }
        )
    return lines
