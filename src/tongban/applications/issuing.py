"""What a change of a case brings to people: the credential it grants, the letters it sends, and the messages.

Told of every change by casework, on the command's own transaction: either all of it happened or nothing did. The PDF
itself is made when somebody first reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from tongban.applications.deferrals import letters_of, owes_letters
from tongban.applications.effects import applied_on, listings_of
from tongban.applications.offers import offer_of
from tongban.applications.unsourced import unsourced
from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.casework.model import Case, Event
from tongban.catalog import values
from tongban.catalog.model import Catalog, CredentialDefinition, ServiceDefinition
from tongban.catalog.sentences import in_words
from tongban.catalog.vocabulary import Attribute, Reference, Text, Value
from tongban.clock import due
from tongban.credentials import letters
from tongban.credentials import service as credentials
from tongban.credentials.service import Holder, Order
from tongban.credentials.sheet import Field, Listing
from tongban.planner.deriving import derive
from tongban.publication import calendars
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted

CITY = Text("株洲市", "Zhuzhou")
ENDING_DIGITS: Final = 4  # of a card's number on a paper
REVOCATION: Final = "base/revocation"
"""The notice of the pack `base`."""


def concerns(one: Happened) -> bool:
    """Whether this change calls for a credential, a notice or a letter."""
    return one.runs("credentials") or bool(_notices(one) or _revocations(one)) or owes_letters(one)


def may_bring(catalog: Catalog, service: ServiceDefinition) -> bool:
    """Whether cases of a service can bring any credential, notice or letter at all."""
    steps = catalog.procedures[service.procedure].steps.values()
    has_letters = any(need.deferrable or need.promise for need in service.evidence)
    return service.credential is not None or has_letters or any(step.notice for step in steps)


def receive(happened: Sequence[Happened]) -> None:
    """Issue what these changes call for."""
    facts = store.facts_of(one.change.after.number for one in happened)
    listings = listings_of([one for one in happened if one.runs("credentials")])
    orders: list[Order] = []
    for one in happened:
        known = facts[one.change.after.number]
        if one.runs("credentials"):
            orders += _credential_orders(one, known, listings)
        orders += [_notice_order(one, notice, event, known) for notice, event in _notices(one)]
        extra = [*letters_of(one), *_revocations(one)]
        orders += [_notice_order(one, notice, event, known, words) for notice, event, words in extra]
    if orders:
        credentials.issue(orders)


def _notices(one: Happened) -> list[tuple[str, Event]]:
    """The notices that the steps taken send, less those that the law of another kind of service demands."""
    sent = one.notices()
    if not sent:
        return []
    catalog, service = one.in_force.catalog, one.in_force.service(one.change.after.service)
    cited_laws = {None, *(reference.law for reference in service.law)}
    return [(notice, event) for notice, event in sent if catalog.notices[notice].under in cited_laws]


def _revocations(one: Happened) -> list[tuple[str, Event, dict[str, letters.Word]]]:
    """The decision that takes a credential back; none under definitions from before there was such a notice."""
    taken_back = [event for event in one.change.events if event.kind == "revoked"]
    catalog, credential = one.in_force.catalog, one.in_force.service(one.change.after.service).credential
    if not taken_back or credential is None or REVOCATION not in catalog.notices:
        return []
    words: dict[str, letters.Word] = {"document": catalog.credentials[credential].title}
    return [(REVOCATION, event, words) for event in taken_back]


def _with_derived(one: Happened, facts: Mapping[str, Value]) -> Mapping[str, Value]:
    """A case's facts and what follows from them: a child's birthday from the ID number it has just got."""
    catalog = one.in_force.catalog
    return derive(catalog, offer_of(catalog, one.change.after.service), facts, one.at.date())


def _credential_orders(
    one: Happened, facts: Mapping[str, Value], listings: Mapping[str, tuple[Listing, ...]]
) -> list[Order]:
    case, catalog = one.change.after, one.in_force.catalog
    service = one.in_force.service(case.service)
    if service.credential is None:
        return []
    definition = catalog.credentials[service.credential]
    role = service.holder or definition.holder
    attributes = {fact: one.in_force.attribute(service, fact) for fact in definition.fields}
    cards = {fact: attributes.pop(fact) for fact in definition.fields if attributes[fact].finds and fact not in facts}
    today = one.at.date()
    unverified = unsourced(catalog, service, facts, today)
    facts = _with_derived(one, facts)
    until = due(calendars.current(), today, definition.valid_for).due if definition.valid_for else None
    return [
        Order(
            **_common(one, service),
            sort="credential",
            definition=definition.id,
            definition_hash=catalog.hashes[definition.id],
            event=case.version,
            holder=Holder(
                service.roles[role].type,
                case.roles[role][0],
                _holder_name(definition, role, facts),
                is_public=service.roles[role].type == "base/Organisation",
            ),
            title=definition.title,
            fields=tuple(
                [Field(a.label, _printed_all(a, facts, fact), fact in unverified) for fact, a in attributes.items()]
                + [Field(a.label, f"尾号 {ending}") for fact, a in cards.items() if (ending := _card(one, a, fact))]
            ),
            listings=listings.get(case.number, ()),
            facts={fact: values.write(facts.get(fact)) for fact in {*attributes, *definition.proves}},
            valid_from=today,
            valid_until=until,
        )
    ]


def _common(one: Happened, service: ServiceDefinition) -> dict[str, Any]:
    del service
    case, office = one.change.after, one.in_force.catalog.offices[one.change.after.office]
    return {
        "kind": one.application.mode,
        "case_number": case.number,
        "office": office.id,
        "issuer": office.title,
        "city": CITY,
        "issued_at": one.at,
    }


def _holder_name(definition: CredentialDefinition, role: str, facts: Mapping[str, Value]) -> str:
    """The name to print: the holder's own, or, for a child that has none in its records yet, the name on the paper."""
    own = facts.get(f"{role}.name")
    named = (facts.get(fact) for fact in definition.fields if fact.endswith("name"))
    return str(own or next((name for name in named if name), ""))


def _card(one: Happened, attribute: Attribute, fact: str) -> str:
    """The last digits of somebody's card, which the case does not know: read from its holder now, and the look told;
    nothing where there is none.
    """
    case, role = one.change.after, fact.partition(".")[0]
    subject = case.roles[role][0]
    title = one.in_force.service(case.service).title
    purpose = Text(f"印在证照上：{title.zh}", f"Printed on a credential: {title.en}")
    held = registry.read(
        [Wanted(subject, attribute)], Reader("system", purpose, case.office, case.application, case.number)
    )
    number = held[subject, attribute.name].value
    return "" if number is None else str(number)[-ENDING_DIGITS:]


def _printed_all(attribute: Attribute, facts: Mapping[str, Value], fact: str) -> str:
    """A fact as printed; of a role with several subjects, each in turn."""
    role, _, name = fact.partition(".")
    several = [value for key, value in facts.items() if key.startswith(f"{role}.") and key.endswith(f".{name}")]
    if fact not in facts and several:
        return "、".join(printed(attribute, value) for value in several)
    return printed(attribute, facts.get(fact))


def printed(attribute: Attribute, value: Value) -> str:
    """A value as it stands on a paper."""
    return "—" if value is None else in_words(attribute, value).zh


def _notice_order(
    one: Happened,
    notice: str,
    event: Event,
    facts: Mapping[str, Value],
    own: Mapping[str, letters.Word] | None = None,
) -> Order:
    case, catalog = one.change.after, one.in_force.catalog
    service = one.in_force.service(case.service)
    definition = catalog.notices[notice]
    applicant = one.application.applicant
    name = name_of(case, applicant, facts)
    words = {**_words(one, service, event, name), **(own or {})}
    wanted = letters.names(definition.body) | letters.names(definition.remedies or Text("", ""))
    given = {word: words[word] for word in wanted}
    return Order(
        **_common(one, service),
        sort="notice",
        definition=definition.id,
        definition_hash=catalog.hashes[definition.id],
        event=event.n,
        holder=Holder("base/Person", applicant, name),
        title=definition.title,
        body=letters.fill(definition.body, given),
        remedies=letters.fill(definition.remedies, given) if definition.remedies else None,
    )


def name_of(case: Case, applicant: int, facts: Mapping[str, Value]) -> str:
    """The applicant's name as the facts of a case have it."""
    role = next((name for name, subjects in case.roles.items() if applicant in subjects), None)
    return str(facts.get(f"{role}.name") or "申请人")


def _words(one: Happened, service: ServiceDefinition, event: Event, name: str) -> dict[str, letters.Word]:
    before, case, catalog = one.change.before, one.change.after, one.in_force.catalog
    days = event.data.get("days")
    return {
        "applicant": name,
        "number": case.number,
        "service": service.title,
        "office": catalog.offices[case.office].title,
        "applied_on": applied_on(one),
        "due": _due_of(case) or one.at.date(),
        "former_due": (_due_of(before) if before else None) or one.at.date(),
        "days": Text(f"{days} 个工作日", f"{days} working days"),
        "items": items_of(catalog, service, event) or [Text("见说明", "as explained")],
        "reason": str(event.values.get("reason") or ""),
        "law": cited(catalog, service.law),
    }


def items_of(catalog: Catalog, service: ServiceDefinition, event: Event) -> list[Text]:
    """The things a correction asks for: the label of each, and what the clerk said about it."""
    items = event.data.get("items")
    found = []
    for name in items if isinstance(items, list) else ():
        label = label_of(catalog, service, str(name))
        said = event.values.get(f"item:{name}")
        found.append(Text(f"{label.zh}：{said}", f"{label.en}: {said}") if said else label)
    return found


def label_of(catalog: Catalog, service: ServiceDefinition, name: str) -> Text:
    """What a fact (``role.attribute``) or a paper of a service is called."""
    if name in catalog.evidence:
        return catalog.evidence[name].label
    role, _, attribute = name.partition(".")
    kind = catalog.types.get(service.roles[role].type) if role in service.roles else None
    if kind is not None and attribute in kind.attributes:
        return kind.attributes[attribute].label
    return Text(name, name)


def cited(catalog: Catalog, references: Sequence[Reference]) -> Text:
    """Articles as people cite them: 《户口登记条例》第 7 条; a law meant as a whole (全文) by its title alone."""
    places = [(catalog.laws[r.law].title, r.articles if r.articles[:1].isdecimal() else "") for r in references]
    zh = "；".join(f"《{title.zh}》{f'第 {articles} 条' if articles else ''}" for title, articles in places)
    en = "; ".join(f"{title.en}{f', art. {articles}' if articles else ''}" for title, articles in places)
    return Text(zh, en)


def _due_of(case: Case) -> date | None:
    dates = [clock.due for clock in case.clocks if clock.due is not None]
    return min(dates) if dates else None
