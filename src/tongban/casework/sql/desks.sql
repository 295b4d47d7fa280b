-- What desks ask beside their lists: how much there is of what, what waits for somebody else, what was done today.

-- How many open tasks of offices there are, by task, holder, service, state, light and the day they are due (null: no
-- limit runs). Runs as the caller: row-level security holds.
create or replace function casework_task_counts(p_offices text[], p_now timestamptz)
returns table (office text, name text, holder text, service text, state text, light text, day date, tasks bigint)
language plpgsql set search_path = public, pg_temp as $$
begin
    perform set_config('tongban.offices', p_offices::text, true);
    return query
    select t.office, split_part(t.id, ':', 1), t.holder, t.service, t.state,
           case when t.due_at <= p_now then 'red' when t.yellow_at <= p_now then 'yellow' else 'green' end,
           case when isfinite(t.due_at) then (t.due_at at time zone 'Asia/Shanghai' - interval '1 microsecond')::date end,
           count(*)
    from casework_task t where t.office = any (p_offices) group by 1, 2, 3, 4, 5, 6, 7;
end $$;

-- Open cases of offices that wait for somebody else: nothing is to be done here, or another office is asked as well.
create or replace function casework_elsewhere(
    p_offices text[], p_after_due timestamptz, p_after_case bigint, p_most int
) returns table (id bigint, due_at timestamptz)
language plpgsql set search_path = public, pg_temp as $$
begin
    perform set_config('tongban.offices', p_offices::text, true);
    return query
    select c.id, coalesce(c.due, 'infinity') from casework_case c
    where c.office = any (p_offices) and c.open
      and (coalesce(c.due, 'infinity'), c.id) > (p_after_due, p_after_case)
      and (c.state @> '{"tasks": [{"name": "main"}]}' is not true
           or exists (select from jsonb_array_elements(c.state -> 'tasks') t where t ->> 'office' <> c.office))
    order by 2, 1 limit p_most;
end $$;

-- The steps that somebody took since a moment, the latest first.
create or replace function casework_done_by(p_actor text, p_since text, p_most int)
returns table (case_id bigint, n int, step text, at text)
language sql stable security definer set search_path = public, pg_temp as $$
    select e.case_id, e.n, e.body -> 'data' ->> 'step', e.body ->> 'recorded_at' from casework_event e
    where e.body ->> 'recorded_at' >= p_since and e.body ->> 'actor' = p_actor and e.body ->> 'kind' = 'stepped'
    order by 4 desc, 1, 2 limit p_most;
$$;

revoke all on function casework_task_counts, casework_elsewhere, casework_done_by from public;
grant execute on function casework_task_counts, casework_elsewhere, casework_done_by to tongban_app;
