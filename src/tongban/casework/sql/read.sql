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

-- Open tasks of offices, the most urgent first, after a key (infinity: no limit runs). Each lane, an office or one
-- person's own tasks, is read by its own index range. Planned anew each time, so that what is not asked for falls away and
-- each filter finds its index. Runs as the caller: row-level security holds even where this condition were forgotten.
create or replace function casework_tasks(
    p_offices text[], p_now timestamptz, p_light text, p_holder text, p_free boolean, p_service text, p_states text[],
    p_main boolean, p_after_due timestamptz, p_after_case bigint, p_after_id text, p_most int
) returns setof casework_task language plpgsql set search_path = public, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
    perform set_config('tongban.offices', p_offices::text, true);
    return query
    select t.* from unnest(case when p_holder is null then p_offices else array[p_holder] end) as l (lane)
    cross join lateral (
        select w.* from casework_task w
        where (p_holder is null and w.office = l.lane
               or p_holder is not null and w.holder = l.lane and w.office = any (p_offices))
          and (w.due_at, w.case_id, w.id) > (p_after_due, p_after_case, p_after_id)
          and (p_light is distinct from 'red' or w.due_at <= p_now)
          and (p_light is null or p_light = 'red' or w.due_at > p_now)
          and (p_light is distinct from 'yellow' or w.yellow_at <= p_now)
          and (p_light is distinct from 'green' or w.yellow_at > p_now)
          and (not p_free or w.holder is null) and (p_service is null or w.service = p_service)
          and (p_states is null or w.state = any (p_states))
          and (p_main is distinct from true or w.id = 'main') and (p_main is distinct from false or w.id <> 'main')
        order by w.due_at, w.case_id, w.id limit p_most
    ) t
    order by t.due_at, t.case_id, t.id limit p_most;
end $$;

-- Open cases of every office, the most urgent first, after a key: for whoever sees all of them.
create or replace function casework_open_cases(p_after_due timestamptz, p_after_case bigint, p_most int)
returns table (id bigint, due_at timestamptz)
language sql stable set search_path = public, pg_temp as $$
    select c.id, coalesce(c.due, 'infinity') from casework_case c
    where c.open and (coalesce(c.due, 'infinity'), c.id) > (p_after_due, p_after_case)
    order by coalesce(c.due, 'infinity'), c.id limit p_most;
$$;

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
    casework_open_cases, casework_watched, casework_last_seal, casework_heads
    from public;
grant execute on function casework_load, casework_lock, casework_cases_of, casework_application_by,
    casework_applications_of, casework_within_reach, casework_events, casework_values, casework_tasks,
    casework_watched, casework_last_seal, casework_heads
    to tongban_app;
grant execute on function casework_open_cases, casework_last_seal, casework_heads to tongban_auditor;
