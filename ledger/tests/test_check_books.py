"""check_books is silent on sound books, and for every kind of damage it names the customer and the row."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal as D
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from accounts.models import Customer
from ledger import proof
from ledger.actions import add_due, change_due, forgive_due, record_payment, refund_credit, reverse_payment
from ledger.models import Due, Payment

pytestmark = pytest.mark.every_case("postgresql")

JANUARY, FEBRUARY, MARCH = (datetime.date(2025, month, 1) for month in (1, 2, 3))


@dataclass
class Story:
    """Rows of asha's books that damage is done to, and one due and one payment of bo."""

    january: Due
    february: Due
    march: Due
    first: Payment  # fills January, and 20.00 was refunded of it
    reversed: Payment
    mirror: Payment
    held: Payment  # waits for dues from April on
    refund: Payment
    theirs: Payment
    their_due: Due


def due(customer: Customer, month: datetime.date, amount: str) -> Due:
    return add_due(Due(customer=customer, month=month, amount=D(amount)))


def pay(customer: Customer, amount: str, **more: object) -> Payment:
    return record_payment(Payment(customer=customer, amount=D(amount), **more))


@pytest.fixture
def story(lender, asha: Customer, bo: Customer) -> Story:
    """Payments, a reversal, a refund, a reversed refund, a changed due, a waiver, held credit."""
    january = due(asha, JANUARY, "100")
    first = pay(asha, "130", key="k-1")
    reverse_payment(refund_credit(Payment(customer=asha, amount=D("-5"))))
    refund = refund_credit(Payment(customer=asha, amount=D("-20")))
    february = due(asha, FEBRUARY, "80.05")
    wrong = pay(asha, "40", key="k-2")
    mirror = reverse_payment(wrong)
    change_due(january, amount=D("95"))
    march = due(asha, MARCH, "60")
    waive(asha, march, "60")
    pay(asha, "65.05")
    held = pay(asha, "12.34", policy="forward", starting=datetime.date(2025, 4, 1))
    rows: list[Any] = [january, february, march, first, wrong, mirror, held, refund]
    rows += [pay(bo, "10"), due(bo, JANUARY, "30")]
    for row in rows:
        row.refresh_from_db()
    return Story(*rows)


def waive(customer: Customer, due: Due, amount: str) -> None:
    forgive_due(due, Payment(customer=customer, amount=D(amount), kind="waiver", received_on=MARCH))


def check_books() -> tuple[int, list[str]]:
    """Exit code and lines."""
    out = StringIO()
    try:
        call_command("check_books", stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def without(constraint: str, table: str) -> None:
    """Take a rule of the table off for the rest of the test, whose transaction is rolled back."""
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints = ON")
        return
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f"ALTER TABLE ledger_{table} DROP CONSTRAINT {constraint}")


@pytest.fixture(autouse=True)
def checks_on_again(db: None) -> Iterator[None]:
    yield
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints = OFF")


def change(row: Due | Payment, sets: str) -> None:
    table = row._meta.db_table
    run(f"UPDATE {table} SET {sets} WHERE customer_id = {row.customer_id} AND id = {row.pk}")  # noqa: S608


def join(customer: int, payment: Payment, *, due: str = "NULL", counterpart: str = "NULL", amount: int = 700) -> int:
    """Insert an allocation as another program would; its id comes back."""
    run(
        "INSERT INTO ledger_allocation (customer_id, payment_id, due_id, counterpart_id, amount, recorded_at)"  # noqa: S608
        f" VALUES ({customer}, {payment.pk}, {due}, {counterpart}, {amount}, '2025-01-31 12:00:00+00:00')"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(id) FROM ledger_allocation")
        return int(cursor.fetchone()[0])


# Each damage returns the start of the line that must name it.
def applied_without_an_allocation(story: Story) -> str:
    change(story.first, "applied = applied - 1")
    return f"customer 101, payment {story.first.pk}"


def paid_without_an_allocation(story: Story) -> str:
    change(story.february, "paid = paid - 1")
    return f"customer 101, due {story.february.pk}"


def forgiven_turned_into_paid(story: Story) -> str:
    change(story.march, "forgiven = forgiven - 100, paid = paid + 100")
    return f"customer 101, due {story.march.pk}"


def payment_of_another_customer(story: Story) -> str:
    return f"customer 101, allocation {join(101, story.theirs, due=str(story.january.pk))}"


def due_of_another_customer(story: Story) -> str:
    return f"customer 101, allocation {join(101, story.held, due=str(story.their_due.pk))}"


def counterpart_of_another_customer(story: Story) -> str:
    return f"customer 101, allocation {join(101, story.held, counterpart=str(story.theirs.pk))}"


def customer_of_neither_side(story: Story) -> str:
    return f"customer 102, allocation {join(102, story.held, due=str(story.january.pk))}"


def one_half_of_a_pair(story: Story) -> str:
    join(101, story.held, counterpart=str(story.refund.pk))
    return f"customer 101, payment {story.held.pk}"


def credit_beside_an_open_due(story: Story) -> str:
    change(story.held, "starting = '2025-02-01'")
    change(story.february, "paid = paid - 1")
    return f"customer 101, payment {story.held.pk}"


def mirror_of_another_amount(story: Story) -> str:
    change(story.mirror, "amount = amount - 1")
    return f"customer 101, payment {story.mirror.pk}"


def mirror_of_an_unmarked_payment(story: Story) -> str:
    change(story.reversed, "reversed = false")
    return f"customer 101, payment {story.mirror.pk}"


def mirror_that_took_back_too_little(story: Story) -> str:
    change(story.mirror, "applied = applied + 1")
    return f"customer 101, payment {story.mirror.pk}"


def mirror_that_filled_another_due(story: Story) -> str:
    run(
        f"UPDATE ledger_allocation SET due_id = {story.march.pk}"  # noqa: S608
        f" WHERE payment_id = {story.mirror.pk} AND due_id = {story.february.pk}"
    )
    return f"customer 101, payment {story.reversed.pk}"


def marked_without_a_mirror(story: Story) -> str:
    change(story.held, "reversed = true")
    return f"customer 101, payment {story.held.pk}"


def refund_that_waits(story: Story) -> str:
    change(story.refund, "applied = applied + 1")
    return f"customer 101, payment {story.refund.pk}"


def key_used_twice(story: Story) -> str:
    run("DROP INDEX payment_key_is_used_once")
    change(story.held, "key = 'k-1'")
    return f"customer 101, payment {story.first.pk}"


def overpaid_due(story: Story) -> str:
    without("due_never_overpaid", "due")
    change(story.january, "paid = amount + 1")
    return f"customer 101, due {story.january.pk}"


def due_paid_less_than_nothing(story: Story) -> str:
    without("due_parts_not_negative", "due")
    change(story.their_due, "paid = -1")
    return f"customer 102, due {story.their_due.pk}"


def over_applied_payment(story: Story) -> str:
    without("payment_never_over_applied", "payment")
    change(story.held, "applied = amount + 1")
    return f"customer 101, payment {story.held.pk}"


def over_applied_refund(story: Story) -> str:
    without("payment_never_over_applied", "payment")
    change(story.refund, "applied = amount - 1")
    return f"customer 101, payment {story.refund.pk}"


DAMAGES: dict[str, list[Callable[[Story], str]]] = {
    "a payment's applied part is not the sum of its allocations": [applied_without_an_allocation],
    "a due's paid and forgiven parts are not the sum of its allocations": [paid_without_an_allocation],
    "a due's forgiven part is not what waivers and charge-offs gave it": [forgiven_turned_into_paid],
    "an allocation joins two customers": [
        payment_of_another_customer,
        due_of_another_customer,
        counterpart_of_another_customer,
        customer_of_neither_side,
    ],
    "money handed from payment to payment does not add to nothing": [one_half_of_a_pair],
    "credit is held beside an open due that its policy may fill": [credit_beside_an_open_due],
    "a reversal is not the mirror of what it reverses": [
        mirror_of_another_amount,
        mirror_of_an_unmarked_payment,
        mirror_that_took_back_too_little,
    ],
    "a payment and its reversal leave something on a due": [mirror_that_filled_another_due],
    "a payment is marked reversed and no mirror stands beside it": [marked_without_a_mirror],
    "a refund or reversal has money that waits": [refund_that_waits],
    "a key is used twice": [key_used_twice],
    "a due is paid or forgiven beyond its amount": [overpaid_due, due_paid_less_than_nothing],
    "a payment is applied beyond its amount": [over_applied_payment, over_applied_refund],
}
ELSEWHERE = proof.SUMMED | proof.DONE | proof.LENT  # test_figures.py, test_confirmed_is_done.py, test_lending.py
PLANTED = [(claim, damage) for claim, damages in DAMAGES.items() for damage in damages]


def test_sound_books_say_nothing_and_exit_0(story):
    kinds = set(Payment.objects.values_list("kind", flat=True))
    assert kinds == {"receipt", "reversal", "refund", "waiver"}
    assert story.held.held == D("12.34")
    assert story.march.forgiven == D("60")
    assert check_books() == (0, [])


def test_empty_books_are_sound(db):
    assert check_books() == (0, [])


@pytest.mark.parametrize(("claim", "damage"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_damage_is_named(claim, damage, story):
    named = damage(story)
    code, lines = check_books()
    assert code == 1
    assert [line for line in lines if line.startswith(f"{named}: {claim} (")], lines


def test_every_proof_has_its_damage():
    assert set(DAMAGES) | set(ELSEWHERE) == set(proof.PROOFS)


def test_damage_to_one_customer_accuses_nobody_else(story):
    change(story.their_due, "paid = paid - 1")
    accused = {line.split(",")[0] for line in check_books()[1] if line.startswith("customer")}
    assert accused == {"customer 102"}


def test_an_allocation_that_joins_two_customers_names_both(story):
    number = join(101, story.theirs, due=str(story.january.pk))
    line = f"customer 101, allocation {number}: an allocation joins two customers (102, 101)"
    assert line in check_books()[1]


def test_the_constraints_alone_stop_what_a_proof_seeks_behind_them(story):
    for row, sets in (
        (story.january, "paid = amount + 1"),
        (story.held, "applied = amount + 1"),
        (story.held, "key = 'k-1'"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(row, sets)
