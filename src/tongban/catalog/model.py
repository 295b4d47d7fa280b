"""The frozen definitions that packs declare: what the whole house speaks about.

Everything here is plain, immutable data made by the compiler from packs; nothing here reads a file, a clock or a
database. Ids are full (``pack/name``). A fact is written ``subject.attribute`` where *subject* is a role of a service
or a subject of a bundle; for one member of a ``many`` subject ``subject.N.attribute`` with N from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias, cast

from tongban.catalog.conditions import Condition
from tongban.catalog.vocabulary import Authority, EvidenceType, Law, Level, Office, Reference, Text, Type, Value
from tongban.clock.units import Limit
from tongban.policy.model import Parameter, Rule, Rulebook

Hold: TypeAlias = Literal["payment", "paper", "grace", "doubt"]
"""What may hold a case up beside its tasks. From outside: a fee not paid, a paper that was to follow, the days left for
that paper. In itself, a doubt: what it rests on is disputed, not known, not fulfilled, or for a clerk to say.
"""


Detail: TypeAlias = Literal["worked-out", "limit-unsourced", "outline"]
"""What of a service is taken from a text: all of it; all but the limit; or name, owner and kind alone."""

ServiceKind: TypeAlias = Literal[
    "licence", "benefit", "confirmation", "reward", "adjudication", "other-power", "public-service"
]
"""The national kinds of services to people and companies (事项类型)."""


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
    """A condition of acceptance with its legal basis and the sentence told to whoever does not meet it.

    ``asks`` says what it asks for, to whoever wants to know beforehand or has met it.
    """

    that: Condition
    because: Reference
    otherwise: Text | None = None
    asks: Text | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A trip that remains. Trips are counted once per place and phase."""

    at: str
    phase: Literal["apply", "inspect", "collect"]
    because: Reference


@dataclass(frozen=True, slots=True)
class Routing:
    """Which office handles: the authority's office at ``level`` for the region in fact ``of`` (None: the city's)."""

    level: Level
    of: str | None = None


@dataclass(frozen=True, slots=True)
class LimitClasses:
    """Promised limits that hang on a choice: the ``fact`` of the service, and the limit of each of its options."""

    fact: str
    limits: Mapping[str, Limit]


@dataclass(frozen=True, slots=True)
class Limits:
    """Statutory and promised limit of the decision. ``status`` says how well the figures are known.

    Where ``classes`` are given, ``promised`` is the longest of theirs. ``until``: a date of the service; a case that
    knows it is promised by the end of that day.
    """

    promised: Limit | None
    statutory: Limit | None
    status: Literal["verified", "secondary", "unverified"] = "unverified"
    source: str | None = None
    classes: LimitClasses | None = None
    until: str | None = None

    def promised_to(self, class_: object) -> Limit | None:
        """What is promised a case of this class; where that is not known, or there are none, what is promised all."""
        return self.classes.limits.get(str(class_), self.promised) if self.classes else self.promised


@dataclass(frozen=True, slots=True)
class Apart:
    """The service alone at its counter, as found: trips and working days. ``source`` None: 待核, adds nothing.

    ``by``: the role that made the trips, where it was not the applicant.
    """

    trips: int = 0
    days: int = 0
    source: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Produced:
    """A fact that a service makes.

    ``how``: ``value`` (the literal ``value``), ``clerk`` (typed at step ``at``), ``rule`` (function ``rule`` of the
    pack gets the facts ``of`` and a serial number), ``fact`` (copied from ``of[0]``), ``policy`` (the ``figure`` of
    the policy's ``rule``, told the facts ``of`` as its ``inputs``, one for one) or ``books`` (the ``figure`` that the
    function ``rule`` of a pack's figures.py works out from its books; what they do not know is typed at step ``at``).
    """

    fact: str
    how: Literal["value", "clerk", "rule", "fact", "policy", "books"]
    value: Value = None
    at: str = "decide"
    rule: str | None = None
    of: tuple[str, ...] = ()
    figure: str | None = None
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fee:
    """What the service costs. ``exempt`` is a condition; the basis is always cited.

    ``refund``: by which article it is given back when the case ends without a grant; None: it is not given back.
    """

    title: Text
    amount_fen: int
    because: Reference
    exempt: Condition | None = None
    refund: Reference | None = None


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """One thing one authority does: needs → produces. ``applicant``: the role that applies when it goes alone.

    ``level``: whether every need, paper, condition and limit is taken from the text it comes from; all of these but the
    limit; or only its name, owner and kind, while what it needs follows from its kind. ``source``: where it is listed.
    """

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
    level: Detail = "worked-out"
    kind: ServiceKind | None = None
    source: str | None = None


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
    """What a person wants done. ``signers_when``: a subject of signatures or consents is needed only when it holds.

    ``elders``: older people come for it often, so that it stands first for whoever reads in large letters.
    """

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
    elders: bool = False
    law: tuple[Reference, ...] = ()
    status: Literal["verified", "secondary", "unverified"] = "unverified"
    source: str | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None


Each: TypeAlias = Literal["one", "office", "other-office", "same-office"]
"""At which offices a step opens a task: the case's own; those that whoever takes the step names (other offices: none of
them the case's own); the one whose task the step closes.
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """A task that a step opens beside the state, for example an opinion of each consulted office."""

    name: str
    each: Each
    limit: Limit | None = None
    silence: Literal["agree", "lapse"] | None = None


@dataclass(frozen=True, slots=True)
class StepDefinition:
    """One step: from which states, to which, by whom, what it starts and stops. ``tells``: what the applicant hears."""

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
    tells: Text | None = None


@dataclass(frozen=True, slots=True)
class ClockDefinition:
    """A running limit. ``limit`` is ``promised``, ``statutory`` or a limit; ``second`` is shown as a second line.

    ``waits_for``: while one of these is open the limit stands still; ``second`` does not, for law knows no such wait.
    """

    name: str
    limit: Limit | Literal["promised", "statutory"]
    second: Limit | Literal["statutory"] | None = None
    silence: str | None = None
    excludes: tuple[str, ...] = ()
    waits_for: tuple[Hold, ...] = ()


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
    """What a service issues. ``fields`` are facts in the service's terms (``role.attribute``), in printed order;
    ``listing`` is the full name of the function that gives the tables below them (``social-insurance/months@1``).
    """

    id: str
    title: Text
    holder: str
    fields: tuple[str, ...]
    valid_for: Limit | None = None
    proves: tuple[str, ...] = ()
    template: str = "certificate"
    listing: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeDefinition:
    """A dated, numbered, signed letter. ``body`` holds {placeholders} of the closed list in credentials.

    ``under``: the law that demands it; it goes out for services that cite this law, and for no others.
    """

    id: str
    title: Text
    body: Text
    remedies: Text | None = None
    under: str | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """All definitions of one publication, by full id.

    ``hashes`` maps an id to the SHA-256 of the canonical form of all that is declared under it. ``functions`` are those
    of the packs' rules.py by full name (``base/rules.age``), ``effects`` the full names of effects (``hrss/enrol@1``),
    ``calendars`` the documents of which ``tongban.clock.calendars`` makes calendars. ``rulebook``: what amounts follow.
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
    rules: Mapping[str, Rule] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    rulebook: Rulebook = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Put rules, parameters and formulas together, as `policy` reckons with them."""
        object.__setattr__(self, "rulebook", Rulebook(self.rules, self.parameters, cast("Any", self.functions)))
