"""Tables of social insurance: who is insured, and the account that each insurance keeps for them.

People and employers are the registry's, known here by number only: a pack's tables stand by themselves.
"""

from __future__ import annotations

from django.db import models


class InsuredPerson(models.Model):
    """Somebody who is in at least one insurance; `case` is the one that brought them in."""

    id = models.BigAutoField(primary_key=True)
    person = models.BigIntegerField(unique=True)
    insured_from = models.DateField()
    case = models.TextField()

    class Meta:
        db_table = "hrss_insured_person"


class ContributionAccount(models.Model):
    """The account of an insured person in one insurance, with the employer and the wage that it began with."""

    id = models.BigAutoField(primary_key=True)
    insured = models.ForeignKey(InsuredPerson, on_delete=models.PROTECT, db_index=False)
    insurance = models.TextField()
    employer = models.BigIntegerField()
    monthly_wage_fen = models.BigIntegerField()
    opened_on = models.DateField()
    case = models.TextField()

    class Meta:
        db_table = "hrss_contribution_account"
        constraints = [models.UniqueConstraint(fields=["insured", "insurance"], name="hrss_contribution_account_one")]
