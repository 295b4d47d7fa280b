"""Laws of the ledger that the database keeps: no overlapping periods, a cause for every bill, nothing overwritten."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.roles import APP
from tongban.platform.sqlfile import InstallSql

# Each person and kind has a block of 4096 months in one number line, so that PostgreSQL's own index of ranges keeps
# periods apart and no extension is needed.
BLOCK = (
    "((insured * 8 + case kind when 'pension' then 0 when 'unemployment' then 1 when 'injury' then 2 else 3 end) << 12)"
)
ALONE = f"""
alter table insurance_enrolment add column span int8range not null generated always as (
    int8range({BLOCK} + (first_month - 22800),
              {BLOCK} + case when last_month is null then 4096 else last_month - 22799 end)
) stored;
alter table insurance_enrolment add constraint insurance_enrolment_alone
    exclude using gist (span with &&) where (superseded_at is null);
"""
CAUSES = """
alter table insurance_line add constraint insurance_line_cause check (num_nonnulls(run, "case") = 1);
alter table insurance_statement add constraint insurance_statement_cause check (num_nonnulls(run, "case") = 1);
alter table insurance_posting add constraint insurance_posting_cause check (num_nonnulls(run, "case", payment) = 1);
"""
ADDED_TO = ("line", "statement", "payment", "allocation", "posting", "leg")
FACTS = ("enrolment", "wage", "rating", "benefit")


def kept(table: str, may_change: str = "") -> str:
    """The application adds to this table and changes nothing in it but these columns."""
    right = f"grant update ({may_change}) on insurance_{table} to {APP};" if may_change else ""
    return f"revoke update, delete on insurance_{table} from {APP};{right}"


def superseded_once(table: str) -> str:
    """The trigger on a table of facts."""
    return (
        f"create trigger supersede_once before update on insurance_{table}"
        " for each row execute function insurance_supersede_once();"
    )


class Migration(migrations.Migration):
    dependencies = [("social_insurance", "0002_bills")]
    operations = [
        migrations.RunSQL(ALONE + CAUSES, migrations.RunSQL.noop),
        InstallSql(
            "tongban.packs.social_insurance",
            "sql/laws.sql",
            "17d9333b245dd7bbe7d290714d79636fd8ceec8957ec2165e7bc8830ec957614",
        ),
        migrations.RunSQL("".join(superseded_once(table) for table in FACTS), migrations.RunSQL.noop),
        migrations.RunSQL(
            "".join(
                [kept(table) for table in ADDED_TO]
                + [kept(table, "superseded_at, superseded_by") for table in FACTS]
                + [kept("run", "finished_at, done_to, employers, people")]
            ),
            migrations.RunSQL.noop,
        ),
    ]
