"""A city served by a process of its own, what its doors say while its database is away, and that all is well after."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import httpx
from tests.portal import matters
from tests.supervision.killed_city import Clerk, KilledCity

from tongban.accounts.models import User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.casework import audit

BIRTH: Final = "health/birth-certificate"
NOTE: Final = {"note": "看过了"}
LANGUAGE: Final = "django_language"
AWAY: Final = {"zh-hans": "数据库", "en": "The database is away"}
UNAVAILABLE: Final = 503
THREADS: Final = 16  # of the serving process
TIMEOUT_SECONDS: Final = 60


@dataclass
class Served:
    """The city, a clerk with a case, and the session of the same clerk's browser."""

    city: KilledCity
    clerk: Clerk
    session: str

    def get(self, path: str, *, language: str = "zh-hans", known: bool = False) -> httpx.Response:
        """A page or an operation, as a stranger's browser asks for it or a clerk's."""
        cookies = {LANGUAGE: language} | ({"sessionid": self.session} if known else {})
        return httpx.get(f"{self.city.address}{path}", cookies=cookies, timeout=TIMEOUT_SECONDS)

    def times(self, command: UUID) -> int:
        """How often a command stands in the events."""
        with self.city.look() as eyes:
            found = eyes.execute("select count(*) from casework_event where command_id = %s and k = 0", [command])
            return int((found.fetchone() or (0,))[0])


@contextmanager
def served(city: KilledCity) -> Iterator[Served]:
    """A mother's application was sent, and the city serves; whatever befell it inside, its record is as it must be."""
    number = matters.sent()
    bearer = issue_token(User.objects.get(persona="clerk-maternity"), TOKEN_SCOPES, label="fall")
    session = matters.browser_of("clerk-maternity").cookies["sessionid"].value
    city.start()
    yield Served(city, Clerk(city, bearer, matters.part(number, BIRTH)), session)
    assert audit.audit().findings == []


def is_told(answer: httpx.Response | None) -> bool:
    """Whether this is the answer of a door whose database is away, in the door's own shape."""
    assert answer is not None
    assert answer.status_code == UNAVAILABLE, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    if "/api/" in str(answer.url):
        assert answer.headers["Content-Type"] == "application/problem+json"
        body = answer.json()
        assert (body["code"], body["status"]) == ("database-away", UNAVAILABLE)
        return bool(body["detail"] and body["detail_zh"])
    language = answer.request.headers["Cookie"].partition(f"{LANGUAGE}=")[2].partition(";")[0]
    return AWAY[language] in answer.text


def assert_all_is_well(served: Served, command: UUID) -> None:
    """Every door answers, and this command, sent before or not, is done once however often it is sent again."""
    for _ in range(2):
        answer = served.clerk.send("note", command, texts=NOTE)
        assert answer is not None
        assert answer.is_success, answer.text
    assert served.times(command) == 1
    for path in ("/", "/desk/", "/api/v1/bundles", "/readyz"):
        assert served.get(path, known=True).is_success
    with ThreadPoolExecutor(THREADS) as clients:  # each of the server's threads, whatever befell its connection
        for path, known in (("/login", False), ("/api/v1/me", True)):
            answers = list(clients.map(lambda _: served.get(path, known=known), range(THREADS)))  # noqa: B023 -- done here
            assert {answer.status_code for answer in answers} == {200}
