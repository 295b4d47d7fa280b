-- Keeping a new form with whoever signs or consents, in one statement, and with whatever else that statement writes.
-- Answers how many parties there are. Raises unique_violation when its command began another form before.
create or replace function applications_keep(p_form jsonb, p_document bytea, p_parties bigint[])
returns bigint language sql set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
    with form as (
        insert into applications_form (
            number, bundle, publication, applicant_id, filled_by, channel, window_office, mode, state, version,
            document, lacks_papers, start_command, created_at, changed_at, submitted_at)
        select f.number, f.bundle, f.publication, f.applicant_id, f.filled_by, f.channel, f.window_office, f.mode,
               f.state, f.version, p_document, f.lacks_papers, f.start_command, f.created_at, f.changed_at,
               f.submitted_at
        from jsonb_to_record(p_form) as f (
            number text, bundle text, publication text, applicant_id bigint, filled_by bigint, channel text,
            window_office text, mode text, state text, version int, lacks_papers boolean, start_command uuid,
            created_at timestamptz, changed_at timestamptz, submitted_at timestamptz)
        returning number
    ), party as (
        insert into applications_party (form_id, subject_id, signs)
        select f.number, p.subject, true from form f, unnest(p_parties) as p (subject) returning 1
    )
    select count(*) from party;
$$;

revoke all on function applications_keep from public;
grant execute on function applications_keep to tongban_app;
