"""Lines of files that are long since posted or undone: the books hold what matters of them, so they are deleted."""

import datetime

from accounts.models import Batch
from accounts.transactions import one_transaction
from ledger.models import UploadLine

KEPT_DAYS = 90
IN_ONE_PIECE = 5_000  # lines


def forget_old_lines(today: datetime.date) -> int:
    """How many lines are gone. The batch, its figures and its name stay."""
    gone = 0
    while piece := _forget_some(today - datetime.timedelta(days=KEPT_DAYS)):
        gone += piece
    return gone


@one_transaction
def _forget_some(before: datetime.date) -> int:
    old = Batch.objects.filter(state__in=(Batch.State.POSTED, Batch.State.UNDONE), recorded_at__date__lt=before)
    lines = UploadLine.objects.filter(upload__batch__in=old).values_list("pk", flat=True)[:IN_ONE_PIECE]
    return UploadLine.objects.filter(pk__in=list(lines)).delete()[0]
