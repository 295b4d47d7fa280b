"""The facts of the ledger: who is insured where, for what wage, at what rating; what is paid to whom."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Benefit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("beneficiary", models.BigIntegerField()),
                ("insured", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("first_month", models.IntegerField()),
                ("last_month", models.IntegerField(null=True)),
                ("monthly_fen", models.BigIntegerField()),
                ("case", models.TextField()),
                ("rule", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                ("superseded_by", models.TextField(null=True)),
            ],
            options={
                "db_table": "insurance_benefit",
                "indexes": [
                    models.Index(fields=["insured"], name="insurance_benefit_insured"),
                    models.Index(fields=["case"], name="insurance_benefit_case"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("beneficiary", "insured", "kind", "first_month"),
                        name="insurance_benefit_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None), ("kind__in", ("funeral", "grant", "balance"))),
                        fields=("insured", "kind"),
                        name="insurance_benefit_paid_once",
                    ),
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
                        name="insurance_benefit_months",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "pension",
                                    "unemployment",
                                    "disability",
                                    "care",
                                    "dependant",
                                    "funeral",
                                    "grant",
                                    "balance",
                                ),
                            )
                        ),
                        name="insurance_benefit_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("monthly_fen__gte", 0)), name="insurance_benefit_amount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("insured", models.BigIntegerField()),
                ("employer", models.BigIntegerField(null=True)),
                ("kind", models.TextField()),
                ("first_month", models.IntegerField()),
                ("last_month", models.IntegerField(null=True)),
                ("county", models.TextField()),
                ("case", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                ("superseded_by", models.TextField(null=True)),
            ],
            options={
                "db_table": "insurance_enrolment",
                "indexes": [
                    models.Index(fields=["insured"], name="insurance_enrolment_insured"),
                    models.Index(
                        condition=models.Q(("superseded_at", None)),
                        fields=["employer"],
                        name="insurance_enrolment_employer",
                    ),
                    models.Index(fields=["case"], name="insurance_enrolment_case"),
                ],
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
                        name="insurance_enrolment_months",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("pension", "unemployment", "injury", "resident"))),
                        name="insurance_enrolment_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("county__regex", "^\\d{6}$")), name="insurance_enrolment_county"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("employer", models.BigIntegerField()),
                ("first_month", models.IntegerField()),
                ("county", models.TextField()),
                ("industry_class", models.SmallIntegerField()),
                ("injury_level", models.TextField(default="base")),
                ("case", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                ("superseded_by", models.TextField(null=True)),
            ],
            options={
                "db_table": "insurance_rating",
                "indexes": [models.Index(fields=["case"], name="insurance_rating_case")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("employer", "first_month"),
                        name="insurance_rating_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_month__gte", 22800), ("first_month__lte", 26399)),
                        name="insurance_rating_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("industry_class__gte", 1), ("industry_class__lte", 8)),
                        name="insurance_rating_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("injury_level__in", ("down-2", "down-1", "base", "up-1", "up-2"))),
                        name="insurance_rating_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("county__regex", "^\\d{6}$")), name="insurance_rating_county"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("insured", models.BigIntegerField()),
                ("employer", models.BigIntegerField()),
                ("first_month", models.IntegerField()),
                ("wage_fen", models.BigIntegerField()),
                ("case", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(null=True)),
                ("superseded_by", models.TextField(null=True)),
            ],
            options={
                "db_table": "insurance_wage",
                "indexes": [models.Index(fields=["case"], name="insurance_wage_case")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded_at", None)),
                        fields=("employer", "insured", "first_month"),
                        name="insurance_wage_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_month__gte", 22800), ("first_month__lte", 26399)),
                        name="insurance_wage_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("wage_fen__gte", 0), ("wage_fen__lte", 999999999)),
                        name="insurance_wage_amount",
                    ),
                ],
            },
        ),
    ]
