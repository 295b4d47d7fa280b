"""Where pages lead: each link and form of one that stays on its site is tried once; nothing is sent to find out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tongban.catalog.model import Catalog
from tongban.publication.files import tree
from tongban.supervision.rounds import judging
from tongban.supervision.rounds.ways import DeadLink, Way
from tongban.testing.fixtures import City
from tongban.testing.rehearsal.browsing import Browser, CannotEnter, opened_site
from tongban.testing.rehearsal.links import Lead, Links, Seen, leads_of

SITE = "http://city.test"
PAGE = """<a class="btn" href="/b/newborn?a=1&amp;b=2#top">in</a><a href="#here">same</a><a href="mailto:x@y">post</a>
<a href="https://elsewhere.test/">away</a><form method="post"><button formaction="again">x</button></form>
<form action="/search"><input name="q"></form><a href="/b/newborn?a=1&amp;b=2">twice</a>"""


def test_what_stays_on_the_site_is_found_once() -> None:
    assert leads_of(PAGE, f"{SITE}/a/43-1/sign") == [
        Lead("GET", "/b/newborn?a=1&b=2"),
        Lead("GET", "/a/43-1/sign"),
        Lead("POST", "/a/43-1/sign"),
        Lead("GET", "/search"),
        Lead("POST", "/a/43-1/again"),
    ]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/a/43-1/sign", "/a/…/sign"),
        ("/b/newborn?b=2&a=1", "/b/newborn?a&b"),
        ("/documents/0c5a-9.pdf", "/documents/…"),
    ],
)  # fmt: skip
def test_what_is_one_applications_own_is_no_other_place(path: str, place: str) -> None:
    assert Lead("GET", path).place == place


def seen(html: str, at: str = "/a/43-1") -> Seen:
    return Seen(0.1, 200, html, f"{SITE}{at}")


class Counting(Browser):
    """A browser that counts what it is asked, and finds nothing anywhere."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def page(self, path: str) -> Any:  # noqa: ANN401 -- an answer with a status
        """Nothing is there."""
        self.asked[path] += 1
        return type("Answer", (), {"status_code": 404})

    def takes(self, path: str) -> int:
        """No form is taken."""
        self.asked[path] += 1
        return 405


def test_a_dead_link_is_told_once_for_each_matter_and_one_of_every_page_once() -> None:
    links, browser = Links(), Counting()
    html = '<a href="/nowhere">x</a><form method="post" action="/a/43-1/gone">'
    first = list(links.dead(browser, "one", "form", seen(html)))
    assert first == [DeadLink("form", "GET", "/nowhere", 404), DeadLink("form", "POST", "/a/…/gone", 405)]
    assert list(links.dead(browser, "one", "sign", seen(html))) == []
    assert [one.to for one in links.dead(browser, "two", "form", seen(html))] == ["/a/…/gone"]
    assert browser.asked == {"/nowhere": 1, "/a/43-1/gone": 2}


def test_a_dead_link_is_a_dead_end_of_its_page() -> None:
    catalog: Catalog = tree()
    way = Way("hrss/social-card", dead_links=(DeadLink("form", "GET", "/nowhere", 404),))
    (cause,) = [one for one in judging.causes(catalog, way) if one.kind == "dead-end"]
    assert (cause.step, cause.severity) == ("form", "serious")
    assert "/nowhere" in cause.said.zh
    assert "/nowhere" in cause.said.en


@pytest.mark.slow
def test_a_browser_without_a_screen_meets_the_whole_door(city: City) -> None:
    with opened_site() as site:
        stranger = Browser(site)
        assert stranger.page("/").status_code == 200
        assert stranger.session is None
        assert stranger.takes("/b/newborn/begin") == 200
        assert stranger.takes("/search") == 405
        assert stranger.takes("/nowhere") == 404
        assert stranger.call("POST", "/api/v1/applications", json={"bundle": "newborn"}).status_code == 401
        with pytest.raises(CannotEnter):
            Browser(site, "nobody").ready()
