"""Pages open to everybody: finding, the plan before log-in, the situation, verifying, errors, the two switches."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern
from django.utils.html import strip_tags

from tongban import publication
from tongban.accounts.models import User
from tongban.platform import time
from tongban.portal import urls
from tongban.portal.pages import errors
from tongban.portal.pages.previews import commonest, offer_at, outline, plain_value, preview
from tongban.portal.pages.situations import MOST_QUESTIONS
from tongban.publication.linked import linked, totals

pytestmark = pytest.mark.usefixtures("town")
HAN = re.compile(r"[一-鿿]+")
OPEN = ["/", "/search", "/search?q=child", "/bundles/", "/bundles/linked", "/verify", "/help"]
OPEN += ["/b/newborn", "/b/newborn/facts", "/b/newborn/start"]
WORDS = {"孩子上户口": "newborn", "我要招人": "hire-employee", "开饭店": "open-restaurant", "办退休": "retire"}


def h1(html: str) -> str:
    """The answer of a page."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    assert found
    return strip_tags(found[1]).strip()


def page(client: Client, address: str, language: str = "zh-hans") -> str:
    """The text of a page."""
    client.cookies["django_language"] = language
    return client.get(address).content.decode()


@pytest.mark.slow
def test_the_page_of_linking_says_what_the_export_says(client: Client) -> None:
    bundles = linked(publication.current(), time.today())
    whole = totals(bundles)
    html = page(client, "/bundles/linked")
    assert h1(html) == f"{whole['bundles']} 件一件事，连起 {whole['services']} 项服务"
    assert f"一共 {whole['links']} 条联动" in html
    rows = re.findall(r"<tr><th scope=\"row\" class=\"tb-whole\"><a.*?</tr>", html, re.DOTALL)
    assert len(rows) == len(bundles)
    for each, row in zip(bundles, rows, strict=True):
        assert each.bundle.title.zh in row
        assert ("待核" in row) is bool(each.unsourced)
    assert "/bundles/linked" in page(client, "/bundles/")


def test_every_route_says_who_may_enter() -> None:
    views = [route.callback for route in urls.urlpatterns if isinstance(route, URLPattern)]
    assert [view.__name__ for view in views if not hasattr(view, "who")] == []


@pytest.mark.parametrize("address", OPEN)
def test_an_english_page_has_no_chinese_but_the_way_back_to_it(client: Client, address: str) -> None:
    html = re.sub(r"<(script|style)\b.*?</\1>", "", page(client, address, "en"), flags=re.DOTALL)
    assert set(HAN.findall(strip_tags(html))) <= {"中文"}


@pytest.mark.parametrize("address", OPEN)
def test_nothing_on_a_page_comes_from_another_host(client: Client, address: str) -> None:
    html = page(client, address)
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', html) == []


@pytest.mark.parametrize(("words", "bundle"), WORDS.items())
def test_own_words_find_the_bundle_first(client: Client, words: str, bundle: str) -> None:
    html = page(client, f"/search?q={words}")
    found = re.search(r'tb-found" href="([^"]+)"', html)
    assert found
    assert found[1] == f"/b/{bundle}"


def test_words_that_fit_nothing_lead_on(client: Client) -> None:
    html = page(client, "/search?q=qqqq")
    assert "qqqq" in h1(html)
    assert "/b/newborn" in html


def test_what_somebody_searches_for_is_shown_as_text(client: Client) -> None:
    html = page(client, '/search?q=<script>alert("1")</script>')
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("bundle", ["newborn", "hire-employee", "retire", "open-restaurant"])
def test_the_plan_is_seen_before_log_in_with_the_planners_figures(client: Client, bundle: str) -> None:
    catalog = publication.current()
    offer = next(each for each in catalog.bundles.values() if each.id.endswith(f"/{bundle}"))
    plan = preview(catalog, offer, commonest(offer))
    html = page(client, f"/b/{bundle}")
    assert f"填 {plan['cost'][2]} 项" in strip_tags(html)
    for name in ("apart", "connected", "together"):
        assert f'<td class="tb-compare-figure">{plan["comparison"][name]["questions"]}</td>' in html
    for line in plan["services"]:
        assert catalog.services[line["id"]].title.zh in html


@pytest.mark.parametrize(
    ("service", "ways"),
    [
        ("urban.shop-sign", []),  # nobody found out what its window takes
        ("police.birth-registration", ["各跑各的窗口", "一起办"]),
    ],
)
def test_a_comparison_of_one_service_shows_only_what_says_something(
    client: Client, service: str, ways: list[str]
) -> None:
    html = page(client, f"/b/{service}")
    assert "tb-squares" in html
    assert [strip_tags(title).strip() for title in re.findall(r'<th scope="row">(.*?)</th>', html)] == ways


def test_the_tile_at_home_says_what_the_plan_says(client: Client) -> None:
    figures = outline(publication.current(), "life-events/newborn")
    text = strip_tags(page(client, "/"))
    assert f"{figures.offices} 个部门 {figures.services} 件事" in text
    assert f"填 {figures.questions} 项 · {figures.days} 个工作日" in text


@pytest.mark.parametrize("choice", [0, -1])
@pytest.mark.parametrize("slug", ["newborn", "hire-employee", "retire", "open-restaurant"])
def test_situation_questions_are_links_at_most_five_and_end_at_the_plan(client: Client, slug: str, choice: int) -> None:
    address, asked = f"/b/{slug}/start", []
    for _ in range(12):
        answer = client.get(address)
        if answer.status_code == 302:
            break
        html = answer.content.decode()
        fact = re.search(r'name="asked" value="([^"]+)"', html)
        values = re.findall(r'type="radio" name="[^"]+" id="[^"]+" value="([^"]+)"', html)
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html.partition("tb-question-page")[2])
        assert fact
        assert values
        asked.append(fact[1])
        given = "&".join(f"{name}={text}" for name, text in [*hidden, (fact[1], values[choice])])
        address = f"/b/{slug}/start?{given}"
    assert urlsplit(answer["Location"]).path == f"/b/{slug}"
    assert [key for key, _ in parse_qsl(urlsplit(answer["Location"]).query)] == asked
    assert len(asked) == len(set(asked)) <= MOST_QUESTIONS
    plan = page(client, answer["Location"])
    assert 'action="/b/' in plan, "nothing more is asked: the button begins"


@pytest.mark.parametrize("slug", ["newborn", "hire-employee", "retire", "open-restaurant"])
def test_the_button_says_how_many_questions_come_first(client: Client, slug: str) -> None:
    catalog = publication.current()
    usual = commonest(offer_at(catalog, slug))
    address, asked = f"/b/{slug}/start", 0
    html = page(client, f"/b/{slug}")
    while (answer := client.get(address)).status_code != 302:
        fact = answer.context["fact"]
        said = {**answer.context["answers"], fact: plain_value(usual[fact])}
        address, asked = f"/b/{slug}/start?{urlencode(said)}", asked + 1
    assert f"开始办，先答 {asked} 个情况" in html
    assert "先答" not in page(client, answer["Location"])


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["graduate-employment", "work-death"])
def test_nobody_is_asked_what_only_a_register_may_say(client: Client, slug: str) -> None:
    catalog = publication.current()
    subjects = offer_at(catalog, slug).subjects
    situations: list[dict[str, str]] = [{}]
    while situations:
        said = situations.pop()
        answer = client.get(f"/b/{slug}/start?{urlencode(said)}")
        if answer.status_code == 302:
            continue
        subject, _, name = answer.context["fact"].partition(".")
        assert catalog.types[subjects[subject].type].attributes[name].claimable, said
        options = [option["value"] for option in answer.context["question"].get("options", ())] or ["2026-10-01"]
        situations += [{**said, f"{subject}.{name}": option} for option in options[:3]]


def test_a_question_left_open_says_so_beside_the_field_and_on_top(client: Client) -> None:
    html = page(client, "/b/newborn/start?asked=marriage.registered")
    assert html.count("还没选，选一个") == 2


def test_an_answer_that_cannot_be_is_asked_again_with_the_reason(client: Client) -> None:
    html = page(client, "/b/newborn/start?marriage.registered=perhaps")
    assert "选“是”或“否”" in html


def test_keys_that_are_no_facts_are_passed_over(client: Client) -> None:
    assert client.get("/b/newborn?x=1&no.such=2&birth.in_city=true").status_code == 200


def test_htmx_gets_the_plan_without_the_frame(client: Client) -> None:
    swap = {"HX-Request": "true", "HX-Target": "plan-of-bundle"}
    html = client.get("/b/newborn?marriage.registered=false", headers=swap).content.decode()
    assert "<html" not in html
    assert "父母没有登记结婚" in html


def test_beginning_as_a_stranger_leads_through_log_in_back_to_the_answers(client: Client) -> None:
    answer = client.post("/b/newborn/begin", {"birth.in_city": "true"})
    assert answer["Location"].startswith("/login?next=%2Fb%2Fnewborn%3Fbirth.in_city%3Dtrue")


def test_a_page_that_is_not_there_says_so_and_where_to_go(client: Client) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert h1(answer.content.decode()) == "没有这一件，或者不归你看"
    assert client.get("/b/no-such-bundle").status_code == 404


def test_a_form_without_its_token_is_refused_with_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login", {"name": "x"})
    assert answer.status_code == 403
    assert "刷新再来一次" in answer.content.decode()


def test_a_failure_of_ours_has_a_number(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.portal.pages.finding.outlines", lambda _catalog: 1 / 0)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert re.search(r"E-[0-9A-F]{6}", answer.content.decode())


def test_more_than_a_page_asks_for_is_told_as_too_much(rf: object) -> None:
    from django.core.exceptions import TooManyFieldsSent  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415

    assert isinstance(rf, RequestFactory)
    request = rf.get("/")
    request.user = User.objects.get(persona="mother")
    assert errors.bad_request(request, TooManyFieldsSent()).status_code == 413


def test_language_and_print_size_are_kept_on_the_device_and_in_the_account(client: Client) -> None:
    user = User.objects.get(persona="mother")
    client.force_login(user)
    client.post("/language", {"language": "en", "next": "/verify"})
    client.post("/elder", {"next": "/verify"})
    html = client.get("/verify").content.decode()
    assert 'lang="en"' in html
    assert "tb-elder" in html
    user.refresh_from_db()
    assert (user.language, user.elder_mode) == ("en", True)


def test_a_switch_leads_nowhere_else(client: Client) -> None:
    assert client.post("/language", {"language": "en", "next": "https://elsewhere.test/"})["Location"] == "/"


@pytest.mark.slow
@pytest.mark.usefixtures("one_moment")
def test_a_wrong_code_is_judged_and_asking_without_end_is_slowed(client: Client) -> None:
    assert "验证码打错了" in client.get("/verify/AAAA", REMOTE_ADDR="192.0.2.7").content.decode()
    answers = [client.get("/verify/AAAA", REMOTE_ADDR="192.0.2.7").status_code for _ in range(40)]
    assert 429 in answers


def test_a_file_that_is_no_paper_of_ours_is_told_so(client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    html = client.post("/verify", {"file": SimpleUploadedFile("a.pdf", b"<html>")}).content.decode()
    assert "这不是 PDF 文件" in html


def test_large_print_begins_with_what_older_people_come_for(client: Client) -> None:
    client.cookies["elder"] = "1"
    home = client.get("/").context
    assert home["popular"][0] == "办退休"
    assert home["tiles"][0]["title"].zh == "退休"
    client.cookies["elder"] = "0"
    assert client.get("/").context["popular"][0] != "办退休"


@pytest.mark.parametrize("slug", ["newborn", "retire"])
def test_large_print_asks_one_thing_on_a_question_page_and_names_each_result_once(client: Client, slug: str) -> None:
    client.cookies["elder"] = "1"
    assert "tb-plan-steps" not in page(client, f"/b/{slug}/start")
    for received in re.findall(r"你收到([^。]+)。", page(client, f"/b/{slug}")):
        names = received.split("、")
        assert len(names) == len(set(names))
