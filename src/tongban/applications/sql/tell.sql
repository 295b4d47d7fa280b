-- Telling: each piece of news goes into the inbox of everybody it is for. Answers how many were told.

-- News to a desk (`office`, `roles`, `holder`, `but`) reaches whoever sits there on that day: staff with a post, and
-- deputies with the roles of whom they stand for while that post lasts. Where one of them, or whom they stand for, has
-- claimed what is to be done, it reaches those alone; a claim of somebody who has left holds nobody back.
-- News to a subject reaches its account and, of an organisation, the agents whose right covers the matter.
create or replace function applications_tell(p_news jsonb, p_on date, p_at timestamptz)
returns bigint language sql set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
    with news as materialized (
        select * from jsonb_to_recordset(p_news) as n (
            n int, subject bigint, office text, roles text[], holder bigint, but bigint[],
            code text, application text, "case" text, zh text, en text)
    ), post as (
        select p.user_id, p.office, p.roles::text[] as roles, u.is_active
        from accounts_post p join accounts_user u on u.id = p.user_id
        where p.office in (select office from news)
          and coalesce(p.from_day, p_on) <= p_on and coalesce(p.until_day, p_on) >= p_on
    ), seat as (
        select user_id, office, roles, null::bigint as stands_for from post where is_active
        union all
        select d.deputy_id, d.office, p.roles, d.absent_id
        from accounts_deputy d
        join accounts_user u on u.id = d.deputy_id and u.is_active
        join post p on p.user_id = d.absent_id and p.office = d.office
        where p_on between d.from_day and d.until_day
    ), at_desk as (
        select n.n, s.user_id, n.holder in (s.user_id, s.stands_for) as is_holding,
               bool_or(n.holder in (s.user_id, s.stands_for)) over (partition by n.n) as is_held
        from news n join seat s on s.office = n.office and s.roles && n.roles
    ), concerned as (
        select n.n, n.subject from news n where n.subject is not null
        union
        select n.n, m.agent_subject_id
        from news n
        join accounts_mandate m on m.grantor_subject_id = n.subject and m.basis = 'agent'
         and m.ended_at is null and m.from_day <= p_on and coalesce(m.until_day, p_on) >= p_on
        where '*' = any (m.scope)
           or (select f.bundle from applications_form f where f.number = n.application) = any (m.scope)
    ), told as (
        select n, user_id from at_desk where is_held is not true or is_holding
        union
        select c.n, u.id from concerned c join accounts_user u on u.subject_id = c.subject and u.is_active
    ), written as (
        insert into applications_message (user_id, at, code, application, "case", zh, en)
        select distinct on (t.user_id, n.code, n.application, n."case")
               t.user_id, p_at, n.code, n.application, n."case", n.zh, n.en
        from told t join news n on n.n = t.n
        where t.user_id <> all (coalesce(n.but, '{}'))
        order by t.user_id, n.code, n.application, n."case", n.n desc
        on conflict do nothing returning 1
    )
    select count(*) from written;
$$;

revoke all on function applications_tell from public;
grant execute on function applications_tell to tongban_app;
