"""The day of coming back after a visit: whoever may judge is told on it; a return that is overdue is a problem of the
office that made the visit, and climbs the ladder as any problem does.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from django.db.models import F, Q

from tongban.applications import messages
from tongban.applications.messages import Desk, News
from tongban.casework.guards import SUPERVISING_ROLES, WORKING_ROLES
from tongban.casework.model import SYSTEM
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import problems, visits
from tongban.supervision.models import Visit
from tongban.supervision.problems import UNDERTAKING, Finding, Hands, Place

_NAMESPACE: Final = UUID("8d3e5a27-2c41-5d0e-9b7a-6f1c0a4e8b55")


def remind() -> int:
    """Tell those who may come back and judge that the day has come, once for each such day; returns for how many."""
    due = Visit.objects.filter(ended_at=None, revisit_on__lte=time.today())
    due = due.filter(Q(told_of=None) | Q(told_of__lt=F("revisit_on")))
    news = []
    for visit in due:
        still = sum(row.ended_at is None for row in visits.findings(visit))
        where = visits.title(visit)
        text = Text(
            f"今天该回访{where.zh}：{still} 项还没办好",
            f"Come back to {where.en} today: {still} things are not done",
        )
        first = frozenset({int(visit.made_by.partition(":")[2])}) if visit.made_by else frozenset[int]()
        news.append(News(Desk(visit.office, WORKING_ROLES | SUPERVISING_ROLES, but=first), "come-back", text, ""))
        Visit.objects.filter(id=visit.id).update(told_of=visit.revisit_on)
    messages.tell(news)
    return len(news)


def report() -> int:
    """Report returns that are overdue, one problem for each office, once a day; returns how many offices are late."""
    catalog, today = publication.current(), time.today()
    late: dict[str, list[Visit]] = {}
    for visit in Visit.objects.filter(ended_at=None, revisit_on__lt=today).order_by("revisit_on", "id"):
        late.setdefault(visit.office, []).append(visit)
    for office, its in late.items():
        if office not in catalog.offices:
            continue
        place = Place(UNDERTAKING, "late", item=office)
        said = f"{len(its)} 次走访到日子没去回访，最早的是{visits.title(its[0]).zh}"
        finding = Finding(place, "minor", "light", said, its[0].reference)
        command = uuid5(_NAMESPACE, f"{today.isoformat()}|{place.key}")
        problems.report(finding, SYSTEM, command, Hands(catalog.offices[office].region, office))
    return len(late)
