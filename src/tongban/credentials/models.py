"""The table of signed documents: credentials and notices are one kind of thing, printed, numbered, verified alike.

A row says what was issued to whom by which office and in which case; the words and values on the paper, and the PDF
itself, are encrypted. The row is written in the transaction of the command that issues; the PDF may be made later.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Document(models.Model):
    """One credential (证照) or notice (通知书、决定书).

    `office` and `definition` are ids; `event` is the version of the case at which it was issued, whose clocks a notice
    starts or stops. `holder_subject_id` is the registry's. `content` is an encrypted `service.Content`, `pdf` the
    encrypted signed file, null until somebody reads it first; `pdf_sha256` is of the signed file itself.
    `superseded_on` is the day on which what it says was corrected where it is kept.
    """

    class Sort(models.TextChoices):
        """What a document does: prove something, or tell something."""

        CREDENTIAL = "credential"
        NOTICE = "notice"

    class Kind(models.TextChoices):
        """The kind of application it comes from; only real ones count."""

        REAL = "real"
        WALK = "walk"
        EXERCISE = "exercise"

    id = models.UUIDField(primary_key=True)
    sort = models.CharField(max_length=10, choices=Sort.choices)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=12, unique=True)
    definition = models.TextField()
    definition_hash = models.CharField(max_length=64)
    case_number = models.CharField(max_length=30)
    event = models.IntegerField()
    office = models.TextField()
    holder_type = models.TextField()
    holder_subject_id = models.BigIntegerField()
    title_zh = models.TextField()
    title_en = models.TextField()
    issued_at = models.DateTimeField()
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    served_at = models.DateTimeField(null=True)
    served_how = models.CharField(max_length=10, default="")
    revoked_at = models.DateTimeField(null=True)
    revoked_because_zh = models.TextField(default="")
    revoked_because_en = models.TextField(default="")
    superseded_on = models.DateField(null=True)
    content = models.BinaryField()
    content_digest = models.BinaryField()
    pdf = models.BinaryField(null=True)
    pdf_sha256 = models.BinaryField(null=True, unique=True)

    class Meta:
        db_table = "credentials_document"
        indexes = (
            models.Index(fields=["case_number"], name="credentials_document_case"),
            models.Index(fields=["holder_subject_id", "-issued_at"], name="credentials_document_holder"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["case_number", "definition"],
                condition=Q(sort="credential"),
                name="credentials_credential_once",
            ),
            models.UniqueConstraint(
                fields=["case_number", "definition", "event"],
                condition=Q(sort="notice"),
                name="credentials_notice_once",
            ),
            models.CheckConstraint(
                condition=Q(pdf__isnull=True, pdf_sha256__isnull=True) | Q(pdf__isnull=False, pdf_sha256__isnull=False),
                name="credentials_document_pdf",
            ),
        )

    def __str__(self) -> str:
        return self.number
