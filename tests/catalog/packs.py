"""The sample pack of these tests, as it is and with files laid over it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tongban.catalog.compiler import compile_packs
from tongban.catalog.findings import Finding, errors_in
from tongban.catalog.loader import load
from tongban.catalog.model import Catalog
from tongban.planner.findings import findings as planner_findings
from tongban.publication import calendars
from tongban.publication.files import located

HERE = Path(__file__).parent
SAMPLE = HERE / "sample"
MALFORMED = HERE / "malformed"


def copy_of_sample(folder: Path, overlay: Path | None = None) -> list[Path]:
    """The sample in a folder, the files of ``overlay`` over it; those below `beside/` are packs of their own."""
    sample = folder / "sample"
    shutil.copytree(SAMPLE, sample)
    if overlay is None:
        return [sample]
    ignored = shutil.ignore_patterns("expected.json", "beside", "__pycache__")
    shutil.copytree(overlay, sample, dirs_exist_ok=True, ignore=ignored)
    others = []
    for other in sorted((overlay / "beside").glob("*")):
        others.append(folder / "beside" / other.name)
        shutil.copytree(other, others[-1])
    return [sample, *others]


def checked(packs: list[Path], here: Path) -> tuple[Catalog | None, tuple[Finding, ...]]:
    """What the compiler says of these packs alone, files named from ``here``."""
    sources = load(packs, here=here)
    catalog, findings = compile_packs(sources)
    if catalog is not None:
        findings += tuple(located(one, sources) for one in planner_findings(catalog, calendars.of(catalog)))
    return (None if errors_in(findings) else catalog), findings


def changed(folder: Path, file: str, old: str, new: str) -> None:
    """Exchange one text of the copied sample for another."""
    path = folder / "sample" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def other_pack(folder: Path, vocabulary: str, requires: str = "[sample]") -> Path:
    """A pack beside the sample with this vocabulary."""
    root = folder / "other"
    root.mkdir()
    head = f"pack: other\ntitle: {{zh: 另, en: Other}}\nowner: {{zh: 无, en: Nobody}}\nrequires: {requires}\n"
    (root / "pack.yaml").write_text(head, encoding="utf-8")
    (root / "vocabulary.yaml").write_text(vocabulary, encoding="utf-8")
    return root
