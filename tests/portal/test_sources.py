"""Pages say where a limit and a law come from, and where no text was found."""

from __future__ import annotations

import pytest
from django.test import Client

from tongban import publication
from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.portal.pages.finding import url_of

pytestmark = pytest.mark.usefixtures("town")


def test_a_service_says_where_its_limit_comes_from_or_that_no_text_was_found(client: Client) -> None:
    catalog = publication.current()
    levels = {one: catalog.services[one].level for one in ("talent/file-transfer", "employment/startup-subsidy")}
    assert levels == {"talent/file-transfer": "limit-unsourced", "employment/startup-subsidy": "worked-out"}
    unsourced, sourced = (client.get(url_of(catalog, one)).content.decode() for one in levels)
    assert "没有找到规定这一项期限的条文" in unsourced
    assert "期限出处" not in unsourced
    assert f"期限出处：{catalog.services['employment/startup-subsidy'].limits.source}" in sourced
    assert "没有找到规定这一项期限的条文" not in sourced


def test_the_count_shown_first_is_of_those_with_a_limit(client: Client) -> None:
    html = client.get("/bundles/").content.decode()
    services = [one for one in publication.current().services.values() if one.id not in OPENED_BY_THE_HOUSE]
    unsourced = sum(one.level == "limit-unsourced" for one in services)
    assert f"{unsourced} 项只差期限的出处" in html
    assert html.count("期限没有出处</span>") == unsourced


def test_every_law_on_the_page_of_facts_has_its_source(client: Client) -> None:
    catalog = publication.current()
    page = client.get(f"{url_of(catalog, 'talent/file-transfer')}/facts").content.decode()
    for name in ("hrss/archive-service-provisions", "hrss/labour-contract-law"):
        source = catalog.laws[name].source
        assert source is not None
        assert source.zh in page
    assert "第 50 条" in page
    assert "第 转递 条" not in page
    assert page.count("二手来源") == 1
