-- What desks ask beside their lists: how much there is of what, what waits for somebody else, what was done today.

create or replace function casework_light(p_task casework_task, p_now timestamptz) returns text
language sql immutable as $$
    select case when p_task.due_at <= p_now then 'red' when p_task.yellow_at <= p_now then 'yellow' else 'green' end;
$$;

-- The last day of a task's limit, in city time.
create or replace function casework_day(p_task casework_task) returns date
language sql stable as $$
    select case when isfinite(p_task.due_at)
           then (p_task.due_at at time zone 'Asia/Shanghai' - interval '1 microsecond')::date end;
$$;

-- The first p_most of a list of tasks counted by service, light and the day they are due (null: no limit runs). Runs as
-- the caller, as the list does.
create or replace function casework_task_counts(
    p_offices text[], p_now timestamptz, p_light text, p_holder text, p_free boolean, p_service text, p_states text[],
    p_main boolean, p_most int
) returns table (service text, light text, day date, tasks bigint)
language sql set search_path = public, pg_temp as $$
    select t.service, casework_light(t, p_now), casework_day(t), count(*)
    from casework_tasks(p_offices, p_now, p_light, p_holder, p_free, p_service, p_states, p_main,
                        '-infinity', 0, '', p_most) t
    group by 1, 2, 3;
$$;

-- What these people hold of the main tasks of an office, and (null) what none of them does, counted as above; of each the
-- first p_most. Walks and exercises are no load. Runs as the caller.
create or replace function casework_load_of_office(p_office text, p_people text[], p_now timestamptz, p_most int)
returns table (holder text, light text, day date, tasks bigint)
language plpgsql set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
    perform set_config('tongban.offices', array[p_office]::text, true);
    return query
    select p.holder, casework_light(t, p_now), casework_day(t), count(*)
    from unnest(p_people) as p (holder) cross join lateral (
        select w.* from casework_task w where w.office = p_office and w.holder = p.holder and w.id = 'main'
          and exists (select from casework_application a where a.id = w.case_id / 1000000 and a.mode = 'real')
        order by w.due_at limit p_most
    ) t group by 1, 2, 3
    union all
    select null, casework_light(t, p_now), casework_day(t), count(*)
    from (select w.* from casework_task w
          where w.office = p_office and w.id = 'main' and (w.holder = any (p_people)) is not true
            and exists (select from casework_application a where a.id = w.case_id / 1000000 and a.mode = 'real')
          order by w.due_at limit p_most) t group by 1, 2, 3;
end $$;

-- Open cases of offices that wait for somebody else: nothing is to be done here, or another office is asked as well.
create or replace function casework_elsewhere(
    p_offices text[], p_after_due timestamptz, p_after_case bigint, p_most int
) returns table (id bigint, due_at timestamptz)
language plpgsql set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
    perform set_config('tongban.offices', p_offices::text, true);
    return query
    select e.id, e.due_at from unnest(p_offices) as o (office) cross join lateral (
        select c.id, coalesce(c.due, 'infinity') as due_at from casework_case c
        where c.office = o.office and c.elsewhere and (coalesce(c.due, 'infinity'), c.id) > (p_after_due, p_after_case)
        order by coalesce(c.due, 'infinity'), c.id limit p_most
    ) e order by e.due_at, e.id limit p_most;
end $$;

-- Open cases that these offices handed up or down and do not have now. Runs as the owner: another office has them.
create or replace function casework_passed(
    p_offices text[], p_after_due timestamptz, p_after_case bigint, p_most int
) returns table (id bigint, due_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select c.id, coalesce(c.due, 'infinity') from casework_case c
    where c.open and c.passed and c.state -> 'passed' ?| p_offices and c.office <> all (p_offices)
      and (coalesce(c.due, 'infinity'), c.id) > (p_after_due, p_after_case)
    order by coalesce(c.due, 'infinity'), c.id limit p_most;
$$;

-- The steps that somebody took since a moment, the latest first.
create or replace function casework_done_by(p_actor text, p_since text, p_most int)
returns table (case_id bigint, n int, step text, at text)
language sql stable security definer set search_path = public, pg_temp as $$
    select e.case_id, e.n, e.body -> 'data' ->> 'step', e.body ->> 'recorded_at' from casework_event e
    where e.body ->> 'recorded_at' >= p_since and e.body ->> 'actor' = p_actor and e.body ->> 'kind' = 'stepped'
    order by 4 desc, 1, 2 limit p_most;
$$;

revoke all on function casework_task_counts, casework_light, casework_day, casework_load_of_office, casework_elsewhere,
    casework_passed, casework_done_by from public;
grant execute on function casework_task_counts, casework_light, casework_day, casework_load_of_office,
    casework_elsewhere, casework_passed, casework_done_by to tongban_app;
