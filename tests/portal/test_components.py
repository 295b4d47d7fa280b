"""The components: every label exists in Chinese, colours are ours and readable, the first visit is light."""

from __future__ import annotations

import gzip
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils import translation
from tests.portal.test_contrast import NORMAL

import tongban
from tongban.portal import icons, marks
from tongban.portal.clock_calendar import calendar_weeks
from tongban.portal.styleguide.samples import CountedDay, context

STATIC = Path(tongban.__file__).parent / "portal/static"
FIRST_VISIT_BYTES_MAX = 250_000
urlpatterns: list[URLPattern] = []
pytestmark = pytest.mark.urls(__name__)  # frames and components stand on no route
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "rect", "circle"}


def styleguide(language: str, *, elder: bool = False) -> str:
    with translation.override(language):
        return render_to_string("tongban/styleguide.html", {**context(), "elder": elder, "tab": "home"})


def show(template: str, language: str = "zh-hans", **values: object) -> str:
    with translation.override(language):
        return Template("{% load tongban %}" + template).render(Context(values)).strip()


class Tags(HTMLParser):
    """Checks that tags close in order, and gathers what has a style of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.inline_styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        named = dict(attrs)
        self.inline_styles += [tag] if "style" in named or tag == "style" else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Note an end that closes something else."""
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("elder", [False, True])
def test_the_style_guide_is_sound_html_without_inline_style(language: str, *, elder: bool) -> None:
    page = Tags()
    page.feed(styleguide(language, elder=elder))
    assert page.wrong == []
    assert page.open == []
    assert page.inline_styles == []


def test_no_label_of_ours_is_left_in_english_on_a_chinese_page() -> None:
    page = re.sub(r"<(script|svg).*?</\1>", " ", styleguide("zh-hans"), flags=re.DOTALL)
    visible = re.sub(r"<[^>]+>", "\n", page)
    names_of_components = {
        "light",
        "source",
        "parts",
        "events",
        "question",
        "answers",
        "paper",
        "credential",
        "derivation",
    }
    english = {line.strip() for line in visible.splitlines() if re.search(r"[A-Za-z]{3,}", line)}
    assert english - names_of_components - {"buttons, pills, chips", "ring, segments"} == set()


def test_a_light_is_a_shape_and_a_word() -> None:
    drawn = show('{% light "warn" %}')
    assert "快到期" in drawn
    assert "<svg" in drawn
    assert "剩 2 小时" in show('{% light clock words="剩 2 小时" %}', clock=SimpleNamespace(light="yellow"))


def test_the_clocks_own_lights_are_known() -> None:
    words = [re.sub(r"<[^>]+>", "", show("{% light state %}", state=state)) for state in ("green", "yellow", "red")]
    assert words == ["正常", "快到期", "超期"]


def test_a_text_is_shown_in_the_readers_language() -> None:
    text = SimpleNamespace(zh="出生", en="Birth")
    assert show("{{ text|in_language }}", text=text) == "出生"
    assert show("{{ text|in_language }}", "en", text=text) == "Birth"
    assert show("{{ text|in_language }}", "en", text={"zh": "出生", "en": "Birth"}) == "Birth"
    assert show("{{ text|in_language }}", text=None) == ""


def test_values_are_escaped_in_pictures_and_labels() -> None:
    hostile = "<script>alert(1)</script>"
    assert "<script>" not in show('{% source "you" name %}', name=hostile)
    assert "<script>" not in show("{% strip parts 5 name %}", parts=[], name=hostile)


def test_a_wrong_icon_is_refused_with_its_nearest_and_a_packs_icon_is_replaced() -> None:
    with pytest.raises(icons.UnknownIconError, match="Nearest: 'user'"):
        icons.paths("usr")
    assert icons.paths("building") in show('{% pack_icon "no-such-icon" %}')


def test_the_calendar_marks_counted_ahead_paused_rest_due_and_today() -> None:
    days = [
        CountedDay(date(2026, 11, 17), counted=True, why="workday"),
        CountedDay(date(2026, 11, 18), counted=False, why="paused"),
        CountedDay(date(2026, 11, 19), counted=True, why="workday"),
    ]
    weeks = calendar_weeks(days, date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 18))
    assert [len(week) for week in weeks] == [7]
    seen = {cell.on.day: (cell.kinds, cell.count) for cell in weeks[0]}
    assert seen[16] == (("start",), 0)
    assert seen[17] == (("counted",), 1)
    assert seen[18] == (("paused", "today"), None)
    assert seen[19] == (("ahead", "due"), 2), "a day that has not come yet does not look used up"
    assert seen[21] == (("rest",), None)


# ---- colours


def test_our_style_sheets_need_no_colour_function_that_old_phones_drop() -> None:
    for sheet in STATIC.glob("*.css"):
        assert not re.search(r"oklch|light-dark|color-mix", sheet.read_text(encoding="utf-8")), sheet.name


def test_marks_and_pictures_use_the_tokens_colours_only() -> None:
    known = set(NORMAL.values()) | {"#FFFFFF"}
    assert {colour for shape in marks.SHAPES.values() for colour in re.findall(r"#[0-9A-F]{6}", shape)} <= known


# ---- weight


def test_a_first_visit_of_a_portal_page_is_light() -> None:
    assets = [
        STATIC / "tongban.css",
        STATIC / "components.css",
        STATIC / "print.css",
        STATIC / "icons/mark.svg",
        *STATIC.glob("vendor/*.css"),
        *STATIC.glob("vendor/*.js"),
    ]
    weight = sum(len(gzip.compress(file.read_bytes())) for file in assets)
    assert weight + len(gzip.compress(styleguide("zh-hans").encode())) <= FIRST_VISIT_BYTES_MAX


def test_every_vendored_file_says_where_it_is_from() -> None:
    account = (STATIC / "vendor/README.md").read_text(encoding="utf-8")
    assert all(f"`{file.name}`" in account for file in (STATIC / "vendor").iterdir() if file.name != "README.md")
