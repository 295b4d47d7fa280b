-- What time does by itself: lights that change, limits whose end decides, cases that a new calendar touches. Each reads
-- what is due and nothing else, however much is closed or far from due.

-- The kinds of clocks among p_most of those whose light has changed by now: all of one kind change alike.
create or replace function casework_crossings(p_now timestamptz, p_most int)
returns table (allowed text, yellow_at timestamptz, due_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct c.allowed, c.yellow_at, c.due_at
    from (select * from casework_clock w where w.next_at <= p_now limit p_most) c;
$$;

-- Carries the lights of these kinds on and tells of each in the outbox; what another sweep or a command is at is left to
-- it, so the others are locked and keep their places. Answers how many, p_most at most.
create or replace function casework_cross(p_now timestamptz, p_kinds jsonb, p_most int)
returns bigint language sql security definer set search_path = public, pg_temp as $$
    with due as (
        select w.ctid as place, k.crossed, k.next_at
        from casework_clock w join jsonb_to_recordset(p_kinds) as k (
            allowed text, yellow_at timestamptz, due_at timestamptz, crossed int, next_at timestamptz)
        using (allowed, yellow_at, due_at)
        where w.next_at <= p_now limit p_most for update of w skip locked
    ), crossed as (
        update casework_clock c set crossed = due.crossed, next_at = due.next_at
        from due where c.ctid = due.place
        returning c.case_id, c.name, c.crossed
    ), told as (
        insert into casework_outbox (topic, case_id, body)
        select 'light', c.case_id, jsonb_build_object('name', c.name, 'crossed', c.crossed) from crossed c
        returning 1
    )
    select count(*) from told;
$$;

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

-- Open cases with a limit that runs over any day from p_first until the day before p_until, after an id. A limit reaches
-- from where it was counted to the later of its ends; whatever lies outside keeps every date.
create or replace function casework_running(p_first text, p_until text, p_after bigint)
returns bigint[] language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(array_agg(c.id order by c.id), '{}')
    from casework_case c, jsonb_build_object('first', p_first, 'until', p_until) as days
    where c.open and c.id > p_after
      and (jsonb_path_exists(c.state, '$.clocks[*][1] ? (@.since < $until && (@.due >= $first || @.second_due >= $first))', days)
           or jsonb_path_exists(c.state, '$.tasks[*] ? (@.since < $until && @.due >= $first)', days));
$$;

-- When the running clocks and the tasks of cases end, and who applied.
create or replace function casework_dues(p_cases bigint[])
returns table (case_id bigint, name text, due_at timestamptz, applicant bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select c.case_id, c.name, c.due_at, a.applicant
    from casework_clock c join casework_application a on a.id = c.case_id / 1000000
    where c.case_id = any (p_cases);
$$;

revoke all on function casework_crossings, casework_cross, casework_silent, casework_next_moment, casework_running,
    casework_dues
    from public;
grant execute on function casework_crossings, casework_cross, casework_silent, casework_next_moment, casework_running,
    casework_dues
    to tongban_app;
