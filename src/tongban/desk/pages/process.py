"""How the cases of a service went from state to state, beside what its procedure declares."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongban.accounts.actor import Actor
from tongban.applications.offers import title_of
from tongban.applications.problems import not_found
from tongban.casework.model import NOT_POSSIBLE, WAITING, WITHDRAWN
from tongban.desk.door import HEADS, page, staff
from tongban.portal.process_picture import Process
from tongban.portal.templatetags.tongban import in_language
from tongban.publication import service as publication
from tongban.supervision import processes

ENGINE: Final[dict[str, Any]] = {
    WAITING: gettext_lazy("Waits for another part"),
    NOT_POSSIBLE: gettext_lazy("Not possible"),
    WITHDRAWN: gettext_lazy("Withdrawn"),
}
"""States of the engine beside every procedure."""


@staff(HEADS)
def process(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Declared and discovered, of the service that ``?service=`` names."""
    catalog = publication.current()
    service = catalog.services.get(request.GET.get("service", ""))
    if service is None:
        raise not_found()
    procedure = catalog.procedures[service.procedure]
    taken, declared = processes.taken(service.id), processes.declared(procedure)
    names = {state: in_language(label) for state, label in procedure.states.items()}
    met = {state for way in taken for state in way if state is not None}
    names |= {state: str(ENGINE.get(state, state)) for state in met - set(names)}
    cases = sum(times for (was, _became), times in taken.items() if was is None)
    shown = frozenset(way for way in declared if way[1] in names and (way[0] is None or way[0] in names))
    found = Process(names, shown, taken, _("How its cases went from state to state"))
    strange = sum(times for _way, times in found.deviations)
    title = _("Every case went as declared") if cases else _("No case yet")
    if strange:
        title = ngettext("%(n)s move is not declared", "%(n)s moves are not declared", strange) % {"n": strange}
    context = {
        "title": title,
        "service": in_language(title_of(catalog, service.id)),
        "cases": cases,
        "declared": Process(names, shown, {}, _("What the procedure allows")),
        "found": found,
        "ways": [
            {
                "was": names[was] if was else _("the beginning"),
                "became": names[became],
                "times": times,
                "is_declared": (was, became) in declared,
            }
            for (was, became), times in sorted(taken.items(), key=lambda one: -one[1])
        ],
    }
    return page(request, actor, "desk/process.html", context)
