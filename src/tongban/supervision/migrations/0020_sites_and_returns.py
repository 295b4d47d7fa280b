"""Places that are no office, who made a visit, and the day of coming back that was told of."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0019_situations_left_out")]
    operations = [
        migrations.CreateModel(
            "Site",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("region", models.CharField(max_length=12)),
                ("kind", models.CharField(max_length=12)),
                ("office", models.TextField()),
            ],
            options={
                "db_table": "supervision_site",
                "constraints": [
                    models.UniqueConstraint(fields=("region", "name"), name="supervision_site_once"),
                ],
            },
        ),
        migrations.AddField("visit", "made_by", models.CharField(default="", max_length=30)),
        migrations.AddField("visit", "told_of", models.DateField(null=True)),
        migrations.AddField(
            "visit",
            "site",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="supervision.site",
            ),
        ),
        migrations.AddField(
            "sighting",
            "site",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sightings",
                to="supervision.site",
            ),
        ),
    ]
