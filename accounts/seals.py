"""The daily seal: it notes where every chain ends, so that an end cut off later is missed."""

import datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.chain import SealSum, instant
from accounts.models import HouseEntry, Lender, Seal, SealedHead

ACT = "set_seal"
READ_AT_ONCE = 5_000
HEADS = """
    INSERT INTO accounts_sealedhead (seal_id, customer_id, number, hash)
    SELECT %s, e.customer_id, e.number, e.hash
    FROM (SELECT customer_id, MAX(number) AS number FROM accounts_auditentry GROUP BY customer_id) last
    JOIN accounts_auditentry e ON e.customer_id = last.customer_id AND e.number = last.number
    LEFT JOIN (SELECT customer_id, MAX(number) AS number FROM accounts_sealedhead GROUP BY customer_id) known
      ON known.customer_id = e.customer_id
    WHERE known.number IS NULL OR e.number > known.number"""


@transaction.atomic
def set_seal() -> tuple[Seal, bool]:
    """The seal of the lender's today, and whether it was set just now: once a day at most."""
    lender = Lender.objects.select_for_update().get(pk=Lender.load().pk)
    last, today = Seal.objects.order_by("-id").first(), lender.today()
    if last and last.day >= today:
        return last, False
    seal = _seal(last, today)
    with connection.cursor() as cursor:
        cursor.execute(HEADS, [seal.pk])
    seal.digest = _sum(seal)
    seal.save()
    audit.record_house(ACT, {"seal": seal.pk, "day": audit.fact(seal.day), "digest": seal.digest})
    return seal, True


def _seal(last: Seal | None, today: datetime.date) -> Seal:
    """All but its digest: the house's chain stands still while the lender is locked."""
    number, digest = HouseEntry.objects.order_by("-number").values_list("number", "hash").first() or (0, "")
    before = last.digest if last else ""
    return Seal(
        id=last.pk + 1 if last else 1,
        day=today,
        at=timezone.now(),
        house_number=number,
        house_hash=digest,
        before=before,
    )


def _sum(seal: Seal) -> str:
    day, at = seal.day.isoformat(), instant(seal.at)
    total = SealSum(seal.pk, day, at, seal.house_number, seal.house_hash, seal.before)
    heads = SealedHead.objects.filter(seal=seal.pk).order_by("customer_id", "number")
    for head in heads.values_list("customer_id", "number", "hash").iterator(READ_AT_ONCE):
        total.add(*head)
    return total.digest()
