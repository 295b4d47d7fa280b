"""Tables of the ledger of social insurance. People and employers are the registry's, known here by number only.

Facts (enrolments, wages, ratings, benefits) hold for months and are known for a time: a row that is no longer held true
gets `superseded_at` and the case that did it, and stays. Bills and bookings (lines, statements, postings, legs,
payments, allocations) are added to and never changed: a correction is a row of its own that holds the difference. The
database keeps these laws itself (`sql/laws.sql`). Months are counted from January of the year 0, amounts are fen.
"""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from tongban.packs.social_insurance.ledger.kinds import ACCOUNTS, AT_DEATH, BENEFITS, KINDS

CURRENT = Q(superseded_at=None)
FIRST_MONTH, LAST_MONTH = 1900 * 12, 2199 * 12 + 11  # as far as the months of `tongban.policy` reach
WITHIN = Q(first_month__gte=FIRST_MONTH, first_month__lte=LAST_MONTH)
MOST_WAGE_FEN, MOST_CLASS = 999_999_999, 8
RUNS = ("billing", "benefits", "interest")
REFUND = "refund"
LEVELS = ("down-2", "down-1", "base", "up-1", "up-2")


def _months(name: str) -> CheckConstraint:
    """Both months lie within the calendar, the last not before the first."""
    last = Q(last_month=None) | Q(last_month__gte=F("first_month"), last_month__lte=LAST_MONTH)
    return CheckConstraint(condition=WITHIN & last, name=name)


class Fact(models.Model):
    """What is held true from a month on, by which case, and from when until when it was known."""

    id = models.BigAutoField(primary_key=True)
    first_month = models.IntegerField()
    case = models.TextField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.TextField(null=True)

    class Meta:
        abstract = True


class Enrolment(Fact):
    """A period in which somebody is in an insurance; without `last_month` it goes on. Who pays for themselves is the
    `employer`, too; residents, and months taken over from elsewhere, have none.

    No two of one person and kind that are held true share a month: the column `span`, which only the database knows,
    is the range of these months in a number line of their own, and an exclusion constraint stands over it.
    """

    insured = models.BigIntegerField()
    employer = models.BigIntegerField(null=True)
    kind = models.TextField()
    last_month = models.IntegerField(null=True)
    county = models.TextField()

    class Meta:
        db_table = "insurance_enrolment"
        constraints = [
            _months("insurance_enrolment_months"),
            CheckConstraint(condition=Q(kind__in=KINDS), name="insurance_enrolment_kind"),
            CheckConstraint(condition=Q(county__regex=r"^\d{6}$"), name="insurance_enrolment_county"),
        ]
        indexes = [
            Index(fields=["insured"], name="insurance_enrolment_insured"),
            Index(fields=["employer"], condition=CURRENT, name="insurance_enrolment_employer"),
            Index(fields=["employer"], condition=Q(employer=F("insured")), name="insurance_enrolment_own"),
            Index(fields=["case"], name="insurance_enrolment_case"),
        ]


class Wage(Fact):
    """The monthly wage that an employer declared for somebody; it holds until the next one of the two begins."""

    insured = models.BigIntegerField()
    employer = models.BigIntegerField()
    wage_fen = models.BigIntegerField()

    class Meta:
        db_table = "insurance_wage"
        constraints = [
            UniqueConstraint(
                fields=["employer", "insured", "first_month"], condition=CURRENT, name="insurance_wage_one"
            ),
            CheckConstraint(condition=WITHIN, name="insurance_wage_month"),
            CheckConstraint(condition=Q(wage_fen__gte=0, wage_fen__lte=MOST_WAGE_FEN), name="insurance_wage_amount"),
        ]
        indexes = [Index(fields=["case"], name="insurance_wage_case")]


class Rating(Fact):
    """The risk class of an employer's trade and the level its rate floats at, from a month until the next rating."""

    employer = models.BigIntegerField()
    county = models.TextField()
    industry_class = models.SmallIntegerField()
    injury_level = models.TextField(default="base")

    class Meta:
        db_table = "insurance_rating"
        constraints = [
            UniqueConstraint(fields=["employer", "first_month"], condition=CURRENT, name="insurance_rating_one"),
            CheckConstraint(condition=WITHIN, name="insurance_rating_month"),
            CheckConstraint(
                condition=Q(industry_class__gte=1, industry_class__lte=MOST_CLASS), name="insurance_rating_class"
            ),
            CheckConstraint(condition=Q(injury_level__in=LEVELS), name="insurance_rating_level"),
            CheckConstraint(condition=Q(county__regex=r"^\d{6}$"), name="insurance_rating_county"),
        ]
        indexes = [Index(fields=["case"], name="insurance_rating_case")]


class Doubled(Fact):
    """Pension months of somebody that another place keeps: they count there, the own part was given back."""

    insured = models.BigIntegerField()
    last_month = models.IntegerField()

    class Meta:
        db_table = "insurance_doubled"
        constraints = [_months("insurance_doubled_months")]
        indexes = [
            Index(fields=["insured"], name="insurance_doubled_insured"),
            Index(fields=["case"], name="insurance_doubled_case"),
        ]


class Death(Fact):
    """The month in which somebody died, as a case says: nothing begins for them any more."""

    insured = models.BigIntegerField()

    class Meta:
        db_table = "insurance_death"
        constraints = [
            UniqueConstraint(fields=["insured", "case"], name="insurance_death_once"),
            CheckConstraint(condition=WITHIN, name="insurance_death_month"),
        ]


class Deferral(Fact):
    """Months of an employer that may be paid later: from one day to another no late fee runs; then they are due.

    No two of one employer that are held true share a month and a day (an exclusion constraint).
    """

    employer = models.BigIntegerField()
    last_month = models.IntegerField()
    from_on = models.DateField()
    until_on = models.DateField()

    class Meta:
        db_table = "insurance_deferral"
        constraints = [_months("insurance_deferral_months")]
        indexes = [Index(fields=["employer"], name="insurance_deferral_employer")]


class Run(models.Model):
    """A month's billing or payment of benefits, or a year's interest, in whole batches. `rules`: rule → version.

    A billing takes employers in the order of their ids, a payment beneficiaries; `done_to` is the last that is done.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    month = models.IntegerField()
    publication = models.TextField()
    rules = models.JSONField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    done_to = models.BigIntegerField(default=0)
    employers = models.IntegerField(default=0)
    people = models.IntegerField(default=0)

    class Meta:
        db_table = "insurance_run"
        constraints = [
            UniqueConstraint(fields=["kind", "month"], name="insurance_run_one"),
            CheckConstraint(condition=Q(kind__in=RUNS), name="insurance_run_kind"),
        ]


class Line(models.Model):
    """What one person's month comes to at one employer. Number 0 is the bill; each later one is a difference to it.

    What holds is the sum over all numbers, what held at a moment the sum over those recorded by then; `wage_fen` alone
    is no difference but the wage it was reckoned from, null where nobody declared one. There is no other index:
    lines of a person are looked up by the months that were billed and the employers of their enrolments.
    """

    pk = models.CompositePrimaryKey("month", "employer", "insured", "number")
    month = models.IntegerField()
    employer = models.BigIntegerField()
    insured = models.BigIntegerField()
    number = models.SmallIntegerField()
    wage_fen = models.IntegerField(null=True)
    base_fen = models.IntegerField()
    pension_employer_fen = models.IntegerField()
    pension_employee_fen = models.IntegerField()
    unemployment_employer_fen = models.IntegerField()
    unemployment_employee_fen = models.IntegerField()
    injury_employer_fen = models.IntegerField()
    run = models.BigIntegerField(null=True)
    case = models.TextField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "insurance_line"


class Statement(models.Model):
    """What an employer owes of one kind for one month. Number 0 is the bill, each later one a difference to it."""

    id = models.BigAutoField(primary_key=True)
    month = models.IntegerField()
    employer = models.BigIntegerField()
    kind = models.TextField()
    number = models.SmallIntegerField()
    county = models.TextField()
    people = models.IntegerField()
    base_fen = models.BigIntegerField()
    employer_fen = models.BigIntegerField()
    employee_fen = models.BigIntegerField()
    due_on = models.DateField()
    run = models.BigIntegerField(null=True)
    case = models.TextField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "insurance_statement"
        constraints = [
            UniqueConstraint(fields=["employer", "month", "kind", "number"], name="insurance_statement_one"),
            CheckConstraint(condition=Q(kind__in=KINDS[:3]), name="insurance_statement_kind"),
        ]
        indexes = [Index(fields=["month", "county"], name="insurance_statement_month")]


class Payment(models.Model):
    """Money that a bank reported as received, from an employer or somebody who pays back; a reference counts once."""

    id = models.BigAutoField(primary_key=True)
    employer = models.BigIntegerField()
    amount_fen = models.BigIntegerField()
    received_on = models.DateField()
    bank_reference = models.TextField(unique=True)
    file = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "insurance_payment"
        constraints = [CheckConstraint(condition=Q(amount_fen__gt=0), name="insurance_payment_amount")]
        indexes = [Index(fields=["employer"], name="insurance_payment_employer")]


class Allocation(models.Model):
    """How much of a payment settles a month and kind, or late fees; `late_fee_fen` is what paying it late added.

    What is given back to the employer, and settles nothing, says by which case.
    """

    id = models.BigAutoField(primary_key=True)
    payment = models.BigIntegerField()
    employer = models.BigIntegerField()
    month = models.IntegerField()
    kind = models.TextField()
    amount_fen = models.BigIntegerField()
    late_days = models.IntegerField(default=0)
    late_fee_fen = models.BigIntegerField(default=0)
    case = models.TextField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "insurance_allocation"
        constraints = [
            CheckConstraint(
                condition=Q(kind__in=(*KINDS[:3], "late-fee"), case=None) | Q(kind=REFUND, case__isnull=False),
                name="insurance_allocation_kind",
            )
        ]
        indexes = [
            Index(fields=["employer", "month"], name="insurance_allocation_employer"),
            Index(fields=["payment"], name="insurance_allocation_payment"),
        ]


class Posting(models.Model):
    """One booking, by a case, a run or a payment, under a rule (`rule@from`) of a publication.

    One that takes back another says so in `reverses`, and holds its legs with the opposite sign.
    """

    id = models.BigAutoField(primary_key=True)
    booked_at = models.DateTimeField()
    month = models.IntegerField()
    case = models.TextField(null=True)
    run = models.BigIntegerField(null=True)
    payment = models.BigIntegerField(null=True)
    rule = models.TextField()
    publication = models.TextField()
    text = models.TextField()
    reverses = models.BigIntegerField(null=True, unique=True)

    class Meta:
        db_table = "insurance_posting"
        indexes = [
            Index(fields=["case"], condition=~Q(case=None), name="insurance_posting_case"),
            Index(fields=["run"], condition=~Q(run=None), name="insurance_posting_run"),
        ]


class Leg(models.Model):
    """One side of a posting: so much to an account of an owner. Amounts of a posting sum to nothing."""

    id = models.BigAutoField(primary_key=True)
    posting = models.BigIntegerField()
    account = models.TextField()
    owner = models.BigIntegerField()
    amount_fen = models.BigIntegerField()

    class Meta:
        db_table = "insurance_leg"
        constraints = [CheckConstraint(condition=Q(account__in=ACCOUNTS), name="insurance_leg_account_known")]
        indexes = [
            Index(fields=["account", "owner"], name="insurance_leg_account"),
            Index(fields=["posting"], name="insurance_leg_posting"),
        ]


class Benefit(Fact):
    """What somebody is paid every month, for whose insurance; no two that are held true overlap (an exclusion)."""

    beneficiary = models.BigIntegerField()
    insured = models.BigIntegerField()
    kind = models.TextField()
    last_month = models.IntegerField(null=True)
    county = models.TextField()
    monthly_fen = models.BigIntegerField()
    rule = models.TextField()

    class Meta:
        db_table = "insurance_benefit"
        constraints = [
            UniqueConstraint(
                fields=["beneficiary", "insured", "kind", "first_month"],
                condition=CURRENT,
                name="insurance_benefit_one",
            ),
            UniqueConstraint(
                fields=["insured", "kind"], condition=CURRENT & Q(kind__in=AT_DEATH), name="insurance_benefit_paid_once"
            ),
            _months("insurance_benefit_months"),
            CheckConstraint(condition=Q(kind__in=BENEFITS), name="insurance_benefit_kind"),
            CheckConstraint(condition=Q(monthly_fen__gte=0), name="insurance_benefit_amount"),
            CheckConstraint(condition=Q(county__regex=r"^\d{6}$"), name="insurance_benefit_county"),
        ]
        indexes = [
            Index(fields=["insured"], name="insurance_benefit_insured"),
            Index(fields=["case"], name="insurance_benefit_case"),
        ]


class Payout(models.Model):
    """What of a benefit fell due for a month and what was paid, a posting each; a correction is a row of differences.

    What was paid too little the next run pays; what was paid too much is owed back: kept back (below nothing is
    paid) by later runs that pay the same benefit, or sent back by whoever owes it. `run` is the run that paid or kept.
    """

    id = models.BigAutoField(primary_key=True)
    month = models.IntegerField()
    beneficiary = models.BigIntegerField()
    insured = models.BigIntegerField()
    kind = models.TextField()
    number = models.SmallIntegerField()
    county = models.TextField()
    due_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField()
    case = models.TextField()
    run = models.BigIntegerField(null=True)
    posting = models.BigIntegerField(unique=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "insurance_payout"
        constraints = [
            UniqueConstraint(fields=["beneficiary", "insured", "kind", "month", "number"], name="insurance_payout_one"),
            CheckConstraint(condition=Q(kind__in=BENEFITS), name="insurance_payout_kind"),
            CheckConstraint(
                condition=Q(run=None, paid_fen__lte=0) | ~Q(run=None) & ~Q(paid_fen=0), name="insurance_payout_run"
            ),
        ]
        indexes = [
            Index(fields=["month"], name="insurance_payout_month"),
            Index(fields=["run"], condition=~Q(run=None), name="insurance_payout_run_paid"),
            Index(fields=["beneficiary"], condition=~Q(due_fen=F("paid_fen")), name="insurance_payout_open"),
        ]
