"""How often a page asks the database: never once more for each part, member, paper or line that it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.applications.family import family
from tests.applications.hiring import employer
from tests.applications.newborn import desk_of_everyone, drafted, run_all, sent
from tests.applications.test_sheets import as_csv, id_numbers
from tests.desk.scene import BUSINESS, Scene, address, browser_of
from tests.portal.test_pages_many import LEAVE, handed_in, rows_of

from tongban.applications import starting
from tongban.applications.models import Batch
from tongban.publication import service as publication

MOST_QUERIES = 32
"""Of any page. A round trip costs a third of a millisecond on a quiet machine; a page has 100 in all."""


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def asked(browser: Client, page: str) -> int:
    """How many queries a page takes once the process is warm."""
    browser.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page).status_code == 200, page
    return len(queries)


def of_a_family(children: int) -> dict[str, int]:
    """The queries of every page of a mother with so many newborn children: in a draft, under way, and all done."""
    home = family(publication.current(), children)
    browser, number = browser_of(home.mother), drafted(home)
    counts = {f"draft {page}": asked(browser, f"/a/{number}/{page}") for page in ("form", "papers", "sign")}
    sent(home, number)
    pages = {"application": f"/a/{number}", "events": f"/a/{number}/events", "my": "/my"}
    counts |= {f"sent {name}": asked(browser, page) for name, page in pages.items()}
    run_all(home, desk_of_everyone(), number)
    pages |= {"documents": "/documents", "messages": "/messages", "reads": "/reads", "home": "/"}
    return counts | {f"done {name}": asked(browser, page) for name, page in pages.items()}


def of_many_applications(count: int) -> dict[str, int]:
    """The queries of a mother's pages with so many applications begun and as many sent."""
    home = family(publication.current())
    for _ in range(count):
        starting.start(home.mother, "retire", command_id=uuid4())
        sent(home, drafted(home))
    browser = browser_of(home.mother)
    return {page: asked(browser, page) for page in ("/my", "/", "/documents", "/messages")}


def of_an_office(restaurants: int) -> dict[str, int]:
    """The queries of a clerk's pages with so many applications waiting."""
    scene = Scene()
    clerk = scene.staff("K0071", "周明远", BUSINESS, "handler", "approver", "head")
    numbers = [scene.licence(f"{name}晚晴") for name in "苏林何杜"[:restaurants]]
    browser = browser_of(clerk)
    pages = {"inbox": "/desk/", "case": address(numbers[0]), "office": "/desk/office"}
    return {name: asked(browser, page) for name, page in pages.items()}


@pytest.mark.slow
@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("count", "few", "many"),
    [(of_a_family, 1, 3), (of_many_applications, 1, 3), (of_an_office, 1, 3)],
    ids=["a family's pages", "a list of applications", "an office's pages"],
)
def test_a_page_asks_no_more_where_there_is_more_to_show(
    count: Callable[[int], dict[str, int]], few: int, many: int
) -> None:
    with undone():
        counts = count(few)
    with undone():
        grown = count(many)
    assert grown == counts
    assert {page: number for page, number in counts.items() if number > MOST_QUERIES} == {}


def test_how_far_a_table_is_is_told_without_reading_it(db: None) -> None:
    firm = employer(publication.current(), 5)
    client = browser_of(firm.agent)
    handed_in(client, LEAVE, as_csv(rows_of(client, LEAVE, id_numbers(firm)))[0])
    address = f"/many/{Batch.objects.get().id}"

    def reads_the_table() -> bool:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return any('"content"' in one["sql"] for one in asked.captured_queries)

    assert reads_the_table()
    client.post(address)
    assert not reads_the_table()
