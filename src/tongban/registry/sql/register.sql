-- Registering subjects without a key, under numbers that were set aside for them, with the ends of those that are
-- relations: all of them in one statement, and with whatever else that statement writes. Answers how many.
create or replace function registry_register(p_subjects jsonb)
returns bigint language sql set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
    with new as materialized (
        select * from jsonb_to_recordset(p_subjects) as n (id bigint, type text, ends jsonb)
    ), made as (
        insert into registry_subject (id, type, region) select id, type, '' from new returning 1
    ), tied as (
        insert into registry_end (relation_id, name, subject_id)
        select n.id, e.key, e.value::bigint from new n cross join lateral jsonb_each_text(n.ends) e
    )
    select count(*) from made;
$$;

revoke all on function registry_register from public;
grant execute on function registry_register to tongban_app;
