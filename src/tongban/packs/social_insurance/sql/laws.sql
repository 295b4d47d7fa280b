-- Laws of the ledger that hold whoever writes; with them the constraints of `migrations/0003_laws.py`.

-- A fact is superseded once, by a case, and nothing else of it is ever changed.
create or replace function insurance_supersede_once() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if old.superseded_at is not null or new.superseded_at is null or new.superseded_by is null then
        raise exception 'a fact of the ledger is superseded once, by a case' using errcode = 'check_violation';
    end if;
    return new;
end $$;

-- The legs of a posting come in one statement and sum to nothing; those of a reversal undo what it reverses, leg by leg.
create or replace function insurance_balanced() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if exists (
        select from added left join insurance_posting p on p.id = added.posting
        group by added.posting having sum(added.amount_fen) <> 0 or count(p.id) = 0
    ) then
        raise exception 'a posting of the ledger does not balance' using errcode = 'check_violation';
    end if;
    if exists (
        with undoing as (
            select distinct p.id, p.reverses from added join insurance_posting p on p.id = added.posting
            where p.reverses is not null
        )
        select from (
            select u.id, a.account, a.owner, a.amount_fen from undoing u join added a on a.posting = u.id
            union all
            select u.id, l.account, l.owner, l.amount_fen from undoing u join insurance_leg l on l.posting = u.reverses
        ) both_sides group by id, account, owner having sum(amount_fen) <> 0
    ) then
        raise exception 'a reversal of the ledger is not the opposite of what it reverses'
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
drop trigger if exists balanced on insurance_leg;
create trigger balanced after insert on insurance_leg referencing new table as added
    for each statement execute function insurance_balanced();
