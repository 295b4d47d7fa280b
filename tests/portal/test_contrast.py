"""Contrast of every token that carries words or edges, computed from the sheet, in normal size and large print."""

from __future__ import annotations

import re
from importlib import resources

import pytest

SHEET = resources.files("tongban.portal").joinpath("static/tongban.css").read_text(encoding="utf-8")
TEXT, EDGE, LARGE_PRINT = 4.5, 3.0, 7.0
GROUNDS = ("card", "page")


def tokens(block: str) -> dict[str, str]:
    """The colours that a rule of the sheet sets."""
    found = re.search(rf"^{re.escape(block)} \{{(.*?)^\}}", SHEET, re.DOTALL | re.MULTILINE)
    assert found is not None
    return dict(re.findall(r"--tb-([\w-]+): (#[0-9A-Fa-f]{6});", found.group(1)))


NORMAL = tokens(":root")
ELDER = NORMAL | tokens(".tb-elder")


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast by WCAG 2, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


WORDS = [(word, ground) for word in ("ink", "text", "ink-2", "muted", "you", "you-dark") for ground in GROUNDS]
WORDS += [("you", "you-soft"), ("ink", "gov-soft"), ("card", "gov"), ("card", "you"), ("ink", "warn-fill")]
LIGHTS = [(name, ground) for name in ("ok", "warn", "bad") for ground in ("card", "page", f"{name}-soft")]


@pytest.mark.parametrize(("word", "ground"), [*WORDS, *LIGHTS])
def test_words_can_be_read(word: str, ground: str) -> None:
    assert contrast(NORMAL[word], NORMAL[ground]) >= TEXT


@pytest.mark.parametrize(("word", "ground"), WORDS)
def test_words_can_be_read_by_old_eyes(word: str, ground: str) -> None:
    assert contrast(ELDER[word], ELDER[ground]) >= LARGE_PRINT


@pytest.mark.parametrize("edge", ["control", "you", "gov", "ok", "warn", "bad"])
def test_edges_and_shapes_can_be_seen(edge: str) -> None:
    assert contrast(NORMAL[edge], NORMAL["card"]) >= EDGE
    assert contrast(ELDER[edge], ELDER["page"]) >= EDGE


@pytest.mark.parametrize(
    ("front", "ground", "least"),
    [
        ("ink", "card", 16.4), ("text", "card", 13.0), ("ink-2", "card", 10.3), ("muted", "card", 5.8),
        ("muted", "page", 5.4), ("control", "card", 3.5), ("you", "card", 6.6), ("you-dark", "card", 9.6),
        ("you", "you-soft", 5.7),
        ("card", "gov", 11.5), ("ink", "gov-soft", 13.4), ("ok", "card", 6.2), ("ok", "ok-soft", 5.3),
        ("warn", "card", 6.7), ("ink", "warn-fill", 7.9), ("warn", "warn-soft", 6.0), ("bad", "card", 6.7),
        ("bad", "bad-soft", 5.7),
    ],
)  # fmt: skip
def test_tokens_keep_the_contrast_that_was_designed(front: str, ground: str, least: float) -> None:
    assert contrast(NORMAL[front], NORMAL[ground]) >= least


def test_contrast_is_what_the_standard_says() -> None:
    assert round(contrast("#000000", "#FFFFFF")) == 21


def test_lights_of_large_print_have_their_words_in_ink() -> None:
    sheets = SHEET + resources.files("tongban.portal").joinpath("static/components.css").read_text(encoding="utf-8")
    assert re.search(r"\.tb-elder \.tb-light[^{]*\{[^}]*color: var\(--tb-ink\)", sheets)
    assert re.search(r"--tb-size: 1\.375rem", SHEET[SHEET.index(".tb-elder {") :])
