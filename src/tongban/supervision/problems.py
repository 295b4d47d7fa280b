"""问题: whatever hurts, one case each until somebody else has looked again: on the way of a service (`base/problem`),
or what was asked for or promised by a day: a visit's instruction, a hazard, a small deed (`base/undertaking`).

A problem has a place: which matter, which step, which question or paper, and what is wrong there. What is found at a
place that has an open problem is seen again, not opened again; what comes back within ninety days of its closing opens
the old one, and counts against it. The office that watches a problem never puts it right (the procedure sees to that):
it is the nearest of the house's own authority, and for the house's own services that of the inspectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Literal, get_args
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F

from tongban.accounts.actor import Actor
from tongban.applications.doers import doer_of
from tongban.applications.problems import FieldError, Problem, forbidden, wrong_fields
from tongban.casework import service as casework
from tongban.casework.model import SYSTEM, Command, Doer, Given, Opening
from tongban.catalog import values
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Office, Text
from tongban.platform import time
from tongban.platform.database import query
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.supervision import legal_steps, sites
from tongban.supervision.models import Found, Sighting, Site

SERVICE: Final = "base/problem"
UNDERTAKING: Final = "base/undertaking"
UNDERTAKEN: Final = frozenset({"asked", "deed", "safety", "environment", "debt", "weather"})
"""Kinds of what is to be done by a day."""
BY_HAND: Final = frozenset({"window", "inspection", "residents"})
"""What somebody may name as how it was found; all other ways report by themselves."""
BY_ITSELF: Final = frozenset({"machine", "light"})
"""Ways in which the same is found every night in the same words."""
WAY: Final = frozenset(
    {
        "asked-twice",
        "dead-end",
        "impossible-paper",
        "contradiction",
        "unclear",
        "not-as-told",
        "slow",
        "too-long",
        "simplify",
    }
    | {"late", "refused", "other"}
)
"""Kinds of what hurts on the way of a service."""
PROCEDURE: Final = "base/problem"
TYPE: Final = "base/Problem"
INSPECTORS: Final = "base/discipline"
RETURNS_WITHIN: Final = timedelta(days=90)

Phase = Literal["go", "find", "think", "press"]
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)
"""走 找 想 促: somebody was there; the place was found; a way is thought of; it is pressed until it holds."""
PHASE_OF: Final[Mapping[str, Phase]] = {
    "found": "find",
    "located": "think",
    "repairing": "press",
    "repaired": "press",
}
"""The phase in which a problem stands, by the state of its case; 走 lies behind every one that is known."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something hurts: a bundle or service, a step of its way, a question or paper, and what is wrong there. Of
    what is to be done by a day ``about`` says in words what it is.
    """

    about: str
    kind: str
    step: str = ""
    item: str = ""

    @property
    def service(self) -> str:
        """The service whose case it becomes."""
        return UNDERTAKING if self.kind in UNDERTAKEN else SERVICE

    @property
    def key(self) -> str:
        """What is the same for whoever finds it."""
        return f"{self.about}|{self.step}|{self.item}|{self.kind}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody found: ``found_by`` and ``severity`` as the vocabulary has them, ``reference`` the number of the
    walk, rating, visit or inquiry that found it; ``field`` and ``by`` (a day) of what is to be done by a day; ``site``:
    the place that is no office at which it is to be done.
    """

    place: Place
    severity: str
    found_by: str
    said: str = ""
    reference: str = ""
    field: str = ""
    by: date | None = None
    site: Site | None = None

    def facts(self) -> dict[str, str]:
        """What the case is opened with, in the service's terms; what is empty is left out."""
        own = {"severity": self.severity, "found_by": self.found_by, "said": self.said, "reference": self.reference}
        where = {"about": self.place.about, "step": self.place.step, "item": self.place.item, "kind": self.place.kind}
        when = {"field": self.field, "by": self.by.isoformat() if self.by else ""}
        return {name: text for name, text in (where | own | when).items() if text}


@dataclass(frozen=True, slots=True)
class Reported:
    """The problem's case, and whether it is new, was open already, or came back."""

    case: str
    outcome: Literal["new", "known", "returned"]


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose hands it comes into: where it was found (``region``; empty: the whole city), the office that is given it at
    once (``owner``), the one that watches it (``watching``); empty: the nearest of who is answerable, of who watches.
    """

    region: str = ""
    owner: str = ""
    watching: str = ""


NEAREST: Final = Hands()


def report_by(actor: Actor, finding: Finding, command_id: UUID, hands: Hands = NEAREST) -> Reported:
    """The same by somebody who works for the city, who found it at a desk. Raises Problem 403, 409 ``legal-step``."""
    if actor.kind == "person" or not actor.offices:
        raise forbidden(
            "这里由工作人员来记；办不成的事，在“办不成”里说", "Staff note problems here. Say what failed at “help”."
        )
    if finding.found_by not in BY_HAND:
        text = Text("选一种；走访和走流程在自己的页面上记", "Choose one; visits and walks have their own pages.")
        raise wrong_fields([FieldError("problem.found_by", "not-an-option", text)])
    return report(finding, doer_of(actor, None), command_id, hands)


def report(finding: Finding, doer: Doer, command_id: UUID, hands: Hands = NEAREST) -> Reported:
    """Note what was found, once for each command: as a new problem, at the open one of its place, or as its return.

    Raises Problem 409 ``legal-step``, 422 ``wrong-fields``.
    """
    catalog, finding = publication.current(), _tidy(finding, hands.owner)
    facts = checked(catalog, finding, hands.owner)
    proposed = "" if finding.found_by in {"rating", *BY_ITSELF} else finding.said
    if legal_steps.would_leave_out(
        finding.place.kind, proposed
    ):  # of the place as it is kept: a blank is no other step
        legal_steps.refuse_skipping(catalog, finding.place.about, finding.place.step, finding.place.item)
    with transaction.atomic():
        query("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [finding.place.key])
        before = Sighting.objects.filter(command=command_id).values_list("problem_id", flat=True).first()
        if before is not None:
            return Reported(before, "known")
        found = _latest(finding.place)
        if found is None:
            watching = watcher(catalog, finding.place, hands)
            reported = Reported(_open(catalog, facts, doer, command_id, watching), "new")
        elif found.ended_at is None:
            _join(catalog, found, finding, command_id)
            reported = Reported(found.case, "known")
        else:
            _reopen(found, finding, command_id)
            reported = Reported(found.case, "returned")
        Sighting.objects.create(
            problem_id=reported.case,
            command=command_id,
            at=time.now(),
            found_by=finding.found_by,
            reference=finding.reference,
            site=finding.site,
        )
        if hands.owner and reported.outcome == "new":
            assign(reported.case, hands.owner, uuid5(command_id, "assign"))
    return reported


def _tidy(finding: Finding, owner: str) -> Finding:
    """The finding, its place as it is kept: words apart by one space; what is to be done is a site's or office's."""
    place = finding.place
    about, kind, step, item = (" ".join(text.split()) for text in (place.about, place.kind, place.step, place.item))
    whose = sites.title(finding.site) if finding.site else owner
    return replace(finding, place=Place(about, kind, step, whose if place.service == UNDERTAKING else item))


def checked(catalog: Catalog, finding: Finding, owner: str = "") -> dict[str, Given]:
    """What was found, as facts of the case. Raises Problem 422 ``wrong-fields``."""
    attributes, errors, facts = catalog.types[TYPE].attributes, list[FieldError](), dict[str, Given]()
    about = finding.place.about
    if finding.place.service == UNDERTAKING:
        errors += _wrong_undertaking(finding, owner)
    elif about not in catalog.bundles and about not in catalog.services:
        text = Text(f"没有叫“{about}”的一件事或事项", f"There is no bundle or service “{about}”.")
        errors.append(FieldError("problem.about", "unknown-bundle", text))
    if owner and owner not in catalog.offices:
        errors.append(FieldError("problem.owner", "unknown-office", Text("没有这个机构", "There is no such office.")))
    for name, raw in finding.facts().items():
        try:
            facts[f"problem.{name}"] = Given(values.read(attributes[name], " ".join(raw.split())), "claimed")
        except values.WrongValue as wrong:
            errors.append(FieldError(f"problem.{name}", wrong.code, wrong.text))
    if errors:
        raise wrong_fields(errors)
    return facts


def _wrong_undertaking(finding: Finding, owner: str) -> list[FieldError]:
    """What is to be done by a day says what it is, and no day that is past; what was promised or asked for has a day
    and an office, what was asked for its field too.
    """
    errors = []
    if not finding.place.about.strip():
        errors.append(FieldError("problem.about", "empty", Text("写上是什么事", "Say what it is.")))
    if finding.by is not None and finding.by < time.today():
        errors.append(FieldError("problem.by", "wrong-time", Text("日期已经过了", "That day is past.")))
    if finding.place.kind in {"deed", "asked"}:
        if finding.by is None:
            errors.append(FieldError("problem.by", "missing", Text("写上办到哪天", "Say by which day.")))
        if not owner:
            errors.append(FieldError("problem.owner", "missing", Text("写上哪个单位办", "Say which office does it.")))
    if finding.place.kind == "asked" and not finding.field:
        errors.append(FieldError("problem.field", "missing", Text("选一个领域", "Choose a field.")))
    return errors


def _latest(place: Place) -> Found | None:
    """The open problem of a place, else the one closed last, if that is not long ago."""
    since = time.now() - RETURNS_WITHIN
    there = Found.objects.filter(place=place.key).exclude(state="declined").exclude(ended_at__lt=since)
    return there.order_by(F("ended_at").desc(nulls_first=True)).first()


def _open(catalog: Catalog, facts: Mapping[str, Given], doer: Doer, command_id: UUID, watching: Office) -> str:
    service = Place(str(facts["problem.about"].value), str(facts["problem.kind"].value)).service
    opening = Opening(
        part=1,
        service=service,
        roles={"problem": (registry.create(TYPE),)},
        office=watching.id,
        region=watching.region,
        facts=facts,
    )
    submission = casework.Submission(
        number=None,
        command=str(command_id),
        publication=catalog.digest,
        applicant=opening.roles["problem"][0],
        mode="real",
        bundle=service,
        bundle_hash=catalog.hashes[service],
        openings=[opening],
    )
    return casework.open_application(submission, doer).cases[0]


def _join(catalog: Catalog, found: Found, finding: Finding, command_id: UUID) -> None:
    """Let what is found at a place that has an open problem add to it: what was said, how bad it is and where it was
    found stand with it as a note; where it is worse than was known, the problem is as bad, with the limit of that.
    """
    options = catalog.types[TYPE].attributes["severity"].options
    order = [one.value for one in options]
    how_bad = next(one.label.zh for one in options if one.value == finding.severity)
    note = (
        how_bad
        + (f"：{finding.said}" if finding.said else "")
        + (f"（{finding.reference}）" if finding.reference else "")
    )
    if finding.found_by not in BY_ITSELF and (finding.said or finding.reference):
        _command(found, "note", command_id, texts={"note": note})
    if order.index(finding.severity) < order.index(found.severity):
        worse = {"problem.severity": Given(finding.severity, "produced")}
        _command(found, "regrade", command_id, texts={"reason": note}, facts=worse)
        _hasten(found, command_id, note)


def _hasten(found: Found, command_id: UUID, why: str) -> None:
    """Reckon the limit of a problem anew by how bad it is, unless that would come later than it is due."""
    [before] = casework.cases([found.case])
    clock = next((one for one in before.clocks if one.name == "mending"), None)
    if clock is None or clock.due is None or before.state not in {"located", "repairing"}:
        return
    with suppress(_LaterError), transaction.atomic():
        after = _command(found, "hasten", command_id, texts={"reason": why})
        due = next(one.due for one in after.case.clocks if one.name == "mending")
        if due is None or due >= clock.due:
            raise _LaterError


class _LaterError(Exception):
    """A limit reckoned anew would come later: nothing is done."""


def _command(found: Found, kind: str, command_id: UUID, **said: Any) -> casework.Done:  # noqa: ANN401 -- as a command takes it
    """Do something on a problem as its house would, once for each command."""
    return casework.command(found.case, Command(str(uuid5(command_id, kind)), kind, **said), house(found.office))


def _reopen(found: Found, finding: Finding, command_id: UUID) -> None:
    """Open a problem again that came back: those who put it right have it again."""
    reason = finding.said or f"{finding.found_by} {finding.reference}".strip()
    _command(found, "reopen", command_id, data={"offices": list(found.owners)}, texts={"reason": reason})


def house(office: str) -> Doer:
    """The system, doing what a handler of an office would."""
    return Doer(SYSTEM.id, SYSTEM.kind, {office: frozenset({"handler"})})


def assign(case: str, office: str, command_id: UUID) -> None:
    """Give a problem to the office that is to put it right, as the house. Raises Refused."""
    watching = Found.objects.get(case=case).office
    casework.command(case, Command(str(command_id), "assign", {"offices": [office]}), house(watching))


def owner_of(catalog: Catalog, about: str, region: str = "") -> Office:
    """The office that is answerable for a bundle or service: its authority's, nearest to a region or the highest."""
    offer = catalog.bundles.get(about)
    service = catalog.services[offer.parts[0].service if offer else about]
    return nearest(catalog, service.authority, region)


def watcher(catalog: Catalog, place: Place, hands: Hands = NEAREST) -> Office:
    """The office that watches what is wrong at a place, never of the authority that is answerable for it."""
    watching = catalog.offices.get(hands.watching)
    own = watching.authority if watching else catalog.services[place.service].authority
    answerable = catalog.offices.get(hands.owner)
    if answerable is None and place.service == SERVICE:
        answerable = owner_of(catalog, place.about, hands.region)
    if answerable is not None and answerable.authority == own:
        return nearest(catalog, INSPECTORS, hands.region)
    return watching or nearest(catalog, own, hands.region)


def nearest(catalog: Catalog, authority: str, region: str) -> Office:
    """The office of an authority nearest around a region, else its highest. Raises Problem 409 where it has none."""
    offices = sorted((one for one in catalog.offices.values() if one.authority == authority), key=_breadth)
    if not offices:
        title = catalog.authorities[authority].title
        text = Text(f"“{title.zh}”没有机构，先在部门表里加上", f"“{title.en}” has no office. Add one to the offices.")
        raise Problem(409, "no-office", text)
    around = [one for one in offices if region.startswith(one.region)]
    return around[-1] if around else offices[0]


def _breadth(office: Office) -> tuple[int, str]:
    return len(office.region), office.id
