"""Pages of packs: each lets in whom it says and nobody else, its view is told who it is, and a wrong one is refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, include, path
from tests.meta.doors import views, visitors
from tests.portal import matters

from tongban.desk.door import into_desk
from tongban.pack_api import Text
from tongban.pack_pages import Page, Reader, csv_file, desk_page, organisations, portal_page
from tongban.platform.errors import PlatformError
from tongban.portal import pack_pages
from tongban.portal.pack_pages import entrances, into_portal, mounted, pages_in
from tongban.registry import service as registry

TITLE = Text("试的页", "A page on trial")
HERE = Path("trial_pack/pages.py")


def told(request: HttpRequest, reader: Reader | None) -> HttpResponse:
    """Who stands there, as the view is told."""
    return HttpResponse("nobody" if reader is None else f"{reader.kind} {reader.subject_id}")


def framed(request: HttpRequest, reader: Reader) -> HttpResponse:
    return portal_page(request, "portal/page.html", {})


def at_the_desk(request: HttpRequest, reader: Reader) -> HttpResponse:
    return desk_page(request, reader, "desk/page.html", {})


def table(request: HttpRequest, reader: Reader) -> HttpResponse:
    return csv_file("table.csv", ["月份"], [["=1+1"], ["2026-10"]])


PAGES = [
    Page("open", TITLE, "portal", "anybody", told),
    Page("mine", TITLE, "portal", "person", told),
    Page("mine/framed", TITLE, "portal", "person", framed),
    Page("employer", TITLE, "portal", "agent", told),
    Page("employer.csv", TITLE, "portal", "agent", table),
    Page("heads", TITLE, "desk", "staff: head", at_the_desk),
    Page("posts", TITLE, "desk", "staff: handler approver", told),
]


def at(door: pack_pages.Door, entrance: pack_pages.Entrance, *pages: Page) -> list[URLPattern]:
    """These pages of a pack on trial, mounted at a door."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            pack_pages, "pages_of_packs", lambda: {"trial-pack": pages_in(SimpleNamespace(PAGES=pages), HERE)}
        )
        return mounted(door, entrance)


urlpatterns = [
    path("portal/", include((at("portal", into_portal, *PAGES), "trial"))),
    path("desk/", include((at("desk", into_desk, *PAGES), "trial-desk"))),
    path("", include("tongban.platform.urls")),
]

pytestmark = [pytest.mark.usefixtures("town"), pytest.mark.urls(__name__)]


@pytest.mark.parametrize(
    ("address", "let_in", "sent_away"),
    [
        ("/portal/trial-pack/open", (None, "mother", "employer", "head"), ()),
        ("/portal/trial-pack/mine", ("mother", "employer", "head"), ()),
        ("/portal/trial-pack/mine/framed", ("mother",), ()),
        ("/portal/trial-pack/employer", ("employer", "personnel"), ("mother", "agent", "head")),
        ("/portal/trial-pack/employer.csv", ("employer",), ("mother",)),
        ("/desk/trial-pack/heads", ("head",), ("mother", "employer", "clerk-fire", "auditor")),
        ("/desk/trial-pack/posts", ("clerk-fire", "approver-fire"), ("mother", "head", "window")),
    ],
)
def test_a_page_lets_in_whom_it_says(address: str, let_in: tuple[str | None, ...], sent_away: tuple[str, ...]) -> None:
    for who in let_in:
        browser = matters.browser_of(who) if who else Client()
        assert browser.get(address).status_code == 200, who
        assert browser.post(address).status_code == 405, who
    for who in sent_away:
        assert matters.browser_of(who).get(address).status_code == 403, who
    if None not in let_in:
        answer = Client().get(address)
        assert (answer.status_code, answer.headers["Location"].partition("=")[0]) == (302, "/login?next")


def test_a_view_is_told_who_reads(town: None) -> None:
    mother = matters.actor("mother")
    assert matters.browser_of("mother").get("/portal/trial-pack/mine").content.decode() == f"person {mother.subject_id}"
    assert Client().get("/portal/trial-pack/open").content.decode() == "nobody"


def test_the_matrix_of_doors_says_what_a_page_says() -> None:
    found = {f"/{address}": visitors(address, view) for address, view in views(urlpatterns[:2])}
    assert found["/portal/trial-pack/employer"] == "agent"
    assert found["/portal/trial-pack/open"] == "anybody"
    assert found["/desk/trial-pack/posts"] == "staff: approver handler"


def test_whoever_acts_for_an_organisation_in_one_matter_alone_does_not_read_of_all_of_it() -> None:
    company = registry.find("base/Organisation", "914302000000000192")
    assert organisations(matters.actor("employer")) == [company]
    assert company in matters.actor("agent").principals
    assert organisations(matters.actor("agent")) == []


def test_parents_act_for_no_organisation() -> None:
    mother = matters.actor("mother")
    assert organisations(mother) == []


def test_entrances_are_listed_for_whom_they_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = pages_in(SimpleNamespace(PAGES=PAGES), HERE)
    monkeypatch.setattr(pack_pages, "pages_of_packs", lambda: {"trial-pack": pages})
    monkeypatch.setattr(pack_pages, "reverse", lambda name: name)
    mine, employers = "portal:packs:trial-pack/mine", "portal:packs:trial-pack/employer"
    assert [address for _, address in entrances(matters.actor("mother"))] == [mine]
    assert [address for _, address in entrances(matters.actor("employer"))] == [mine, employers]


def test_a_table_of_a_pack_holds_no_formula() -> None:
    answer = matters.browser_of("employer").get("/portal/trial-pack/employer.csv")
    assert answer.content.decode() == "\ufeff月份\r\n'=1+1\r\n2026-10\r\n"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="table.csv"'
    assert "no-store" in answer.headers["Cache-Control"]


def of_one(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize(
    ("pages", "told_of"),
    [
        ([Page("Mine", TITLE, "portal", "person", told)], "小写"),
        ([Page("../mine", TITLE, "portal", "person", told)], "小写"),
        ([Page("mine/<int:n>", TITLE, "portal", "person", told)], "小写"),
        ([Page("", TITLE, "portal", "person", told)], "小写"),
        ([Page("mine", Text("", "Mine"), "portal", "person", told)], "标题"),
        ([Page("mine", TITLE, "board", "person", told)], "board"),  # type: ignore[arg-type] # wrong on purpose
        ([Page("mine", TITLE, "portal", "person", of_one)], "view"),  # type: ignore[arg-type] # wrong on purpose
        ([Page("mine", TITLE, "portal", "person", told)] * 2, "两次"),
        ([Page("mine", TITLE, "portal", "staff: head", told)], "staff: head"),
        (["mine"], "PAGES"),
        (None, "PAGES"),
    ],
)
def test_a_wrong_page_is_refused_with_what_is_wrong(pages: list[Page], told_of: str) -> None:
    with pytest.raises(PlatformError) as refused:
        at("portal", into_portal, *pages) if pages else pages_in(SimpleNamespace(), HERE)
    assert refused.value.code == "bad-page"
    assert told_of in refused.value.message["zh"]
    assert "pages.py" in refused.value.message["en"]


@pytest.mark.parametrize(
    "who", ["person", "staff: king", "staff: ", "staff:head", "staff: head of ", "staff:  of police/population"]
)
def test_the_desk_refuses_whom_it_does_not_know(who: str) -> None:
    with pytest.raises(PlatformError, match="bad-page"):
        at("desk", into_desk, Page("mine", TITLE, "desk", who, told))


def test_a_page_does_not_take_the_address_of_one_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = (Page("mine", TITLE, "desk", "staff: head", told),)
    monkeypatch.setattr(pack_pages, "pages_of_packs", lambda: {"cases": pages})
    taken = [path("cases/<str:number>", told)]
    with pytest.raises(PlatformError, match="another page"):
        mounted("desk", into_desk, taken)
