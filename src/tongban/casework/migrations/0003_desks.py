"""What desks count and list beside their tasks; and who did what today, found by a small index over the newest events."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql

# Events come in the order of their moments, so the least and greatest of each stretch of pages say where a day lies.
INDEX = """
create index casework_event_recorded on casework_event using brin ((body ->> 'recorded_at')) with (autosummarize);
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_functions")]
    operations = [
        migrations.RunSQL(INDEX, "drop index casework_event_recorded"),
        InstallSql(
            "tongban.casework", "sql/desks.sql", "b64af3ffef28ae3af196fc4aa0e680eb186c04d4b90349e1a176e834b4cbe578"
        ),
    ]
