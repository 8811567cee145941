"""Worked stories from a file, played through the acts in a transaction that is rolled back."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import LARGEST_NUMBER, Customer, Lender
from accounts.transactions import Refused
from ledger.actions import add_due, record_payment, refund_credit, reverse_payment
from ledger.models import Due, Payment
from ledger.months import month_from

Story = dict[str, Any]


def play(file: Story) -> list[str]:
    """Play every story, credit-use case and component order of the file; return a line for each difference."""
    if not count(file):
        raise ValueError("no stories under allocation_stories, credit_use or components")
    differences: list[str] = []
    players = {"allocation_stories": _allocation, "credit_use": _credit_use, "components": _components}
    for section, player in players.items():
        for story in file.get(section, []):
            with transaction.atomic():
                try:
                    differences += [f"{story['id']}: {line}" for line in player(story, _stranger())]
                except Refused as refusal:
                    differences.append(f"{story['id']}: refused: {refusal.sentence}")
                transaction.set_rollback(True)
    return differences


def count(file: Story) -> int:
    return sum(len(dict(file).get(section, [])) for section in ("allocation_stories", "credit_use", "components"))


def _stranger() -> Customer:
    """A customer who is in nobody's books."""
    number = LARGEST_NUMBER
    while Customer.objects.filter(id=number).exists():
        number -= 1
    return Customer.objects.create(id=number, name="Story")


def _allocation(story: Story, customer: Customer) -> Iterator[str]:
    dues = [_raise(customer, due, f"{place}") for place, due in enumerate(story["dues"], 1)]
    payments: dict[str, Payment] = {}
    for number, step in enumerate(story["steps"], 1):
        _take(step, customer, payments)
        for name, wanted, got in _compare(step["expect"], dues, customer):
            if wanted != got:
                yield f"step {number} ({step['op']}): {name} should be {wanted}, is {got}"


def _take(step: Story, customer: Customer, payments: dict[str, Payment]) -> None:
    """One step of a story, by the act it names."""
    if step["op"] == "reverse":
        reverse_payment(payments[step["ref"]])
        return
    if step["op"] not in ("pay", "refund"):
        raise Refused(f"the step {step['op']!r} is not known; steps are pay, refund and reverse")
    payment = Payment(
        customer=customer,
        amount=Decimal(str(step["amount"])),
        received_on=_date(step.get("date")),
        starting=_month(step["start_period"]) if step.get("start_period") else None,
        policy=step.get("policy", ""),
    )
    if step["op"] == "refund":
        payment.amount = -payment.amount
    act = record_payment if step["op"] == "pay" else refund_credit
    payments[step.get("id", "")] = act(payment)


def _compare(expect: Story, dues: list[Due], customer: Customer) -> Iterator[tuple[str, Any, Any]]:
    for due in dues:
        due.reread()
    figures = {
        "paid": [due.paid for due in dues],
        "outstanding": [due.balance for due in dues],
        "credit": Payment.objects.of(customer).held(),
        "total_outstanding": sum((due.balance for due in dues), Decimal(0)),
    }
    for name, wanted in expect.items():
        if name not in figures:
            yield name, wanted, "not a figure that is known"
        elif isinstance(wanted, list):
            yield name, [Decimal(str(one)) for one in wanted], figures[name]
        else:
            yield name, Decimal(str(wanted)), figures[name]


def _credit_use(story: Story, customer: Customer) -> Iterator[str]:
    for place, due in enumerate(story["start"].get("open_dues", []), 1):
        _raise(customer, due, f"{place}")
    record_payment(
        Payment(customer=customer, amount=Decimal(str(story["start"]["credit"])), policy="forward_then_back")
    )
    today = Lender.load().today()
    due = _raise(customer, {"period": f"{today:%Y-%m}", "amount": story["step"]["due"]}, "new")
    due.reread()
    figures = {"paid": due.paid, "outstanding": due.balance, "credit": Payment.objects.of(customer).held()}
    for name, wanted in story["expect"].items():
        if Decimal(str(wanted)) != figures.get(name):
            yield f"{name} should be {wanted}, is {figures.get(name)}"


def _components(story: Story, customer: Customer) -> Iterator[str]:
    """One month of several kinds, filled in the order that the story gives the lender."""
    Lender.load()
    Lender.objects.filter(id=1).update(component_order=",".join(story["order"]))
    amounts = {kind: amount for kind, amount in story["due"].items() if amount}
    period = {"period": "2020-01"}
    dues = {kind: _raise(customer, period | {"amount": amount, "kind": kind}, "") for kind, amount in amounts.items()}
    payment = record_payment(Payment(customer=customer, amount=Decimal(str(story["payment"])), policy="forward"))
    for kind, wanted in story["expect"].items():
        got = Due.objects.get(customer=customer, pk=dues[kind].pk).paid if kind in dues else Decimal(0)
        if got != Decimal(str(wanted)):
            yield f"{kind} should take {wanted}, took {got}"
    if payment.held != Decimal(str(story["left_over"])):
        yield f"left over should be {story['left_over']}, is {payment.held}"


def _raise(customer: Customer, due: Story, reference: str) -> Due:
    return add_due(
        Due(
            customer=customer,
            month=_month(due["period"]),
            due_on=_date(due.get("due_date")),
            kind=due.get("kind", Due.Kind.PRINCIPAL),
            reference=reference,
            amount=Decimal(str(due["amount"])),
        )
    )


def _date(text: str | None) -> Any:
    """None is for the act to fill in."""
    return datetime.date.fromisoformat(text) if text else None


def _month(period: str) -> datetime.date:
    year, _, number = period.partition("-")
    return month_from(int(year), int(number[:2]))
