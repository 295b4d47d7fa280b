"""Keeping a new form in the statement that opens its cases; desks and subjects are told each by a function of its own."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql

FORMER = "drop function if exists applications_tell(jsonb, date, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("applications", "0007_erasure")]
    operations = [
        migrations.RunSQL(FORMER, migrations.RunSQL.noop),
        InstallSql(
            "tongban.applications", "sql/tell.sql", "fe321c9ac197260b1850a5af51df8598cf1851976efcf53c592e1f2cfa6afe18"
        ),
        InstallSql(
            "tongban.applications", "sql/keep.sql", "9502e03646770b08e0cbe9ccd1b3fa89a64d234e5744af16d54045de5fc778cd"
        ),
    ]
