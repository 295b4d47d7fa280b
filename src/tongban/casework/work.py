"""One command being carried out: the case as it stands by now, its events so far, the values that go beside them."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.casework import chain
from tongban.casework.fold import evolve
from tongban.casework.model import Case, Command, Context, Event, Given, Json
from tongban.catalog.conditions import Unknown
from tongban.catalog.vocabulary import Value


class Work:
    """Writes events one after the other, each folded at once."""

    def __init__(self, case: Case | None, command: Command, context: Context, number: str = "", k: int = 0) -> None:
        self.case = case
        self.command = command
        self.context = context
        self.roles: Mapping[str, tuple[int, ...]] = case.roles if case else {}
        self.events: list[Event] = []
        self._number = case.number if case else number
        self._first_k = k
        self._values: dict[str, Value] = {}
        self._salts: dict[int, bytes] = {}

    @property
    def now(self) -> Case:
        """The case after the events so far."""
        if self.case is None:
            raise ValueError("the case is not open yet")
        return self.case

    def kept(self, facts: Mapping[str, Given]) -> dict[str, Json]:
        """What the next record says of facts: source and digest of each, and which are disputed."""
        if not facts:
            return {}
        self._values |= {name: given.value for name, given in facts.items()}
        record: dict[str, Json] = {n: [given.source, self._digest(n, given.value)] for n, given in facts.items()}
        disputed: list[Json] = [name for name, given in sorted(facts.items()) if given.is_disputed]
        return {"facts": record} | ({"disputed": disputed} if disputed else {})

    def value(self, fact: str) -> Value | Unknown:
        """A fact as the next record has it, else as it was."""
        return self._values[fact] if fact in self._values else self.context.facts(fact)

    def said(self, texts: Mapping[str, str]) -> dict[str, Json]:
        """What the next record says of texts: the digest of each."""
        if not texts:
            return {}
        self._values |= texts
        return {"texts": {name: self._digest(name, text) for name, text in texts.items()}}

    def write(self, kind: str, data: dict[str, Json]) -> None:
        """Append an event and fold it. It is never recorded before the one before it."""
        context, case = self.context, self.case
        event = Event(
            case=self._number,
            n=case.version + 1 if case else 1,
            kind=kind,
            command=self.command.id,
            k=self._first_k + len(self.events),
            actor=context.doer.id,
            happened_at=self.command.happened_at or context.at,
            recorded_at=max(context.at, case.recorded_at) if case else context.at,
            definition=context.definition[: chain.SHORT],
            calendar=context.calendar_hash[: chain.SHORT] if "clocks" in data or "opened" in data else "",
            data=data,
            values=self._values,
            salt=context.salt if self._values else b"",
        )
        self._values = {}
        self.events.append(event)
        self.case = evolve(case, event)

    def _digest(self, name: str, value: Value) -> str:
        subject = subject_of(self.roles, name)
        if subject not in self._salts:
            self._salts[subject] = chain.salt_of(self.context.salt, subject)
        return chain.digest(self._salts[subject], name, value)


def subject_of(roles: Mapping[str, tuple[int, ...]], name: str) -> int:
    """Whom a fact `role.attribute` or `role.N.attribute` is about; 0 for a text, which is about the case itself."""
    role, _, rest = name.partition(".")
    subjects = roles.get(role, ())
    if not rest or not subjects:
        return 0
    member, _, attribute = rest.partition(".")
    return subjects[int(member) - 1] if attribute else subjects[0]
