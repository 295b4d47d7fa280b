"""Who acts: one frozen value made from an account, that every use case asks for its permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from tongban.accounts.mandates import EVERYTHING, PRINCIPALS, principals_in
from tongban.accounts.models import User
from tongban.accounts.posts import SEATS, seats_in
from tongban.platform import time
from tongban.platform.database import query
from tongban.publication import service as publication
from tongban.publication.service import NEWEST

ALL_SCOPES = frozenset({"apply", "handle", "read", "audit"})
"""What somebody who logged in by hand may do, as far as their roles reach."""

ActorKind = Literal["person", "staff", "machine"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which offices with which roles, and for whom.

    ``offices`` maps an office's id to the roles held there (handler, approver, head, vice-head, window, auditor);
    ``principals`` maps the registry id of whoever lets this person act to the bundles and services it is for (``*``:
    everything). ``stands_for`` are the ids of absent colleagues whose claimed tasks this one may do.
    """

    user_id: int | None
    kind: ActorKind
    shown_name: str
    subject_id: int | None = None
    offices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    principals: Mapping[int, frozenset[str]] = field(default_factory=dict)
    scopes: frozenset[str] = ALL_SCOPES
    stands_for: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The name events carry: never a person's own name."""
        return f"{self.kind}:{self.user_id}"

    def has_role(self, role: str, office: str | None = None) -> bool:
        """Whether the actor has a role, at one office or at any."""
        if office is not None:
            return role in self.offices.get(office, frozenset())
        return any(role in roles for roles in self.offices.values())

    @property
    def wholly(self) -> frozenset[int]:
        """The actor's own subject and those for whom the actor may act in everything."""
        whole = {subject for subject, scope in self.principals.items() if EVERYTHING in scope}
        return frozenset(whole if self.subject_id is None else whole | {self.subject_id})

    def may_act_for(self, subject_id: int, thing: str) -> bool:
        """Whether the actor is this subject or may act for it in this bundle or service."""
        if subject_id == self.subject_id:
            return True
        scope = self.principals.get(subject_id, frozenset())
        return EVERYTHING in scope or thing in scope


def actor_of(user: User, scopes: Iterable[str] = ALL_SCOPES) -> Actor:
    """The actor behind an account, with today's posts, deputies and mandates."""
    return actor_in(query(_OF_ACCOUNT, [time.today(), user.id])[0], scopes)


def actor_in(behind: Sequence[Any], scopes: Iterable[str]) -> Actor:
    """The actor in the columns that `BEHIND` names."""
    user_id, kind, shown_name, subject_id, sits, acts_for, digest = behind
    publication.note_in_force(digest)
    seats = seats_in(sits)
    return Actor(
        user_id=user_id,
        kind=cast("ActorKind", kind),
        shown_name=shown_name,
        subject_id=subject_id,
        offices=seats.offices,
        principals=principals_in(acts_for),
        scopes=frozenset(scopes),
        stands_for=frozenset(f"staff:{colleague}" for colleague in seats.absent),
    )


BEHIND: Final = f"""
u.id, u.kind, u.shown_name, u.subject_id, case when u.kind <> 'person' then ({SEATS}) end, ({PRINCIPALS}), ({NEWEST})
"""
"""The columns of an actor: of an account ``u`` on a ``day``, and what is in force. Every request asks them, so one
statement answers all.
"""
_OF_ACCOUNT: Final = f"select {BEHIND} from accounts_user u, (select %s::date as day) d where u.id = %s"  # noqa: S608 -- fixed texts
