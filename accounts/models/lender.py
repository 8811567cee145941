"""The lender itself, and the policies it chose."""

import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ledger.distribution import KINDS, POLICIES
from ledger.money import MoneyField

ALONE = "The most that one person may {} alone; above it a second one confirms. Empty: any amount."


def known_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"{name!r} is not a time zone such as Africa/Nairobi.")


def ordered_kinds(text: str) -> None:
    if sorted(text.split(",")) != sorted(KINDS):
        raise ValidationError(f"Name each of {', '.join(KINDS)} once, in the order to fill them, with commas.")


class Lender(models.Model):
    """The one lender whose books these are, and the policies it chose."""

    name = models.CharField(max_length=200, default="Duebook")
    address = models.TextField(blank=True)
    currency = models.CharField(max_length=3, editable=False)
    time_zone = models.CharField(max_length=60, default="UTC", validators=[known_time_zone])
    language = models.CharField(max_length=12, default="en", choices=settings.LANGUAGES)
    registration_open = models.BooleanField(
        default=False, help_text="Strangers may register and get the next customer number."
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

    reverse_alone = MoneyField(null=True, blank=True, help_text=ALONE.format("reverse"))
    refund_alone = MoneyField(null=True, blank=True, help_text=ALONE.format("refund"))
    waive_alone = MoneyField(null=True, blank=True, help_text=ALONE.format("waive, or take off a due,"))
    charge_off_alone = MoneyField(null=True, blank=True, help_text=ALONE.format("charge off"))
    reopen_alone = models.BooleanField(
        "one person may reopen months", default=True, help_text="Without it a second one confirms."
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
