"""Fees given back, and the books of the demonstration's counter."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0003_collector"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlayPayment",
            fields=[
                ("reference", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("amount_fen", models.BigIntegerField()),
                ("back", models.TextField()),
                ("paid_at", models.DateTimeField(null=True)),
                ("refunded_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "applications_play_payment"},
        ),
        migrations.AddField("payment", "refund_asked_at", models.DateTimeField(null=True)),
        migrations.AddField("payment", "refund_failed_at", models.DateTimeField(null=True)),
        migrations.AddField("payment", "refunded_at", models.DateTimeField(null=True)),
        migrations.AddField("payment", "refund_receipt", models.CharField(default="", max_length=80)),
        migrations.AddConstraint(
            "payment",
            models.CheckConstraint(
                condition=models.Q(refund_asked_at=None) | models.Q(paid_at__isnull=False),
                name="applications_payment_refund",
            ),
        ),
    ]
