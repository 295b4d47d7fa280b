"""What was paid twice and is given back: months that count elsewhere, and money of employers that settles nothing."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

ALONE = """
alter table insurance_doubled add constraint insurance_doubled_alone exclude using gist (
    int8range(insured, insured, '[]') with &&, int4range(first_month, last_month, '[]') with &&
) where (superseded_at is null);
"""
APART = "alter table insurance_doubled drop constraint insurance_doubled_alone;"
laws = import_module("tongban.packs.social_insurance.migrations.0003_laws")


class Migration(migrations.Migration):
    dependencies = [
        ("social_insurance", "0004_payouts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Doubled",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("first_month", models.IntegerField()),
                ("case", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                ("superseded_by", models.TextField(null=True)),
                ("insured", models.BigIntegerField()),
                ("last_month", models.IntegerField()),
            ],
            options={
                "db_table": "insurance_doubled",
            },
        ),
        migrations.RemoveConstraint(
            model_name="allocation",
            name="insurance_allocation_kind",
        ),
        migrations.AddField(
            model_name="allocation",
            name="case",
            field=models.TextField(null=True),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("case", None), ("kind__in", ("pension", "unemployment", "injury", "late-fee"))),
                    models.Q(("case__isnull", False), ("kind", "refund")),
                    _connector="OR",
                ),
                name="insurance_allocation_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="doubled",
            index=models.Index(fields=["insured"], name="insurance_doubled_insured"),
        ),
        migrations.AddIndex(
            model_name="doubled",
            index=models.Index(fields=["case"], name="insurance_doubled_case"),
        ),
        migrations.AddConstraint(
            model_name="doubled",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_month__gte", 22800),
                    ("first_month__lte", 26399),
                    models.Q(
                        ("last_month", None),
                        models.Q(("last_month__gte", models.F("first_month")), ("last_month__lte", 26399)),
                        _connector="OR",
                    ),
                ),
                name="insurance_doubled_months",
            ),
        ),
        migrations.RunSQL(ALONE, APART),
        migrations.RunSQL(
            laws.superseded_once("doubled") + laws.kept("doubled", "superseded_at, superseded_by"),
            migrations.RunSQL.noop,
        ),
    ]
