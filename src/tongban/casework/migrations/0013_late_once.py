"""What is overdue now is asked for once: the history of what was late is reckoned from that answer."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql


class Migration(migrations.Migration):
    dependencies = [("casework", "0012_load_without_walks")]
    operations = [
        InstallSql(
            "tongban.casework", "sql/tallies.sql", "8bd73ebc75955983fd27564e7c4ffb11f59e5cb81ba946b8fe22a15bf4f33ac6"
        ),
        migrations.RunSQL(
            "drop function if exists casework_tally_late(date, timestamptz, text[])", migrations.RunSQL.noop
        ),
    ]
