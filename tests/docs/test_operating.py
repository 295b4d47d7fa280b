"""A real city is founded as the page says: an empty database, the commands as they stand there, pages that are read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from tests.docs.following import FENCE, Deed, Reader, deeds, environment
from tests.meta.tree import ROOT

PAGE = ROOT / "docs" / "operating.md"
CHINESE = ROOT / "docs" / "operating.zh-CN.md"
CHAPTER = re.compile(r"^## ", re.MULTILINE)
COMMENT = re.compile(r" +# .*$", re.MULTILINE)
READ = ("/", "/bundles/", "/windows", "/login", "/login/slip", "/search?q=生孩子", "/b/newborn")


@pytest.fixture
def founding(tmp_path: Path) -> list[Deed]:
    """The deeds of the chapter that founds a city; the environment of the copy is installed already."""
    chapter = CHAPTER.split(PAGE.read_text(encoding="utf-8"))[1]
    page = tmp_path / "founding.md"
    page.write_text(chapter, encoding="utf-8")
    return [deed for deed in deeds(page) if "pip install" not in deed.what]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_real_city_is_founded_to_the_letter(checkout: Path, founding: list[Deed]) -> None:
    reader = Reader(checkout, environment(checkout))
    try:
        for deed in founding:
            reader.do(deed)
        pages = {path: httpx.get(reader.address + path, timeout=60) for path in READ}
        assert {path: answer.status_code for path, answer in pages.items()} == dict.fromkeys(READ, 200)
        everything = "".join(answer.text for answer in pages.values())
        assert "示例政务路" not in everything
        assert "tongban-demo" not in everything
        for style in re.findall(r'"(/static/[^"]+)"', pages["/"].text):
            assert httpx.get(reader.address + style).is_success
        assert json.loads(httpx.get(f"{reader.address}/readyz").text)["checks"]["static_files"] is True
    finally:
        reader.leave()


def test_the_page_says_all_that_a_city_needs(founding: list[Deed]) -> None:
    words = " ".join(deed.what for deed in founding)
    for what in (
        "pack.yaml",
        "regions.yaml",
        "offices.yaml",
        "check",
        "migrate",
        "publish",
        "holders",
        "appoint",
        "serve",
    ):
        assert what in words


def blocks(page: Path) -> list[str]:
    """What stands in the consoles and files of a page; comments are in its own language."""
    return [COMMENT.sub("", text) for _, text in FENCE.findall(page.read_text(encoding="utf-8"))]


def test_both_languages_give_the_same_commands_and_files() -> None:
    assert blocks(PAGE)
    assert blocks(CHINESE) == blocks(PAGE)
