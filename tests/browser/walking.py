"""Walking through the town as people do: by the words on the page, each person in a browser window of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db import connection
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.reading import Reading

from tongban import publication
from tongban.supervision import citytime
from tongban.testing.stories.model import Cast, Facts
from tongban.testing.stories.records import write_given

Answers: TypeAlias = Mapping[str, str]
"""What is asked, by its words on the page → what is answered: a text, a date 2026-11-16, or the words of an option."""

PATIENCE_MILLISECONDS = 30_000  # the machine that runs the tests may be busy
expect.set_options(timeout=PATIENCE_MILLISECONDS)

PDF = b"%PDF-1.4\n% a paper\n%%EOF\n"


def opened(
    browser: Browser,
    site: str,
    width: int = 390,
    language: str = "zh-hans",
    *,
    elder: bool = False,
    script: bool = True,
) -> Page:
    """A page in a window of this width, in a language, perhaps in large print, perhaps without scripts."""
    context = browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=script)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    context.add_cookies(
        [
            {"name": "django_language", "value": language, "url": site},
            {"name": "elder", "value": "1" if elder else "0", "url": site},
        ]
    )
    return context.new_page()


def enter(page: Page, site: str, persona: str, then: str = "/") -> None:
    """Log in as one of the demonstration's people or staff."""
    cookies = [cookie for cookie in page.context.cookies() if cookie["name"] in {"django_language", "elder"}]
    page.goto(f"{site}/login?next={then}")
    choose_persona(page, persona)
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # what a browser gives back is what it takes


def choose_persona(page: Page, persona: str) -> None:
    """On the page that asks for a log-in, enter as one of the demonstration's people or staff."""
    button = page.locator(f"button[value='{persona}']")
    if not button.is_visible():
        page.locator(".tb-personas summary").click()
    press(button)


def press(control: Locator) -> None:
    """Press what leads to another page, and wait until that page stands: a click alone waits for nothing."""
    with control.page.expect_event("domcontentloaded"):
        control.click()


def go_on(page: Page) -> None:
    """Press the main button."""
    press(page.locator("main .btn-primary:visible").first)


def in_city(act: Callable[[], object]) -> None:
    """Do something with the city's database, from a thread beside the browser's loop."""

    def done() -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as beside:
        beside.submit(done).result()


def on_record(persona: str, bundle: str, facts: Facts) -> None:
    """Let the registers hold something else about a persona, before anybody looks."""
    in_city(lambda: write_given(publication.current(), Cast(persona, facts, f"life-events/{bundle}")))


def later(span: str) -> None:
    """Move the city's time: `3 workdays`. What falls due on the way is done."""
    in_city(lambda: citytime.move(advance=span))


@dataclass
class Town:
    """Everybody of one scenario: people on their phones, staff at wide screens, each logged in once."""

    browser: Browser
    site: str
    script: bool = True
    pages: dict[str, Page] = field(default_factory=dict)

    def page_of(self, persona: str) -> Page:
        """The window of somebody, logged in at first use."""
        if persona not in self.pages:
            self.pages[persona] = opened(self.browser, self.site, script=self.script)
            enter(self.pages[persona], self.site, persona)
        return self.pages[persona]

    def found(self, words: str, title: str, persona: str = "") -> Page:
        """Search in one's own words and open what is found, as somebody or as a stranger; the plan is shown."""
        page = self.page_of(persona) if persona else opened(self.browser, self.site, script=self.script)
        page.goto(self.site)
        page.locator("main input[name=q]").fill(words)
        press(page.locator("main button[type=submit]").first)
        press(page.locator("a.tb-found", has_text=title))
        expect(page.locator("h1")).to_contain_text(title)
        return page

    def at(self, persona: str, number: str, path: str = "") -> Page:
        """The page of an application as somebody sees it, fresh."""
        page = self.page_of(persona)
        page.goto(f"{self.site}/a/{number}{path}")
        return page

    def consent(self, persona: str, link: str, *, agree: bool = True) -> Page:
        """Follow a link to sign or agree, after an own log-in, and answer."""
        page = self.page_of(persona)
        page.goto(link)
        press(page.locator(f"button[value={'yes' if agree else 'no'}]"))
        return page

    def act(
        self,
        persona: str,
        number: str,
        service: str,
        step: str,
        answers: Answers | None = None,
        *,
        member: int = 1,
        items: Answers | None = None,
    ) -> Page:
        """At the desk: find the case of a service in the inbox, open it, take a step by its words, filling its form.

        `member` tells cases of one service apart, in their order; `items` are what a correction asks for, each with
        what is wrong about it.
        """
        page = self.open_case(persona, number, service, member)
        commands = page.locator("#do")
        press(commands.get_by_text(step, exact=False).first)
        form = page.locator("#do form:has(input[name=do])")
        if form.count():
            for words, wrong in (items or {}).items():
                line = form.locator(".tb-item", has_text=words).first
                line.locator("input[type=checkbox]").check()
                line.locator("input:not([type=checkbox])").fill(wrong)
            for question in form.locator("fieldset.tb-question:has(legend:visible, label)").all():
                if not question.locator(".tb-item").count():
                    answer(question, wanted(question.locator("legend").inner_text(), answers or {}))
            press(form.locator("button[type=submit]"))
        expect(page.locator(".tb-told")).to_contain_text(step)
        return page

    def waiting_at(self, persona: str) -> list[str]:
        """The titles of what waits at somebody's office."""
        page = self.page_of(persona)
        page.goto(f"{self.site}/desk/?queue=office")
        return page.locator("tbody th a").all_inner_texts()

    def open_case(self, persona: str, number: str, service: str, member: int = 1) -> Page:
        """At the desk: the page of a case, found by the application's number and the service's title."""
        page = self.page_of(persona)
        page.goto(f"{self.site}/desk/cases/?q={number}")
        press(page.locator("tbody th a", has_text=service).nth(member - 1))
        expect(page.locator("h1")).to_contain_text(service)
        return page

    def grant(self, number: str, service: str, staff: str, answers: Answers | None = None, *, member: int = 1) -> None:
        """Accept a case by the clerk and grant it by the approver of an authority: `population`."""
        self.act(f"clerk-{staff}", number, service, "受理", member=member)
        self.act(f"approver-{staff}", number, service, "准予", answers, member=member)


def situation(page: Page, answers: Answers) -> None:
    """Answer situation questions, one a page, until there are none; each must have its answer, by words of both."""
    while "/start" in page.url or "/situation" in page.url:
        question = page.locator("main form .tb-question")
        answer(question, wanted(question.locator("legend").inner_text(), answers))
        go_on(page)


def wanted(words: str, answers: Answers) -> str:
    """The answer to the question with these words."""
    found = [value for asked, value in answers.items() if asked in words]
    assert found, f"asked and not expected: {words}"
    return found[0]


def answer(question: Locator, value: str) -> None:
    """Answer one question: choose by words, fill a date or a text."""
    if question.locator("input[type=radio]").count():
        question.locator("label.tb-choice", has_text=value).first.locator("input").check()
    elif question.locator("select").count():
        question.locator("select").select_option(label=value)
    elif question.locator(".tb-date").count():
        for part, digits in zip(("year", "month", "day"), value.split("-"), strict=True):
            question.locator(f"input[name$='.{part}']").fill(digits)
    else:
        question.locator("input:not([type=hidden]), textarea").first.fill(value)


def labels(page: Page) -> list[str]:
    """What a page of the form asks, in its order."""
    return [text.strip() for text in page.locator("form[novalidate] .tb-question legend").all_inner_texts()]


def is_empty(question: Locator) -> bool:
    """Whether nothing is answered yet."""
    if question.locator("input[type=radio]").count():
        return not question.locator("input[type=radio]:checked").count()
    return not all(one.input_value() for one in question.locator("input:not([type=hidden]), textarea, select").all())


def fill(page: Page, *parts: Answers) -> None:
    """Fill the form, one mapping for each of its pages; what is empty and has no answer here is a mistake."""
    for answers in parts:
        for question in page.locator("form[novalidate] .tb-question").all():
            words = question.locator("legend").inner_text()
            if is_empty(question) or any(asked in words for asked in answers):
                answer(question, wanted(words, answers))
        press(page.locator("form[novalidate] .btn-primary"))


def attach(page: Page, paper: str, *, name: str = "paper.pdf", content: bytes = PDF, nth: int = 0) -> None:
    """Attach a file to a paper by its title, on the page of papers, of a correction or of what is owed."""
    card = page.locator("section.card", has_text=paper).nth(nth)
    card.locator("input[type=file]").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    press(card.locator("form.tb-upload button"))


def promise(page: Page, paper: str, *, nth: int = 0) -> None:
    """Say that a paper follows, or promise instead of it."""
    press(page.locator("section.card", has_text=paper).nth(nth).locator("button[value=promise]"))


def sign(page: Page) -> str:
    """Say that all is true, sign and send; returns the application's number."""
    page.locator("input[name=true]").check()
    press(page.locator("button", has_text="签名并提交"))
    return page.url.rpartition("/")[2]


def link_of(page: Page) -> str:
    """The link for the other signers, on the page that waits for them."""
    return page.locator(".tb-link-to-copy a").inner_text()


def parts(page: Page) -> dict[str, str]:
    """How each part stands on the page of a sent application: its title → all that is said of it."""
    lines = [line.inner_text() for line in page.locator("#parts .tb-parts > li").all()]
    split = [line.strip().partition("\n") for line in lines]
    return {title: " ".join(rest.split()) for title, _, rest in split}


def lists(page: Page) -> list[str]:
    """What waits below `我的证照`: each credential, newest first, as it reads."""
    return [text.strip() for text in page.locator(".tb-credential h3").all_inner_texts()]


def download(page: Page, site: str, title: str, nth: int = 0) -> tuple[str, bytes]:
    """From 我的证照: the verification code of a credential and its PDF."""
    page.goto(f"{site}/documents")
    links = page.locator(".tb-credential", has_text=title).nth(nth).locator(".tb-credential-links")
    address = links.get_by_text("下载").get_attribute("href") or ""
    content = page.context.request.get(f"{site}{address}").body()
    press(links.get_by_text("出示"))
    return page.locator(".tb-figure").inner_text(), content


def verdict(page: Page, site: str, proof: str | bytes) -> str:
    """What the page of verification says of a code or of a file."""
    page.goto(f"{site}/verify")
    if isinstance(proof, str):
        form = page.locator("form:has(#code)")
        form.locator("#code").fill(proof)
    else:
        form = page.locator("form:has(#file)")
        form.locator("#file").set_input_files({"name": "paper.pdf", "mimeType": "application/pdf", "buffer": proof})
    press(form.locator("button"))
    return page.locator(".tb-verdict").inner_text()


def verified(page: Page, site: str, title: str) -> bytes:
    """Fetch the PDF of a credential from 我的证照 and show it to 验真, by its code and by its file; returns it."""
    code, content = download(page, site, title)
    assert content.startswith(b"%PDF-")
    for proof in (code, content):
        told = verdict(page, site, proof)
        assert "是真的" in told
        assert title in told
    return content


def read_by(browser: Browser, site: str, people: Mapping[str, Iterable[str]], **how: Any) -> Reading:  # noqa: ANN401 -- what `opened` takes
    """What is wrong with the pages of each persona: each stands at its address, and leads nowhere else."""
    read = Reading()
    for persona, addresses in people.items():
        page = opened(browser, site, **how)
        enter(page, site, persona)
        for address in addresses:
            page.goto(f"{site}{address}")
            assert page.url == f"{site}{address}"
            read.look(page, address)
        page.context.close()
    return read
