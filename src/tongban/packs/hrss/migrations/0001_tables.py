"""The tables of social insurance."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="InsuredPerson",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person", models.BigIntegerField(unique=True)),
                ("insured_from", models.DateField()),
                ("case", models.TextField()),
            ],
            options={
                "db_table": "hrss_insured_person",
            },
        ),
        migrations.CreateModel(
            name="ContributionAccount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("insurance", models.TextField()),
                ("employer", models.BigIntegerField()),
                ("monthly_wage_fen", models.BigIntegerField()),
                ("opened_on", models.DateField()),
                ("case", models.TextField()),
                (
                    "insured",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="hrss.insuredperson"
                    ),
                ),
            ],
            options={
                "db_table": "hrss_contribution_account",
                "constraints": [
                    models.UniqueConstraint(fields=("insured", "insurance"), name="hrss_contribution_account_one")
                ],
            },
        ),
    ]
