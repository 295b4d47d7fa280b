"""Tables of applications: the applicant's form, the papers in it, messages, and what passes over the counter.

The form is the applicant's side of an application from the first draft on; the cases that it opens live in
``casework`` under the same number.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.applications import hotline_models  # noqa: F401 -- its table is one of this room


class Form(models.Model):
    """One application of one applicant. ``document`` is the encrypted ``document.Document``.

    ``lacks_papers``: whether a paper in it is to follow or was promised, so that no other form is unsealed for that.
    """

    class State(models.TextChoices):
        """Where the applicant's side stands."""

        DRAFT = "draft"
        WAITING = "waiting"
        SUBMITTED = "submitted"
        WITHDRAWN = "withdrawn"

    class Mode(models.TextChoices):
        """Whether anything of it counts."""

        REAL = "real"
        WALK = "walk"
        EXERCISE = "exercise"

    number = models.CharField(max_length=24, primary_key=True)
    bundle = models.TextField()
    publication = models.CharField(max_length=64)
    applicant_id = models.BigIntegerField(db_index=True)
    filled_by = models.BigIntegerField(db_index=True)
    channel = models.CharField(max_length=10, default="web")
    window_office = models.TextField(null=True)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.REAL)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    document = models.BinaryField()
    lacks_papers = models.BooleanField(default=True)
    start_command = models.UUIDField(unique=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_form"


class Party(models.Model):
    """A registered subject that takes part in an application: it may see it, and perhaps has to sign."""

    id = models.BigAutoField(primary_key=True)
    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="parties", db_index=False)
    subject_id = models.BigIntegerField(db_index=True)
    signs = models.BooleanField(default=False)

    class Meta:
        db_table = "applications_party"
        constraints = [models.UniqueConstraint(fields=["form", "subject_id"], name="applications_party_once")]


class Paper(models.Model):
    """A file that somebody attached, encrypted. ``key`` names the evidence and the member it is about."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="papers")
    key = models.TextField()
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    attached_at = models.DateTimeField()

    class Meta:
        db_table = "applications_paper"


class Message(models.Model):
    """A sentence to one account, with a place to go. Never a personal value in it."""

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()
    at = models.DateTimeField()
    code = models.CharField(max_length=40)
    application = models.CharField(max_length=24)
    case = models.CharField(max_length=28, null=True)
    zh = models.TextField()
    en = models.TextField()
    read_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_message"
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "application", "case", "code", "at"], name="applications_message_once"
            )
        ]
        indexes = [models.Index(fields=["user_id", "-at"], name="applications_message_user")]


class Ticket(models.Model):
    """A number taken at a window: when taken, called, served; the waits are measured from these."""

    id = models.BigAutoField(primary_key=True)
    office = models.TextField()
    day = models.DateField()
    label = models.CharField(max_length=8)
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    called_by = models.BigIntegerField(null=True)
    application = models.CharField(max_length=24, null=True)

    class Meta:
        db_table = "applications_ticket"
        constraints = [models.UniqueConstraint(fields=["office", "day", "label"], name="applications_ticket_once")]


class Payment(models.Model):
    """A fee that somebody has begun to pay: one row for each fee of a case, paid once and given back once at most.

    ``fee`` counts from 1.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.CharField(max_length=28)
    fee = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=40, unique=True)
    command = models.UUIDField(unique=True)
    amount_fen = models.BigIntegerField()
    is_demonstration = models.BooleanField()
    begun_at = models.DateTimeField()
    begun_by = models.BigIntegerField()
    paid_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=80, default="")
    refund_asked_at = models.DateTimeField(null=True)
    refund_failed_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)
    refund_receipt = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "applications_payment"
        constraints = [
            models.UniqueConstraint(fields=["case", "fee"], name="applications_payment_once"),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="applications_payment_amount"),
            models.CheckConstraint(
                condition=models.Q(refund_asked_at=None) | models.Q(paid_at__isnull=False),
                name="applications_payment_refund",
            ),
        ]


class AwaitedFee(models.Model):
    """A case that is granted and waits for its fees alone, since when; ``reminded_at`` once that has been seen to."""

    case = models.CharField(max_length=28, primary_key=True)
    since = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_awaited_fee"
        indexes = [
            models.Index(
                fields=["since"], condition=models.Q(reminded_at__isnull=True), name="applications_awaited_fee_since"
            )
        ]


class PlayPayment(models.Model):
    """What the demonstration's counter knows of a payment; a real provider keeps this in its own books."""

    reference = models.CharField(max_length=40, primary_key=True)
    amount_fen = models.BigIntegerField()
    back = models.TextField()
    paid_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_play_payment"


class OwedPaper(models.Model):
    """A paper that a case was accepted without (容缺), and the day by which it must come. ``key`` is the form's."""

    id = models.BigAutoField(primary_key=True)
    case = models.CharField(max_length=28)
    key = models.TextField()
    due = models.DateField()
    brought_at = models.DateTimeField(null=True)
    overdue_told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_owed_paper"
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="applications_owed_paper_once")]
        indexes = [
            models.Index(
                fields=["due"],
                condition=models.Q(brought_at__isnull=True, overdue_told_at__isnull=True),
                name="applications_owed_paper_due",
            )
        ]


class HandOver(models.Model):
    """What a case granted, on its way to its holder as was chosen: posted under a number, then reached; or collected.

    ``place`` is the window's office or the key of the postal address; ``office`` granted it; ``collected_by`` is the
    registry's id of whoever showed an ID card at the window; ``returned_on`` is when the post last brought it back.
    """

    case = models.CharField(max_length=28, primary_key=True)
    way = models.CharField(max_length=10)
    place = models.TextField()
    office = models.TextField()
    tracking = models.CharField(max_length=40, default="")
    posted_on = models.DateField(null=True)
    returned_on = models.DateField(null=True)
    reached_on = models.DateField(null=True)
    collected_by = models.BigIntegerField(null=True)
    recorded_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "applications_hand_over"
        indexes = [
            models.Index(fields=["office"], condition=models.Q(reached_on=None), name="applications_hand_over_office"),
            models.Index(fields=["place"], condition=models.Q(reached_on=None), name="applications_hand_over_place"),
        ]

    def __str__(self) -> str:
        return self.case


class Erasure(models.Model):
    """That a person's data was erased: by whom, an account's id, at which office, why. The application adds only."""

    subject_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.BigIntegerField()
    office = models.TextField()
    reason = models.TextField()
    cases = models.PositiveIntegerField()

    class Meta:
        db_table = "applications_erasure"


class Batch(models.Model):
    """A table of which every row becomes an application of its own.

    ``content`` holds, encrypted, the answers of all rows and the cells of those that may still be needed
    (`batches.Content`); it is emptied some time after the end.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    command = models.UUIDField(unique=True)
    bundle = models.TextField()
    applicant_id = models.BigIntegerField(db_index=True)
    filled_by = models.BigIntegerField()
    name = models.CharField(max_length=120)
    rows = models.PositiveIntegerField()
    content = models.BinaryField()
    uploaded_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_batch"
        indexes = [
            models.Index(
                fields=["started_at"],
                condition=models.Q(started_at__isnull=False, finished_at=None),
                name="applications_batch_running",
            )
        ]


class BatchRow(models.Model):
    """What became of a row: its application, or what is wrong with it. A row without one is still to be taken.

    ``faults`` are lists of a fact (empty: the row), its column and what to do, both in Chinese and English.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="settled", db_index=False)
    row = models.PositiveIntegerField()
    application = models.CharField(max_length=24, null=True)
    faults = models.JSONField(null=True)

    class Meta:
        db_table = "applications_batch_row"
        constraints = [
            models.UniqueConstraint(fields=["batch", "row"], name="applications_batch_row_once"),
            models.CheckConstraint(
                condition=models.Q(application__isnull=True) ^ models.Q(faults__isnull=True),
                name="applications_batch_row_one",
            ),
        ]


class Referral(models.Model):
    """A case that two agencies see: handled by an agency elsewhere, or (``is_incoming``) here, at that one's request.

    ``agency`` is the office at the other end, ``number`` what it calls the case (None until it has it). ``told`` is the
    version of our case of which it knows. ``next_at``, in the computer's own time, says when it is told on; None when
    it knows all. ``answer`` is why it did not take what it was told last, empty where it did.
    """

    case = models.CharField(max_length=28, primary_key=True)
    agency = models.TextField()
    is_incoming = models.BooleanField()
    number = models.CharField(max_length=80, null=True)
    told = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, db_index=True)
    answer = models.TextField(default="")

    class Meta:
        db_table = "applications_referral"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number"],
                condition=models.Q(is_incoming=True),
                name="applications_referral_once",
            ),
        ]

    def __str__(self) -> str:
        return self.case


class CardCode(models.Model):
    """The code that an electronic social security card shows for some minutes, once: kept as a keyed hash."""

    id = models.BigAutoField(primary_key=True)
    subject_id = models.BigIntegerField(unique=True)
    digest = models.BinaryField(unique=True)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_card_code"


class CardVisit(models.Model):
    """Somebody whose card opened their page at a window: by its number or its code, and what was begun with it."""

    class Way(models.TextChoices):
        """How the card was read."""

        NUMBER = "number"
        CODE = "code"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    office = models.TextField()
    opened_by = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    way = models.CharField(max_length=6, choices=Way.choices)
    applications = ArrayField(models.CharField(max_length=24), default=list)

    class Meta:
        db_table = "applications_card_visit"


class Terminal(models.Model):
    """A self-service terminal of a hall: a browser that keeps a secret of ours, until it is put out of use.

    The secret is kept as a keyed hash. The rows stay: they say who made which computer one, where and when.
    """

    id = models.BigAutoField(primary_key=True)
    office = models.TextField(db_index=True)
    digest = models.BinaryField(unique=True)
    registered_by = models.BigIntegerField()
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "applications_terminal"
