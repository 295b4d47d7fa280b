"""How many further situations a round of the machine did not walk."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0014_weeks_on_paper")]
    operations = [migrations.AddField("round", "left_out", models.PositiveIntegerField(default=0))]
