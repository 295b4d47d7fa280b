"""Log-in slips at the window: for whom the register of people knows; told to whom it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.desk.conftest import MONDAY, Desks, at_work
from tests.desk.scene import HALL, browser_of, resident_id
from tests.moments import at_one_moment
from tests.registry.conftest import Service, service  # noqa: F401 -- a fixture

from tongban.accounts import slips as accounts_slips
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.log_in import TRIES_PER_NAME
from tongban.accounts.models import Slip, User, login_of
from tongban.applications import reads, slips
from tongban.applications.problems import Problem
from tongban.applications.slips import GivenSlip
from tongban.registry import service as registry
from tongban.registry.directory import remote
from tongban.registry.models import Read, Subject
from tongban.testing.fixtures import City

NUMBER = resident_id(811)
NEW = "nine-blue-kettles"  # a test's own
CHOSEN = {"new": NEW, "again": NEW}
POPULATION = "base/population"
BOX = re.compile(r'<input[^>]*type="password"[^>]*>')


@pytest.fixture
def window(desks: Desks) -> Actor:
    """A clerk of the combined window."""
    return desks.scene.staff("9001", "黎晓", HALL, "window")


@pytest.fixture
def newcomer(desks: Desks) -> int:
    """Somebody whom the register of people knows and who has never been here."""
    subject = registry.create("base/Person", key=NUMBER)
    desks.scene.hold("base/Person", subject, {"name": "许言"})
    return subject


def sent(client: Client, typed: Mapping[str, str], **headers: str) -> list[str]:
    """What is said of each field after the page was sent."""
    answer = client.post("/login/slip", typed, **headers)  # type: ignore[arg-type]  # environment of the request
    return [line["id"] for line in answer.context["errors"]] if answer.status_code != 302 else []


def test_a_newcomer_gets_an_account_and_is_logged_in(window: Actor, newcomer: int) -> None:
    page = browser_of(window).post("/desk/window/slips", {"office": HALL, "id_number": NUMBER.lower()})
    assert page.status_code == 201
    said = page.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert [words for words in ("11 月 17 日", "09:00", "许*", "/login/slip") if words not in said] == []
    assert NUMBER not in said  # whoever finds the slip finds no number
    person = Client(headers={"Accept-Language": "en"})
    person.cookies["django_language"] = "en"
    answer = person.post("/login/slip", {"number": NUMBER, "code": page.context["code"], **CHOSEN})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account")
    assert "许言" in person.get("/account").content.decode()
    user = User.objects.get(login=login_of(NUMBER))
    assert (user.kind, user.shown_name, user.subject_id, user.language) == ("person", "许言", newcomer, "en")
    slip = Slip.objects.get()
    assert (slip.user_id, slip.given_by_id, slip.office, slip.given_at) == (user.id, window.user_id, HALL, MONDAY)
    assert (slip.until, slip.used_at) == (MONDAY + timedelta(hours=24), MONDAY)


def test_every_slip_is_told_to_whom_it_is_for(window: Actor, newcomer: int) -> None:
    for _ in range(2):
        slips.give(window, HALL, NUMBER)
    looks = reads.about_me(actor_of(User.objects.get(subject_id=newcomer)))
    assert [(look["reader"], look["purpose"]["zh"], look["attributes"]) for look in looks] == [
        (window.id, "开登录凭条", ["name"])
    ] * 2
    assert {(row.office, row.holder) for row in Read.objects.all()} == {(HALL, POPULATION)}


def test_whom_only_a_register_elsewhere_knows_gets_one_too(
    window: Actor,
    service: Service,  # noqa: F811
    settings: Settings,
) -> None:
    settings.HOLDERS = {POPULATION: service.url}
    service.facts = {NUMBER: {"name": "许言"}}
    assert slips.give(window, HALL, NUMBER).name == "许*"
    with pytest.raises(Problem, match="unknown-person"):
        slips.give(window, HALL, resident_id(812))
    assert [registry.find("base/Person", number) is not None for number in (NUMBER, resident_id(812))] == [True, False]
    remote(POPULATION, service.url).close()
    remote.cache_clear()


@pytest.mark.parametrize(
    ("typed", "code"), [("430200199002060", "id-number-length"), (resident_id(812), "unknown-person")]
)
def test_for_a_wrong_number_or_somebody_unknown_nothing_is_made(window: Actor, typed: str, code: str) -> None:
    before = Subject.objects.count(), User.objects.count()
    answer = browser_of(window).post("/desk/window/slips", {"office": HALL, "id_number": typed})
    assert (answer.status_code, answer.context["problem"].errors[0].code) == (422, code)
    assert answer.context["slip_error"]
    assert not answer.context["key_error"]
    assert answer.context["slip_error"] in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()
    assert (Subject.objects.count(), User.objects.count()) == before
    assert not Slip.objects.exists()
    assert not Read.objects.exists()


def test_while_the_register_is_down_none_is_given(window: Actor, newcomer: int) -> None:
    registry.set_down(POPULATION, down=True)
    with pytest.raises(Problem, match="source-down"):
        slips.give(window, HALL, NUMBER)
    assert not User.objects.filter(subject_id=newcomer).exists()


def test_none_is_given_at_another_window_or_by_another_post(desks: Desks, window: Actor, newcomer: int) -> None:
    assert newcomer
    for clerk, office in ((window, "demonstration/government-services-430203"), (desks.clerk, HALL)):
        with pytest.raises(Problem, match="forbidden"):
            slips.give(clerk, office, NUMBER)
    assert browser_of(desks.clerk).post("/desk/window/slips", {"id_number": NUMBER}).status_code == 403
    assert Client().post("/desk/window/slips", {"id_number": NUMBER}).status_code == 302
    assert not Slip.objects.exists()


def test_a_slip_ends_every_other_session_and_a_changed_password_all_but_this(desks: Desks, window: Actor) -> None:
    person = desks.scene.person("苏晚晴")
    number, stolen, own = desks.scene.id_number(person), browser_of(person), Client()
    assert stolen.get("/account").status_code == 200
    assert sent(own, {"number": number, "code": slips.give(window, HALL, number).code, **CHOSEN}) == []
    assert (stolen.get("/account").status_code, own.get("/account").status_code) == (302, 200)
    elsewhere = browser_of(person)
    changed = {"present": NEW, "new": "ten-red-lanterns", "again": "ten-red-lanterns"}
    assert own.post("/account/password", changed).context["is_changed"]
    assert (elsewhere.get("/account").status_code, own.get("/account").status_code) == (302, 200)


def test_what_is_wrong_with_a_password_is_said_beside_it_and_costs_no_try(window: Actor, newcomer: int) -> None:
    assert newcomer
    typed, stranger = {"number": NUMBER, "code": slips.give(window, HALL, NUMBER).code}, Client()
    for _ in range(TRIES_PER_NAME + 1):
        assert sent(stranger, {**typed, "new": NUMBER[6:14], "again": NUMBER[6:14]}) == ["new"]
    assert sent(stranger, {**typed, "new": NEW, "again": "x"}) == ["again"]
    assert sent(stranger, {**typed, **CHOSEN}) == []


def test_an_unknown_number_reads_the_same_answer_as_a_wrong_code(window: Actor, newcomer: int) -> None:
    assert newcomer
    slips.give(window, HALL, NUMBER)
    answers = [
        Client().post("/login/slip", {"number": number, "code": "000000000000", **CHOSEN})
        for number in (NUMBER, resident_id(812))
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].context["errors"] == answers[1].context["errors"]
    assert NEW not in answers[0].content.decode()  # what was typed is not sent back


def test_guessing_is_slowed_and_says_until_when(window: Actor, newcomer: int) -> None:
    assert newcomer
    slips.give(window, HALL, NUMBER)
    answers = [
        Client().post("/login/slip", {"number": NUMBER, "code": "000000000000", **CHOSEN})
        for _ in range(TRIES_PER_NAME + 1)
    ]
    assert [answer.status_code for answer in answers] == [200] * TRIES_PER_NAME + [429]
    assert 800 < int(answers[-1].headers["Retry-After"]) <= 900


def test_no_page_cuts_a_long_password_off(window: Actor, newcomer: int) -> None:
    assert newcomer
    long, stranger = "long enough " * 30, Client()
    typed = {"number": NUMBER, "code": slips.give(window, HALL, NUMBER).code, "new": long, "again": long}
    assert sent(stranger, typed) == []
    pages = [Client().get("/login"), Client().get("/login/slip"), stranger.get("/account/password")]
    boxes = [box for page in pages for box in BOX.findall(page.content.decode())]
    assert (len(boxes), [box for box in boxes if "maxlength" in box]) == (6, [])
    assert Client().post("/login", {"name": NUMBER, "password": long}).status_code == 302


def test_guessing_the_present_password_says_until_when_it_is_slowed(window: Actor) -> None:
    browser = browser_of(window)
    answers = [browser.post("/account/password", {"present": "no", **CHOSEN}) for _ in range(TRIES_PER_NAME + 1)]
    assert [answer.status_code for answer in answers] == [200] * TRIES_PER_NAME + [429]
    assert 800 < int(answers[-1].headers["Retry-After"]) <= 900
    assert answers[-1].context["errors"][0]["words"] in answers[-1].content.decode()


@pytest.mark.parametrize(("born", "is_given"), [("20121116", True), ("20121117", False), ("20231106", False)])
def test_a_child_whose_parents_act_for_it_gets_none(window: Actor, desks: Desks, born: str, is_given: bool) -> None:  # noqa: FBT001 -- an outcome
    number = resident_id(813, born)
    desks.scene.hold("base/Person", registry.create("base/Person", key=number), {"name": "许言"})
    answer = browser_of(window).post("/desk/window/slips", {"office": HALL, "id_number": number})
    assert (answer.status_code, Slip.objects.exists()) == ((201, True) if is_given else (422, False))
    if not is_given:
        assert answer.context["problem"].code == "child"
        assert not Read.objects.exists()


def test_a_name_on_a_slip_is_only_a_name_and_the_page_is_kept_nowhere(window: Actor, desks: Desks) -> None:
    desks.scene.hold("base/Person", registry.create("base/Person", key=NUMBER), {"name": "<i>许</i>"})
    page = browser_of(window).post("/desk/window/slips", {"office": HALL, "id_number": NUMBER})
    assert "<i>" not in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_slips_given_at_one_moment_to_one_newcomer_make_one_account(city: City) -> None:
    assert city
    scene = at_work().scene
    clerk = scene.staff("9001", "黎晓", HALL, "window")
    scene.hold("base/Person", registry.create("base/Person", key=NUMBER), {"name": "许言"})
    given = [one for one in at_one_moment(4, lambda _: slips.give(clerk, HALL, NUMBER)) if isinstance(one, GivenSlip)]
    user = User.objects.get(kind=User.Kind.PERSON)
    tried = [accounts_slips.use(NUMBER, one.code, NEW) for one in given]
    assert (len(given), [one for one in tried if one != "wrong"]) == (4, [user])


@pytest.mark.parametrize("path", ["/login", "/login/slip"])
def test_what_a_stranger_typed_stays_with_no_browser(newcomer: int, path: str) -> None:
    assert newcomer
    typed = {"number": NUMBER, "name": NUMBER, "code": "0" * 12, "password": NEW, **CHOSEN}
    answer = Client().post(path, typed)
    assert NUMBER in answer.content.decode()  # kept for whoever mistyped; not for who sits there next and goes back
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/desk/window/slips", "/login/slip", "/account/password"])
def test_no_other_site_sends_these_forms(window: Actor, path: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.get(id=window.user_id or 0))
    assert browser.post(path, CHOSEN).status_code == 403


@pytest.mark.parametrize("then", ["//evil.example", "https:evil.example", "/\\evil.example", "my"])
def test_a_slip_leads_on_to_addresses_of_ours_only(window: Actor, newcomer: int, then: str) -> None:
    assert newcomer
    for wanted, led in ((then, "/account"), ("/my?tab=1", "/my?tab=1")):
        typed = {"number": NUMBER, "code": slips.give(window, HALL, NUMBER).code, "next": wanted, **CHOSEN}
        assert Client().post("/login/slip", typed).headers["Location"] == led


def test_staff_change_their_own_password_too(window: Actor) -> None:
    browser = browser_of(window)
    assert "/account/password" in browser.get("/desk/me").content.decode()
    wrong = browser.post("/account/password", {"present": "no", **CHOSEN})
    assert [line["id"] for line in wrong.context["errors"]] == ["present"]
    changed = browser.post("/account/password", {"present": "a password for the tests", **CHOSEN})
    assert (changed.context["is_changed"], changed.context["own_page"]) == (True, "/desk/me")
    assert User.objects.get(id=window.user_id or 0).check_password(NEW)
