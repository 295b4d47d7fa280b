"""The city's mark and its own clock: the one row that tells a demonstration from a real city."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.db import models
from django.db.models import Q


class Mark(StrEnum):
    """What kind of city a database holds."""

    REAL = "real"
    DEMONSTRATION = "demonstration"
    TEST = "test"


class City(models.Model):
    """One row, written when the database is created. A database without it is a real city's."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    mark = models.TextField()
    time_offset = models.DurationField(default=timedelta(0))
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "platform_city"
        constraints = [
            models.CheckConstraint(name="platform_city_one_row", condition=Q(id=1)),
            models.CheckConstraint(name="platform_city_mark", condition=Q(mark__in=list(map(str, Mark)))),
            models.CheckConstraint(
                name="platform_city_real_time",
                condition=~Q(mark=str(Mark.REAL)) | Q(time_offset=timedelta(0), frozen_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.mark
