"""The style guide in a real browser: readable by everybody, at every width, on phones that drop modern colours."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import translation
from playwright.sync_api import Browser, Page, Route, sync_playwright
from tests.browser.reading import grave

import tongban
from tongban.portal.styleguide.samples import context

STATIC = Path(tongban.__file__).parent / "portal/static"
SITE = "http://tongban.test"
MODERN_COLOURS = re.compile(r"oklch\(|light-dark\(|color-mix\(")

urlpatterns: list[URLPattern] = []
pytestmark = [pytest.mark.browser, pytest.mark.urls(__name__)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield running
        running.close()


def opened(browser: Browser, width: int, language: str, *, elder: bool = False, old_phone: bool = False) -> Page:
    """The style guide in a window of this width; an old phone does not know the modern colour functions."""
    with translation.override(language):
        html = render_to_string("tongban/styleguide.html", {**context(), "elder": elder, "tab": "home", "unread": 2})

    def answer(route: Route) -> None:
        address = route.request.url.removeprefix(SITE)
        if not address.startswith("/static/"):
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif old_phone and address.endswith("tabler-1.6.1.min.css"):
            css = (STATIC / address.removeprefix("/static/")).read_text(encoding="utf-8")
            route.fulfill(body=MODERN_COLOURS.sub("unknown(", css), content_type="text/css")
        else:
            route.fulfill(path=STATIC / address.removeprefix("/static/"))

    page = browser.new_page(viewport={"width": width, "height": 900})
    page.route(f"{SITE}/**", answer)
    page.goto(f"{SITE}/styleguide")
    return page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_serious(browser: Browser, width: int, language: str, *, elder: bool) -> None:
    page = opened(browser, width, language, elder=elder)
    found = grave(page)
    page.close()
    assert found == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_nothing_scrolls_sideways(browser: Browser, width: int, language: str, *, elder: bool) -> None:
    page = opened(browser, width, language, elder=elder)
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
           [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
             && !e.closest('.tb-plan-desk')).map(e => e.outerHTML.slice(0, 90))"""
    )
    page.close()
    assert wide == []


@pytest.mark.parametrize(
    ("selector", "property_name", "colour"),
    [
        (".btn-primary", "background-color", "rgb(11, 92, 173)"),
        (".btn-primary", "color", "rgb(255, 255, 255)"),
        (".btn-danger", "border-top-color", "rgb(175, 35, 24)"),
        (".tb-light-bad", "color", "rgb(175, 35, 24)"),
        (".tb-light-ok", "color", "rgb(10, 110, 79)"),
        (".tb-error-summary", "border-top-color", "rgb(175, 35, 24)"),
        ('.form-control[aria-invalid="true"]', "border-top-color", "rgb(175, 35, 24)"),
        (".form-select", "border-top-color", "rgb(122, 136, 153)"),
        (".form-check-input:checked", "background-color", "rgb(11, 92, 173)"),
        (".card", "background-color", "rgb(255, 255, 255)"),
        (".card", "border-top-color", "rgb(221, 228, 235)"),
        ("body", "background-color", "rgb(244, 246, 248)"),
        ("body", "color", "rgb(36, 50, 63)"),
    ],
)
@pytest.mark.parametrize("old_phone", [False, True])
def test_what_has_a_meaning_keeps_its_colour(
    browser: Browser, selector: str, property_name: str, colour: str, *, old_phone: bool
) -> None:
    page = opened(browser, 390, "zh-hans", old_phone=old_phone)
    seen = page.eval_on_selector(selector, f"element => getComputedStyle(element)['{property_name}']")
    page.close()
    assert seen == colour


def test_the_picture_turns_on_a_phone_and_becomes_a_list_for_elders(browser: Browser) -> None:
    for width, elder, shown in (
        (1440, False, ".tb-plan-desk"),
        (390, False, ".tb-plan-phone"),
        (390, True, ".tb-plan-steps ol"),
    ):
        page = opened(browser, width, "zh-hans", elder=elder)
        visible = [
            part
            for part in (".tb-plan-desk", ".tb-plan-phone", ".tb-plan-steps ol")
            if page.locator(part).first.is_visible()
        ]
        page.close()
        assert visible == [shown]
