"""The papers that a program takes home: the same days, lines and sums as the page's, as JSON, CSV and PDF."""

import csv
import datetime
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings

from accounts.models import Customer, Lender, Manager
from accounts.tests.programs import Program, program_of
from accounts.tests.test_api_sign_in import code
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment
from ledger.portal.statements import statement_of
from ledger.tests.reading_pdf import table_of, text_of

pytestmark = pytest.mark.django_db
AT = "/api/customer/statement/101"
DAYS = "?from=2025-01-01&to=2025-03-31"


@pytest.fixture
def payment(asha: Customer, lender: Lender) -> Payment:
    for month, reference in ((1, ""), (2, "7"), (3, "")):
        add_due(Due(customer=asha, month=datetime.date(2025, month, 1), amount=Decimal(100), reference=reference))
    return record_payment(Payment(customer=asha, amount=Decimal("130.50"), received_on=datetime.date(2025, 2, 10)))


def lines_of(asha: Customer, lender: Lender) -> list[list[str]]:
    told = statement_of(asha, datetime.date(2025, 1, 1), datetime.date(2025, 3, 31), lender.today())
    return [[f"{line.day}", f"{line.due:.2f}", f"{line.paid:.2f}", f"{line.balance:.2f}"] for line in told.lines]


def test_the_statement_is_the_pages(asha: Customer, payment: Payment, lender: Lender) -> None:
    told = program_of(asha).get(AT + DAYS).json()
    assert [[line["day"], line["due"], line["paid"], line["balance"]] for line in told["lines"]] == lines_of(
        asha, lender
    )
    sums = {name: told[name] for name in ("from", "to", "opening", "due", "paid", "forgiven", "closing", "open")}
    assert sums == {
        "from": "2025-01-01", "to": "2025-03-31", "opening": "0.00", "due": "300.00", "paid": "130.50",
        "forgiven": "0.00", "closing": "169.50", "open": "169.50",
    }  # fmt: skip
    assert [line["payment"] for line in told["lines"]] == [None, payment.pk, None, None]
    assert {age["bucket"]: age["amount"] for age in told["ages"]}["31-60"] == "69.50"


def test_the_csv_holds_the_same_lines(asha: Customer, payment: Payment, lender: Lender) -> None:
    answer = program_of(asha).get(f"{AT}.csv{DAYS}")
    assert answer["Content-Type"].startswith("text/csv")
    header, opening, *rows, closing = csv.reader(io.StringIO(answer.content.decode()))
    assert header == ["day", "words", "due", "paid", "forgiven", "balance", "payment"]
    assert [[row[0], row[2], row[3], row[5]] for row in rows] == lines_of(asha, lender)
    assert (opening[5], closing[2:6]) == ("0.00", ["300.00", "130.50", "0.00", "169.50"])
    assert rows[1][6] == f"{payment.pk}"


def test_the_pdf_holds_the_same_lines(asha: Customer, payment: Payment) -> None:
    answer = program_of(asha).get(f"{AT}.pdf{DAYS}")
    assert answer["Content-Type"] == "application/pdf"
    rows = table_of(text_of(answer.content))
    assert [amounts[-1] for _, amounts in rows if amounts][-2:] == [Decimal("169.50")] * 2


def test_the_receipt_of_a_payment_is_a_paper(asha: Customer, bo: Customer, payment: Payment) -> None:
    at = f"/api/customer/payments/101/{payment.pk}.pdf"
    text = text_of(program_of(asha).get(at).content)
    assert "$130.50" in text and f"Receipt {payment.pk}" in text
    assert code(program_of(bo).get(at)) == (404, "not_found")
    assert code(program_of(bo).get(at.replace("101", "102"))) == (404, "not_found")


def test_without_days_it_is_this_year(asha: Customer, payment: Payment, lender: Lender) -> None:
    told, year = program_of(asha).get(AT).json(), lender.today().year
    assert (told["from"], told["to"], told["opening"]) == (f"{year}-01-01", f"{year}-12-31", "169.50")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("?from=2025-03-01", (409, "refused")),
        ("?from=2025-03-02&to=2025-03-01", (409, "refused")),
        ("?from=0001-01-01&to=2025-03-01", (409, "refused")),
        ("?from=2025-02-30&to=2025-03-01", (422, "invalid")),
        ("?from=1.3.2025&to=2025-03-01", (422, "invalid")),
    ],
)
def test_days_that_are_none_are_refused(asha: Customer, asked: str, answer: tuple[int, str]) -> None:
    for ending in ("", ".csv", ".pdf"):
        assert code(program_of(asha).get(f"{AT}{ending}{asked}")) == answer


def test_too_many_lines_are_refused_in_every_form(
    asha: Customer, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = program_of(asha)
    monkeypatch.setattr("ledger.papers.MOST_LINES", 4)
    assert program.get(AT + DAYS).status_code == 200, "the control"
    monkeypatch.setattr("ledger.papers.MOST_LINES", 3)
    for ending in ("", ".csv", ".pdf"):
        assert code(program.get(AT + ending + DAYS)) == (409, "refused")


def test_nobody_elses_papers_are_found(asha: Customer, bo: Customer, sten: Manager, clem: Manager) -> None:
    for ending in ("", ".csv", ".pdf"):
        assert code(program_of(bo).get(AT + ending)) == (404, "not_found")
        assert code(Program().get(AT + ending)) == (401, "unauthorized")
        assert code(program_of(sten).get(AT + ending)) == (403, "forbidden")
        assert program_of(clem).get(AT + ending).status_code == 200


def test_papers_are_counted_by_the_minute(asha: Customer, bo: Customer, settings: Any) -> None:
    with override_settings(ACCOUNT_RATE_LIMITS={"papers": "2/m/user"}):
        mine = program_of(asha)
        assert [mine.get(f"{AT}.pdf").status_code for _ in range(3)] == [200, 200, 429]
        assert mine.get(AT).status_code == 200, "no paper is made"
        assert program_of(bo).get("/api/customer/statement/102.pdf").status_code == 200
