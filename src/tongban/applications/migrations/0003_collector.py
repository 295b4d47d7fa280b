"""Who collected a result at its window, and when the post brought one back."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0002_counter"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="collected_by",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="handover",
            name="returned_on",
            field=models.DateField(null=True),
        ),
    ]
