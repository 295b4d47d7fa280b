"""The applicant's form as plain data: who takes part, what is known and from where, papers, signatures. Pure.

It is stored as one encrypted JSON document per application. Keys of facts are ``subject.attribute`` or, for a member
of a ``many`` subject, ``subject.N.attribute``; keys of papers are ``pack/evidence@subject`` or ``…@subject.N``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import orjson

from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Attribute, Raw
from tongban.registry.model import State

Source = Literal["claimed", "fetched", "credential"]


@dataclass(slots=True)
class Entry:
    """One fact in the form. ``raw`` is its JSON value; ``at`` when it was read or typed, ISO 8601.

    ``held`` is what its holder said when it is ``disputed``.
    """

    raw: Raw
    source: Source
    at: str
    state: State = "known"
    holder: str | None = None
    disputed: bool = False
    held: Raw = None


@dataclass(slots=True)
class PaperState:
    """How a paper is met: uploaded, promised (告知承诺) or to follow by ``due`` (容缺)."""

    how: Literal["uploaded", "promised", "deferred"]
    at: str
    due: str | None = None
    files: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Signature:
    """Who signed or consented for a member, when, over which content (SHA-256 of facts and papers)."""

    user_id: int
    at: str
    act: Literal["sign", "consent"]
    digest: str


@dataclass(slots=True)
class Delivery:
    """How a service's result is to be handed over; ``place``: the window's office, or the key of a postal address."""

    way: Literal["electronic", "window", "post"]
    place: str | None = None


@dataclass(slots=True)
class Document:
    """Everything in a form. ``members`` holds the registered id of each member of each subject, None while unknown.

    ``delivery`` is by service id; what is not in it goes the service's first way. ``changed`` says at which version of
    the form the value behind each key last became another. ``done`` are services that an earlier application saw to.
    ``promised_due`` is the date promised at submission for the whole, ``promised_dates`` that of each part.
    ``erased_at``: since when nothing of the applicant stands in it. ``asked_over``: the digest of the content for which
    the other signers were last asked.
    """

    members: dict[str, list[int | None]] = field(default_factory=dict)
    facts: dict[str, Entry] = field(default_factory=dict)
    papers: dict[str, PaperState] = field(default_factory=dict)
    signatures: dict[str, Signature] = field(default_factory=dict)
    declined: dict[str, str] = field(default_factory=dict)
    agreed_at: str | None = None
    delivery: dict[str, Delivery] = field(default_factory=dict)
    promised_due: str | None = None
    promised_dates: dict[str, str] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    erased_at: str | None = None
    asked_over: str | None = None

    def shape(self) -> dict[str, object]:
        """What somebody who comes back would find different, by key of fact or paper."""
        facts: dict[str, object] = {key: (entry.raw, entry.state, entry.disputed) for key, entry in self.facts.items()}
        return facts | {key: (paper.how, len(paper.files)) for key, paper in self.papers.items()}

    def note_changes(self, before: dict[str, object], version: int) -> None:
        """Note, for whoever saw an older version, what became different since the shape ``before``."""
        now = self.shape()
        for key in before.keys() | now.keys():
            if before.get(key) != now.get(key):
                self.changed[key] = version

    def to_json(self) -> bytes:
        """The form as JSON text."""
        return orjson.dumps(self)

    @classmethod
    def from_json(cls, text: bytes) -> Document:
        """Back from JSON text."""
        data = orjson.loads(text)
        return cls(
            members=data["members"],
            facts={key: Entry(**entry) for key, entry in data["facts"].items()},
            papers={key: PaperState(**paper) for key, paper in data["papers"].items()},
            signatures={key: Signature(**signature) for key, signature in data["signatures"].items()},
            declined=data["declined"],
            agreed_at=data["agreed_at"],
            delivery={service: Delivery(**chosen) for service, chosen in data["delivery"].items()},
            promised_due=data["promised_due"],
            promised_dates=data.get("promised_dates", {}),
            changed=data.get("changed", {}),
            done=data.get("done", []),
            erased_at=data.get("erased_at"),
            asked_over=data.get("asked_over"),
        )


def member_key(bundle: BundleDefinition, subject: str, member: int) -> str:
    """``subject`` or, for a ``many`` subject, ``subject.N``; ``member`` counts from 1."""
    return f"{subject}.{member}" if bundle.subjects[subject].many else subject


def split_key(key: str) -> tuple[str, int, str]:
    """``hire.2.id_number`` → (hire, 2, id_number); without a number the member is 1. Raises ValueError."""
    subject, *middle, attribute = key.split(".")
    if not subject or not attribute or len(middle) > 1 or (middle and not middle[0].isdecimal()):
        raise ValueError(key)
    return subject, int(middle[0]) if middle else 1, attribute


def attribute_of(catalog: Catalog, bundle: BundleDefinition, key: str) -> Attribute | None:
    """The attribute that a fact's key names, or None when the bundle has no such fact."""
    try:
        subject, _, name = split_key(key)
    except ValueError:
        return None
    role = bundle.subjects.get(subject)
    return catalog.types[role.type].attributes.get(name) if role else None


def every_member(bundle: BundleDefinition, document: Document) -> Iterator[tuple[str, int, int | None]]:
    """Subject, member from 1 and registered id of everybody and everything that takes part."""
    for subject in bundle.subjects:
        for number, registered in enumerate(document.members.get(subject, [None]), start=1):
            yield subject, number, registered
