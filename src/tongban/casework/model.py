"""The words of casework: a case as its events left it, the event, the command, and what deciding may look at.

All frozen and pure. A `Case` is the narrow fold of its events; nothing in it is a personal value. Values travel beside
an event (`Event.values`), are stored encrypted and are no part of the record: the record keeps their names, sources
and salted digests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from tongban.catalog.conditions import Unknown
from tongban.catalog.model import Hold, ProcedureDefinition, ServiceDefinition
from tongban.catalog.vocabulary import Text, Value
from tongban.clock.calendar import Calendar
from tongban.policy import Rulebook

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
"""What a record may hold. No floats: their canonical bytes differ between machines."""

Result: TypeAlias = Literal["granted", "refused", "withdrawn", "lapsed", "not-possible"]

PauseKind: TypeAlias = Literal["pause", "restart", "promise"]

WAITING: Final = "waiting"
NOT_POSSIBLE: Final = "not-possible"
WITHDRAWN: Final = "withdrawn"
"""States of the engine, before and beside every procedure."""

MAIN_TASK: Final = "main"
"""The name of the task that stands for the state itself; others are opened by steps, as an opinion is."""

HEARD: Final = (
    "paid",
    "paper-brought",
    "refund-asked",
    "refunded",
    "refund-failed",
    "holder-took",
    "holder-failed",
    "referred",
)
"""What the rooms around casework let a case know of, each an event of its own name; an ended case hears of it too."""

ENGINE_COMMANDS: Final = ("claim", "release", "hand-over", "hand-up", "hand-down", "note", "dispute", "revoke")
"""What anybody entitled may do beside the steps of the procedure; `revoke` takes back what it brought,
`hand-up` and `hand-down` give the case to the same authority's office of another level."""


class Refused(Exception):  # noqa: N818 -- reads as what it is where it is caught
    """A command that may not happen. `code` is stable, `text` says what happened and what to do.

    `names` are the data that it wants and were not given, so that a form says it beside each.
    """

    def __init__(self, code: str, text: Text, names: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {text.en}")
        self.code = code
        self.text = text
        self.names = names


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts, as far as the machine must know.

    `offices` maps an office to the roles held there (handler, approver, head, window). `for_applicant`: may act for the
    applicant of this case. `stands_for`: ids of absent colleagues whose claimed tasks this one may do. A machine is an
    agency elsewhere: who of its own people may do what is its own house's matter, and what it decided is as it says.
    """

    id: str
    kind: Literal["person", "staff", "machine", "system"]
    offices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    for_applicant: bool = False
    stands_for: frozenset[str] = frozenset()


SYSTEM: Final = Doer("system", "system")


@dataclass(frozen=True, slots=True)
class Given:
    """A fact as a case receives it. `source`: claimed, fetched, derived, produced or credential."""

    value: Value
    source: str
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Time of a clock that does not count; `until` is None while it lasts, `reason` says which step or hold began it.

    `promise`: only what was promised stands still, the statutory limit runs on.
    """

    since: date
    until: date | None
    kind: PauseKind
    reason: str


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A limit that runs or is paused (`due` is None). `yellow` is the last green day or moment's end, as `due` is.

    `limit` and `extensions` are written as limits are; `second` is the statutory limit and `second_due` its date.
    `silence` names the step that the end of the limit takes by itself.
    """

    name: str
    limit: str
    since: date
    due: date | None
    green_until: date | None
    is_provisional: bool = False
    second: str | None = None
    second_due: date | None = None
    silence: str | None = None
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[str, ...] = ()

    @property
    def is_paused(self) -> bool:
        """Whether some pause still lasts."""
        return any(pause.until is None for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class Task:
    """A step that waits for somebody of `office`; `supervisor` watches it. `holder` is who claimed it.

    The main task follows the clocks of the case and has no date of its own.
    """

    name: str
    office: str
    supervisor: str | None = None
    holder: str | None = None
    limit: str | None = None
    since: date | None = None
    due: date | None = None
    green_until: date | None = None
    silence: str | None = None

    @property
    def id(self) -> str:
        """Names one open task of a case."""
        return self.name if self.name == MAIN_TASK else f"{self.name}:{self.office}"


@dataclass(frozen=True, slots=True)
class Case:
    """One run of one service: what its events add up to.

    `head` is the chain's head (SHA-256, hex). `roles` maps each role to the ids of its subjects. `taken` maps each step
    to who took it, in order. `waits` maps the parts of the application this case still waits for to the facts they
    will bring; `feeds` are the parts that waited for this one when it was opened. `passed` are the offices that handed
    it up or down, in order. `recorded_at` is the last event's. A case is open until it has a `result`.
    """

    number: str
    service: str
    state: str
    version: int
    head: str
    recorded_at: datetime
    office: str
    region: str
    supervisor: str | None = None
    roles: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    clocks: tuple[RunningClock, ...] = ()
    taken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    feeds: tuple[int, ...] = ()
    waits: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    disputed: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    result: Result | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything of the procedure is still to come."""
        return self.result is None

    @property
    def is_revoked(self) -> bool:
        """Whether the credential that it brought was taken back."""
        return "revoke" in self.taken

    @property
    def is_done(self) -> bool:
        """Whether it was granted and what it brought still stands."""
        return self.result == "granted" and not self.is_revoked

    @property
    def application(self) -> str:
        """The number of the application this case is part of."""
        return self.number.rpartition("/")[0]

    @property
    def part(self) -> int:
        """Which case of its application this is, from 1."""
        return int(self.number.rpartition("/")[2])

    def clock(self, name: str) -> RunningClock | None:
        """The running or paused clock of this name."""
        for clock in self.clocks:
            if clock.name == name:
                return clock
        return None

    def task(self, task_id: str) -> Task | None:
        """The open task with this id."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        return None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a case, whole in itself: replaying needs nothing else.

    `n` is the version of the case after it; `k` tells apart the events of one command. `definition` and `calendar` are
    the first 128 bits (hex) of the hashes of what it was decided under; an event without dates rests on no calendar.
    `format` is the version of the kind. `values` (by fact, or by the name of a text) and `salt` are stored encrypted
    beside the record and are empty when it is read back.
    """

    case: str
    n: int
    kind: str
    command: str
    k: int
    actor: str
    happened_at: datetime
    recorded_at: datetime
    definition: str
    calendar: str
    data: Mapping[str, Json]
    format: int = 1
    values: Mapping[str, Value] = field(default_factory=dict, compare=False)
    salt: bytes = field(default=b"", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants: a step of the procedure or one of `ENGINE_COMMANDS`; `id` is a UUID the client chose.

    `texts` (reason, note, `item:NAME`) and `facts` (in the service's terms) may be personal and go to the encrypted
    values. `data` holds names and counts only: items, offices, office, days, fault, procedure, opinion, to,
    facts.
    `expected` is the version the client saw; None means whatever it is now.
    """

    id: str
    kind: str
    data: Mapping[str, Json] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Given] = field(default_factory=dict)
    task: str | None = None
    happened_at: datetime | None = None
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """One case to open. `part` is its number in the application, from 1; facts are in the service's own terms.

    `waits` maps the parts it must wait for to the facts that they produce for it (in this service's terms; empty when
    the part's result itself is waited for); `feeds` are the parts that wait for this one.
    """

    part: int
    service: str
    roles: Mapping[str, tuple[int, ...]]
    office: str
    region: str
    facts: Mapping[str, Given] = field(default_factory=dict)
    waits: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    feeds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """All that deciding may look at beside case and command. `at` is an aware moment in city time.

    `definition` and `calendar_hash` are SHA-256 (hex) of what the decision rests on. `supervisors` knows every office
    and who watches it, `above` its authority's office around it. `facts` answers with a value or UNKNOWN; `sources`
    says where the facts came from that a case is opened with, and nothing later. `outside` says of a hold outside the
    case (`Hold`) why it is still open, None once it is settled. `functions` are the packs' rules; `rulebook` is the
    policy as it is known today, which may name values that came after the case; `serial` gives a number that nobody
    else gets; `books` says what a rule of a pack's figures.py works out, by figure; `salt` is fresh random bytes.
    """

    at: datetime
    doer: Doer
    service: ServiceDefinition
    procedure: ProcedureDefinition
    definition: str
    calendar: Calendar
    calendar_hash: str
    supervisors: Mapping[str, str | None]
    facts: Callable[[str], Value | Unknown]
    above: Mapping[str, str | None] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    outside: Callable[[Hold], Refused | None] = lambda _hold: None
    functions: Mapping[str, Callable[..., Value]] = field(default_factory=dict)
    rulebook: Callable[[], Rulebook] = Rulebook
    serial: Callable[[], int] = int
    books: Callable[[str], Mapping[str, Value] | Refused] = lambda _rule: {}
    salt: bytes = b""


@dataclass(frozen=True, slots=True)
class Change:
    """What one command did to one case: the case before (None when it is opened) and after, and the events between."""

    before: Case | None
    after: Case
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a doer may do now, and for every other step why not."""

    steps: tuple[str, ...]
    why_not: Mapping[str, Refused]
