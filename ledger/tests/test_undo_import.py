"""A batch taken back whole: the books are as before, or it is refused with what rests on it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts import messages
from accounts.models import Batch, Customer, Lender, MailChoice, Message, User
from credit.models import Outcome
from ledger.actions import refund_credit, reverse_payment
from ledger.bulk import dues, payments, undoing
from ledger.models import Due, Payment, Reminder
from ledger.proof import differences
from ledger.tests.shop import D, books, credit, customers, due, export, file, load, paid, pay, undo, undo_refused

pytestmark = [pytest.mark.django_db, pytest.mark.every_case("postgresql")]

FILES = {
    "customers": ["customer,name,age", "7,Ida,30", "8,Ole,"],
    "dues": ["customer,year,month,amount", "1,2025,1,100.00", "1,2025,2,100.00", "2,2025,1,40.00"],
    "payments": ["customer,date,amount", "1,2025-02-10,150.00", "1,2025-02-11,80.00", "2,2025-02-11,50.00"],
    "outcomes": ["customer,as_of,defaulted", "1,2025-03-31,1", "2,2025-03-31,0"],
}


@pytest.fixture(autouse=True)
def two_customers(db):
    customers(1, 2)


def load_file(kind: str, folder: Any) -> None:
    load(kind, file(folder, *FILES[kind], name=f"{kind}.csv"))


def snapshot() -> tuple[Any, ...]:
    """What the books say, without the traces that a thing done and undone leaves."""
    people = list(Customer.objects.order_by("id").values_list("id", "name"))
    outcomes = list(Outcome.objects.order_by("customer").values_list("customer", "as_of", "defaulted"))
    return people, outcomes, books(), credit(), [export(kind) for kind in ("customers", "dues", "payments", "outcomes")]


def past() -> None:
    """Customer 1 owes 60 in December and March, 2 has 70 held; each paid before."""
    due(1, "2024-12", "60.00")
    due(1, "2025-03", "60.00")
    pay(1, "20.00")
    pay(2, "30.00")
    pay(2, "40.00")


# --- As before ----------------------------------------------------------------------------------
@pytest.mark.parametrize("before", [lambda: None, past], ids=["empty books", "books with a past"])
@pytest.mark.parametrize("kind", FILES)
def test_the_books_are_as_before_and_the_file_may_come_in_again(kind, before, tmp_path):
    before()
    was = snapshot()
    load_file(kind, tmp_path)
    loaded = snapshot()
    assert loaded != was
    rows = len(FILES[kind]) - 1
    assert undo(kind) == f"Batch {kind} is undone: {rows} {kind}.\n"
    assert snapshot() == was
    assert list(differences()) == []
    load_file(kind, tmp_path)
    assert snapshot() == loaded
    assert list(differences()) == []


def test_a_whole_load_is_taken_back_from_its_end(tmp_path):
    steps = [snapshot()]
    for kind in FILES:
        load_file(kind, tmp_path)
        steps.append(snapshot())
    for kind, was in zip(reversed(FILES), reversed(steps[:-1]), strict=True):
        if kind == "customers":
            break  # of the file's customers nobody has books
        undo(kind)
        assert snapshot() == was
    undo("customers")
    assert snapshot() == steps[0]


def test_the_batch_records_who_undid_it_and_when(tmp_path):
    load_file("payments", tmp_path)
    undo("payments")
    batch = Batch.objects.get()
    assert batch.undone_by.endswith(" (command)")
    assert batch.undone_at


def test_credit_that_was_held_before_the_dues_is_held_again(tmp_path):
    pay(1, "120.00")
    pay(1, "10.00")
    load_file("dues", tmp_path)
    assert paid() == {(1, "2025-01"): 100, (1, "2025-02"): 30, (2, "2025-01"): 0}
    undo("dues")
    assert books() == {}
    assert credit() == {1: 130}
    assert list(differences()) == []


def test_credit_freed_by_withdrawn_dues_pays_what_else_is_open(tmp_path):
    pay(1, "120.00")
    load_file("dues", tmp_path)
    due(1, "2025-06", "90.00")
    undo("dues")
    assert paid() == {(1, "2025-06"): 90}
    assert credit() == {1: 30}
    assert list(differences()) == []


def test_money_that_came_after_the_payments_fills_their_gap(tmp_path):
    due(1, "2025-01", "200.00")
    load_file("payments", tmp_path)
    pay(1, "50.00")
    assert credit() == {1: 80, 2: 50}
    undo("payments")
    assert paid() == {(1, "2025-01"): 50}
    assert credit() == {}
    assert list(differences()) == []


def test_a_payment_reversed_by_hand_is_not_reversed_twice(tmp_path):
    load_file("payments", tmp_path)
    reverse_payment(Payment.objects.get(amount=D(80)))
    undo("payments")
    assert credit() == {}
    assert Payment.objects.filter(kind="reversal").count() == 3
    assert list(differences()) == []


def test_a_due_that_took_no_money_is_gone_and_one_that_did_is_kept_out_of_sight(tmp_path):
    pay(2, "5.00")
    load_file("dues", tmp_path)
    undo("dues")
    assert [due.customer_id for due in Due.with_withdrawn.all()] == [2]


def test_undoing_in_small_sets_is_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(undoing, "MOST_CUSTOMERS", 1)
    monkeypatch.setattr(dues, "MOST_RELEASED", 1)
    monkeypatch.setattr(payments, "MOST_MIRRORED", 1)
    past()
    pay(1, "500.00")
    for kind in ("dues", "payments"):
        was = snapshot()
        load_file(kind, tmp_path)
        undo(kind)
        assert snapshot() == was
        load_file(kind, tmp_path)
    assert list(differences()) == []


# --- Refused ------------------------------------------------------------------------------------
def test_dues_on_which_later_money_lies_stay(tmp_path):
    load_file("dues", tmp_path)
    later = pay(2, "15.00")
    assert undo_refused("dues") == (
        f"Payment {later.pk} of customer 2, recorded after the batch, filled 2025-01 with $15.00."
        " Reverse it, or undo its batch, first."
    )
    reverse_payment(later)
    undo("dues")
    assert books() == {}
    assert list(differences()) == []


def test_payments_of_which_something_was_refunded_stay(tmp_path):
    load_file("payments", tmp_path)
    back = refund_credit(Payment(customer_id=1, amount=D(-10)))
    first = Payment.objects.order_by("id").first()
    assert first is not None
    assert undo_refused("payments") == (f"Part of payment {first.pk} was refunded since. Reverse the refund first.")
    reverse_payment(back)
    undo("payments")
    assert credit() == {}
    assert list(differences()) == []


BEGUN: dict[str, tuple[Callable[[], Any], str]] = {
    "a due": (
        lambda: due(8, "2025-01", "5.00"),
        "Customer 8 has entries by now (principal 2025-01 of customer 8). A customer whose books have begun stays.",
    ),
    "a payment": (lambda: pay(8, "5.00"), "Customer 8 has entries by now (receipt "),
    "an outcome": (
        lambda: Outcome.objects.create(customer_id=8, as_of=datetime.date(2025, 1, 1), defaulted=False),
        "Customer 8 has entries by now (outcome of customer 8 as of 2025-01-01).",
    ),
    "a sign-in": (
        lambda: User.objects.create_user("c8", customer_id=8),
        "Customer 8 has a sign-in by now, and stays.",
    ),
}


@pytest.mark.parametrize("begun", BEGUN)
def test_customers_whose_books_have_begun_stay(begun, tmp_path):
    load_file("customers", tmp_path)
    begin, sentence = BEGUN[begun]
    begin()
    assert undo_refused("customers").startswith(sentence)
    assert Customer.objects.filter(id__in=[7, 8]).count() == 2


def test_customers_who_were_reminded_of_dues_undone_since_go_with_their_mails(tmp_path):
    load_file("customers", tmp_path)
    Customer.objects.filter(id__in=[2, 7]).update(email="ida@example.com")
    today = Lender.load().today()
    load("dues", file(tmp_path, "customer,year,month,amount,due_on", *(f"{one},2025,1,9.00,{today}" for one in (2, 7))))
    call_command("daily")
    messages.choose(Customer.objects.get(id=7), reminders=False)
    assert undo("file") and undo("customers")
    assert list(Customer.objects.values_list("id", flat=True)) == [1, 2]
    told = [list(rows.objects.values_list("customer", flat=True)) for rows in (Message, Reminder, MailChoice)]
    assert told == [[2], [2], []]


def test_a_batch_is_undone_once(tmp_path):
    load_file("dues", tmp_path)
    undo("dues")
    today = Batch.objects.get().undone_at
    assert undo_refused("dues") == f"Batch dues was undone already, on {today:%Y-%m-%d}."


def test_an_unknown_batch_is_refused_with_the_latest_names(tmp_path):
    assert undo_refused("march") == "There is no batch 'march'. The latest are: none."
    load_file("dues", tmp_path)
    assert undo_refused("march") == "There is no batch 'march'. The latest are: dues."


def test_nothing_is_undone_in_closed_books(tmp_path):
    load_file("dues", tmp_path)
    load_file("payments", tmp_path)
    Lender.objects.update(closed_through=Lender.load().today())
    through = Lender.load().closed_through
    assert undo_refused("payments") == f"The books are closed through {through}; a reversal is dated today."
    Lender.objects.update(closed_through=datetime.date(2025, 1, 31))
    undo("payments")
    assert undo_refused("dues") == (
        "The books are closed through 2025-01-31, and principal 2025-01 of customer 1 lies in them."
    )
    Lender.objects.update(closed_through=datetime.date(2025, 1, 30))
    undo("dues")


def test_a_refusal_at_the_last_customer_leaves_the_first_as_they_were(tmp_path, monkeypatch):
    monkeypatch.setattr(undoing, "MOST_CUSTOMERS", 1)
    load_file("dues", tmp_path)
    pay(2, "15.00")
    assert undo_refused("dues").endswith("Reverse it, or undo its batch, first.")


# --- The proof can fail -------------------------------------------------------------------------
def test_without_the_guard_dues_go_from_under_later_money(tmp_path, monkeypatch):
    load_file("dues", tmp_path)
    pay(2, "15.00")
    monkeypatch.setattr(dues, "_refuse_rested_on", lambda *args: None)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        undo_refused("dues")


def test_without_the_transaction_a_refusal_leaves_half_the_batch(tmp_path, monkeypatch):
    monkeypatch.setattr(undoing, "MOST_CUSTOMERS", 1)
    load_file("dues", tmp_path)
    pay(2, "15.00")
    batch, was = Batch.objects.get(), books()
    with pytest.raises(undoing.Refused):
        undoing.undo_batch.__wrapped__(batch, {"dues": dues.Dues()})  # type: ignore[attr-defined]
    assert books() != was


def test_without_settling_check_books_finds_credit_beside_an_open_due(tmp_path, monkeypatch):
    due(1, "2025-01", "200.00")
    load_file("payments", tmp_path)
    pay(1, "50.00")
    monkeypatch.setattr(payments, "settle", lambda customers, lender: None)
    undo("payments")
    assert any("credit is held beside an open due" in line for line in differences())


def test_a_failed_undo_ends_with_exit_code_1():
    with pytest.raises(CommandError) as refusal:
        call_command("undo_import", "nothing")
    assert refusal.value.returncode == 1


@pytest.mark.parametrize("order", [("dues", "payments"), ("payments", "dues")], ids="-".join)
def test_two_batches_may_be_undone_in_either_order_of_loading(order, tmp_path):
    past()
    was = snapshot()
    for kind in order:
        load_file(kind, tmp_path)
    for kind in reversed(order):
        undo(kind)
    assert snapshot() == was
    assert list(differences()) == []
