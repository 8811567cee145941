"""The audit trail: entries chained by their hashes, one chain a customer and one of the house, and its daily seals."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext, pgettext_lazy

from accounts.actor import API, COMMAND, DOORS, IMPORT, PORTAL, WEB
from accounts.chain import HOUSE, Link
from accounts.models.people import Customer, CustomerOwned

HASH = 64  # characters of a sha256
DOOR_WORDS = {
    PORTAL: pgettext_lazy("a door", "portal"),
    WEB: pgettext_lazy("a door", "web"),
    COMMAND: pgettext_lazy("a door", "command"),
    API: pgettext_lazy("a door", "api"),
    IMPORT: pgettext_lazy("a door", "import"),
}
DOOR_CHOICES = [(door, DOOR_WORDS[door]) for door in DOORS]


class Kept(Exception):
    """Somebody tried to change or delete what is only ever added to."""


class Written(models.QuerySet[Any]):
    """Rows that are added and then stand as they are."""

    def _kept(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Kept(f"{self.model._meta.verbose_name_plural} are added, never changed or deleted.")

    update = delete = bulk_update = update_or_create = _kept


class WrittenOnce(models.Model):
    """A row that is stored once."""

    objects: ClassVar[models.Manager[Any]] = Written.as_manager()

    class Meta:
        abstract = True
        default_permissions = ("view",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(force_insert=True)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Kept(f"A {self._meta.verbose_name} is never deleted.")


class Chained(WrittenOnce):
    """Who did what, when, through which door; `hash` is over all of it and `before`, the hash of the entry before."""

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=150, blank=True)
    door = models.CharField(max_length=10, choices=DOOR_CHOICES)
    act = models.CharField(max_length=60)
    facts = models.TextField()  # canonical JSON, as it was hashed
    before = models.CharField(max_length=HASH, blank=True)
    hash = models.CharField(max_length=HASH)

    class Meta(WrittenOnce.Meta):
        abstract = True
        indexes = [models.Index(fields=["by", "at"], name="%(class)s_by_whom")]
        constraints = [
            models.CheckConstraint(condition=Q(door__in=DOORS), name="%(class)s_door_is_known"),
            models.CheckConstraint(condition=~Q(act=""), name="%(class)s_names_its_act"),
            models.CheckConstraint(
                condition=Q(number=1, before="") | Q(Exact(Length("before"), HASH), number__gt=1),
                name="%(class)s_follows_the_one_before",
            ),
            models.CheckConstraint(condition=Exact(Length("hash"), HASH), name="%(class)s_hash_is_whole"),
        ]

    @property
    def owner(self) -> str:
        raise NotImplementedError

    def link(self) -> Link:
        return Link(self.owner, self.number, self.at, self.by, self.door, self.act, self.facts, self.before, self.hash)


class AuditEntry(CustomerOwned, Chained):
    """An entry of one customer's chain. The chain outlives its customer: undoing the batch that brought a customer
    is an entry too, and a customer who comes again under the number goes on where it ended."""

    customer = models.ForeignKey(Customer, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)

    class Meta(Chained.Meta):
        verbose_name_plural = "audit entries"
        constraints = [
            *Chained.Meta.constraints,
            models.UniqueConstraint(fields=["customer", "number"], name="audit_entry_numbered_once"),
        ]

    def __str__(self) -> str:
        told = {"customer": self.customer_id, "number": self.number}
        return gettext("customer %(customer)s, entry %(number)s") % told

    @property
    def owner(self) -> str:
        return f"customer {self.customer_id}"


class HouseEntry(Chained):
    """An entry about what is no customer's: the lender's settings, the staff, roles, months closed, seals."""

    class Meta(Chained.Meta):
        verbose_name_plural = "house entries"
        constraints = [
            *Chained.Meta.constraints,
            models.UniqueConstraint(fields=["number"], name="house_entry_numbered_once"),
        ]

    def __str__(self) -> str:
        return gettext("the house, entry %(number)s") % {"number": self.number}

    @property
    def owner(self) -> str:
        return HOUSE


class Seal(WrittenOnce):
    """Where every chain ended on a day, so that an end cut off later is missed. `digest` is over the seal, its heads,
    and `before`, the digest of the seal before."""

    id = models.PositiveBigIntegerField("number", primary_key=True)
    day = models.DateField(unique=True)
    at = models.DateTimeField()
    house_number = models.PositiveBigIntegerField()
    house_hash = models.CharField(max_length=HASH, blank=True)
    before = models.CharField(max_length=HASH, blank=True)
    digest = models.CharField(max_length=HASH)

    class Meta(WrittenOnce.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1, before="") | Q(Exact(Length("before"), HASH), id__gt=1),
                name="seal_follows_the_one_before",
            ),
            models.CheckConstraint(
                condition=Q(house_number=0, house_hash="") | Q(Exact(Length("house_hash"), HASH), house_number__gt=0),
                name="seal_names_the_end_of_the_house",
            ),
            models.CheckConstraint(condition=Exact(Length("digest"), HASH), name="seal_digest_is_whole"),
        ]

    def __str__(self) -> str:
        return gettext("seal %(number)s of %(day)s") % {"number": self.pk, "day": self.day}


class SealedHead(CustomerOwned, WrittenOnce):
    """The last entry of one customer's chain when a seal was set. A chain that stood still is in an older seal."""

    customer = models.ForeignKey(Customer, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="heads")
    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=HASH)

    class Meta(WrittenOnce.Meta):
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="sealed_head_sealed_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="sealed_head_is_an_entry"),
            models.CheckConstraint(condition=Exact(Length("hash"), HASH), name="sealed_head_hash_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.seal_id}: customer {self.customer_id}, entry {self.number}"
