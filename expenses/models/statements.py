"""Files from a bank that the owner took into the notebook: each of their rows, and what was answered about them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, CustomerOwned, SaidJSON
from expenses.models.notebook import Expense
from ledger.money import MoneyField


class StatementQuerySet(models.QuerySet["Statement"]):
    """The file itself is fetched only by who reads it again."""

    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner).defer("content")

    def waiting(self) -> Self:
        return self.filter(state__in=["asking", "ready"])


class Statement(CustomerOwned):
    """One file. Its bytes are kept until its rows are taken over, for an answer may change how they are read."""

    class State(models.TextChoices):
        ASKING = "asking", _("has a question")
        READY = "ready", _("waits for you")
        TAKEN = "taken", _("imported")
        REVERTED = "reverted", _("taken back")

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(blank=True)
    kind = models.CharField(max_length=10, blank=True)
    shape = models.CharField(max_length=16, blank=True)
    account = models.CharField(max_length=4, blank=True)
    answers = models.JSONField(default=dict)
    asked = SaidJSON(default=list)  # questions as they are shown, with their choices
    sample = models.JSONField(default=list)  # the file's header and first rows
    problems = SaidJSON(default=list)  # [line, why, text]
    set_aside = SaidJSON(default=list)  # the same of lines that are no transactions
    problem_count = models.PositiveIntegerField(default=0)
    aside_count = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKING)
    sent_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    reverted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Statement"]] = models.Manager.from_queryset(StatementQuerySet)()

    def store(self, *fields: str) -> None:
        """Write the fields of a row that is there, by customer and id as every update of these rows must."""
        mine = Statement.objects.filter(customer=self.customer_id, pk=self.pk)
        mine.update(**{name: getattr(self, name) for name in fields})

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "sha256"],
                condition=Q(state__in=["asking", "ready"]),
                name="statement_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asking", "ready"], taken_at__isnull=True)
                | Q(state="taken", taken_at__isnull=False, reverted_at__isnull=True)
                | Q(state="reverted", taken_at__isnull=False, reverted_at__isnull=False),
                name="statement_is_taken_at_an_instant",
            ),
            models.CheckConstraint(condition=Q(removed__lte=F("added")), name="statement_removes_what_it_added"),
        ]
        indexes = [models.Index(fields=["customer", "sent_at"], name="statement_customer_sent")]

    def __str__(self) -> str:
        return f"a private file ({self.pk})"


class StatementRowQuerySet(models.QuerySet["StatementRow"]):
    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)

    def taken_over(self) -> Self:
        """Those that the notebook gets: new ones, and possible duplicates that the owner says are none."""
        return self.filter(Q(standing="new") | Q(standing="near", decision="keep"))

    def undecided(self) -> Self:
        return self.filter(standing="near", decision="")


class StatementRow(CustomerOwned):
    """One row of a file: as it will be stored, or which entry it is already.

    `entry` is the number of the entry that the row made or is the same as. It is no foreign key: the entry may be
    erased, and the row still tells that it had been there.
    """

    class Standing(models.TextChoices):
        NEW = "new", _("new")
        THERE = "there", _("already there")
        NEAR = "near", _("possible duplicate")

    class Decision(models.TextChoices):
        KEEP = "keep", _("another one: import it")
        SKIP = "skip", _("the same: leave it out")

    # The database protects it; Django would look for the rows of a file without asking whose they are.
    statement = models.ForeignKey(Statement, on_delete=models.DO_NOTHING, db_index=False)
    place = models.PositiveIntegerField()  # in the file, from 0
    line = models.PositiveIntegerField()
    day = models.DateField()
    signed = MoneyField()  # a negative amount is money out
    currency = models.CharField(max_length=3, blank=True)
    note = models.CharField(max_length=200, blank=True)
    text_key = models.CharField(max_length=32)  # of the file's whole text, without case or marks
    bank_id = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=10, choices=Expense.Kind.choices)
    category = models.CharField(max_length=60)
    standing = models.CharField(max_length=5, choices=Standing.choices)
    why = models.CharField(max_length=10, blank=True)
    decision = models.CharField(max_length=4, choices=Decision.choices, blank=True)
    entry = models.BigIntegerField(null=True, blank=True)
    made = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["StatementRow"]] = models.Manager.from_queryset(StatementRowQuerySet)()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer", "statement", "place"], name="statement_row_stands_once"),
            models.CheckConstraint(condition=~Q(signed=0), name="statement_row_moves_money"),
            models.CheckConstraint(
                condition=Q(standing__in=["new", "there", "near"]) & Q(decision__in=["", "keep", "skip"]),
                name="statement_row_stands_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(standing="near") | Q(decision=""), name="statement_row_decided_where_asked"
            ),
            models.CheckConstraint(
                condition=Q(made=False) | Q(entry__isnull=False), name="statement_row_made_an_entry"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "day"], name="statement_row_customer_day"),
            models.Index(fields=["customer", "entry"], name="statement_row_customer_entry"),
        ]

    def __str__(self) -> str:
        return f"a private row ({self.pk})"


class RememberedAnswers(CustomerOwned):
    """What this owner answered about files of one shape: not asked again."""

    shape = models.CharField(max_length=16)
    answers = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "remembered answers"
        constraints = [models.UniqueConstraint(fields=["customer", "shape"], name="answers_remembered_once_a_shape")]

    def __str__(self) -> str:
        return f"private answers ({self.pk})"
