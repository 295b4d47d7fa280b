"""`tongban check`: its forms, its exits, and the places that it reads."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
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


def errors(folder: Path) -> list[dict[str, object]]:
    findings = json.loads(run("check", folder, "--json").output)["findings"]
    return [one for one in findings if one["severity"] == "error"]


def test_sound_packs_exit_0() -> None:
    result = run("check", SAMPLE)
    assert result.exit_code == 0
    assert "0 errors, 0 warnings" in result.output


@pytest.mark.slow
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


def test_a_file_is_told_from_what_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("#")
    assert "是文件" in run("check", file).output
    assert "没有这个文件夹" in run("check", tmp_path / "b").output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("written", "code"),
    [("\trequires: [base]", "broken-yaml"), ("requires: base", "wrong-type"), (None, "no-pack")],
)
def test_a_pack_file_that_cannot_be_read_is_the_only_finding(tmp_path: Path, written: str | None, code: str) -> None:
    run("new", "pack", "my-first", "--in", tmp_path)
    file = tmp_path / "my_first" / "pack.yaml"
    if written is None:
        file.unlink()
    else:
        file.write_text(re.sub(r"^requires:.*$", written, file.read_text(), flags=re.MULTILINE))
    assert [one["code"] for one in errors(tmp_path / "my_first")] == [code]


@pytest.mark.slow
def test_what_is_wrong_elsewhere_is_still_found_beside_a_broken_pack_file(tmp_path: Path) -> None:
    run("new", "pack", "my-first", "--in", tmp_path)
    folder = tmp_path / "my_first"
    (folder / "pack.yaml").write_text("\tpack: x")
    service = folder / "services" / "first-service.yaml"
    service.write_text(service.read_text().replace("procedure: instant", "procedure: instantly"))
    found = errors(folder)
    assert [(one["code"], one["nearest"]) for one in found] == [("broken-yaml", None), ("unknown-id", "base/instant")]


@pytest.mark.slow
def test_a_pack_that_needs_the_broken_one_is_not_complained_of(tmp_path: Path) -> None:
    for name in ("lower", "upper"):
        run("new", "pack", name, "--in", tmp_path)
    (tmp_path / "lower" / "pack.yaml").write_text("\tpack: x")
    upper = tmp_path / "upper" / "pack.yaml"
    upper.write_text(re.sub(r"^requires:.*$", "requires: [lower]", upper.read_text(), flags=re.MULTILINE))
    assert [Path(str(one["file"])).parts[-2:] for one in errors(tmp_path)] == [("lower", "pack.yaml")]


@pytest.mark.slow
def test_a_folder_without_packs_is_a_finding(tmp_path: Path) -> None:
    result = run("check", tmp_path, "--json")
    assert result.exit_code == 1
    assert [one["code"] for one in json.loads(result.output)["findings"]] == ["no-pack"]


def test_what_new_begins_has_no_errors_and_warns_of_every_placeholder(tmp_path: Path) -> None:
    assert run("new", "pack", "my-first", "--in", tmp_path).exit_code == 0
    pack = tmp_path / "my_first"
    assert run("new", "service", "second", "--pack", pack).exit_code == 0
    assert run("new", "bundle", "third", "--pack", pack).exit_code == 0
    result = run("check", pack, "--json")
    assert result.exit_code == 0
    found = json.loads(result.output)
    assert (found["errors"], {one["code"] for one in found["findings"]}) == (0, {"placeholder-left"})
    of_services, of_bundles, of_the_pack = 3 * 2, 2 * 2, 5
    assert found["warnings"] == of_services + of_bundles + of_the_pack
    assert len(list((pack / "stories").glob("*.yaml"))) == 3


def test_a_text_without_placeholder_in_either_language_is_somebodys_own(tmp_path: Path) -> None:
    run("new", "pack", "my-first", "--in", tmp_path)
    head = tmp_path / "my_first" / "pack.yaml"
    left = head.read_text(encoding="utf-8")
    for wrong, right in (("新定义包", "夜市"), ("New pack", "Night market"), ("（写上谁负责）", "城管")):
        left = left.replace(wrong, right)
    head.write_text(left, encoding="utf-8")
    found = json.loads(run("check", tmp_path / "my_first", "--json").output)["findings"]
    [of_head] = [one for one in found if one["file"].endswith("pack.yaml")]
    assert "(say who is responsible)" in of_head["message"]["en"]


@pytest.mark.slow
def test_the_next_command_can_be_copied(tmp_path: Path) -> None:
    tongban = Path(sys.executable).parent / "tongban"
    done = subprocess.run(  # noqa: S603 -- our own
        [tongban, "new", "pack", "my-first"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    check_it = done.stdout.splitlines()[-1].partition("next: ")[2].partition(" && ")[0]
    assert subprocess.run(shlex.split(check_it), cwd=tmp_path, env={}, check=False).returncode == 0  # noqa: S603 -- ours


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
