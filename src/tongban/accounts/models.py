"""Accounts: people by ID number, staff by number and post, machines by token; and who may act for whom."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tongban.platform.crypto import keyed_hash

LOGIN_CONTEXT = "login"


def login_of(name: str) -> str:
    """What is stored of a log-in name: a keyed hash, so that no table lists ID numbers."""
    return keyed_hash(name, context=LOGIN_CONTEXT).hex()


class UserManager(BaseUserManager["User"]):
    """Finds accounts by log-in name, which is hashed on the way."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The account with this ID number or staff number."""
        return self.get(login=login_of(username or ""))


class User(AbstractBaseUser):
    """One account. ``subject_id`` is the person in the registry; staff have posts instead, machines only tokens."""

    class Kind(models.TextChoices):
        """What kind of reader this is."""

        PERSON = "person"
        STAFF = "staff"
        MACHINE = "machine"

    id = models.BigAutoField(primary_key=True)
    login = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    shown_name = models.CharField(max_length=60, default="")
    staff_number = models.CharField(max_length=60, null=True, unique=True)
    subject_id = models.BigIntegerField(null=True, unique=True)
    persona = models.CharField(max_length=60, null=True, unique=True)
    elder_mode = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="zh-hans")
    totp_secret = models.BinaryField(null=True)
    totp_last_step = models.BigIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        db_table = "accounts_user"


class Attempts(models.Model):
    """What was tried under one name or from one address, known or not, as a keyed hash; forgotten after ``until``."""

    key = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_attempts"


class Post(models.Model):
    """A member of staff at an office, with roles there, from a day and perhaps until one."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="posts")
    office = models.TextField(db_index=True)
    roles = ArrayField(models.CharField(max_length=20))
    from_day = models.DateField(null=True)
    until_day = models.DateField(null=True)

    class Meta:
        db_table = "accounts_post"


class Deputy(models.Model):
    """``deputy`` acts with the roles of ``absent`` at an office between two days, both included."""

    id = models.BigAutoField(primary_key=True)
    absent = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    office = models.TextField()
    from_day = models.DateField()
    until_day = models.DateField()

    class Meta:
        db_table = "accounts_deputy"


class Mandate(models.Model):
    """Somebody lets a person act for them, or the law does: for what and until when.

    ``scope`` holds ids of bundles and services, or ``*``. A child's parents hold one each until its majority, written
    when the birth is registered: it is a right with an end that a court may shorten, not a fact of the birth.
    """

    class Basis(models.TextChoices):
        """Why somebody may act: given by hand, as an organisation's agent, as a child's parent."""

        MANDATE = "mandate"
        AGENT = "agent"
        PARENT = "parent"

    id = models.BigAutoField(primary_key=True)
    grantor_subject_id = models.BigIntegerField(db_index=True)
    agent_subject_id = models.BigIntegerField(db_index=True)
    scope = ArrayField(models.TextField())
    basis = models.CharField(max_length=8, choices=Basis.choices, default=Basis.MANDATE)
    from_day = models.DateField()
    until_day = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_mandate"


class Token(models.Model):
    """A bearer token, stored as a keyed hash, with scopes and an end. One command makes one."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.BinaryField(unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    until = models.DateTimeField(null=True)
    label = models.CharField(max_length=80, default="")
    command = models.UUIDField(null=True, unique=True)

    class Meta:
        db_table = "accounts_token"


class Slip(models.Model):
    """A log-in slip: one code for one log-in without a password, given at a window to whoever showed their card.

    The code is kept as a keyed hash. Of an account's slips only the newest counts, once and before ``until``. The rows
    stay: they say who let whom in, where and when.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="slips")
    digest = models.BinaryField()
    office = models.TextField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_slip"
