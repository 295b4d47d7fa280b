"""Vice-heads walk too, as often as a plan says."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0017_recordings_of_notes")]
    operations = [
        migrations.AddField("WalkPlan", "wanted_of_vices", models.JSONField(default=dict)),
        migrations.AddField(
            "Walk",
            "led_by",
            models.CharField(choices=[("head", "Head"), ("vice-head", "Vice Head")], default="head", max_length=10),
        ),
    ]
