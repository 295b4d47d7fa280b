"""Sending the rows of a batch: each becomes an application of its own, or comes back with what is wrong with it.

Rows are taken in small groups, each group in one transaction with what became of it, so that a worker that dies leaves
nothing half done and the next one goes on behind it; a row's command id follows from its batch, so that no row opens
two applications.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from time import monotonic
from typing import Final
from uuid import uuid5

from django.db import Error, transaction

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import User
from tongban.applications import starting
from tongban.applications.asking import Asking, together
from tongban.applications.batches import Content, content_of, sealed
from tongban.applications.document import attribute_of
from tongban.applications.missing import PAPER
from tongban.applications.models import Batch, BatchRow
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, Problem
from tongban.applications.tables import WHOLE_ROW, value_of
from tongban.casework.model import Refused
from tongban.catalog import values
from tongban.catalog.vocabulary import Text
from tongban.planner.problems import PlanError
from tongban.platform import time
from tongban.publication import service as publication

GROUP: Final = 100
"""Rows in one transaction: few enough that a page waits for none, enough that the disk is not asked for each."""
KEPT_DAYS: Final = 30
"""How long the rows that were not taken can be downloaded, and a table that nobody sent is kept."""
BROKEN: Final = Text(
    "这一行没办成，是我们这边出了错。再传一次，还不行点“办不成”",
    "Something broke on our side; this row was not taken. Send it again, or tell us.",
)

log = logging.getLogger(__name__)


def carry_on(seconds: float) -> bool:
    """Go on with every batch that was sent, for so long at most; returns whether anything is left to do.

    Any number of workers may do so at once.
    """
    _forget()
    running = list(Batch.objects.filter(started_at__isnull=False, finished_at=None).order_by("started_at"))
    for place, batch in enumerate(running):
        until = monotonic() + seconds / (len(running) - place)  # a small one does not wait for a large one's end
        seconds -= _go_on(batch, until)
    return Batch.objects.filter(started_at__isnull=False, finished_at=None).exists()


def _forget() -> None:
    """Empty what nobody will download any more, and delete what nobody sent."""
    before = time.now() - timedelta(days=KEPT_DAYS)
    Batch.objects.filter(finished_at__lt=before).exclude(content=b"").update(content=b"")
    Batch.objects.filter(started_at=None, uploaded_at__lt=before).delete()


def _go_on(batch: Batch, until: float) -> float:
    """Take groups of a batch's rows until none is left or the time is up; returns how many seconds that took."""
    begun = monotonic()
    content = content_of(batch)
    settled = set(batch.settled.values_list("row", flat=True))
    left = [row for row in content.rows if row not in settled]
    for group in groups_of(content, left):
        if monotonic() >= until or not _take_group(batch, content, group):
            return monotonic() - begun
    _finish(batch, content)
    return monotonic() - begun


def groups_of(content: Content, rows: Iterable[int]) -> Iterator[list[int]]:
    """Rows that are taken together: so many at most, and nobody is named in two of them, who would meet too early."""
    places = [place for place, fact in enumerate(content.columns) if fact in content.naming]
    group: list[int] = []
    named: set[str] = set()
    for row in rows:
        cells = content.rows[row]
        names = {cells[place] for place in places if place < len(cells) and cells[place]}
        if len(group) == GROUP or not named.isdisjoint(names):
            yield group
            group, named = [], set()
        group.append(row)
        named |= names
    if group:
        yield group


def _take_group(batch: Batch, content: Content, group: Sequence[int]) -> bool:
    """Take some rows, all in one transaction with what became of them; False where another worker is at it."""
    with time.one_time(), transaction.atomic():
        held = Batch.objects.select_for_update(skip_locked=True).filter(id=batch.id, finished_at=None)
        if not held.values_list("id", flat=True):
            return False
        before = set(batch.settled.filter(row__in=group).values_list("row", flat=True))
        actor = actor_of(User.objects.get(id=batch.filled_by))
        rows = [row for row in group if row not in before]
        came = _taken(batch, content, rows, actor)
        BatchRow.objects.bulk_create(_settled(batch, row, end) for row, end in zip(rows, came, strict=True))
    return True


def _taken(batch: Batch, content: Content, rows: Sequence[int], actor: Actor) -> list[str | Exception]:
    """What each row came to. Where an answer for all fails they are taken one by one: one of them fails alone."""
    try:
        with transaction.atomic():
            came = together([_beginning(batch, content, row, actor) for row in rows])
            if away := next((one for one in came if isinstance(one, Error)), None):
                raise away  # noqa: TRY301 -- here, where the transaction that it broke ends
            return came
    except Error:
        raise  # of the database: nothing is wrong with a row, the group is tried again
    except Exception as failure:  # noqa: BLE001 -- whatever it was, the rows say it one by one
        if len(rows) == 1:
            return [failure]
        return [came for row in rows for came in _taken(batch, content, [row], actor)]


def _settled(batch: Batch, row: int, came: str | Exception) -> BatchRow:
    """What became of a row: sent, kept until a paper is added or somebody signed, or wrong."""
    match came:
        case str(number):
            return BatchRow(batch=batch, row=row, application=number)
        case Problem() as problem:
            wrong = [error for error in problem.errors if error.code != PAPER]  # one can be added to a draft
            faults = [_of_error(batch, error) for error in wrong] or [_of_row(problem.text)]
        case PlanError() as error:
            faults = [_of_row(issue.text) for issue in error.issues]
        case Refused() | values.WrongValue():  # the latter where a definition has changed since the table was checked
            faults = [_of_row(came.text)]
        case _:  # one row that nobody can take must not hold up all others
            log.error("batch_row_failed", exc_info=came, extra={"batch": str(batch.id), "row": row})
            faults = [_of_row(BROKEN)]
    return BatchRow(batch=batch, row=row, faults=faults)


def _beginning(batch: Batch, content: Content, row: int, actor: Actor) -> Asking[str]:
    catalog = publication.current()
    offer = offer_of(catalog, batch.bundle)
    answers = dict(content.answers)
    for fact, text in zip(content.columns, content.rows[row], strict=False):
        attribute = attribute_of(catalog, offer, fact) if fact and text else None
        if attribute is not None:
            answers[fact] = values.write(value_of(catalog, attribute, text, text, time.today()))
    opened = yield from starting.beginning(
        actor,
        batch.bundle,
        command_id=uuid5(batch.id, str(row)),
        answers=answers,
        applicant=batch.applicant_id,
        channel="table",
        agree=True,
        submit=True,
        awaits_papers=True,  # whoever applies adds the paper and sends it
    )
    return opened.form.number


def _of_row(text: Text) -> list[str]:
    return ["", WHOLE_ROW.zh, WHOLE_ROW.en, text.zh, text.en]


def _of_error(batch: Batch, error: FieldError) -> list[str]:
    """An error of an application as a fault of its row: under the column of the fact, where it is about one."""
    catalog = publication.current()
    offer = offer_of(catalog, batch.bundle)
    attribute = attribute_of(catalog, offer, error.fact)
    if attribute is None:
        return _of_row(error.text)
    fact = f"{error.fact.partition('.')[0]}.{attribute.name}"
    return [fact, attribute.label.zh, attribute.label.en, error.text.zh, error.text.en]


def _finish(batch: Batch, content: Content) -> None:
    """Every row is settled: of the cells only those are kept that come back to be put right."""
    wrong = set(batch.settled.filter(faults__isnull=False).values_list("row", flat=True))
    content.rows = {row: cells for row, cells in content.rows.items() if row in wrong}
    Batch.objects.filter(id=batch.id, finished_at=None).update(finished_at=time.now(), content=sealed(batch, content))
