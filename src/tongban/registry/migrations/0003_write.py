"""What a case wrote for a holder elsewhere is called a write; its table keeps the name that a serving version knows."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_handover")]

    operations = [migrations.RenameModel("Handover", "Write")]
