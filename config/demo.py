"""A small lender's books to look at: forty customers, dues since 2021, payers of every habit, and a model of them."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.actions import accept_invitation, add_manager, invite, register_customer
from accounts.models import Batch, Customer, Lender, Manager, User
from config.checks import DEMO_PASSWORDS
from credit.actions.activating import activate_at_once
from credit.models import ScoringModel, Training
from credit.training import train
from ledger.acting import open_books
from ledger.bulk.dues import DueRow, Dues
from ledger.bulk.kinds import Kind
from ledger.bulk.payments import PaymentRow, Payments
from ledger.months import add_months, last_day, month_of

FIRST_MONTH = datetime.date(2021, 1, 1)
NAMES = (
    "Asha Patel", "Bo Lindqvist", "Carmen Ruiz", "Daniel Mwangi", "Elif Demir", "Femi Adeyemi", "Grace Njeri",
    "Hugo Martin", "Ines Costa", "Jonas Weber", "Kavya Nair", "Lucas Silva", "Maryam Haddad", "Noah Kim",
    "Olga Petrova", "Priya Sharma", "Quentin Roy", "Rosa Morales", "Samuel Otieno", "Tariq Aziz", "Uma Iyer",
    "Victor Popescu", "Wanjiru Kamau", "Ximena Lopez", "Yusuf Khan", "Zoe Papadakis", "Amara Diallo", "Bruno Rossi",
    "Chen Wei", "Dina Saleh", "Emre Kaya", "Fatou Ndiaye", "Gita Rao", "Hana Sato", "Ivan Horvat", "Joy Achieng",
    "Karim Benali", "Leila Farsi", "Mateo Vargas", "Nadia Rahman",
)  # fmt: skip


def fill_demo(with_model: bool = True) -> bool:
    """Fill empty books; returns False, and touches nothing, when there is anything in them."""
    if Customer.objects.exists() or User.objects.exists():
        return False
    Lender.load()
    Lender.objects.filter(id=1).update(
        name="Corner Shop Credit", address="12 Market Street", registration_open=True, time_zone="UTC"
    )
    manager = Manager(id=1, name="Mira Okafor", email="mira@example.com", phone="+1 555 0100", age=41)
    with transaction.atomic():
        people = [_customer(place, name) for place, name in enumerate(NAMES)]
        users = [add_manager(manager, all_rights=True), *(invite(person) for person in people[:2])]
        _books(people)
    for user in users:
        accept_invitation(user, DEMO_PASSWORDS[user.username])
    if with_model:
        train_demo()
    return True


def train_demo() -> None:
    """A model of the demo's books, where there is none yet. Half a year is the time in which they tell most often of
    a default."""
    if ScoringModel.objects.exists() or not Batch.objects.filter(recorded_by="demo").exists():
        return
    best, *_ = train(Training(outcomes="derived", months=6, today=Lender.load().today(), asked_by="demo"))
    activate_at_once(best, "demo")


def _customer(place: int, name: str) -> Customer:
    first, *_, last = name.lower().split()
    return register_customer(
        Customer(
            name=name,
            email=f"{first}.{last}@example.com",
            phone=f"+1 555 02{place:02}",
            age=22 + place * 7 % 40,
            credit_limit=Decimal(1000 + place * 250 % 4000) if place else Decimal(5000),  # 101 may borrow more
        )
    )


def _books(people: list[Customer]) -> None:
    """Dues for every month, and payments by each one's habit."""
    lender = Lender.load()
    today = lender.today()
    dues: list[DueRow] = []
    payments: list[PaymentRow] = []
    for place, person in enumerate(people):
        trouble = _trouble(person.id, _reliability(place), today) if place > 1 else {}
        chance = random.Random(person.id)  # its own seed: one customer more does not change the others
        owed = list(_dues(person.id, chance, today))
        dues += owed
        payments += _late(_payments(owed, _reliability(place), place, chance, today), trouble, today)
    _post(Dues(), dues, lender)
    _post(Payments(), payments, lender)


def _post(kind: Kind[Any], rows: list[Any], lender: Lender) -> None:
    """As a file of these rows would be."""
    name, count = f"demo {kind.name}", len(rows)
    batch = Batch.objects.create(kind=kind.name, name=name, sha256=name, rows=count, added=count, recorded_by="demo")
    with open_books({row.customer for row in rows}) as books:
        kind.post(sorted(rows, key=lambda row: (row.customer, kind.order(row))), batch, lender, books)


def _reliability(place: int) -> float:
    """The first customer, 101, pays well; 102 is the bad payer."""
    return {0: 1.1, 1: 0.4}.get(place, (0.97, 0.92, 0.8, 0.6)[place % 4])


def _trouble(number: int, reliability: float, today: datetime.date) -> dict[datetime.date, datetime.date]:
    """The months of hard times, each with the day on which they ended and all was made up for."""
    chance = random.Random(f"trouble of {number}")
    month = FIRST_MONTH
    found: dict[datetime.date, datetime.date] = {}
    while month <= today:
        if chance.random() < (1.02 - reliability) * 0.08:
            months = [add_months(month, n) for n in range(chance.randrange(4, 7))]
            found |= dict.fromkeys(months, add_months(months[-1], 1).replace(day=chance.randrange(1, 28)))
            month = add_months(months[-1], 6)
        month = add_months(month, 1)
    return found


def _late(
    payments: Iterator[PaymentRow], trouble: dict[datetime.date, datetime.date], today: datetime.date
) -> Iterator[PaymentRow]:
    """The payments as they came, with hard times in between."""
    for payment in payments:
        day = trouble.get(payment.starting or today, payment.received_on)
        if day <= today:
            yield replace(payment, received_on=day)


def _dues(number: int, chance: random.Random, today: datetime.date) -> Iterator[DueRow]:
    """One due a month until the end of this year, larger each year; now and then a month without one."""
    month = FIRST_MONTH
    monthly = chance.choice([80, 100, 120, 150, 200])
    while month.year <= today.year:
        if number in (101, 102) or chance.random() < 0.9:
            amount = (
                Decimal(monthly + 10 * (month.year - FIRST_MONTH.year)) + Decimal(chance.randrange(0, 400, 5)) / 100
            )
            due_on = min(month.replace(day=25), last_day(month))
            yield DueRow(0, number, month, due_on, "principal", "", amount)
        month = add_months(month, 1)


def _payments(
    dues: list[DueRow], reliability: float, place: int, chance: random.Random, today: datetime.date
) -> Iterator[PaymentRow]:
    """Most dues are paid near their day and some late; one customer in ten, and 102, leaves some open for good.

    The first two have something open, to try: 101, who pays well, half of this month; 102 the last two and more.
    """
    habit = "m-pesa" if place % 3 == 1 else "cash"
    leaves_open = place % 10 == 3 or place == 1
    for due in dues:
        if place < 2 and due.month > add_months(month_of(today), -2 * place):
            return
        mood = chance.random() if place else 0.0
        if mood > reliability + 0.02 and leaves_open:
            continue
        newest = due.month == month_of(today)
        whole = mood < reliability * 0.95 and not (newest and place == 0)
        amount = due.amount if whole or (not leaves_open and place) else (due.amount / 2).quantize(Decimal(1))
        late = chance.choice([-6, -3, -1, 0, 0, 1, 2, 4]) if mood < reliability * 0.8 else chance.choice([12, 26, 41])
        day = due.due_on + datetime.timedelta(late) if place or not newest else due.month
        if day <= today:
            reference = f"{due.month:%Y-%m}-{due.customer}"
            yield PaymentRow(0, due.customer, day, amount, due.month, reference, habit)
