-- Reading. The engine loads by number; people read through a reach: the offices they work in, or the subjects they may
-- act for. Lists run as the caller, so row-level security holds for them as well.

-- What the engine needs to carry out commands: each case with its application, and whether the command was done before.
create or replace function casework_load(p_cases bigint[], p_commands uuid[])
returns table (
    id bigint, version int, head text, office text, region text, state text, publication text, mode text,
    applicant bigint, bundle text, command uuid, done_version int
) language sql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
    select c.id, c.version, encode(c.head, 'hex'), c.office, c.region, c.state::text, a.publication, a.mode,
           a.applicant, a.bundle, w.command,
           (select max(e.n) from casework_event e where e.command_id = w.command and e.case_id = c.id)
    from unnest(p_cases, p_commands) as w (id, command)
    join casework_case c on c.id = w.id
    join casework_application a on a.id = c.id / 1000000;
$$;

-- The applications whose cases feed each other, locked in the order of their ids, so that two never wait for each other.
create or replace function casework_lock(p_applications bigint[])
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from casework_application a where a.id = any (p_applications) order by a.id for update;
end $$;

-- All cases of applications.
create or replace function casework_cases_of(p_applications bigint[])
returns table (id bigint, version int, head text, office text, region text, state text)
language sql stable security definer set search_path = public, pg_temp as $$
    select c.id, c.version, encode(c.head, 'hex'), c.office, c.region, c.state::text
    from unnest(p_applications) as a (id)
    join casework_case c on c.id between a.id * 1000000 and a.id * 1000000 + 999999
    order by c.id;
$$;

create or replace function casework_application_by(p_id bigint, p_command uuid)
returns table (
    id bigint, bundle text, bundle_hash text, publication text, applicant bigint, mode text, submitted_at timestamptz,
    promised date
) language sql stable security definer set search_path = public, pg_temp as $$
    select a.id, a.bundle, a.bundle_hash, a.publication, a.applicant, a.mode, a.submitted_at, a.promised
    from casework_application a where a.id = p_id or a.command_id = p_command;
$$;

-- The applications of subjects, newest first.
create or replace function casework_applications_of(p_applicants bigint[], p_before bigint, p_most int)
returns table (id bigint, bundle text, mode text, submitted_at timestamptz, promised date, is_open boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select a.id, a.bundle, a.mode, a.submitted_at, a.promised,
           exists (select from casework_case c
                   where c.id between a.id * 1000000 and a.id * 1000000 + 999999 and c.open)
    from casework_application a
    where a.applicant = any (p_applicants) and a.id < p_before
    order by a.id desc limit p_most;
$$;

-- Whether somebody may see a case: it is, or one of its open tasks is, at one of their offices, their office watches it
-- or has worked on it, or it is about an application of theirs.
create or replace function casework_within_reach(p_case bigint, p_offices text[], p_applicants bigint[])
returns boolean language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from casework_case c where c.id = p_case
                   and (c.office = any (p_offices) or c.state ->> 'supervisor' = any (p_offices)))
        or exists (select from casework_application a where a.id = p_case / 1000000 and a.applicant = any (p_applicants))
        or exists (select from casework_event e, json_array_elements(e.body -> 'data' -> 'opened') t
                   where e.case_id = p_case and t ->> 'office' = any (p_offices));
$$;

create or replace function casework_events(p_cases bigint[])
returns table (case_id bigint, n int, command_id uuid, k int, body text)
language sql stable security definer set search_path = public, pg_temp as $$
    select e.case_id, e.n, e.command_id, e.k, e.body::text from casework_event e
    where e.case_id = any (p_cases) order by e.case_id, e.n;
$$;

create or replace function casework_values(p_cases bigint[])
returns table (case_id bigint, subject bigint, n int, body bytea)
language sql stable security definer set search_path = public, pg_temp as $$
    select v.case_id, v.subject, v.n, v.body from casework_value v
    where v.case_id = any (p_cases) order by v.case_id, v.n;
$$;

-- Open tasks of offices, the most urgent first, after a key (infinity: no limit runs). Each office is read by its own index range. Runs as the
-- caller: row-level security holds even where this condition were forgotten.
create or replace function casework_tasks(
    p_offices text[], p_now timestamptz, p_light text, p_holder text, p_free boolean, p_service text, p_states text[],
    p_main boolean, p_after_due timestamptz, p_after_case bigint, p_after_id text, p_most int
) returns setof casework_task language plpgsql set search_path = public, pg_temp as $$
begin
    perform set_config('tongban.offices', p_offices::text, true);
    return query
    select t.* from unnest(p_offices) as o (office) cross join lateral (
        select w.* from casework_task w
        where w.office = o.office and (w.due_at, w.case_id, w.id) > (p_after_due, p_after_case, p_after_id)
          and (p_light is null or p_light = case when w.due_at <= p_now then 'red'
               when w.yellow_at <= p_now then 'yellow' else 'green' end)
          and (p_holder is null or w.holder = p_holder) and (not p_free or w.holder is null)
          and (p_service is null or w.service = p_service) and (p_states is null or w.state = any (p_states))
          and (p_main is null or p_main = (w.id = 'main'))
        order by w.due_at, w.case_id, w.id limit p_most
    ) t
    order by t.due_at, t.case_id, t.id limit p_most;
end $$;

-- The same for whoever watches: tasks that these offices supervise.
create or replace function casework_watched(
    p_offices text[], p_after_due timestamptz, p_after_case bigint, p_after_id text, p_most int
) returns setof casework_task language sql stable security definer set search_path = public, pg_temp as $$
    select t.* from unnest(p_offices) as o (office) cross join lateral (
        select w.* from casework_task w
        where w.supervisor = o.office and (w.due_at, w.case_id, w.id) > (p_after_due, p_after_case, p_after_id)
        order by w.due_at, w.case_id, w.id limit p_most
    ) t
    order by t.due_at, t.case_id, t.id limit p_most;
$$;

-- How many tasks of an office each person holds, by the day they are due (null: no limit runs).
create or replace function casework_load_of_office(p_office text)
returns table (holder text, day date, tasks bigint)
language plpgsql set search_path = public, pg_temp as $$
begin
    perform set_config('tongban.offices', array[p_office]::text, true);
    return query
    select t.holder, case when isfinite(t.due_at) then (t.due_at at time zone 'Asia/Shanghai'
           - interval '1 microsecond')::date end, count(*)
    from casework_task t where t.office = p_office group by 1, 2 order by 2, 1;
end $$;

-- Tasks and clocks whose limit has ended and whose silence decides, after a key.
create or replace function casework_silent(
    p_now timestamptz, p_after_due timestamptz, p_after_case bigint, p_after_name text, p_most int
) returns table (case_id bigint, name text, due_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select c.case_id, c.name, c.due_at from casework_clock c
    where c.silence and c.due_at <= p_now and (c.due_at, c.case_id, c.name) > (p_after_due, p_after_case, p_after_name)
    order by c.due_at, c.case_id, c.name limit p_most;
$$;

-- The next moment at which time itself does something to a case: a light changes, or silence decides.
create or replace function casework_next_moment(p_after timestamptz)
returns timestamptz language sql stable security definer set search_path = public, pg_temp as $$
    select nullif(least(
        (select min(c.next_at) from casework_clock c where c.next_at > p_after),
        (select min(c.due_at) from casework_clock c where c.silence and c.due_at > p_after)), 'infinity');
$$;

-- Cases with a running clock, after an id.
create or replace function casework_running(p_after bigint, p_most int)
returns table (id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct c.case_id from casework_clock c where c.case_id > p_after order by 1 limit p_most;
$$;

create or replace function casework_last_seal()
returns table (n int, at timestamptz, count int, root text, previous text, signature text)
language sql stable security definer set search_path = public, pg_temp as $$
    select s.n, s.at, s.count, encode(s.root, 'hex'), encode(s.previous, 'hex'), encode(s.signature, 'hex')
    from casework_seal s order by s.n desc limit 1;
$$;

-- The heads that a seal covers.
create or replace function casework_heads(p_cases bigint[])
returns table (id bigint, version int, head text)
language sql stable security definer set search_path = public, pg_temp as $$
    select c.id, c.version, encode(c.head, 'hex') from casework_case c where c.id = any (p_cases) order by c.id;
$$;

revoke all on function casework_load, casework_lock, casework_cases_of, casework_application_by,
    casework_applications_of, casework_within_reach, casework_events, casework_values, casework_tasks,
    casework_watched, casework_load_of_office, casework_silent, casework_next_moment, casework_running,
    casework_last_seal, casework_heads
    from public;
grant execute on function casework_load, casework_lock, casework_cases_of, casework_application_by,
    casework_applications_of, casework_within_reach, casework_events, casework_values, casework_tasks,
    casework_watched, casework_load_of_office, casework_silent, casework_next_moment, casework_running,
    casework_last_seal, casework_heads
    to tongban_app;
grant execute on function casework_last_seal, casework_heads to tongban_auditor;
