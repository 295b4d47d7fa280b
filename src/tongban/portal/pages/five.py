"""The page of the five 全: each proven by a count of what this city did, in one sentence, a bar and a table.

Figures of fewer than five are hidden, so that nobody is recognised in them; none is said as 0.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from tongban import publication
from tongban.applications import five
from tongban.applications.five import Five
from tongban.casework.figures import NEWEST
from tongban.catalog.model import Catalog
from tongban.platform import time
from tongban.portal.bars import bars, few
from tongban.portal.counting import EachMinute
from tongban.portal.pages.door import page
from tongban.portal.pages.linking import linked_of
from tongban.portal.templatetags.tongban import in_language
from tongban.publication.linked import totals

BUREAU: Final = "hrss/human-resources"
MOST_HOLDERS: Final = 8
SOURCES: Final = {
    "fetched": gettext_lazy("read from whoever holds it"),
    "derived": gettext_lazy("worked out from other facts"),
    "produced": gettext_lazy("made by another office on the way"),
    "credential": gettext_lazy("proven by a document issued before"),
    "claimed": gettext_lazy("asked of the applicant"),
}
"""Where facts come from; what was not asked first."""

LEVELS: Final = {
    "province": gettext_lazy("province"),
    "city": gettext_lazy("city"),
    "county": gettext_lazy("county"),
    "town": gettext_lazy("town"),
    "village": gettext_lazy("village"),
}


COUNTS: Final = EachMinute(five.counted)


@page("anybody")
def the_five(request: HttpRequest) -> HttpResponse:
    """All five, as counted this minute."""
    catalog = publication.current()
    counted = COUNTS.now(catalog)
    found = counted.found
    own = next((line for line in found.online if line.bureau == BUREAU), None)
    context = {
        "at": counted.at,
        "five": found,
        "newest": NEWEST,
        "linked": totals(linked_of(catalog.digest, time.today())),
        "share": round(100 * found.shared.not_asked / found.shared.total) if found.shared.total else None,
        "sources": bars((SOURCES[source], found.shared.facts.get(source, 0)) for source in SOURCES),
        "holders": bars(_holders(catalog, found)),
        "joined": {name: few(getattr(found.joined, name)) for name in ("applications", "cases")},
        "bureau": own,
        "bureau_title": catalog.authorities[BUREAU].title if own else None,
        "online": [{"title": catalog.authorities[line.bureau].title, "line": line} for line in found.online],
        "by_card": {name: few(getattr(found.by_card, name)) for name in ("by_number", "by_code", "begun")},
        "levels": [
            {**bar, "offices": line.offices, "services": line.services}
            for bar, line in zip(
                bars((LEVELS[line.level], line.cases) for line in found.levels.levels), found.levels.levels, strict=True
            )
        ],
        "passed": {name: few(getattr(found.levels, name)) for name in ("handed_up", "handed_down", "for_elsewhere")},
        "reached": sum(line.offices > 0 for line in found.levels.levels),
    }
    return render(request, "portal/five.html", context)


def _holders(catalog: Catalog, found: Five) -> list[tuple[str, int]]:
    known = [(holder, looks) for holder, looks in found.shared.looks.items() if holder in catalog.authorities]
    return [(in_language(catalog.authorities[holder].title), looks) for holder, looks in known[:MOST_HOLDERS]]
