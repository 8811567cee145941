"""What an act tells the audit trail: one entry for each customer, in facts that name the rows."""

from dataclasses import dataclass, field
from decimal import Decimal

from accounts import audit
from accounts.audit import Entry, Fact, Facts
from ledger.models import Due, Payment
from ledger.money import ZERO

OF_A_PAYMENT = ("kind", "amount", "received_on", "starting", "policy", "channel", "reference", "note")
OF_A_DUE = ("month", "amount", "due_on", "kind", "reference")
ACTS: dict[str, str] = {
    Payment.Kind.RECEIPT: "record_payment",
    Payment.Kind.REVERSAL: "reverse_payment",
    Payment.Kind.REFUND: "refund_credit",
    Payment.Kind.WAIVER: "forgive_due",
    Payment.Kind.CHARGE_OFF: "forgive_due",
}


def payment_facts(payment: Payment) -> dict[str, Fact]:
    facts = {"payment": payment.pk, **audit.values(payment, OF_A_PAYMENT)}
    return facts | ({"reverses": payment.reverses_id} if payment.reverses_id else {})


def due_facts(due: Due) -> dict[str, Fact]:
    return {"due": due.pk, **audit.values(due, OF_A_DUE)}


@dataclass
class Noted:
    """Rows of one customer that one act wrote; with more than one they are counted and added up."""

    act: str
    facts: Facts  # of the first, as they were when they were written
    batch: str
    first: int
    last: int
    payments: int = 0
    received: Decimal = ZERO
    dues: int = 0
    raised: Decimal = ZERO

    def entry(self, customer: int) -> Entry:
        if self.batch:
            return Entry(customer, "post_batch", {"batch": self.batch, **self.sums()})
        return Entry(customer, self.act, self.facts if self.payments + self.dues == 1 else self.sums())

    def sums(self) -> dict[str, Fact]:
        told: dict[str, Fact] = {"first_row": self.first, "last_row": self.last}
        if self.payments:
            told |= {"payments": self.payments, "received": audit.fact(self.received)}
        if self.dues:
            told |= {"dues": self.dues, "raised": audit.fact(self.raised)}
        return told


@dataclass
class Told:
    """Gathered while the books are open. An act says itself what rows alone do not say; `undone` names the batch
    that is taken back."""

    undone: str = ""
    entries: dict[int, Entry] = field(default_factory=dict)
    noted: dict[int, Noted] = field(default_factory=dict)

    def tell(self, customer: int, act: str, facts: Facts) -> None:
        self.entries[customer] = Entry(customer, act, facts)

    def payment(self, payment: Payment) -> None:
        noted = self.noted.get(payment.customer_id)
        if noted is None:
            noted = Noted(
                ACTS.get(payment.kind, f"record_{payment.kind}"), payment_facts(payment), _batch(payment), payment.pk, 0
            )
            self.noted[payment.customer_id] = noted
        noted.last, noted.payments, noted.received = payment.pk, noted.payments + 1, noted.received + payment.amount

    def due(self, due: Due, sign: int) -> None:
        noted = self.noted.get(due.customer_id)
        if noted is None:
            act = "add_due" if sign > 0 else "withdraw_due"
            noted = Noted(act, due_facts(due), _batch(due) if sign > 0 else "", due.pk, 0)
            self.noted[due.customer_id] = noted
        noted.last, noted.dues, noted.raised = due.pk, noted.dues + 1, noted.raised + sign * due.amount

    def all(self) -> list[Entry]:
        """Ascending by customer; what the act said itself stands for the rows it wrote."""
        return [self._entry(customer) for customer in sorted(self.noted.keys() | self.entries.keys())]

    def _entry(self, customer: int) -> Entry:
        if said := self.entries.get(customer):
            return said
        noted = self.noted[customer]
        if self.undone:
            return Entry(customer, "undo_batch", {"batch": self.undone, **noted.sums()})
        return noted.entry(customer)


def _batch(row: Payment | Due) -> str:
    """The name of the batch that brings the row now; one that brought it long ago is not asked for."""
    known = row._meta.get_field("batch").is_cached(row)
    return row.batch.name if known and row.batch else ""
