"""No link of the documents leads nowhere, and every document can be found from the first page."""

from __future__ import annotations

import re
from pathlib import Path

from tests.meta.tree import ROOT, project_files, shown

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
DOCUMENTS = [file for file in project_files() if file.suffix == ".md" and "packs" not in file.parts]


def links(file: Path) -> list[Path]:
    """The files that a document points to."""
    found = [one or other for one, other in LINK.findall(file.read_text(encoding="utf-8"))]
    return [(file.parent / link.partition("#")[0]).resolve() for link in found if not re.match(r"[a-z]+:|#", link)]


def test_every_link_leads_somewhere() -> None:
    assert [(shown(file), str(link)) for file in DOCUMENTS for link in links(file) if not link.exists()] == []


def test_every_document_is_found_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        file = waiting.pop()
        if file not in reached and file.suffix == ".md" and file.exists():
            reached.add(file)
            waiting += links(file)
    lost = [shown(file) for file in DOCUMENTS if file not in reached and file.is_relative_to(ROOT / "docs")]
    assert lost == []
