"""Many processes at one customer's books: every acknowledged payment stands once, and nobody waits in vain."""

import json
import time
from collections.abc import Callable, Iterable
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.db import OperationalError

from accounts import transactions
from accounts.transactions import TRIES, one_transaction
from ledger.tests.racing import (
    CUSTOMER,
    GUARDED,
    UNGUARDED,
    Outcome,
    finish,
    heard,
    in_some_round,
    meeting,
    race,
    racer,
    run,
    start,
)

pytestmark = pytest.mark.every_case("postgresql")


def faults_of(url: str, outcome: Outcome) -> list[str]:
    """Everything by which the race went wrong; none if the guards hold."""
    books = heard(url, "figures()")
    acknowledged = sum((D(amount) for _, amount in outcome.paid.values()), D(0))
    faults = [f"{count} requests ended with {status}" for status, count in outcome.failures().items()]
    faults += outcome.contradictions
    if books["receipts"] != len(outcome.paid) or len({receipt for receipt, _ in outcome.paid.values()}) != len(
        outcome.paid
    ):
        faults.append(f"{len(outcome.paid)} payments were acknowledged, {books['receipts']} are in the books")
    if D(books["received"]) != acknowledged:
        faults.append(f"{acknowledged} was acknowledged, {books['received']} is in the books")
    if D(books["paid"]) + D(books["held"]) != acknowledged:
        faults.append(f"{acknowledged} was acknowledged, {books['paid']} paid dues and {books['held']} is held")
    code, said = finish(start(url, "manage.py", "check_books"))
    if code or said:
        faults.append(f"check_books exits {code}: {said}")
    return faults


def run_race(url: str, module: str, times: int) -> tuple[Outcome, list[str]]:
    session = heard(url, f"open_books({CUSTOMER})")
    outcome = race(url, session, module, times)
    return outcome, faults_of(url, outcome)


@pytest.mark.race
@pytest.mark.parametrize("times", [15, pytest.param(300, marks=pytest.mark.soak)])
def test_four_processes_pay_one_customer(town, times):
    outcome, faults = run_race(town, GUARDED, times)
    assert faults == []
    assert len(outcome.paid) == 4 * times
    assert outcome.statuses.total() > len(outcome.paid), "some requests were sent twice"


@pytest.mark.race
def test_without_the_guards_the_same_race_is_lost(town):
    """The negative control. It is the constraints that then refuse, so requests fail but the books stay sound."""
    session = heard(town, f"open_books({CUSTOMER})")

    def a_request_fails() -> bool:
        outcome = race(town, session, UNGUARDED, 15)
        assert outcome.statuses["303"], "the unguarded server never answered at all"
        return "500" in outcome.failures()

    assert in_some_round(a_request_fails)


@pytest.mark.race
def test_the_harness_notices_what_is_lost_doubled_or_altered(town):
    heard(town, f"open_books({CUSTOMER})")
    numbers = heard(town, f"pay({CUSTOMER}, 3)")
    told = Outcome()
    for number in numbers:
        told.add(f"key {number}", "11.13", "303", f"/payments/{number}/")
    assert faults_of(town, told) == []
    told.add("key lost", "11.13", "303", "/payments/999/")
    assert "4 payments were acknowledged, 3 are in the books" in faults_of(town, told)
    told.paid.pop("key lost")
    told.add(f"key {numbers[0]}", "11.13", "303", "/payments/998/")
    assert [fault for fault in faults_of(town, told) if "was answered by" in fault]
    told.contradictions.clear()
    told.paid[f"key {numbers[0]}"] = (f"/payments/{numbers[0]}/", "11.14")
    assert "33.40 was acknowledged, 33.39 is in the books" in faults_of(town, told)


@pytest.mark.race
def test_two_processes_reverse_the_same_payments_and_each_is_reversed_once(town, tmp_path):
    heard(town, f"open_books({CUSTOMER})")
    numbers = heard(town, f"pay({CUSTOMER}, 20)")
    call = f"reverse_at({meeting(tmp_path)!r}, {CUSTOMER}, {numbers})"
    first, second = (json.loads(finish(process)[1]) for process in [start(town, *racer(call)) for _ in range(2)])
    assert sorted(first["won"] + second["won"]) == numbers
    assert len(first["lost"]) + len(second["lost"]) == len(numbers)
    assert all("is already reversed." in sentence for sentence in first["lost"] + second["lost"])
    books = heard(town, "figures()")
    assert (books["reversals"], D(books["kept"]), D(books["paid"])) == (20, D(0), D(0))
    assert run(town, "manage.py", "check_books") == ""


@pytest.mark.race
@pytest.mark.only_on("postgresql")
def test_without_the_lock_two_reversals_meet_at_the_constraint(town, tmp_path):
    """The negative control; SQLite's lock is the transaction itself, which the race above takes away."""
    heard(town, f"open_books({CUSTOMER})")

    def one_meets_the_constraint():
        numbers = heard(town, f"pay({CUSTOMER}, 20)")
        call = f"reverse_unguarded_at({meeting(tmp_path)!r}, {CUSTOMER}, {numbers})"
        ends = [finish(process) for process in [start(town, *racer(call)) for _ in range(2)]]
        return any(code and "payment_is_reversed_once" in said for code, said in ends)

    assert in_some_round(one_meets_the_constraint)


@pytest.mark.race
def test_importers_and_payers_at_once_all_come_through(town, tmp_path):
    """Both files name the customers in an order of their own, as the payers do; none of the four gives up."""
    people = range(CUSTOMER, CUSTOMER + 4)
    heard(town, f"open_books({', '.join(map(str, people))})")
    files = [payments_file(tmp_path / f"{name}.csv", order) for name, order in (("up", people), ("down", people[::-1]))]
    processes = [start(town, "manage.py", "import_csv", "payments", file) for file in files]
    processes += [
        start(town, *racer(call)) for call in (f"pay_round({[*people]}, 20)", f"pay_round({[*people[::-1]]}, 20)")
    ]
    began = time.monotonic()
    for process in processes:
        code, said = finish(process, 60)
        assert code == 0, said
    assert time.monotonic() - began < 60
    assert heard(town, "figures()")["receipts"] == 2 * 4 * 50 + 2 * 4 * 20
    assert run(town, "manage.py", "check_books") == ""


def payments_file(path: Path, people: Iterable[int]) -> Path:
    rows = [f"{person},2025-02-{day % 28 + 1:02},3.07,{path.stem}-{day}" for day in range(50) for person in people]
    path.write_text("customer,date,amount,reference\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


class Planted(Exception):
    """A cause as a database driver gives it."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


def failing(*causes: OperationalError) -> tuple[list[int], Callable[[], str]]:
    """An act that fails with each cause in turn and then succeeds; and its tries so far."""
    tries: list[int] = []

    @one_transaction
    def act() -> str:
        tries.append(len(tries))
        if len(tries) <= len(causes):
            raise causes[len(tries) - 1]
        return "done"

    return tries, act


def error_of(sqlstate: str) -> OperationalError:
    error = OperationalError("planted")
    error.__cause__ = Planted(sqlstate)
    return error


PASSING = {
    "serialization failure": error_of("40001"),
    "deadlock": error_of("40P01"),
    "lock timeout": error_of("55P03"),
    "sqlite's busy": OperationalError("database is locked"),
    "sqlite's busy table": OperationalError("database table is locked: ledger_due"),
}
LASTING = {
    "a broken connection": error_of("08006"),
    "a cancelled statement": error_of("57014"),
    "a full disk": OperationalError("database or disk is full"),
    "a missing table": OperationalError("no such table: ledger_due"),
}


@pytest.fixture
def no_waiting(monkeypatch) -> None:
    monkeypatch.setattr(transactions.time, "sleep", lambda seconds: None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cause", PASSING)
def test_an_act_is_tried_again_after_a(cause, no_waiting):
    tries, act = failing(PASSING[cause], PASSING[cause])
    assert act() == "done"
    assert len(tries) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cause", LASTING)
def test_an_act_is_not_tried_again_after(cause, no_waiting):
    tries, act = failing(LASTING[cause])
    with pytest.raises(OperationalError) as seen:
        act()
    assert seen.value is LASTING[cause]
    assert len(tries) == 1


@pytest.mark.django_db(transaction=True)
def test_an_act_gives_up_in_the_end(no_waiting):
    tries, act = failing(*[PASSING["deadlock"]] * (TRIES + 1))
    with pytest.raises(OperationalError):
        act()
    assert len(tries) == TRIES


@pytest.mark.django_db
def test_an_act_inside_a_transaction_is_not_tried_again(no_waiting):
    """After a deadlock PostgreSQL has rolled the outer transaction back, so only its owner can begin anew."""
    tries, act = failing(PASSING["deadlock"])
    with pytest.raises(OperationalError):
        act()
    assert len(tries) == 1


@pytest.mark.django_db(transaction=True)
def test_the_tries_together_wait_for_seconds_not_minutes(monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(transactions.time, "sleep", waits.append)
    _, act = failing(*[PASSING["deadlock"]] * (TRIES - 1))
    act()
    assert len(waits) == TRIES - 1
    assert sum(waits) < 5
