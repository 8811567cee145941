"""The statements of an import grow with thousands of customers, not with rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.bulk import payments
from ledger.models import Allocation, Due, Payment
from ledger.tests.shop import customers, file, load

pytestmark = pytest.mark.django_db


def statements_to_load(folder, each: int) -> int:
    """SQL statements of loading `each` payments of 40 customers who owe six months. On SQLite long INSERTs are cut
    by their number of parameters, so that these are left out there."""
    load_dues = [f"{number},2025,{month},{each}" for number in range(100, 140) for month in range(1, 7)]
    load("dues", file(folder, "customer,year,month,amount", *load_dues, name=f"dues{each}.csv"))
    rows = [
        f"{number},2025-03-{1 + place % 28:02},1.0{place % 10}" for number in range(100, 140) for place in range(each)
    ]
    path = file(folder, "customer,date,amount", *rows, name=f"payments{each}.csv")
    with CaptureQueriesContext(connection) as queries:
        load("payments", path)
    sqls = [query["sql"] for query in queries]
    return len([sql for sql in sqls if connection.vendor != "sqlite" or not sql.startswith("INSERT")])


@pytest.fixture
def forty(db):
    customers(*range(100, 140))


def test_an_import_issues_as_many_statements_for_ten_times_the_rows(tmp_path, forty):
    few = statements_to_load(tmp_path, 5)
    Allocation.objects.all().delete()
    Payment.objects.all().delete()
    Due.objects.all().delete()
    many = statements_to_load(tmp_path, 50)
    assert few == many
    assert many < 30


def test_the_count_of_statements_would_see_a_settling_row_by_row(tmp_path, forty, monkeypatch):
    honest = payments.settle
    monkeypatch.setattr(payments, "settle", lambda numbers, lender: [honest([one], lender) for one in sorted(numbers)])
    assert statements_to_load(tmp_path, 5) > 100
