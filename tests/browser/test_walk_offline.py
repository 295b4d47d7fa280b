"""The recorder on a phone whose network is gone: nothing noted is lost, whatever happens to the page, and all of it is
there once when the network is back.
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.browser.walking import enter, in_city, opened, press
from tests.photos import png
from tests.portal import matters

from tongban.supervision import walks
from tongban.supervision.models import Walk
from tongban.supervision.walks import Intent

pytestmark = pytest.mark.browser


@pytest.fixture
def walk(town: str) -> str:
    """The number of a walk that the mother walks along."""
    made: list[Walk] = []

    def begin() -> None:
        made.append(walks.begin(matters.actor("head"), Intent("newborn", "experience", people=2), uuid4()))
        walks.join(matters.actor("mother"), made[0].code or "")
        walks.go_to(matters.actor("mother"), made[0].id, "form")

    in_city(begin)
    return str(made[0].id)


@pytest.fixture
def phone(browser: Browser, town: str, walk: str) -> Page:
    """The mother's phone at the recorder."""
    page = opened(browser, town, 390)
    enter(page, town, "mother", f"/walks/{walk}")
    expect(page.locator("#step-title")).to_be_visible()
    return page


def note(phone: Page, said: str, face: int = 4, file: str = "") -> None:
    phone.locator(f".tb-face-{face} input").check()
    phone.locator("#said").fill(said)
    if file:
        content = png() if file == "photo" else b"OggS a voice"
        kind = "image/png" if file == "photo" else "audio/ogg"
        phone.locator(f"input[name={file}]").set_input_files({"name": "a", "mimeType": kind, "buffer": content})
    phone.get_by_text("记下", exact=True).click()


def waiting(phone: Page) -> list[str]:
    """What is still to be sent, as the page says it."""
    return [re.sub(r"^\d\d:\d\d · ", "", one) for one in phone.locator("[data-walk] li").all_inner_texts()]


def noted(walk: str) -> list[tuple[str, int, str, str]]:
    """Of each note its step, how much it hurt, and what picture and recording it has, as the server has them."""
    found: list[tuple[str, int, str, str]] = []
    kept = "step", "pain", "media_type", "recording_type"
    in_city(lambda: found.extend(Walk.objects.get(id=walk).notes.order_by("at").values_list(*kept)))
    return found


def test_what_is_noted_without_a_network_outlives_the_page_and_is_sent_once(phone: Page, town: str, walk: str) -> None:
    phone.context.set_offline(True)
    note(phone, "看不懂要什么", 4, "photo")
    expect(phone.locator("[data-walk] li")).to_have_count(1)
    expect(phone.locator("#said")).to_have_value("")
    note(phone, "说了一句", 2, "voice")
    expect(phone.locator("[data-walk] li")).to_have_count(2)
    phone.get_by_text("歇一下").click()
    expect(phone.locator(".tb-walk-bar button").first).to_have_text("接着办")
    phone.locator(".tb-walk-bar button").first.click()
    expect(phone.locator("[data-walk] li")).to_have_count(4)
    assert waiting(phone) == [
        "记录 · 看不懂要什么 · 有照片或录音 · 还没传",
        "记录 · 说了一句 · 有照片或录音 · 还没传",
        "歇一下 · 还没传",
        "接着办 · 还没传",
    ]
    assert noted(walk) == []
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        phone.reload()
    phone.context.set_offline(False)
    again = phone.context.new_page()
    again.goto(f"{town}/walks/{walk}")
    expect(again.locator("[data-walk]")).to_be_hidden()
    expect(again.locator(".tb-walk-said")).to_contain_text("说了一句")
    assert noted(walk) == [("form", 4, "image/png", ""), ("form", 2, "", "audio/ogg")]
    phone.goto(f"{town}/walks/{walk}")
    expect(phone.locator("[data-walk]")).to_be_hidden()
    assert len(noted(walk)) == 2


def test_what_was_taken_and_whose_answer_was_lost_counts_once(phone: Page, walk: str) -> None:
    def lose_answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    phone.route(f"**/walks/{walk}", lose_answer)
    note(phone, "一条")
    expect(phone.locator("[data-walk] li")).to_have_count(1)
    phone.locator("[data-send]").click()
    phone.wait_for_timeout(500)
    assert (len(noted(walk)), len(waiting(phone))) == (1, 1)
    phone.unroute(f"**/walks/{walk}")
    phone.locator("[data-send]").click()
    expect(phone.locator("[data-walk]")).to_be_hidden()
    assert len(noted(walk)) == 1


def test_a_walk_is_not_ended_while_something_waits_and_the_network_sends_by_itself(phone: Page, walk: str) -> None:
    phone.context.set_offline(True)
    note(phone, "没网的一条")
    expect(phone.locator("[data-walk] li")).to_have_count(1)
    phone.get_by_text("走完了").click()
    expect(phone.locator(".tb-walk-told")).to_contain_text("还有没传的")
    phone.context.set_offline(False)
    expect(phone.locator(".tb-walk-said")).to_contain_text("没网的一条")
    press(phone.get_by_text("走完了"))
    expect(phone.locator("h1")).to_contain_text("出生")
    assert len(noted(walk)) == 1


def test_what_the_server_does_not_take_is_told_and_stays_until_it_is_thrown_away(
    phone: Page, town: str, walk: str
) -> None:
    phone.context.set_offline(True)
    note(phone, "晚了一步")
    expect(phone.locator("[data-walk] li")).to_have_count(1)
    in_city(lambda: walks.end(matters.actor("head"), Walk.objects.get(id=walk).id))
    phone.context.set_offline(False)
    phone.goto(f"{town}/walks/{walk}")
    expect(phone.locator("[data-walk] li")).to_contain_text("晚了一步 · 这次走流程已经结束")
    phone.get_by_text("不要了").click()
    expect(phone.locator("[data-walk]")).to_be_hidden()
    assert noted(walk) == []
