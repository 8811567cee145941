"""What tests of models build with: a made-up sample in which late payers default, and a small model on the shelf."""

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal

import numpy as np

from accounts.models import Customer, Lender
from credit.cards import Card, Table
from credit.features import FEATURES
from credit.models import Outcome, ScoringModel
from credit.registry import shelve
from credit.scorecard import Sample
from credit.timeline import History
from credit.training import gather
from ledger.models import Due, Payment

AS_OF = datetime.date(2025, 6, 30)
CARD = Card(
    "scorecard",
    30,
    0.0,
    0.0347,
    (Table("missed", (0.5, 2.5), (20, -5, -40), 0), Table("percent_overall", (50.0, 80.0), (-30, 4, 25), -2)),
)


def made_up(number: int, seed: int = 7) -> Iterator[tuple[History, bool]]:
    """Customers with a year of dues; the more often one skips a payment, the likelier the default."""
    chance = random.Random(seed)
    for customer in range(1, number + 1):
        skips, amount = chance.betavariate(1, 3), chance.randrange(50, 500) * 100
        months = [datetime.date(2024 + (6 + back) // 12, (6 + back) % 12 + 1, 5) for back in range(12)]
        dues = tuple((day, amount) for day in months)
        paid = tuple(
            (day + datetime.timedelta(chance.randrange(20)), amount) for day in months if chance.random() > skips
        )
        yield History(customer, AS_OF, amount * 6, dues, tuple(sorted(paid))), chance.random() < 0.05 + 0.8 * skips


def sample(number: int, seed: int = 7) -> Sample:
    return gather(made_up(number, seed))


def books(number: int) -> None:
    """The same people in the database, with their outcomes."""
    Lender.load()
    people = list(made_up(number))
    Customer.objects.bulk_create(
        Customer(id=one.customer, name=f"Customer {one.customer}", credit_limit=_money(one.limit or 0))
        for one, _ in people
    )
    Due.objects.bulk_create(
        Due(customer_id=one.customer, month=day.replace(day=1), due_on=day, amount=_money(amount))
        for one, _ in people
        for day, amount in one.dues
    )
    Payment.objects.bulk_create(
        Payment(customer_id=one.customer, received_on=day, amount=_money(amount), policy="oldest_first")
        for one, _ in people
        for day, amount in one.paid
    )
    Outcome.objects.bulk_create(Outcome(customer_id=one.customer, as_of=AS_OF, defaulted=bad) for one, bad in people)


def _money(minor: int) -> Decimal:
    return Decimal(minor) / 100


def shelved(card: Card = CARD) -> ScoringModel:
    row = ScoringModel(kind=card.kind, outcomes="imported", metrics={"auc": 0.7}, trained_by="a test")
    row.rows, row.bad, row.first_as_of, row.last_as_of = 500, 100, AS_OF, AS_OF
    return shelve(row, card)


def random_values(number: int, seed: int = 3) -> list[dict[str, float | None]]:
    """Features as customers might have them, some not known."""
    chance = np.random.default_rng(seed)
    size = (number, len(FEATURES))
    drawn = np.where(chance.random(size) < 0.1, np.nan, chance.normal(0, 1, size) * 10 ** chance.uniform(-2, 7, size))
    return [
        {one.name: None if np.isnan(value) else float(value) for one, value in zip(FEATURES, row, strict=True)}
        for row in drawn
    ]
