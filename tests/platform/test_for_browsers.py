"""Who passes through what only browsers need: every page, and whoever asks the API with a cookie."""

from __future__ import annotations

import pytest
from django.test import Client

ME = "/api/v1/me"
UNFRAMED = "X-Frame-Options"
"""Only what browsers need says this one."""


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), [("GET", "/me"), ("POST", "/applications"), ("DELETE", "/tokens/1")])
@pytest.mark.parametrize("who", [{}, {"Authorization": "Bearer nobody"}], ids=["nobody", "a wrong token"])
def test_a_program_without_a_cookie_passes_by_and_is_still_asked_who_it_is(
    method: str, path: str, who: dict[str, str]
) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, "/api/v1" + path, headers=who)
    assert (answer.status_code, answer.json()["code"]) == (401, "log-in-needed")
    assert UNFRAMED not in answer.headers
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/v2/me"])
def test_what_only_looks_like_the_api_is_a_page_that_is_not_there(path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.django_db
def test_a_page_and_whoever_brings_a_cookie_do_not_pass_by() -> None:
    browser = Client(enforce_csrf_checks=True)
    assert UNFRAMED in browser.get("/login").headers
    assert browser.post("/login", {"name": "x"}, HTTP_COOKIE="").status_code == 403
    browser.cookies["sessionid"] = "nobodys"
    asked = browser.get(ME)
    assert (asked.status_code, UNFRAMED in asked.headers) == (401, True)
    sent = browser.post("/api/v1/applications", {}, content_type="application/json")
    assert (sent.status_code, sent.json()["code"]) == (403, "csrf-failed")
