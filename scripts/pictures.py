"""`make pictures`: photographs real pages of a demonstration city with the system's Chromium.

`docs/pictures/` gets what the README shows. `python -m scripts.pictures FOLDER` photographs every page, whole, at both
widths and in both languages, for somebody to look at.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.demonstration import Demonstration, Visitor, demonstration
from bench.scene import PAGES, Json, Page, scene
from playwright.sync_api import Browser, ViewportSize, sync_playwright

PEOPLE: Final = 2_000
MOST_BYTES: Final = 300_000
FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SIZES: Final = {390: 844, 1440: 900}
LANGUAGES: Final = {"zh": "zh-hans", "en": "en"}

SHOWN: Final = (
    ("home", 390), ("plan-newborn", 390), ("application", 390), ("plan-newborn", 1440), ("case", 1440), ("board", 390),
    ("board", 1440), ("sharing", 1440), ("process", 1440),
)  # fmt: skip
"""What the documents show: page and width; each in both languages."""
HEIGHTS: Final = {("board", 1440): 1380, ("process", 1440): 1100}
"""Where the picture does not fit into a screen, so many pixels of it are shown."""


def main() -> None:
    """Take the README's pictures, or all of them into a folder."""
    everything = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    (everything or FOLDER).mkdir(parents=True, exist_ok=True)
    with demonstration(PEOPLE) as city, sync_playwright() as playwright:
        numbers = scene(city)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=["--no-sandbox"]
        )
        for page, width, language in wanted(everything):
            file = (everything or FOLDER) / f"{page.name}-{width}-{language}.png"
            photograph(browser, city, page, numbers, width, language, file, whole=everything is not None)
            print(file, file.stat().st_size)
            if everything is None and file.stat().st_size > MOST_BYTES:
                raise SystemExit(f"{file}: larger than {MOST_BYTES} bytes")
        browser.close()


def wanted(everything: Path | None) -> Iterator[tuple[Page, int, str]]:
    """Which pages, how wide, in which language."""
    if everything is None:
        by_name = {page.name: page for page in PAGES}
        yield from ((by_name[name], width, language) for name, width in SHOWN for language in LANGUAGES)
    else:
        yield from ((page, width, language) for page in PAGES for width in SIZES for language in LANGUAGES)


def photograph(
    browser: Browser,
    city: Demonstration,
    page: Page,
    numbers: Json,
    width: int,
    language: str,
    file: Path,
    *,
    whole: bool,
) -> None:
    """One picture of one page, as its reader sees it."""
    visitor = Visitor(city.address)
    if page.who:
        visitor.enter(page.who)
    cookies = {**visitor.http.cookies, "django_language": LANGUAGES[language]}
    sharpness = 2 if width < 1_000 and not whole else 1  # noqa: PLR2004 - phones have finer screens
    height = SIZES[width] if whole else HEIGHTS.get((page.name, width), SIZES[width])
    viewport: ViewportSize = {"width": width, "height": height}
    context = browser.new_context(viewport=viewport, device_scale_factor=sharpness, reduced_motion="reduce")
    context.add_cookies([{"name": name, "value": value, "url": city.address} for name, value in cookies.items()])
    tab = context.new_page()
    answer = tab.goto(city.address + page.at.format(**numbers), wait_until="networkidle")
    if answer is None or not answer.ok:
        raise SystemExit(f"{page.at}: {answer.status if answer else 'nothing'}")
    tab.screenshot(path=file, full_page=whole)
    context.close()


if __name__ == "__main__":
    main()
