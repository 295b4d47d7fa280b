"""Special inspections keep which figures they hold and what narrows them, and hold figures by name."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LIGHTS = ("red", "yellow", "green")


def name_figures(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """What was frozen as a list of keys with three figures is held by key and name."""
    inspections = apps.get_model("supervision", "Inspection").objects.using(schema.connection.alias)
    for one in inspections.all():
        one.frozen = {key: dict(zip(LIGHTS, lights, strict=True)) for key, *lights in one.frozen}
        one.save(update_fields=["frozen"])


class Migration(migrations.Migration):
    dependencies = [("supervision", "0012_experience_officers")]
    operations = [
        migrations.AddField(
            "Inspection", "view", models.JSONField(default={"figures": ["lights"]}), preserve_default=False
        ),
        migrations.RunPython(name_figures, migrations.RunPython.noop),
    ]
