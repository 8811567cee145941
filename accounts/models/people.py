"""Who: people who sign in, the customers whose books are kept, and the staff."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils import timezone

from accounts.models.batches import Batch
from ledger.money import MoneyField

LARGEST_NUMBER = 10**12  # of a customer or member of staff; fits a spreadsheet cell and a JavaScript number


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
        permissions = [
            ("export_customer", "Can hand out all that is held on a customer"),
            ("erase_customer", "Can erase what is personal of a customer"),
        ]
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

    def select_for_update(
        self, nowait: bool = False, skip_locked: bool = False, of: Sequence[str] = (), no_key: bool = False
    ) -> models.QuerySet["User"]:
        """Without the person behind: PostgreSQL refuses to lock through a join that may find nobody."""
        return super().get_queryset().select_for_update(nowait, skip_locked, of, no_key)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


def has_address(address: str) -> Q:
    """Of a sign-in, by its index. The database folds both sides: its letters need not be those that Python knows."""
    return Q(Exact(Lower("email"), Lower(Value(address))))


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
    language = models.CharField(max_length=12, blank=True, default="", db_default="", choices=settings.LANGUAGES)

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
        indexes = [models.Index(Lower("email"), name="user_by_address")]

    def __str__(self) -> str:
        return self.username

    def check_password(self, raw_password: str | None) -> bool:
        return check_password(raw_password, self.password, self._rehash)

    def _rehash(self, raw_password: str) -> None:
        """Keep the same password by today's hash. It is no other password, so the keys of programs that stood by the
        old hash stand by the new one; and where the stored one is another by now, it stays."""
        before, stamps = self.password, (self.get_session_auth_hash(), *self.get_session_auth_fallback_hash())
        with transaction.atomic():
            self.password = make_password(raw_password)
            if User.objects.filter(pk=self.pk, password=before).update(password=self.password):
                for keys in (self.apisession_set, self.personaltoken_set):
                    keys.filter(stamp__in=stamps).update(stamp=self.get_session_auth_hash())
            else:
                self.refresh_from_db(fields=["password"])

    def get_full_name(self) -> str:
        person = self.customer or self.manager
        return person.name if person else self.username
