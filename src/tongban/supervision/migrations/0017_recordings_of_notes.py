"""A recording beside the picture of a note."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0016_drawn_cases")]
    operations = [
        migrations.AddField("WalkNote", "recording", models.BinaryField(null=True)),
        migrations.AddField("WalkNote", "recording_type", models.CharField(max_length=40, default="")),
    ]
