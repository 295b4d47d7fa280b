"""The tally holds sums by what is asked of it, so that it stays small; what was counted before is counted anew."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql

TABLE = """
drop table casework_tally;
create table casework_tally (
    what text collate "C" not null check (what in ('open', 'sent', 'ended', 'late', 'took')),
    week date,
    office text collate "C" not null,
    service text collate "C" not null,
    allowed text,
    yellow_at timestamptz,
    due_at timestamptz,
    met_week date,
    days integer,
    is_late boolean not null,
    cases bigint not null,
    constraint casework_tally_once unique nulls not distinct
        (what, week, office, service, allowed, yellow_at, due_at, met_week, days, is_late)
);
create index casework_tally_due on casework_tally (due_at) where what = 'open';
create index casework_tally_none on casework_tally (cases) where cases = 0;
update casework_tallied set seen = null;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_overdue")]
    operations = [
        migrations.RunSQL(TABLE, migrations.RunSQL.noop),
        InstallSql(
            "tongban.casework", "sql/tallies.sql", "c19a7adff47b84edbde58458fef1ba5f4a380ed3f585494eb94f08d7f84bdcf1"
        ),
    ]
