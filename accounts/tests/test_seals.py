"""The daily seal notes where each chain ends, once a day, and check_books holds the chains against it."""

import datetime
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.actions import update_customer
from accounts.audit import Entry, record, record_house
from accounts.audit_proof import trail_breaks
from accounts.models import AuditEntry, Customer, HouseEntry, Lender, Seal, SealedHead
from accounts.seals import set_seal

pytestmark = pytest.mark.django_db
FIRST = datetime.date(2025, 3, 1)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make it the so-manieth day after the first."""

    def day(number: int) -> None:
        monkeypatch.setattr(Lender, "today", lambda self: FIRST + datetime.timedelta(number))

    day(0)
    return day


def command(name: str) -> tuple[int, list[str]]:
    """Exit code and lines."""
    out = StringIO()
    try:
        call_command(name, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def cut(customer: int, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM accounts_auditentry WHERE customer_id = %s AND number >= %s", [customer, number]
        )  # fmt: skip


def heads(seal: int) -> list[tuple[int, int]]:
    rows = SealedHead.objects.filter(seal=seal).order_by("customer_id")
    return list(rows.values_list("customer_id", "number"))


def test_a_day_has_one_seal_and_the_command_says_which(on: Callable[[int], None], asha: Customer) -> None:
    record([Entry(101, "invite", {})])
    code, first = command("seal")
    record([Entry(101, "invite", {})])
    again, second = command("seal")
    seal = Seal.objects.get()
    assert (code, again) == (0, 0)
    assert first == [f"Seal 1 of 2025-03-01: {seal.digest}"]
    assert second == [f"Seal 1 of 2025-03-01 (set before): {seal.digest}"]
    assert heads(1) == [(101, 1)]


def test_a_seal_notes_only_the_chains_that_moved(on: Callable[[int], None], asha: Customer, bo: Customer) -> None:
    record([Entry(101, "invite", {}), Entry(101, "invite", {}), Entry(102, "invite", {})])
    set_seal()
    on(1)
    record([Entry(102, "shut_out", {})])
    set_seal()
    on(2)
    set_seal()
    assert [heads(number) for number in (1, 2, 3)] == [[(101, 2), (102, 1)], [(102, 2)], []]
    assert list(trail_breaks()) == []


def test_seals_follow_each_other_and_the_house_tells_of_each(on: Callable[[int], None], lender: Lender) -> None:
    for day in range(3):
        on(day)
        set_seal()
    first, second, third = Seal.objects.order_by("pk")
    assert (first.before, second.before, third.before) == ("", first.digest, second.digest)
    assert [entry.act for entry in HouseEntry.objects.all()] == ["set_seal"] * 3
    assert (first.house_number, third.house_number) == (0, 2)
    assert list(trail_breaks()) == []


def test_a_clock_that_was_set_back_makes_no_second_seal(on: Callable[[int], None], lender: Lender) -> None:
    on(1)
    set_seal()
    on(0)
    assert set_seal()[1] is False
    assert Seal.objects.count() == 1


def test_a_cut_end_is_found_by_the_seal_and_not_before_it(on: Callable[[int], None], asha: Customer) -> None:
    for _ in range(3):
        record([Entry(101, "invite", {})])
    set_seal()
    record([Entry(101, "shut_out", {})])
    cut(101, 4)
    assert command("check_books") == (0, [])  # it came after the seal: nothing tells that it ever was
    cut(101, 3)
    said = ["customer 101, entry 3: was the last when seal 1 was set, and is gone"]
    assert command("check_books") == (1, said)


def test_an_end_that_was_cut_and_written_anew_is_another(on: Callable[[int], None], asha: Customer) -> None:
    record([Entry(101, "invite", {}), Entry(101, "shut_out", {})])
    set_seal()
    cut(101, 2)
    record([Entry(101, "let_in", {})])
    said = ["customer 101, entry 2: is another than the one that seal 1 was set on"]
    assert command("check_books") == (1, said)
    on(1)
    set_seal()
    assert command("check_books") == (1, said)  # a later seal does not make it good


def test_a_chain_that_vanished_whole_is_missed(on: Callable[[int], None], asha: Customer, bo: Customer) -> None:
    record([Entry(101, "invite", {}), Entry(102, "invite", {})])
    set_seal()
    cut(102, 1)
    assert command("check_books") == (1, ["customer 102, entry 1: was the last when seal 1 was set, and is gone"])


def test_check_books_names_a_changed_entry_of_a_customer_and_of_the_house(asha: Customer) -> None:
    asha.name = "Asha R."
    update_customer(asha)
    record_house("update_lender", {"name": "x"})
    assert command("check_books") == (0, [])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_auditentry SET facts = '{}'")
        cursor.execute("UPDATE accounts_houseentry SET act = 'set_role'")
    said = [f"{owner}, entry 1: was changed since it was written" for owner in ("the house", "customer 101")]
    assert command("check_books") == (1, said)


def test_the_entries_are_read_in_pieces(asha: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain longer than a piece is one chain still."""
    monkeypatch.setattr("accounts.audit_proof.READ_AT_ONCE", 7)
    record([Entry(101, "invite", {}) for _ in range(40)])
    assert list(trail_breaks()) == []
    assert AuditEntry.objects.count() == 40
