"""How many further situations a round of the machine did not walk."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0018_vice_heads")]
    operations = [migrations.AddField("round", "left_out", models.PositiveIntegerField(default=0))]
