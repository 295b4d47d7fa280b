"""What no browser sends: broken addresses, forged fields, foreign hosts, made-up methods. Refused, never our fault."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.applications.hiring import Employer, employer

from tongban.accounts.models import User
from tongban.applications import starting
from tongban.publication import service as publication
from tongban.testing.fixtures import City

PERSONAL = ["/my", "/account", "/documents", "/reads", "/messages"]


@pytest.fixture
def client() -> Client:
    """A browser of which a fault of ours is an answer like any other."""
    return Client(raise_request_exception=False)


@pytest.fixture
def mother(client: Client, town: None) -> Client:
    """Where somebody has logged in."""
    client.force_login(User.objects.get(persona="mother"))
    return client


@pytest.fixture
def firm(db: None) -> Employer:
    """A company about to hire."""
    return employer(publication.current(), 1)


@pytest.mark.parametrize("address", ["/a/%00", "/a/%00/form", "/consent/%00", "/ask/%00", "/pay/%00"])
def test_an_address_that_no_database_can_hold_is_a_wrong_request(mother: Client, address: str) -> None:
    assert mother.get(address).status_code in {400, 404}


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["9" * 5000, "²", "-1", ""])
def test_a_payment_that_cannot_be_is_not_there(client: Client, firm: Employer, part: str) -> None:
    client.force_login(User.objects.get(subject_id=firm.agent.subject_id))
    number = starting.start(firm.agent, "hire-employee", command_id=uuid4(), counts={"hire": 1})
    assert client.get(f"/pay/{number}.{part}-F1").status_code == 404


@pytest.mark.parametrize("forged", [{"fact:child.name": "x"}, {"fact:child.name": "x", "service": "no/such"}])
def test_a_correction_of_a_service_that_does_not_exist_is_refused(mother: Client, forged: dict[str, str]) -> None:
    assert mother.post("/a/4302-26-999999-X/correct/1", forged).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1@evil.example", "evil.example:80"])
@pytest.mark.parametrize("address", ["/", "/api/v1/bundles", "/login"])
def test_another_hosts_name_is_a_wrong_request(client: Client, town: None, host: str, address: str) -> None:
    answer = client.get(address, HTTP_HOST=host)
    assert (answer.status_code, "evil" in answer.content.decode()) == (400, False)


@pytest.mark.parametrize("address", PERSONAL)
def test_a_page_about_somebody_is_kept_nowhere(mother: Client, address: str) -> None:
    assert "no-store" in mother.get(address).headers["Cache-Control"]


def test_pages_for_everybody_may_be_kept(client: Client, town: None) -> None:
    assert "no-store" not in client.get("/bundles/").headers.get("Cache-Control", "")


def test_a_made_up_method_makes_no_figure_of_its_own(client: Client, town: None) -> None:
    for number in range(3):
        client.generic(f"ATTACK{number}", "/")
    assert re.findall(r"ATTACK\d", client.get("/metrics").content.decode()) == []


@pytest.mark.slow
@pytest.mark.usefixtures("one_moment")
def test_behind_a_proxy_people_are_slowed_one_by_one_whatever_they_say_of_themselves(
    client: Client,
    town: None,
    settings: Any,  # noqa: ANN401 -- pytest-django's own
) -> None:
    def look(at: int, sender: str) -> int:
        said = f"198.51.100.{at}, {sender}"
        return client.get("/verify/AAAA", HTTP_X_FORWARDED_FOR=said, REMOTE_ADDR="192.0.2.30").status_code

    settings.HTTPS = True
    assert 429 in [look(at, "192.0.2.31") for at in range(40)]
    assert look(1, "192.0.2.32") == 200
    settings.HTTPS = False  # nobody stands in front: the header is the sender's own
    assert 429 in [look(1, f"192.0.2.{at}") for at in range(40, 80)]


@pytest.mark.parametrize("then", ["=1+1", "²", "portal:home", "x/y", "//evil.example", "https:evil.example", "/\\evil"])
def test_what_is_no_address_of_ours_leads_home(client: Client, town: None, then: str) -> None:
    answer = client.post("/language", {"language": "en", "next": then})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("code", ["</script>", "a/b", "//evil.example", "/"])
def test_a_code_that_no_address_can_hold_is_only_wrong(client: Client, town: None, code: str) -> None:
    answer = client.post("/verify", {"code": code}, follow=True, REMOTE_ADDR="192.0.2.90")
    assert answer.status_code == 200
    assert all(address.startswith("/verify/") for address, _status in answer.redirect_chain)


@pytest.mark.parametrize("address", ["/", "/login", "/b/newborn", "/desk/"])
def test_a_city_before_its_first_publication_says_so(city: City, client: Client, address: str) -> None:
    with city.superuser() as superuser:
        superuser.execute("truncate publication_publication cascade")
    client.raise_request_exception = False
    answer = client.get(address, follow=True)
    assert answer.status_code == 503
    assert "还没有发布任何定义" in answer.content.decode()
    assert answer["Retry-After"]
