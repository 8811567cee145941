"""Debt given up in one go, and the money that comes for it after all."""

import datetime
import random
from collections.abc import Callable
from decimal import Decimal

import pytest

from accounts.models import Customer
from ledger.actions import (
    KeyReused,
    Refused,
    add_due,
    charge_off_overdue,
    charged_off,
    forgive_due,
    record_payment,
    record_recovery,
    reverse_payment,
)
from ledger.distribution import POLICIES
from ledger.models import BALANCE, Due, Payment, total
from ledger.proof import differences
from ledger.tests.routing import assert_routed

D = Decimal
DAY = datetime.date(2025, 6, 1)


@pytest.fixture
def dues(lender: None, asha: Customer) -> list[Due]:
    """Three months of 100.00, of the second 30.00 is paid; and one far ahead that is not late."""
    months = [datetime.date(2024, number, 1) for number in (1, 2, 3)]
    made = [add_due(Due(customer=asha, month=month, amount=D(100))) for month in months]
    record_payment(Payment(customer=asha, amount=D(30), starting=months[1], policy="forward"))
    add_due(Due(customer=asha, month=datetime.date(2200, 1, 1), amount=D(500)))
    return made


def state(dues: list[Due]) -> list[tuple[int, int]]:
    """(paid, forgiven) of each."""
    for due in dues:
        due.reread()
    return [(int(due.paid), int(due.forgiven)) for due in dues]


def given_up(asha: Customer, amount: str = "270", **more: object) -> Payment:
    told = {"received_on": DAY, "recorded_by": "m1", "note": "moved away"}
    return charge_off_overdue(Payment(customer=asha, amount=D(amount), **told | more))


def recovered(asha: Customer, amount: str, **more: object) -> Payment:
    return record_recovery(Payment(customer=asha, amount=D(amount), **{"received_on": DAY} | more))


def test_all_that_is_late_is_charged_off_as_one_payment(dues: list[Due], asha: Customer) -> None:
    payment = given_up(asha)
    assert (payment.kind, payment.applied) == ("charge_off", 270)
    assert state(dues) == [(0, 100), (30, 70), (0, 100)]
    assert Due.objects.get(customer=asha, month__year=2200).balance == 500
    assert list(differences()) == []


def test_one_reversal_opens_all_of_it_again(dues: list[Due], asha: Customer) -> None:
    reverse_payment(given_up(asha))
    assert state(dues) == [(0, 0), (30, 0), (0, 0)]
    assert list(differences()) == []


def test_it_is_charged_off_only_as_it_was_seen_and_once_a_key(dues: list[Due], asha: Customer) -> None:
    with pytest.raises(Refused, match=r"\$270\.00 is overdue now, not \$269\.00"):
        given_up(asha, "269")
    assert given_up(asha, key="k" * 20) == given_up(asha, key="k" * 20)
    with pytest.raises(KeyReused):
        given_up(asha, "3", key="k" * 20)
    assert Payment.objects.filter(kind="charge_off").count() == 1


def test_a_recovery_fills_the_oldest_of_it_and_the_rest_stays_charged_off(dues: list[Due], asha: Customer) -> None:
    given_up(asha)
    with assert_routed():
        receipt = recovered(asha, "120")
    assert (receipt.kind, receipt.recovered, receipt.held) == ("receipt", 120, 0)
    assert state(dues) == [(100, 0), (50, 50), (0, 100)]
    assert charged_off(asha.pk) == 150
    assert Payment.objects.of(asha).money().aggregate(sum=total("amount"))["sum"] == 150
    assert list(differences()) == []


def test_a_recovery_of_everything_leaves_nothing_charged_off(dues: list[Due], asha: Customer) -> None:
    given_up(asha)
    recovered(asha, "270")
    assert state(dues) == [(100, 0), (100, 0), (100, 0)]
    assert charged_off(asha.pk) == 0
    assert list(differences()) == []


def test_money_beyond_it_is_spread_like_any_and_the_receipt_tells_apart(dues: list[Due], asha: Customer) -> None:
    given_up(asha)
    receipt = recovered(asha, "300")
    assert (receipt.amount, receipt.recovered) == (300, 270)
    assert Due.objects.get(customer=asha, month__year=2200).paid == 30
    assert list(differences()) == []


def test_the_newest_charge_off_is_reached_first(dues: list[Due], asha: Customer) -> None:
    for due, amount in zip(dues, (100, 70, 100), strict=True):
        told = {"kind": "charge_off", "amount": D(amount), "received_on": DAY}
        forgive_due(due, Payment(customer=asha, **told))
    recovered(asha, "120")
    assert state(dues) == [(0, 100), (100, 0), (50, 50)]
    assert list(differences()) == []


def test_recovering_again_and_again_comes_to_the_same(dues: list[Due], asha: Customer) -> None:
    given_up(asha)
    for _ in range(9):
        recovered(asha, "30")
        assert list(differences()) == []
    assert state(dues) == [(100, 0), (100, 0), (100, 0)]


def test_a_recovery_that_is_reversed_opens_what_it_filled(dues: list[Due], asha: Customer) -> None:
    given_up(asha)
    reverse_payment(recovered(asha, "120"))
    assert state(dues) == [(0, 0), (30, 50), (0, 100)]
    assert list(differences()) == []


def test_a_waiver_is_not_recovered(dues: list[Due], asha: Customer) -> None:
    forgive_due(dues[0], Payment(customer=asha, kind="waiver", amount=D(100)))
    with pytest.raises(Refused, match="Nothing was charged off by that day"):
        recovered(asha, "10")


def test_money_from_before_the_charge_off_is_no_recovery(dues: list[Due], asha: Customer) -> None:
    given_up(asha)
    with pytest.raises(Refused, match="Nothing was charged off by that day"):
        recovered(asha, "10", received_on=datetime.date(2025, 5, 31))


def test_the_same_key_recovers_once(dues: list[Due], asha: Customer) -> None:
    given_up(asha)
    assert recovered(asha, "120", key="k" * 20) == recovered(asha, "120", key="k" * 20)
    with pytest.raises(KeyReused):
        recovered(asha, "121", key="k" * 20)
    assert charged_off(asha.pk) == 150


def test_another_customers_charge_off_is_never_reached(dues: list[Due], asha: Customer, bo: Customer) -> None:
    given_up(asha)
    with pytest.raises(Refused):
        recovered(bo, "10")
    assert charged_off(asha.pk) == 270


def tried(act: Callable[[], Payment]) -> Payment | None:
    try:
        return act()
    except Refused:
        return None


def at_random(dice: random.Random, asha: Customer) -> Decimal:
    """One act; how much more is given up by it, less what came back."""
    amount = D(dice.randint(1, 20_000)) / 100
    overdue = Due.objects.of(asha).overdue(DAY).aggregate(all=total(BALANCE))["all"]
    standing = list(Payment.objects.of(asha).filter(reversed=False).exclude(kind="reversal").order_by("id"))
    match dice.choice(("pay", "owe", "one", "all", "recover", "recover", "reverse")):
        case "pay":
            tried(lambda: record_payment(Payment(customer=asha, amount=amount, policy=dice.choice([*POLICIES]))))
        case "owe":
            month = datetime.date(2024, dice.randint(1, 12), 1)
            add_due(Due(customer=asha, month=month, amount=amount, reference=f"{dice.random()}"))
        case "one" if due := dice.choice([None, *Due.objects.of(asha).unpaid()]):
            part = min(amount, due.balance)
            forgive_due(due, Payment(customer=asha, amount=part, kind="charge_off", received_on=DAY))
            return part
        case "all" if overdue:
            return given_up(asha, str(overdue)).amount
        case "recover":
            made = tried(lambda: recovered(asha, str(amount), policy=dice.choice([*POLICIES])))
            return -made.recovered if made else D(0)
        case "reverse" if standing:
            one = dice.choice(standing)
            if tried(lambda: reverse_payment(one)) and one.kind == "charge_off":
                return -one.amount
    return D(0)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_in_whatever_order_the_books_prove_silent(seed: int, dues: list[Due], asha: Customer) -> None:
    dice, stands = random.Random(seed), D(0)
    for _ in range(25):
        stands += at_random(dice, asha)
        assert list(differences()) == []
        assert charged_off(asha.pk) == stands
