"""A holder elsewhere: its own service, asked over HTTP with limits on time and size, and told what cases decided.

The service answers ``POST {url}/read`` and ``POST {url}/write``. Both bodies are ``{"subjects": [...]}``, each subject
by ``type`` and ``key`` or, for a relation, by ``type`` and the keys at its ``ends``. Read: each with the ``attributes``
that are wanted; the answer is ``{"subjects": [...]}`` in the same order, each an object with these attributes, or null
for a subject it does not know. Write: each with ``facts``; any 2xx says that they are taken; the same may come twice.
The whole protocol is told in docs/holders.md.

What a case writes for such a holder stands in our tables until the holder has taken it, and counts until then.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import httpx
import orjson

from tongban.catalog.vocabulary import Raw
from tongban.registry import writes
from tongban.registry.circuit import Circuit
from tongban.registry.models import End, Record, Subject
from tongban.registry.sealing import open_facts, open_key
from tongban.registry.tables import Answers, Questions, records_of

TRIES = 2
CONNECT_SECONDS = 1.0
PATIENCE_SECONDS = 3.0  # for all tries together: somebody waits for the page
LARGEST_ANSWER_BYTES = 5_000_000
PASSED_ON_AT_ONCE = 500
REFUSING = frozenset({400, 404, 409, 422})  # the service has understood; anything else may pass by itself


class Unavailable(Exception):  # noqa: N818 -- says what the holder is
    """The holder does not answer now, or answers nonsense."""


class NotTaken(Exception):  # noqa: N818 -- says what became of the records
    """The holder understood what it was told and does not take it (400, 404, 409, 422)."""


class HttpHolder:
    """One holder's service. Threads may share it.

    All tries together have a time limit, whether the service is silent or drips; after three failures in a row the
    circuit opens for half a minute, in which nobody waits for a service known to be down.
    """

    def __init__(self, authority: str, url: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.authority = authority
        self.url = url.rstrip("/")
        self.patience_seconds = patience_seconds
        self.circuit = Circuit()
        self._client = httpx.Client()

    def read(self, questions: Questions) -> Answers:
        """Every attribute that is asked, of every subject the service knows. Raises :class:`Unavailable`.

        It is one call for all subjects. Whom nothing identifies outside, the service cannot know.
        """
        written = records_of([self.authority], questions)[self.authority]
        open_questions = {
            subject_id: names
            for subject_id, asked in questions.items()
            if (names := sorted(set(asked) - written.get(subject_id, {}).keys()))
        }
        answered = self._ask(open_questions)
        return {
            subject_id: {name: facts.get(name) for name in asked}
            for subject_id, asked in questions.items()
            if (facts := {**answered.get(subject_id, {}), **written.get(subject_id, {})})
        }

    def pass_on(self) -> int:
        """Tell the service what cases wrote for it; returns how many records it took. Raises :class:`Unavailable`.

        A record that another case changes meanwhile stays for the next time.
        """
        rows = list(Record.objects.filter(holder=self.authority).order_by("recorded_at", "id")[:PASSED_ON_AT_ONCE])
        identities = identities_of([row.subject_id for row in rows])
        ready = [row for row in rows if row.subject_id in identities]
        if not ready:
            return 0
        return self._tell(ready, identities)

    def _tell(self, rows: Sequence[Record], identities: Mapping[int, dict[str, Any]]) -> int:
        """Tell the service about records; how many are done with. One that it refuses holds up no other."""
        subject_ids = [row.subject_id for row in rows]
        facts = [{"facts": open_facts(self.authority, row.subject_id, row.facts)} for row in rows]
        try:
            self._call("write", [identities[each] | fact for each, fact in zip(subject_ids, facts, strict=True)])
        except Unavailable:
            writes.failed(self.authority, subject_ids, "unavailable")
            raise
        except NotTaken:
            if len(rows) > 1:
                return sum(self._tell([row], identities) for row in rows)
            writes.failed(self.authority, subject_ids, "refused")
            return 0
        taken = [row.subject_id for row in rows if _forget(row)]
        writes.taken(self.authority, taken)
        return len(taken)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _ask(self, questions: Questions) -> Answers:
        identities = identities_of(questions)
        asked = sorted(identities)
        if not asked:
            return {}
        subjects = [identities[subject_id] | {"attributes": questions[subject_id]} for subject_id in asked]
        answers = self._call("read", subjects)
        return {subject_id: facts for subject_id, facts in zip(asked, answers, strict=True) if facts is not None}

    def _call(self, verb: str, subjects: list[dict[str, Any]]) -> Sequence[Mapping[str, Raw] | None]:
        """The service's answers, one per subject (none to a write). Raises :class:`Unavailable`, `NotTaken`."""
        if not self.circuit.allows():
            raise Unavailable(self.authority)
        deadline = time.monotonic() + self.patience_seconds
        for _ in range(TRIES):
            if time.monotonic() >= deadline:
                break
            try:
                content = self._post(verb, {"subjects": subjects}, deadline)
                answers = understood(orjson.loads(content), subjects) if verb == "read" else []
            except httpx.HTTPStatusError as refusal:
                if verb == "write" and refusal.response.status_code in REFUSING:
                    self.circuit.succeeded()
                    raise NotTaken(self.authority) from refusal
                continue
            except (httpx.HTTPError, ValueError):
                continue
            self.circuit.succeeded()
            return answers
        self.circuit.failed()
        raise Unavailable(self.authority)

    def _post(self, verb: str, body: dict[str, Any], deadline: float) -> bytes:
        """The bytes of the answer. Raises ValueError when they are too many or come too slowly."""
        left = max(deadline - time.monotonic(), 0.001)
        limits = httpx.Timeout(left, connect=min(left, CONNECT_SECONDS))
        received = bytearray()
        with self._client.stream("POST", f"{self.url}/{verb}", json=body, timeout=limits) as response:
            response.raise_for_status()
            for part in response.iter_bytes():
                received += part
                if len(received) > LARGEST_ANSWER_BYTES or time.monotonic() > deadline:
                    raise ValueError(self.authority)
        return bytes(received)


def _forget(row: Record) -> bool:
    """Let go of what the service has taken; False where a case has changed it meanwhile."""
    return Record.objects.filter(id=row.id, recorded_at=row.recorded_at, facts=row.facts).delete()[0] > 0


def understood(answer: object, asked: list[dict[str, Any]]) -> list[dict[str, Raw] | None]:
    """The answer, one object or null per subject that was asked. Raises ValueError unless it is whole."""
    subjects = answer.get("subjects") if isinstance(answer, dict) else None
    if not isinstance(subjects, list) or len(subjects) != len(asked):
        raise ValueError("not one answer per subject")
    return [_whole(facts, question["attributes"]) for facts, question in zip(subjects, asked, strict=True)]


def _whole(facts: object, names: list[str]) -> dict[str, Raw] | None:
    if facts is None:
        return None
    if not isinstance(facts, dict) or not all(isinstance(facts.get(name, ...), Raw) for name in names):
        raise ValueError("not every attribute answered by one plain value")
    return {name: facts[name] for name in names}


def identities_of(subject_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """How an outside holder knows subjects: by type and key, or a relation by type and the keys at its ends."""
    found: dict[int, dict[str, Any]] = {}
    ends: dict[int, dict[str, str]] = defaultdict(dict)
    rows = End.objects.filter(relation_id__in=list(subject_ids))
    for relation_id, name, kind, key in rows.values_list("relation_id", "name", "subject__type", "subject__key"):
        if key is not None:
            ends[relation_id][name] = open_key(kind, key)
    for subject_id, kind, key in Subject.objects.filter(id__in=list(subject_ids)).values_list("id", "type", "key"):
        if key is not None:
            found[subject_id] = {"type": kind, "key": open_key(kind, key)}
        elif subject_id in ends:
            found[subject_id] = {"type": kind, "ends": ends[subject_id]}
    return found
