"""Functions, policies and queries stand in `.sql` files; this migration operation installs such a file.

It carries the file's hash. A file that changes needs a new migration with the new hash; the older operation then finds
that its file is gone and does nothing, so a file must hold statements that can be run again (`create or replace`,
`drop policy if exists`). `tests/meta` checks that the present hash of every file stands in a migration.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class InstallSql(Operation):
    """Run `file` (a path inside the package `module`) if its SHA-256 is `sha256`."""

    reversible = True

    def __init__(self, module: str, file: str, sha256: str) -> None:
        self.module = module
        self.file = file
        self.sha256 = sha256

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Functions and policies are no part of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run the file, unless a later migration brings a newer one."""
        text = (resources.files(self.module) / self.file).read_bytes()
        if hashlib.sha256(text).hexdigest() == self.sha256:
            schema_editor.execute(text.decode(), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """What a file made goes with its tables."""

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How Django writes this operation down."""
        return type(self).__name__, [self.module, self.file, self.sha256], {}

    def describe(self) -> str:
        """What `migrate --plan` prints."""
        return f"Install {self.module}/{self.file}"
