"""How those who act are called on a page."""

from __future__ import annotations

from collections.abc import Collection

from tongban.accounts import posts


def actor_labels(actors: Collection[str], *, by_name: bool = False) -> dict[str, dict[str, str]]:
    """What to call each actor: a staff number, among colleagues a name; an agency; the applicant, or nobody."""
    known = {actor: actor.partition(":") for actor in actors}
    named = {actor: int(id_) for actor, (kind, _, id_) in known.items() if kind != "person" and id_.isdecimal()}
    staff = posts.called(named.values()) if named else {}
    return {actor: _label(actor, *staff.get(named.get(actor, 0), ("", None)), by_name=by_name) for actor in actors}


def actor_label(actor: str) -> dict[str, str]:
    """What to call one actor."""
    return actor_labels([actor])[actor]


def _label(actor: str, name: str, number: str | None, *, by_name: bool) -> dict[str, str]:
    kind, _, user_id = actor.partition(":")
    if kind == "staff" and user_id.isdecimal():
        if by_name and name:
            return {"zh": name, "en": name}
        return {"zh": f"工号 {number or user_id}", "en": f"Staff {number or user_id}"}
    if kind == "machine" and name:
        return {"zh": name, "en": name}
    return {"zh": "申请人", "en": "Applicant"} if kind == "person" else {"zh": "自动", "en": "Automatic"}
