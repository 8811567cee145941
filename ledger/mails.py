"""What the books tell a customer: a receipt, a notice refused, a reminder of what falls due."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.messages import Letter, Letters
from accounts.models import Customer, Lender, Message
from accounts.sentences import said
from ledger.channels import spoken
from ledger.models import Due, Notice, Payment
from ledger.money import ZERO, apart, format_money
from ledger.papers import receipt_pdf
from ledger.reminding import is_left_alone
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


def _receipt(payment: Payment, spread: Sequence[tuple[datetime.date, Decimal]], noticed: bool) -> Letter:
    amount = format_money(payment.amount)
    told = {"amount": amount, "day": day(payment.received_on)}
    says = [_("Thank you. We received %(amount)s from you on %(day)s.") % told]
    if noticed:
        says = [_("Your notice of payment is confirmed: we received %(amount)s from you on %(day)s.") % told]
    lines = [(_("Receipt"), str(payment.pk)), (_("Amount"), amount), (_("Date"), told["day"])]
    lines += [(_("Came by"), spoken(payment.channel))] if payment.channel else []
    lines += [(_("Reference"), apart(payment.reference))] if payment.reference else []
    lines += [(_("For %(month)s") % {"month": month_name(month)}, format_money(part)) for month, part in spread]
    lines += [(_("Held as credit"), format_money(payment.held))] if payment.held else []
    subject = _("We received %(amount)s") % told
    path, paper = (
        reverse("payment_receipt", args=[payment.pk]),
        (f"receipt-{payment.pk}.pdf", partial(receipt_pdf, payment)),
    )
    return Letter(subject, says, lines, _("See the receipt"), path, paper=paper)


def refused_notices(customer: Customer, rows: Sequence[Message]) -> Letters:
    notices = Notice.objects.of(customer).filter(state=Notice.State.REFUSED)
    found = notices.in_bulk([int(row.about) for row in rows])
    return {row.pk: _refusal(notice) for row in rows if (notice := found.get(int(row.about)))}


def _refusal(notice: Notice) -> Letter:
    told = {"amount": format_money(notice.amount), "day": day(notice.paid_on), "reason": notice.reason}
    says = [
        _("You told us of a payment of %(amount)s on %(day)s. We could not confirm it.") % told,
        _("The reason: %(reason)s") % told,
        _("Nothing was changed in your account. If you think that this is wrong, answer us with your slip at hand."),
    ]
    path = reverse("notice", args=[notice.pk])
    return Letter(_("Your payment of %(amount)s is not confirmed") % told, says, more=_("See the notice"), path=path)


def reminders(customer: Customer, rows: Sequence[Message]) -> Letters:
    """Of the dues named, those that are open still; none where all were paid meanwhile. Who is to be left alone by now
    gets no mail of them."""
    numbers = {number for row in rows for number in row.facts["dues"]}
    found = Due.objects.of(customer).unpaid().in_bulk(list(numbers))
    today = Lender.load().today()
    why, letters = _why_not(customer, today), {}
    for row in rows:
        dues = sorted((found[number] for number in row.facts["dues"] if number in found), key=lambda due: due.due_on)
        if dues:
            letters[row.pk] = replace(_reminder(dues, today), no_mail=why)
    return letters


def _why_not(customer: Customer, today: datetime.date) -> str:
    """Asked again when it is to be sent: a mail may have waited for days."""
    login = getattr(customer, "login", None)
    if login and not login.is_active:
        return said("The sign-in of the customer was shut when it was to be sent.")
    if is_left_alone(customer.pk, today):
        return said("The customer was to be left alone when it was to be sent.")
    return ""


def _reminder(dues: Sequence[Due], today: datetime.date) -> Letter:
    whole = format_money(sum((due.balance for due in dues), ZERO))
    late = [due for due in dues if due.due_on < today]
    if late:
        all_late = len(late) == len(dues)
        subject = _("%(amount)s is overdue") if all_late else _("%(amount)s is overdue or falls due")
        says = [_("Please pay what is past its day. If you have paid in the last days, there is nothing to do.")]
    else:
        subject = _falls_due(dues[0].due_on, dues[-1].due_on, today)
        says = [_("This is a reminder of what falls due. If you have paid already, there is nothing to do.")]
    lines = [(_named(due), format_money(due.balance)) for due in dues]
    lines += [(_("Together"), whole)] if len(dues) > 1 else []
    subject %= {"amount": whole, "day": day(dues[0].due_on)}
    return Letter(subject, says, lines, _("Pay"), reverse("pay"))


def _falls_due(first: datetime.date, last: datetime.date, today: datetime.date) -> str:
    """The day, where it is one for all; else the day from which on."""
    if first == last:
        return _("%(amount)s falls due today") if first == today else _("%(amount)s falls due on %(day)s")
    return _("%(amount)s falls due from today") if first == today else _("%(amount)s falls due from %(day)s")


def _named(due: Due) -> str:
    told = {"month": month_name(due.month), "kind": due.get_kind_display(), "day": day(due.due_on)}
    if due.kind == Due.Kind.PRINCIPAL:
        return _("%(month)s, due %(day)s") % told
    return _("%(month)s, %(kind)s, due %(day)s") % told
