"""What the books tell a customer: a receipt, a notice refused, a reminder of what falls due."""

import datetime
from collections.abc import Sequence
from functools import partial

from django.urls import reverse

from accounts.messages import Letter, Letters
from accounts.models import Customer, Lender, Message
from ledger.models import Due, Notice, Payment
from ledger.money import ZERO, format_money
from ledger.papers import receipt_pdf
from ledger.templatetags.money import day, month_name
from ledger.views import spread_of


def receipts(customer: Customer, rows: Sequence[Message]) -> Letters:
    """None for a payment that was reversed since."""
    numbers = [int(row.about) for row in rows]
    payments = Payment.objects.of(customer).filter(reversed=False).in_bulk(numbers)
    told = Notice.objects.of(customer).filter(payment__in=numbers).values_list("payment", flat=True)
    noticed, spread = set(told), spread_of(customer, list(payments.values()))
    return {
        row.pk: _receipt(payment, spread[payment.pk], payment.pk in noticed)
        for row in rows
        if (payment := payments.get(int(row.about)))
    }


def _receipt(payment: Payment, spread: Sequence[tuple[datetime.date, object]], noticed: bool) -> Letter:
    amount = format_money(payment.amount)
    says = [f"Thank you. We received {amount} from you on {day(payment.received_on)}."]
    if noticed:
        says = [f"Your notice of payment is confirmed: we received {amount} from you on {day(payment.received_on)}."]
    lines = [("Receipt", str(payment.pk)), ("Amount", amount), ("Date", day(payment.received_on))]
    lines += [("Came by", payment.channel)] if payment.channel else []
    lines += [("Reference", payment.reference)] if payment.reference else []
    lines += [(f"For {month_name(month)}", format_money(part)) for month, part in spread]  # type: ignore[arg-type]
    lines += [("Held as credit", format_money(payment.held))] if payment.held else []
    subject = f"We received {amount}"
    path, paper = (
        reverse("payment_receipt", args=[payment.pk]),
        (f"receipt-{payment.pk}.pdf", partial(receipt_pdf, payment)),
    )
    return Letter(subject, says, lines, "See the receipt", path, paper=paper)


def refused_notices(customer: Customer, rows: Sequence[Message]) -> Letters:
    notices = Notice.objects.of(customer).filter(state=Notice.State.REFUSED)
    found = notices.in_bulk([int(row.about) for row in rows])
    return {row.pk: _refusal(notice) for row in rows if (notice := found.get(int(row.about)))}


def _refusal(notice: Notice) -> Letter:
    amount = format_money(notice.amount)
    says = [
        f"You told us of a payment of {amount} on {day(notice.paid_on)}. We could not confirm it.",
        f"The reason: {notice.reason}",
        "Nothing was changed in your account. If you think that this is wrong, answer us with your slip at hand.",
    ]
    path = reverse("notice", args=[notice.pk])
    return Letter(f"Your payment of {amount} is not confirmed", says, more="See the notice", path=path)


def reminders(customer: Customer, rows: Sequence[Message]) -> Letters:
    """Of the dues named, those that are open still; none where all were paid meanwhile."""
    numbers = {number for row in rows for number in row.facts["dues"]}
    found = Due.objects.of(customer).unpaid().in_bulk(list(numbers))
    today = Lender.load().today()
    letters = {}
    for row in rows:
        dues = sorted((found[number] for number in row.facts["dues"] if number in found), key=lambda due: due.due_on)
        if dues:
            letters[row.pk] = _reminder(dues, today)
    return letters


def _reminder(dues: Sequence[Due], today: datetime.date) -> Letter:
    whole = format_money(sum((due.balance for due in dues), ZERO))
    late = [due for due in dues if due.due_on < today]
    if late:
        subject = f"{whole} is overdue" if len(late) == len(dues) else f"{whole} is overdue or falls due"
        says = ["Please pay what is past its day. If you have paid in the last days, there is nothing to do."]
    else:
        subject = f"{whole} falls due {_when(dues[0].due_on, dues[-1].due_on, today)}"
        says = ["This is a reminder of what falls due. If you have paid already, there is nothing to do."]
    lines = [(_named(due), format_money(due.balance)) for due in dues]
    lines += [("Together", whole)] if len(dues) > 1 else []
    return Letter(subject, says, lines, "Pay", reverse("pay"))


def _when(first: datetime.date, last: datetime.date, today: datetime.date) -> str:
    """The day, where it is one for all; else the day from which on."""
    if first == last:
        return "today" if first == today else f"on {day(first)}"
    return "from today" if first == today else f"from {day(first)}"


def _named(due: Due) -> str:
    kind = "" if due.kind == Due.Kind.PRINCIPAL else f", {due.get_kind_display()}"
    return f"{month_name(due.month)}{kind}, due {day(due.due_on)}"
