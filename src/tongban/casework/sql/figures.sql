-- What the whole city did, counted for pages that name nobody. Cases of walks and exercises count nowhere.

-- Cases by the office that has them now, their service and the month they were sent in: how many, how many of them were
-- begun at a window (their applications are given), have ended and ended within a day, were handed up and down.
create or replace function casework_figures(p_at_window bigint[])
returns table (
    office text, service text, month date, cases bigint, at_window bigint, ended bigint, within_a_day bigint,
    handed_up bigint, handed_down bigint
) language sql stable security definer set search_path = public, pg_temp as $$
    select c.office, c.state ->> 'service', date_trunc('month', a.submitted_at at time zone 'Asia/Shanghai')::date,
           count(*), count(w.id), count(*) filter (where not c.open),
           count(*) filter (where not c.open
                            and (c.state ->> 'recorded_at')::timestamptz - a.submitted_at <= interval '1 day'),
           count(*) filter (where c.state -> 'taken' ? 'hand-up'), count(*) filter (where c.state -> 'taken' ? 'hand-down')
    from casework_case c join casework_application a on a.id = c.id / 1000000
    left join unnest(p_at_window) as w (id) on w.id = a.id
    where a.mode = 'real' group by 1, 2, 3;
$$;

-- How many applications brought several authorities together, and how many cases those had; each office stands beside its
-- authority.
create or replace function casework_joined(p_offices text[], p_authorities text[])
returns table (applications bigint, cases bigint, most bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select count(*), coalesce(sum(j.cases), 0)::bigint, coalesce(max(j.authorities), 0) from (
        select count(*) as cases, count(distinct o.authority) as authorities
        from casework_case c join casework_application a on a.id = c.id / 1000000
        join unnest(p_offices, p_authorities) as o (office, authority) on o.office = c.office
        where a.mode = 'real' group by a.id having count(distinct o.authority) > 1
    ) j;
$$;

-- How many cases of these applications, each beside the window that took it, an office has.
create or replace function casework_taken(p_applications bigint[], p_windows text[])
returns table (taken_at text, office text, cases bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select w.taken_at, c.office, count(*)
    from unnest(p_applications, p_windows) as w (id, taken_at)
    join casework_case c on c.id between w.id * 1000000 and w.id * 1000000 + 999999 group by 1, 2;
$$;

-- Where the facts of the newest p_most cases came from: claimed, fetched, derived, produced, credential.
create or replace function casework_sources(p_most int)
returns table (source text, facts bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select f.value ->> 0, count(*) from (
        select c.id from casework_case c join casework_application a on a.id = c.id / 1000000
        where a.mode = 'real' order by c.id desc limit p_most
    ) n join casework_event e on e.case_id = n.id, json_each(e.body -> 'data' -> 'facts') f group by 1;
$$;

revoke all on function casework_figures, casework_joined, casework_taken, casework_sources from public;
grant execute on function casework_figures, casework_joined, casework_taken, casework_sources to tongban_app;
