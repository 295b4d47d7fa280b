"""A case goes to an office of another level, and both offices list it; what the whole city did is counted.

That a case was passed on is kept beside it, so that its index holds no state.
"""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql

TABLES = """
alter table casework_case add column passed boolean not null generated always as (state ? 'passed') stored;
create index casework_case_passed on casework_case (coalesce(due, 'infinity'), id) where open and passed;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0007_batches")]
    operations = [
        migrations.RunSQL(TABLES, migrations.RunSQL.noop),
        InstallSql(
            "tongban.casework", "sql/write.sql", "ff689859f8d725c0253b3bc02617ad91581bb144997fbb48707aa7c8c7f1ce44"
        ),
        InstallSql(
            "tongban.casework", "sql/desks.sql", "3b3d407f06cb8352ba8440d4f7572617767374e1a6f4533b0e69a04c19f1277f"
        ),
        InstallSql(
            "tongban.casework", "sql/figures.sql", "514e1da771509e96ab9ce1b0a38337877604e0b91798bf4dce4429ddc256cbef"
        ),
    ]
