"""一卡通办: the social security card opens its holder's page at a window, by its number or the electronic card's code.

Which number is a card's the vocabulary says (an attribute that ``finds``); that it still is, and that the card is in
use, its holder says each time, and the look is told to whose card it is. The code is made on the person's own phone,
lasts some minutes and opens one page once. A page stays open at its window for the time that somebody stands there.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, Q, Value

from tongban.accounts.actor import Actor
from tongban.applications import following, handing_over, inquiries, not_done, starting
from tongban.applications.masking import masked, masked_name
from tongban.applications.models import CardCode, CardVisit, Form
from tongban.applications.not_done import Told
from tongban.applications.problems import FieldError, Problem, forbidden, not_found
from tongban.applications.throttle import slow
from tongban.applications.whose import PERSON
from tongban.casework import queries, store
from tongban.casework.queries import Reach
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Attribute, Text
from tongban.catalog.vocabulary import Value as Known
from tongban.platform import time
from tongban.platform.crypto import keyed_hash
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Held, Reader, Wanted

FIELD: Final = "card"
PURPOSE: Final = Text("在窗口凭社保卡打开办事页", "Opening one's page at a window by the social security card")
OWN_PURPOSE: Final = Text("出示电子社保卡", "Showing the electronic social security card")
CODE_LASTS: Final = timedelta(minutes=5)
VISIT_LASTS: Final = timedelta(minutes=30)
CODE_DIGITS: Final = 20
ENDING_DIGITS: Final = 4
OPENED_PER_MINUTE, MADE_PER_MINUTE = 20, 6
STATUS: Final = "card_status"
OUT_OF_USE: Final = {"lost": Text("已挂失", "reported lost"), "cancelled": Text("已注销", "cancelled")}
"""States of a card that opens nothing, with what they are called."""

MOST_MATTERS: Final = 20


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code as a phone shows it, told this once: its digits, its end, and how its card's number ends."""

    code: str
    until: datetime
    card: str


def finds_by_card(catalog: Catalog, offer: BundleDefinition) -> bool:
    """Whether whoever applies for this is found at a window by a card."""
    attributes = catalog.types[offer.subjects[offer.applicant].type].attributes
    return any(attribute.finds for attribute in attributes.values())


def make_code(actor: Actor) -> MadeCode:
    """A new code for the reader's own card; one made before ends with it.

    Raises Problem 404 for staff and machines, 409 ``no-card``, ``card-out-of-use``, 429, 503 ``source-down``.
    """
    if actor.subject_id is None:
        raise not_found()
    slow("card-code", actor.id, MADE_PER_MINUTE)
    attribute = _finding(publication.current())[0]
    known = _asked(actor.subject_id, Reader(actor.id, OWN_PURPOSE))
    number = known[attribute.name].value
    if number is None:
        text = Text("登记里没有你的社保卡，先申领一张", "No card of yours is registered. Apply for one first.")
        raise Problem(409, "no-card", text)
    _refuse_out_of_use(known)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    until = time.now() + CODE_LASTS
    made = {"digest": _digest(code), "until": until, "used_at": None}
    CardCode.objects.update_or_create(subject_id=actor.subject_id, defaults=made)
    return MadeCode(code, until, str(number)[-ENDING_DIGITS:])


def open_page(actor: Actor, office: str, typed: str) -> int:
    """Open the page of whoever's card this is, by what was typed or scanned at a window; returns the visit.

    Raises Problem 403 at another's window, 409 ``card-out-of-use``, 422 ``card-unknown``, ``card-code-used``,
    ``card-code-expired``, 429, 503 ``source-down``.
    """
    if actor.user_id is None or not actor.has_role("window", office):
        raise forbidden("这个窗口不归你", "This window is not yours.")
    slow("card", actor.id, OPENED_PER_MINUTE)
    read = "".join(typed.split()).replace("-", "").upper()
    is_code = len(read) == CODE_DIGITS and read.isascii() and read.isdigit()
    reader = Reader(actor.id, PURPOSE, office)
    subject = _by_code(read) if is_code else _by_number(read, reader)
    if is_code:
        _refuse_out_of_use(_asked(subject, reader))
    with transaction.atomic():
        if is_code:
            use_up(read)
        return CardVisit.objects.create(
            at=time.now(), office=office, opened_by=actor.user_id, subject_id=subject,
            way="code" if is_code else "number",
        ).id  # fmt: skip


def holder_of(actor: Actor, code: str) -> int:
    """Whose electronic card showed this code to whatever device reads it; `use_up` goes with what is done by it.

    Raises Problem 422 ``card-unknown``, ``card-code-used``, ``card-code-expired``, 429.
    """
    slow("card", actor.id, OPENED_PER_MINUTE)
    return _by_code("".join(code.split()))


def use_up(code: str) -> None:
    """Let a code open nothing else, on the caller's transaction: it is used up by what is done, or not at all.

    Raises Problem 422 ``card-code-used``.
    """
    # The condition stands in the statement, so that of two who read one code at one moment only one opens a page.
    unused = CardCode.objects.filter(digest=_digest("".join(code.split())), used_at=None)
    if unused.update(used_at=time.now()) == 0:
        raise _used()


def page_of(actor: Actor, visit_id: int) -> dict[str, Any]:
    """What a window sees of whoever stands there: ``name`` and ``id_number`` (masked), ``way``, ``office``, ``until``,
    ``matters`` (lines of `following.summaries`), ``results`` to be handed over here, ``begun`` with this visit.

    Raises Problem 404 for another's visit, 409 ``card-visit-ended``.
    """
    visit = _visit(actor, visit_id)
    person = publication.current().types[PERSON].attributes
    key = registry.key_of(visit.subject_id) or ""
    name = registry.read(
        [Wanted(visit.subject_id, person["name"])], Reader(actor.id, PURPOSE, visit.office)
    )[visit.subject_id, "name"]  # fmt: skip
    return {
        "id": visit.id,
        "name": masked_name(str(name.value)) if name.value else "",
        "id_number": masked(person["id_number"], key),
        "way": visit.way,
        "office": visit.office,
        "until": visit.at + VISIT_LASTS,
        "matters": following.summaries(actor, _matters(actor, visit)),
        "results": handing_over.to_hand_over(actor, key) if key else [],
        "begun": list(visit.applications),
    }


def start(actor: Actor, visit_id: int, offer: str, command_id: UUID) -> str:
    """Begin an application for whoever's page is open; returns its number. Raises as `page_of` and `starting.start`."""
    visit = _visit(actor, visit_id)
    key = registry.key_of(visit.subject_id)
    with transaction.atomic():
        number = starting.start(actor, offer, command_id=command_id, applicant_key=key, window=visit.office)
        added = Func(F("applications"), Value(number), function="array_append")
        CardVisit.objects.filter(id=visit.id).exclude(applications__contains=[number]).update(applications=added)
    return number


def tell_not_done(actor: Actor, visit_id: int, application: str, kind: str, said: str, command_id: UUID) -> Told:
    """Say for whoever stands there which of the matters on their page could not be done.

    Raises as `page_of` and `not_done.tell`; Problem 404 for a matter that is not on the page.
    """
    visit = _visit(actor, visit_id)
    if application not in {form.number for form in _matters(actor, visit)}:
        raise not_found()
    return not_done.tell(
        actor, said, command_id=command_id, kind=kind, application=application,
        asker=visit.subject_id, window=visit.office,
    )  # fmt: skip


def _matters(actor: Actor, visit: CardVisit) -> list[Form]:
    """The latest matters of whoever stands there: all by a code, which is the holder's own act; by a number, which
    others may know too, only what this clerk may see anyway and what was taken at this window.
    """
    forms = (
        Form.objects.filter(applicant_id=visit.subject_id)
        .exclude(bundle__in=inquiries.SERVICES)
        .order_by("-created_at")
    )
    if visit.way == CardVisit.Way.NUMBER:
        cases = [case.number for case in store.cases_of(forms.values_list("number", flat=True))]
        reached = {number.rpartition("/")[0] for number in queries.within(cases, Reach(tuple(actor.offices)))}
        forms = forms.filter(Q(window_office=visit.office) | Q(number__in=reached))
    return list(forms[:MOST_MATTERS])


def _visit(actor: Actor, visit_id: int) -> CardVisit:
    visit = CardVisit.objects.filter(id=visit_id, opened_by=actor.user_id or 0).first()
    if visit is None or not actor.has_role("window", visit.office):
        raise not_found()
    if time.now() >= visit.at + VISIT_LASTS:
        text = Text("这页开了半小时，已经关上。再读一次卡", "This page was open for half an hour. Read the card again.")
        raise Problem(409, "card-visit-ended", text)
    return visit


def _by_number(number: str, reader: Reader) -> int:
    """Whose card has this number now, as its holder says."""
    for attribute in _finding(publication.current()):
        for subject in registry.find_by(attribute, number):
            known = _asked(subject, reader)
            if known[attribute.name].value == number:
                _refuse_out_of_use(known)
                return subject
    raise _refused("card-unknown", "没有这张社保卡。对一下卡号；换过卡的，用新卡", "No card in use has this number.")


def _by_code(code: str) -> int:
    """Whose electronic card showed this code, which opened nothing before."""
    found = CardCode.objects.filter(digest=_digest(code)).first()
    if found is None:
        raise _refused("card-unknown", "没有这个二维码。请本人在手机上再出示一次", "Nobody was shown this code.")
    if found.used_at is not None:
        raise _used()
    if found.until <= time.now():
        raise _refused("card-code-expired", "这个二维码过了 5 分钟。请本人再出示一次", "This code has expired.")
    return found.subject_id


def _used() -> Problem:
    return _refused("card-code-used", "这个二维码用过了。请本人在手机上再出示一次", "This code was used before.")


def _asked(subject: int, reader: Reader) -> dict[str, Held]:
    """What the holder says now of somebody's card, by attribute; the look is logged."""
    catalog = publication.current()
    attributes = catalog.types[PERSON].attributes
    names = [one.name for one in _finding(catalog)] + [name for name in (STATUS,) if name in attributes]
    held = registry.read([Wanted(subject, attributes[name]) for name in names], reader)
    down = next((one for one in held.values() if one.state == "unavailable"), None)
    if down is not None:
        holder = catalog.authorities[down.holder].title
        text = Text(f"{holder.zh}的库连不上，先用身份证办", f"{holder.en} is down. Use the ID card for now.")
        raise Problem(503, "source-down", text, [FieldError(FIELD, "source-down", text)])
    return {name: one for (_, name), one in held.items()}


def _refuse_out_of_use(known: dict[str, Held]) -> None:
    status: Known = known[STATUS].value if STATUS in known else None
    if said := OUT_OF_USE.get(str(status)):
        text = Text(f"这张社保卡{said.zh}，不能用。先用身份证办", f"This card is {said.en}. Use the ID card for now.")
        raise Problem(409, "card-out-of-use", text, [FieldError(FIELD, "card-out-of-use", text)])


def _finding(catalog: Catalog) -> list[Attribute]:
    """The numbers of cards by which people are found."""
    return [attribute for attribute in catalog.types[PERSON].attributes.values() if attribute.finds]


def _refused(code: str, zh: str, en: str) -> Problem:
    text = Text(zh, en)
    return Problem(422, code, text, [FieldError(FIELD, code, text)])


def _digest(code: str) -> bytes:
    return keyed_hash(code, context="card-code")
