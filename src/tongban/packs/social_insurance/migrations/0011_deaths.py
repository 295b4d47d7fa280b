"""Deaths that the books were told of; those that families have claimed for are known from their claims."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations, models

CLAIMED = """
insert into insurance_death (insured, first_month, "case", recorded_at)
select distinct on (insured, "case") insured, first_month - 1, "case", recorded_at from insurance_benefit
where superseded_at is null and kind in ('funeral', 'grant', 'balance', 'work-funeral', 'work-grant',
    'unemployment-funeral', 'unemployment-grant', 'resident-funeral')
"""
laws = import_module("tongban.packs.social_insurance.migrations.0003_laws")


class Migration(migrations.Migration):
    dependencies = [
        ("social_insurance", "0010_deferrals"),
    ]

    operations = [
        migrations.CreateModel(
            name="Death",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("first_month", models.IntegerField()),
                ("case", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                ("superseded_by", models.TextField(null=True)),
                ("insured", models.BigIntegerField()),
            ],
            options={
                "db_table": "insurance_death",
                "constraints": [
                    models.UniqueConstraint(fields=("insured", "case"), name="insurance_death_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first_month__gte", 22800), ("first_month__lte", 26399)),
                        name="insurance_death_month",
                    ),
                ],
            },
        ),
        migrations.RunSQL(CLAIMED, migrations.RunSQL.noop),
        migrations.RunSQL(
            laws.superseded_once("death") + laws.kept("death", "superseded_at, superseded_by"),
            migrations.RunSQL.noop,
        ),
    ]
