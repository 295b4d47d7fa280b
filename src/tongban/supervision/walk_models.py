"""Tables of walks: how often each department is to walk, who walked what and how, where a walk stands, what hurt."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class WalkPlan(models.Model):
    """How often the head of each department is to walk in a period: ``wanted`` counts by way of the programme, and
    ``wanted_of_vices`` for each of its vice-heads.

    ``seed`` begins the draws of its spot checks and return visits.
    """

    id = models.BigAutoField(primary_key=True)
    programme = models.CharField(max_length=20)
    from_day = models.DateField()
    until_day = models.DateField()
    wanted = models.JSONField()
    wanted_of_vices = models.JSONField(default=dict)
    seed = models.CharField(max_length=40)
    made_by = models.BigIntegerField(null=True)

    class Meta:
        app_label = "supervision"
        db_table = "supervision_walk_plan"
        constraints = [
            models.UniqueConstraint(fields=["from_day"], name="supervision_walk_plan_once"),
            models.CheckConstraint(
                condition=models.Q(from_day__lte=models.F("until_day")), name="supervision_walk_plan_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_day} {self.until_day}"


class Walk(models.Model):
    """One walk: by whom (``walkers`` are accounts, ``people`` counts heads: four together are one walk), which matter,
    which way of which programme, for which department; ``application`` is the rehearsal that it made, if any,
    ``publication`` the digest of the definitions under which it was made.

    ``code`` lets further accounts join while it runs. ``drawn`` are cases that a draw by this ``seed`` gave it, out of
    so many ``candidates``. ``led_by``: what the one who began it is at the office. ``way`` is written at the end: for
    each step its seconds, clicks and pages. Of a discussion ``present`` and ``discussed`` say who was there and what
    was said, encrypted.
    """

    class Chosen(models.TextChoices):
        """Who chose what is walked."""

        SELF = "self"
        VOTES = "votes"
        ASSIGNED = "assigned"

    class LedBy(models.TextChoices):
        """Whose walk it is."""

        HEAD = "head"
        VICE_HEAD = "vice-head"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=20, unique=True)
    command = models.UUIDField(unique=True)
    programme = models.CharField(max_length=20)
    mode = models.CharField(max_length=20)
    about = models.TextField(db_index=True)
    office = models.TextField()
    authority = models.TextField()
    people = models.PositiveSmallIntegerField(default=1)
    led_by = models.CharField(max_length=10, choices=LedBy.choices, default=LedBy.HEAD)
    walkers = ArrayField(models.BigIntegerField(), default=list)
    code = models.CharField(max_length=12, null=True, unique=True)
    played = models.CharField(max_length=60, default="")
    is_announced = models.BooleanField(default=False)
    chosen = models.CharField(max_length=10, choices=Chosen.choices, default=Chosen.SELF)
    drawn = ArrayField(models.CharField(max_length=28), default=list)
    seed = models.CharField(max_length=80, default="")
    candidates = models.PositiveIntegerField(default=0)
    present = models.BinaryField(null=True)
    discussed = models.BinaryField(null=True)
    application = models.CharField(max_length=24, null=True, unique=True)
    begun_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    way = models.JSONField(default=list)
    publication = models.CharField(max_length=64, default="")

    class Meta:
        app_label = "supervision"
        db_table = "supervision_walk"
        constraints = [
            models.CheckConstraint(condition=models.Q(people__gte=1), name="supervision_walk_people"),
        ]

    def __str__(self) -> str:
        return self.number


class Passage(models.Model):
    """A walk that is under way came to a step, by the computer's own time; gone when the walk has ended.

    ``command`` is of what a phone kept while it had no network and sent later.
    """

    id = models.BigAutoField(primary_key=True)
    walk = models.ForeignKey(Walk, on_delete=models.CASCADE, related_name="passages")
    step = models.CharField(max_length=120)
    at = models.DateTimeField()
    is_page = models.BooleanField()
    is_click = models.BooleanField()
    command = models.UUIDField(null=True, unique=True)

    class Meta:
        app_label = "supervision"
        db_table = "supervision_walk_passage"

    def __str__(self) -> str:
        return f"{self.walk_id} {self.step}"


class WalkNote(models.Model):
    """What hurt, and how much (1 to 5), at a step of a walk. Words, picture and recording are encrypted, never public.

    ``problem`` is the case that came of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    walk = models.ForeignKey(Walk, on_delete=models.CASCADE, related_name="notes")
    command = models.UUIDField(unique=True)
    step = models.CharField(max_length=120)
    at = models.DateTimeField()
    pain = models.PositiveSmallIntegerField()
    said = models.BinaryField(null=True)
    file = models.BinaryField(null=True)
    media_type = models.CharField(max_length=40, default="")
    recording = models.BinaryField(null=True)
    recording_type = models.CharField(max_length=40, default="")
    problem = models.CharField(max_length=28, null=True)

    class Meta:
        app_label = "supervision"
        db_table = "supervision_walk_note"
        constraints = [
            models.CheckConstraint(condition=models.Q(pain__gte=1, pain__lte=5), name="supervision_walk_note_pain"),
        ]

    def __str__(self) -> str:
        return f"{self.walk_id} {self.step}"


class DrawnCase(models.Model):
    """What a walk found at a case that its draw gave it: what was looked at, or what the applicant said, encrypted.

    ``problem`` is the case that came of it.
    """

    class Outcome(models.TextChoices):
        """What came of looking or asking."""

        NOTHING = "nothing"
        FOUND = "found"
        NOT_REACHED = "not-reached"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    walk = models.ForeignKey(Walk, on_delete=models.CASCADE, related_name="drawn_cases")
    case = models.CharField(max_length=28)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    said = models.BinaryField(null=True)
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)
    problem = models.CharField(max_length=28, null=True)

    class Meta:
        app_label = "supervision"
        db_table = "supervision_drawn_case"
        constraints = [models.UniqueConstraint(fields=["walk", "case"], name="supervision_drawn_case_once")]

    def __str__(self) -> str:
        return f"{self.walk_id} {self.case}"


class Vote(models.Model):
    """Somebody wants a matter walked: one vote a person a month. ``walk`` is the number of the walk it led to, and
    ``repaired`` how many problems were put right because of it, once the voter was told.

    It names the matter and no version of it, so that a new version keeps its votes.
    """

    id = models.BigAutoField(primary_key=True)
    voter = models.BigIntegerField()
    month = models.DateField()
    about = models.TextField(db_index=True)
    walk = models.CharField(max_length=20, default="")
    repaired = models.PositiveSmallIntegerField(null=True)

    class Meta:
        app_label = "supervision"
        db_table = "supervision_vote"
        constraints = [models.UniqueConstraint(fields=["voter", "month"], name="supervision_vote_once")]

    def __str__(self) -> str:
        return self.about


class Assignment(models.Model):
    """A department is to walk a matter until a day: by people's ``votes``, which ranked it in a ``month``, or because
    the organiser says so, with a ``reason``. ``walk`` is the number of the walk that did it.
    """

    class By(models.TextChoices):
        """Who assigned it."""

        VOTES = "votes"
        ORGANISER = "organiser"

    id = models.BigAutoField(primary_key=True)
    command = models.UUIDField(unique=True)
    authority = models.TextField()
    about = models.TextField()
    by = models.CharField(max_length=10, choices=By.choices)
    month = models.DateField(null=True)
    votes = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, default="")
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    until_day = models.DateField()
    walk = models.CharField(max_length=20, default="")

    class Meta:
        app_label = "supervision"
        db_table = "supervision_assignment"
        indexes = [models.Index(fields=["authority"], condition=models.Q(walk=""), name="supervision_assignment_owed")]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "about", "by"], condition=models.Q(walk=""), name="supervision_assignment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.about}"


class Officer(models.Model):
    """An experience officer from outside: a person of the registry, what they are ``called`` and where they come
    ``whence``, as the organiser wrote it.
    """

    id = models.BigAutoField(primary_key=True)
    subject_id = models.BigIntegerField()
    called = models.CharField(max_length=20)
    whence = models.CharField(max_length=40)
    since = models.DateField()
    until_day = models.DateField(null=True)

    class Meta:
        app_label = "supervision"
        db_table = "supervision_officer"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"], condition=models.Q(until_day=None), name="supervision_officer_once"
            )
        ]

    def __str__(self) -> str:
        return self.called


class Invitation(models.Model):
    """An experience officer was asked to walk along."""

    id = models.BigAutoField(primary_key=True)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="invitations")
    walk = models.ForeignKey(Walk, on_delete=models.CASCADE, related_name="invitations")
    at = models.DateTimeField()

    class Meta:
        app_label = "supervision"
        db_table = "supervision_invitation"
        constraints = [models.UniqueConstraint(fields=["officer", "walk"], name="supervision_invitation_once")]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.walk_id}"
