-- What boards count: a line for every real case, and for every application of several cases as a whole (its id ends in
-- part 0, its office is empty, its service is the bundle); and the tally, which is what lines come to: `open` under a
-- light, `sent` and `ended` in a week, `late` from one week until another, days that something `took`. Each is summed
-- over all that it is not asked by, so the tally stays small. Commands know nothing of either: what changed stands in
-- the outbox, and folding reads it from there. Folding a case twice changes nothing, since the tally moves by the
-- difference to the line before. Walks and exercises have no line.

-- The Monday of the week in which a moment lies, in city time.
create or replace function casework_week(p_at timestamptz) returns date language sql stable parallel safe as $$
    select date_trunc('week', p_at at time zone 'Asia/Shanghai')::date;
$$;

-- The moment at which a date of a clock is over: a day with its last minute, a moment as it is.
create or replace function casework_moment(p_due text) returns timestamptz language sql stable parallel safe as $$
    select case when length(p_due) = 10 then (p_due::date + 1)::timestamp at time zone 'Asia/Shanghai'
           else p_due::timestamptz end;
$$;

-- When a case ended, and the last of its dates with the moment at which that clock stopped: mostly its decision, after
-- which its result is still to be issued. Of dates that stopped together the first; null where none ever ran. Most
-- events neither end a case nor move a clock, and to look for a word is cheaper than to read JSON. Strict, so that it
-- stays a call: what has a window or a limit is not read by several processes at once.
create or replace function casework_end(p_case bigint)
returns table (at timestamptz, due_at timestamptz, met_at timestamptz)
language sql stable strict parallel safe rows 1 as $$
    select e.at, k.due_at, k.met_at
    from (
        select x.n, (x.body ->> 'recorded_at')::timestamptz as at from casework_event x
        where x.case_id = p_case
          and case when x.body::text like '%"result"%' then x.body #>> '{data,result}' end is not null
        order by x.n desc limit 1
    ) e left join lateral (
        select c.due_at, coalesce(c.until, e.at) as met_at from (
            select casework_moment(v.value ->> 'due') as due_at,
                   lead(d.at) over (partition by v.key order by d.n) as until
            from (
                select x.n, (x.body ->> 'recorded_at')::timestamptz as at, x.body #> '{data,clocks}' as clocks
                from casework_event x
                where x.case_id = p_case and x.n <= e.n and x.body::text like '%"clocks"%' offset 0
            ) d, json_each(d.clocks) v
        ) c where c.due_at is not null order by met_at desc, c.due_at limit 1
    ) k on true;
$$;

-- Of the limits of an open case the one that ends first.
create or replace function casework_limit(p_case bigint)
returns table (allowed text, yellow_at timestamptz, due_at timestamptz)
language sql stable strict parallel safe rows 1 as $$
    select w.allowed, w.yellow_at, w.due_at from casework_clock w
    where w.case_id = p_case and w.name not like '%:%' order by w.due_at, w.yellow_at limit 1;
$$;

-- The lines of these cases; of all where none are given.
create or replace function casework_lines_of(p_cases bigint[])
returns setof casework_line language sql stable parallel safe as $$
    select c.id, c.office, c.state ->> 'service', casework_week(a.submitted_at), k.allowed, k.yellow_at, k.due_at,
           casework_week(e.at),
           case when e.due_at <= e.met_at then casework_week(e.due_at - interval '1 microsecond') end,
           case when e.due_at <= e.met_at then casework_week(e.met_at) end,
           (e.at at time zone 'Asia/Shanghai')::date - (a.submitted_at at time zone 'Asia/Shanghai')::date,
           coalesce(e.due_at <= e.met_at, false)
    from casework_case c join casework_application a on a.id = c.id / 1000000
    left join lateral casework_limit(case when c.open then c.id end) k on true
    left join lateral casework_end(case when not c.open then c.id end) e on true
    where a.mode = 'real' and (p_cases is null or c.id = any (p_cases));
$$;

-- The lines of the applications as a whole that these cases are part of, from the lines of all their cases; of all
-- applications where none are given. A whole ends with the last of its cases.
create or replace function casework_wholes_of(p_cases bigint[])
returns setof casework_line language sql stable parallel safe as $$
    select a.id * 1000000, ''::text, a.bundle, casework_week(a.submitted_at), null::text, null::timestamptz,
           null::timestamptz, date_trunc('week', w.ended_on)::date, null::date, null::date, w.days,
           coalesce(w.ended_on > a.promised, false)
    from casework_application a cross join lateral (
        select case when bool_and(l.ended_week is not null) then max(l.days) end as days
        from casework_line l where l.id between a.id * 1000000 + 1 and a.id * 1000000 + 999999
        having count(*) > 1
    ) l cross join lateral (
        select l.days, (a.submitted_at at time zone 'Asia/Shanghai')::date + l.days as ended_on
    ) w
    where a.mode = 'real' and a.bundle is not null
      and (p_cases is null or a.id = any (select c / 1000000 from unnest(p_cases) c));
$$;

-- What a line counts as.
create or replace function casework_counts(p_line casework_line)
returns table (what text, week date, office text, service text, allowed text, yellow_at timestamptz, due_at timestamptz,
    met_week date, days int, is_late boolean) language sql immutable as $$
    select 'sent', l.sent_week, l.office, l.service, null::text, null::timestamptz, null::timestamptz, null::date,
           null::int, false
    from (select p_line.*) l where l.office <> ''
    union all
    select 'open', null, l.office, l.service, l.allowed, l.yellow_at, l.due_at, null, null, false
    from (select p_line.*) l where l.office <> '' and l.ended_week is null
    union all
    select 'ended', l.ended_week, l.office, l.service, null, null, null, null, null, l.is_late
    from (select p_line.*) l where l.office <> '' and l.ended_week is not null
    union all
    select 'late', l.due_week, '', l.service, null, null, null, l.met_week, null, true
    from (select p_line.*) l where l.due_week is not null
    union all
    select 'took', l.ended_week, '', l.service, null, null, null, null, l.days, false
    from (select p_line.*) l where l.ended_week is not null;
$$;

-- Puts these lines in place of those before them, and moves the tally by the difference.
create or replace function casework_tally_put(p_lines casework_line[]) returns void language sql as $$
    with was as materialized (
        select l as line from casework_line l where l.id in (select n.id from unnest(p_lines) n)
    ), kept as (
        insert into casework_line select * from unnest(p_lines)
        on conflict (id) do update set office = excluded.office, allowed = excluded.allowed,
            yellow_at = excluded.yellow_at, due_at = excluded.due_at, ended_week = excluded.ended_week,
            due_week = excluded.due_week, met_week = excluded.met_week, days = excluded.days, is_late = excluded.is_late
    )
    insert into casework_tally as t
    select k.*, sum(m.change)
    from (select was.line, -1 as change from was union all select n, 1 from unnest(p_lines) n) m,
         casework_counts(m.line) k
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 having sum(m.change) <> 0
    on conflict (what, week, office, service, allowed, yellow_at, due_at, met_week, days, is_late)
        do update set cases = t.cases + excluded.cases;
    delete from casework_tally where cases = 0;
$$;

-- Counts everything anew. Whoever folds meanwhile waits. The planner takes `casework_end` for a trifle, so it is told
-- that several processes cost nothing.
create or replace function casework_recount()
returns bigint language plpgsql security definer set search_path = public, pg_temp
set parallel_setup_cost = 0 set parallel_tuple_cost = 0 as $$
declare
    v_next xid8;
begin
    perform pg_advisory_xact_lock(hashtext('casework_tally'));
    v_next := pg_snapshot_xmin(pg_current_snapshot());
    delete from casework_line;
    delete from casework_tally;
    -- A table made from a query is read by several processes at once; what is inserted never is.
    create temporary table casework_counted on commit drop as select * from casework_lines_of(null);
    insert into casework_line select * from casework_counted;
    drop table casework_counted;
    insert into casework_line select * from casework_wholes_of(null);
    insert into casework_tally
    select k.*, count(*) from casework_line l, casework_counts(l) k group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
    perform casework_tally_seen(v_next);
    return (select count(*) from casework_line);
end $$;

-- Folds what was committed since: how many cases that touched.
create or replace function casework_fold()
returns bigint language plpgsql security definer set search_path = public, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    v_seen xid8;
    v_next xid8;
    v_cases bigint[];
    v_some bigint[];
begin
    perform pg_advisory_xact_lock(hashtext('casework_tally'));
    select t.seen into v_seen from casework_tallied t;
    if v_seen is null then
        return casework_recount();
    end if;
    v_next := pg_snapshot_xmin(pg_current_snapshot());
    select array_agg(distinct o.case_id) into v_cases
    from casework_outbox o where o.xid >= v_seen and o.topic <> 'light';
    for v_from in 1 .. coalesce(cardinality(v_cases), 0) by 10000 loop
        v_some := v_cases[v_from : v_from + 9999];
        perform casework_tally_put(array(select l from casework_lines_of(v_some) l));
        perform casework_tally_put(array(select l from casework_wholes_of(v_some) l));
    end loop;
    perform casework_tally_seen(v_next);
    return coalesce(cardinality(v_cases), 0);
end $$;

-- Everything below this transaction is folded: the outbox need not keep it for us.
create or replace function casework_tally_seen(p_next xid8) returns void language sql as $$
    update casework_tallied set seen = p_next where seen is distinct from p_next;
    update casework_reader set xid = (p_next::text::bigint - 1)::text::xid8, id = 9223372036854775807
    where name = 'tally' and xid < p_next;
$$;

-- Open cases by office and service under each light; `soon`: due by then and not overdue.
create or replace function casework_tally_open(p_now timestamptz, p_soon timestamptz, p_without text[])
returns table (office text, service text, green bigint, yellow bigint, red bigint, soon bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.office, t.service,
           coalesce(sum(t.cases) filter (where t.yellow_at > p_now or t.yellow_at is null), 0)::bigint,
           coalesce(sum(t.cases) filter (where t.yellow_at <= p_now and t.due_at > p_now), 0)::bigint,
           coalesce(sum(t.cases) filter (where t.due_at <= p_now), 0)::bigint,
           coalesce(sum(t.cases) filter (where t.due_at > p_now and t.due_at <= p_soon), 0)::bigint
    from casework_tally t where t.what = 'open' and t.service <> all (p_without)
    group by 1, 2;
$$;

-- Overdue cases by their limit and the moment it ended.
create or replace function casework_tally_red(p_now timestamptz, p_without text[])
returns table (allowed text, due_at timestamptz, cases bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.allowed, t.due_at, sum(t.cases)::bigint from casework_tally t
    where t.what = 'open' and t.due_at <= p_now and t.service <> all (p_without)
    group by 1, 2;
$$;

-- By office and service: cases that ended since a Monday, and how many of them too late; those that came and that ended
-- in the weeks from one Monday until before another.
create or replace function casework_tally_flow(p_since date, p_first date, p_until date, p_without text[])
returns table (office text, service text, ended bigint, late bigint, came bigint, gone bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.office, t.service,
           coalesce(sum(t.cases) filter (where t.what = 'ended'), 0)::bigint,
           coalesce(sum(t.cases) filter (where t.what = 'ended' and t.is_late), 0)::bigint,
           coalesce(sum(t.cases) filter (where t.what = 'sent'), 0)::bigint,
           coalesce(sum(t.cases) filter (where t.what = 'ended' and t.week >= p_first and t.week < p_until), 0)::bigint
    from casework_tally t
    where (t.what = 'ended' and t.week >= p_since or t.what = 'sent' and t.week >= p_first and t.week < p_until)
      and t.service <> all (p_without)
    group by 1, 2;
$$;

-- Cases that came since a Monday, by service.
create or replace function casework_tally_sent(p_since date, p_without text[])
returns table (service text, cases bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.service, sum(t.cases)::bigint from casework_tally t
    where t.what = 'sent' and t.week >= p_since and t.service <> all (p_without)
    group by 1;
$$;

-- Cases that are overdue no longer and were when some week from a Monday on ended: from which week until before which.
create or replace function casework_tally_was_late(p_since date, p_without text[])
returns table (due_week date, met_week date, cases bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.week, t.met_week, sum(t.cases)::bigint from casework_tally t
    where t.what = 'late' and t.met_week > p_since and t.service <> all (p_without)
    group by 1, 2;
$$;

-- How many days cases took that ended since a Monday: of services, or of bundles as a whole.
create or replace function casework_tally_days(p_since date, p_about text[])
returns table (about text, week date, days int, cases bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.service, t.week, t.days, t.cases
    from casework_tally t where t.what = 'took' and t.week >= p_since and t.service = any (p_about);
$$;

-- The open cases behind a figure, the most urgent first.
create or replace function casework_tally_cases(
    p_now timestamptz, p_offices text[], p_service text, p_light text, p_without text[], p_most int
) returns table (
    id bigint, office text, service text, state text, allowed text, yellow_at timestamptz, due_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select l.id, l.office, l.service, c.state ->> 'state', l.allowed, l.yellow_at, l.due_at
    from casework_line l join casework_case c on c.id = l.id
    where l.ended_week is null and l.office = any (p_offices) and (p_service is null or l.service = p_service)
      and l.service <> all (p_without)
      and (p_light is null or p_light = case when l.due_at <= p_now then 'red' when l.yellow_at <= p_now then 'yellow'
                                        else 'green' end)
    order by l.due_at, l.id limit p_most;
$$;

-- How often the newest p_most cases of a service went from one state to another; the first comes from nowhere.
create or replace function casework_follows(p_service text, p_most int)
returns table (was text, became text, times bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select f.was, f.became, count(*) from (
        select lag(e.body -> 'data' ->> 'to') over (partition by e.case_id order by e.n) as was,
               e.body -> 'data' ->> 'to' as became
        from (select l.id from casework_line l where l.service = p_service and l.office <> ''
              order by l.id desc limit p_most) n
        join casework_event e on e.case_id = n.id and e.body -> 'data' ->> 'to' is not null
    ) f group by 1, 2;
$$;

-- Real cases as they came, after an id: of a service, sent in from one moment until before another, where given.
create or replace function casework_logged(
    p_service text, p_since timestamptz, p_until timestamptz, p_after bigint, p_most int
) returns table (id bigint, service text, bundle text, state text, result text)
language sql stable security definer set search_path = public, pg_temp as $$
    select l.id, l.service, a.bundle, c.state ->> 'state', c.state ->> 'result'
    from casework_line l join casework_case c on c.id = l.id join casework_application a on a.id = l.id / 1000000
    where l.id > p_after and (p_service is null or l.service = p_service)
      and (p_since is null or a.submitted_at >= p_since) and (p_until is null or a.submitted_at < p_until)
    order by l.id limit p_most;
$$;

revoke all on casework_line, casework_tally, casework_tallied from tongban_app, tongban_auditor;
alter table casework_line enable row level security;
alter table casework_tally enable row level security;
alter table casework_tallied enable row level security;

revoke all on function casework_end, casework_limit, casework_lines_of, casework_wholes_of, casework_counts,
    casework_tally_put, casework_recount, casework_fold, casework_tally_seen, casework_tally_open, casework_tally_red,
    casework_tally_flow, casework_tally_sent, casework_tally_was_late, casework_tally_days, casework_tally_cases,
    casework_follows, casework_logged from public;
grant execute on function casework_fold, casework_tally_open, casework_tally_red, casework_tally_flow,
    casework_tally_sent, casework_tally_was_late, casework_tally_days, casework_tally_cases, casework_follows,
    casework_logged to tongban_app;
