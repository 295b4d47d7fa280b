"""Those whom a rehearsed application is about: registered with what their holders hold, and their accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tongban.accounts import mandates
from tongban.accounts.models import Mandate, User, login_of
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Value
from tongban.registry import service as registry
from tongban.registry.model import Entry
from tongban.testing.rehearsal.browsing import PASSWORD
from tongban.testing.rehearsal.examples import region_of

PERSON = "base/Person"


@dataclass(frozen=True)
class People:
    """The subjects of an offer with the values found for them."""

    catalog: Catalog
    offer: BundleDefinition
    values: Mapping[str, Value]

    def register(self) -> dict[str, User]:
        """Let the registers know them; answers with the accounts of persons, and of whoever applies, by subject."""
        bound: dict[str, int] = {}
        region = region_of(self.catalog)
        for name, role in self.offer.subjects.items():
            if not role.ends:
                kind = self.catalog.types[role.type]
                key = self.values.get(f"{name}.{kind.key}")
                bound[name] = registry.create(role.type, key=None if key is None else str(key), region=region)
        for name, role in self.offer.subjects.items():
            if role.ends and any(self._held(name)):
                ends = {end: bound[other] for end, other in role.ends.items() if other in bound}
                bound[name] = registry.create(role.type, ends=ends, region=region)
        entries = [entry for name, subject in bound.items() for entry in self._entries(name, subject)]
        registry.write(entries, keys={})
        accounts = {
            name: account_of(subject) for name, subject in bound.items() if self.offer.subjects[name].type == PERSON
        }
        accounts[self.offer.applicant] = self._applicant(bound[self.offer.applicant])
        return accounts

    def _held(self, role: str) -> Iterator[str]:
        attributes = self.catalog.types[self.offer.subjects[role].type].attributes
        mine = (fact.partition(".")[2] for fact in self.values if fact.startswith(f"{role}."))
        return (name for name in mine if attributes[name].held_by or not attributes[name].claimable)

    def _entries(self, role: str, subject: int) -> Iterator[Entry]:
        attributes = self.catalog.types[self.offer.subjects[role].type].attributes
        for name in self._held(role):
            yield Entry(subject, attributes[name], self.values[f"{role}.{name}"])

    def _applicant(self, subject: int) -> User:
        """The person who applies, or an agent of the organisation that does."""
        if self.offer.subjects[self.offer.applicant].type == PERSON:
            return account_of(subject)
        agent = registry.create(PERSON, region=region_of(self.catalog))
        mandates.give(subject, agent, [mandates.EVERYTHING], basis=Mandate.Basis.AGENT)
        return account_of(agent)


def account_of(subject: int) -> User:
    """The account of a person, made when it is first asked for."""
    found = User.objects.filter(subject_id=subject).first()
    if found is not None:
        return found
    login = login_of(login_name(subject))
    user = User(login=login, kind=User.Kind.PERSON, shown_name="走查员", subject_id=subject)
    user.set_password(PASSWORD)
    user.save()
    return user


def login_name(subject: int) -> str:
    """What somebody made up by us types to log in."""
    return f"walker-{subject}"
