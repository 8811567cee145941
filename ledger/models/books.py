"""What is owed and what was paid: dues, payments, and the allocations that join them."""

import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Min, Q
from django.db.models.functions import ExtractYear
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import POLICY_CHOICES, Batch, Customer, CustomerOwned
from ledger.models.expressions import DayOfMonth, total
from ledger.money import MoneyField


class DueQuerySet(models.QuerySet["Due"]):
    """Questions about what is owed; withdrawn dues are never in the answer."""

    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def unpaid(self) -> Self:
        return self.filter(amount__gt=F("paid") + F("forgiven"))

    def overdue(self, today: datetime.date) -> Self:
        return self.unpaid().filter(due_on__lt=today)

    def in_year(self, year: int) -> Self:
        return self.filter(month__range=(datetime.date(year, 1, 1), datetime.date(year, 12, 1)))

    def yearly(self, today: datetime.date) -> models.QuerySet["Due", dict[str, Any]]:
        """One dict a year: year, total_amount, total_paid, total_forgiven, balance, overdue, overdue_since."""
        late = Q(due_on__lt=today, amount__gt=F("paid") + F("forgiven"))
        return (
            self.values(year=ExtractYear("month"))  # type: ignore[misc]  # the stubs know names only
            .annotate(
                total_amount=total("amount"),
                total_paid=total("paid"),
                total_forgiven=total("forgiven"),
                balance=total(BALANCE),
                overdue=total(BALANCE, filter=late),
                overdue_since=Min("due_on", filter=late),
            )
            .order_by("year")
        )


BALANCE = models.ExpressionWrapper(F("amount") - F("paid") - F("forgiven"), output_field=MoneyField())


class DueManager(models.Manager.from_queryset(DueQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> DueQuerySet:
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class Due(CustomerOwned):
    """What one customer owes for one month for one reason."""

    class Kind(models.TextChoices):
        PRINCIPAL = "principal", pgettext_lazy("kind of due", "principal")
        INTEREST = "interest", pgettext_lazy("kind of due", "interest")
        FEE = "fee", pgettext_lazy("kind of due", "fee")
        PENALTY = "penalty", pgettext_lazy("kind of due", "penalty")

    month = models.DateField(help_text=_("The first day of the month."))
    due_on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PRINCIPAL)
    reference = models.CharField(max_length=100, blank=True)
    amount = MoneyField()
    paid = MoneyField(default=Decimal(0), editable=False)
    forgiven = MoneyField(default=Decimal(0), editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, blank=True, editable=False)
    loan = models.ForeignKey(
        "Disbursement", on_delete=models.PROTECT, null=True, blank=True, editable=False, db_index=False
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[DueManager] = DueManager()
    with_withdrawn: ClassVar[models.Manager["Due"]] = models.Manager()

    class Meta:
        ordering = ("month", "kind", "reference")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "month", "kind", "reference"],
                condition=Q(withdrawn_at__isnull=True),
                name="due_is_raised_once",
            ),
            models.CheckConstraint(condition=Exact(DayOfMonth("month"), 1), name="due_month_is_a_first_day"),
            models.CheckConstraint(
                condition=Q(kind__in=["principal", "interest", "fee", "penalty"]), name="due_kind_is_known"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="due_amount_positive"),
            models.CheckConstraint(condition=Q(paid__gte=0, forgiven__gte=0), name="due_parts_not_negative"),
            models.CheckConstraint(condition=Q(amount__gte=F("paid") + F("forgiven")), name="due_never_overpaid"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(paid=0, forgiven=0), name="due_withdrawn_holds_nothing"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "month"], name="due_customer_month"),
            models.Index(fields=["due_on"], condition=Q(amount__gt=F("paid") + F("forgiven")), name="due_open_by_day"),
        ]

    def __str__(self) -> str:
        told = {"kind": self.get_kind_display(), "month": f"{self.month:%Y-%m}", "customer": self.customer_id}
        return gettext("%(kind)s %(month)s of customer %(customer)s") % told

    @property
    def balance(self) -> Decimal:
        return self.amount - self.paid - self.forgiven


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Questions about money received, given back, or forgiven."""

    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def unapplied(self) -> Self:
        """Payments with money that waits; a refund or reversal never waits, a waiver is none."""
        return self.filter(amount__gt=F("applied")).exclude(kind__in=Payment.FORGIVING)

    def money(self) -> Self:
        """Money that really came or went: no waivers, no charge-offs, nor what reversed them."""
        forgiving = Payment.FORGIVING
        return self.exclude(kind__in=forgiving).exclude(kind="reversal", reverses__kind__in=forgiving)

    def held(self) -> Decimal:
        """The credit balance over these payments."""
        return self.unapplied().aggregate(held=total(HELD))["held"]


HELD = models.ExpressionWrapper(F("amount") - F("applied"), output_field=MoneyField())


class Payment(CustomerOwned):
    """Money received (amount > 0) or given back (amount < 0). Append-only: a wrong one is reversed by its mirror.

    recovered is the part of a receipt that came for dues already charged off. laid marks a receipt that an act put on
    dues of its own choice (a loan settled early, a recovery): it stays there when other money is spread anew.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", pgettext_lazy("kind of payment", "receipt")
        REVERSAL = "reversal", pgettext_lazy("kind of payment", "reversal")
        REFUND = "refund", pgettext_lazy("kind of payment", "refund")
        WAIVER = "waiver", pgettext_lazy("kind of payment", "waiver")
        CHARGE_OFF = "charge_off", pgettext_lazy("kind of payment", "charge-off")

    FORGIVING = (Kind.WAIVER, Kind.CHARGE_OFF)

    amount = MoneyField()
    applied = MoneyField(default=Decimal(0), editable=False)
    recovered = MoneyField(default=Decimal(0), db_default=Decimal(0), editable=False)
    laid = models.BooleanField(default=False, db_default=False, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RECEIPT, editable=False)
    received_on = models.DateField()
    starting = models.DateField("first month to fill", null=True, blank=True)
    policy = models.CharField(max_length=40, choices=POLICY_CHOICES)
    channel = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.CharField(max_length=150, blank=True, editable=False)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    key = models.CharField("idempotency key", max_length=100, blank=True, editable=False)
    reverses = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="reversals",
    )
    reversed = models.BooleanField(default=False, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, blank=True, editable=False)

    objects: ClassVar[PaymentQuerySet] = PaymentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-received_on", "-id")
        permissions = [
            ("reverse_payment", "Can reverse payment"),
            ("refund_credit", "Can refund held credit"),
            ("waive_due", "Can waive due"),
            ("charge_off_due", "Can charge off due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], condition=~Q(key=""), name="payment_key_is_used_once"),
            models.UniqueConstraint(
                fields=["customer", "reference"],
                condition=~Q(reference="") & Q(reversed=False),
                name="payment_reference_is_used_once",
            ),
            models.UniqueConstraint(fields=["customer", "reverses"], name="payment_is_reversed_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="payment_moves_money"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, applied__gte=0, amount__gte=F("applied"))
                | Q(amount__lt=0, applied__lte=0, amount__lte=F("applied")),
                name="payment_never_over_applied",
            ),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False)
                | Q(kind="refund", amount__lt=0, reverses__isnull=True)
                | Q(kind__in=["receipt", "waiver", "charge_off"], amount__gt=0, reverses__isnull=True),
                name="payment_sign_fits_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(recovered=0) | Q(kind="receipt", recovered__gt=0, amount__gte=F("recovered")),
                name="payment_recovers_no_more_than_it_is",
            ),
            models.CheckConstraint(condition=Q(laid=False) | Q(kind="receipt"), name="payment_laid_is_a_receipt"),
            models.CheckConstraint(
                condition=Q(starting__isnull=True) | Q(Exact(DayOfMonth("starting"), 1)),
                name="payment_starting_is_a_first_day",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-received_on", "-id"], name="payment_history"),
            models.Index(fields=["customer"], condition=Q(amount__gt=F("applied")), name="payment_waiting"),
        ]

    def __str__(self) -> str:
        told = {"kind": self.get_kind_display(), "number": self.pk, "customer": self.customer_id}
        return gettext("%(kind)s %(number)s of customer %(customer)s") % told

    @property
    def is_money(self) -> bool:
        """Whether money came or went: a waiver, a charge-off, and what reverses them move none."""
        return (self.reverses.kind if self.reverses else self.kind) not in self.FORGIVING

    @property
    def held(self) -> Decimal:
        """What of it waits as credit."""
        return max(self.amount - self.applied, Decimal(0))


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def net(self) -> models.QuerySet["Allocation", dict[str, Any]]:
        """One dict for each payment and other side: what stayed between them, if anything did."""
        sides = ("customer_id", "payment_id", "due_id", "counterpart_id")
        return self.values(*sides).annotate(part=total("amount")).exclude(part=0).order_by()

    def refunded(self) -> models.QuerySet["Allocation", dict[str, Any]]:
        """One dict for each payment of which something was handed back and stayed so."""
        given = self.filter(counterpart__isnull=False).values("payment_id").annotate(part=total("amount"))
        return given.exclude(part=0).order_by("payment_id")

    def by_month(self) -> models.QuerySet["Allocation", dict[str, Any]]:
        """One dict a payment, month and kind: what stayed there, nets of nothing left out."""
        return (
            self.filter(due__isnull=False)
            .values("payment_id", "due__month", "due__kind")
            .annotate(part=total("amount"))
            .exclude(part=0)
            .order_by("payment_id", "due__month", "due__kind")
        )


class Allocation(CustomerOwned):
    """The part of one payment that one due took, or that went to another payment of the customer (append-only).

    Negative when taken back. Rows between two payments come in pairs that add to nothing: what a refund hands
    back, or a reversal undoes, is no longer held.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    due = models.ForeignKey(Due, on_delete=models.PROTECT, null=True, blank=True, related_name="allocations")
    counterpart = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    amount = MoneyField()
    recorded_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[AllocationQuerySet] = AllocationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="allocation_moves_money"),
            models.CheckConstraint(
                condition=Q(due__isnull=True, counterpart__isnull=False)
                | Q(due__isnull=False, counterpart__isnull=True),
                name="allocation_has_one_other_side",
            ),
        ]
        indexes = [models.Index(fields=["customer", "payment"], name="allocation_of_payment")]

    def __str__(self) -> str:
        told = {"number": self.pk, "customer": self.customer_id}
        return gettext("allocation %(number)s of customer %(customer)s") % told
