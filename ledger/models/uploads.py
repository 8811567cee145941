"""Files on their way into the books: what was uploaded, line by line, with the decision on each line.

None of this is anybody's books yet, and a line may name a customer who does not exist: these rows belong to a batch.
"""

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Batch, SaidJSON, SaidText
from ledger.money import MoneyField


class Upload(models.Model):
    """One file, and what it would do or did: the figures are sums over its lines that were tried or posted so far.

    days is a map of ISO dates to [rows, minor units] of the money that is dated or falls due there.
    """

    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, related_name="upload")
    size = models.PositiveBigIntegerField()
    byte_order_mark = models.BooleanField(default=False)
    read_as = SaidText(
        max_length=200, blank=True, db_default=""
    )  # in words, where a spreadsheet was turned into our CSV
    header = models.JSONField(default=list)
    is_read = models.BooleanField(default=False)
    lines = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    there = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    posted = models.PositiveIntegerField(default=0)
    raised = MoneyField(default=Decimal(0))
    received = MoneyField(default=Decimal(0))
    applied = MoneyField(default=Decimal(0))
    held = MoneyField(default=Decimal(0))
    days = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()  # seen with its batch

    def __str__(self) -> str:
        return f"upload of batch {self.batch_id}"

    @property
    def checked(self) -> int:
        """Lines with a decision."""
        return self.new + self.there + self.wrong + self.posted


class UploadPiece(models.Model):
    """A piece of the file's bytes. In the database, because the worker may be on another machine, because it is there
    exactly when its job is, and because nobody can ask a web server for it. Deleted when the file is read."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, db_index=False)
    number = models.PositiveIntegerField()
    bytes = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="upload_piece_is_stored_once")]

    def __str__(self) -> str:
        return f"piece {self.number} of upload {self.upload_id}"


class UploadLineQuerySet(models.QuerySet["UploadLine"]):
    def of_customers(self, first: int, last: int) -> Self:
        return self.filter(customer__gte=first, customer__lte=last)

    def in_order(self) -> Self:
        """By customer, then as the kind of file has it, then as they stand in the file."""
        return self.order_by("customer", "order", "line")


class UploadLine(models.Model):
    """One line of the file. customer is 0 where it cannot be read; problems is a list of [reason, column, value]."""

    class Decision(models.TextChoices):
        READ = "read", _("not checked yet")
        NEW = "new", _("new")
        THERE = "there", _("already there")
        WRONG = "wrong", _("problem")
        POSTED = "posted", _("posted")

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, db_index=False)
    line = models.PositiveIntegerField()
    customer = models.BigIntegerField(default=0)
    order = models.CharField(max_length=10, blank=True)
    cells = models.JSONField()
    decision = models.CharField(max_length=6, choices=Decision.choices, default=Decision.READ)
    problems = SaidJSON(default=list)

    objects: ClassVar[UploadLineQuerySet] = UploadLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["upload", "line"], name="upload_line_is_read_once"),
            models.CheckConstraint(
                condition=Q(decision__in=["read", "new", "there", "wrong", "posted"]),
                name="upload_line_decision_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["upload", "customer", "order", "line"], name="upload_line_in_order"),
            models.Index(fields=["upload", "decision", "line"], name="upload_line_by_decision"),
        ]

    def __str__(self) -> str:
        return f"line {self.line} of upload {self.upload_id}"
