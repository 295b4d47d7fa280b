"""办不成事: what somebody could not get done, told to one window, in a hall, online or by telephone (`base/not-done`).

What was tried is found from the person's own cases, never asked again; from it follow why it is stuck, the class and
the date, at once. Before that, the catalogue answers the three don't-knows: what to do, whom to ask, how. The same
person on the same matter is one case, however often and wherever they say it. What is not ours is sent to the right
address (`elsewhere`). What follows is `supervision.window`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import User
from tongban.applications import inquiries, windows
from tongban.applications.doers import doer_of
from tongban.applications.elsewhere import elsewhere
from tongban.applications.following import case_line, due_and_light
from tongban.applications.models import Form
from tongban.applications.offers import offer_of
from tongban.applications.problems import forbidden
from tongban.applications.promised import waits_for_applicant
from tongban.applications.search import search
from tongban.applications.store import begun_before, load
from tongban.casework import service as casework
from tongban.casework import store
from tongban.casework.model import Case, Command, Doer
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.publication import service as publication
from tongban.registry import service as registry

SERVICE: Final = inquiries.NOT_DONE
HOTLINE: Final = "hotline"
"""The scope and the channel of a telephone service that passes calls on."""
MOST_PARTS: Final = 12
MOST_LOOKED_AT: Final = 20
"""Among so many of a person's latest matters a repeated command is looked for."""
MOST_ANSWERS: Final = 3

Cause = Literal["unclear", "papers", "human", "policy", "departments"]
Channel = Literal["web", "phone", "window", "hotline"]


@dataclass(frozen=True, slots=True)
class Situation:
    """What a person was at: the matter in words, its number, its offer, how far it has come, why it is stuck."""

    about: str
    reference: str = ""
    offer: str = ""
    tried: str = ""
    cause: Cause = "unclear"


@dataclass(frozen=True, slots=True)
class Rung:
    """Whoever a hotline speaks for, and the number to call them back, if they left one."""

    asker: int | None
    call_back: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The number of what could not be done, and whether it is new or joined to what was open already."""

    number: str
    outcome: Literal["new", "joined"]


def kinds() -> list[dict[str, Any]]:
    """How something may fail, as choices."""
    catalog = publication.current()
    attribute = catalog.types[catalog.services[SERVICE].roles[inquiries.ROLE].type].attributes["kind"]
    return [{"value": one.value, "label": one.label.to_json()} for one in attribute.options]


def tell(
    actor: Actor,
    said: str,
    *,
    command_id: UUID,
    kind: str = "other",
    application: str | None = None,
    offer: str | None = None,
    asker: int | Rung | None = None,
    window: str | None = None,
) -> Told:
    """Say what could not be done: for oneself, at a ``window`` for whoever stands there, or as a hotline for its caller
    (``asker``, a person of the register, perhaps with the number from which they rang).

    Raises Problem 403, 404 for a matter that is not the asker's, 422 ``not-ours`` with the right address,
    ``wrong-fields``, 429 ``too-many-questions``.
    """
    rung = asker if isinstance(asker, Rung) else Rung(asker)
    whom, channel = _asker(actor, rung.asker, window)
    before = begun_before(command_id, actor)
    if before is not None:
        return Told(before.number, "new")
    if application is None and offer is None and (other := elsewhere(said)) is not None:
        raise other.refusal()
    catalog = publication.current()
    found = _situation(catalog, _self_of(actor, whom), kind, application, offer)
    raw = {
        "kind": kind, "cause": found.cause, "offer": found.offer, "about": found.about,
        "reference": found.reference, "said": said, "tried": found.tried, "call_back": rung.call_back,
    }  # fmt: skip
    facts = inquiries.checked(catalog, SERVICE, raw, needs_words=not (found.reference or found.offer))
    with transaction.atomic():
        registry.lock(whom)
        if (joined := _joined_before(whom, command_id)) is not None:
            return Told(joined, "joined")
        if (known := _open_one(whom, facts)) is not None:
            _again(known, actor, facts, command_id)
            return Told(known.application, "joined")
        inquiries.refuse_too_many(whom)
        columns = {"channel": channel, "window_office": window}
        kept = inquiries.keep(actor, SERVICE, whom, facts, command_id, **columns)
        office = inquiries.central(catalog)
        inquiries.submit(kept, catalog, office.id, registry.region_of(whom) or office.region, doer_of(actor, kept.form))
    return Told(kept.form.number, "new")


def cause_of(catalog: Catalog, kind: str, cases: Sequence[Case]) -> Cause:
    """Why something is stuck, as far as how it failed and its cases tell; the window may say otherwise.

    Somebody who does not do their work comes first (of a date, once it has passed), then what was refused, a paper that
    an office waits for, several offices at work; what hangs on none of these is a matter of what, whom and how.
    """
    waiting = [case for case in cases if case.is_open]
    if kind == "not-accepted" or (kind == "late" and any(due_and_light(case)[1] == "red" for case in waiting)):
        return "human"
    if any(case.result == "refused" for case in cases):
        return "policy"
    if kind == "sent-back" or any(waits_for_applicant(catalog, case) for case in waiting):
        return "papers"
    return "departments" if len({case.office for case in waiting}) > 1 else "unclear"


def answers(said: str, region: str) -> list[dict[str, Any]]:
    """What to do, whom to ask and how, as the catalogue knows it, the likeliest first.

    Each has the ``id`` and ``title`` of the offer, what it is in ``plain`` words, ``office``, and of the window
    nearest to the ``region`` (empty: the first county) its ``address``, ``hours`` and whether it ``is_open``; None
    where nobody is received.
    """
    catalog = publication.current()
    near = windows.near(region or next(iter(windows.counties()), ""))
    combined = next((line for line in near if line["everything"]), None)
    found = []
    for hit in search(catalog, said, MOST_ANSWERS):
        offer = offer_of(catalog, hit.id)
        service = catalog.services[hit.within or offer.parts[0].service]
        own = [line for line in near if catalog.offices[line["id"]].authority == service.authority]
        window = own[0] if own else combined
        found.append(
            {
                "id": offer.id,
                "title": offer.title.to_json(),
                "plain": offer.plain.to_json() if offer.plain else None,
                "authority": catalog.authorities[service.authority].title.to_json(),
                "papers": _papers(catalog, offer),
                "office": window["title"] if window else None,
                "address": window["address"] if window else None,
                "hours": window["hours"] if window else [],
                "is_open": window["is_open"] if window else False,
            }
        )
    return found


def _papers(catalog: Catalog, offer: BundleDefinition) -> list[dict[str, str]]:
    """Every paper that may be asked for on the way of an offer."""
    wanted = dict.fromkeys(need.evidence for part in offer.parts for need in catalog.services[part.service].evidence)
    return [catalog.evidence[name].label.to_json() for name in wanted]


def _asker(actor: Actor, asker: int | None, window: str | None) -> tuple[int, Channel]:
    """Who could not get something done, and how they came. Raises Problem 403."""
    if window is not None and asker is not None and actor.has_role("window", window):
        return asker, "window"
    if window is None and asker is not None and actor.kind == "machine" and HOTLINE in actor.scopes:
        return asker, "hotline"
    if window is None and asker is None and actor.kind == "person" and actor.subject_id is not None:
        return actor.subject_id, "web"
    raise forbidden("登录自己的账号再说，或者到窗口说", "Log in with an account of your own, or come to a window.")


def _self_of(actor: Actor, asker: int) -> Actor:
    """The asker as somebody who reads their own matters: nobody who passes a word on sees another's."""
    if actor.subject_id == asker:
        return actor
    account = User.objects.filter(subject_id=asker, kind=User.Kind.PERSON).first()
    return actor_of(account) if account else Actor(None, "person", "", subject_id=asker)


def _situation(catalog: Catalog, asker: Actor, kind: str, application: str | None, offer: str | None) -> Situation:
    """What the asker was at. Raises Problem 404 for a matter that is not theirs."""
    if application is None:
        chosen = offer_of(catalog, offer) if offer else None
        about, cause = chosen.title.zh if chosen else "政务服务", cause_of(catalog, kind, ())
        return Situation(about, offer=chosen.id if chosen else "", cause=cause)
    opened = load(asker, application)
    inquiries.refuse_rehearsal(opened.form)
    cases = tuple(store.cases_of([application]))
    tried = "；".join(_standing(opened.catalog, case) for case in cases[:MOST_PARTS]) or "表还没交"
    about = f"{opened.bundle.title.zh} {application}"[:400]
    cause = cause_of(opened.catalog, kind, cases)
    return Situation(about, application, opened.form.bundle, tried[:1000], cause)


def _standing(catalog: Catalog, case: Case) -> str:
    """How far one part has come, in a few words, for whoever helps."""
    line = case_line(catalog, case)
    due = f"，{line['due'][:10]} 到期" if line["due"] else ""
    return f"{line['title']['zh']}（{line['office_title']['zh']}）：{line['state_label']['zh']}{due}"


def _joined_before(asker: int, command_id: UUID) -> str | None:
    """The matter that this command joined before, whether or not it has an answer by now."""
    forms = Form.objects.filter(applicant_id=asker, bundle=SERVICE).order_by("-created_at")[:MOST_LOOKED_AT]
    cases = store.cases_of([form.number for form in forms])
    found, _digest = store.load([(case.number, str(command_id)) for case in cases]) if cases else ({}, "")
    return next((one.case.application for one in found.values() if one.done_version is not None), None)


def _open_one(asker: int, facts: dict[str, str]) -> Case | None:
    """What the asker said of the same matter before and has no answer to yet."""
    numbers = Form.objects.filter(applicant_id=asker, bundle=SERVICE).values_list("number", flat=True)
    takes_more = publication.current().procedures[SERVICE].steps["again"].from_
    waiting = [case for case in store.cases_of(numbers) if case.state in takes_more]
    known = store.facts_of([case.number for case in waiting])
    is_named = "reference" in facts or "offer" in facts
    same = ["reference", "offer"] if is_named else ["reference", "offer", "said"]  # in words alone by these words
    wanted = [facts.get(name) for name in same]
    return next(
        (case for case in waiting if [known[case.number].get(f"{inquiries.ROLE}.{name}") for name in same] == wanted),
        None,
    )


def _again(case: Case, actor: Actor, facts: dict[str, str], command_id: UUID) -> None:
    """Join what is said once more to the open case, in the asker's name."""
    words = facts.get("said") or inquiries.option(publication.current(), SERVICE, "kind", facts["kind"]).zh
    order = Command(str(command_id), "again", texts={"reason": words})
    casework.command(case.number, order, Doer(actor.id, actor.kind, for_applicant=True))
