"""Everything that is written goes out in one statement: whoever was slower is told by an error, not by an answer."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql

FORMER = """
drop function if exists casework_apply_one(
    bigint, int, int, text, text, text, timestamptz, boolean, jsonb, json, jsonb);
drop function if exists casework_apply_many(jsonb, json, jsonb);
drop function if exists casework_apply_rows(jsonb, bigint[]);
drop function if exists casework_open_application(
    bigint, uuid, text, text, text, bigint, text, timestamptz, date);
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_lists")]
    operations = [
        migrations.RunSQL(FORMER, migrations.RunSQL.noop),
        InstallSql(
            "tongban.casework", "sql/write.sql", "70b3fa8dd7c05a2976c0a1ad93704eced16eedf66a6a6fc299bec8eb60206dc4"
        ),
    ]
