"""Tables of supervision: how far open dates are reckoned by the calendar in force; webhooks and what they are owed;
problems, as far as lists and counts read them; ratings; the rounds of the machine; walks (`walk_models`) and visits
(`visit_models`).
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.supervision.visit_models import Revisit, Site, Visit
from tongban.supervision.walk_models import (
    Assignment,
    DrawnCase,
    Invitation,
    Officer,
    Passage,
    Vote,
    Walk,
    WalkNote,
    WalkPlan,
)

__all__ = [
    "Assignment", "Delivery", "DrawnCase", "Endpoint", "Found", "Invitation", "Officer", "Passage", "Reckoned",
    "Revisit", "Sighting", "Site", "Visit", "Vote", "Walk", "WalkNote", "WalkPlan",
]  # fmt: skip


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


class Found(models.Model):
    """A problem as its case has it: where it is, who watches it, who has it, how far it has come. No words of people.

    ``escalation``: 0, or how far up the ladder an open one is; ``returns``: how often it came back after its closing.
    """

    case = models.CharField(max_length=28, primary_key=True)
    service = models.TextField()
    place = models.TextField(db_index=True)
    about = models.TextField(db_index=True)
    step = models.TextField(default="")
    item = models.TextField(default="")
    kind = models.CharField(max_length=20)
    field = models.CharField(max_length=20, default="")
    by = models.DateField(null=True)
    severity = models.CharField(max_length=10)
    found_by = models.CharField(max_length=12)
    office = models.TextField()
    owners = ArrayField(models.TextField(), default=list)
    state = models.CharField(max_length=20)
    escalation = models.PositiveSmallIntegerField(default=0)
    returns = models.PositiveIntegerField(default=0)
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "supervision_problem"
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=models.Q(ended_at=None), name="supervision_problem_place_once"
            )
        ]
        indexes = [
            models.Index(fields=["found_at"], condition=models.Q(ended_at=None), name="supervision_problem_open"),
        ]

    def __str__(self) -> str:
        return self.case


class RepairPhoto(models.Model):
    """A photo that shows how a problem was put right, added by an office that does so. The picture is encrypted.

    ``shows_nobody_by`` is who declared, and when, that nobody can be told on it: no other photo is ever public.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    problem = models.ForeignKey("Found", on_delete=models.CASCADE, related_name="photos")
    command = models.UUIDField(unique=True)
    office = models.TextField()
    added_by = models.BigIntegerField()
    added_at = models.DateTimeField()
    media_type = models.CharField(max_length=20)
    file = models.BinaryField()
    shows_nobody_by = models.BigIntegerField(null=True)
    shows_nobody_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "supervision_repair_photo"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shows_nobody_by=None) | ~models.Q(shows_nobody_by=models.F("added_by")),
                name="supervision_repair_photo_by_another",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Sighting(models.Model):
    """That a problem was found, and by what, perhaps at a site: each command tells of one."""

    id = models.BigAutoField(primary_key=True)
    problem = models.ForeignKey(Found, on_delete=models.CASCADE, related_name="sightings")
    command = models.UUIDField(unique=True)
    at = models.DateTimeField()
    found_by = models.CharField(max_length=12)
    reference = models.CharField(max_length=40, default="")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="sightings")

    class Meta:
        db_table = "supervision_sighting"

    def __str__(self) -> str:
        return f"{self.problem_id} {self.found_by}"


class Rating(models.Model):
    """好差评: how the applicant found a case that has ended, once for each case; ``said``: their words, encrypted.

    ``is_real``: of a walk or an exercise nothing counts. ``matter`` is the number of the case that a bad one opened,
    ``set_aside_at`` when another office found it unreasonable.
    """

    case = models.CharField(max_length=28, primary_key=True)
    service = models.TextField()
    office = models.TextField()
    grade = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=20, default="")
    said = models.BinaryField(null=True)
    channel = models.CharField(max_length=10)
    is_real = models.BooleanField()
    rated_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    matter = models.CharField(max_length=28, null=True, unique=True)
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "supervision_rating"
        constraints = [
            models.CheckConstraint(condition=models.Q(grade__gte=1, grade__lte=5), name="supervision_rating_grade")
        ]

    def __str__(self) -> str:
        return self.case


class Round(models.Model):
    """One night of the machine that walks: which definitions, how many ways, what it cost. A rehearsal, nobody's data.

    ``is_whole``: every offer was walked. ``ended_at`` is empty while it walks, and stays so where it was killed.
    ``left_out``: how many further situations were found and not walked.
    """

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=64)
    is_whole = models.BooleanField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "supervision_round"

    def __str__(self) -> str:
        return str(self.id)


class Walked(models.Model):
    """One way of one round, in figures: how far it came, how long it took, how much was asked.

    ``situation``: empty the commonest. ``stuck_at``: where it ended before its result; ``walker``: by the machine's own
    fault, which is nobody's problem.
    """

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="ways")
    about = models.TextField()
    situation = models.TextField(default="")
    stuck_at = models.TextField(default="")
    milliseconds = models.PositiveIntegerField()
    questions = models.PositiveIntegerField()
    papers = models.PositiveIntegerField()
    clicks = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    corrections = models.PositiveIntegerField()
    slowest_at = models.TextField(default="")
    slowest_milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "supervision_walked"
        indexes = [models.Index(fields=["about", "round"], name="supervision_walked_about")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.about}"


class LiveSession(models.Model):
    """That somebody of an office explains a matter live, at a time that was announced."""

    id = models.BigAutoField(primary_key=True)
    command = models.UUIDField(unique=True)
    about = models.TextField()
    office = models.TextField()
    speaker = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "supervision_live_session"

    def __str__(self) -> str:
        return f"{self.about} {self.at}"


class AskedBefore(models.Model):
    """That a question was asked before a live session; what it says is the case of its ``inquiry`` alone."""

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="asked")
    inquiry = models.CharField(max_length=24, unique=True)

    class Meta:
        db_table = "supervision_asked_before"

    def __str__(self) -> str:
        return self.inquiry


class Explained(models.Model):
    """A question and its answer as an office words them for everybody. It stays with the matter."""

    id = models.BigAutoField(primary_key=True)
    command = models.UUIDField(unique=True)
    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="explained")
    about = models.TextField(db_index=True)
    question = models.TextField()
    answer = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "supervision_explained"

    def __str__(self) -> str:
        return self.question


class Inspection(models.Model):
    """A special inspection: a view of the city as it stood when it was kept, never changed afterwards.

    ``view``: which figures, and what narrows them (`inspections.View`); ``frozen``: each group's columns by its key.
    """

    id = models.BigAutoField(primary_key=True)
    command = models.UUIDField(unique=True)
    name = models.CharField(max_length=60)
    by = models.CharField(max_length=12)
    view = models.JSONField()
    office = models.TextField()
    at = models.DateTimeField()
    frozen = models.JSONField()

    class Meta:
        db_table = "supervision_inspection"

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """What is asked for because of it names it by."""
        return f"inspection-{self.id}"


class WeekKept(models.Model):
    """What the sheet of a week (`2026-W47`) said at a moment, as `week_sheets.printed` gives it. A night after the week
    has ended it is written for the last time.
    """

    number = models.CharField(max_length=8, primary_key=True)
    at = models.DateTimeField()
    printed = models.JSONField()

    class Meta:
        db_table = "supervision_week_kept"

    def __str__(self) -> str:
        return self.number
