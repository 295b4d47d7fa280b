"""Cases that two agencies see."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0009_batch")]
    operations = [
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("case", models.CharField(max_length=28, primary_key=True, serialize=False)),
                ("agency", models.TextField()),
                ("is_incoming", models.BooleanField()),
                ("number", models.CharField(max_length=80, null=True)),
                ("told", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(db_index=True, null=True)),
                ("answer", models.TextField(default="")),
            ],
            options={"db_table": "applications_referral"},
        ),
        migrations.AddConstraint(
            "referral",
            models.UniqueConstraint(
                fields=["agency", "number"],
                condition=models.Q(is_incoming=True),
                name="applications_referral_once",
            ),
        ),
    ]
