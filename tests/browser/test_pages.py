"""Finding, helping and reading in a real browser: installable, as one types, on narrow and on old phones, aloud."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.browser.reading import sideways
from tests.browser.walking import enter, opened, press

import tongban

pytestmark = pytest.mark.browser
STATIC = Path(tongban.__file__).parent / "portal/static"
MODERN_COLOURS = re.compile(r"oklch\(|light-dark\(|color-mix\(")
OWN = ["/", "/my", "/reads", "/ask", "/ask?from=/b/newborn", "/help", "/windows", "/search?q=flying"]


def on_an_old_phone(page: Page) -> Page:
    """The same page with a browser that drops what it does not know of colours."""

    def answer(route: Route) -> None:
        css = (STATIC / "vendor/tabler-1.6.1.min.css").read_text(encoding="utf-8")
        route.fulfill(body=MODERN_COLOURS.sub("unknown(", css), content_type="text/css")

    page.route(re.compile(r"/vendor/tabler-1\.6\.1\.min[^/]*\.css"), answer)
    return page


def style(page: Page, selector: str, name: str) -> str:
    """One computed style of the first element that fits."""
    return str(page.locator(selector).first.evaluate("(one, name) => getComputedStyle(one)[name]", name))


def test_it_can_be_installed(browser: Browser, town: str) -> None:
    page = opened(browser, town)
    page.goto(town)
    devtools = page.context.new_cdp_session(page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith(".webmanifest")
    wrong = [each["errorId"] for each in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert set(wrong) <= {"in-incognito"}  # a window of a test is always one
    address = page.locator("link[rel=manifest]").get_attribute("href") or ""
    found = page.request.get(f"{town}{address}").json()
    assert (found["start_url"], found["display"], found["theme_color"]) == ("/", "standalone", "#0B5CAD")
    assert {"any", "maskable"} <= {icon.get("purpose", "any") for icon in found["icons"]}
    weight = 0
    for icon in found["icons"]:
        answer = page.request.get(f"{town}{address.rsplit('/', 1)[0]}/{icon['src']}")
        assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, icon["type"])
        weight += len(answer.body())
    assert weight < 100_000


def test_what_fits_is_found_while_one_types(browser: Browser, town: str) -> None:
    page = opened(browser, town)
    page.goto(town)
    page.locator("#search").press_sequentially("开饭店", delay=20)
    expect(page.locator("#found .tb-found strong").first).to_have_text("开办餐饮店")
    page.locator("#search").fill("飞碟")
    expect(page.locator("#found")).to_contain_text("12345")
    page.goto(f"{town}/search")
    page.locator("#search").press_sequentially("退休", delay=20)
    expect(page.locator("#found .tb-found strong").first).to_have_text("退休")


@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_tabs_keep_to_one_line_and_nothing_scrolls_sideways(
    browser: Browser, town: str, language: str, width: int
) -> None:
    page = opened(browser, town, width=width)
    enter(page, town, "mother", "/")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": town}])
    for path in OWN:
        page.goto(f"{town}{path}")
        lines = page.locator(".tb-tabs a > span:last-child").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))"
        )
        assert [round(each) for each in lines] == [1, 1, 1, 1], path
        assert sideways(page) == [], path


def test_an_old_phone_still_shows_edges_lights_buttons_and_errors(browser: Browser, town: str) -> None:
    page = on_an_old_phone(opened(browser, town, width=390))
    page.goto(f"{town}/windows")
    assert style(page, ".card", "borderTopColor") == "rgb(221, 228, 235)"
    assert style(page, ".card", "backgroundColor") == "rgb(255, 255, 255)"
    assert style(page, ".btn", "borderTopColor") == "rgb(197, 208, 219)"
    assert style(page, ".form-select", "borderTopColor") == "rgb(122, 136, 153)"
    assert page.locator(".tb-light svg").count() > 0
    enter(page, town, "mother", "/ask")
    assert style(page, ".btn-primary", "backgroundColor") == "rgb(11, 92, 173)"
    press(page.locator("main button.btn-primary"))
    assert style(page, ".tb-error", "color") == "rgb(175, 35, 24)"
    assert style(page, "textarea[aria-invalid=true]", "borderTopColor") == "rgb(175, 35, 24)"
    assert style(page, ".tb-error-summary", "borderLeftColor") == "rgb(175, 35, 24)"


def test_large_print_is_large_and_can_be_read_aloud(browser: Browser, town: str) -> None:
    page = opened(browser, town, width=390)
    page.context.add_cookies([{"name": "elder", "value": "1", "url": town}])
    page.goto(f"{town}/windows")
    assert style(page, "body", "fontSize") == "22px"
    for box in page.locator("main .btn:visible").all():
        assert (box.bounding_box() or {"height": 0})["height"] >= 60
    can_speak = page.evaluate("'speechSynthesis' in window")
    assert page.locator("[data-aloud]").is_visible() is can_speak
    plain = opened(browser, town, script=False)
    plain.context.add_cookies([{"name": "elder", "value": "1", "url": town}])
    plain.goto(f"{town}/windows")
    assert not plain.locator("[data-aloud]").is_visible()


def test_a_question_and_its_way_work_without_a_script(browser: Browser, town: str) -> None:
    page = opened(browser, town, script=False)
    enter(page, town, "mother", "/b/newborn")
    page.goto(f"{town}/b/newborn")
    press(page.locator(".tb-footer a[href*='/ask']"))
    assert "新生儿出生" in page.locator("main").inner_text()
    page.locator("textarea").fill("双胞胎要填两次吗")
    press(page.locator("main button.btn-primary"))
    assert re.search(r"/ask/4302-", page.url)
    assert "双胞胎要填两次吗" in page.locator("main").inner_text()
