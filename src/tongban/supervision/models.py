"""Tables of supervision: how far open dates are reckoned by the calendar in force; webhooks and what they are owed."""

from __future__ import annotations

import uuid

from django.db import models


class Reckoned(models.Model):
    """One row: the publication by whose calendar every open date was last reckoned (0 before the first), and how far
    it has come with the next: dates of cases up to the id `after` are reckoned by the calendar of `towards`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    publication = models.BigIntegerField(default=0)
    towards = models.BigIntegerField(default=0)
    after = models.BigIntegerField(default=0)

    class Meta:
        db_table = "supervision_reckoned"
        constraints = [models.CheckConstraint(name="supervision_reckoned_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self.publication)


class Endpoint(models.Model):
    """An address of another system that hears of every event. The secret that signs for it is stored encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    url = models.URLField(max_length=500)
    secret = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "supervision_endpoint"

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One thing to tell one endpoint: tried again until it is taken (the row goes) or given up (`next_at` is empty).

    Moments are the computer's own: a demonstration city's time may stand still, the other system's does not.
    """

    id = models.UUIDField(primary_key=True)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE)
    body = models.JSONField()
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, db_index=True)
    answer = models.TextField(default="")

    class Meta:
        db_table = "supervision_delivery"

    def __str__(self) -> str:
        return str(self.id)
