"""What benefits are paid out month by month; no two of one beneficiary, insured and kind share a month."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

# A range of texts that holds one, so that PostgreSQL's own index of ranges compares kinds too: no extension is needed.
ALONE = """
create type insurance_text as range (subtype = text, collation = "C");
alter table insurance_benefit add constraint insurance_benefit_alone exclude using gist (
    int8range(beneficiary, beneficiary, '[]') with &&, int8range(insured, insured, '[]') with &&,
    insurance_text(kind, kind, '[]') with &&, int4range(first_month, last_month, '[]') with &&
) where (superseded_at is null);
"""
APART = """
alter table insurance_benefit drop constraint insurance_benefit_alone;
drop type insurance_text;
"""
laws = import_module("tongban.packs.social_insurance.migrations.0003_laws")


class Migration(migrations.Migration):
    dependencies = [
        ("social_insurance", "0003_laws"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("month", models.IntegerField()),
                ("beneficiary", models.BigIntegerField()),
                ("insured", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("number", models.SmallIntegerField()),
                ("county", models.TextField()),
                ("due_fen", models.BigIntegerField()),
                ("paid_fen", models.BigIntegerField()),
                ("case", models.TextField()),
                ("run", models.BigIntegerField(null=True)),
                ("posting", models.BigIntegerField(unique=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "insurance_payout",
            },
        ),
        migrations.RemoveConstraint(
            model_name="benefit",
            name="insurance_benefit_paid_once",
        ),
        migrations.RemoveConstraint(
            model_name="benefit",
            name="insurance_benefit_kind",
        ),
        migrations.RemoveConstraint(
            model_name="leg",
            name="insurance_leg_account_known",
        ),
        migrations.RemoveConstraint(
            model_name="run",
            name="insurance_run_kind",
        ),
        migrations.AddField(
            model_name="benefit",
            name="county",
            field=models.TextField(default="000000"),  # where it was granted before this was kept
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="benefit",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("superseded_at", None), ("kind__in", ("funeral", "grant", "balance", "work-funeral", "work-grant"))
                ),
                fields=("insured", "kind"),
                name="insurance_benefit_paid_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="benefit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        (
                            "pension",
                            "illness",
                            "funeral",
                            "grant",
                            "balance",
                            "refund",
                            "unemployment",
                            "disability",
                            "care",
                            "injury-grant",
                            "dependant",
                            "work-funeral",
                            "work-grant",
                        ),
                    )
                ),
                name="insurance_benefit_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="benefit",
            constraint=models.CheckConstraint(
                condition=models.Q(("county__regex", "^\\d{6}$")), name="insurance_benefit_county"
            ),
        ),
        migrations.AddConstraint(
            model_name="leg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "account__in",
                        (
                            "receivable.pension",
                            "receivable.unemployment",
                            "receivable.injury",
                            "fund.pension",
                            "fund.unemployment",
                            "fund.injury",
                            "account.pension",
                            "late-fee",
                            "advance",
                            "bank",
                            "benefit.pension",
                            "benefit.illness",
                            "benefit.funeral",
                            "benefit.grant",
                            "benefit.balance",
                            "benefit.refund",
                            "benefit.unemployment",
                            "benefit.disability",
                            "benefit.care",
                            "benefit.injury-grant",
                            "benefit.dependant",
                            "benefit.work-funeral",
                            "benefit.work-grant",
                            "transfer",
                        ),
                    )
                ),
                name="insurance_leg_account_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("billing", "benefits", "interest"))), name="insurance_run_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(fields=["month"], name="insurance_payout_month"),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(
                condition=models.Q(("run", None), _negated=True), fields=["run"], name="insurance_payout_run_paid"
            ),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(
                condition=models.Q(("due_fen", models.F("paid_fen")), _negated=True),
                fields=["beneficiary"],
                name="insurance_payout_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.UniqueConstraint(
                fields=("beneficiary", "insured", "kind", "month", "number"), name="insurance_payout_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        (
                            "pension",
                            "illness",
                            "funeral",
                            "grant",
                            "balance",
                            "refund",
                            "unemployment",
                            "disability",
                            "care",
                            "injury-grant",
                            "dependant",
                            "work-funeral",
                            "work-grant",
                        ),
                    )
                ),
                name="insurance_payout_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid_fen", 0), ("run", None)),
                    models.Q(("paid_fen__gt", 0), ("run__isnull", False)),
                    _connector="OR",
                ),
                name="insurance_payout_run",
            ),
        ),
        migrations.RunSQL(ALONE, APART),
        migrations.RunSQL(laws.kept("payout"), migrations.RunSQL.noop),
    ]
