"""Giving a log-in slip at a combined window to whoever showed their ID card. Whose data was looked at for it, is told.

Whom the register of people knows gets one, whether or not Tongban has met them before. A small child gets none: its
parents act for it, with accounts of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from tongban.accounts import slips
from tongban.accounts.actor import Actor
from tongban.accounts.problems import AccountProblem
from tongban.applications.masking import masked_name
from tongban.applications.problems import FieldError, Problem, forbidden, wrong_fields
from tongban.applications.whose import PERSON
from tongban.catalog import values
from tongban.catalog.conditions import UNKNOWN
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.planner.deriving import derived_from
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted

FIELD: Final = "id_number"
PURPOSE: Final = Text("开登录凭条", "Giving a log-in slip")
LEAST_AGE_YEARS: Final = 14
"""Below it whatever is done with somebody's data takes the parents' consent (个人信息保护法, art. 31)."""


@dataclass(frozen=True, slots=True)
class GivenSlip:
    """A slip as it is printed: whose (masked, to be compared with the card), the code, its end, what it will change."""

    name: str
    code: str
    until: datetime
    ends_second_step: bool


def give(actor: Actor, office: str, id_number: str) -> GivenSlip:
    """Give a slip to the person with this ID number, whose card the clerk has seen.

    Raises Problem 403 at another's window, 409 ``account-closed``, 422 ``wrong-fields``, ``child``, ``unknown-person``,
    503 ``source-down``.
    """
    if actor.user_id is None or not actor.has_role("window", office):
        raise forbidden("这个窗口不归你", "This window is not yours.")
    catalog = publication.current()
    key = number_of(catalog, id_number)
    _refuse_child(catalog, key)
    with transaction.atomic():
        # Registered before it is asked, so that a holder elsewhere can be; undone where the holder does not know it.
        subject = registry.create(PERSON, key=key)
        name = _name(catalog, subject, Reader(actor.id, PURPOSE, office))
        try:
            user = slips.account_of(subject, key, name)
        except AccountProblem as closed:
            raise Problem(409, closed.code, closed.text) from None
        code, until = slips.give(user, office, actor.user_id)
    return GivenSlip(masked_name(name), code, until, user.totp_secret is not None)


def number_of(catalog: Catalog, typed: str) -> str:
    """An ID number as it is registered. Raises Problem 422 ``wrong-fields``."""
    try:
        return str(values.read(catalog.types[PERSON].attributes["id_number"], typed))
    except values.WrongValue as wrong:
        raise wrong_fields([FieldError(FIELD, wrong.code, wrong.text)]) from None


def _refuse_child(catalog: Catalog, key: str) -> None:
    known = {FIELD: key}
    attributes = catalog.types[PERSON].attributes
    age = derived_from(catalog, attributes, "age", lambda name: known.get(name, UNKNOWN), time.today())
    if isinstance(age, int) and age < LEAST_AGE_YEARS:
        text = Text(
            f"不满 {LEAST_AGE_YEARS} 周岁，不开账号：父母用自己的账号替孩子办，或者在窗口办",
            f"Under {LEAST_AGE_YEARS} there is no account: parents act for a child with their own, or a window does.",
        )
        raise Problem(422, "child", text, [FieldError(FIELD, "child", text)])


def _name(catalog: Catalog, subject: int, reader: Reader) -> str:
    """What the register calls somebody; the look is logged."""
    attribute = catalog.types[PERSON].attributes["name"]
    held = registry.read([Wanted(subject, attribute)], reader)[subject, attribute.name]
    holder = catalog.authorities[held.holder].title
    if held.state == "unavailable":
        text = Text(
            f"{holder.zh}的库连不上，等它恢复再开",
            f"{holder.en} is down. Give the slip when it is back.",
        )
        raise Problem(503, "source-down", text)
    if held.value is None:
        text = Text(
            f"{holder.zh}的登记里没有这个号码。对一下身份证；号码没错，就先到那里登记",
            f"{holder.en} has nobody with this number. Check the card; if it is right, they must register the person.",
        )
        raise Problem(422, "unknown-person", text, [FieldError(FIELD, "unknown-person", text)])
    return str(held.value)
