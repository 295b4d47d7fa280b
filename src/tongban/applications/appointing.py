"""Posts as the operator of a city gives them: an account for somebody new, a post at an office, its last day, and a
password for whoever forgot theirs.

There is no page for it: whoever may appoint may do everything, so it is done where the city runs.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from tongban.accounts import passwords, posts
from tongban.accounts.log_in import forget_tries
from tongban.accounts.models import Post, User, login_of
from tongban.accounts.problems import AccountProblem
from tongban.applications.problems import FieldError, Problem, wrong_fields
from tongban.catalog.vocabulary import POST_ROLES, Text
from tongban.planner.problems import PlanError
from tongban.planner.request import full_id
from tongban.platform import time
from tongban.publication import service as publication

NUMBER: Final = re.compile(r"[A-Za-z0-9-]{2,17}")
"""A staff number; applicants read it, and ID numbers are longer."""
PASSWORD_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Appointed:
    """A post as it stands now; ``password`` of an account that was made for it, to be told this once."""

    number: str
    name: str
    office: str
    role: str
    until: date | None
    password: str | None


def appoint(number: str, name: str, office: str, role: str, until: date | None = None) -> Appointed:
    """Give somebody a post from today on. Who has it already keeps it until that day, or without end if there is none.

    The office may be called by its title. Raises Problem 422 with what is wrong of the four, the nearest name beside
    what is unknown.
    """
    office = _checked(number, name, office, role)
    try:
        with transaction.atomic():
            user, password = _account(number, name.strip())
            today = time.today()
            there = Post.objects.filter(posts.in_force(today), user=user, office=office, roles=[role]).first()
            if there is None:
                posts.appoint(user, office, [role], from_day=today, until_day=until)
            else:
                there.until_day = until
                there.save(update_fields=["until_day"])
    except AccountProblem as problem:
        field = "until" if problem.code == "wrong-days" else "number"
        raise wrong_fields([FieldError(field, problem.code, problem.text)]) from None
    return Appointed(number, user.shown_name, office, role, until, password)


def new_password(number: str) -> str:
    """A password, to be told this once, for a member of staff who forgot theirs or lost the authenticator.

    Their sessions and the code at log-in end. Raises Problem 404 ``unknown-number``.
    """
    user = User.objects.filter(login=login_of(number), kind=User.Kind.STAFF).first()
    if user is None:
        text = Text(f"没有工号 {number}，对一下", f"Nobody has the staff number {number}. Check it.")
        raise Problem(404, "unknown-number", text)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    passwords.replace(user, password)
    forget_tries(user.login)
    return password


def _checked(number: str, name: str, office: str, role: str) -> str:
    """The office's id, once nothing is wrong of the four."""
    errors = []
    if not NUMBER.fullmatch(number):
        text = Text("工号是 2 到 17 位字母、数字和短横", "A staff number has 2 to 17 letters, digits and dashes.")
        errors.append(FieldError("number", "wrong-number", text))
    if not name.strip():
        errors.append(FieldError("name", "empty", Text("写上姓名", "Give the name.")))
    titles = {full: one.title for full, one in publication.current().offices.items()}
    try:
        office_id = full_id(titles, office, "unknown-office", "部门", "office")
    except PlanError as problem:
        office_id = ""
        errors.append(FieldError("office", problem.code, problem.issues[0].text))
    if role not in POST_ROLES:
        roles = sorted(POST_ROLES)
        text = Text(f"没有这个岗位，有：{'、'.join(roles)}", f"There is no such role. There are: {', '.join(roles)}.")
        errors.append(FieldError("role", "unknown-role", text))
    if errors:
        raise wrong_fields(errors)
    return office_id


def _account(number: str, name: str) -> tuple[User, str | None]:
    """Whose number it is, or a new account and its password."""
    user = User.objects.filter(login=login_of(number)).first()
    if user is None:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        user = User(login=login_of(number), kind=User.Kind.STAFF, shown_name=name, staff_number=number)
        user.set_password(password)
        user.save()
        return user, password
    if user.shown_name != name:
        text = Text(
            f"工号 {number} 是“{user.shown_name}”的，换一个工号或改姓名",
            f"The number {number} is that of “{user.shown_name}”. Choose another, or give this name.",
        )
        raise Problem(409, "number-taken", text)
    return user, None
