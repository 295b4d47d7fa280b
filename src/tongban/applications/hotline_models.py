"""The table of callers of a hotline whom no register knows."""

from __future__ import annotations

from django.db import models


class Caller(models.Model):
    """Somebody whom a hotline knows by a telephone number alone: a person without a key, found again by the number.

    The number is kept as a keyed hash; in clear it stands in their matter, sealed as what else they said.
    """

    id = models.BigAutoField(primary_key=True)
    digest = models.BinaryField(unique=True)
    subject_id = models.BigIntegerField()

    class Meta:
        app_label = "applications"
        db_table = "applications_caller"
