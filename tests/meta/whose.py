"""Whom each door lets in to a thing that is somebody's: each address that names one, asked by every kind of reader.

What is asked is made from the routes themselves: pages are fetched and sent an empty form, operations get the least
body that their schema takes. So a new route is asked too, before anybody has thought of a test for it. Whoever is
answered about a thing as about one that is not there has learned and done nothing, and was not let in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from tests.meta import doors

READERS: Final = {
    "nobody": None,
    "applicant": "mother",
    "second-signer": "father",
    "agent": "daughter",
    "somebody-else": "retiree",
    "organisation": "employer",
    "handler": "clerk-maternity",
    "handler-elsewhere": "clerk-fire",
    "approver": "approver-maternity",
    "approver-elsewhere": "approver-fire",
    "head": "head",
    "window": "window",
    "auditor": "auditor",
}
"""One of each kind. The thing is the applicant's, who gave the agent a mandate; it lies at the handler's office.

Beside them ask a terminal of a hall, the agency elsewhere that a case is shared with, and another agency.
"""

STRANGERS: Final = frozenset(
    {"nobody", "somebody-else", "organisation", "handler-elsewhere", "approver-elsewhere", "agency-elsewhere"}
)
"""To whom nothing of it is open."""

PARAMETER: Final = re.compile(r"[<{](?:(\w+):)?(\w+)[>}]")
NOBODYS: Final = frozenset({"slug", "name", "queue", "rule"})
"""What these parameters name is the city's, or the reader's own whoever reads."""

REFUSED: Final = frozenset({401, 403, 404})
WRONG_METHOD: Final = 405
QUERIED: Final = frozenset({"GET", "DELETE"})
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
Things = Mapping[str, Mapping[str, str]]
"""By the beginnings of addresses, what their parameters name; a longer beginning goes before a shorter one."""

Sent = Mapping[str, Mapping[str, Any]]
"""By doors as they are written, what is sent where the least would be told apart from nothing: bytes are a file."""

NOT_THERE: Final = {
    "int": "987654", "uuid": str(UUID(int=7)), "str": "4302-26-987654-X", "path": "4302-26-987654-X.1-F1",
}  # fmt: skip
"""What a parameter of this kind may hold, and is nothing."""


@dataclass(frozen=True)
class Door:
    """One way to ask for something: method, address as the routes write it, and what is sent.

    ``body`` is the least JSON that it takes, where it takes JSON; ``sent`` goes instead of it, of an empty form, or
    into the address.
    """

    method: str
    address: str
    body: Any = None
    sent: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def ways() -> Iterator[Door]:
    """Every way to every address that names a thing."""
    from django.urls import get_resolver  # noqa: PLC0415 - needs Django's settings

    from tongban.api.api import api  # noqa: PLC0415 - as above

    for at, _view in doors.views(get_resolver().url_patterns):
        if not at.startswith("api/") and names_a_thing(at):
            yield from (Door(method, f"/{at}") for method in ("GET", "POST"))
    schema = api.get_openapi_schema()
    for at, methods in schema["paths"].items():
        for method, operation in methods.items() if names_a_thing(at) else ():
            shape = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
            yield Door(method.upper(), at, shape and least(schema, shape))


def names_a_thing(address: str) -> bool:
    """Whether a parameter of it may name what is somebody's."""
    return bool({name for _, name in PARAMETER.findall(address)} - NOBODYS)


def least(schema: Mapping[str, Any], shape: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """The least JSON of this shape: what must be there, and nothing else."""
    if "$ref" in shape:
        return least(schema, schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]])
    if "anyOf" in shape:
        return least(schema, shape["anyOf"][0])
    if "enum" in shape or "const" in shape:
        return shape.get("const", shape.get("enum", [None])[0])
    plain = {"boolean": True, "integer": 1, "array": [], "number": 1}
    if shape.get("type") == "object":
        return {name: least(schema, shape["properties"][name]) for name in shape.get("required", ())}
    if shape.get("type") == "string":
        return {"uuid": str(UUID(int=1)), "date": "2026-11-16"}.get(shape.get("format", ""), "x")
    return plain.get(shape.get("type", ""))


def matrix(things: Things, sent: Sent, browsers: Mapping[str, Client]) -> dict[str, list[str]]:
    """For each door the kinds of readers that it does something for. Nothing that they do is kept."""
    found: dict[str, list[str]] = {}
    for least_door in ways():
        door = replace(least_door, sent=sent.get(str(least_door)))
        there, nowhere = filled(door.address, things), filled(door.address, {})
        answers = {kind: asked(door, browser, there) for kind, browser in browsers.items()}
        if set(answers.values()) != {WRONG_METHOD}:
            found[str(door)] = [
                kind
                for kind, status in answers.items()
                if status not in REFUSED and status != asked(door, browsers[kind], nowhere)
            ]
    return found


def unnamed(things: Things) -> list[str]:
    """Doors with a parameter for which nothing was made: asked about nothing, they would tell nothing."""
    needed = {str(door): {name for _, name in PARAMETER.findall(door.address)} for door in ways()}
    return [door for door, needs in needed.items() if needs - names(door.partition(" ")[2], things).keys()]


def names(address: str, things: Things) -> dict[str, str]:
    """What the parameters of an address name."""
    there: dict[str, str] = {}
    for prefix in sorted(things, key=len):
        there |= things[prefix] if address.startswith(prefix) else {}
    return there


def filled(address: str, things: Things) -> str:
    """An address with the names of things in it, or of such as are not there."""
    there = names(address, things)
    return PARAMETER.sub(lambda found: there.get(found[2]) or NOT_THERE[found[1] or "str"], address)


def asked(door: Door, browser: Client, address: str) -> int:
    """The status that this reader is answered; being sent to log in is one of refusal."""
    content, kind = _content(door)
    with_query = f"{address}?{urlencode(door.sent)}" if door.sent and door.method in QUERIED else address
    with transaction.atomic():
        answer: Any = browser.generic(
            door.method, with_query, content, kind, headers={"Idempotency-Key": f"{door} {address}"}
        )
        transaction.set_rollback(True)
    to_log_in = urlsplit(answer.headers.get("Location", "")).path == "/login"
    return 401 if to_log_in else int(answer.status_code)


def _content(door: Door) -> tuple[bytes | str, str]:
    """What is sent and of what kind it is."""
    if door.body is not None:
        return json.dumps(door.sent or door.body), JSON
    if not door.sent or door.method in QUERIED:
        return "", FORM
    files = {name: SimpleUploadedFile("a", value) for name, value in door.sent.items() if isinstance(value, bytes)}
    return encode_multipart(BOUNDARY, {**door.sent, **files}), MULTIPART_CONTENT
