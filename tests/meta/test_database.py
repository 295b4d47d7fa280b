"""Tables are described once, in migrations, and SQL files are installed as they stand."""

from __future__ import annotations

import hashlib

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from tests.meta.tree import SOURCE, shown

from tongban.platform.sqlfile import InstallSql


@pytest.mark.django_db(databases=["default", "owner", "auditor"])
def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_every_sql_file_is_installed_as_it_stands() -> None:
    installed = {
        (operation.module, operation.file, operation.sha256)
        for migration in MigrationLoader(None).disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, InstallSql)
    }
    waiting = {}
    for file in SOURCE.glob("**/sql/*.sql"):
        package, inside = file.parents[1].relative_to(SOURCE.parent), file.relative_to(file.parents[1])
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        if (".".join(package.parts), inside.as_posix(), sha256) not in installed:
            waiting[shown(file)] = sha256
    assert waiting == {}, "add a migration with InstallSql and this hash"
