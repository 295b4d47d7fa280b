"""Who can log in to the demonstration city: every persona, and two members of staff at each office besides.

They all have one password, which is printed and documented: nothing here is secret, and no real city has any of it.
A clerk persona has a post at every office of its authority, so that it can be played wherever an application goes; the
others sit at one office each and see nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password

from tongban.accounts import mandates
from tongban.accounts.models import Mandate, Post, User, login_of
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Office
from tongban.platform import time
from tongban.registry import service as registry
from tongban.testing.city.people import PERSON
from tongban.testing.city.personas import Persona
from tongban.testing.city.work import ORGANISATION

PASSWORD = "tongban-demo"  # noqa: S105 -- printed, documented, and worth nothing
DESKS = {"clerk": "handler", "approver": "approver"}
UNUSABLE = "!"
"""What no password is hashed to."""
SHOWN = {"handler": "经办", "approver": "审批"}


def let_in(personas: Iterable[Persona], catalog: Catalog) -> None:
    """Make the accounts of the personas, who must be in the registry, and of every office's staff."""
    password = make_password(PASSWORD)  # one for all: hashing is slow on purpose
    for persona in personas:
        user = _account(persona, password)
        user.save()
        Post.objects.bulk_create(
            Post(user=user, office=office, roles=roles) for office, roles in _posts(persona, catalog)
        )
        if persona.organisation and user.subject_id is not None:
            company = registry.find(ORGANISATION, persona.organisation["uscc"])
            if company is not None:
                scope = _scope(persona.rights, catalog)
                since = time.today().replace(month=1, day=1)  # so that a story can begin earlier in the year
                mandates.give(company, user.subject_id, scope, from_day=since, basis=Mandate.Basis.AGENT)
    staff_of_offices(catalog, password)


def login_name(persona: Persona) -> str:
    """What a persona types to log in: people their ID number, staff their staff number."""
    return persona.id if persona.kind == "staff" else persona.identity["id_number"]


def _account(persona: Persona, password: str) -> User:
    is_staff = persona.kind == "staff"
    return User(
        login=login_of(login_name(persona)),
        kind=User.Kind.STAFF if is_staff else User.Kind.PERSON,
        shown_name=persona.identity["name"],
        staff_number=persona.id if is_staff else None,
        subject_id=None if is_staff else registry.find(PERSON, persona.identity["id_number"]),
        persona=persona.id,
        password=password,
    )


def _posts(persona: Persona, catalog: Catalog) -> list[tuple[str, list[str]]]:
    """Office and roles. The own office comes first; clerks and approvers sit at all others of their authority too."""
    own = office_called(catalog, persona.office or "")
    if own is None:
        return []
    offices = [own]
    if set(persona.roles) <= set(DESKS.values()):
        offices += [
            office for office in catalog.offices.values() if office.authority == own.authority and office != own
        ]
    return [(office.id, sorted(persona.roles)) for office in offices]


def office_called(catalog: Catalog, name: str) -> Office | None:
    """The office with this full or bare id."""
    found = (office for office in catalog.offices.values() if name in (office.id, office.id.rpartition("/")[2]))
    return next(found, None)


def staff_of_offices(catalog: Catalog, password: str = UNUSABLE) -> None:
    """A clerk and an approver at each office: `clerk-population-4302`, `approver-population-4302`."""
    desks = [
        (f"{desk}-{office.id.rpartition('/')[2]}", office, role)
        for office in catalog.offices.values()
        for desk, role in DESKS.items()
    ]
    users = User.objects.bulk_create(
        User(
            login=login_of(number),
            kind=User.Kind.STAFF,
            shown_name=f"{office.title.zh}{SHOWN[role]}",
            staff_number=number,
            password=password,
        )
        for number, office, role in desks
    )
    Post.objects.bulk_create(
        Post(user=user, office=office.id, roles=[role]) for user, (_, office, role) in zip(users, desks, strict=True)
    )


def _scope(rights: Iterable[str], catalog: Catalog) -> list[str]:
    """Full ids of bundles; ``all`` is everything."""
    known = {full.rpartition("/")[2]: full for full in catalog.bundles}
    return [mandates.EVERYTHING if right == "all" else known.get(right, right) for right in rights]
