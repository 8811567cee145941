"""What the lender asks for before it lends: rows that take effect on a day and are never edited."""

import datetime
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ledger.money import MoneyField

LONGEST_TERM = 360


class Terms(models.Model):
    """How what was lent is repaid."""

    class Interest(models.TextChoices):
        NONE = "none", pgettext_lazy("interest", "none")
        FLAT = "flat", _("flat, on what was lent")
        DECLINING = "declining", _("on what is left, in equal instalments")
        EQUAL_PRINCIPAL = "equal_principal", _("on what is left, in equal parts of what was lent")

    class DueDay(models.TextChoices):
        SAME_DAY = "same_day", _("the same day of each month")
        MONTH_END = "month_end", _("the last day of each month")
        FIRST_OF_NEXT = "first_of_next", _("the first day of the month after")

    longest_term = models.PositiveSmallIntegerField(
        _("most instalments"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TERM)],
        help_text=_("1: all of it falls due in the month that was asked for."),
    )
    interest = models.CharField(max_length=20, choices=Interest.choices, default=Interest.NONE)
    annual_rate = models.DecimalField(
        _("interest a year, in percent"),
        max_digits=7,
        decimal_places=4,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(500))],
    )
    round_to = MoneyField(
        _("instalments rounded up to"),
        null=True,
        blank=True,
        help_text=_("1: to whole units of money; the last instalment takes the rest. Empty: to the smallest coin."),
    )
    due_day = models.CharField(
        _("instalments fall due on"), max_length=15, choices=DueDay.choices, default=DueDay.MONTH_END
    )

    class Meta:
        abstract = True


class CreditPolicy(Terms):
    """The rules of lending from starts_on until a later row takes over; of two for one day the later row counts.
    Append-only: a decision names the row it was made under. The first row has no author: it is the house's own.
    """

    class Methods(models.TextChoices):
        PERCENTAGE = "percentage", _("total amount paid")
        MODEL = "model", _("model")
        BOTH = "both", _("both: whoever asks chooses")

    class Basis(models.TextChoices):
        FALLEN_DUE = "fallen_due", _("what has fallen due")
        ALL = "all", _("all dues, also those to come")

    class WithoutModel(models.TextChoices):
        REFER = "refer", _("a manager decides")
        AVERAGE = "average", _("the average yearly percentage decides")

    starts_on = models.DateField(_("in force from"))
    methods = models.CharField(_("method"), max_length=10, choices=Methods.choices, default=Methods.BOTH)
    threshold = models.DecimalField(
        _("percentage to have paid"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(80),
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
        help_text=_("Paid of what is due, in percent. Exactly this much is enough."),
    )
    basis = models.CharField(_("measured against"), max_length=10, choices=Basis.choices, default=Basis.FALLEN_DUE)
    least_dues = models.PositiveSmallIntegerField(
        _("dues needed to judge by"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("With fewer a manager decides."),
    )
    largest_amount = MoneyField(null=True, blank=True, help_text=_("The most for one request. Empty: any amount."))
    largest_multiple = models.DecimalField(
        _("times the credit limit"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_(
            "What is owed and what is asked for stay within the customer's credit limit, times this. "
            "Empty, or a customer without a limit: not looked at."
        ),
    )
    model_threshold = models.DecimalField(
        _("chance of repaying"),
        max_digits=5,
        decimal_places=4,
        default=Decimal("0.8"),
        validators=[MinValueValidator(Decimal("0.0001")), MaxValueValidator(Decimal(1))],
        help_text=_("The smallest chance, as the model sees it, that is enough: 0.8 is 80 in 100."),
    )
    without_model = models.CharField(
        _("while no model may decide"), max_length=10, choices=WithoutModel.choices, default=WithoutModel.REFER
    )
    override_alone = MoneyField(
        null=True,
        blank=True,
        help_text=_("The most that one manager may approve alone; above it a second one confirms. Empty: any amount."),
    )
    made_by = models.CharField(max_length=150, blank=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "credit policies"
        default_permissions = ("view", "add")
        ordering = ("-starts_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=["made_by"], condition=Q(made_by=""), name="policy_of_the_house_is_one"),
            models.CheckConstraint(
                condition=Q(methods__in=["percentage", "model", "both"]), name="policy_methods_are_known"
            ),
            models.CheckConstraint(condition=Q(basis__in=["fallen_due", "all"]), name="policy_basis_is_known"),
            models.CheckConstraint(
                condition=Q(threshold__gt=0, threshold__lte=100), name="policy_threshold_is_percent"
            ),
            models.CheckConstraint(condition=Q(least_dues__gte=1), name="policy_needs_some_history"),
            models.CheckConstraint(
                condition=(Q(largest_amount__isnull=True) | Q(largest_amount__gt=0))
                & (Q(largest_multiple__isnull=True) | Q(largest_multiple__gt=0))
                & (Q(override_alone__isnull=True) | Q(override_alone__gte=0))
                & (Q(round_to__isnull=True) | Q(round_to__gt=0)),
                name="policy_bounds_are_positive",
            ),
            models.CheckConstraint(
                condition=Q(model_threshold__gt=0, model_threshold__lte=1), name="policy_model_threshold_is_a_chance"
            ),
            models.CheckConstraint(
                condition=Q(without_model__in=["refer", "average"]), name="policy_without_model_is_known"
            ),
            models.CheckConstraint(
                condition=Q(longest_term__gte=1, longest_term__lte=LONGEST_TERM), name="policy_term_in_range"
            ),
            models.CheckConstraint(
                condition=Q(interest="none", annual_rate=0)
                | Q(interest__in=["flat", "declining", "equal_principal"], annual_rate__gt=0, annual_rate__lte=500),
                name="policy_interest_has_its_rate",
                violation_error_message=_("Interest needs a yearly rate above 0, and no interest has the rate 0."),
            ),
            models.CheckConstraint(
                condition=Q(due_day__in=["same_day", "month_end", "first_of_next"]), name="policy_due_day_is_known"
            ),
        ]

    def __str__(self) -> str:
        return gettext("credit policy %(number)s from %(day)s") % {"number": self.pk, "day": self.starts_on}

    @classmethod
    def on(cls, day: datetime.date) -> "CreditPolicy":
        """The row in force on that day; the house's own is made at the first look."""
        standing = cls.objects.filter(starts_on__lte=day).first()
        return standing or cls.objects.get_or_create(made_by="", defaults={"starts_on": datetime.date(1970, 1, 1)})[0]

    def allows(self, method: str) -> bool:
        return self.methods in (method, self.Methods.BOTH)
