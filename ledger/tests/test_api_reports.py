"""The lender's figures for programs are those of the first screen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer, Manager
from accounts.tests.programs import program_of
from accounts.tests.test_api_sign_in import code
from ledger.models import Due
from ledger.overview import overview
from ledger.tests.shop import due
from ledger.tests.test_overview import TODAY, books, june

pytestmark = pytest.mark.django_db
__all__ = ["books", "june"]
AT = "/api/reports/portfolio"


def test_they_are_the_first_screens(books: Due, clem: Manager) -> None:
    told, shown = program_of(clem).get(AT).json(), overview(TODAY)
    assert (told["on"], told["outstanding"], told["overdue"], told["held"]) == (
        "2025-06-15",
        "200.00",
        "120.00",
        "0.00",
    )
    assert [(row["bucket"], row["amount"]) for row in told["ageing"]] == [
        (age.name, f"{age.amount:.2f}") for age in shown.ages
    ]
    assert [(row["days"], row["amount"], row["share"]) for row in told["at_risk"]] == [
        (30, "150.00", "0.750000"), (60, "150.00", "0.750000"), (90, "0.00", "0.000000"),
    ]  # fmt: skip
    assert (len(told["months"]), told["months"][-1]) == (
        24, {"year": 2025, "month": 6, "due": "70.00", "collected": "20.00"},
    )  # fmt: skip
    assert told["months"][-2]["collected"] == "30.00"
    assert (len(told["days"]), told["days"][-1]) == (30, {"day": "2025-06-15", "collected": "20.00"})


def test_empty_books_have_figures_too(june: object, clem: Manager) -> None:
    told = program_of(clem).get(AT).json()
    assert (told["outstanding"], told["at_risk"][0]["share"]) == ("0.00", "0.000000")


def test_they_cost_the_same_few_queries_for_large_books(books: Due, clem: Manager) -> None:
    program = program_of(clem)
    program.get(AT)
    with CaptureQueriesContext(connection) as few:
        program.get(AT)
    for number in range(1000, 1030):
        Customer.objects.create(id=number, name=f"C {number}")
        due(number, "2025-01", "10.00")
    with CaptureQueriesContext(connection) as many:
        assert program.get(AT).json()["outstanding"] == "500.00"
    assert len(many) == len(few)


def test_they_are_the_staffs(books: Due, asha: Customer, sten: Manager) -> None:
    for person in (asha, sten):
        assert code(program_of(person).get(AT)) == (403, "forbidden")
