"""Every sentence that a person may read exists in Chinese and in English."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize
from tests.meta.tree import SOURCE, nodes, python_files, shown

HAN = re.compile(r"[\u4e00-\u9fff]")
SAID = re.compile(r"""{% say (["'])(.*?)\1 (["'])(.*?)\3""")
KEYWORDS: dict[str, Any] = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")) | {
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@cache
def messages() -> dict[str, str]:
    """Each message id of the code and of the templates, with a place where it stands."""
    found: dict[str, str] = {}
    for file in (file for file in python_files() if file.is_relative_to(SOURCE)):
        found |= extracted(file, "python", file.read_text())
    for file in SOURCE.glob("**/templates/**/*.html"):
        found |= extracted(file, "javascript", templatize(file.read_text(), origin=shown(file)))
    return found


def extracted(file: Path, method: str, text: str) -> Iterator[tuple[str, str]]:
    """The message ids in one text."""
    for line, found, _comments, _context in extract(method, io.BytesIO(text.encode()), keywords=KEYWORDS):
        for message in [found] if isinstance(found, str) else found:
            if message:
                yield message, f"{shown(file)}:{line}"


def test_every_message_of_pages_and_code_has_a_chinese_form() -> None:
    translated: dict[str, object] = {}
    for file in SOURCE.glob("**/locale/zh_Hans/LC_MESSAGES/django.po"):
        with file.open("rb") as text:
            for message in read_po(text, locale="zh_Hans", abort_invalid=True):
                ids = [message.id] if isinstance(message.id, str) else message.id
                if message.string and not message.fuzzy:
                    translated |= dict.fromkeys(ids, message.string)
    missing = {message: place for message, place in messages().items() if message not in translated}
    assert missing == {}


def test_message_ids_are_english() -> None:
    assert {message: place for message, place in messages().items() if HAN.search(message)} == {}


def test_every_platform_error_speaks_both_languages() -> None:
    for file in (file for file in python_files() if file.is_relative_to(SOURCE)):
        for node in nodes(file):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PlatformError":
                words = {keyword.arg or "": ast.unparse(keyword.value) for keyword in node.keywords}
                assert set(words) == {"zh", "en", "do_zh", "do_en"}, f"{shown(file)}:{node.lineno}"
                for key, text in words.items():
                    assert bool(HAN.search(text)) == key.endswith("zh"), f"{shown(file)}:{node.lineno}: {text}"


def test_no_translation_is_empty_uncertain_or_left_over() -> None:
    for file in SOURCE.glob("**/locale/*/LC_MESSAGES/django.po"):
        with file.open("rb") as text:
            catalog = read_po(text, locale="zh_Hans", abort_invalid=True)
        unsure = [str(message.id) for message in catalog if message.id and (message.fuzzy or not message.string)]
        assert (shown(file), unsure, list(catalog.obsolete)) == (shown(file), [], [])


def test_every_text_of_the_code_speaks_both_languages() -> None:
    wrong = []
    for file in (file for file in python_files() if file.is_relative_to(SOURCE)):
        for node in nodes(file):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text":
                spoken = [each.value for each in node.args if isinstance(each, ast.Constant)]
                if len(spoken) == 2 and not both_languages(str(spoken[0]), str(spoken[1])):
                    wrong.append(f"{shown(file)}:{node.lineno}: {spoken}")
    assert wrong == []


def test_every_fixed_text_of_a_template_speaks_both_languages() -> None:
    wrong = []
    for file in SOURCE.glob("**/templates/**/*.html"):
        text = file.read_text()
        said = [spoken[1::2] for spoken in SAID.findall(text)]
        wrong += [f"{shown(file)}: {zh} {en}" for zh, en in said if not both_languages(zh, en)]
        assert len(said) == text.count("{% say "), shown(file)
    assert wrong == []


def both_languages(zh: str, en: str) -> bool:
    """Whether these are a Chinese and an English form; a code or a number is the same in both."""
    return zh == en or bool(HAN.search(zh) and not HAN.search(en))
