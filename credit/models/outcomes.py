"""Who later defaulted: what a scorecard learns from."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Batch, CustomerOwned


class Outcome(CustomerOwned):
    """Whether a customer, as seen on one day, defaulted later.

    percents holds what an old app knew of years that these books do not: {"2021": 93.5} percent of the dues paid.
    """

    as_of = models.DateField()
    defaulted = models.BooleanField()
    percents = models.JSONField(default=dict, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, blank=True, editable=False)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "as_of"], name="outcome_is_known_once")]

    def __str__(self) -> str:
        told = {"customer": self.customer_id, "day": self.as_of}
        return gettext("outcome of customer %(customer)s as of %(day)s") % told
