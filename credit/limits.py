"""How often a customer may ask for credit: one limit for the page and for programs."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from credit.models import CreditRequest

MOST_AN_HOUR = 10
WAIT = 3600  # seconds


def said_too_often() -> str:
    told = {"times": MOST_AN_HOUR}
    return _("You asked %(times)s times within an hour. Nothing was asked now; wait an hour, then try again.") % told


def too_often(wanted: CreditRequest) -> bool:
    """A form, or a program's key, that is sent again is no further request."""
    since = timezone.now() - datetime.timedelta(seconds=WAIT)
    mine = CreditRequest.objects.of(wanted.customer)
    if mine.filter(asked_at__gt=since).count() < MOST_AN_HOUR:
        return False
    return not (wanted.key and mine.filter(key=wanted.key).exists())
