"""The grid shows each customer's year, and its file brings the same dues into an empty database."""

import datetime
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Customer
from ledger.actions import add_due, record_payment
from ledger.bulk.grid import grid
from ledger.models import Due, Payment
from ledger.tests.shop import load

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def owe(customer: Customer, month: str, amount: str, **more: Any) -> Due:
    return add_due(Due(customer=customer, month=day(f"{month}-01"), amount=D(amount), **more))


@pytest.fixture
def year(lender, asha, bo):
    """All of 2025: plain months, days of their own, fees and references, and a due of 2024 that stays out."""
    for number in range(1, 13):
        owe(asha, f"2025-{number:02}", f"{100 + number}.50")
    owe(asha, "2025-03", "7.25", kind="fee", reference="late, =1+1")
    owe(bo, "2025-02", "80", due_on=day("2025-02-10"))
    owe(bo, "2025-03", "80", due_on=day("2025-03-10"))
    owe(bo, "2025-04", "80", due_on=day("2025-05-02"))
    owe(bo, "2025-05", "80", due_on=day("2025-04-29"))
    owe(bo, "2024-12", "1")
    record_payment(Payment(customer=asha, amount=D("150")))


def facts() -> list[tuple[Any, ...]]:
    rows = Due.objects.in_year(2025).order_by("customer_id", "month", "kind", "reference")
    return list(rows.values_list("customer_id", "month", "due_on", "kind", "reference", "amount"))


def test_the_file_of_a_year_brings_its_dues_into_an_empty_database(year, tmp_path: Path):
    before, file = facts(), tmp_path / "grid.csv"
    file.write_text("".join(grid(2025)), newline="")
    with connection.cursor() as cursor:
        for table in ("allocation", "due", "payment", "standing", "tally"):
            cursor.execute(f"DELETE FROM ledger_{table}")  # noqa: S608
    assert facts() == []
    assert "17 were added" in load("dues", file)
    assert facts() == before


def test_a_year_of_plain_dues_has_the_plain_columns(lender, asha):
    owe(asha, "2025-01", "10")
    owe(asha, "2025-12", "2.50")
    header, line = "".join(grid(2025)).splitlines()
    assert (
        header
        == "customer,year,"
        + ",".join(
            f"{name}_amt"
            for name in ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        )
        + ",total_amt"
    )
    assert line == "101,2025,10.00,0,0,0,0,0,0,0,0,0,0,2.50,12.50"


def test_each_cell_tells_due_paid_and_state(year, client, mira):
    client.force_login(mira.login)
    body = client.get(reverse("admin:grid"), {"year": "2025"}).content.decode()
    assert "101 Asha" in body
    assert "$101.50" in body
    assert "$48.50 paid" in body  # of February's 102.50
    assert body.count("state-overdue") >= 14
    assert "$1.00" not in body


def test_it_is_narrowed_by_name_number_and_state(year, client, mira):
    client.force_login(mira.login)

    def shown(**asked: str) -> set[str]:
        body = client.get(reverse("admin:grid"), {"year": "2025", **asked}).content.decode()
        return {name for name in ("101 Asha", "102 Bo") if name in body}

    assert shown() == {"101 Asha", "102 Bo"}
    assert shown(q="101") == {"101 Asha"}
    assert shown(q="bo ") == {"102 Bo"}
    assert shown(q="nobody") == set()
    record_payment(Payment(customer_id=102, amount=D(321)))
    assert shown(state="open") == {"101 Asha"}
    assert shown(state="overdue") == {"101 Asha"}
    assert shown(after="101") == {"102 Bo"}


@pytest.mark.parametrize("asked", [{"year": "0"}, {"year": "99999999999"}, {"after": "x"}, {"after": "9" * 40}])
def test_nonsense_in_the_address_shows_this_year_from_the_start(asked, year, client, mira):
    client.force_login(mira.login)
    assert client.get(reverse("admin:grid"), asked).status_code == 200


def test_a_page_of_many_asks_no_more_than_a_page_of_one(year, client, mira):
    client.force_login(mira.login)
    page = reverse("admin:grid")
    client.get(page, {"year": "2025", "q": "101"})
    with CaptureQueriesContext(connection) as few:
        client.get(page, {"year": "2025"})
    for number in range(200, 240):
        owe(Customer.objects.create(id=number, name=f"C {number}"), "2025-06", "5")
    with CaptureQueriesContext(connection) as many:
        body = client.get(page, {"year": "2025"}).content.decode()
    assert len(many) == len(few)
    assert "after=222" in body


def test_an_empty_year_says_what_to_do(lender, client, mira):
    client.force_login(mira.login)
    assert "Raise the first due" in client.get(reverse("admin:grid")).content.decode()


@pytest.mark.parametrize("name", ["customers", "dues", "payments", "outcomes"])
def test_every_list_is_exported(name, year, client, mira):
    client.force_login(mira.login)
    answer = client.get(reverse("admin:export_list", args=[name]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert b"".join(answer.streaming_content).startswith(b"customer,")


def test_without_the_right_nothing_is_exported(year, client, mira, asha):
    user = mira.login
    user.groups.clear()
    user.is_superuser = False
    user.save()
    client.force_login(user)
    addresses = [reverse("admin:export_list", args=[name]) for name in ("customers", "dues", "payments", "outcomes")]
    for address in [*addresses, reverse("admin:grid"), reverse("admin:grid_csv")]:
        assert client.get(address).status_code == 403
