"""A pack outside the tree, built and installed as a wheel, is found by its entry point and checked with the others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tongban

pytestmark = pytest.mark.slow
OUTSIDE = Path(__file__).parents[1] / "outside_pack"

PROOF = """
import json
from tongban.publication.files import tree
catalog = tree()
print(json.dumps({
    "services": sorted(catalog.services),
    "hash": catalog.hashes["street-music/permit"],
    "function": "street-music/rules.end_of_permit" in catalog.functions,
    "attribute": "instrument" in catalog.types["base/Person"].attributes,
}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel of the outside pack is installed, far from any index."""
    work = tmp_path_factory.mktemp("outside")
    source = shutil.copytree(OUTSIDE, work / "source")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    offline = ["--no-index", "--no-deps"]
    subprocess.run([*pip, "wheel", "--no-build-isolation", *offline, "-w", work, source], check=True)  # noqa: S603
    (wheel,) = work.glob("street_music-1.0-*.whl")
    subprocess.run([*pip, "install", *offline, "--target", work / "site", wheel], check=True)  # noqa: S603
    return work / "site"


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    source = Path(tongban.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(source)])}
    return subprocess.run(  # noqa: S603 - the interpreter of this test
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False, cwd=site
    )


def test_it_is_found_and_compiled_with_the_tree(site: Path) -> None:
    result = run(site, "-c", PROOF)
    assert result.returncode == 0, result.stderr
    proof = json.loads(result.stdout)
    assert "street-music/permit" in proof["services"]
    assert "health/birth-certificate" in proof["services"]
    assert proof["function"]
    assert proof["attribute"]


def test_check_names_its_files(site: Path) -> None:
    assert run(site, "-m", "tongban.cli.check").returncode == 0
    file = site / "street_music" / "services" / "permit.yaml"
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace("player.instrument", "player.instrumnt"), encoding="utf-8")
    try:
        result = run(site, "-m", "tongban.cli.check", "--json")
    finally:
        file.write_text(sound, encoding="utf-8")
    assert result.returncode == 1
    (finding,) = json.loads(result.stdout)["findings"]
    assert finding["code"] == "unknown-fact"
    assert finding["file"] == "street_music/services/permit.yaml"
    assert finding["nearest"] == "player.instrument"


def test_without_the_wheel_it_is_not_there(tmp_path: Path) -> None:
    result = run(tmp_path, "-c", PROOF)
    assert "KeyError: 'street-music/permit'" in result.stderr
