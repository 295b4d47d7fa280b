"""Definitions by their hash, and publications that name the set in force. Nothing here is ever changed or removed."""

from __future__ import annotations

from django.db import migrations

TABLES = """
create table publication_definition (
    hash text collate "C" primary key,
    id text collate "C" not null,
    kind text not null,
    body jsonb not null,
    schema_version integer not null
);
create table publication_publication (
    id bigint generated always as identity primary key,
    digest text collate "C" not null,
    at timestamptz not null,
    note text not null,
    entries jsonb not null,
    functions text[] not null,
    effects text[] not null
);
create index publication_publication_digest on publication_publication (digest);
revoke update, delete on publication_definition, publication_publication from tongban_app;
"""


class Migration(migrations.Migration):
    """Both tables. The application may add rows and read them, no more."""

    initial = True
    operations = [migrations.RunSQL(TABLES, "drop table publication_publication, publication_definition")]
