"""Standings and tallies follow every act; a figure out of step is named, and made right from the books."""

import datetime
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from ledger import figures
from ledger.acting import books_of
from ledger.actions import add_due, change_due, forgive_due, record_payment, refund_credit, reverse_payment
from ledger.models import Due, Payment, Standing, Tally
from ledger.proof import differences

pytestmark = pytest.mark.every_case("postgresql")

JANUARY, FEBRUARY = datetime.date(2025, 1, 1), datetime.date(2025, 2, 1)
LAST_OF_JANUARY, LAST_OF_FEBRUARY = datetime.date(2025, 1, 31), datetime.date(2025, 2, 28)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def told() -> dict[tuple[str, datetime.date], D]:
    rows: Any = Tally.objects.by_day()
    return {(row["figure"], row["day"]): row["sum"] for row in rows if row["sum"]}


@pytest.fixture
def owing(lender, asha):
    """January 100.00 and February 80.00 are owed; 30.00 came on March 3rd."""
    january = add_due(Due(customer=asha, month=JANUARY, amount=D(100)))
    add_due(Due(customer=asha, month=FEBRUARY, amount=D(80)))
    record_payment(Payment(customer=asha, amount=D(30), received_on=datetime.date(2025, 3, 3)))
    return january


def test_a_customer_stands_with_all_that_is_open_since_the_oldest_day(owing, asha):
    standing = Standing.objects.get(customer=asha)
    assert (standing.outstanding, standing.oldest_due_on) == (D(150), LAST_OF_JANUARY)


def test_who_owes_nothing_has_no_standing(owing, asha):
    record_payment(Payment(customer=asha, amount=D(150)))
    assert not Standing.objects.exists()


def test_the_days_tell_what_was_raised_received_is_open_and_at_risk(owing):
    assert told() == {
        ("raised", LAST_OF_JANUARY): D(100),
        ("raised", LAST_OF_FEBRUARY): D(80),
        ("received", datetime.date(2025, 3, 3)): D(30),
        ("open", LAST_OF_JANUARY): D(70),
        ("open", LAST_OF_FEBRUARY): D(80),
        ("at_risk", LAST_OF_JANUARY): D(150),
    }


def test_a_waiver_is_no_money_received(owing, asha):
    forgive_due(owing, Payment(customer=asha, amount=D(70), kind="waiver"))
    assert sum(part for (figure, _), part in told().items() if figure == "received") == D(30)
    assert told()["at_risk", LAST_OF_FEBRUARY] == D(80)


def test_a_corrected_due_moves_from_day_to_day(owing):
    change_due(owing, amount=D(90), due_on=LAST_OF_FEBRUARY)
    assert told()["raised", LAST_OF_FEBRUARY] == D(170)
    assert ("raised", LAST_OF_JANUARY) not in told()
    assert list(differences()) == []


def test_credit_that_waits_and_leaves_is_told(owing, asha):
    payment = record_payment(Payment(customer=asha, amount=D(200), received_on=datetime.date(2025, 4, 1)))
    assert told()["held", datetime.date(2025, 4, 1)] == D(50)
    refund = refund_credit(Payment(customer=asha, amount=D(-50)))
    assert ("held", datetime.date(2025, 4, 1)) not in told()
    reverse_payment(refund)
    reverse_payment(payment)
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("UPDATE ledger_standing SET outstanding = outstanding + 1", "customer 101, standing 2025-01-31: a customer's"),
        ("UPDATE ledger_standing SET oldest_due_on = '2025-01-30'", "customer 101, standing 2025-01-30: a customer's"),
        ("DELETE FROM ledger_standing", "customer 101, standing 2025-01-31: a customer's standing"),
        ("UPDATE ledger_tally SET amount = amount + 1 WHERE figure = 'open'", "open 2025-01-31: a day's figure is not"),
        ("DELETE FROM ledger_tally WHERE figure = 'at_risk'", "at_risk 2025-01-31: a day's figure is not"),
        ("UPDATE ledger_tally SET day = '2025-03-04' WHERE figure = 'received'", "received 2025-03-04: a day's figure"),
    ],
)
def test_a_figure_out_of_step_is_named_and_made_anew(damage, named, owing):
    assert list(differences()) == []
    run(damage)
    assert any(line.startswith(named) for line in differences()), list(differences())
    call_command("rebuild_figures")
    assert list(differences()) == []


def test_folding_keeps_every_sum(owing, asha):
    record_payment(Payment(customer=asha, amount=D(20), received_on=datetime.date(2025, 3, 3)))
    before, rows = told(), Tally.objects.count()
    saved = figures.fold()
    assert saved > 0
    assert Tally.objects.count() == rows - saved
    assert told() == before
    assert figures.fold() == 0


def test_an_act_inside_an_act_on_the_same_customer_is_a_programming_error(lender, asha, bo):
    with books_of([asha.pk]), pytest.raises(RuntimeError, match="an act inside an act"):
        add_due(Due(customer=asha, month=JANUARY, amount=D(1)))
    with books_of([asha.pk]):
        add_due(Due(customer=bo, month=JANUARY, amount=D(1)))  # another's books may be open beside
    assert list(differences()) == []
