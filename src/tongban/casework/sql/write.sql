-- The only writers of casework. Each runs as the owner, so the application's role needs, and has, no right to write.
-- What every command runs keeps one plan: whatever it is given, the way to it is the same, and planning it anew takes
-- longer than doing it.

-- One change. Answers done; repeated when the command was carried out before; conflict when the case has moved on.
create or replace function casework_apply_one(
    p_id bigint, p_was int, p_version int, p_head text, p_office text, p_region text, p_due timestamptz,
    p_open boolean, p_state jsonb, p_events json, p_rest jsonb
) returns text language plpgsql security definer set search_path = public, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
    if p_was = 0 then
        insert into casework_case (id, version, head, office, region, due, open, state)
        values (p_id, p_version, decode(p_head, 'hex'), p_office, p_region, p_due, p_open, p_state)
        on conflict do nothing;
    else
        update casework_case
        set version = p_version, head = decode(p_head, 'hex'), due = p_due, open = p_open, state = p_state
        where id = p_id and version = p_was;
    end if;
    if not found then
        return case when exists (
            select from casework_event where command_id = (p_events -> 0 ->> 'command')::uuid and case_id = p_id
        ) then 'repeated' else 'conflict' end;
    end if;
    with written as (
        insert into casework_event (case_id, n, command_id, k, body)
        select p_id, n, command, k, body from json_to_recordset(p_events) as e (n int, command uuid, k int, body json)
        returning n
    )
    insert into casework_outbox (topic, case_id, n) select 'event', p_id, n from written;
    if p_rest is not null then
        perform casework_apply_rows(p_rest);
    end if;
    return 'done';
end $$;

-- Many changes at once, each all or nothing. Cases are locked in the order of their ids, so two batches cannot block
-- each other for ever.
create or replace function casework_apply_many(p_cases jsonb, p_events json, p_rest jsonb)
returns table (case_id bigint, outcome text)
language plpgsql security definer set search_path = public, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
    v_done bigint[];
begin
    perform from casework_case c
    where c.id in (select id from jsonb_to_recordset(p_cases) as p (id bigint)) order by c.id for update;
    with given as materialized (
        select * from jsonb_to_recordset(p_cases) as p (
            id bigint, was int, version int, head text, office text, region text, due timestamptz, open boolean,
            state jsonb)
    ), updated as (
        update casework_case c
        set version = g.version, head = decode(g.head, 'hex'), due = g.due, open = g.open, state = g.state
        from given g where c.id = g.id and c.version = g.was returning c.id
    ), inserted as (
        insert into casework_case (id, version, head, office, region, due, open, state)
        select g.id, g.version, decode(g.head, 'hex'), g.office, g.region, g.due, g.open, g.state
        from given g where g.was = 0 order by g.id on conflict do nothing returning id
    )
    select coalesce(array_agg(u.id), '{}') into v_done from (table updated union all table inserted) u;
    with written as (
        insert into casework_event as w (case_id, n, command_id, k, body)
        select e.case_id, e.n, e.command, e.k, e.body
        from json_to_recordset(p_events) as e (case_id bigint, n int, command uuid, k int, body json)
        where e.case_id = any (v_done)
        returning w.case_id, w.n
    )
    insert into casework_outbox (topic, case_id, n) select 'event', w.case_id, w.n from written w;
    if p_rest is not null then
        perform casework_apply_rows(p_rest, v_done);
    end if;
    return query
    select p.id, case
        when p.id = any (v_done) then 'done'
        when exists (
            select from json_to_recordset(p_events) as e (case_id bigint, command uuid)
            join casework_event w on w.command_id = e.command and w.case_id = e.case_id where e.case_id = p.id
        ) then 'repeated' else 'conflict' end
    from jsonb_to_recordset(p_cases) as p (id bigint);
end $$;

-- The rows beside a case: tasks only while open, clocks only while running, values once and for all. With p_done, only
-- those of these cases. Called by the two above alone, in whose search path it runs.
create or replace function casework_apply_rows(p_rest jsonb, p_done bigint[] default null)
returns void language plpgsql as $$
begin
    if p_rest ? 'closed' then
        delete from casework_task t using jsonb_to_recordset(p_rest -> 'closed') as r (case_id bigint, id text)
        where t.case_id = r.case_id and t.id = r.id and (p_done is null or r.case_id = any (p_done));
    end if;
    if p_rest ? 'tasks' then
        insert into casework_task (case_id, id, office, supervisor, holder, service, state, yellow_at, due_at)
        select r.case_id, r.id, r.office, r.supervisor, r.holder, r.service, r.state, r.yellow_at, r.due_at
        from jsonb_to_recordset(p_rest -> 'tasks') as r (
            case_id bigint, id text, office text, supervisor text, holder text, service text, state text,
            yellow_at timestamptz, due_at timestamptz)
        where p_done is null or r.case_id = any (p_done)
        on conflict (case_id, id) do update set holder = excluded.holder, state = excluded.state,
            yellow_at = excluded.yellow_at, due_at = excluded.due_at;
    end if;
    if p_rest ? 'stopped' then
        delete from casework_clock c using jsonb_to_recordset(p_rest -> 'stopped') as r (case_id bigint, name text)
        where c.case_id = r.case_id and c.name = r.name and (p_done is null or r.case_id = any (p_done));
    end if;
    if p_rest ? 'clocks' then
        insert into casework_clock (case_id, name, allowed, yellow_at, due_at, next_at, silence)
        select r.case_id, r.name, r.allowed, r.yellow_at, r.due_at, r.yellow_at, r.silence
        from jsonb_to_recordset(p_rest -> 'clocks') as r (
            case_id bigint, name text, allowed text, yellow_at timestamptz, due_at timestamptz, silence boolean)
        where p_done is null or r.case_id = any (p_done)
        on conflict (case_id, name) do update set allowed = excluded.allowed, yellow_at = excluded.yellow_at,
            due_at = excluded.due_at, next_at = excluded.next_at, crossed = 0, silence = excluded.silence;
    end if;
    if p_rest ? 'values' then
        insert into casework_value (case_id, subject, n, body)
        select r.case_id, r.subject, r.n, decode(r.body, 'base64')
        from jsonb_to_recordset(p_rest -> 'values') as r (case_id bigint, subject bigint, n int, body text)
        where p_done is null or r.case_id = any (p_done);
    end if;
end $$;

-- A new application.
create or replace function casework_open_application(
    p_id bigint, p_command uuid, p_bundle text, p_bundle_hash text, p_publication text, p_applicant bigint, p_mode text,
    p_submitted_at timestamptz, p_promised date
) returns void language sql security definer set search_path = public, pg_temp as $$
    insert into casework_application
        (id, command_id, bundle, bundle_hash, publication, applicant, mode, submitted_at, promised)
    values (p_id, p_command, p_bundle, p_bundle_hash, p_publication, p_applicant, p_mode, p_submitted_at, p_promised);
$$;

-- The next serial number of a year. One sequence a year, made when first asked for.
create or replace function casework_next_serial(p_year int)
returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_name text := format('casework_serial_%s', p_year);
begin
    if to_regclass(v_name) is null then
        perform pg_advisory_xact_lock(hashtext('casework_serial'));
        execute format('create sequence if not exists %I', v_name);
    end if;
    return nextval(v_name);
end $$;

-- A number that no other decision gets, for rules that make identifiers.
create or replace function casework_next_number()
returns bigint language sql security definer set search_path = public, pg_temp as $$
    select nextval('casework_number');
$$;

-- Clocks whose light has changed by now, each with how far it had come; the caller answers with what comes next.
create or replace function casework_crossings(p_now timestamptz, p_most int)
returns table (case_id bigint, name text, allowed text, yellow_at timestamptz, due_at timestamptz, crossed int)
language sql security definer set search_path = public, pg_temp as $$
    select c.case_id, c.name, c.allowed, c.yellow_at, c.due_at, c.crossed from casework_clock c
    where c.next_at <= p_now order by c.next_at limit p_most for update skip locked;
$$;

create or replace function casework_crossed(p_rows jsonb)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update casework_clock c set crossed = r.crossed, next_at = r.next_at
    from jsonb_to_recordset(p_rows) as r (case_id bigint, name text, crossed int, next_at timestamptz)
    where c.case_id = r.case_id and c.name = r.name;
    insert into casework_outbox (topic, case_id, body)
    select 'light', r.case_id, jsonb_build_object('name', r.name, 'crossed', r.crossed)
    from jsonb_to_recordset(p_rows) as r (case_id bigint, name text, crossed int);
end $$;

-- Erases the values of one subject in one case; the chain keeps names and digests and stays whole.
create or replace function casework_erase(p_case bigint, p_subject bigint)
returns bigint language sql security definer set search_path = public, pg_temp as $$
    with gone as (delete from casework_value where case_id = p_case and subject = p_subject returning 1)
    select count(*) from gone;
$$;

-- Rows that a reader of the outbox has not read. Below the oldest running transaction only, so that none is skipped.
create or replace function casework_outbox_after(p_reader text, p_most int)
returns table (xid text, id bigint, topic text, case_id bigint, n int, body jsonb)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into casework_reader (name) values (p_reader) on conflict do nothing;
    return query
    select o.xid::text, o.id, o.topic, o.case_id, o.n, o.body
    from casework_outbox o, casework_reader r
    where r.name = p_reader and (o.xid, o.id) > (r.xid, r.id)
      and o.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by o.xid, o.id limit p_most;
end $$;

-- The reader has read up to here; what all readers have read is deleted.
create or replace function casework_outbox_read(p_reader text, p_xid text, p_id bigint)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
    v_reader record;
begin
    update casework_reader r set xid = p_xid::xid8, id = p_id
    where r.name = p_reader and (r.xid, r.id) < (p_xid::xid8, p_id);
    select r.xid, r.id into v_reader from casework_reader r order by r.xid, r.id limit 1;
    delete from casework_outbox o where (o.xid, o.id) <= (v_reader.xid, v_reader.id);
end $$;

-- A seal, which follows the one before it.
create or replace function casework_add_seal(
    p_n int, p_at timestamptz, p_count int, p_root bytea, p_previous bytea, p_signature bytea
) returns void language sql security definer set search_path = public, pg_temp as $$
    insert into casework_seal (n, at, count, root, previous, signature)
    values (p_n, p_at, p_count, p_root, p_previous, p_signature);
$$;

revoke all on function casework_apply_one, casework_apply_many, casework_apply_rows, casework_open_application,
    casework_next_serial, casework_next_number, casework_crossings, casework_crossed,
    casework_erase, casework_outbox_after, casework_outbox_read, casework_add_seal from public;
grant execute on function casework_apply_one, casework_apply_many, casework_open_application,
    casework_next_serial, casework_next_number, casework_crossings, casework_crossed,
    casework_erase, casework_outbox_after, casework_outbox_read, casework_add_seal to tongban_app;
