"""Sending the rows of a batch: each becomes an application of its own, or comes back with what is wrong with it.

Rows are taken in small groups, each group in one transaction with what became of it, so that a worker that dies leaves
nothing half done and the next one goes on behind it; a row's command id follows from its batch, so that no row opens
two applications.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic
from typing import Final
from uuid import uuid5

from django.db import Error, transaction

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import User
from tongban.applications import starting
from tongban.applications.batches import Content, content_of, sealed
from tongban.applications.document import attribute_of
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

GROUP: Final = 20
"""Rows in one transaction: few enough that a page waits for none, enough that the disk is not asked for each."""
KEPT_DAYS: Final = 30
"""How long the rows that were not taken can be downloaded, and a table that nobody sent is kept."""
PAPER: Final = "missing-paper"
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
    for place in range(0, len(left), GROUP):
        if monotonic() >= until or not _take_group(batch, content, left[place : place + GROUP]):
            return monotonic() - begun
    _finish(batch, content)
    return monotonic() - begun


def _take_group(batch: Batch, content: Content, group: Sequence[int]) -> bool:
    """Take some rows, all in one transaction with what became of them; False where another worker is at it."""
    with transaction.atomic():
        held = Batch.objects.select_for_update(skip_locked=True).filter(id=batch.id, finished_at=None)
        if not held.values_list("id", flat=True):
            return False
        before = set(batch.settled.filter(row__in=group).values_list("row", flat=True))
        actor = actor_of(User.objects.get(id=batch.filled_by))
        BatchRow.objects.bulk_create(_taken(batch, content, row, actor) for row in group if row not in before)
    return True


def _taken(batch: Batch, content: Content, row: int, actor: Actor) -> BatchRow:
    """What became of a row: sent, kept until a paper is added or somebody signed, or wrong."""
    try:
        return BatchRow(batch=batch, row=row, application=_begun(batch, content, row, actor))
    except Problem as problem:
        wrong = [error for error in problem.errors if error.code != PAPER]  # one can be added to a draft
        faults = [_of_error(batch, error) for error in wrong] or [_of_row(problem.text)]
    except PlanError as error:
        faults = [_of_row(issue.text) for issue in error.issues]
    except Refused as refused:
        faults = [_of_row(refused.text)]
    except values.WrongValue as wrong:  # a definition has changed since the table was checked
        faults = [_of_row(wrong.text)]
    except Error:  # of the database: nothing is wrong with the row, the group is tried again
        raise
    except Exception:  # one row that nobody can take must not hold up all others
        log.exception("batch_row_failed", extra={"batch": str(batch.id), "row": row})
        faults = [_of_row(BROKEN)]
    return BatchRow(batch=batch, row=row, faults=faults)


def _begun(batch: Batch, content: Content, row: int, actor: Actor) -> str:
    catalog = publication.current()
    offer = offer_of(catalog, batch.bundle)
    answers = dict(content.answers)
    for fact, text in zip(content.columns, content.rows[row], strict=False):
        attribute = attribute_of(catalog, offer, fact) if fact and text else None
        if attribute is not None:
            answers[fact] = values.write(value_of(catalog, attribute, text, text, time.today()))

    def begin(*, submit: bool) -> str:
        with transaction.atomic():
            return starting.begun(
                actor,
                batch.bundle,
                command_id=uuid5(batch.id, str(row)),
                answers=answers,
                applicant=batch.applicant_id,
                channel="table",
                agree=True,
                submit=submit,
            ).form.number

    try:
        return begin(submit=True)
    except Problem as problem:
        if not problem.errors or any(error.code != PAPER for error in problem.errors):
            raise
    return begin(submit=False)  # whoever applies adds the paper and sends it


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
