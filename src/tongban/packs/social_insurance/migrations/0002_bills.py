"""The bills and bookings of the ledger."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("social_insurance", "0001_facts")]

    operations = [
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("payment", models.BigIntegerField()),
                ("employer", models.BigIntegerField()),
                ("month", models.IntegerField()),
                ("kind", models.TextField()),
                ("amount_fen", models.BigIntegerField()),
                ("late_days", models.IntegerField(default=0)),
                ("late_fee_fen", models.BigIntegerField(default=0)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "insurance_allocation",
                "indexes": [
                    models.Index(fields=["employer", "month"], name="insurance_allocation_employer"),
                    models.Index(fields=["payment"], name="insurance_allocation_payment"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("pension", "unemployment", "injury", "late-fee"))),
                        name="insurance_allocation_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Leg",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("posting", models.BigIntegerField()),
                ("account", models.TextField()),
                ("owner", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
            ],
            options={
                "db_table": "insurance_leg",
                "indexes": [
                    models.Index(fields=["account", "owner"], name="insurance_leg_account"),
                    models.Index(fields=["posting"], name="insurance_leg_posting"),
                ],
                "constraints": [
                    models.CheckConstraint(
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
                                    "benefit.unemployment",
                                    "benefit.disability",
                                    "benefit.care",
                                    "benefit.dependant",
                                    "benefit.funeral",
                                    "benefit.grant",
                                    "benefit.balance",
                                    "transfer",
                                ),
                            )
                        ),
                        name="insurance_leg_account_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "month",
                        "employer",
                        "insured",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("month", models.IntegerField()),
                ("employer", models.BigIntegerField()),
                ("insured", models.BigIntegerField()),
                ("number", models.SmallIntegerField()),
                ("wage_fen", models.IntegerField(null=True)),
                ("base_fen", models.IntegerField()),
                ("pension_employer_fen", models.IntegerField()),
                ("pension_employee_fen", models.IntegerField()),
                ("unemployment_employer_fen", models.IntegerField()),
                ("unemployment_employee_fen", models.IntegerField()),
                ("injury_employer_fen", models.IntegerField()),
                ("run", models.BigIntegerField(null=True)),
                ("case", models.TextField(null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "insurance_line",
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("employer", models.BigIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("received_on", models.DateField()),
                ("bank_reference", models.TextField(unique=True)),
                ("file", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "insurance_payment",
                "indexes": [models.Index(fields=["employer"], name="insurance_payment_employer")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_fen__gt", 0)), name="insurance_payment_amount")
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("booked_at", models.DateTimeField()),
                ("month", models.IntegerField()),
                ("case", models.TextField(null=True)),
                ("run", models.BigIntegerField(null=True)),
                ("payment", models.BigIntegerField(null=True)),
                ("rule", models.TextField()),
                ("publication", models.TextField()),
                ("text", models.TextField()),
                ("reverses", models.BigIntegerField(null=True, unique=True)),
            ],
            options={
                "db_table": "insurance_posting",
                "indexes": [
                    models.Index(
                        condition=models.Q(("case", None), _negated=True),
                        fields=["case"],
                        name="insurance_posting_case",
                    ),
                    models.Index(
                        condition=models.Q(("run", None), _negated=True), fields=["run"], name="insurance_posting_run"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("month", models.IntegerField()),
                ("publication", models.TextField()),
                ("rules", models.JSONField()),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("done_to", models.BigIntegerField(default=0)),
                ("employers", models.IntegerField(default=0)),
                ("people", models.IntegerField(default=0)),
            ],
            options={
                "db_table": "insurance_run",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "month"), name="insurance_run_one"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("billing", "interest"))), name="insurance_run_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("month", models.IntegerField()),
                ("employer", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("number", models.SmallIntegerField()),
                ("county", models.TextField()),
                ("people", models.IntegerField()),
                ("base_fen", models.BigIntegerField()),
                ("employer_fen", models.BigIntegerField()),
                ("employee_fen", models.BigIntegerField()),
                ("due_on", models.DateField()),
                ("run", models.BigIntegerField(null=True)),
                ("case", models.TextField(null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "insurance_statement",
                "indexes": [models.Index(fields=["month", "county"], name="insurance_statement_month")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("employer", "month", "kind", "number"), name="insurance_statement_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("pension", "unemployment", "injury"))),
                        name="insurance_statement_kind",
                    ),
                ],
            },
        ),
    ]
