"""Messages: one list on the site for each account, and e-mail and SMS behind one interface.

A message says that something waits and where, never a personal value: an SMS may lie open on a table. A city names
the class that carries the news outside in TONGBAN_MESSAGES (``module.Class``, a `Channel`); demonstration and test
cities write what would be sent to files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import orjson
import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from tongban.accounts.actor import Actor
from tongban.accounts.models import User
from tongban.applications.models import Message
from tongban.casework.guards import WORKING_ROLES
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.database import Call, call
from tongban.platform.models import Mark
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
    """The channels of this city: the one it names; else the files of a demonstration or test.

    A real city that names none has the inbox of the site and nothing else.
    """
    if settings.MESSAGES:
        return [import_string(settings.MESSAGES)()]
    if time.city_mark() is Mark.REAL:
        return []
    folder = find_places().home / "messages"
    return [FileChannel(folder / "sms.jsonl"), FileChannel(folder / "mail.jsonl")]


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever has one of these roles at an office today, of their own or as a deputy.

    Where one of them (``holder``) has claimed what is to be done, that one alone and who deputises for them. ``but``:
    accounts that are left out.
    """

    office: str
    roles: frozenset[str] = WORKING_ROLES
    holder: int | None = None
    but: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class News:
    """One sentence about an application or a case, to a subject of the registry or to a desk."""

    to: int | Desk
    code: str
    text: Text
    application: str
    case: str | None = None


def tell_subject(subject_id: int, code: str, text: Text, application: str, case: str | None = None) -> int:
    """Tell a person, or everybody who acts for an organisation. Returns how many were told."""
    return tell([News(subject_id, code, text, application, case)])


def tell_office(office: str, code: str, text: Text, application: str, case: str | None = None) -> int:
    """Tell everybody who handles and decides cases at an office. Returns how many were told."""
    return tell([News(Desk(office), code, text, application, case)])


def tell(news: Sequence[News]) -> int:
    """Put each in the inbox of everybody it is for, on the caller's transaction; `send_waiting` carries it outside.

    Returns how many were told. Who sits at a desk and who acts for an organisation is found where they stand, in
    `sql/tell.sql`: the database is asked once, for one piece of news as for many.
    """
    return sum(int(call([one])[0]) for one in telling(news))


def telling(news: Sequence[News]) -> list[Call]:
    """The calls that tell all of these; none where there is nothing to tell."""
    if not news:
        return []
    now = time.now()
    desks = [_row(n, one) | _at(one.to) for n, one in enumerate(news) if isinstance(one.to, Desk)]
    subjects = [_row(n, one) | {"subject": one.to} for n, one in enumerate(news) if not isinstance(one.to, Desk)]
    told = {"applications_tell_desks": desks, "applications_tell_subjects": subjects}
    return [
        Call(f"{function}(%s::jsonb, %s, %s)", (orjson.dumps(rows).decode(), now.date(), now))
        for function, rows in told.items()
        if rows
    ]


def _row(n: int, one: News) -> dict[str, Any]:
    """What a piece of news says, as `sql/tell.sql` takes it."""
    return {
        "n": n,
        "code": one.code,
        "application": one.application,
        "case": one.case,
        "zh": one.text.zh,
        "en": one.text.en,
    }


def _at(desk: Desk) -> dict[str, Any]:
    """Who sits there, as `sql/tell.sql` takes it."""
    return {"office": desk.office, "roles": sorted(desk.roles), "holder": desk.holder, "but": sorted(desk.but)}


def send_waiting(limit: int = 500) -> int:
    """Send what has not been sent outside yet, one account at a time; what fails stays for the next run.

    Where nothing leads outside there is nothing to send: a channel that is named later begins with what is new then.
    """
    sent, ways = 0, channels()
    with transaction.atomic():
        waiting = Message.objects.select_for_update(skip_locked=True).filter(sent_at__isnull=True).order_by("id")
        for message in waiting[:limit]:
            user = User.objects.get(id=message.user_id)
            try:
                for channel in ways:
                    channel.send(user, OUTSIDE, message.at)
            except OSError as failure:
                log.warning("message_not_sent", message=message.id, reason=str(failure))
                continue
            message.sent_at = time.recorded_now()
            message.save(update_fields=["sent_at"])
            sent += 1
    return sent


def inbox(actor: Actor, limit: int | None = 100) -> list[Message]:
    """The reader's messages, newest first; ``limit`` None: all of them."""
    return list(Message.objects.filter(user_id=actor.user_id or 0).order_by("-at", "-id")[:limit])


def lines_of(actor: Actor, limit: int | None = 100) -> list[dict[str, Any]]:
    """The reader's messages as they are answered, newest first; ``limit`` None: all of them."""
    return [
        {
            "at": message.at.isoformat(timespec="seconds"),
            "code": message.code,
            "application": message.application,
            "case": message.case,
            "text": {"zh": message.zh, "en": message.en},
            "read": message.read_at is not None,
        }
        for message in inbox(actor, limit)
    ]


def unread_count(actor: Actor) -> int:
    """How many the reader has not opened."""
    return Message.objects.filter(user_id=actor.user_id or 0, read_at__isnull=True).count()


def mark_read(actor: Actor) -> None:
    """The reader has seen the list."""
    Message.objects.filter(user_id=actor.user_id or 0, read_at__isnull=True).update(read_at=time.now())
