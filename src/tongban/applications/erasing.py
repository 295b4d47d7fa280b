"""Erasing a person's data where nothing needs it any more: values, papers, messages, the account, the register's row.

What happened stays: events keep the names of facts and digests that nobody can undo, so the record and its seals still
verify. Each erasure is noted: who had it done, where, why. Holders elsewhere are asked by their own ways.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from tongban.accounts import closing
from tongban.accounts.actor import Actor
from tongban.applications.document import Document, every_member, member_key
from tongban.applications.models import Erasure, Form, Message, Paper, Party
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, Problem, forbidden, wrong_fields
from tongban.applications.slips import number_of
from tongban.applications.store import context_of, document_of
from tongban.applications.whose import PERSON
from tongban.casework import service as casework
from tongban.casework import store
from tongban.casework.model import Case
from tongban.casework.numbers import application_number_of, case_number_of
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.credentials.models import Document as Paperwork
from tongban.platform import time
from tongban.platform.crypto import encrypt
from tongban.platform.database import query
from tongban.publication import service as publication
from tongban.registry import personal
from tongban.registry import service as registry

KEPT_YEARS: Final = 10
"""How long records of an ended case are kept unless the city's archive rules say longer (国家档案局令第 8 号)."""
LONGEST_REASON: Final = 200


def erase(actor: Actor, id_number: str, reason: str, *, command_id: UUID, kept_years: int = KEPT_YEARS) -> int:
    """Erase everything about the person with this ID number; returns in how many cases values of theirs stood.

    All of it or nothing. For heads of an office that holds the register of people. Raises Problem 403, 409
    ``erasure-open`` while a case is open, ``erasure-too-early`` before the years are over, 422 ``unknown-person``,
    ``reason-missing``.
    """
    catalog = publication.current()
    office = _office_of(actor, catalog)
    key = number_of(catalog, id_number)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        text = Text("写上依据或理由，不超过 200 字", "Give the reason, in at most 200 characters.")
        raise wrong_fields([FieldError("reason", "reason-missing", text)])
    subject = registry.find(PERSON, key)
    if subject is None:
        text = Text("没有这个人，对一下号码", "Nobody has this number. Check it.")
        raise wrong_fields([FieldError("id_number", "unknown-person", text)])
    with transaction.atomic():
        registry.lock(subject)
        own = list(Form.objects.select_for_update().filter(applicant_id=subject).order_by("number"))
        values = _values_about(subject, own)
        cases = list(store.load_cases([*values]).values())
        _refuse_open(subject, [loaded.case for loaded in cases])
        _refuse_early([loaded.case for loaded in cases], kept_years)
        for number, subjects in values.items():
            for each in subjects:
                casework.erase(number, each, str(uuid5(command_id, f"{number}:{each}")))
        telling = personal.identifying_values(subject, _identifying(catalog))
        _erase_forms(subject, own, values, telling)
        Paperwork.objects.filter(holder_subject_id=subject).delete()
        if (user_id := closing.erase(subject)) is not None:
            Message.objects.filter(user_id=user_id).delete()
        personal.erase(subject, telling)
        Erasure.objects.create(
            subject_id=subject, at=time.now(), by=actor.user_id or 0, office=office, reason=reason.strip(),
            cases=len(values),
        )  # fmt: skip
    return len(values)


def _office_of(actor: Actor, catalog: Catalog) -> str:
    """The office that holds the register of people and is led by the actor. Raises Problem 403."""
    holder = catalog.types[PERSON].attributes["name"].held_by
    for name in actor.offices:
        known = catalog.offices.get(name)
        if known is not None and known.authority == holder and actor.has_role("head", name):
            return name
    raise forbidden(
        "只有人口登记部门的负责人能删除个人数据",
        "Only the head of an office that holds the register of people has personal data erased.",
    )


def _identifying(catalog: Catalog) -> list[str]:
    """The attributes whose values tell one person from all others, wherever they are repeated; a home is shared."""
    attributes = catalog.types[PERSON].attributes.values()
    return [each.name for each in attributes if each.name == "name" or each.kind in {"resident-id", "phone"}]


def _values_about(subject: int, own: Iterable[Form]) -> dict[str, list[int]]:
    """The cases in which values of this person stand, with the subjects whose values go: in the person's own
    applications everybody's and the texts, in others' those of the person and of what the person takes part in.
    """
    about = [subject, *personal.takes_part_in(subject)]
    found: dict[str, list[int]] = {}
    # Also those that no form was filled for: corrections, and what came from a former system.
    applied = {application_number_of(row[0]) for row in query(_APPLIED_FOR, [subject], "auditor")}
    ours = {case.number for case in store.cases_of(applied.union(form.number for form in own))}
    theirs = {case_number_of(row[0]) for row in query(_CASES_WITH, [about], "auditor")} - ours
    for number, values in store.values_of(sorted(ours | theirs)).items():
        there = {one.subject for one in values}
        found[number] = sorted(there if number in ours else there.intersection(about))
    return found


_APPLIED_FOR = "select id from casework_application where applicant = %s"
_CASES_WITH = "select distinct case_id from casework_value where subject = any(%s)"


def _refuse_open(subject: int, cases: Iterable[Case]) -> None:
    """Raise Problem 409 while something of this person's is going on."""
    going_on = [case.number for case in cases if case.is_open]
    joined = Party.objects.filter(subject_id=subject, form__state__in=(Form.State.DRAFT, Form.State.WAITING))
    going_on += joined.exclude(form__applicant_id=subject).values_list("form_id", flat=True)
    if going_on:
        names = "、".join(going_on)
        raise Problem(409, "erasure-open", Text(f"还没办完：{names}", f"Still going on: {', '.join(going_on)}."))


def _refuse_early(cases: Iterable[Case], kept_years: int) -> None:
    """Raise Problem 409 where a case ended less than so many years ago."""
    today = time.today()
    for number, events in store.events_of([case.number for case in cases]).items():
        ended = max(event.recorded_at for event in events if event.kind != "erased").astimezone(time.ZONE).date()
        last = years_after(ended, kept_years)
        if last > today:
            text = Text(f"{number} 的记录要保存到 {last}", f"The record of {number} has to be kept until {last}.")
            raise Problem(409, "erasure-too-early", text)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March."""
    leap = (day.month, day.day) == (2, 29)
    return date(day.year + years, 3, 1) if leap else day.replace(year=day.year + years)


def _erase_forms(subject: int, own: Iterable[Form], cases: Iterable[str], telling: Collection[str]) -> None:
    """Erase what stands in forms: the person's own whole, drafts with all of them, of others' the person's part."""
    at = time.now().isoformat(timespec="seconds")
    numbers = []
    for form in own:
        if form.state in (Form.State.DRAFT, Form.State.WAITING):
            form.delete()
            continue
        numbers.append(form.number)
        Paper.objects.filter(form=form).delete()
        before = document_of(form)
        _seal(form, Document(members=before.members, promised_due=before.promised_due, erased_at=at))
    others = {number.rpartition("/")[0] for number in cases} | set(
        Party.objects.filter(subject_id=subject).values_list("form_id", flat=True)
    )
    for form in Form.objects.select_for_update().filter(number__in=others.difference(numbers)):
        _erase_part(form, subject, telling)


def _erase_part(form: Form, subject: int, telling: Collection[str]) -> None:
    """Erase one person's part of somebody else's form: facts, papers, and what tells who it is among other facts."""
    bundle, document = offer_of(publication.at(form.publication), form.bundle), document_of(form)
    document.facts = {key: entry for key, entry in document.facts.items() if entry.raw not in telling}
    for name, number, registered in every_member(bundle, document):
        if registered == subject:
            member = member_key(bundle, name, number)
            document.facts = {k: v for k, v in document.facts.items() if k.rpartition(".")[0] != member}
            gone = [key for key in document.papers if key.partition("@")[2] == member]
            document.papers = {k: v for k, v in document.papers.items() if k not in gone}
            document.declined.pop(member, None)
            Paper.objects.filter(form=form, key__in=gone).delete()
    _seal(form, document)


def _seal(form: Form, document: Document) -> None:
    form.document = encrypt(document.to_json(), context=context_of(form.number))
    form.save(update_fields=["document"])
