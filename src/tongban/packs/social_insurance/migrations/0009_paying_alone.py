"""Whoever pays for themselves is found without reading everybody that employers insure."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("social_insurance", "0008_paid_back"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("employer", models.F("insured"))),
                fields=["employer"],
                name="insurance_enrolment_own",
            ),
        ),
    ]
