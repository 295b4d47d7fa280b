"""What people say of a case in words, kept with their rating."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0014_weeks_on_paper")]
    operations = [migrations.AddField("Rating", "said", models.BinaryField(null=True))]
