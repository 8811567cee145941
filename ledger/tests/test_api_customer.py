"""A program of a customer's: figures, months, paying once, and nobody else's books."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEntry, Customer, Lender, Manager
from accounts.tests.programs import KEY, Program, program_of
from accounts.tests.test_api_sign_in import code
from accounts.transactions import Refused
from ledger.actions import add_due, record_payment, reverse_payment
from ledger.models import Due, Notice, Payment
from ledger.noticing import confirm_notice, give_notice

pytestmark = pytest.mark.django_db
PAY = "/api/customer/payment"


@pytest.fixture
def dues(asha: Customer, lender: Lender) -> list[Due]:
    """100.00 for each of the first three months of 2025."""
    days = [datetime.date(2025, month, 1) for month in (1, 2, 3)]
    return [add_due(Due(customer=asha, month=day, amount=Decimal(100))) for day in days]


@pytest.fixture
def of_asha(asha: Customer, dues: list[Due]) -> Program:
    return program_of(asha)


def wish(amount: str = "150.00", **more: Any) -> dict[str, Any]:
    return {"year": 2025, "month": 2, "amount": amount, **more}


def months(rows: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(row["month"], row["amount"]) for row in rows]


def test_the_summary_says_what_the_dashboard_says(of_asha: Program) -> None:
    of_asha.send(PAY, wish("350.00"), KEY)
    told = of_asha.get("/api/customer/summary/101").json()
    names = ("total_credit", "paid", "balance", "held", "overdue")
    assert [told[name] for name in names] == ["300.00", "300.00", "0.00", "50.00", "0.00"]


def test_a_year_has_twelve_months_and_their_sums(of_asha: Program) -> None:
    told = of_asha.get("/api/customer/data/101/2025").json()
    assert [row["month"] for row in told["months"]] == list(range(1, 13))
    assert [row["amount"] for row in told["months"][:4]] == ["100.00", "100.00", "100.00", "0.00"]
    assert (told["amount"], told["balance"]) == ("300.00", "300.00")
    assert of_asha.get("/api/customer/data/101/1999").json()["amount"] == "0.00"


def test_a_payment_fills_the_month_and_later_ones_and_says_so(of_asha: Program) -> None:
    answer = of_asha.send(PAY, wish(), KEY)
    assert answer.status_code == 201
    assert months(answer.json()["distribution"]) == [(2, "100.00"), (3, "50.00")]
    assert answer.json()["payment"]["channel"] == "api"


def test_the_preview_says_the_same_and_stores_nothing(of_asha: Program) -> None:
    told = of_asha.send(f"{PAY}/preview", wish()).json()
    assert months(told["distribution"]) == [(2, "100.00"), (3, "50.00")]
    assert told["distribution"][1]["balance_after"] == "50.00"
    assert Payment.objects.count() == 0


def test_one_key_is_one_payment(of_asha: Program) -> None:
    first, again = of_asha.send(PAY, wish(), KEY), of_asha.send(PAY, wish(), KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert Payment.objects.count() == 1
    assert of_asha.send(PAY, wish(), f"{KEY}-2").status_code == 201
    assert Payment.objects.count() == 2, "the control: another key is another payment"


def test_the_same_again_answers_with_the_payment_as_it_stands_now(of_asha: Program) -> None:
    first = of_asha.send(PAY, wish(), KEY).json()["payment"]
    reverse_payment(Payment.objects.get())
    again = of_asha.send(PAY, wish(), KEY)
    assert (again.status_code, again.json()["payment"]["id"]) == (201, first["id"])
    assert (first["reversed"], again.json()["payment"]["reversed"]) == (False, True)


def test_one_key_with_another_body_is_refused(of_asha: Program) -> None:
    of_asha.send(PAY, wish(), KEY)
    assert code(of_asha.send(PAY, wish("151.00"), KEY)) == (422, "key_reused")
    assert Payment.objects.count() == 1


BAD = [0, 12.5, "0", "0.00", "-1", "1e3", "NaN", "1_000", "12.345", "١٢", "", " 5", "5 ", "05", "1" * 12, None, "1\n"]


@pytest.mark.parametrize("amount", BAD, ids=repr)
def test_what_is_no_amount_is_refused_by_name(of_asha: Program, amount: Any) -> None:
    answer = of_asha.send(PAY, wish(amount), KEY)
    assert code(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == "body.amount"


@pytest.mark.parametrize("amount", ["0.01", "0.1", "1", "99999999999.99", "100000000000"])
def test_the_bounds_are_those_of_the_forms(of_asha: Program, amount: str) -> None:
    assert of_asha.send(PAY, wish(amount), KEY).status_code == 201


def test_a_payment_needs_a_key(of_asha: Program) -> None:
    for bad in ("", "short", "x" * 101, "with spaces in the middle"):
        assert code(of_asha.send(PAY, wish(), bad)) == (422, "invalid")


def test_what_the_books_refuse_is_a_conflict_with_its_sentence(of_asha: Program) -> None:
    Lender.objects.update(closed_through=datetime.date(2999, 1, 1))
    answer = of_asha.send(PAY, wish(), KEY)
    assert code(answer) == (409, "refused")
    assert "closed through" in answer.json()["detail"]


def test_where_the_lender_looks_first_a_payment_is_a_notice(of_asha: Program, mira: Manager) -> None:
    Lender.objects.update(payments_post_at_once=False)
    answer, again = of_asha.send(PAY, wish(), KEY), of_asha.send(PAY, wish(), KEY)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert again.json() == answer.json()
    assert (Notice.objects.count(), Payment.objects.count()) == (1, 0)
    assert code(of_asha.send(PAY, wish("1.00"), KEY)) == (422, "key_reused")
    confirm_notice(Notice.objects.get(), "m1")
    rows = of_asha.get("/api/customer/notices/101").json()["items"]
    assert (rows[0]["state"], rows[0]["payment_id"]) == ("confirmed", Payment.objects.get().pk)


def test_a_retry_after_midnight_is_the_same_notice(of_asha: Program, asha: Customer) -> None:
    Lender.objects.update(payments_post_at_once=False)
    first = of_asha.send(PAY, wish(), KEY)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        of_asha = program_of(asha)
        again = of_asha.send(PAY, wish(), KEY)
        assert (again.status_code, again.json()) == (202, first.json())
        assert code(of_asha.send(PAY, wish("1.00"), KEY)) == (422, "key_reused"), "the control: another body is another"
    other = Notice(customer=asha, amount=Decimal(150), starting=datetime.date(2025, 2, 1), key=KEY, channel="api")
    other.paid_on = datetime.date(2025, 2, 3)
    with pytest.raises(Refused, match="already used"):
        give_notice(other)


def test_a_retry_pays_once_even_if_the_lender_changed_his_mind_between(of_asha: Program) -> None:
    of_asha.send(PAY, wish(), KEY)
    Lender.objects.update(payments_post_at_once=False)
    assert of_asha.send(PAY, wish(), KEY).status_code == 201
    of_asha.send(PAY, wish(), f"{KEY}-2")
    Lender.objects.update(payments_post_at_once=True)
    assert of_asha.send(PAY, wish(), f"{KEY}-2").status_code == 202
    assert (Notice.objects.count(), Payment.objects.count()) == (1, 1)


def test_the_payments_of_the_staff_stand_at_once(mira: Manager, asha: Customer, dues: list[Due]) -> None:
    Lender.objects.update(payments_post_at_once=False)
    staff = program_of(mira)
    assert staff.send(PAY, wish(customer_id=101), KEY).status_code == 201
    assert code(staff.send(PAY, wish(), KEY)) == (409, "refused")
    assert code(staff.send(PAY, wish(customer_id=999), KEY)) == (404, "not_found")


def test_payments_come_in_pages_and_one_by_one(of_asha: Program) -> None:
    for number in range(5):
        of_asha.send(PAY, wish("10.00"), f"{KEY}-{number}")
    first = of_asha.get("/api/customer/payments/101?limit=3").json()
    rest = of_asha.get(f"/api/customer/payments/101?limit=3&before={first['next']}").json()
    numbers = [row["id"] for row in first["items"] + rest["items"]]
    assert numbers == sorted(Payment.objects.values_list("pk", flat=True), reverse=True)
    assert rest["next"] is None
    assert of_asha.get(f"/api/customer/payments/101/{numbers[0]}").json() == first["items"][0]


@pytest.mark.parametrize("asked", ["limit=0", "limit=101", "limit=1e2", "limit=%2B5", "before=0", f"before={2**63}"])
def test_pages_are_bounded(of_asha: Program, asked: str) -> None:
    assert code(of_asha.get(f"/api/customer/payments/101?{asked}")) == (422, "invalid")


OWN = [
    "summary/{0}", "data/{0}/2025", "payments/{0}", "payments/{0}/{1}", "dues/{0}", "notices/{0}",
]  # fmt: skip


@pytest.mark.parametrize("path", OWN)
def test_anothers_and_an_unknown_id_are_the_same_404(of_asha: Program, bo: Customer, path: str) -> None:
    payment = of_asha.send(PAY, wish(), KEY).json()["payment"]["id"]
    of_bo = program_of(bo)
    assert of_asha.get(f"/api/customer/{path.format(101, payment)}").status_code == 200
    anothers, unknown = (of_bo.get(f"/api/customer/{path.format(number, payment)}") for number in (101, 999))
    assert code(anothers) == (404, "not_found")
    assert anothers.json() == unknown.json()


def test_anothers_payment_under_the_own_number_is_a_404_too(of_asha: Program, bo: Customer) -> None:
    payment = of_asha.send(PAY, wish(), KEY).json()["payment"]["id"]
    assert code(program_of(bo).get(f"/api/customer/payments/102/{payment}")) == (404, "not_found")


def test_nobody_pays_into_anothers_books(of_asha: Program, bo: Customer) -> None:
    assert code(program_of(bo).send(PAY, wish(customer_id=101), KEY)) == (404, "not_found")
    assert Payment.objects.count() == 0


def test_what_the_staff_wrote_for_itself_is_not_for_the_customer(of_asha: Program, clem: Manager) -> None:
    told = Payment(customer_id=101, amount=Decimal(5), note="He was drunk", recorded_by="m2")
    at = f"/api/customer/payments/101/{record_payment(told).pk}"
    mine, seen = of_asha.get(at).json(), program_of(clem).get(at).json()
    assert (mine["note"], mine["recorded_by"]) == ("", "")
    assert of_asha.get("/api/customer/payments/101").json()["items"] == [mine]
    assert (seen["note"], seen["recorded_by"]) == ("He was drunk", "m2"), "the control: the staff reads both"
    assert of_asha.send(PAY, wish(), KEY).json()["payment"]["recorded_by"] == ""


def test_the_trail_names_who_paid_and_the_door(of_asha: Program) -> None:
    of_asha.send(PAY, wish(), KEY)
    row = AuditEntry.objects.latest("pk")
    assert (row.act, row.by, row.door) == ("record_payment", "c101", "api")


def test_a_year_costs_as_many_queries_as_a_day(of_asha: Program, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        of_asha.send(PAY, wish("1.00"), f"{KEY}-{number}")
    with django_assert_max_num_queries(7):
        of_asha.get("/api/customer/payments/101?limit=100")
    with django_assert_max_num_queries(6):
        of_asha.get("/api/customer/summary/101")
