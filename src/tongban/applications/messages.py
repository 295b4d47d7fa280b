"""Messages: one list on the site for each account, and e-mail and SMS behind one interface.

A message says that something waits and where, never a personal value: an SMS may lie open on a table. The
demonstration writes what would be sent to files.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import orjson
import structlog
from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.accounts.models import Mandate, Post, User
from tongban.applications.models import Message
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.places import find_places

OUTSIDE = Text("通办：你有一件事要做，登录看。", "Tongban: one thing waits for you. Log in to see it.")

log = structlog.get_logger(__name__)


class Channel(Protocol):
    """A way to reach somebody outside the site."""

    def send(self, user: User, text: Text, at: datetime) -> None:
        """Send one sentence. Raises OSError when it cannot be sent now; it is tried again."""
        ...


class FileChannel:
    """The demonstration's e-mail and SMS: one line per message in a file of the data folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, user: User, text: Text, at: datetime) -> None:
        """Append the message."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = {"at": at.isoformat(timespec="seconds"), "to": user.id, "zh": text.zh, "en": text.en}
        with self.path.open("ab") as file:
            file.write(orjson.dumps(line) + b"\n")


def channels() -> list[Channel]:
    """The channels of this city."""
    folder = find_places().home / "messages"
    return [FileChannel(folder / "sms.jsonl"), FileChannel(folder / "mail.jsonl")]


def tell_subject(subject_id: int, code: str, text: Text, application: str, case: str | None = None) -> int:
    """Tell a person, or everybody who acts for an organisation. Returns how many were told."""
    people = {subject_id} | set(
        Mandate.objects.filter(grantor_subject_id=subject_id, ended_at__isnull=True, basis="agent").values_list(
            "agent_subject_id", flat=True
        )
    )
    return tell(User.objects.filter(subject_id__in=people), code, text, application, case)


def tell_office(office: str, code: str, text: Text, application: str, case: str | None = None) -> int:
    """Tell everybody with a post at an office. Returns how many were told."""
    users = User.objects.filter(id__in=Post.objects.filter(office=office).values("user_id"))
    return tell(users, code, text, application, case)


def tell(users: Iterable[User], code: str, text: Text, application: str, case: str | None = None) -> int:
    """Put a message in each inbox on the caller's transaction; `send_waiting` carries the news outside."""
    at = time.now()
    rows = [
        Message(user_id=user.id, at=at, code=code, application=application, case=case, zh=text.zh, en=text.en)
        for user in users
    ]
    return len(Message.objects.bulk_create(rows, ignore_conflicts=True))


def send_waiting(limit: int = 500) -> int:
    """Send what has not been sent outside yet, one account at a time; what fails stays for the next run."""
    sent = 0
    with transaction.atomic():
        waiting = Message.objects.select_for_update(skip_locked=True).filter(sent_at__isnull=True).order_by("id")
        for message in waiting[:limit]:
            user = User.objects.get(id=message.user_id)
            try:
                for channel in channels():
                    channel.send(user, OUTSIDE, message.at)
            except OSError as failure:
                log.warning("message_not_sent", message=message.id, reason=str(failure))
                continue
            message.sent_at = time.recorded_now()
            message.save(update_fields=["sent_at"])
            sent += 1
    return sent


def inbox(actor: Actor, limit: int = 100) -> list[Message]:
    """The reader's messages, newest first."""
    return list(Message.objects.filter(user_id=actor.user_id or 0).order_by("-at", "-id")[:limit])


def lines_of(actor: Actor) -> list[dict[str, Any]]:
    """The reader's messages as they are answered, newest first."""
    return [
        {
            "at": message.at.isoformat(timespec="seconds"),
            "code": message.code,
            "application": message.application,
            "case": message.case,
            "text": {"zh": message.zh, "en": message.en},
            "read": message.read_at is not None,
        }
        for message in inbox(actor)
    ]


def unread_count(actor: Actor) -> int:
    """How many the reader has not opened."""
    return Message.objects.filter(user_id=actor.user_id or 0, read_at__isnull=True).count()


def mark_read(actor: Actor) -> None:
    """The reader has seen the list."""
    Message.objects.filter(user_id=actor.user_id or 0, read_at__isnull=True).update(read_at=time.now())
