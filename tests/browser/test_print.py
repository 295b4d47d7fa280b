"""What people print: a plan, an application on its way, receipts. On paper stands the matter and nothing to press."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser
from tests.browser.reading import on_paper
from tests.browser.test_portal import ANSWERED
from tests.browser.walking import enter, opened
from tests.desk.scene import HALL
from tests.portal import matters

from tongban.applications import starting

pytestmark = pytest.mark.browser


@pytest.fixture
def numbers(town: str) -> tuple[str, str]:
    """An application that every office has, and a draft begun at the window of the hall for the same person."""
    assert town
    sent = matters.sent()
    window = matters.actor("window")
    draft = starting.start(
        window, "open-restaurant", command_id=uuid4(), applicant_key="430200199405120089", window=HALL
    )
    return sent, draft


def test_on_paper_stands_the_matter_and_nothing_to_press(numbers: tuple[str, str], browser: Browser, town: str) -> None:
    sent, draft = numbers
    reader = opened(browser, town, 390)
    reader.goto(f"{town}/b/newborn?{ANSWERED}")
    with on_paper(reader) as words:
        assert "新生儿出生" in words
        assert reader.locator(".tb-plan-desk svg").is_visible()  # paper is wide, whatever the window is
        assert not reader.locator(".tb-plan-phone").is_visible()

    enter(reader, town, "mother")
    reader.goto(f"{town}/a/{sent}")
    titles = [line.inner_text().partition("\n")[0].strip() for line in reader.locator("#parts .tb-parts > li").all()]
    assert len(titles) == 7
    with on_paper(reader) as words:
        assert [told for told in (sent, *titles) if told not in words] == []

    clerk = opened(browser, town, 1440)
    enter(clerk, town, "window")
    clerk.goto(f"{town}/desk/window/receipts/{draft}")
    with on_paper(clerk) as words:
        assert [told for told in (draft, "开办餐饮店") if told not in words] == []
        assert clerk.locator(".tb-receipt svg").first.is_visible()  # the code that leads to the application
