"""Many cases come in the form that their state is kept in, which the database reads three times as fast."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql

FORMER = "drop function if exists casework_apply_many(json, json, json, json, json, json, json);"


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_writes")]
    operations = [
        migrations.RunSQL(FORMER, migrations.RunSQL.noop),
        InstallSql(
            "tongban.casework", "sql/write.sql", "1d890bf7e874725b2462c0b7082e9ce9f442ca2f3c47f7f9d7d4af7827966e2b"
        ),
    ]
