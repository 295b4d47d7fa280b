"""`tongban check` reads a pack's `pages.py`, and says of each page what the door would refuse it for."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from tests.catalog.packs import SAMPLE, checked, copy_of_sample

from tongban.catalog.pages import Post, authorities_in, faults_in, post_of
from tongban.catalog.vocabulary import POST_ROLES
from tongban.desk.door import EVERY_POST
from tongban.platform.packs import pack_folders

BEFORE = """
from somewhere import elsewhere
TITLE = Text("页", "A page")
NAMED = "mine"
def one(request): ...
def two(request, reader): ...
def more(request, reader, month=None): ...
def all_of(*given): ...
def three(request, reader, month): ...
def by_name(request, reader, *, month): ...
@entered
def wrapped(anything): ...
"""
SOUND = [
    'Page("mine", TITLE, "portal", "person", two)',
    'Page("mine/one.csv", Text("页", "A page"), door="portal", who="agent", view=more)',
    'Page(NAMED, TITLE, "portal", "anybody", all_of)',
    'pack_pages.Page("mine", TITLE, "desk", "staff: handler head", elsewhere)',
    'Page("mine", TITLE, "desk", "staff: head of sample/city", wrapped)',
    'Page("mine", TITLE, "portal", "person", lambda request, reader: None)',
    'Page("mine", TITLE, "portal", "person", elsewhere.view)',
    'Page("mine", TITLE, elsewhere, "person", two)',
    "made_elsewhere()",
    "*elsewhere",
    'Page(elsewhere, TITLE, "portal", "person", two), Page(elsewhere, TITLE, "portal", "person", two)',
    f'Page("mine", TITLE, "desk", "staff: {" ".join(sorted(POST_ROLES))}", two)',
]
WRONG = [
    ('Page("Mine", TITLE, "portal", "person", two)', "小写"),
    ('Page("../mine", TITLE, "portal", "person", two)', "小写"),
    ('Page(7.5, TITLE, "board", "person", two)', "board"),
    ('Page("mine", TITLE, "board", "person", two)', "board"),
    ('Page("mine", TITLE, "portal", "staff: head", two)', "staff: head"),
    ('Page("mine", TITLE, "desk", "person", two)', "person"),
    ('Page("mine", TITLE, "desk", "staff: king", two)', "staff: king"),
    ('Page("mine", TITLE, "desk", "staff: head of ", two)', "staff: head of"),
    ('Page("mine", Text("", "Mine"), "portal", "person", two)', "标题"),
    ('Page("mine", "Mine", "portal", "person", two)', "标题"),
    ('Page("mine", TITLE, "portal", "person", one)', "view"),
    ('Page("mine", TITLE, "portal", "person", three)', "view"),
    ('Page("mine", TITLE, "portal", "person", by_name)', "view"),
    ('Page("mine", TITLE, "portal", "person", nobody_defined_this)', "view"),
    ('Page("mine", TITLE, "portal", "person", "two")', "view"),
    ('Page("mine", TITLE, "portal", "person", NAMED)', "view"),
    ('Page("mine", TITLE, "portal", "person")', "Page(path"),
    ('Page("mine", TITLE, "portal", "person", two, None)', "Page(path"),
    ('Page("mine", TITLE, "portal", "person", wiev=two)', "Page(path"),
    ('"mine"', "Page(path"),
    ('Page("mine", TITLE, "portal", "person", two), Page(NAMED, TITLE, "portal", "agent", two)', "两次"),
]


def faults(text: str) -> list[str]:
    """What is wrong with the pages of such a file, in Chinese."""
    return [one.problem.zh for one in faults_in(ast.parse(text))]


@pytest.mark.parametrize("page", SOUND)
def test_what_is_sound_or_made_elsewhere_is_not_complained_of(page: str) -> None:
    assert faults(f"{BEFORE}PAGES = [{page}]") == []


@pytest.mark.parametrize(("page", "told_of"), WRONG)
def test_a_wrong_page_is_told_with_its_line(page: str, told_of: str) -> None:
    text = f"{BEFORE}PAGES: Final = (\n{page},\n)"
    found = list(faults_in(ast.parse(text)))
    assert told_of in found[-1].problem.zh
    assert [bool(re.search("[\u4e00-\u9fff]", words)) for words in (found[-1].problem.zh, found[-1].problem.en)] == [
        True,
        False,
    ]
    assert {one.line for one in found} == {text[: text.index("PAGES")].count("\n") + 2}


@pytest.mark.parametrize("text", ["", "PAGES = 7", "PAGES = {}", "pages = []"])
def test_a_file_without_pages_is_told_so(text: str) -> None:
    (told,) = faults(text)
    assert "PAGES" in told


@pytest.mark.parametrize("text", ["from elsewhere import PAGES", "from elsewhere import *", "PAGES = made()"])
def test_pages_that_only_running_shows_are_left_to_the_door(text: str) -> None:
    assert faults(text) == []


def written(tmp_path: Path, text: str) -> list[tuple[str, str, int, str | None]]:
    """What is found in the sample with this `pages.py`, at the first column: code, file, line, nearest name."""
    packs = copy_of_sample(tmp_path)
    (packs[0] / "pages.py").write_text(text, encoding="utf-8")
    _, findings = checked(packs, tmp_path)
    assert {one.column for one in findings} <= {1}
    return [(one.code, one.file, one.line, one.nearest) for one in findings]


def test_a_file_that_is_no_python_is_named_with_its_line(tmp_path: Path) -> None:
    assert written(tmp_path, "PAGES = []\nPAGES = [\n") == [("broken-rules", "sample/pages.py", 2, None)]


def test_a_page_of_an_authority_that_is_not_there_is_told(tmp_path: Path) -> None:
    authority = "sample/" + next(
        line.strip().partition(":")[0]
        for line in (SAMPLE / "authorities.yaml").read_text(encoding="utf-8").splitlines()
        if line.startswith("  ")
    )
    page = 'PAGES = [\n Page("mine", TITLE, "desk", "staff: head of {}", elsewhere)]\n'
    file = "from elsewhere import Page, TITLE, elsewhere\n" + page
    assert written(tmp_path / "there", file.format(authority)) == []
    wrong = written(tmp_path / "gone", file.format(f"{authority}s"))
    assert wrong == [("unknown-id", "sample/pages.py", 3, authority)]


def test_every_page_of_the_tree_is_read() -> None:
    files = [folder / "pages.py" for folder in pack_folders().values() if (folder / "pages.py").is_file()]
    assert files
    assert [fault for file in files for fault in faults_in(ast.parse(file.read_bytes()))] == []


def test_posts_of_pages_are_those_of_the_desk() -> None:
    assert POST_ROLES == EVERY_POST
    assert post_of("staff: handler head of sample/city") == Post(frozenset({"handler", "head"}), "sample/city")


def test_a_page_is_for_the_offices_that_it_names_itself() -> None:
    desk = '"desk", "staff: head of sample/city"'
    pages = f"""
WHO = "staff: handler of sample/town"
PAGES = [
    Page("one", TITLE, {desk}, elsewhere),
    Page("two", TITLE, "portal", "staff: head of sample/city", elsewhere),
    Page("three", TITLE, "desk", "staff: head", elsewhere),
    Page("four", TITLE, "desk", "staff: king of sample/city", elsewhere),
    made_elsewhere(),
    Page("five", TITLE, "desk", WHO, elsewhere),
    Page("six", TITLE, "desk", unknown, elsewhere),
    Page("seven", TITLE, {desk}, elsewhere),
]
"""
    assert list(authorities_in(ast.parse(pages))) == [("sample/city", 4), ("sample/town", 9), ("sample/city", 11)]


@pytest.mark.parametrize(
    "who", ["head", "staff:", "staff: ", "person: head", "staff: head of", "staff: of sample/city"]
)
def test_what_names_no_post_is_refused(who: str) -> None:
    with pytest.raises(ValueError, match=who):
        post_of(who)


def test_a_fault_names_its_page_and_line() -> None:
    text = f"""{BEFORE}PAGES = [
    elsewhere,
    Page("Mine", TITLE, "portal", "person", two),
    Page("mine", TITLE, "portal", "person", two),
    Page("mine", TITLE, "desk", "staff: head", two),
    Page("mine", TITLE, "portal", "agent", two),
    Page(unknown, TITLE, "portal", "king", two),
]"""
    first = text[: text.index("PAGES")].count("\n") + 1
    found = [(one.line - first, one.page) for one in faults_in(ast.parse(text))]
    assert found == [(2, "Mine"), (5, "mine"), (6, "?")]
    (none,) = faults_in(ast.parse(""))
    assert (none.line, none.page) == (1, "PAGES")


@pytest.mark.parametrize(
    ("taken", "is_called_with_two"),
    [
        ("a, b", True), ("a, /, b", True), ("*a", True), ("a, *b", True), ("a, b, *c", True), ("a, b, c=1", True),
        ("a=1, b=2", True), ("a, b, *, c=1", True), ("a, b, **c", True), ("a, b=1, *c", True),
        ("", False), ("a", False), ("a, b, c", False), ("a, /, b, c", False), ("a, b, c, *d", False),
        ("a, b, *, c", False), ("**a", False), ("a=1", False),
    ],
)  # fmt: skip
def test_a_view_is_called_with_two(taken: str, *, is_called_with_two: bool) -> None:
    for view in (f"def view({taken}): ...", f"view = lambda {taken}: None"):
        told = faults(f'{view}\nPAGES = [Page("mine", Text("页", "Page"), "portal", "person", view)]')
        assert (told == []) is is_called_with_two
