"""A city serves what was published, and for ever what was published before."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.catalog.packs import HERE, MALFORMED, SAMPLE, checked, copy_of_sample

from tongban import publication
from tongban.catalog.canonical import hashed
from tongban.catalog.loader import functions_of, pack_id
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.errors import PlatformError
from tongban.platform.models import Mark
from tongban.platform.packs import pack_folders
from tongban.platform.roles import OWNER
from tongban.publication import calendars, files, service
from tongban.testing.fixtures import City


@pytest.fixture
def catalog(monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalog]:
    """The sample pack, as if it were the only one installed."""
    compiled, _ = checked([SAMPLE], HERE)
    assert compiled is not None
    monkeypatch.setattr(service, "installed_functions", lambda: functions_of(SAMPLE))
    service.at.cache_clear()
    yield compiled
    service.at.cache_clear()


def renamed(catalog: Catalog, title: str) -> Catalog:
    card = dataclasses.replace(catalog.services["sample/card"], title=Text(title, title))
    return hashed(dataclasses.replace(catalog, services={**catalog.services, "sample/card": card}))


@pytest.mark.django_db
def test_what_is_published_is_served(catalog: Catalog) -> None:
    done = publication.publish(catalog, "first")
    assert done.digest == catalog.digest
    assert done.added == len(catalog.hashes)
    assert publication.current() == catalog
    assert publication.current() is publication.current()


@pytest.mark.django_db
def test_publishing_the_same_twice_changes_nothing(catalog: Catalog) -> None:
    publication.publish(catalog)
    again = publication.publish(catalog)
    assert again == publication.Published(catalog.digest, 0, repeated=True)


@pytest.mark.django_db
def test_an_old_publication_stays_loadable_and_a_new_one_stores_what_is_new_only(catalog: Catalog) -> None:
    publication.publish(catalog)
    newer = renamed(catalog, "新")
    assert publication.publish(newer).added == 1
    assert publication.current().services["sample/card"].title.zh == "新"
    service.at.cache_clear()
    assert publication.at(catalog.digest) == catalog


@pytest.mark.django_db
def test_going_back_puts_the_older_in_force_again(catalog: Catalog) -> None:
    publication.publish(catalog)
    publication.publish(renamed(catalog, "新"))
    publication.publish(catalog)
    assert publication.current().digest == catalog.digest


@pytest.mark.django_db
def test_a_function_that_an_open_case_needs_may_not_be_dropped(catalog: Catalog) -> None:
    publication.publish(catalog)
    without = dataclasses.replace(renamed(catalog, "新"), functions={}, effects=frozenset())
    with pytest.raises(publication.RefusedPublicationError) as refused:
        publication.publish(without, in_use=[catalog.digest])
    assert refused.value.code == "function-dropped"
    assert "sample/rules.born" in refused.value.message["en"]
    assert "sample/count@1" in refused.value.message["en"]
    assert publication.current().digest == catalog.digest
    assert publication.publish(without, in_use=[]).digest == without.digest


@pytest.mark.django_db
def test_a_function_that_is_gone_refuses_when_called(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    publication.publish(catalog)
    monkeypatch.setattr(service, "installed_functions", dict)
    service.at.cache_clear()
    served = publication.at(catalog.digest)
    assert served.services == catalog.services
    with pytest.raises(PlatformError, match="function-gone"):
        served.functions["sample/rules.born"]("430200199001010000")


@pytest.mark.django_db
def test_warnings_and_errors_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for code in ("needless-visit", "unknown-fact"):
        packs = copy_of_sample(tmp_path / code, MALFORMED / code)
        monkeypatch.setattr(service, "compile_files", lambda packs=packs, **_: checked(packs, tmp_path))
        with pytest.raises(publication.RefusedPublicationError) as refused:
            publication.publish_tree()
        assert refused.value.code == "packs-not-sound"
        assert [one.code for one in refused.value.findings] == [code]


@pytest.mark.django_db
def test_an_unknown_digest_is_refused() -> None:
    with pytest.raises(PlatformError, match="unknown-publication"):
        publication.at("0" * 64)


def test_the_city_of_tests_serves_the_packs_of_the_tree(city: City) -> None:
    assert publication.current().digest == files.tree().digest
    assert calendars.current() == calendars.of(files.tree())
    assert calendars.current().covers(2026)


def test_a_running_city_reads_everything_in_the_order_of_the_files(city: City) -> None:
    served, written = publication.current(), files.tree()
    standard, newborn = served.procedures["base/standard"], served.bundles["life-events/newborn"]
    assert list(standard.steps)[:3] == ["accept", "refuse-acceptance", "correct"]
    assert list(newborn.subjects) == list(written.bundles["life-events/newborn"].subjects)
    for kind, one in served.types.items():
        assert list(one.attributes) == list(written.types[kind].attributes)
    for name, definition in served.services.items():
        assert list(definition.roles) == list(written.services[name].roles)
    assert list(served.regions) == list(written.regions)


def test_the_application_may_not_change_what_was_published(city: City) -> None:
    with city.connect() as connection:
        for statement in (
            "update publication_definition set kind = 'x'",
            "delete from publication_definition",
            "update publication_publication set note = 'x'",
            "delete from publication_publication",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_city_without_a_publication_says_so(city: City) -> None:
    with city.connect(OWNER) as owner:
        owner.execute("truncate publication_publication")
    with pytest.raises(PlatformError, match="nothing-published"):
        publication.current()


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> None:
    """The city is a real one."""
    monkeypatch.setattr(time, "city_mark", lambda: Mark.REAL)


@pytest.fixture
def packs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The installed packs, for the test to change."""
    found = dict(pack_folders())
    monkeypatch.setattr(files, "pack_folders", lambda: found)
    return found


def own_pack(folder: Path, requires: str) -> Path:
    """A real city's pack: every office of the demonstration under the city's own name."""
    own = folder / "our_city"
    shutil.copytree(pack_folders()["tongban.packs.demonstration"], own)
    (own / "pack.yaml").write_text(
        f"pack: our-city\ntitle: {{zh: 市, en: City}}\nowner: {{zh: 市政府, en: The city}}\nrequires: {requires}\n",
        encoding="utf-8",
    )
    return own


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("real", "packs")
def test_a_real_city_without_offices_of_its_own_is_not_published() -> None:
    with pytest.raises(publication.RefusedPublicationError, match="city-without-offices"):
        publication.publish_tree()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("real")
def test_a_real_city_publishes_its_own_offices_and_not_the_demonstrations(
    packs: dict[str, Path], tmp_path: Path
) -> None:
    packs["our_city"] = own_pack(tmp_path, str(sorted(tree_packs() - {"demonstration"})))
    publication.publish_tree()
    assert {office.partition("/")[0] for office in publication.current().offices} == {"our-city"}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("real")
def test_a_real_city_has_no_pack_that_requires_the_demonstration(packs: dict[str, Path], tmp_path: Path) -> None:
    packs["our_city"] = own_pack(tmp_path, str(sorted(tree_packs())))
    with pytest.raises(publication.RefusedPublicationError) as refused:
        publication.publish_tree()
    [found] = refused.value.findings
    assert (found.code, found.file) == ("unknown-pack", str(tmp_path / "our_city" / "pack.yaml"))
    assert "“demonstration”" in found.message.en


def tree_packs() -> set[str]:
    """The ids of the installed packs."""
    return {pack_id(folder) for folder in pack_folders().values()}
