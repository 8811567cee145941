"""The dashboard: what a customer sees of the books, and what it costs the database."""

import datetime
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer, Lender
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment
from ledger.tables import chart_of, chosen_year, year_of

TODAY = date(2025, 6, 15)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mid_june(lender: Lender) -> Iterator[None]:
    with time_machine.travel(datetime.datetime(2025, 6, 15, 12, tzinfo=datetime.UTC), tick=False):
        yield


def owe(customer: Customer, year: int, month: int, amount: str = "100.00") -> Due:
    return add_due(Due(customer=customer, month=date(year, month, 1), amount=Decimal(amount)))


def pay(customer: Customer, amount: str, **more: object) -> Payment:
    return record_payment(Payment(customer=customer, amount=Decimal(amount), **more))


def states(customer: Customer, year: int = 2025) -> list[str]:
    return [row.state for row in year_of(customer, year, TODAY).months]


def text_of(client: Client, address: str = "/dashboard/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_figures_add_up_every_year(as_asha: Client, asha: Customer) -> None:
    owe(asha, 2024, 12)
    owe(asha, 2025, 3, "250.00")
    owe(asha, 2025, 9, "70.00")
    pay(asha, "130.50", starting=date(2024, 12, 1))
    page = text_of(as_asha)
    figures = as_asha.get("/dashboard/").context["figures"]
    assert (figures.amount, figures.paid, figures.balance) == (Decimal(420), Decimal("130.50"), Decimal("289.50"))
    assert (figures.overdue, figures.overdue_since) == (Decimal("219.50"), date(2025, 3, 31))
    for figure in ("$420.00", "$130.50", "$289.50", "$219.50", "since Mar 31, 2025", "Asha Rao", "asha@example.com"):
        assert figure in page


def test_credit_that_waits_is_shown(as_asha: Client, asha: Customer) -> None:
    owe(asha, 2025, 1)
    pay(asha, "130.00")
    assert as_asha.get("/dashboard/").context["held"] == 30
    assert "pays your next due" in text_of(as_asha)


def test_each_month_has_its_state_in_words(as_asha: Client, asha: Customer) -> None:
    for month in (1, 2, 7, 8):
        owe(asha, 2025, month)
    pay(asha, "150.00", starting=date(2025, 1, 1), policy="forward")
    pay(asha, "40.00", starting=date(2025, 8, 1), policy="forward")
    none = ["none"] * 4
    assert states(asha) == ["paid", "overdue", *none, "open", "part", *none]
    page = text_of(as_asha)
    for word in ("Paid", "Overdue", "Open", "Part paid", "Nothing due"):
        assert f"{word}</span>" in page


def test_a_due_is_late_the_day_after_its_day_and_not_before(asha: Customer) -> None:
    add_due(Due(customer=asha, month=date(2025, 5, 1), amount=Decimal(5), due_on=date(2025, 6, 14)))
    add_due(Due(customer=asha, month=date(2025, 6, 1), amount=Decimal(5), due_on=date(2025, 6, 15)))
    assert states(asha)[4:6] == ["overdue", "open"]


def test_a_month_is_the_sum_of_its_dues(asha: Customer) -> None:
    owe(asha, 2025, 4)
    add_due(Due(customer=asha, month=date(2025, 4, 1), amount=Decimal("9.99"), kind="fee"))
    april = year_of(asha, 2025, TODAY).months[3]
    assert (april.amount, april.balance) == (Decimal("109.99"), Decimal("109.99"))


def test_what_was_forgiven_is_a_column_only_where_there_is_any(as_asha: Client, asha: Customer) -> None:
    due = owe(asha, 2025, 1)
    assert "Forgiven" not in text_of(as_asha)
    Due.objects.filter(pk=due.pk).update(forgiven=Decimal(100))
    assert "Forgiven" in text_of(as_asha)
    assert states(asha)[0] == "forgiven"


def test_another_customers_dues_are_not_shown(as_asha: Client, asha: Customer, bo: Customer) -> None:
    owe(asha, 2025, 1)
    owe(bo, 2025, 1, "777.77")
    owe(bo, 2019, 1)
    page = text_of(as_asha)
    assert "777.77" not in page
    assert "2019" not in page


def years(*rows: tuple[int, int]) -> list[dict[str, object]]:
    return [{"year": year, "balance": Decimal(balance)} for year, balance in rows]


@pytest.mark.parametrize(
    ("asked", "known", "shown"),
    [
        ("2024", years((2024, 0), (2025, 9)), 2024),
        ("", years((2024, 9), (2025, 0)), 2025),
        ("", years((2021, 9), (2022, 9), (2023, 0)), 2022),
        ("", years((2021, 0), (2022, 0)), 2022),
        ("abc", years((2025, 9)), 2025),
        ("1999", years((2025, 9)), 2025),
        ("２０２４", years((2024, 9), (2025, 9)), 2025),
        ("9" * 400, years((2025, 9)), 2025),
        ("2025", [], None),
    ],
)
def test_the_year_shown(asked: str, known: list[dict[str, object]], shown: int | None) -> None:
    assert chosen_year(asked, known, TODAY) == shown


def test_the_year_filter_offers_the_years_that_exist(as_asha: Client, asha: Customer) -> None:
    for year in (2011, 2025, 2031):
        owe(asha, year, 1)
    response = as_asha.get("/dashboard/", {"year": "2011"})
    assert response.context["years"] == [2031, 2025, 2011]
    assert response.context["year"].number == 2011
    assert '<option value="2011" selected>' in response.content.decode()
    assert as_asha.get("/dashboard/", {"year": "abc"}).context["year"].number == 2025


def test_an_empty_dashboard_says_what_to_do(as_asha: Client) -> None:
    page = text_of(as_asha)
    assert "Nothing is due yet" in page
    assert 'href="/pay/"' in page
    assert "<svg" not in page


def test_the_chart_stands_on_one_line_and_never_rises_above_the_due(asha: Customer) -> None:
    owe(asha, 2025, 1, "980.00")
    owe(asha, 2025, 2, "333.33")
    pay(asha, "1000.00", starting=date(2025, 1, 1))
    chart = chart_of(year_of(asha, 2025, TODAY))
    first, second, empty = chart.bars[:3]
    assert [label for _, label in chart.ticks] == ["0", "250", "500", "750", "1K"]
    assert first.due_height == first.paid_height
    assert float(second.paid_height) < float(second.due_height)
    assert (empty.due_height, empty.paid_height) == ("0.0", "0.0")
    for bar in chart.bars:
        assert float(bar.due_y) + float(bar.due_height) == pytest.approx(250, abs=0.11)
        assert float(bar.paid_y) + float(bar.paid_height) == pytest.approx(250, abs=0.11)


@pytest.mark.parametrize("amount", ["0.01", "0.99", "1.00", "99999999999.99"])
def test_the_chart_holds_any_amount(asha: Customer, amount: str) -> None:
    owe(asha, 2025, 1, amount)
    chart = chart_of(year_of(asha, 2025, TODAY))
    assert 0 < float(chart.bars[0].due_height) <= 238
    assert len({label for _, label in chart.ticks}) == 5


def bulk_owe(customer: Customer, count: int) -> None:
    """Dues over the years 2000 to 2030, many in each month."""
    months = [date(2000 + n % 31, 1 + n // 31 % 12, 1) for n in range(count)]
    Due.objects.bulk_create(
        Due(customer=customer, month=month, due_on=month, amount=Decimal(10), reference=str(n))
        for n, month in enumerate(months)
    )


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/dashboard/").context["figures"].amount
    return len(seen)


def test_the_dashboard_asks_as_many_questions_for_6000_dues_as_for_12(
    as_asha: Client, as_bo: Client, asha: Customer, bo: Customer
) -> None:
    bulk_owe(asha, 12)
    bulk_owe(bo, 6000)
    assert queries_of(as_asha) == queries_of(as_bo) <= 7


def test_the_count_of_questions_would_notice_one_per_due(as_asha: Client, asha: Customer) -> None:
    """The negative control of the test above."""
    bulk_owe(asha, 12)
    with CaptureQueriesContext(connection) as seen:
        as_asha.get("/dashboard/")
        for due in Due.objects.of(asha):
            due.refresh_from_db()
    assert len(seen) > 6


@pytest.mark.parametrize("address", ["/dashboard/", "/pay/", "/payments/", "/payments.csv", "/payments/1/"])
def test_strangers_are_sent_to_the_customers_door_and_staff_is_refused(
    client: Client, as_mira: Client, address: str
) -> None:
    assert client.get(address).headers["Location"].startswith("/customer/login/?next=")
    assert as_mira.get(address).status_code == 403


def test_pages_are_not_kept_by_shared_caches(as_asha: Client) -> None:
    assert as_asha.get("/dashboard/").headers["Cache-Control"] == "private, no-cache"
