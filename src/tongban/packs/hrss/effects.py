"""What enrolment does in the tables of social insurance: whoever enters an insurance has an account there.

Accounts are many rows that outlive the case and that later contributions are booked on; facts and credentials are not
made for that, so this is an effect.
"""

from __future__ import annotations

from tongban.pack_api import Database, Decisions, effect

INSURED = """
insert into hrss_insured_person (person, insured_from, "case")
select person, min(opened_on), min(number)
from unnest(%s::bigint[], %s::date[], %s::text[]) as new (person, opened_on, number)
group by person
on conflict (person) do nothing
"""

ACCOUNTS = """
insert into hrss_contribution_account (insured_id, insurance, employer, monthly_wage_fen, opened_on, "case")
select insured.id, insurance, employer, monthly_wage_fen, opened_on, number
from unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::date[], %s::text[])
    as new (person, insurance, employer, monthly_wage_fen, opened_on, number)
join hrss_insured_person insured using (person)
on conflict (insured_id, insurance) do nothing
"""


@effect("enrol@1")
def enrol(decided: Decisions, db: Database) -> None:
    """Open an account in the insurance of each service, and the insured person where it is their first.

    Whoever has an account there already keeps it: it goes with the person from one employer to the next.
    """
    people = [one.subjects["employee"][0] for one in decided]
    days = [one.facts["employment.start_date"] for one in decided]
    cases = [one.case for one in decided]
    db.execute(INSURED, [people, days, cases])
    insurances = [one.service for one in decided]
    employers = [one.subjects["employer"][0] for one in decided]
    wages = [one.facts["employment.monthly_wage_fen"] for one in decided]
    db.execute(ACCOUNTS, [people, insurances, employers, wages, days, cases])
