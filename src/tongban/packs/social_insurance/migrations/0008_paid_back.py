"""What is owed back may come back as money: a payment of less than nothing that no run made."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("social_insurance", "0007_more_benefits"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="payout",
            name="insurance_payout_run",
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid_fen__lte", 0), ("run", None)),
                    models.Q(models.Q(("run", None), _negated=True), models.Q(("paid_fen", 0), _negated=True)),
                    _connector="OR",
                ),
                name="insurance_payout_run",
            ),
        ),
    ]
