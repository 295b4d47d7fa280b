-- The only writers of casework. Each runs as the owner, so the application's role needs, and has, no right to write.
-- What every command runs keeps one plan: whatever it is given, the way to it is the same, and planning it anew takes
-- longer than doing it.

-- One change. Raises serialization_failure when the case has moved on, or there is one already.
create or replace function casework_apply_one(
    p_id bigint, p_was int, p_version int, p_head text, p_office text, p_region text, p_due timestamptz,
    p_open boolean, p_state jsonb, p_events json, p_closed json, p_tasks json, p_stopped json, p_clocks json,
    p_values json
) returns void language plpgsql security definer set search_path = public, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
    if p_was = 0 then
        insert into casework_case (id, version, head, office, region, due, open, state)
        values (p_id, p_version, decode(p_head, 'hex'), p_office, p_region, p_due, p_open, p_state)
        on conflict do nothing;
    else
        update casework_case
        set version = p_version, head = decode(p_head, 'hex'), office = p_office, due = p_due, open = p_open, state = p_state
        where id = p_id and version = p_was;
    end if;
    if not found then
        perform casework_stale();
    end if;
    perform casework_apply_rows(p_events, p_closed, p_tasks, p_stopped, p_clocks, p_values);
end $$;

-- Many changes at once, all or nothing, as above. Cases are locked in the order of their ids, so two batches cannot
-- block each other for ever.
create or replace function casework_apply_many(
    p_cases jsonb, p_events json, p_closed json, p_tasks json, p_stopped json, p_clocks json, p_values json
) returns void language plpgsql security definer set search_path = public, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
    v_done int;
begin
    perform from casework_case c
    where c.id in (select id from jsonb_to_recordset(p_cases) as g (id bigint, was int) where was > 0)
    order by c.id for update;
    with given as materialized (
        select * from jsonb_to_recordset(p_cases) as g (
            id bigint, was int, version int, head text, office text, region text, due timestamptz, open boolean,
            state jsonb)
    ), updated as (
        update casework_case c
        set version = g.version, head = decode(g.head, 'hex'), office = g.office, due = g.due, open = g.open, state = g.state
        from given g where c.id = g.id and c.version = g.was returning c.id
    ), inserted as (
        insert into casework_case (id, version, head, office, region, due, open, state)
        select g.id, g.version, decode(g.head, 'hex'), g.office, g.region, g.due, g.open, g.state
        from given g where g.was = 0 order by g.id on conflict do nothing returning id
    )
    select count(*) into v_done from (table updated union all table inserted) u;
    if v_done < jsonb_array_length(p_cases) then
        perform casework_stale();
    end if;
    perform casework_apply_rows(p_events, p_closed, p_tasks, p_stopped, p_clocks, p_values);
end $$;

-- Somebody else was quicker: the caller reads again and tries again.
create or replace function casework_stale()
returns void language plpgsql as $$
begin
    raise exception 'a case has moved on' using errcode = 'serialization_failure';
end $$;

-- The rows beside a case: its events and word of them in the outbox, tasks only while open, clocks only while running,
-- values once and for all; null where there are none. Called by the two above alone, in whose search path it runs.
create or replace function casework_apply_rows(
    p_events json, p_closed json, p_tasks json, p_stopped json, p_clocks json, p_values json
) returns void language plpgsql as $$
begin
    with written as (
        insert into casework_event (case_id, n, command_id, k, body)
        select case_id, n, command, k, body
        from json_to_recordset(p_events) as e (case_id bigint, n int, command uuid, k int, body json)
        returning case_id, n
    )
    insert into casework_outbox (topic, case_id, n) select 'event', case_id, n from written;
    if p_closed is not null then
        delete from casework_task t using json_to_recordset(p_closed) as r (case_id bigint, id text)
        where t.case_id = r.case_id and t.id = r.id;
    end if;
    if p_tasks is not null then
        insert into casework_task (case_id, id, office, supervisor, holder, service, state, yellow_at, due_at)
        select r.case_id, r.id, r.office, r.supervisor, r.holder, r.service, r.state, r.yellow_at, r.due_at
        from json_to_recordset(p_tasks) as r (
            case_id bigint, id text, office text, supervisor text, holder text, service text, state text,
            yellow_at timestamptz, due_at timestamptz)
        on conflict (case_id, id) do update set office = excluded.office, supervisor = excluded.supervisor,
            holder = excluded.holder, state = excluded.state, yellow_at = excluded.yellow_at, due_at = excluded.due_at;
    end if;
    if p_stopped is not null then
        delete from casework_clock c using json_to_recordset(p_stopped) as r (case_id bigint, name text)
        where c.case_id = r.case_id and c.name = r.name;
    end if;
    if p_clocks is not null then
        insert into casework_clock (case_id, name, allowed, yellow_at, due_at, next_at, silence)
        select r.case_id, r.name, r.allowed, r.yellow_at, r.due_at, r.yellow_at, r.silence
        from json_to_recordset(p_clocks) as r (
            case_id bigint, name text, allowed text, yellow_at timestamptz, due_at timestamptz, silence boolean)
        on conflict (case_id, name) do update set allowed = excluded.allowed, yellow_at = excluded.yellow_at,
            due_at = excluded.due_at, next_at = excluded.next_at, crossed = 0, silence = excluded.silence;
    end if;
    if p_values is not null then
        insert into casework_value (case_id, subject, n, body)
        select r.case_id, r.subject, r.n, decode(r.body, 'base64')
        from json_to_recordset(p_values) as r (case_id bigint, subject bigint, n int, body text);
    end if;
end $$;

-- New applications. Raises unique_violation when one of their commands has opened another before.
create or replace function casework_open_applications(p_applications json)
returns void language sql security definer set search_path = public, pg_temp as $$
    insert into casework_application
        (id, command_id, bundle, bundle_hash, publication, applicant, mode, submitted_at, promised)
    select id, command, bundle, bundle_hash, publication, applicant, mode, submitted_at, promised
    from json_to_recordset(p_applications) as a (
        id bigint, command uuid, bundle text, bundle_hash text, publication text, applicant bigint, mode text,
        submitted_at timestamptz, promised date);
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

revoke all on function casework_apply_one, casework_apply_many, casework_apply_rows, casework_stale,
    casework_open_applications, casework_next_serial, casework_next_number,
    casework_erase, casework_outbox_after, casework_outbox_read, casework_add_seal from public;
grant execute on function casework_apply_one, casework_apply_many, casework_open_applications,
    casework_next_serial, casework_next_number,
    casework_erase, casework_outbox_after, casework_outbox_read, casework_add_seal to tongban_app;
