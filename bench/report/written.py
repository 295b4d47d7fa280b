"""Keeping what was measured, and writing page, charts and the READMEs' table from what is kept, never by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from bench.report.charts import charts
from bench.report.measured import FORMS, Measured, form_of, keep, kept
from bench.report.page import PAGES, page
from bench.report.readme import table, with_table

ROOT: Final = Path(__file__).parents[2]
NOTES: Final = Path(__file__).parents[1] / "notes.yaml"
HEADLINES: Final = Path(__file__).parents[1] / "headlines.yaml"
READMES: Final = {"en": "README.md", "zh": "README.zh-CN.md"}


def write(measured: Sequence[Measured], titles: Mapping[str, str], *, quick: bool) -> str:
    """Keep these results and write everything that shows them; returns the path of the page."""
    form = form_of(quick=quick)
    if measured:
        keep(form, measured, titles)
    texts = files(titles, notes=read(NOTES), headlines=read(HEADLINES))
    for old in (ROOT / "docs" / "bench").glob("*.svg"):
        if str(old.relative_to(ROOT)) not in texts:
            old.unlink()
    for name, text in texts.items():
        (ROOT / name).parent.mkdir(exist_ok=True)
        (ROOT / name).write_text(text, encoding="utf-8")
    return f"docs/{PAGES[form]}"


def files(titles: Mapping[str, str], notes: Any, headlines: Any) -> dict[str, str]:  # noqa: ANN401 - plain YAML
    """Every file that follows from what is kept, path in the checkout → text.

    The READMEs show the full form, and the quick one until there is one.
    """
    by_form, texts = {form: kept(form) for form in FORMS}, {}
    for form, measured in by_form.items():
        drawn = {name: list(charts(name, one.results)) for name, one in measured.items()}
        texts[f"docs/{PAGES[form]}"] = page(form, list(measured.values()), titles, drawn, notes)
        texts |= {f"docs/bench/{form}-{one.name}.svg": one.svg for each in drawn.values() for one in each}
    form = next((form for form, measured in by_form.items() if measured), FORMS[0])
    for language, name in READMES.items():
        told = table(language, form, by_form[form], headlines)
        texts[name] = with_table((ROOT / name).read_text(encoding="utf-8"), told)
    return texts


def read(file: Path) -> Any:  # noqa: ANN401 - plain YAML
    """What a file of notes says."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))
