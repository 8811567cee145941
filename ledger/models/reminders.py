"""Which steps of the lender's schedule a customer was reminded of."""

from django.db import models
from django.utils import timezone

from accounts.models import CustomerOwned


class Reminder(CustomerOwned):
    """That one step was told of one due: what keeps it from being told again. Where the due's day moves, the step is
    counted from the new one (ledger.reminding)."""

    due = models.BigIntegerField()
    step = models.SmallIntegerField(help_text="Days after the due date; negative before it.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer", "due", "step"], name="reminder_is_told_once"),
        ]

    def __str__(self) -> str:
        return f"reminder {self.step} of due {self.due} of customer {self.customer_id}"
