"""The frozen definitions that packs declare: what the whole house speaks about.

Everything here is plain, immutable data made by the compiler from packs; nothing here reads a file, a clock or a
database. Ids are full (``pack/name``). A fact is written ``subject.attribute`` where *subject* is a role of a service
or a subject of a bundle; for one member of a ``many`` subject ``subject.N.attribute`` with N from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from tongban.catalog.conditions import Condition
from tongban.clock.units import Limit

Value: TypeAlias = str | int | bool | date | None
"""A fact's value. Money is integer fen; ``None`` means that the source says there is none (absent)."""

Kind: TypeAlias = Literal[
    "text", "integer", "boolean", "date", "fen", "choice", "resident-id", "credit-code", "phone", "region", "address"
]
Sensitivity: TypeAlias = Literal["public", "personal", "identifier"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in the law: ``law`` is a law's id; ``articles`` as written, for example ``57-58`` or ``32(4)``."""

    law: str
    articles: str


@dataclass(frozen=True, slots=True)
class Law:
    """A law or document that definitions cite. ``articles`` is how many it has; ``None`` for a document without any."""

    id: str
    title: Text
    articles: int | None
    number: str | None = None
    status: Literal["verified", "secondary", "unverified"] = "unverified"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of an attribute of kind ``choice``."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Attribute:
    """One property of a type, declared once. ``held_by`` is the id of the authority that holds it."""

    type: str
    name: str
    label: Text
    kind: Kind
    held_by: str | None = None
    derived: str | None = None
    derived_from: tuple[str, ...] = ()
    claimable: bool = True
    sensitivity: Sensitivity = "personal"
    options: tuple[Option, ...] = ()
    hint: Text | None = None
    max_length: int = 200
    asked_because: Reference | None = None
    standard_code: str | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of subject. A relation has ``ends``: name of the end → type id. ``key`` identifies one in a registry."""

    id: str
    label: Text
    attributes: Mapping[str, Attribute]
    ends: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """A paper: ``proves`` names attributes of type ``of``. ``issued_by`` is an authority's id or ``applicant``."""

    id: str
    label: Text
    of: str
    proves: tuple[str, ...]
    issued_by: str
    valid_for: Limit | None = None
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """A kind of body. ``supervised_by`` is the authority whose offices watch the tasks of this one's offices."""

    id: str
    title: Text
    short: Text
    supervised_by: str | None = None
    icon: str = "building"


@dataclass(frozen=True, slots=True)
class Office:
    """An actual body with a region (GB/T 2260 code of 2, 4, 6 or 9 digits) and a level."""

    id: str
    title: Text
    authority: str
    region: str
    level: Literal["province", "city", "county", "town"]


@dataclass(frozen=True, slots=True)
class Role:
    """What a service or bundle calls a subject. A relation's ``ends`` map each end to another role."""

    name: str
    type: str
    many: bool = False
    ends: Mapping[str, str] = field(default_factory=dict)
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """A fact (``role.attribute``) that a service needs, perhaps only when a condition holds."""

    fact: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class EvidenceNeed:
    """A paper about the subject in ``role``. ``deferrable``: may follow within it (容缺). ``promise``: 告知承诺."""

    evidence: str
    role: str
    form: Literal["electronic", "paper", "either"] = "electronic"
    when: Condition | None = None
    waived_if: Condition | None = None
    deferrable: Limit | None = None
    promise: bool = False
    because: Reference | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition of acceptance with its legal basis and the sentence told to whoever does not meet it."""

    that: Condition
    because: Reference
    otherwise: Text | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A trip that remains. Trips are counted once per place and phase."""

    at: str
    phase: Literal["apply", "inspect", "collect"]
    because: Reference


@dataclass(frozen=True, slots=True)
class Routing:
    """Which office handles: the authority's office at ``level`` for the region in fact ``of`` (None: the city's)."""

    level: Literal["province", "city", "county", "town"]
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Statutory and promised limit of the decision. ``status`` says how well the figures are known."""

    promised: Limit | None
    statutory: Limit | None
    status: Literal["verified", "secondary", "unverified"] = "unverified"
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Apart:
    """The service alone at its counter, as found: trips and working days. ``source`` None: 待核, adds nothing."""

    trips: int = 0
    days: int = 0
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Produced:
    """A fact that a service makes.

    ``how``: ``value`` (the literal ``value``), ``clerk`` (typed at step ``at``), ``rule`` (function ``rule`` of the
    pack gets the facts ``of`` and a serial number) or ``fact`` (copied from ``of[0]``).
    """

    fact: str
    how: Literal["value", "clerk", "rule", "fact"]
    value: Value = None
    at: str = "decide"
    rule: str | None = None
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fee:
    """What the service costs. ``exempt`` is a condition; the basis is always cited."""

    title: Text
    amount_fen: int
    because: Reference
    exempt: Condition | None = None


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """One thing one authority does: needs → produces. ``applicant``: the role that applies when it goes alone."""

    id: str
    title: Text
    authority: str
    procedure: str
    roles: Mapping[str, Role]
    needs: tuple[Need, ...]
    evidence: tuple[EvidenceNeed, ...] = ()
    requires: tuple[Requirement, ...] = ()
    produces: tuple[Produced, ...] = ()
    limits: Limits = Limits(None, None)
    handled_at: Routing = Routing("city")
    visits: tuple[Visit, ...] = ()
    apart: Apart = Apart()
    law: tuple[Reference, ...] = ()
    credential: str | None = None
    holder: str | None = None
    effect: str | None = None
    fees: tuple[Fee, ...] = ()
    delivery: tuple[Literal["electronic", "window", "post"], ...] = ("electronic",)
    words: tuple[str, ...] = ()
    plain: Text | None = None
    steps: int = 3
    in_force_from: date | None = None
    in_force_to: date | None = None
    code_basic: str | None = None
    code_source: str | None = None
    asked_because: Reference | None = None
    unverified: tuple[str, ...] = ()
    applicant: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A service inside a bundle: ``roles`` binds each role of the service to a subject of the bundle."""

    service: str
    roles: Mapping[str, str]
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A situation question: how a bundle words one fact that its conditions read."""

    fact: str
    text: Text
    chips: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BundleDefinition:
    """What a person wants done. ``signers_when``: a subject of signatures or consents is needed only when it holds."""

    id: str
    title: Text
    subjects: Mapping[str, Role]
    applicant: str
    parts: tuple[Part, ...]
    signatures: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    signers_when: Mapping[str, Condition] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    commonest: Mapping[str, Value] = field(default_factory=dict)
    promised: Limit | None = None
    words: tuple[str, ...] = ()
    plain: Text | None = None
    icon: str = "file"
    law: tuple[Reference, ...] = ()
    status: Literal["verified", "secondary", "unverified"] = "unverified"
    source: str | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A task that a step opens beside the state, for example an opinion of each consulted office."""

    name: str
    each: Literal["office", "one"]
    limit: Limit | None = None
    silence: Literal["agree", "lapse"] | None = None


@dataclass(frozen=True, slots=True)
class StepDefinition:
    """One step: from which states, to which, by whom, what it starts and stops."""

    name: str
    label: Text
    by: Literal["handler", "approver", "applicant", "system", "task-office", "supervisor", "anyone"]
    from_: tuple[str, ...] = ()
    to: str | None = None
    not_by: str | None = None
    at_most: int | None = None
    when: str | None = None
    notice: str | None = None
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    clock: Mapping[str, Literal["restart", "pause"]] = field(default_factory=dict)
    opens: tuple[Opening, ...] = ()
    closes: str | None = None
    enters: bool = False
    runs: tuple[Literal["effect", "credentials"], ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockDefinition:
    """A running limit. ``limit`` is ``promised``, ``statutory`` or a limit; ``second`` is shown as a second line."""

    name: str
    limit: Limit | Literal["promised", "statutory"]
    second: Limit | Literal["statutory"] | None = None
    silence: str | None = None
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcedureDefinition:
    """The state machine that cases of a kind follow; open tasks and running clocks stand beside its one state."""

    id: str
    title: Text
    start: str
    ends: tuple[str, ...]
    states: Mapping[str, Text]
    steps: Mapping[str, StepDefinition]
    clocks: Mapping[str, ClockDefinition]
    start_clocks: tuple[str, ...] = ()
    results: Mapping[str, Literal["granted", "refused", "withdrawn", "lapsed"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CredentialDefinition:
    """What a service issues. ``fields`` are facts in the service's terms (``role.attribute``), in printed order."""

    id: str
    title: Text
    holder: str
    fields: tuple[str, ...]
    valid_for: Limit | None = None
    proves: tuple[str, ...] = ()
    template: str = "certificate"


@dataclass(frozen=True, slots=True)
class NoticeDefinition:
    """A dated, numbered, signed letter. ``body`` holds {placeholders} of the closed list in credentials."""

    id: str
    title: Text
    body: Text
    remedies: Text | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """All definitions of one publication, by full id.

    ``hashes`` maps an id to the SHA-256 of the canonical form of all that is declared under it. ``functions`` are those
    of the packs' rules.py by full name (``base/rules.age``), ``effects`` the full names of effects (``hrss/enrol@1``),
    ``calendars`` the documents of which ``tongban.clock.calendars`` makes calendars.
    """

    types: Mapping[str, Type]
    evidence: Mapping[str, EvidenceType]
    authorities: Mapping[str, Authority]
    offices: Mapping[str, Office]
    laws: Mapping[str, Law]
    procedures: Mapping[str, ProcedureDefinition]
    services: Mapping[str, ServiceDefinition]
    bundles: Mapping[str, BundleDefinition]
    credentials: Mapping[str, CredentialDefinition]
    notices: Mapping[str, NoticeDefinition]
    functions: Mapping[str, Callable[..., Value]]
    regions: Mapping[str, Text]
    hashes: Mapping[str, str]
    digest: str
    effects: frozenset[str] = frozenset()
    calendars: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
