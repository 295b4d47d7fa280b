"""`tongban publish` puts the tree in force, or says everything that keeps it from being published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest
import typer
from tests.catalog.packs import MALFORMED, checked, copy_of_sample
from typer.testing import CliRunner, Result

from tongban.casework.publications import in_use
from tongban.cli import city as city_module
from tongban.cli import publish
from tongban.publication import RefusedPublicationError, files, service
from tongban.testing.fixtures import City


def run(*arguments: str) -> Result:
    app = typer.Typer()
    publish.register(app)
    return CliRunner().invoke(app, arguments)


@pytest.fixture(autouse=True)
def open_already(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The city of the test is open."""
    monkeypatch.setattr(city_module, "open_city", lambda: nullcontext(city))


@pytest.mark.slow
def test_the_same_packs_again_change_nothing() -> None:
    result = run("--json")
    assert result.exit_code == 0
    assert json.loads(result.output) == {"digest": files.tree().digest, "added": 0, "repeated": True}
    assert "Nothing changed" in run().output


def test_unsound_packs_are_refused_with_every_finding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path, MALFORMED / "needless-visit")

    def compile_files(_paths: Sequence[Path] = (), **_: bool) -> object:
        return checked(packs, tmp_path)

    monkeypatch.setattr(service, "compile_files", compile_files)
    result = run()
    assert isinstance(result.exception, RefusedPublicationError)
    assert "sample/services/card.yaml:10:10" in result.output
    assert "needless-visit" in result.output


def test_a_city_without_cases_uses_no_publication() -> None:
    assert in_use() == frozenset()


def test_a_publication_is_in_use_while_a_case_of_it_is_open(city: City) -> None:
    with city.superuser() as connection:
        for number, (publication, is_open) in enumerate((("open", True), ("closed", False)), 1):
            connection.execute(
                "insert into casework_application (id, command_id, publication, applicant, mode, submitted_at)"
                " values (%s, gen_random_uuid(), %s, 1, 'real', now())",
                [number, publication],
            )
            connection.execute(
                "insert into casework_case (id, version, head, office, region, open, state)"
                " values (%s, 1, '', 'office', '4302', %s, '{}')",
                [number * 1_000_000 + 1, is_open],
            )
    assert in_use() == {"open"}
