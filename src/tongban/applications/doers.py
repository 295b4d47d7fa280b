"""From the house's actor to casework's doer and reach: the same somebody, with what deciding and reading look at."""

from __future__ import annotations

from django.conf import settings

from tongban.accounts.actor import Actor
from tongban.applications.models import Form
from tongban.applications.problems import not_found
from tongban.applications.store import is_applicant, on_side_of
from tongban.casework import queries
from tongban.casework.model import Case, Doer
from tongban.casework.queries import Reach
from tongban.casework.store import ApplicationBrief
from tongban.platform.ids import from_address


def doer_of(actor: Actor, form: Form | None) -> Doer:
    """Who acts on a case of this application; for an agency elsewhere nobody acts here but itself."""
    return Doer(
        id=actor.id,
        kind=actor.kind,
        offices={office: roles for office, roles in actor.offices.items() if office not in settings.AGENCIES},
        for_applicant=form is not None and is_applicant(form, actor),
        stands_for=actor.stands_for,
    )


def reach_of(actor: Actor, number: str = "") -> Reach:
    """The cases that an actor may see at all; with the ``number`` of one, also by a mandate for its matter alone."""
    applicants = set(actor.wholly)
    if applicants < {*applicants, *actor.principals}:
        forms = Form.objects.filter(on_side_of(actor), number=number.rpartition("/")[0])
        applicants |= set(forms.values_list("applicant_id", flat=True))
    return Reach(tuple(actor.offices), tuple(sorted(applicants)))


def case_of(actor: Actor, number: str) -> tuple[Case, ApplicationBrief]:
    """A case by its number or address, with its application. Raises Problem 404 for anybody it does not concern."""
    number = from_address(number)
    found = queries.case(number, reach_of(actor, number))
    if found is None:
        raise not_found()
    return found
