"""Lists, counts and sweeps that take as long for an office of a hundred thousand cases as for one of ten.

Each filter of a list that an office cannot do without has its index, in the order of the list; what waits for somebody
else is kept beside the case, so that no list opens its state. No index holds the state or the version.
"""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql

# An office's identifier has no character that JSON would write otherwise.
TABLES = """
alter table casework_case add column elsewhere boolean not null generated always as (
    open and (not state @> '{"tasks": [{"name": "main"}]}' or jsonb_path_exists(
        state, '$.tasks[*].office ? (@ != $here)', ('{"here": "' || office || '"}')::jsonb))
) stored;
drop index casework_case_open, casework_case_due;
create index casework_case_due on casework_case (coalesce(due, 'infinity'), id) where open;
create index casework_case_elsewhere on casework_case (office, coalesce(due, 'infinity'), id) where elsewhere;

drop index casework_task_office, casework_task_supervisor;
create index casework_task_office on casework_task (office, due_at, case_id, id);
create index casework_task_service on casework_task (office, service, due_at, case_id, id);
create index casework_task_holder on casework_task (holder, due_at, case_id, id) where holder is not null;
create index casework_task_beside on casework_task (office, due_at, case_id, id) where id <> 'main';
create index casework_task_supervisor on casework_task (supervisor, due_at, case_id, id) where supervisor is not null;

drop function if exists casework_load_of_office(text), casework_task_counts(text[], timestamptz),
    casework_elsewhere(text[], timestamptz, bigint, int), casework_crossings(timestamptz, int),
    casework_crossed(jsonb), casework_running(bigint, int);
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_plans")]
    operations = [
        migrations.RunSQL(TABLES, migrations.RunSQL.noop),
        InstallSql(
            "tongban.casework", "sql/read.sql", "b5e0ece7ea2e33841bf04ee49a36ce2947ce701a239b20c4654fd1cdf6e176e4"
        ),
        InstallSql(
            "tongban.casework", "sql/desks.sql", "cd0752efdee32d809645f132a063f1e9e8ecaaf2a753a0cbad8495b648e87430"
        ),
        InstallSql(
            "tongban.casework", "sql/sweeps.sql", "2541d88e0811b7ddf48a1ea50a7d9ed97a607bdd575eccc81b9e6f6ed3c29739"
        ),
    ]
