"""Payments of fees, papers that are to follow, and results on their way to their holders."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("case", models.CharField(max_length=28, primary_key=True, serialize=False)),
                ("way", models.CharField(max_length=10)),
                ("place", models.TextField()),
                ("office", models.TextField()),
                ("tracking", models.CharField(default="", max_length=40)),
                ("posted_on", models.DateField(null=True)),
                ("reached_on", models.DateField(null=True)),
                ("recorded_by", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "applications_hand_over",
                "indexes": [
                    models.Index(
                        condition=models.Q(("reached_on", None)),
                        fields=["office"],
                        name="applications_hand_over_office",
                    ),
                    models.Index(
                        condition=models.Q(("reached_on", None)), fields=["place"], name="applications_hand_over_place"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwedPaper",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("case", models.CharField(max_length=28)),
                ("key", models.TextField()),
                ("due", models.DateField()),
                ("brought_at", models.DateTimeField(null=True)),
                ("overdue_told_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "applications_owed_paper",
                "indexes": [
                    models.Index(
                        condition=models.Q(("brought_at__isnull", True), ("overdue_told_at__isnull", True)),
                        fields=["due"],
                        name="applications_owed_paper_due",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("case", "key"), name="applications_owed_paper_once")],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("case", models.CharField(max_length=28)),
                ("fee", models.PositiveSmallIntegerField()),
                ("reference", models.CharField(max_length=40, unique=True)),
                ("command", models.UUIDField(unique=True)),
                ("amount_fen", models.BigIntegerField()),
                ("is_demonstration", models.BooleanField()),
                ("begun_at", models.DateTimeField()),
                ("begun_by", models.BigIntegerField()),
                ("paid_at", models.DateTimeField(null=True)),
                ("receipt", models.CharField(default="", max_length=80)),
            ],
            options={
                "db_table": "applications_payment",
                "constraints": [
                    models.UniqueConstraint(fields=("case", "fee"), name="applications_payment_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="applications_payment_amount"
                    ),
                ],
            },
        ),
    ]
