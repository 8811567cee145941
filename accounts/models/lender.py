"""The lender itself, and the policies it chose."""

import calendar
import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ledger.distribution import KINDS, POLICIES
from ledger.money import MoneyField

MOST_REMINDERS = 10
ALONE = "The most that one person may {} alone; above it a second one confirms. Empty: any amount."


def known_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"{name!r} is not a time zone such as Africa/Nairobi.")


def ordered_kinds(text: str) -> None:
    if sorted(text.split(",")) != sorted(KINDS):
        raise ValidationError(f"Name each of {', '.join(KINDS)} once, in the order to fill them, with commas.")


def schedule_of_days(text: str) -> None:
    """Days before (negative) and after a due date, such as -3,0,7."""
    try:
        days = [int(part) for part in text.split(",")]
    except ValueError:
        raise ValidationError("Write whole days with commas, such as -3,0,7.") from None
    if len(days) > MOST_REMINDERS or len(set(days)) < len(days) or not all(-60 <= day <= 366 for day in days):
        raise ValidationError(
            f"At most {MOST_REMINDERS} different days, from 60 before (-60) to 366 after the due date."
        )


class Telling(models.Model):
    """When the lender writes to people by itself."""

    reminder_days = models.CharField(
        "reminders",
        max_length=60,
        default="-3,0,7",
        db_default="-3,0,7",
        blank=True,
        validators=[schedule_of_days],
        help_text="Days before (-3), on (0) and after (7) the due date, with commas. Empty: no reminders.",
    )
    summary_weekday = models.PositiveSmallIntegerField(
        "weekly summary to managers",
        choices=list(enumerate(calendar.day_name)),
        default=0,
        null=True,
        blank=True,
        help_text="By mail, on this day. Empty: none.",
    )

    class Meta:
        abstract = True

    @property
    def reminder_steps(self) -> list[int]:
        return sorted(int(part) for part in self.reminder_days.split(",") if part.strip())


class SecondPerson(models.Model):
    """What one person may do alone; ledger.seconding asks."""

    reverse_alone = MoneyField(null=True, blank=True, help_text=ALONE.format("reverse"))
    refund_alone = MoneyField(null=True, blank=True, help_text=ALONE.format("refund"))
    waive_alone = MoneyField(null=True, blank=True, help_text=ALONE.format("waive, or take off a due,"))
    charge_off_alone = MoneyField(null=True, blank=True, help_text=ALONE.format("charge off"))
    reopen_alone = models.BooleanField(
        "one person may reopen months", default=True, help_text="Without it a second one confirms."
    )
    erase_alone = models.BooleanField(
        "one person may erase a customer", default=True, db_default=True, help_text="Without it a second one confirms."
    )
    retention_years = models.PositiveSmallIntegerField(
        "years to keep customers' data",
        default=7,
        db_default=7,
        validators=[MaxValueValidator(100)],
        help_text="After a customer's last entry in the books, as your law on accounts asks. No earlier is a customer"
        " erased.",
    )

    class Meta:
        abstract = True


class Lender(Telling, SecondPerson):
    """The one lender whose books these are, and the policies it chose."""

    class LateFee(models.TextChoices):
        NONE = "none", "none"
        FLAT = "flat", "a fixed amount"
        PERCENTAGE = "percentage", "a percentage of what is late"

    name = models.CharField(max_length=200, default="Duebook")
    address = models.TextField(blank=True)
    # Its name, told from what is in it (accounts.logos); "" where there is none.
    logo = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    currency = models.CharField(max_length=3, editable=False)
    time_zone = models.CharField(max_length=60, default="UTC", validators=[known_time_zone])
    # Of customers who chose none; without one their browser says which. The portal is in English.
    language = models.CharField(max_length=12, blank=True, default="", choices=settings.LANGUAGES)
    registration_open = models.BooleanField(
        default=False, help_text="Strangers may register and get the next customer number."
    )
    staff_second_factor = models.BooleanField(
        "staff must have a second factor",
        default=False,
        help_text="Staff without an authenticator app or passkey are led to set one up before anything else.",
    )
    distribution_policy = models.CharField(
        max_length=40,
        default="forward_then_back",
        choices=[(name, name.replace("_", " ")) for name in POLICIES],
        help_text="Which dues a payment fills when nothing else is said.",
    )
    component_order = models.CharField(
        max_length=80,
        default=",".join(KINDS),
        validators=[ordered_kinds],
        help_text="The order in which a payment fills the parts of one month.",
    )
    closed_through = models.DateField(
        null=True, blank=True, help_text="Books are closed up to and including this day: no new entry is dated in it."
    )
    late_fee_kind = models.CharField(
        "late fee",
        max_length=10,
        choices=LateFee.choices,
        default=LateFee.NONE,
        help_text="Charged once for each due of principal or interest that is open after the days of grace.",
    )
    late_fee_amount = MoneyField(null=True, blank=True, help_text="For a fixed amount.")
    late_fee_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
        help_text="For a percentage: of what is still open of the due when grace ends.",
    )
    late_fee_grace_days = models.PositiveSmallIntegerField(
        "days of grace", default=0, validators=[MaxValueValidator(366)], help_text="Paid in these days, no fee."
    )
    late_fee_cap = MoneyField(null=True, blank=True, help_text="At most this for one due. Empty: no limit.")
    late_fee_from = models.DateField(
        "late fees from", null=True, blank=True, help_text="Dues that fell due before this day never bear a late fee."
    )

    payments_post_at_once = models.BooleanField(
        "customers' payments post at once",
        default=True,
        help_text="Without it a customer's payment is a notice, which the staff confirms or refuses.",
    )

    class Meta:
        permissions = [("close_month", "Can close and reopen months")]
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="lender_is_one"),
            models.CheckConstraint(
                condition=Q(late_fee_kind__in=["none", "flat", "percentage"]), name="late_fee_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(late_fee_kind="flat") | Q(late_fee_amount__isnull=False, late_fee_amount__gt=0),
                name="late_fee_flat_has_an_amount",
                violation_error_message="A fixed late fee needs its amount.",
            ),
            models.CheckConstraint(
                condition=~Q(late_fee_kind="percentage")
                | Q(late_fee_percent__isnull=False, late_fee_percent__gt=0, late_fee_percent__lte=100),
                name="late_fee_percentage_has_a_percent",
                violation_error_message="A late fee by percentage needs a percentage from 0.01 to 100.",
            ),
            models.CheckConstraint(
                condition=Q(late_fee_kind="none") | Q(late_fee_from__isnull=False),
                name="late_fee_has_a_first_day",
                violation_error_message="Say from which day on late fees are charged, so that no old due bears one.",
            ),
            models.CheckConstraint(
                condition=Q(late_fee_cap__isnull=True) | Q(late_fee_cap__gt=0), name="late_fee_cap_positive"
            ),
            models.CheckConstraint(
                condition=(Q(reverse_alone__isnull=True) | Q(reverse_alone__gte=0))
                & (Q(refund_alone__isnull=True) | Q(refund_alone__gte=0))
                & (Q(waive_alone__isnull=True) | Q(waive_alone__gte=0))
                & (Q(charge_off_alone__isnull=True) | Q(charge_off_alone__gte=0)),
                name="lender_limits_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> "Lender":
        """The lender, made with its currency at the first look."""
        return (
            cls.objects.filter(id=1).first()
            or cls.objects.get_or_create(id=1, defaults={"currency": settings.CURRENCY})[0]
        )

    def today(self) -> datetime.date:
        """The date on the lender's wall."""
        return timezone.localdate(timezone=ZoneInfo(self.time_zone))
