"""`tongban check`: its forms, its exits, and the places that it reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from tests.catalog.packs import MALFORMED, SAMPLE, checked, copy_of_sample
from typer.testing import CliRunner, Result

from tongban.cli import check, new


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    check.register(app)
    new.register(app)
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_sound_packs_exit_0() -> None:
    result = run("check", SAMPLE)
    assert result.exit_code == 0
    assert "0 errors, 0 warnings" in result.output


def test_the_packs_of_the_tree_are_sound() -> None:
    result = run("check", "--json")
    assert json.loads(result.output) == {"findings": [], "errors": 0, "warnings": 0}
    assert result.exit_code == 0


def test_json_has_the_published_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    copy_of_sample(tmp_path, MALFORMED / "unknown-fact")
    result = run("check", "sample", "--json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "findings": [
            {
                "code": "unknown-fact",
                "severity": "error",
                "file": "sample/services/card.yaml",
                "line": 7,
                "column": 5,
                "message": {"zh": "没有数据项“holder.nme”。", "en": "There is no fact “holder.nme”."},
                "nearest": "holder.name",
                "do": {
                    "zh": "改成“角色.数据项”，数据项要在该类型的词汇表里。",
                    "en": "Write `role.attribute` with an attribute of the role's type.",
                },
            }
        ],
        "errors": 1,
        "warnings": 0,
    }


def test_warnings_alone_exit_0(tmp_path: Path) -> None:
    copy_of_sample(tmp_path, MALFORMED / "needless-visit")
    result = run("check", tmp_path)
    assert result.exit_code == 0
    assert "0 errors, 1 warnings" in result.output


def test_github_shows_a_finding_beside_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    copy_of_sample(tmp_path, MALFORMED / "anchor")
    result = run("check", "sample", "--format", "github")
    assert result.output.startswith("::error file=sample/services/card.yaml,line=4,col=8,title=anchor::Anchors")


@pytest.mark.parametrize("arguments", [("nowhere",), ("--format", "xml"), ("--colour",)])
def test_wrong_usage_exits_2(arguments: tuple[str, ...]) -> None:
    assert run("check", *arguments).exit_code == 2


def test_a_folder_without_packs_is_a_finding(tmp_path: Path) -> None:
    result = run("check", tmp_path, "--json")
    assert result.exit_code == 1
    assert [one["code"] for one in json.loads(result.output)["findings"]] == ["no-pack"]


def test_what_new_begins_passes_check_at_once(tmp_path: Path) -> None:
    assert run("new", "pack", "my-first", "--in", tmp_path).exit_code == 0
    pack = tmp_path / "my_first"
    assert run("new", "service", "second", "--pack", pack).exit_code == 0
    assert run("new", "bundle", "third", "--pack", pack).exit_code == 0
    result = run("check", pack, "--json")
    assert json.loads(result.output)["findings"] == []
    assert len(list((pack / "stories").glob("*.yaml"))) == 3


def test_new_never_writes_over_a_file(tmp_path: Path) -> None:
    run("new", "pack", "my-first", "--in", tmp_path)
    pack = tmp_path / "my_first"
    before = {file: file.read_bytes() for file in pack.rglob("*.yaml")}
    assert run("new", "pack", "my-first", "--in", tmp_path).exit_code == 2
    assert run("new", "service", "first-service", "--pack", pack).exit_code == 2
    assert run("new", "service", "../escape", "--pack", pack).exit_code == 2
    assert run("new", "bundle", "third", "--pack", tmp_path).exit_code == 2
    assert {file: file.read_bytes() for file in pack.rglob("*.yaml")} == before


def test_effects_are_read_and_not_run(tmp_path: Path) -> None:
    (pack,) = copy_of_sample(tmp_path)
    effects = pack / "effects.py"
    effects.write_text(f"{effects.read_text()}\nopen({str(tmp_path / 'ran')!r}, 'w')\n")
    assert run("check", pack).exit_code == 0
    assert not (tmp_path / "ran").exists()


def test_two_packs_that_claim_one_id_are_a_finding_and_nothing_is_loaded(tmp_path: Path) -> None:
    first, second = tmp_path / "ours", tmp_path / "theirs"
    packs = [*copy_of_sample(first), *copy_of_sample(second)]
    assert [pack.name for pack in packs] == ["sample", "sample"]
    result = run("check", *packs, "--json")
    assert result.exit_code == 1
    [found] = json.loads(result.output)["findings"]
    assert (found["code"], found["severity"]) == ("duplicate-id", "error")
    assert Path(found["file"]).parts[-3:] == ("theirs", "sample", "pack.yaml")
    assert str(packs[0]) in found["message"]["en"]
    catalog, _ = checked(packs, tmp_path)
    assert catalog is None
