"""The tables of casework. Case rows are narrow and half empty, so that a command's update stays on its page.

Records are kept byte for byte (json, not jsonb). No index holds state or version; documents and values stand elsewhere; tasks and clocks live only while open.
"""

from __future__ import annotations

from django.db import migrations

TABLES = """
create table casework_application (
    id bigint primary key,
    command_id uuid not null unique,
    bundle text,
    bundle_hash text,
    publication text not null,
    applicant bigint not null,
    mode text not null check (mode in ('real', 'walk', 'exercise')),
    submitted_at timestamptz not null,
    promised date
);
create index casework_application_applicant on casework_application (applicant, id);

create table casework_case (
    id bigint primary key,
    version integer not null,
    head bytea not null,
    office text collate "C" not null,
    region text collate "C" not null,
    due timestamptz,
    open boolean not null,
    state jsonb not null
) with (fillfactor = 50);
create index casework_case_open on casework_case (office, due, id) where open;
create index casework_case_due on casework_case (due, id) where open;
create index casework_case_office on casework_case (office, id);

create table casework_event (
    case_id bigint not null,
    n integer not null,
    command_id uuid not null,
    k integer not null,
    body json not null,
    primary key (case_id, n)
);
create unique index casework_event_command on casework_event (command_id, k);

create table casework_task (
    case_id bigint not null,
    id text collate "C" not null,
    office text collate "C" not null,
    supervisor text collate "C",
    holder text,
    service text not null,
    state text not null,
    yellow_at timestamptz not null,
    due_at timestamptz not null,
    primary key (case_id, id)
);
create index casework_task_office on casework_task (office, due_at, case_id);
create index casework_task_supervisor on casework_task (supervisor, due_at, case_id) where supervisor is not null;

create table casework_clock (
    case_id bigint not null,
    name text collate "C" not null,
    allowed text not null,
    yellow_at timestamptz not null,
    due_at timestamptz not null,
    next_at timestamptz not null,
    crossed integer not null default 0,
    silence boolean not null,
    primary key (case_id, name)
);
create index casework_clock_next on casework_clock (next_at);
create index casework_clock_silence on casework_clock (due_at) where silence;

create table casework_value (
    case_id bigint not null,
    subject bigint not null,
    n integer not null,
    body bytea not null,
    primary key (case_id, subject, n)
);
create index casework_value_subject on casework_value (subject) where subject <> 0;

create table casework_outbox (
    xid xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    topic text not null,
    case_id bigint not null,
    n integer,
    body jsonb,
    primary key (xid, id)
);
create table casework_reader (
    name text primary key,
    xid xid8 not null default '0',
    id bigint not null default 0
);
-- What is not sealed yet must not be deleted, so this reader is there from the beginning.
insert into casework_reader (name) values ('seal');

create table casework_seal (
    n integer primary key,
    at timestamptz not null,
    count integer not null,
    root bytea not null,
    previous bytea not null,
    signature bytea not null
);

create sequence casework_number;
"""

REMOVAL = """
drop table casework_application, casework_case, casework_event, casework_task, casework_clock, casework_value,
    casework_outbox, casework_reader, casework_seal;
drop sequence casework_number;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(TABLES, REMOVAL)]
