"""The manager's report on a month says what the books said when it ended, and nothing that came later."""

import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Customer, Lender
from ledger import month_papers
from ledger.actions import add_due, give_loan, record_payment, take_back_loan
from ledger.models import Disbursement, Due, Payment
from ledger.month_papers import month_report
from ledger.months import add_months, month_of
from ledger.overview import overview
from ledger.past import portfolio_on
from ledger.tests.reading_pdf import amounts, text_of, value_of

pytestmark = pytest.mark.django_db
D = Decimal
MARCH = datetime.date(2024, 3, 1)
END = datetime.date(2024, 3, 31)
REPORT = "/admin/months/report.pdf"


@pytest.fixture
def books(asha: Customer, bo: Customer) -> None:
    """Dues of January to April, 130.00 paid in March and 40.00 in April, and a loan given in March."""
    for number in (1, 2, 3, 4):
        for customer, amount in ((asha, 100), (bo, 30)):
            add_due(Due(customer=customer, month=datetime.date(2024, number, 1), amount=D(amount)))
    for customer, amount, on in ((asha, 120, END), (bo, 10, MARCH), (bo, 40, datetime.date(2024, 4, 2))):
        record_payment(Payment(customer=customer, amount=D(amount), received_on=on))
    loan = Disbursement(customer=bo, amount=D(77), paid_on=END, reference="fridge")
    give_loan(loan, [Due(month=datetime.date(2024, 5, 1), amount=D(77))])


def test_a_month_that_is_over_is_told_as_it_ended(books: None, lender: Lender) -> None:
    text = text_of(month_report(MARCH, lender).pdf())
    told = portfolio_on(END, lender)
    assert told.outstanding == 3 * 130 - 130
    figures = {
        "Outstanding on Mar 31, 2024": told.outstanding,
        "Of it overdue": told.outstanding - told.by_bucket["current"],
        "Due in the month": 130,
        "Collected in the month": 130,
        "Lent in the month": 77,
        "Not late": told.by_bucket["current"],
        "31-60": told.by_bucket["31-60"],
        "All": told.outstanding,
        "PAR 30": told.at_risk[30],
        "Together": 130,
    }
    assert {label: value_of(label, text) for label in figures} == figures
    lines = {line.strip().split("  ")[0]: amounts(line) for line in text.splitlines()}
    assert (lines["March 2024"], lines["Mar 1, 2024"], lines["Mar 31, 2024"]) == ([130, 130], [10], [120])
    assert "Apr 2, 2024" not in text
    assert "Credit held" not in text


def test_a_loan_that_is_taken_back_later_leaves_every_figure_of_its_month(lender: Lender, bo: Customer) -> None:
    labels = ("Outstanding on Mar 31, 2024", "Due in the month", "Lent in the month")

    def told() -> list[Decimal]:
        text = text_of(month_report(MARCH, lender).pdf())
        return [value_of(label, text) for label in labels]

    loan = Disbursement(customer=bo, amount=D(400), paid_on=MARCH, reference="fridge")
    give_loan(loan, [Due(month=MARCH, amount=D(400))])
    assert told() == [400, 400, 400]
    take_back_loan(loan)
    assert told() == [0, 0, 0]
    this = month_of(lender.today())
    assert value_of("Lent in the month", text_of(month_report(this, lender).pdf())) == 0


def test_a_report_as_of_another_day_is_noticed(books: None, lender: Lender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(month_papers, "last_day", lambda month: datetime.date(2024, 4, 30))
    with pytest.raises(AssertionError):
        test_a_month_that_is_over_is_told_as_it_ended(books, lender)


def test_this_month_is_told_as_the_first_screen_tells_it(books: None, lender: Lender, asha: Customer) -> None:
    record_payment(Payment(customer=asha, amount=D(999)))
    today = lender.today()
    text, told = text_of(month_report(month_of(today), lender).pdf()), overview(today)
    assert value_of("Outstanding", text) == told.outstanding
    assert value_of("Credit held", text) == told.held == 999 - 280
    assert value_of("Collected in the month", text) == told.this_month.paid == 999
    assert value_of("PAR 90", text) == told.risks[2].amount


def test_a_month_without_an_entry_is_told_too(lender: Lender) -> None:
    text = text_of(month_report(datetime.date(1990, 1, 1), lender).pdf())
    assert "Nothing came in this month." in text
    assert value_of("All", text) == 0


def test_who_gets_it_and_of_which_month(
    as_mira: Client, as_nina: Client, as_clem: Client, as_sten: Client, as_asha: Client, lender: Lender
) -> None:
    for client, status in ((as_mira, 200), (as_nina, 200), (as_clem, 403), (as_sten, 403)):
        assert client.get(f"{REPORT}?month=2024-03").status_code == status
    assert as_asha.get(REPORT).status_code in (302, 403)
    last = f"{add_months(month_of(lender.today()), -1):%Y-%m}"
    assert f"report-{last}.pdf" in as_mira.get(REPORT).headers["Content-Disposition"]
    for month in ("2999-01", "2024-13", "2024-3", "0001-01", "x", "", "٢٠٢٤-٠٣", "2199-12"):
        assert as_mira.get(REPORT, {"month": month}).status_code == 404
    assert f'value="{last}"' in as_mira.get("/admin/months/").content.decode()


def test_it_is_written_in_the_readers_language(books: None, lender: Lender) -> None:
    with translation.override("es"):
        text = text_of(month_report(MARCH, lender).pdf())
    assert "Informe de marzo 2024" in text and "Prestado en el mes" in text
    assert "Outstanding" not in text
