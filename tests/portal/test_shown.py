"""What a demonstration shows of what hurts beside its year of walks: made once, through the doors that people use."""

from __future__ import annotations

import pytest
from tests.portal.matters import browser_of

from tongban.supervision import assignments, explaining, menu, visits
from tongban.supervision.models import Found, LiveSession, Vote
from tongban.testing.city import improving

pytestmark = pytest.mark.usefixtures("town")


@pytest.mark.slow
def test_a_demonstration_shows_votes_visits_hazards_and_sessions() -> None:
    for _ in range(2):
        improving.put()
    owed = assignments.owed()
    assert len(owed) == assignments.A_MONTH + 1
    assert {one.by for one in owed} == {"votes", "organiser"}
    assert menu.menu()[0].votes > 40
    assert Vote.objects.filter(month=menu.this_month()).count() > 20
    assert [(found, still) for _visit, found, still in visits.listed()] == [(2, 2), (1, 1), (40, 9)]
    assert Found.objects.filter(kind__in=("safety", "environment", "weather")).count() == 3
    [coming], [past] = explaining.to_come(), explaining.past()
    assert len(explaining.questions([coming])[coming.id]) == 2
    assert past.explained.count() == 2
    assert LiveSession.objects.count() == 2
    mother = browser_of("mother")
    assert "热线这个月问得最多" in mother.get("/menu").content.decode()
    told = mother.get("/sessions").content.decode()
    assert "厨房还没装好" in told
    assert "双胞胎" not in told  # what is asked beforehand is for the office alone
    assert "看看窗口怎么给老人办" in browser_of("organiser").get("/desk/visits/").content.decode()
