"""What becomes of a walk's note on the page: what the law demands stands there first; what is known is joined."""

from __future__ import annotations

import pytest
from tests.portal.matters import browser_of
from tests.portal.test_walks import NEWBORN, begun, noted

from tongban.publication import service as publication
from tongban.supervision.models import Found

pytestmark = [pytest.mark.usefixtures("town"), pytest.mark.slow]


def test_who_finds_what_is_known_reads_that_it_was_joined() -> None:
    walk, browser = begun(), browser_of("mother")
    told = []
    for said in ("看不懂要什么", "还是看不懂"):
        sent = {"note": str(noted(walk, 4, said=said)), "kind": "unclear", "where": "find|"}
        told.append(browser.post(f"/walks/{walk.id}/report", sent, follow=True).content.decode())
    case = Found.objects.get().case
    assert f"已经记成问题：{case}" in told[0]
    assert f"并入没办完的问题 {case}" in told[1]


def test_what_the_law_demands_stands_there_before_one_chooses_and_no_words_lead_around_it() -> None:
    walk, browser = begun(), browser_of("mother")
    parts = [part.service for part in publication.current().bundles[NEWBORN].parts]
    part = next(one for one in parts if publication.current().services[one].law)
    note = noted(walk, said="这一步没必要")
    page = browser.get(f"/walks/{walk.id}/report").content.decode()
    assert "可以缩短，不能省" in page
    assert page.index("可以缩短，不能省") < page.index('name="where"')
    sent = {"note": str(note), "kind": "simplify", "where": f"{part}|"}
    assert browser.post(f"/walks/{walk.id}/report", sent).status_code == 409
    assert not Found.objects.exists()
