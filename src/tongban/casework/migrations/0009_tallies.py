"""What boards count is folded from the outbox, so that they need not read every case."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql

TABLES = """
create table casework_line (
    id bigint primary key,
    office text collate "C" not null,
    service text collate "C" not null,
    sent_week date not null,
    allowed text,
    yellow_at timestamptz,
    due_at timestamptz,
    ended_week date,
    due_week date,
    met_week date,
    days integer,
    is_late boolean not null
);
create index casework_line_open on casework_line (due_at, id) where ended_week is null;

create table casework_tally (
    ended_week date,
    office text collate "C" not null,
    service text collate "C" not null,
    sent_week date not null,
    allowed text,
    yellow_at timestamptz,
    due_at timestamptz,
    due_week date,
    met_week date,
    days integer,
    is_late boolean not null,
    cases bigint not null,
    constraint casework_tally_once unique nulls not distinct
        (ended_week, office, service, sent_week, allowed, yellow_at, due_at, due_week, met_week, days,
            is_late)
);
create index casework_tally_service on casework_tally (service, ended_week);
create index casework_tally_none on casework_tally (cases) where cases = 0;

-- Up to which transaction all is folded; null before the first count.
create table casework_tallied (
    id smallint primary key default 1 check (id = 1),
    seen xid8
);
insert into casework_tallied default values;
-- What is not folded yet must not be deleted.
insert into casework_reader (name) values ('tally');
"""
REMOVAL = """
drop table casework_line, casework_tally, casework_tallied cascade;
delete from casework_reader where name = 'tally';
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0008_levels")]
    operations = [
        migrations.RunSQL(TABLES, REMOVAL),
        InstallSql(
            "tongban.casework", "sql/tallies.sql", "262dc802543b6a62969b4b15ea5ea53b267e5c07977ddc7b992428fc62ead8a3"
        ),
    ]
