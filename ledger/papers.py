"""Papers about one customer's books: the statement of an account, and the receipt of a payment."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.models import Customer, Lender
from accounts.paper import Block, Paper, heading, pairs, table, text
from accounts.transactions import Refused
from ledger.models import Disbursement, Due, Payment
from ledger.money import apart
from ledger.portal.statements import Ageing, Line, Statement, statement_of
from ledger.templatetags.money import channel, day, money, month_name, number
from ledger.views import spread_of

MOST_LINES = 1_000  # half a second
TOO_MANY = gettext_lazy("These days hold more than %(most)s dues and payments. Choose fewer days.")
FOLLOWS = gettext_lazy(
    "A due stands on the day it falls due, a payment on the day it was received. "
    "A balance below zero is in the customer’s favour."
)


def bounded_statement(customer: Customer, first: datetime.date, last: datetime.date, today: datetime.date) -> Statement:
    """Raises Refused where the days hold more than a paper should."""
    dues = Due.objects.of(customer).filter(due_on__range=(first, last)).count()
    if dues + Payment.objects.of(customer).filter(received_on__range=(first, last)).count() > MOST_LINES:
        raise Refused(TOO_MANY % {"most": number(MOST_LINES)})
    return statement_of(customer, first, last, today)


def statement_pdf(customer: Customer, first: datetime.date, last: datetime.date) -> bytes:
    """Raises Refused as bounded_statement."""
    lender = Lender.load()
    today = lender.today()
    told = bounded_statement(customer, first, last, today)
    title = _("Statement %(first)s to %(last)s") % {"first": day(first), "last": day(last)}
    paper = Paper(title, lender, day(today), customer)
    paper.blocks += [pairs(_sums(told), sums=True), _lines(told)]
    if not told.lines:
        paper.blocks.append(text(_("Nothing fell due and nothing was paid in these days.")))
    paper.blocks += [*_age(told.ageing, told.aged_on), *_credit(customer, told, today), *_loans(customer, told)]
    paper.blocks.append(text(str(FOLLOWS), look="soft"))
    return paper.pdf()


def _sums(told: Statement) -> list[tuple[str, str]]:
    forgiven = [(_("Forgiven"), money(told.forgiven))] if told.forgives else []
    return [
        (_("Opening balance, %(day)s") % {"day": day(told.first)}, money(told.opening)),
        (_("Fell due"), money(told.due)),
        (_("Paid"), money(told.paid)),
        *forgiven,
        (_("Closing balance, %(day)s") % {"day": day(told.last)}, money(told.closing)),
    ]


def _lines(told: Statement) -> Block:
    """The running balance; a column for what was forgiven only where anything was."""
    columns = [_("Day"), pgettext("a column", "What") + "*", _("Due") + ">", _("Paid") + ">"]
    columns += [_("Forgiven") + ">"] if told.forgives else []
    columns.append(_("Balance") + ">")
    rows = [_cells(line, told.forgives) for line in told.whole]
    return table("|".join(columns), rows[:-1], rows[-1])


def _cells(line: Line, forgiven: bool) -> list[str]:
    amounts = [line.due, line.paid, line.forgiven] if forgiven else [line.due, line.paid]
    shown = [money(amount) if amount else "" for amount in amounts]
    return [day(line.day), line.words, *shown, money(line.balance)]


def _age(ageing: Ageing, on: datetime.date) -> Iterator[Block]:
    yield heading(_("Open by age on %(day)s") % {"day": day(on)})
    late = _("%(days)s days late")
    names = [late % {"days": apart(name)} if name[0].isdigit() else _("Not late") for name in ageing.by_bucket]
    told = _("Nothing is late.")
    if ageing.days_late:
        number = ageing.days_late
        told = ngettext("The oldest is %(days)s day late.", "The oldest is %(days)s days late.", number)
        told %= {"days": number}
    yield table(
        "|".join(f"{name}>" for name in (*names, pgettext("an amount", "Open"))),
        [[*map(money, ageing.by_bucket.values()), money(ageing.open)]],
    )
    yield text(told)


def _credit(customer: Customer, told: Statement, today: datetime.date) -> Iterator[Block]:
    if told.last >= today:
        yield text(_("Held as credit today: %(amount)s.") % {"amount": money(Payment.objects.of(customer).held())})
    if told.ahead:
        ahead = _("%(amount)s is held as credit or has paid later dues; the closing balance counts it.")
        yield text(ahead % {"amount": money(told.ahead)})


def _loans(customer: Customer, told: Statement) -> Iterator[Block]:
    """Money given out moves no balance by itself: the dues that bring it back do."""
    loans = Disbursement.objects.of(customer).filter(paid_on__range=(told.first, told.last)).order_by("paid_on", "id")
    if rows := [[day(loan.paid_on), _loan_words(loan), money(loan.amount)] for loan in loans]:
        yield heading(_("Loans given"))
        yield table("|".join([_("Day"), pgettext("a column", "What") + "*", _("Amount") + ">"]), rows)
        yield text(_("A loan is repaid by the dues above and those still to come."), look="soft")


def _loan_words(loan: Disbursement) -> str:
    if loan.reverses_id:
        return _("Loan %(number)s taken back") % {"number": loan.reverses_id}
    told = {"number": loan.pk, "reference": apart(loan.reference)}
    if loan.reversed:
        return _("Loan %(number)s, %(reference)s, taken back since") % told
    return _("Loan %(number)s, %(reference)s") % told


def receipt_pdf(payment: Payment) -> bytes:
    """One payment as the customer takes it home, and where its money is."""
    customer, lender = payment.customer, Lender.load()
    kind = str(payment.get_kind_display()).capitalize()
    paper = Paper(f"{kind} {payment.pk}", lender, day(lender.today()), customer)
    paper.blocks = [text(money(payment.amount), look="big")]
    if payment.reversed:
        paper.blocks.append(text(_("Reversed. This payment was taken back."), look="strong"))
    paper.blocks += [
        pairs(_payment_facts(payment)),
        heading(_where(payment)),
        table(_("Month") + "*|" + _("Amount") + ">", _parts(payment), [_("Together"), money(payment.amount)]),
    ]
    return paper.pdf()


def _payment_facts(payment: Payment) -> list[tuple[str, str]]:
    told = [
        (_("Number"), str(payment.pk)),
        (_("Date"), day(payment.received_on)),
        (_("Takes back payment"), str(payment.reverses_id or "")),
        (_("Came by"), channel(payment.channel)),
        (_("Reference"), apart(payment.reference)),
        (_("Of it, recovered after a charge-off"), money(payment.recovered) if payment.recovered else ""),
    ]
    return [(label, value) for label, value in told if value]


def _where(payment: Payment) -> str:
    if payment.reversed:
        return _("Where the money was")
    return _("What it takes back") if payment.reverses_id else _("Where the money is")


def _parts(payment: Payment) -> list[list[str]]:
    """Each month with its part; what lies on none is held, or went back with a refund or a reversal."""
    spread = spread_of(payment.customer, [payment])[payment.pk]
    gone = payment.amount - payment.held - sum((part for _, part in spread), Decimal(0))
    words = _("Out of held credit") if payment.amount < 0 else _("Handed or taken back")
    rows = [(month_name(month), part) for month, part in spread]
    rows += [(told, part) for told, part in ((_("Held as credit"), payment.held), (words, gone)) if part]
    return [[told, money(part)] for told, part in rows]
