"""What customers tell that they paid, until the staff has seen the money."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, CustomerOwned
from ledger.models.expressions import DayOfMonth
from ledger.money import MoneyField


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def waiting(self) -> Self:
        return self.filter(state="waiting")


class Notice(CustomerOwned):
    """A payment that the customer says to have made. It moves nothing until the staff confirms it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    amount = MoneyField()
    paid_on = models.DateField()
    starting = models.DateField(_("first month to fill"), null=True, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    payment = models.BigIntegerField(null=True, blank=True)

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ("view", "change")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], name="notice_key_is_used_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="notice_amount_positive"),
            models.CheckConstraint(
                condition=Q(starting__isnull=True) | Q(Exact(DayOfMonth("starting"), 1)),
                name="notice_starting_is_a_first_day",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by="", decided_at__isnull=True, payment__isnull=True)
                | Q(state="confirmed", decided_at__isnull=False, payment__isnull=False) & ~Q(decided_by="")
                | Q(state="refused", decided_at__isnull=False, payment__isnull=True)
                & ~Q(decided_by="")
                & ~Q(reason=""),
                name="notice_state_fits_what_became_of_it",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="notice_of_customer"),
            models.Index(fields=["id"], condition=Q(state="waiting"), name="notice_waiting"),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk} of customer {self.customer_id}"


class NoticePhoto(CustomerOwned):
    """The picture of a slip, in a table of its own so that no list ever loads it."""

    class Kind(models.TextChoices):
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="photos", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    content = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer", "notice"], name="notice_has_one_photo"),
            models.CheckConstraint(
                condition=Q(kind__in=["image/jpeg", "image/png"]), name="notice_photo_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"photo of notice {self.notice_id} of customer {self.customer_id}"
