-- Telling: each piece of news goes into the inbox of everybody it is for. Both answer how many were told.

-- News to a desk (`office`, `roles`, `holder`, `but`) reaches whoever sits there on that day: staff with a post, and
-- deputies with the roles of whom they stand for while that post lasts. Where one of them, or whom they stand for, has
-- claimed what is to be done, it reaches those alone; a claim of somebody who has left holds nobody back.
create or replace function applications_tell_desks(p_news jsonb, p_on date, p_at timestamptz)
returns bigint language sql set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
    with news as materialized (
        select * from jsonb_to_recordset(p_news) as n (
            n int, office text, roles text[], holder bigint, but bigint[], code text, application text, "case" text,
            zh text, en text)
    ), seat as (
        select p.user_id, p.office, p.roles::text[] as roles, null::bigint as stands_for
        from accounts_post p join accounts_user u on u.id = p.user_id and u.is_active
        where p.office in (select office from news)
          and coalesce(p.from_day, p_on) <= p_on and coalesce(p.until_day, p_on) >= p_on
        union all
        select d.deputy_id, d.office, p.roles::text[], d.absent_id
        from accounts_deputy d
        join accounts_user u on u.id = d.deputy_id and u.is_active
        join accounts_post p on p.user_id = d.absent_id and p.office = d.office
         and coalesce(p.from_day, p_on) <= p_on and coalesce(p.until_day, p_on) >= p_on
        where d.office in (select office from news) and p_on between d.from_day and d.until_day
    ), told as (
        select n.*, s.user_id, n.holder in (s.user_id, s.stands_for) as is_holding,
               bool_or(n.holder in (s.user_id, s.stands_for)) over (partition by n.n) as is_held
        from news n join seat s on s.office = n.office and s.roles && n.roles
    ), written as (
        insert into applications_message (user_id, at, code, application, "case", zh, en)
        select distinct on (t.user_id, t.code, t.application, t."case")
               t.user_id, p_at, t.code, t.application, t."case", t.zh, t.en
        from told t
        where (t.is_held is not true or t.is_holding) and t.user_id <> all (coalesce(t.but, '{}'))
        order by t.user_id, t.code, t.application, t."case", t.n desc
        on conflict do nothing returning 1
    )
    select count(*) from written;
$$;

-- News to a subject reaches its account and, of an organisation, the agents whose right covers the matter.
create or replace function applications_tell_subjects(p_news jsonb, p_on date, p_at timestamptz)
returns bigint language sql set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
    with news as materialized (
        select * from jsonb_to_recordset(p_news) as n (
            n int, subject bigint, code text, application text, "case" text, zh text, en text)
    ), concerned as (
        select n.n, n.subject from news n
        union
        select n.n, m.agent_subject_id
        from news n
        join accounts_mandate m on m.grantor_subject_id = n.subject and m.basis = 'agent'
         and m.ended_at is null and m.from_day <= p_on and coalesce(m.until_day, p_on) >= p_on
        where '*' = any (m.scope)
           or (select f.bundle from applications_form f where f.number = n.application) = any (m.scope)
    ), written as (
        insert into applications_message (user_id, at, code, application, "case", zh, en)
        select distinct on (u.id, n.code, n.application, n."case")
               u.id, p_at, n.code, n.application, n."case", n.zh, n.en
        from concerned c
        join accounts_user u on u.subject_id = c.subject and u.is_active
        join news n on n.n = c.n
        order by u.id, n.code, n.application, n."case", n.n desc
        on conflict do nothing returning 1
    )
    select count(*) from written;
$$;

revoke all on function applications_tell_desks, applications_tell_subjects from public;
grant execute on function applications_tell_desks, applications_tell_subjects to tongban_app;
