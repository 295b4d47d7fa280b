-- Who sees which rows when going around the functions: the application's role only those of the offices set for the
-- statement (bare conditions, so that they become index conditions), auditors all, and nobody writes. A setting that was
-- made for one transaction is left behind as an empty text, which means no office.
revoke all on casework_application, casework_case, casework_event, casework_task, casework_clock, casework_value,
    casework_outbox, casework_reader, casework_seal from tongban_app, tongban_auditor;
revoke all on sequence casework_number from tongban_app, tongban_auditor;
grant select on casework_application, casework_case, casework_event, casework_task, casework_clock to tongban_app;
grant select on casework_application, casework_case, casework_event, casework_task, casework_clock, casework_value,
    casework_seal to tongban_auditor;

alter table casework_application enable row level security;
alter table casework_case enable row level security;
alter table casework_event enable row level security;
alter table casework_task enable row level security;
alter table casework_clock enable row level security;
alter table casework_value enable row level security;
alter table casework_outbox enable row level security;
alter table casework_reader enable row level security;
alter table casework_seal enable row level security;

drop policy if exists offices on casework_case;
create policy offices on casework_case for select to tongban_app
    using (office = any (nullif(current_setting('tongban.offices', true), '')::text[]));
drop policy if exists offices on casework_task;
create policy offices on casework_task for select to tongban_app
    using (office = any (nullif(current_setting('tongban.offices', true), '')::text[]));
drop policy if exists offices on casework_event;
create policy offices on casework_event for select to tongban_app
    using (exists (select from casework_case c where c.id = case_id));
drop policy if exists offices on casework_clock;
create policy offices on casework_clock for select to tongban_app
    using (exists (select from casework_case c where c.id = case_id));
drop policy if exists offices on casework_application;
create policy offices on casework_application for select to tongban_app
    using (exists (select from casework_case c
                   where c.id between casework_application.id * 1000000 and casework_application.id * 1000000 + 999999));

drop policy if exists auditors on casework_application;
create policy auditors on casework_application for select to tongban_auditor using (true);
drop policy if exists auditors on casework_case;
create policy auditors on casework_case for select to tongban_auditor using (true);
drop policy if exists auditors on casework_event;
create policy auditors on casework_event for select to tongban_auditor using (true);
drop policy if exists auditors on casework_task;
create policy auditors on casework_task for select to tongban_auditor using (true);
drop policy if exists auditors on casework_clock;
create policy auditors on casework_clock for select to tongban_auditor using (true);
drop policy if exists auditors on casework_value;
create policy auditors on casework_value for select to tongban_auditor using (true);
drop policy if exists auditors on casework_seal;
create policy auditors on casework_seal for select to tongban_auditor using (true);
