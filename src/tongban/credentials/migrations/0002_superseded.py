"""Credentials can be superseded: what they say was corrected where it is kept."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column, empty for all that there is."""

    dependencies = (("credentials", "0001_initial"),)
    operations = (migrations.AddField("document", "superseded_on", models.DateField(null=True)),)
