"""The payment history, the receipt and the download."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer, Lender
from ledger.actions import add_due, record_payment, reverse_payment
from ledger.models import Due, Payment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_months(lender: Lender, asha: Customer) -> None:
    for month in (1, 2):
        add_due(Due(customer=asha, month=date(2025, month, 1), amount=Decimal("100.00")))


def pay(customer: Customer, amount: str, day: int = 1, **more: Any) -> Payment:
    return record_payment(Payment(customer=customer, amount=Decimal(amount), received_on=date(2025, 1, day), **more))


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def rows_of(client: Client) -> list[dict[str, str]]:
    body = client.get("/payments.csv").getvalue().decode()
    return list(csv.DictReader(io.StringIO(body, newline="")))


def test_the_history_is_newest_first_with_each_payments_months(as_asha: Client, asha: Customer) -> None:
    first = pay(asha, "150.00", day=2)
    second = pay(asha, "80.00", day=9, channel="bank", reference="R-7")
    rows = as_asha.get("/payments/").context["rows"]
    assert [payment for payment, _ in rows] == [second, first]
    assert rows[0][1] == [(date(2025, 2, 1), Decimal(50))]
    assert rows[1][1] == [(date(2025, 1, 1), Decimal(100)), (date(2025, 2, 1), Decimal(50))]
    page = text_of(as_asha, "/payments/")
    for piece in ("Feb 2025: $50.00", "Held as credit: $30.00", "R-7", "bank", "<strong>$30.00</strong> is held"):
        assert piece in page


def test_the_kinds_of_one_month_are_added_together(as_asha: Client, asha: Customer) -> None:
    add_due(Due(customer=asha, month=date(2025, 1, 1), amount=Decimal(5), kind="fee"))
    pay(asha, "105.00")
    assert as_asha.get("/payments/").context["rows"][0][1] == [(date(2025, 1, 1), Decimal(105))]


def test_a_reversed_payment_says_so_and_its_mirror_leads_to_it(as_asha: Client, asha: Customer) -> None:
    payment = pay(asha, "60.00")
    twin = reverse_payment(payment, by="m1")
    assert "reversed" in text_of(as_asha, "/payments/")
    receipt = text_of(as_asha, f"/payments/{payment.pk}/")
    assert "Reversed." in receipt
    assert "Where the money was" in receipt
    assert f'href="/payments/{payment.pk}/"' in text_of(as_asha, f"/payments/{twin.pk}/")


def test_no_payments_yet_says_what_to_do(as_bo: Client) -> None:
    page = text_of(as_bo, "/payments/")
    assert "No payments yet" in page
    assert 'href="/pay/"' in page


def test_pages_of_25(as_asha: Client, asha: Customer) -> None:
    for day in range(1, 28):
        pay(asha, "1.00", day=day)
    assert len(as_asha.get("/payments/").context["rows"]) == 25
    last = as_asha.get("/payments/?page=2")
    assert [row.received_on.day for row, _ in last.context["rows"]] == [2, 1]
    for odd in ("abc", "-1", "0", "99999999999999999999999"):
        assert as_asha.get("/payments/", {"page": odd}).status_code == 200


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get("/payments/")
    return len(seen)


def test_the_history_asks_as_many_questions_for_20_payments_as_for_2(as_asha: Client, asha: Customer) -> None:
    pay(asha, "1.00", day=1)
    pay(asha, "1.00", day=2)
    few = queries_of(as_asha)
    for day in range(3, 21):
        pay(asha, "1.00", day=day)
    assert queries_of(as_asha) == few


def test_the_receipt_tells_number_date_lender_and_months(as_asha: Client, asha: Customer, lender: Lender) -> None:
    payment = pay(asha, "230.00", day=9)
    page = text_of(as_asha, f"/payments/{payment.pk}/")
    for piece in (f"Receipt {payment.pk}", "Jan 9, 2025", lender.name, "January 2025", "$100.00", "$30.00"):
        assert piece in page


@pytest.mark.parametrize("number", ["999999", "99999999999999999999999999", "0"])
def test_an_unknown_receipt_is_not_found(as_asha: Client, number: str) -> None:
    assert as_asha.get(f"/payments/{number}/").status_code == 404


def test_anothers_receipt_is_not_found(as_asha: Client, as_bo: Client, asha: Customer) -> None:
    payment = pay(asha, "10.00")
    assert as_bo.get(f"/payments/{payment.pk}/").status_code == 404
    assert as_asha.get(f"/payments/{payment.pk}/").status_code == 200


def test_anothers_payments_are_not_listed(as_bo: Client, asha: Customer) -> None:
    pay(asha, "10.00")
    assert as_bo.get("/payments/").context["rows"] == []
    assert rows_of(as_bo) == []


def test_the_download_has_the_columns_of_the_import_oldest_first(as_asha: Client, asha: Customer) -> None:
    pay(asha, "20.50", day=9, starting=date(2025, 2, 1), reference="R-2", channel="cash")
    pay(asha, "10.00", day=2)
    answer = as_asha.get("/payments.csv")
    assert answer.streaming
    assert answer.getvalue().decode().splitlines() == [
        "customer,date,amount,year,month,reference,channel",
        "101,2025-01-02,10.00,,,,",
        "101,2025-01-09,20.50,2025,2,R-2,cash",
    ]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="payments.csv"'
    assert answer.headers["Content-Type"].startswith("text/csv")


def test_the_download_leaves_out_what_was_reversed(as_asha: Client, asha: Customer) -> None:
    reverse_payment(pay(asha, "10.00"), by="m1")
    pay(asha, "7.00", day=2)
    assert [row["amount"] for row in rows_of(as_asha)] == ["7.00"]


LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "==1+1"]


@pytest.mark.parametrize("text", LIVE)
def test_no_cell_of_the_download_is_a_formula(as_asha: Client, asha: Customer, text: str) -> None:
    pay(asha, "10.00", reference=text, channel=text)
    (row,) = rows_of(as_asha)
    assert row["reference"] == row["channel"] == "'" + text
    assert row["amount"] == "10.00"


def test_without_the_guard_a_formula_would_pass(
    as_asha: Client, asha: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr("accounts.sheets.safe_text", str)
    pay(asha, "10.00", reference="=1+1")
    assert rows_of(as_asha)[0]["reference"] == "=1+1"
