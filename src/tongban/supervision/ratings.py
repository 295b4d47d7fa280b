"""好差评: how the applicant of an ended case found it, in five grades; voluntary, once for each case, theirs alone.

A bundle has one last step in which each of its ended cases has a grade. What was said may be changed for seven days. A
bad grade opens a matter of its own (`base/bad-rating`), which stays whatever the grade becomes: the office rated calls
back, another one watches. What is said otherwise later reaches that matter, with what was said before. Words are kept
encrypted with the rating, good ones too: the office rated and the one that watches it read them. What a walk or an
exercise says is kept, opens nothing and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import cards, terminals
from tongban.applications.models import Form, Terminal
from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.applications.problems import FieldError, Problem, not_found, wrong_fields
from tongban.applications.starting import Channel
from tongban.applications.store import form_of
from tongban.casework import definitions, store
from tongban.casework import service as casework
from tongban.casework.consequences import Happened
from tongban.casework.model import SYSTEM, Case, Command, Doer, Given, Opening
from tongban.catalog import values
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.crypto import decrypt, encrypt
from tongban.platform.ids import from_address
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.supervision.models import Rating
from tongban.supervision.problems import INSPECTORS, house
from tongban.text import Option

SERVICE: Final = "base/bad-rating"
TYPE: Final = "base/Rating"
CHANGES_WITHIN: Final = timedelta(days=7)
SET_ASIDE: Final = "set-aside"
"""Where a matter ends whose rating another office found unreasonable."""
BAD: Final = frozenset({1, 2})
"""不满意 and 非常不满意: these are called back."""
DECIDED: Final = frozenset({"granted", "refused", "lapsed"})
"""Ends at which an office had something to do; what was taken back or never became possible nobody served."""
_MATTER: Final = UUID("0d0c6a5e-0f4b-5b7e-9c3e-3a7d6c1f2b94")


@dataclass(frozen=True, slots=True)
class Said:
    """What an applicant says of a case: a grade from 1 to 5, and perhaps what was worst and a few words; ``words`` of
    None: those said before stay.
    """

    grade: int
    reason: str = ""
    words: str | None = None


def rate(actor: Actor, number: str, said: Said, *, channel: Channel, card_code: str | None = None) -> dict[str, Any]:
    """Rate an ended case, or change what was said of it; to say the same again changes nothing.

    Only the applicant does, or who acts for them: never the window that filled the form. Where somebody else's device
    sends it (a counter, a terminal, a hotline), ``card_code`` of the applicant's electronic card says who rates.
    Raises Problem 404, 409 ``not-to-be-rated``, ``rating-closed``, 422 ``wrong-fields``, ``card-…``, 429.
    """
    number = from_address(number)
    _checked(publication.current(), _facts(said))
    bearer = cards.holder_of(actor, card_code) if card_code is not None else None
    by = Doer(actor.id, actor.kind, for_applicant=True)
    with transaction.atomic():
        line = _keep(number, said, channel, by, lambda form: _is_theirs(form, actor, bearer))
        if card_code is not None:
            cards.use_up(card_code)
    return line


def at_terminal(terminal: Terminal, key: str, said: Said) -> None:
    """Rate what came out of a terminal a moment ago, as whoever it was given to: once, and no more is changed there.

    Raises Problem 404, 409 ``rated-already``, 422 ``wrong-fields``.
    """
    case = terminals.case_of(terminal, key)
    _checked(publication.current(), _facts(said))
    with transaction.atomic():
        if Rating.objects.filter(case=case).exists():
            text = Text("这一件评过了；要改，在手机上改", "This is rated already. Change it on your phone.")
            raise Problem(409, "rated-already", text)
        by = Doer(f"terminal:{terminal.id}", "person", for_applicant=True)
        _keep(case, said, "terminal", by, lambda _form: True)


def _keep(number: str, said: Said, channel: Channel, by: Doer, is_theirs: Callable[[Form], bool]) -> dict[str, Any]:
    """Keep what was said, once it is known to be sound; a bad grade opens a matter, what changes reaches it."""
    catalog = publication.current()
    with transaction.atomic():
        form = form_of(number.rpartition("/")[0], for_update=True)
        if form is None or not is_theirs(form):
            raise not_found()
        case = _rateable(form, number)
        row = Rating.objects.select_for_update().filter(case=number).first()
        before = None if row is None else said_in(row)
        now = Said(
            said.grade, said.reason, _plain(said.words if said.words is not None or not before else before.words)
        )
        if row is None:
            row = _new(form, case, now, channel)
        elif now == before:
            return _line(row)
        else:
            _change(row, now)
        if row.is_real and row.matter is not None and before is not None:
            _say_anew(catalog, row, by, before)
        elif row.is_real and row.grade in BAD and row.matter is None:
            row.matter = _open(catalog, form, case, now)
        row.save()
    return _line(row)


def of_application(actor: Actor, number: str) -> list[dict[str, Any]]:
    """The cases of an application that its reader may rate, each with what was said of it; none for anybody else."""
    form = form_of(number)
    if form is None or not _is_theirs(form, actor, None):
        return []
    cases = [case for case in store.cases_of([number]) if _may_be_rated(form, case)]
    rated = {row.case: row for row in Rating.objects.filter(case__in=[case.number for case in cases])}
    return [
        {"case": case.number, "part": case.part, "service": case.service, "office": case.office}
        | {"rating": _line(rated[case.number]) if case.number in rated else None}
        for case in cases
    ]


def unrated(numbers: Collection[str]) -> list[Case]:
    """The cases of applications that ended and of which nothing was said yet."""
    forms = {form.number: form for form in Form.objects.filter(number__in=numbers).defer("document")}
    cases = [case for case in store.cases_of([*forms]) if _may_be_rated(forms[case.application], case)]
    said = set(Rating.objects.filter(case__in=[case.number for case in cases]).values_list("case", flat=True))
    return [case for case in cases if case.number not in said]


def one(actor: Actor, number: str) -> dict[str, Any]:
    """What was said of a case, for whoever may say it. Raises Problem 404, also where nothing was said."""
    number = from_address(number)
    lines = of_application(actor, number.rpartition("/")[0])
    found = next((line["rating"] for line in lines if line["case"] == number), None)
    if found is None:
        raise not_found()
    return dict(found)


def given(actor: Actor) -> list[dict[str, Any]]:
    """Everything that was said of the reader's own cases, the oldest first."""
    numbers = Form.objects.filter(applicant_id=actor.subject_id or 0).values_list("number", flat=True)
    cases = [case.number for case in store.cases_of(numbers)]
    return [_line(row) for row in Rating.objects.filter(case__in=cases).order_by("rated_at", "case")]


def of_case(number: str) -> Said | None:
    """What was said of a case, for those who may read it: its office, and the one that watches that."""
    row = Rating.objects.filter(case=number).first()
    return said_in(row) if row else None


def rated_in(actor: Actor, number: str) -> str | None:
    """The application whose rating opened the matter of this number, for whoever may say it."""
    row = Rating.objects.filter(matter=f"{number}/01").first()
    application = row.case.partition("/")[0] if row else ""
    return application if row and of_application(actor, application) else None


def grades() -> tuple[Option, ...]:
    """The five grades as they are called, the best first."""
    return publication.current().types[TYPE].attributes["grade"].options


def reasons() -> tuple[Option, ...]:
    """What may have been worst, as choices."""
    return publication.current().types[TYPE].attributes["reason"].options


def _is_theirs(form: Form, actor: Actor, bearer: int | None) -> bool:
    if bearer is not None:
        return form.applicant_id == bearer
    return actor.may_act_for(form.applicant_id, form.bundle)


def _rateable(form: Form, number: str) -> Case:
    case = next((case for case in store.cases_of([form.number]) if case.number == number), None)
    if case is None:
        raise not_found()
    if not _may_be_rated(form, case):
        text = Text("这一件还没办完，办完了再评价", "This is not decided. Rate it when it is.")
        raise Problem(409, "not-to-be-rated", text)
    return case


def _may_be_rated(form: Form, case: Case) -> bool:
    return form.bundle not in OPENED_BY_THE_HOUSE and not case.is_open and case.result in DECIDED


def _new(form: Form, case: Case, said: Said, channel: Channel) -> Rating:
    at = time.now()
    return Rating(
        case=case.number, service=case.service, office=case.office, grade=said.grade, reason=said.reason,
        said=_sealed(case.number, said), channel=channel, is_real=form.mode == Form.Mode.REAL, rated_at=at,
        changed_at=at,
    )  # fmt: skip


def _change(row: Rating, said: Said) -> None:
    """Have the rating as it is said now. Raises Problem 409 ``rating-closed`` once its days are over."""
    if time.now() >= closes_at(row):
        text = Text("评价满 7 天，不能再改", "A rating can be changed for seven days. They are over.")
        raise Problem(409, "rating-closed", text)
    row.grade, row.reason, row.said, row.changed_at = said.grade, said.reason, _sealed(row.case, said), time.now()


def said_in(row: Rating) -> Said:
    """What a rating says, its words in clear; for those who may read them."""
    words = decrypt(bytes(row.said), context=rating_context(row.case)).decode() if row.said else ""
    return Said(row.grade, row.reason, words)


def _sealed(case: str, said: Said) -> bytes | None:
    return encrypt(said.words, context=rating_context(case)) if said.words else None


def _plain(words: str | None) -> str:
    return " ".join((words or "").split())


def is_erased(one: Happened) -> bool:
    """Whether data of somebody were erased in a case."""
    return any(event.kind == "erased" for event in one.change.events)


def forget(happened: Sequence[Happened]) -> None:
    """The words said of a case go with the data that were erased in it."""
    Rating.objects.filter(case__in=[one.change.after.number for one in happened]).update(said=None)


def closes_at(row: Rating) -> datetime:
    """From when on a rating stands."""
    return row.rated_at + CHANGES_WITHIN


def _line(row: Rating) -> dict[str, Any]:
    return {
        "case": row.case,
        "grade": row.grade,
        "reason": row.reason,
        "said": said_in(row).words,
        "channel": row.channel,
        "rated_at": _told(row.rated_at),
        "changed_at": _told(row.changed_at),
        "until": _told(closes_at(row)),
        "may_change": time.now() < closes_at(row),
        "is_called_back": row.matter is not None,
    }


def _told(moment: datetime) -> str:
    return moment.astimezone(time.ZONE).isoformat(timespec="seconds")


def _facts(said: Said) -> dict[str, str]:
    return {"grade": str(said.grade), "reason": said.reason, "said": said.words or ""}


def _checked(catalog: Catalog, raw: Mapping[str, str]) -> dict[str, Given]:
    """What was said as facts of the matter, less what is empty. Raises Problem 422 ``wrong-fields``."""
    attributes, errors, facts = catalog.types[TYPE].attributes, list[FieldError](), dict[str, Given]()
    for name, text in raw.items():
        plain = " ".join(text.split())
        if not plain:
            continue
        try:
            facts[f"rating.{name}"] = Given(values.read(attributes[name], plain), "claimed")
        except values.WrongValue as wrong:
            errors.append(FieldError(f"rating.{name}", wrong.code, wrong.text))
    if errors:
        raise wrong_fields(errors)
    return facts


def _open(catalog: Catalog, form: Form, case: Case, said: Said) -> str:
    """Open the matter of a bad rating at the office that watches it, and have the office rated call back."""
    rated, watching = parties(catalog, case.office)
    title = catalog.services[case.service].title.zh if case.service in catalog.services else case.service
    told = {"case": case.number, "about": title[:120]} | _facts(said)
    opening = Opening(
        part=1,
        service=SERVICE,
        roles={"rating": (registry.create(TYPE),)},
        office=watching,
        region=catalog.offices[watching].region,
        facts=_checked(catalog, told),
    )
    command = uuid5(_MATTER, case.number)
    submission = casework.Submission(
        number=None,
        command=str(command),
        publication=catalog.digest,
        applicant=form.applicant_id,
        mode="real",
        bundle=SERVICE,
        bundle_hash=catalog.hashes[SERVICE],
        openings=[opening],
    )
    matter = casework.open_application(submission, SYSTEM).cases[0]
    order = Command(str(uuid5(command, "give")), "give", {"offices": [rated]})
    casework.command(matter, order, house(watching))
    return matter


def _say_anew(catalog: Catalog, row: Rating, by: Doer, before: Said) -> None:
    """What is said otherwise stands in the matter from now on, beside a note of what was said before. A matter that was
    closed is opened again by a rating that is still bad; one that was set aside only keeps the note.
    """
    [case] = casework.cases([str(row.matter)])
    now, note = said_in(row), f"原来：{_in_words(catalog, before)}"
    command = uuid5(_MATTER, f"{row.case} {row.changed_at.isoformat()}")
    told = {"note": f"本人改了评价：{_in_words(catalog, now)}；{note}"}
    if not case.is_open and (case.state == SET_ASIDE or row.grade not in BAD):
        casework.command(case.number, Command(str(command), "note", texts=told), house(case.office))
        return
    if not case.is_open:
        order = Command(
            str(uuid5(command, "reopen")),
            "reopen",
            {"offices": [parties(catalog, row.office)[0]]},
            texts={"reason": told["note"]},
        )
        casework.command(case.number, order, house(case.office))
    changed = {name: text for name, text in _facts(now).items() if text != _facts(before)[name]}
    facts = {f"rating.{name}": Given(None, "claimed") for name in changed} | _checked(catalog, changed)
    casework.command(case.number, Command(str(command), "say-anew", facts=facts, texts={"note": note}), by)


def _in_words(catalog: Catalog, said: Said) -> str:
    """A rating as those read it who put it right."""
    attributes = catalog.types[TYPE].attributes
    labels = {one.value: one.label.zh for name in ("grade", "reason") for one in attributes[name].options}
    parts = [labels.get(str(said.grade)), labels.get(said.reason), f"“{said.words}”" if said.words else None]
    return "，".join(part for part in parts if part)


def parties(catalog: Catalog, office: str) -> tuple[str, str]:
    """The office that calls back, and the other one that watches it: its supervisor, else the inspectors.

    Of an agency elsewhere, which our steps do not reach, its supervisor here calls back.
    Raises Problem 409 ``no-office`` where a city has no second office to watch.
    """
    above = definitions.supervisors(catalog)
    if office in settings.AGENCIES or office not in catalog.offices:
        own = catalog.services[SERVICE].authority
        office = above.get(office) or _highest(catalog, own) or office
    watching = above.get(office) or _highest(catalog, INSPECTORS)
    if watching is None or watching == office:
        text = Text("没有别的部门能督办这个差评", "The city has no other office that could watch over this rating.")
        raise Problem(409, "no-office", text)
    return office, watching


def _highest(catalog: Catalog, authority: str) -> str | None:
    offices = sorted((len(one.region), one.id) for one in catalog.offices.values() if one.authority == authority)
    return offices[0][1] if offices else None


def rating_context(case: str) -> str:
    """The place to which the words of a rating are bound."""
    return f"rating:{case}"
