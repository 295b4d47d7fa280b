"""Somebody's hand in a real browser: a bundle is found, answered, signed and sent by the controls of its pages.

Whatever a page wants is done by what stands on it, and nothing is sent that it does not send: a button that is missing
or leads nowhere is where the way ends.
"""

from __future__ import annotations

import time as stopwatch
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve

from tongban.applications.document import attribute_of
from tongban.catalog import values
from tongban.portal.pages.fields import with_value
from tongban.portal.pages.previews import slug_of
from tongban.supervision.rounds.ways import Asked, Step, Stuck, of_role
from tongban.supervision.walk_steps import PAGES
from tongban.testing.rehearsal.browsing import PASSWORD
from tongban.testing.rehearsal.links import Seen
from tongban.testing.rehearsal.visitor import PAPER, TRIES, NoWayOn

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tongban.testing.rehearsal.one_way import OneWay

MOST_PAGES: Final = 80
MAIN: Final = "main .btn-primary:visible"
SENT: Final = "application"


class Hand:
    """One person of a way before a window of their own, logged in where a page asks for it."""

    def __init__(self, way: OneWay, page: Page, name: str) -> None:
        self.way, self.page, self.name = way, page, name
        self.at = "find"
        self._refused = Counter[str]()

    def sent(self) -> str:
        """From the search to an application that is signed and sent; its number. Raises NoWayOn."""
        with self._led():
            self._open("/")
            self.page.locator("main input[name=q]").fill(self.way.offer.title.zh)
            self._press(self.page.locator("main form:has(input[name=q]) button[type=submit]").first)
            address = f"/b/{slug_of(self.way.catalog, self.way.offer.id)}"
            self._press(self.page.locator(f'main a[href="{address}"], main a[href^="{address}?"]').first)
            for _ in range(MOST_PAGES):
                if self._name_of_page() == SENT:
                    return urlsplit(self.page.url).path.rpartition("/")[2]
                self._do_what_it_wants()
            raise self._stuck("一页接一页，交不出去 · page after page, and never sent")

    def agreed(self, number: str) -> None:
        """Somebody else's signature under an application. Raises NoWayOn."""
        with self._led():
            self._open(f"/consent/{number}")
            if self._name_of_page() == "login":
                self._log_in()
            self.at = "consent"
            self._press(self.page.locator("main button[value=yes]"))

    @contextmanager
    def _led(self) -> Iterator[None]:
        """What cannot be pressed or filled in is where the way ends."""
        from playwright.sync_api import Error

        try:
            yield
        except Error as broken:
            raise self._stuck(f"按不动、填不进 · cannot be pressed or filled in: {broken.message[:200]}") from broken

    def _stuck(self, said: str, item: str = "") -> NoWayOn:
        heading = " ".join(self.page.locator("h1").all_inner_texts()) or urlsplit(self.page.url).path
        return NoWayOn(Stuck(self.at, f"“{heading}”：{said}", "", item))

    def _name_of_page(self) -> str:
        """The name of the page's address; empty where it has none."""
        try:
            return resolve(unquote(urlsplit(self.page.url).path)).url_name or ""
        except Resolver404:
            return ""

    def _do_what_it_wants(self) -> None:
        name = self._name_of_page()
        self.at = PAGES.get(name, self.at)
        self.way.trail.turn += 1
        match name:
            case "login":
                self._log_in()
            case "bundle" | "agree":
                self._press(self.page.locator(MAIN).first)
            case "situation" | "answer" | "form":
                self._answer()
            case "papers":
                self._hand_in()
            case "sign":
                self.page.locator("input[name=true]").check()
                self._press(self.page.locator("form:has(input[name=true]) .btn-primary"))
            case _:
                raise self._stuck("不知道该做什么 · nothing says what to do here")

    def _log_in(self) -> None:
        self.page.locator("#name").fill(self.name)
        self.page.locator("#password").fill(PASSWORD)
        self._press(self.page.locator("form:has(#password) .btn-primary"))

    def _answer(self) -> None:
        """Every question of the page that has no answer yet, or one that was not taken; then on."""
        refused = [link.removeprefix("#") for link in self._errors("href")]
        for question in self._questions():
            fact = self._fact_of(question)
            if fact in refused:
                self._refused[fact] += 1
                self.way.trail.refused.append(fact)
                if self._refused[fact] == TRIES:
                    raise self._stuck(" · ".join(self._errors("words")), self.way.item(fact))
            elif _is_answered(question):
                continue
            else:
                self.way.trail.asked.append(Asked(fact, self.way.item(fact), self.way.trail.turn))
            _fill(question, self._text(fact))
        self._press(self.page.locator("main form[novalidate] .btn-primary"))
        here = {f"#{self._fact_of(question)}" for question in self._questions()}
        if (told := self._errors("words")) and not here & set(self._errors("href")):
            raise self._stuck(" · ".join(told))

    def _questions(self) -> list[Locator]:
        return self.page.locator("main form[novalidate] .tb-question").all()

    def _errors(self, what: str) -> list[str]:
        """What the summary of errors says, or where it leads."""
        lines = self.page.locator("#error-summary li a").all()
        return [(line.get_attribute("href") or "") if what == "href" else line.inner_text() for line in lines]

    def _fact_of(self, question: Locator) -> str:
        name = question.locator("input:not([type=hidden]), select, textarea").first.get_attribute("name") or ""
        return name.removesuffix(".year")

    def _text(self, fact: str) -> str:
        """What is typed or chosen for a fact: another answer for one that was not taken."""
        value = self.way.value(fact)
        if self._refused[fact]:
            others = self.way.examples.candidates(of_role(fact))
            value = others[self._refused[fact] % len(others)]
        attribute = attribute_of(self.way.catalog, self.way.offer, fact)
        if attribute is None:
            raise self._stuck(f"问的不是事实 · asks for no fact: {fact}")
        return str(with_value({}, attribute, values.write(value))["value"])

    def _hand_in(self) -> None:
        """One paper that is still needed; on, when there is none."""
        for told in self._errors("words"):
            raise self._stuck(told)
        card = self.page.locator("section.tb-paper-card:not(:has(.tb-files))").first
        if card.count():
            paper = (card.get_attribute("id") or "").partition("@")[0]
            self.way.trail.papers.append(paper)
            card.locator("input[type=file]").set_input_files(
                {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": PAPER}
            )
            self._press(card.locator("form.tb-upload button"))
        else:
            self._press(self.page.locator("main .tb-actions a").first)

    def _open(self, path: str) -> None:
        began = stopwatch.perf_counter()
        answer = self.page.goto(f"{self.way.walker.site.address}{path}", wait_until="load")
        self._note(stopwatch.perf_counter() - began, answer.status if answer else 0)

    def _press(self, control: Locator) -> None:
        """Press what leads to another page, and wait until that page stands."""
        began = stopwatch.perf_counter()
        with self.page.expect_navigation(wait_until="load") as led:
            control.click()
        self._note(stopwatch.perf_counter() - began, led.value.status)

    def _note(self, seconds: float, status: int) -> None:
        trail, visitor = self.way.trail, self.way.applicant
        trail.steps.append(Step("press", self.at, round(seconds, 4), status))
        seen = Seen(seconds, status, self.page.content(), self.page.url)
        trail.dead_links += visitor.links.dead(visitor.browser, trail.about, self.at, seen)


def _is_answered(question: Locator) -> bool:
    if question.locator("input[type=radio]").count():
        return bool(question.locator("input[type=radio]:checked").count())
    return all(one.input_value() for one in question.locator("input:not([type=hidden]), textarea, select").all())


def _fill(question: Locator, text: str) -> None:
    """Answer one question: choose, give the three parts of a day, or type."""
    if question.locator("input[type=radio]").count():
        question.locator(f'input[type=radio][value="{text}"]').check()
    elif question.locator("select").count():
        question.locator("select").select_option(value=text)
    elif question.locator(".tb-date").count():
        for part, digits in zip(("year", "month", "day"), text.split("-"), strict=True):
            question.locator(f"input[name$='.{part}']").fill(digits)
    else:
        question.locator("input:not([type=hidden]), textarea").first.fill(text)
