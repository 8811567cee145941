"""What would change a decline does: made on the real books, with the real acts, and taken back again."""

import datetime
import os
import random
from collections import Counter
from contextlib import contextmanager
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction

from accounts.models import Customer, Lender
from credit.actions import ask
from credit.cards import Card, Table
from credit.deciding import case_of, decide
from credit.histories import histories
from credit.models import CreditPolicy, CreditRequest, Decision
from credit.registry import activate
from credit.tests.asked import policy
from credit.tests.shelf import shelved
from ledger.actions import add_due, forgive_due, record_payment
from ledger.distribution import POLICIES
from ledger.models import Due, Payment
from ledger.money import smallest
from ledger.months import add_months, last_day, month_of
from ledger.proof import differences

pytestmark = pytest.mark.django_db
PEOPLE = int(os.environ.get("CHANGES_PEOPLE", "8"))
NOW = datetime.datetime(2025, 6, 17, 9, tzinfo=datetime.UTC)
TODAY = NOW.date()
CARD = Card(
    "scorecard",
    -3,
    1.1,
    0.0693,
    (
        Table("days_past_due", (1.0, 31.0, 91.0), (14, 2, -9, -22), -4),
        Table("missed", (0.5, 2.5), (12, -3, -18), 0),
        Table("percent_overall", (50.0, 80.0, 95.0), (-25, 0, 9, 16), -2),
        Table("paid_part_3", (0.3, 0.7, 0.95), (-14, 0, 6, 11), 0),
        Table("since_missed", (1.0, 3.0, 6.0), (-10, -2, 4, 8), 0),
        Table("used", (60.0, 90.0), (7, 0, -8), 0),
        Table("request_of_repaid", (20.0, 60.0), (5, 0, -6), 0),
    ),
)


@pytest.fixture(autouse=True)
def clock(lender):
    with time_machine.travel(NOW, tick=False):
        yield


@contextmanager
def a_copy_of_the_books():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def someone(number: int, chance: random.Random) -> Customer:
    """A customer of any habit: dues until some months from now, paid late, in parts or never, some let off."""
    limit = chance.choice([None, Decimal(chance.randrange(300, 3000))])
    customer = Customer.objects.create(id=number, name=f"Customer {number}", credit_limit=limit)
    skips, first = chance.random(), chance.randrange(2, 16)
    for back in range(first, -chance.randrange(0, 6), -1):
        month = add_months(month_of(TODAY), -back)
        day = month.replace(day=chance.randrange(1, 28)) if chance.random() < 0.8 else last_day(month)
        due = add_due(Due(customer=customer, month=month, due_on=day, amount=D(chance.randrange(2000, 30000))))
        if chance.random() < skips or day > TODAY:
            continue
        part = chance.choice([1, 1, 1, 0.5, 0.83])
        came = min(day + datetime.timedelta(chance.randrange(-5, 40)), TODAY)
        amount = D(round(float(due.amount) * 100 * part))
        record_payment(Payment(customer=customer, amount=amount, received_on=came, starting=month))
    for due in Due.objects.filter(customer=customer).unpaid():
        if chance.random() < 0.06:
            kind = chance.choice(Payment.FORGIVING)
            forgive_due(due, Payment(customer=customer, kind=kind, amount=due.balance))
    return customer


def D(minor: int) -> Decimal:
    return Decimal(minor) / 100


def rules(method: str, chance: random.Random) -> None:
    """Rules of any kind, in force from today."""
    Lender.objects.update(distribution_policy=chance.choice(list(POLICIES)))
    Lender.load()
    policy(
        threshold=Decimal(chance.choice([60, 80, 85, 100])),
        basis=chance.choice(CreditPolicy.Basis.values),
        least_dues=chance.choice([1, 2]),
        largest_amount=chance.choice([None, None, Decimal(200)]),
        largest_multiple=chance.choice([None, Decimal("1.5"), Decimal(1)]),
        model_threshold=Decimal(chance.choice(["0.7", "0.8", "0.9"])),
        without_model="average" if method == "average" else "refer",
    )


def wanted(customer: Customer, method: str, amount: Decimal) -> CreditRequest:
    name = "percentage" if method == "percentage" else "model"
    month = month_of(Lender.load().today())
    return CreditRequest(customer=customer, amount=amount, method=name, month=month, asked_by="c1")


def replay(customer: Customer, method: str, amount: Decimal, change: dict, less: Decimal = Decimal(0)) -> str:
    """The verdict after the change was made with the ledger's own acts; `less` of the payment is left out."""
    pay = max(Decimal(change["pay"] or 0) - less, Decimal(0))
    end = datetime.date.fromisoformat(change["until"]) if change["until"] else TODAY
    with a_copy_of_the_books(), made(customer, pay, end):
        return ask(wanted(customer, method, Decimal(change["ask"]) if change["ask"] else amount)).verdict


@contextmanager
def made(customer: Customer, pay: Decimal, end: datetime.date):
    """The clock at the end, when so much was paid today, and then each due on its day."""
    with time_machine.travel(NOW, tick=False) as now:
        if pay:
            record_payment(Payment(customer=customer, amount=pay))
        coming = Due.objects.filter(customer=customer, due_on__gt=TODAY, due_on__lte=end).order_by("due_on", "id")
        for due in coming:
            now.move_to(datetime.datetime.combine(due.due_on, datetime.time(12), datetime.UTC))
            due.reread()
            if due.balance:
                record_payment(Payment(customer=customer, amount=due.balance, starting=due.month))
        now.move_to(datetime.datetime.combine(end, datetime.time(12), datetime.UTC))
        yield


@pytest.mark.slow
@pytest.mark.parametrize("method", ["percentage", "model", "average"])
def test_every_change_flips_the_decision_and_a_coin_less_does_not(method):
    chance = random.Random(f"changes of {method}")
    seen: Counter[tuple[str, int]] = Counter()
    if method == "model":
        activate(shelved(CARD), "m1")
    for number in range(201, 201 + PEOPLE):
        with a_copy_of_the_books():
            customer, amount = someone(number, chance), D(chance.randrange(1000, 60000))
            rules(method, chance)
            decision = decide(wanted(customer, method, amount))
            seen[decision.verdict, len(decision.changes)] += 1
            for change in decision.changes:
                assert replay(customer, method, amount, change) == "approved", (number, change)
                if change["pay"] and not change["until"]:
                    assert replay(customer, method, amount, change, smallest()) != "approved", (number, change)
            adds_up(decision)
    assert (
        sum(count for (verdict, changes), count in seen.items() if verdict == "declined" and changes) >= PEOPLE / 4
    ), seen


def adds_up(decision: Decision) -> None:
    """Of a model: base and all points are the score, and the reasons are the dearest of them."""
    if decision.points is None:
        return
    told = decision.figures["points"]
    assert decision.figures["base"] + sum(told.values()) == decision.points
    lost = {table.feature: table.best - told[table.feature] for table in CARD.tables}
    shown = [reason["best"] - reason["points"] for reason in decision.reasons if "feature" in reason]
    assert shown == sorted((cost for cost in lost.values() if cost > 0), reverse=True)[: len(shown)]


@pytest.mark.parametrize("place", range(4))
def test_a_case_is_the_history_that_the_books_give(place):
    """Also after payments and months that were only thought of: the figures are those of the real books then."""
    chance = random.Random(place)
    customer = someone(300 + place, chance)
    request, end = wanted(customer, "percentage", Decimal(50)), datetime.date(2025, 8, 31)
    case = case_of(request, CreditPolicy.on(TODAY), Lender.load())
    thought = case.pay(case.overdue).until(end) if case.overdue else case.until(end)
    with a_copy_of_the_books(), made(customer, D(case.overdue), end):
        (real,) = histories([(customer.pk, end)])
        assert case_of(request, CreditPolicy.on(end), Lender.load()).owed() == thought.owed()
        sides = [(one.dues, one.paid, one.waived) for one in (real, thought.history())]
        assert sides[0] == sides[1]
        assert list(differences()) == []
