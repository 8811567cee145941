"""Rows that must not come in: each is named by line, column, value and reason, and nothing is stored."""

import pytest

from ledger.tests.sheets import ENDING, GOOD, kind_of, with_cell
from ledger.tests.shop import customers, due, file, load, pay, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_customer(db):
    customers(1)


@pytest.mark.parametrize("layout", GOOD)
def test_a_ragged_row_is_named_by_its_line(layout, tmp_path):
    header, row = GOOD[layout]
    columns = header.count(",") + 1
    assert refused(kind_of(layout), file(tmp_path, header, f"{row},1", row.rpartition(",")[0], "", " ")) == [
        f"file.csv: line 2: has {columns + 1} cells, the header has {columns}",
        f"file.csv: line 3: has {columns - 1} cells, the header has {columns}",
        f"file.csv: line 5: has 1 cells, the header has {columns}",
        f"3 mistakes. {ENDING}",
    ]


WHOLE_NUMBER = "is not a whole number written with the digits 0 to 9"
NOT_A_DATE = "is not a date such as 2025-03-31"
AMOUNTS = {
    "-5": "is not more than 0",
    "0": "is not more than 0",
    "0.00": "is not more than 0",
    "NaN": "is not an amount",
    "inf": "is not an amount",
    "1e400": "is not an amount",
    "1e2": "is not an amount",
    "12.345": "has more than 2 decimals",
    "１２": "is not an amount",
    "١٢": "is not an amount",
    "1_000": "is not an amount",
    "$5": "is not an amount",
    "=1+1": "is not an amount",
    "12,50": "is not an amount; write the decimals after a full stop, as in 12.50",
    "": "is empty",
    "100000000000.01": "is more than the largest amount, 100000000000",
}
CUSTOMERS = {
    "": "is empty",
    "0": "is not between 1 and 1000000000000",
    "-1": WHOLE_NUMBER,
    "1.0": WHOLE_NUMBER,
    " 1": WHOLE_NUMBER,
    "１": WHOLE_NUMBER,
    "1_0": WHOLE_NUMBER,
    "9" * 15: "is not between 1 and 1000000000000",
    "9" * 400: WHOLE_NUMBER,
}
DATES = {
    "": "is empty",
    "2025-02-30": NOT_A_DATE,
    "2025-13-01": NOT_A_DATE,
    "31.03.2025": NOT_A_DATE,
    "03/31/2025": NOT_A_DATE,
    "2025-3-1": NOT_A_DATE,
    "20250331": NOT_A_DATE,
    "２０２５-03-31": NOT_A_DATE,
    "2025-03-31T10:00": NOT_A_DATE,
    "0001-01-01": "is not in the years 1970 to 2200",
}
MONTH_NUMBERS = {"13": "is not between 1 and 12", "0": "is not between 1 and 12", "Mar": WHOLE_NUMBER, "": "is empty"}
TEXTS = {"x" * 1001: "is longer than 1000 characters", "bell\a": "has a control character in it"}

CELLS: dict[tuple[str, str], dict[str, str]] = {
    **{(layout, "customer"): CUSTOMERS for layout in GOOD},
    ("customers", "name"): {"": "is empty", " ": "is empty", "x" * 201: "is longer than 200 characters", **TEXTS},
    ("customers", "email"): {"grace": "is not an e-mail address", "a@b": "is not an e-mail address"},
    ("customers", "phone"): {"0" * 41: "is longer than 40 characters"},
    ("customers", "age"): {"131": "is not between 1 and 130", "forty": WHOLE_NUMBER, "-4": WHOLE_NUMBER},
    ("customers", "credit_limit"): {
        value: reason for value, reason in AMOUNTS.items() if value not in ("", "0", "0.00", "-5")
    }
    | {"-5": "is less than 0"},
    ("dues", "year"): {"1969": "is not between 1970 and 2200", "25": "is not between 1970 and 2200", "": "is empty"},
    ("dues", "month"): MONTH_NUMBERS,
    ("dues", "amount"): AMOUNTS,
    ("dues", "due_on"): {day: reason for day, reason in DATES.items() if day},
    ("dues", "kind"): {"tip": "is not one of principal, interest, fee, penalty"},
    ("dues", "reference"): {"x" * 101: "is longer than 100 characters", **TEXTS},
    ("wide", "feb_amt"): {"-5": "is less than 0", "NaN": "is not an amount", "5.505": "has more than 2 decimals"},
    ("wide", "total_amt"): {"15.51": "is not the sum of the months, 15.50", "-1": "is less than 0"},
    ("payments", "date"): DATES | {"2199-01-01": "is in the future"},
    ("payments", "amount"): AMOUNTS,
    ("payments", "month"): {key: reason for key, reason in MONTH_NUMBERS.items() if key},
    ("payments", "reference"): {"x" * 101: "is longer than 100 characters", **TEXTS},
    ("payments", "channel"): {"x" * 41: "is longer than 40 characters"},
    ("outcomes", "as_of"): DATES | {"2199-01-01": "is in the future"},
    ("outcomes", "defaulted"): dict.fromkeys(("2", "yes", "TRUE", "-1"), "is not 0 (repaid) or 1 (defaulted)"),
}


@pytest.mark.parametrize(
    ("layout", "column", "value", "reason"),
    [(*place, value, reason) for place, values in CELLS.items() for value, reason in values.items()],
)
def test_a_wrong_cell_is_named_by_line_column_value_and_reason(layout, column, value, reason, tmp_path):
    header, wrong = with_cell(layout, column, value)
    shown = repr(value if len(value) <= 60 else f"{value[:57]}...")
    assert refused(kind_of(layout), file(tmp_path, header, "", wrong)) == [
        f"file.csv: line 3, column {column}: {shown} {reason}",
        f"1 mistake. {ENDING}",
    ]


@pytest.mark.parametrize("layout", ["dues", "wide", "payments", "outcomes"])
def test_a_row_of_an_unknown_customer_is_named(layout, tmp_path):
    header, stranger = with_cell(layout, "customer", "404")
    said = refused(kind_of(layout), file(tmp_path, header, GOOD[layout][1], stranger))
    assert said[0] == "file.csv: line 3, column customer: '404' is not a customer"


@pytest.mark.parametrize(("given", "lacking"), [("year", "month"), ("month", "year")])
def test_a_payments_year_and_month_go_together(given, lacking, tmp_path):
    header, row = with_cell("payments", lacking, "")
    value = {"year": "2025", "month": "3"}[given]
    assert refused("payments", file(tmp_path, header, row))[0] == (
        f"file.csv: line 2, column {given}: '{value}' goes with {lacking}; give both or neither"
    )


TWICE = {
    "customers": "column customer: '7' stands on line 2 too",
    "dues": "column month: '2025-03' is raised for this customer, kind and reference on line 2 too",
    "wide": "column month: '2025-01' is raised for this customer, kind and reference on line 2 too",
    "payments": "column reference: 'r-1' stands on line 2 too",
    "outcomes": "column as_of: '2025-03-31' stands on line 2 too",
}


@pytest.mark.parametrize("layout", GOOD)
def test_a_row_twice_in_one_file_is_named(layout, tmp_path):
    header, row = GOOD[layout]
    assert refused(kind_of(layout), file(tmp_path, header, row, row))[0] == f"file.csv: line 3, {TWICE[layout]}"


def test_a_reference_that_stands_for_another_amount_is_named(tmp_path):
    pay(1, "60.00", reference="r-1")
    assert refused("payments", file(tmp_path, *GOOD["payments"]))[0] == (
        "file.csv: line 2, column reference: 'r-1' stands for 60.00 received on 2025-03-15 already"
    )


def test_a_due_that_is_raised_with_other_figures_is_named(tmp_path):
    due(1, "2025-03", "90.00", kind="fee", reference="f-1")
    assert refused("dues", file(tmp_path, *GOOD["dues"]))[0] == (
        "file.csv: line 2, column amount: '100.00' for 2025-03 is raised already, as 90.00 due on 2025-03-31;"
        " change that due instead"
    )


def test_a_customer_who_is_there_with_other_details_is_named(tmp_path):
    assert refused("customers", file(tmp_path, *with_cell("customers", "customer", "1")))[0] == (
        "file.csv: line 2, column customer: '1' is there already with other details; change them in the admin"
    )


def test_an_outcome_that_contradicts_the_books_is_named(tmp_path):
    load("outcomes", file(tmp_path, *GOOD["outcomes"]))
    assert refused("outcomes", file(tmp_path, *with_cell("outcomes", "defaulted", "1")))[0] == (
        "file.csv: line 2, column defaulted: '1' differs from the outcome already stored for that day"
    )


def test_every_wrong_row_of_a_file_is_named_whatever_is_wrong_with_it(tmp_path):
    header = "customer,date,amount"
    said = refused(
        "payments",
        file(tmp_path, header, "1,2025-03-20,5", "1,2025-03-32,-5", "404,2025-03-20,5", "1,2199-01-01,5", "1,5"),
    )
    assert said == [
        "file.csv: line 3, column date: '2025-03-32' is not a date such as 2025-03-31",
        "file.csv: line 3, column amount: '-5' is not more than 0",
        "file.csv: line 4, column customer: '404' is not a customer",
        "file.csv: line 5, column date: '2199-01-01' is in the future",
        "file.csv: line 6: has 2 cells, the header has 3",
        f"5 mistakes. {ENDING}",
    ]


def test_a_thousand_mistakes_are_named_and_the_others_counted(tmp_path):
    said = refused("payments", file(tmp_path, "customer,date,amount", *["1,2025-03-20,-1"] * 1200))
    assert len(said) == 1001
    assert said[-1] == f"1200 mistakes; the first 1000 are named. {ENDING}"


def test_a_row_with_a_line_break_in_a_cell_is_named_by_its_first_line(tmp_path):
    header, row = GOOD["dues"]
    assert refused("dues", file(tmp_path, header, row, '1,2025,4,5,,,"a', 'b"')) == [
        "file.csv: line 3, column reference: 'a\\nb' has a control character in it",
        f"1 mistake. {ENDING}",
    ]
