"""Acts on debt given up: charge off all that a customer is late with, and take the money that comes after all."""

import json
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Lender
from accounts.transactions import Refused, one_transaction
from ledger.acting import Books, books_of
from ledger.actions.refusing import complete, if_it_was_this, recorded_before
from ledger.actions.reversing import mirror_all
from ledger.models import Allocation, Due, Payment, total
from ledger.money import format_money
from ledger.seconding import need_second
from ledger.settling import post, settle
from ledger.telling import ACTS

Parts = list[tuple[int, Decimal]]  # (due, part of it), in the order in which money goes there


@one_transaction
def charge_off_overdue(payment: Payment) -> Payment:
    """Charge off everything the customer is late with, as one payment: its amount is the whole overdue balance.

    Keys work as in record_payment. Raises Refused when the balance is another than was seen.
    """
    lender = Lender.load()
    owner = payment.customer_id
    with books_of([owner]) as books:
        payment.kind = Payment.Kind.CHARGE_OFF
        if first := recorded_before(payment):
            return if_it_was_this(first, not _named_its_due(first))
        complete(payment, lender)
        dues = list(Due.objects.filter(customer=owner).overdue(lender.today()).order_by("due_on", "id"))
        overdue = sum((due.balance for due in dues), Decimal(0))
        if payment.amount != overdue:
            told = {"amount": format_money(overdue), "other": format_money(payment.amount)}
            raise Refused(_("%(amount)s is overdue now, not %(other)s. Look again.") % told)
        need_second("charge_off", owner, payment.amount, lender)
        _charge_off(payment, [(due.pk, due.balance) for due in dues], books)
        return payment


@one_transaction
def record_recovery(payment: Payment) -> Payment:
    """Record money that came for dues already charged off.

    The newest charge-offs that it reaches are reversed, it fills their dues, the oldest first, and what it leaves of
    them is charged off again; what it has beyond them is spread like any money. payment.recovered tells the part
    that came back. Keys work as in record_payment.
    """
    lender = Lender.load()
    owner = payment.customer_id
    with books_of([owner]) as books:
        payment.kind = Payment.Kind.RECEIPT
        if first := recorded_before(payment):
            return if_it_was_this(first, first.recovered > 0)
        complete(payment, lender)
        reached = _reached(payment)
        if not reached:
            raise Refused(_("Nothing was charged off by that day. Record it as an ordinary payment."))
        parts = _parts_of(owner, reached)
        twins = mirror_all(reached, on=payment.received_on, by=payment.recorded_by, note="recovery")
        books.received(twins)
        payment.recovered = min(payment.amount, sum((part for _, part in parts), Decimal(0)))
        payment.laid = True
        payment.save(force_insert=True)
        books.receipted(payment)
        left = _fill(payment, parts)
        if left:
            rest = sum((part for _, part in left), Decimal(0))
            note = f"what recovery {payment.pk} left of {', '.join(str(one.pk) for one in reached)}"
            told = {"received_on": payment.received_on, "policy": payment.policy, "recorded_by": payment.recorded_by}
            again = Payment(customer_id=owner, kind="charge_off", amount=rest, note=note[:300], **told)
            _charge_off(again, left, books)
        settle([owner], lender)
        payment.reread("applied")
        return payment


def charged_off(customer: int) -> Decimal:
    """What stands charged off of a customer's dues."""
    rows = Payment.objects.filter(customer=customer, kind="charge_off", reversed=False)
    return Decimal(rows.aggregate(all=total("amount"))["all"])


def _named_its_due(payment: Payment) -> bool:
    """Whether it charged off a part of one due that was named: its rows may look like all that was overdue, but the
    audit trail names the due."""
    told = AuditEntry.objects.filter(customer=payment.customer_id, act=ACTS["charge_off"])
    near = told.filter(facts__contains=f'"payment":{payment.pk}').values_list("facts", flat=True)
    return any(facts.get("payment") == payment.pk and "due" in facts for facts in map(json.loads, near))


def _charge_off(payment: Payment, parts: Parts, books: Books) -> None:
    payment.save(force_insert=True)
    books.received([payment])
    owner = payment.customer_id
    rows = [Allocation(customer_id=owner, payment=payment, due_id=due, amount=part) for due, part in parts]
    post(rows, forgiving=True)
    payment.reread("applied")


def _reached(payment: Payment) -> Sequence[Payment]:
    """The newest standing charge-offs, as many as the money reaches."""
    standing = Payment.objects.filter(customer=payment.customer_id, kind="charge_off", reversed=False)
    reached: list[Payment] = []
    left = payment.amount
    for one in standing.filter(received_on__lte=payment.received_on).order_by("-id"):
        if left <= 0:
            break
        reached.append(one)
        left -= one.amount
    return reached


def _parts_of(owner: int, charge_offs: Sequence[Payment]) -> Parts:
    """What they let off of each due, the oldest due first."""
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    rows = Allocation.objects.filter(customer=owner, payment__in=charge_offs, due__isnull=False).select_related("due")
    for row in rows.order_by("due__due_on", "due_id"):
        sums[row.due_id] += row.amount  # type: ignore[index]  # a due, or the row would not be here
    return [(due, part) for due, part in sums.items() if part]


def _fill(payment: Payment, parts: Parts) -> Parts:
    """Lay the money on these dues; what is left of them."""
    money, rows, left = payment.amount, [], []
    for due, part in parts:
        taken = min(part, money)
        money -= taken
        if taken:
            rows.append(Allocation(customer_id=payment.customer_id, payment=payment, due_id=due, amount=taken))
        if part > taken:
            left.append((due, part - taken))
    post(rows)
    return left
