"""抽查 and 回访: each finished case that a draw gave a walk has its own result; 座谈: who was there, what was said.

Drawn cases are for staff: whoever walks along from outside sees no case of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications.problems import FieldError, not_found, wrong_fields
from tongban.casework import service as casework
from tongban.casework.model import Case
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.crypto import decrypt, encrypt
from tongban.publication import service as publication
from tongban.supervision import walks
from tongban.supervision.problem_lists import office_title
from tongban.supervision.problems import Reported
from tongban.supervision.walk_models import DrawnCase, Walk
from tongban.supervision.walk_notes import problem_of, walk_context

DISCUSSION: Final = "discussion"
MOST_CHARACTERS: Final = 2000
OUTCOMES: Final[Mapping[str, Text]] = {
    "nothing": Text("没发现问题", "nothing found"),
    "found": Text("发现问题", "something found"),
    "not-reached": Text("没联系上", "not reached"),
}


def outcomes_of(mode: str) -> dict[str, Text]:
    """What may come of a drawn case: of a file that is looked at nobody is "not reached"."""
    return {name: words for name, words in OUTCOMES.items() if name != "not-reached" or mode == "return-visit"}


@dataclass(frozen=True, slots=True)
class Item:
    """A drawn case as the recorder and the report show it; ``outcome`` is empty until it was looked at.

    ``may_open``: the reader's desk has the case, so a link leads to it.
    """

    case: str
    title: Text
    office: Text
    ended: Text
    may_open: bool
    outcome: str
    outcome_label: Text | None
    words: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class Discussion:
    """Who was there, and what was said."""

    present: str
    discussed: str


def items(actor: Actor, walk: Walk) -> list[Item]:
    """The cases that a draw gave a walk, in the order drawn, for staff who may read the walk; nobody else has any."""
    if actor.kind != "staff" or not walk.drawn:
        return []
    catalog = publication.current()
    cases = {case.number: case for case in casework.cases(walk.drawn)}
    results = {row.case: row for row in walk.drawn_cases.all()}
    return [_item(catalog, actor, cases[one], results.get(one)) for one in walk.drawn if one in cases]


def record(actor: Actor, walk_id: UUID, case: str, outcome: str, said: str) -> DrawnCase:
    """Keep what was looked at or said at a drawn case; said once more it takes the place of what was said before.

    Raises Problem 404, 409 ``walk-ended``, 422.
    """
    walk = _staffed(actor, walk_id, case)
    errors = []
    if outcome not in outcomes_of(walk.mode):
        errors.append(FieldError("outcome", "not-an-option", Text("选一种结果", "Choose what came of it.")))
    words = said.strip()
    if not words and outcome != "not-reached":
        text = Text("写上看了什么、听到什么", "Say what you looked at, or what you were told.")
        errors.append(FieldError("said", "missing", text))
    if errors or len(words) > MOST_CHARACTERS:
        raise wrong_fields(errors or [_too_long("said")])
    with transaction.atomic():
        row = DrawnCase.objects.select_for_update().filter(walk=walk, case=case).first() or DrawnCase(
            walk=walk, case=case
        )
        row.outcome, row.at, row.by = outcome, time.now(), actor.user_id
        row.said = encrypt(words, context=drawn_context(row.id)) if words else None
        row.save()
    return row


def make_problem(actor: Actor, walk_id: UUID, case: str, place: tuple[str, str, str], severity: str) -> Reported:
    """Make a problem of what was found at a drawn case: ``place`` as of a note, ``severity`` as the vocabulary has it.

    Raises Problem 404, 409 ``legal-step``, 422.
    """
    walk = walks.of(actor, walk_id)
    row = walk.drawn_cases.filter(case=case, outcome=DrawnCase.Outcome.FOUND).first()
    if actor.kind != "staff" or row is None:
        raise not_found()
    return problem_of(actor, walk, row, place, severity, words_of(row))


def words_of(row: DrawnCase) -> str:
    """What was looked at or said, in clear; for staff who may read the walk."""
    return decrypt(bytes(row.said), context=drawn_context(row.id)).decode() if row.said else ""


def discuss(actor: Actor, walk_id: UUID, present: str, discussed: str) -> None:
    """Keep who was at a discussion and what was said, in place of what was kept before.

    Raises Problem 404, 409 ``walk-ended``, 422.
    """
    walk = walks.going(actor, walk_id)
    if walk.mode != DISCUSSION:
        raise not_found()
    told = {"present": present.strip(), "discussed": discussed.strip()}
    errors = [
        FieldError(name, "missing", Text("写上谁在场、说了什么", "Say who was there, and what was said."))
        for name, words in told.items()
        if not words
    ]
    errors += [_too_long(name) for name, words in told.items() if len(words) > MOST_CHARACTERS]
    if errors:
        raise wrong_fields(errors)
    sealed = {name: encrypt(words, context=walk_context(name, walk.id)) for name, words in told.items()}
    Walk.objects.filter(id=walk.id).update(**sealed)


def discussion_of(walk: Walk) -> Discussion | None:
    """What a discussion kept, in clear, for those who may read the walk; None of every other walk."""
    if walk.present is None or walk.discussed is None:
        return None
    present, discussed = (
        decrypt(bytes(sealed), context=walk_context(name, walk.id)).decode()
        for name, sealed in (("present", walk.present), ("discussed", walk.discussed))
    )
    return Discussion(present, discussed)


def _staffed(actor: Actor, walk_id: UUID, case: str) -> Walk:
    """The walk under way of a member of staff that drew this case. Raises Problem 404, 409."""
    walk = walks.going(actor, walk_id)
    if actor.kind != "staff" or case not in walk.drawn:
        raise not_found()
    return walk


def _item(catalog: Catalog, actor: Actor, case: Case, row: DrawnCase | None) -> Item:
    service = catalog.services.get(case.service)
    ended = catalog.procedures[service.procedure].states.get(case.state) if service else None
    outcome = row.outcome if row else ""
    return Item(
        case=case.number,
        title=service.title if service else Text(case.service, case.service),
        office=office_title(catalog, case.office),
        ended=ended or Text(case.state, case.state),
        may_open=bool({case.office, case.supervisor} & actor.offices.keys()),
        outcome=outcome,
        outcome_label=OUTCOMES.get(outcome),
        words=words_of(row) if row else "",
        problem=row.problem if row else None,
    )


def _too_long(name: str) -> FieldError:
    return FieldError(name, "too-long", Text(f"最多 {MOST_CHARACTERS} 个字", f"At most {MOST_CHARACTERS} characters."))


def drawn_context(row_id: UUID) -> str:
    """The place to which the words about a drawn case are bound."""
    return f"drawn-case:{row_id}"
