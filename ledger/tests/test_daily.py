"""The day's run: once, twice, or after three days off, the same books."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal as D
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Customer, CustomerOwned, Lender
from accounts.transactions import Refused
from ledger import charging, collecting, late_fees
from ledger.actions import add_due, record_payment, reverse_payment
from ledger.models import Allocation, Case, Due, Payment, Promise, Reminder
from ledger.proof import differences

pytestmark = [pytest.mark.django_db, pytest.mark.every_case("postgresql")]
START = datetime.date(2025, 3, 10)
Books = dict[str, list[Any]]


def day(number: int) -> datetime.date:
    return START + datetime.timedelta(number)


@pytest.fixture(autouse=True)
def clock(lender: Lender):
    Lender.objects.update(
        late_fee_kind="percentage", late_fee_percent=D("2.50"), late_fee_grace_days=2, late_fee_from=day(-30)
    )
    with time_machine.travel(datetime.datetime(2025, 3, 10, 9, tzinfo=datetime.UTC), tick=True) as clock:
        yield clock


def daily(*options: str) -> str:
    said = StringIO()
    call_command("daily", *options, stdout=said)
    assert list(differences()) == []
    return said.getvalue()


def history(number: int, asha: Customer, bo: Customer) -> None:
    """What people do on each of eight days: dues fall due, promises are made, money comes and bounces."""
    if number == 0:
        for falls, customer in ((-5, asha), (0, asha), (1, bo), (3, bo), (20, bo)):
            due_on = day(falls)
            add_due(
                Due(customer=customer, month=due_on.replace(day=1), due_on=due_on, amount=D(200), reference=f"{falls}")
            )
        collecting.take_promise(Promise(customer=asha, amount=D(50), promised_on=day(3)))
        collecting.take_promise(Promise(customer=bo, amount=D(80), promised_on=day(4)))
    if number == 2:
        record_payment(Payment(customer=asha, amount=D(50), reference="kept", starting=day(0).replace(day=1)))
    if number == 4:
        record_payment(Payment(customer=asha, amount=D(30), reference="part"))
        record_payment(Payment(customer=bo, amount=D(80), reference="cheque"))
    if number == 5:
        reverse_payment(Payment.objects.get(customer=bo, reference="cheque"))


def live(clock: Any, asha: Customer, bo: Customer, runs: Iterable[int]) -> Books:
    """Eight days with the run in the morning of some of them; a number twice is a run twice."""
    runs = list(runs)
    for number in range(8):
        clock.move_to(datetime.datetime.combine(day(number), datetime.time(9), datetime.UTC))
        for _ in range(runs.count(number)):
            daily()
        history(number, asha, bo)
    return everything()


def everything() -> Books:
    """Every row of every customer's table, but ids and the instants of writing; of allocations what stayed."""
    rows = {model.__name__: sorted(map(told, model._base_manager.all())) for model in owned_models()}
    return rows | {"Allocation": sorted(stayed())}


def stayed() -> Iterator[str]:
    """Of each payment and due; a late run spreads money anew, and a bounced cheque leaves nothing either way."""
    sums: defaultdict[tuple[int, int | None], D] = defaultdict(D)
    for row in Allocation.objects.select_related("payment"):
        sums[row.payment.reverses_id or row.payment_id, row.due_id] += row.amount
    for (payment, due), part in sums.items():
        if part:
            yield f"{part} from {told(Payment.objects.get(pk=payment))} to {due and told(Due.objects.get(pk=due))}"


def owned_models() -> list[type[CustomerOwned]]:
    """Of the books: the audit trail tells what was done when, and a late run does it later."""
    books = apps.get_app_config("ledger").get_models()
    return [model for model in books if issubclass(model, CustomerOwned) and model is not Reminder]


def told(row: CustomerOwned) -> str:
    values = {}
    for field in row._meta.local_concrete_fields:
        if field.primary_key or field.get_internal_type() == "DateTimeField":
            continue
        related = getattr(row, field.name) if field.is_relation else None
        values[field.name] = told(related) if isinstance(related, CustomerOwned) else getattr(row, field.attname)
    if str(values.get("reference", "")).startswith(late_fees.PREFIX):
        number = str(values["reference"]).removeprefix(late_fees.PREFIX)
        values["reference"] = "late " + told(Due.objects.get(customer=row.customer_id, pk=number))
    return repr(values)


def lived(clock: Any, asha: Customer, bo: Customer, runs: Iterable[int]) -> Books:
    """The books at the end of a life, which is then undone so that the next begins from the same."""
    mark = transaction.savepoint()
    books = live(clock, asha, bo, runs)
    transaction.savepoint_rollback(mark)
    return books


EVERY_DAY = range(8)
RUNS = {
    "twice a day": [number for number in EVERY_DAY for _ in range(2)],
    "after three days off": [0, 1, 5, 6, 7],
    "once at the end": [7],
}


@pytest.mark.parametrize("runs", RUNS.values(), ids=RUNS)
def test_the_books_are_the_same_as_with_a_run_every_day(clock, asha, bo, runs: list[int]) -> None:
    expected = lived(clock, asha, bo, EVERY_DAY)
    assert lived(clock, asha, bo, runs) == expected
    assert len([row for row in expected["Due"] if "'fee'" in row]) == 4
    assert sorted(row.split("'state': ")[-1].split(",")[0] for row in expected["Promise"]) == ["'broken'", "'kept'"]


def test_a_fee_dated_the_day_of_the_run_is_noticed(clock, asha, bo, monkeypatch) -> None:
    """The control of the days off."""
    expected = lived(clock, asha, bo, EVERY_DAY)
    today = lambda *_: Lender.load().today()  # noqa: E731
    monkeypatch.setattr(charging, "charged_on", today)
    assert lived(clock, asha, bo, RUNS["once at the end"]) != expected


def test_money_that_is_not_spread_anew_is_noticed(clock, asha, bo, monkeypatch) -> None:
    """The control of the payments that came in those days."""
    expected = lived(clock, asha, bo, EVERY_DAY)
    monkeypatch.setattr(charging, "take_back", lambda *_: None)
    assert lived(clock, asha, bo, RUNS["after three days off"]) != expected


def test_a_fee_charged_twice_is_noticed(clock, asha, bo, monkeypatch) -> None:
    """The control of the second run: without the look for what is charged, nothing but the refusal holds it."""
    monkeypatch.setattr(charging, "uncharged", list)
    with pytest.raises(CommandError, match="Left out"):
        lived(clock, asha, bo, RUNS["twice a day"])


def test_it_says_what_it_did_and_then_that_nothing_is_left(clock, asha, bo) -> None:
    history(0, asha, bo)
    clock.move_to(datetime.datetime.combine(day(5), datetime.time(9), datetime.UTC))
    *told, seal = daily().splitlines()
    assert told == [
        "2025-03-15: promises kept 0, broken 2.",
        "2025-03-15: late fees charged 3, together $15.00.",
        "2025-03-15: 2 customers reminded of 5 dues.",
    ]
    assert seal.startswith("Seal 1 of 2025-03-15: ")
    assert daily().splitlines() == [
        "2025-03-15: promises kept 0, broken 0.",
        "2025-03-15: late fees charged 0, together $0.00.",
        "2025-03-15: 0 customers reminded of 0 dues.",
        seal,
    ]
    assert set(Case.objects.values_list("state", flat=True)) == {"broken_promise"}


def test_it_runs_as_of_an_earlier_day_but_not_of_one_to_come(clock, asha, bo) -> None:
    history(0, asha, bo)
    clock.move_to(datetime.datetime.combine(day(5), datetime.time(9), datetime.UTC))
    assert "broken 1." in daily("--on", day(4).isoformat())
    with pytest.raises(CommandError, match="still to come"):
        daily("--on", day(6).isoformat())


def test_one_customers_refusal_is_named_and_keeps_nobody_else_waiting(clock, asha, bo, monkeypatch) -> None:
    history(0, asha, bo)
    clock.move_to(datetime.datetime.combine(day(5), datetime.time(9), datetime.UTC))
    add = charging.add_due

    def picky(due: Due) -> Due:
        if due.customer_id == asha.pk:
            raise Refused("Not today.")
        return add(due)

    monkeypatch.setattr(charging, "add_due", picky)
    said = StringIO()
    with pytest.raises(CommandError, match="Left out: 1") as failed:
        call_command("daily", stdout=StringIO(), stderr=said)
    assert failed.value.returncode == 1
    assert "customer 101: Not today." in said.getvalue()
    assert list(Due.objects.filter(kind="fee").values_list("customer_id", flat=True)) == [102]


def test_each_customer_is_done_in_a_transaction_of_their_own(clock, asha, bo, monkeypatch) -> None:
    history(0, asha, bo)
    clock.move_to(datetime.datetime.combine(day(5), datetime.time(9), datetime.UTC))
    locked: list[list[int]] = []
    for module in (charging, collecting):
        monkeypatch.setattr(module, "lock", locked.append)
    daily()
    assert locked == [[101], [102], [101], [102]]
