-- Real open cases with a limit that has ended, counted by the office that has them and their service; with the oldest.
-- Reads what is open, however much is closed. Cases of walks and exercises count nowhere.
create or replace function casework_overdue(p_now timestamptz)
returns table (office text, service text, cases bigint, oldest bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select c.office, c.state ->> 'service', count(*), min(c.id)
    from casework_case c join casework_application a on a.id = c.id / 1000000
    where c.open and a.mode = 'real'
      and exists (select from casework_clock k where k.case_id = c.id and k.due_at <= p_now)
    group by 1, 2 order by 1, 2;
$$;

revoke all on function casework_overdue from public;
grant execute on function casework_overdue to tongban_app;
