"""Who: people who sign in, the customers whose books are kept, the staff, and the lender itself."""

import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ledger.distribution import KINDS, POLICIES
from ledger.money import MoneyField

LARGEST_NUMBER = 10**12  # of a customer or member of staff; fits a spreadsheet cell and a JavaScript number


class Batch(models.Model):
    """One file taken into the books, so that it can be named, recognised and taken back whole."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120, unique=True)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    already_there = models.PositiveIntegerField(default=0)
    recorded_by = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    undone_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "sha256"], condition=Q(undone_at__isnull=True), name="batch_file_taken_in_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A borrower. The id is the number people sign in with; a customer may have no login."""

    id = models.BigIntegerField("number", primary_key=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    age = models.PositiveSmallIntegerField("age as given", null=True, blank=True)
    age_given_on = models.DateField(null=True, blank=True)
    credit_limit = MoneyField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id__gte=1, id__lte=LARGEST_NUMBER), name="customer_number_in_range"),
            models.CheckConstraint(
                condition=Q(age__isnull=True) | Q(age__gte=1, age__lte=130), name="customer_age_is_human"
            ),
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0), name="customer_limit_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


class CustomerOwned(models.Model):
    """A row of one customer's books. Its customer is never null and never changes: it is lock, transaction,
    visibility and shard. ledger.checks refuses a subclass that breaks the growth rules of docs/ledger.md."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, db_index=False)

    class Meta:
        abstract = True

    def reread(self, *fields: str) -> None:
        """Fetch the fields again (all, where none is named), by customer and id as every query of these rows must."""
        mine = type(self)._default_manager.filter(customer=self.customer_id)
        self.refresh_from_db(fields=fields or None, from_queryset=mine)


class Manager(models.Model):
    """A member of the lender's staff. The id is a number of the staff's own series."""

    id = models.BigIntegerField("staff number", primary_key=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id__gte=1, id__lte=LARGEST_NUMBER), name="manager_number_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


class UserManager(BaseUserManager["User"]):
    """Sign-ins with the person behind them, in one query."""

    def get_queryset(self) -> models.QuerySet["User"]:
        return super().get_queryset().select_related("customer", "manager")

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A sign-in. It belongs to one customer, to one member of staff, or to the operator of the machine.

    username is made from the person ("c101", "m1") so that both series of numbers can share one column. Users
    are deactivated, not deleted. The link to a customer has no database constraint, so that customers may live
    on another node than the sign-ins.
    """

    username = models.CharField(max_length=40, unique=True)
    password = models.CharField(max_length=255)  # the old apps' scrypt hashes reach 173 characters
    email = models.EmailField(blank=True)
    customer = models.OneToOneField(
        Customer, on_delete=models.PROTECT, null=True, blank=True, db_constraint=False, related_name="login"
    )
    manager = models.OneToOneField(Manager, on_delete=models.PROTECT, null=True, blank=True, related_name="login")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=True) | Q(manager__isnull=True, is_staff=False),
                name="user_is_customer_or_staff",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        person = self.customer or self.manager
        return person.name if person else self.username


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

    class Meta:
        permissions = [("close_month", "Can close and reopen months")]
        constraints = [models.CheckConstraint(condition=Q(id=1), name="lender_is_one")]

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
