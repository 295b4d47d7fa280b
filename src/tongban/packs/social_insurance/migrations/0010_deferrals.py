"""Months of employers that may be paid later, without a late fee meanwhile."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

ALONE = """
alter table insurance_deferral add constraint insurance_deferral_days check (from_on <= until_on);
alter table insurance_deferral add constraint insurance_deferral_alone exclude using gist (
    int8range(employer, employer, '[]') with &&, int4range(first_month, last_month, '[]') with &&,
    daterange(from_on, until_on, '[]') with &&
) where (superseded_at is null);
"""
APART = """
alter table insurance_deferral drop constraint insurance_deferral_alone;
alter table insurance_deferral drop constraint insurance_deferral_days;
"""
laws = import_module("tongban.packs.social_insurance.migrations.0003_laws")


class Migration(migrations.Migration):
    dependencies = [
        ("social_insurance", "0009_paying_alone"),
    ]

    operations = [
        migrations.CreateModel(
            name="Deferral",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("first_month", models.IntegerField()),
                ("case", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                ("superseded_by", models.TextField(null=True)),
                ("employer", models.BigIntegerField()),
                ("last_month", models.IntegerField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
            ],
            options={
                "db_table": "insurance_deferral",
                "indexes": [models.Index(fields=["employer"], name="insurance_deferral_employer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_month__gte", 22800),
                            ("first_month__lte", 26399),
                            models.Q(
                                ("last_month", None),
                                models.Q(("last_month__gte", models.F("first_month")), ("last_month__lte", 26399)),
                                _connector="OR",
                            ),
                        ),
                        name="insurance_deferral_months",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ALONE, APART),
        migrations.RunSQL(
            laws.superseded_once("deferral") + laws.kept("deferral", "superseded_at, superseded_by"),
            migrations.RunSQL.noop,
        ),
    ]
