"""Papers about one customer's books: the statement of an account, and the receipt of a payment."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from accounts.models import Customer, Lender
from accounts.paper import Block, Paper, heading, pairs, table, text
from accounts.transactions import Refused
from ledger.models import Disbursement, Due, Payment
from ledger.portal.statements import Ageing, Line, Statement, statement_of
from ledger.templatetags.money import day, money, month_name
from ledger.views import spread_of

MOST_LINES = 1_000  # half a second
TOO_MANY = f"These days hold more than {MOST_LINES:,} dues and payments. Choose fewer days."
FOLLOWS = (
    "A due stands on the day it falls due, a payment on the day it was received. "
    "A balance below zero is in the customer’s favour."
)


def bounded_statement(customer: Customer, first: datetime.date, last: datetime.date, today: datetime.date) -> Statement:
    """Raises Refused where the days hold more than a paper should."""
    dues = Due.objects.of(customer).filter(due_on__range=(first, last)).count()
    if dues + Payment.objects.of(customer).filter(received_on__range=(first, last)).count() > MOST_LINES:
        raise Refused(TOO_MANY)
    return statement_of(customer, first, last, today)


def statement_pdf(customer: Customer, first: datetime.date, last: datetime.date) -> bytes:
    """Raises Refused as bounded_statement."""
    lender = Lender.load()
    today = lender.today()
    told = bounded_statement(customer, first, last, today)
    paper = Paper(f"Statement {day(first)} to {day(last)}", lender, day(today), customer)
    paper.blocks += [pairs(_sums(told)), _lines(told)]
    if not told.lines:
        paper.blocks.append(text("Nothing fell due and nothing was paid in these days."))
    paper.blocks += [*_age(told.ageing, told.aged_on), *_credit(customer, told, today), *_loans(customer, told)]
    paper.blocks.append(text(FOLLOWS, look="soft"))
    return paper.pdf()


def _sums(told: Statement) -> list[tuple[str, str]]:
    forgiven = [("Forgiven", money(told.forgiven))] if told.forgiven else []
    return [
        (f"Opening balance, {day(told.first)}", money(told.opening)),
        ("Fell due", money(told.due)),
        ("Paid", money(told.paid)),
        *forgiven,
        (f"Closing balance, {day(told.last)}", money(told.closing)),
    ]


def _lines(told: Statement) -> Block:
    """The running balance; a column for what was forgiven only where anything was."""
    columns = f"Day|What*|Due>|Paid>|{'Forgiven>|' if told.forgiven else ''}Balance>"
    rows = [_cells(line, bool(told.forgiven)) for line in told.whole]
    return table(columns, rows[:-1], rows[-1])


def _cells(line: Line, forgiven: bool) -> list[str]:
    amounts = [line.due, line.paid, line.forgiven] if forgiven else [line.due, line.paid]
    shown = [money(amount) if amount else "" for amount in amounts]
    return [day(line.day), line.words, *shown, money(line.balance)]


def _age(ageing: Ageing, on: datetime.date) -> Iterator[Block]:
    yield heading(f"Open by age on {day(on)}")
    names = [f"{name} days late" if name[0].isdigit() else "Not late" for name in ageing.by_bucket]
    late = f"The oldest is {ageing.days_late} days late." if ageing.days_late else "Nothing is late."
    yield table(
        "|".join(f"{name}>" for name in (*names, "Open")),
        [[*map(money, ageing.by_bucket.values()), money(ageing.open)]],
    )
    yield text(late)


def _credit(customer: Customer, told: Statement, today: datetime.date) -> Iterator[Block]:
    if told.last >= today:
        yield text(f"Held as credit today: {money(Payment.objects.of(customer).held())}.")
    if told.ahead:
        yield text(f"{money(told.ahead)} is held as credit or has paid later dues; the closing balance counts it.")


def _loans(customer: Customer, told: Statement) -> Iterator[Block]:
    """Money given out moves no balance by itself: the dues that bring it back do."""
    loans = Disbursement.objects.of(customer).filter(paid_on__range=(told.first, told.last)).order_by("paid_on", "id")
    if rows := [[day(loan.paid_on), _loan_words(loan), money(loan.amount)] for loan in loans]:
        yield heading("Loans given")
        yield table("Day|What*|Amount>", rows)
        yield text("A loan is repaid by the dues above and those still to come.", look="soft")


def _loan_words(loan: Disbursement) -> str:
    if loan.reverses_id:
        return f"Loan {loan.reverses_id} taken back"
    return f"Loan {loan.pk}, {loan.reference}{', taken back since' if loan.reversed else ''}"


def receipt_pdf(payment: Payment) -> bytes:
    """One payment as the customer takes it home, and where its money is."""
    customer, lender = payment.customer, Lender.load()
    kind = str(payment.get_kind_display()).capitalize()
    paper = Paper(f"{kind} {payment.pk}", lender, day(lender.today()), customer)
    paper.blocks = [text(money(payment.amount), look="big")]
    if payment.reversed:
        paper.blocks.append(text("Reversed. This payment was taken back.", look="strong"))
    paper.blocks += [
        pairs(_payment_facts(payment)),
        heading(_where(payment)),
        table("Month*|Amount>", _parts(payment), ["Together", money(payment.amount)]),
    ]
    return paper.pdf()


def _payment_facts(payment: Payment) -> list[tuple[str, str]]:
    told = [
        ("Number", str(payment.pk)),
        ("Date", day(payment.received_on)),
        ("Takes back payment", str(payment.reverses_id or "")),
        ("Came by", payment.channel),
        ("Reference", payment.reference),
        ("Of it, recovered after a charge-off", money(payment.recovered) if payment.recovered else ""),
    ]
    return [(label, value) for label, value in told if value]


def _where(payment: Payment) -> str:
    if payment.reversed:
        return "Where the money was"
    return "What it takes back" if payment.reverses_id else "Where the money is"


def _parts(payment: Payment) -> list[list[str]]:
    """Each month with its part; what lies on none is held, or went back with a refund or a reversal."""
    spread = spread_of(payment.customer, [payment])[payment.pk]
    gone = payment.amount - payment.held - sum((part for _, part in spread), Decimal(0))
    words = "Out of held credit" if payment.amount < 0 else "Handed or taken back"
    rows = [(month_name(month), part) for month, part in spread]
    rows += [(told, part) for told, part in (("Held as credit", payment.held), (words, gone)) if part]
    return [[told, money(part)] for told, part in rows]
