"""Telling members of an application apart: of three new employees each paper, page and part says whose it is."""

from __future__ import annotations

from tongban.applications.masking import masked_name
from tongban.applications.store import Open
from tongban.applications.subjects import owner_of
from tongban.casework.model import Case
from tongban.catalog.vocabulary import Text


def called(opened: Open, subject: str, number: int) -> Text | None:
    """What tells a member from the others, `新员工 2 何**`; a job is called by whose it is. None for an only one."""
    owner = owner_of(opened.bundle, subject)
    role = opened.bundle.subjects[owner]
    if not role.many or len(opened.document.members.get(owner, [None])) == 1:
        return None
    label = role.label or opened.catalog.types[role.type].label
    known = opened.document.facts.get(f"{owner}.{number}.name")
    name = f" {masked_name(str(known.raw))}" if known is not None and known.raw else ""
    return Text(f"{label.zh} {number}{name}", f"{label.en} {number}{name}")


def of_case(opened: Open, case: Case) -> Text | None:
    """Which member a case is about; None when it is about all of them or about somebody who is alone."""
    taking_part = {registered for ids in case.roles.values() for registered in ids}
    found = [
        (subject, number)
        for subject, role in opened.bundle.subjects.items()
        if role.many and not role.ends
        for number, registered in enumerate(opened.document.members.get(subject, ()), 1)
        if registered in taking_part
    ]
    return called(opened, *found[0]) if len(found) == 1 else None


def with_member(title: Text, member: Text | None) -> Text:
    """A title with whose it is: `劳动合同 · 新员工 2`."""
    return Text(f"{title.zh} · {member.zh}", f"{title.en} · {member.en}") if member else title
