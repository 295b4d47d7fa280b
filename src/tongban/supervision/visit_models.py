"""Tables of visits: the places that are no office, who went where, and who came back."""

from __future__ import annotations

from django.db import models


class Site(models.Model):
    """A place that is no office and may be visited: a village clinic, an estate, a plant; an office answers for it."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60)
    region = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    office = models.TextField()

    class Meta:
        db_table = "supervision_site"
        constraints = [models.UniqueConstraint(fields=["region", "name"], name="supervision_site_once")]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """That somebody went and looked at an office or a site that it answers for, announced or not, and by when somebody
    comes back: another than ``made_by``. Their office hears of it on the day (``told_of``: the last that was told).
    """

    id = models.BigAutoField(primary_key=True)
    command = models.UUIDField(unique=True)
    on = models.DateField()
    office = models.TextField()
    visited = models.TextField(db_index=True)
    is_announced = models.BooleanField()
    purpose = models.TextField()
    revisit_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="visits")
    made_by = models.CharField(max_length=30, default="")
    told_of = models.DateField(null=True)

    class Meta:
        db_table = "supervision_visit"

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What its findings name it by."""
        return f"visit-{self.id}"


class Revisit(models.Model):
    """That somebody came back after a visit, and how they judged what they saw."""

    id = models.BigAutoField(primary_key=True)
    command = models.UUIDField(unique=True)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="revisits")
    at = models.DateTimeField()
    by = models.TextField()
    said = models.TextField()
    open_findings = models.PositiveIntegerField()

    class Meta:
        db_table = "supervision_revisit"

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.said}"
