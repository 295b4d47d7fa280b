"""A register that says something wrong: the application goes on with the claim, and the register gets a case to decide.

One case per disputed entry, opened by the house with the application that showed it, at the office of whoever holds
the entry. When it is granted, the entry is written; when it is refused, the register stands and says why. What a pack
tells from its books is put right there, by the service that does so; the correction is granted once the books agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

from tongban.applications.document import Entry, attribute_of, split_key
from tongban.applications.problems import Problem
from tongban.applications.store import Open
from tongban.casework import service as casework
from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.casework.model import SYSTEM, Given, Opening
from tongban.casework.store import Mode
from tongban.catalog import values
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Attribute, Office, Raw, Text
from tongban.registry import books
from tongban.registry import service as registry
from tongban.registry.model import Entry as Written

SERVICE = "base/correct-record"


def open_corrections(opened: Open, mode: Mode, command_id: UUID) -> list[str]:
    """Open a case for every disputed entry of a form, on the caller's transaction; returns their applications."""
    numbers = []
    for key, entry in opened.document.facts.items():
        attribute = attribute_of(opened.catalog, opened.bundle, key)
        if not entry.disputed or attribute is None or attribute.held_by is None:
            continue
        subject, member, _ = split_key(key)
        members = opened.document.members[subject]
        about = members[member - 1] if len(members) > 1 else members[0]
        office = _office(opened.catalog, attribute.held_by)
        if about is None or office is None:
            continue
        opening = _opening(opened, entry, attribute, about, office)
        submission = casework.Submission(
            command=str(uuid5(command_id, key)),
            number=None,
            publication=opened.form.publication,
            applicant=opened.form.applicant_id,
            mode=mode,
            bundle=SERVICE,
            bundle_hash=opened.catalog.hashes[SERVICE],
            openings=[opening],
        )
        numbers.append(casework.open_application(submission, SYSTEM).number)
    return numbers


def _office(catalog: Catalog, authority: str) -> Office | None:
    """The highest office of the authority that holds the entry."""
    offices = [office for office in catalog.offices.values() if office.authority == authority]
    return min(offices, key=lambda office: len(office.region)) if offices else None


def _opening(opened: Open, entry: Entry, attribute: Attribute, about: int, office: Office) -> Opening:
    """The role ``about`` is whose or which entry it is, of whatever type; ``entry`` names the attribute."""
    holder = opened.catalog.authorities[attribute.held_by or ""]
    correction = registry.create("base/Correction", ends={"owner": opened.form.applicant_id})
    facts = {
        "correction.record": Given(holder.title.zh, "derived"),
        "correction.entry": Given(f"{attribute.type}.{attribute.name}", "derived"),
        "correction.item": Given(attribute.label.zh, "derived"),
        "correction.held": Given(str(entry.held) if entry.held is not None else "—", "fetched"),
        "correction.claimed": Given(str(entry.raw), "claimed"),
    }
    roles = {"owner": (opened.form.applicant_id,), "about": (about,), "correction": (correction,)}
    return Opening(part=1, service=SERVICE, roles=roles, office=office.id, region=office.region, facts=facts)


def receive(granted: Sequence[Happened]) -> None:
    """Write what a granted correction says to whoever holds it. Raises Problem 409 ``books-say-otherwise``."""
    facts = store.facts_of([one.change.after.number for one in granted])
    for one in granted:
        known = facts[one.change.after.number]
        type_id, _, name = str(known["correction.entry"]).rpartition(".")
        attribute = one.in_force.catalog.types[type_id].attributes[name]
        value = values.read(attribute, known["correction.claimed"])
        case = one.change.after
        about = case.roles["about"][0]
        booked = books.in_books(about, attribute)
        if booked is None:
            registry.write([Written(about, attribute, value, case.number)], keys={})
        elif values.read(attribute, booked[0]) != value:
            raise _books_differ(one.in_force.catalog, attribute, values.write(value), *booked)


def _books_differ(catalog: Catalog, attribute: Attribute, claimed: Raw, held: Raw, service: str) -> Problem:
    title, label = catalog.services[service].title, attribute.label
    text = Text(
        f"“{label.zh}”由账本答，账上是 {held}。先用“{title.zh}”把账改对；账上成了 {claimed}，这里才能准予",
        f"“{label.en}” is told by the books, which say {held}. Put them right by “{title.en}”; this is granted once"
        f" they say {claimed}.",
    )
    return Problem(409, "books-say-otherwise", text)


def concerns(one: Happened) -> bool:
    """Whether this change is the one that granted a correction; a case hears of things after its end as well."""
    before, after = one.change.before, one.change.after
    is_granted_now = after.result == "granted" and (before is None or before.is_open)
    return after.service == SERVICE and is_granted_now and one.application.mode == "real"
