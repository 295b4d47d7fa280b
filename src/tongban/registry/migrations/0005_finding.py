"""Where somebody lives may be a village, whose code has twelve digits; whoever has a card is found by its number."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_register")]
    operations = [
        migrations.AlterField("subject", "region", models.CharField(default="", max_length=12)),
        migrations.CreateModel(
            "Alias",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("attribute", models.TextField()),
                ("hashed", models.BinaryField()),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="registry.subject"
                    ),
                ),
            ],
            options={
                "db_table": "registry_alias",
                "indexes": [models.Index(fields=["attribute", "hashed"], name="registry_alias_hashed")],
                "constraints": [models.UniqueConstraint(fields=("subject", "attribute"), name="registry_alias_once")],
            },
        ),
    ]
