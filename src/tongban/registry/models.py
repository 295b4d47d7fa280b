"""Tables of the registry: who and what the government knows, and who looked.

A subject is a person, an organisation or a relation between subjects; a record holds what one holder knows about
one subject, as one encrypted document; a read is one look at it, which the person it is about can see.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Subject(models.Model):
    """A person, an organisation or a relation.

    ``key_hash`` finds it by its key attribute without opening every row; ``key`` is that attribute, encrypted, for
    holders elsewhere and for the subject's own forms.
    """

    id = models.BigAutoField(primary_key=True)
    type = models.TextField()
    key_hash = models.BinaryField(null=True)
    key = models.BinaryField(null=True)
    region = models.CharField(max_length=12, default="")

    class Meta:
        db_table = "registry_subject"
        constraints = [models.UniqueConstraint(fields=["type", "key_hash"], name="registry_subject_key")]


class End(models.Model):
    """One end of a relation: for example the mother of a birth."""

    id = models.BigAutoField(primary_key=True)
    relation = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="ends", db_index=False)
    name = models.TextField()
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="relations", db_index=False)

    class Meta:
        db_table = "registry_end"
        constraints = [models.UniqueConstraint(fields=["relation", "name"], name="registry_end_name")]
        indexes = [models.Index(fields=["subject", "name", "relation"], name="registry_end_subject")]


class Record(models.Model):
    """What ``holder`` (an authority's id) knows about a subject; ``facts`` is an encrypted JSON object."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, db_index=False)
    holder = models.TextField()
    facts = models.BinaryField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "registry_record"
        constraints = [models.UniqueConstraint(fields=["subject", "holder"], name="registry_record_holder")]


class Alias(models.Model):
    """A number beside the key by which a subject is found, as that of a card: ``hashed``, never the number itself.

    ``attribute`` is the type's id and the attribute's name. It is what cases wrote; its holder says whether it holds.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, db_index=False)
    attribute = models.TextField()
    hashed = models.BinaryField()

    class Meta:
        db_table = "registry_alias"
        constraints = [models.UniqueConstraint(fields=["subject", "attribute"], name="registry_alias_once")]
        indexes = [models.Index(fields=["attribute", "hashed"], name="registry_alias_hashed")]


class Write(models.Model):
    """What a case wrote for a holder elsewhere, until the case has heard that the holder took it.

    ``failed_at``: when it first did not, for ``failure``; it is tried again all the same. ``told`` is what the case has
    heard so far. Never the values: they stand in the record.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.TextField()
    holder = models.TextField()
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, db_index=False)
    attributes = ArrayField(models.TextField())
    written_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(null=True)
    taken_at = models.DateTimeField(null=True)
    told = models.TextField(null=True)

    class Meta:
        db_table = "registry_handover"
        indexes = [models.Index(fields=["holder", "subject"], name="registry_handover_holder")]


class Read(models.Model):
    """One look at a subject's data: by whom, in which case, for what, which attributes. Never the values.

    The application may add to it and change nothing: its role has no right to.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, db_index=False)
    holder = models.TextField()
    attributes = ArrayField(models.TextField())
    reader = models.TextField()
    office = models.TextField(null=True)
    application = models.TextField(null=True)
    case = models.TextField(null=True)
    purpose_zh = models.TextField()
    purpose_en = models.TextField()

    class Meta:
        db_table = "registry_read"
        indexes = [models.Index(fields=["subject", "-at"], name="registry_read_subject")]


class Outage(models.Model):
    """A holder that is down on purpose: demonstration and test cities only."""

    holder = models.TextField(primary_key=True)
    since = models.DateTimeField()

    class Meta:
        db_table = "registry_outage"
