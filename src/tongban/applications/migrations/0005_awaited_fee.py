"""Fees that a granted case waits for, so that whoever forgets them is reminded."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_refunds"),
    ]

    operations = [
        migrations.CreateModel(
            name="AwaitedFee",
            fields=[
                ("case", models.CharField(max_length=28, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "applications_awaited_fee"},
        ),
        migrations.AddIndex(
            "awaitedfee",
            models.Index(
                fields=["since"], condition=models.Q(reminded_at__isnull=True), name="applications_awaited_fee_since"
            ),
        ),
    ]
