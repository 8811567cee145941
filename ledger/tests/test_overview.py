"""The first screen: true on an empty database, equal to the books on any other, and never more queries."""

import datetime
import html
import re
from decimal import Decimal as D

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Customer
from ledger.actions import add_due, forgive_due, record_payment, reverse_payment
from ledger.models import Due, Payment
from ledger.overview import overview
from ledger.past import portfolio_on

TODAY = datetime.date(2025, 6, 15)
pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def june(lender, time_machine):
    time_machine.move_to("2025-06-15 12:00:00+00:00")
    return lender


@pytest.fixture
def books(june, asha, bo):
    """asha owes 70.00 since April (76 days) and 80.00 not yet; bo 50.00 for 5 days, and gave 20.00 for it today."""
    april = add_due(Due(customer=asha, month=day("2025-03-01"), due_on=day("2025-03-31"), amount=D(100)))
    add_due(Due(customer=asha, month=day("2025-07-01"), amount=D(80)))
    add_due(Due(customer=bo, month=day("2025-06-01"), due_on=day("2025-06-10"), amount=D(70)))
    record_payment(Payment(customer=asha, amount=D(30), received_on=day("2025-05-02")))
    record_payment(Payment(customer=bo, amount=D(20)))
    return april


def test_an_empty_database_owes_nothing(june):
    told = overview(TODAY)
    assert (told.outstanding, told.overdue, told.held) == (0, 0, 0)
    assert [risk.share for risk in told.risks] == [0, 0, 0]
    assert len(told.months) == 24
    assert len(told.takings) == 30


def test_what_is_open_falls_into_its_bucket(books):
    told = overview(TODAY)
    assert {age.name: age.amount for age in told.ages} == {
        "current": D(80),
        "1-30": D(50),
        "31-60": D(0),
        "61-90": D(70),
        "90+": D(0),
    }
    assert told.outstanding == D(200)
    assert told.overdue == D(120)


def test_the_whole_balance_of_a_late_customer_is_at_risk(books):
    assert [(risk.days, risk.amount, risk.share) for risk in overview(TODAY).risks] == [
        (30, D(150), D("0.75")),
        (60, D(150), D("0.75")),
        (90, D(0), D(0)),
    ]


def test_a_bucket_ends_with_its_last_day(june, asha):
    add_due(Due(customer=asha, month=day("2025-05-01"), due_on=day("2025-05-16"), amount=D(1)))
    assert [age.amount for age in overview(TODAY).ages] == [0, 1, 0, 0, 0]
    assert overview(TODAY).risks[0].amount == 0  # 30 days late are not more than 30
    assert [age.amount for age in overview(TODAY + datetime.timedelta(1)).ages] == [0, 0, 1, 0, 0]
    assert overview(TODAY + datetime.timedelta(1)).risks[0].amount == 1


def test_the_month_tells_what_was_due_and_came(books):
    told = overview(TODAY)
    assert (told.this_month.due, told.this_month.paid) == (D(70), D(20))
    assert [(pair.day, pair.paid) for pair in told.takings if pair.paid] == [(TODAY, D(20))]
    by_month = {pair.day: (pair.due, pair.paid) for pair in told.months}
    assert by_month[day("2025-03-01")] == (D(100), D(0))
    assert by_month[day("2025-05-01")] == (D(0), D(30))


def test_a_reversal_takes_the_money_out_of_its_own_day(books, bo):
    reverse_payment(Payment.objects.get(customer=bo))
    assert overview(TODAY).this_month.paid == 0


def test_the_same_stands_in_the_books_themselves(books, asha, june):
    forgive_due(books, Payment(customer=asha, amount=D(5), kind="waiver"))
    told, found = overview(TODAY), portfolio_on(TODAY, june)
    assert {age.name: age.amount for age in told.ages} == found.by_bucket
    assert {risk.days: risk.amount for risk in told.risks} == found.at_risk
    assert told.outstanding == found.outstanding


def test_a_past_day_counts_the_money_received_by_then(books, june):
    assert portfolio_on(day("2025-05-01"), june).by_bucket["31-60"] == D(100)
    assert portfolio_on(day("2025-05-02"), june).by_bucket["31-60"] == D(70)
    assert portfolio_on(day("2025-02-28"), june).outstanding == 0


def test_the_report_is_printed_for_any_day(books, capsys):
    call_command("portfolio", "--on", "2025-05-02")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "figure,amount,share"
    assert "31-60,70.00," in lines
    assert "PAR 30,70.00,1.000000" in lines


def test_the_page_asks_the_same_few_questions_of_small_and_large_books(books, client, mira, asha):
    client.force_login(mira.login)
    page = reverse("admin:index")
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        assert "$200.00" in client.get(page).content.decode()
    for n in range(2, 60):
        other = Customer.objects.create(id=1000 + n, name=f"C {n}")
        add_due(Due(customer=other, month=day("2025-01-01"), due_on=TODAY - datetime.timedelta(n), amount=D(n)))
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(few)
    scans = [query["sql"] for query in many if "ledger_due" in query["sql"] or "ledger_payment" in query["sql"]]
    assert scans == []


def test_the_customers_at_risk_are_listed_longest_first(books, client, mira):
    client.force_login(mira.login)
    body = client.get(reverse("admin:customers_owing")).content.decode()
    assert body.index("Asha") < body.index("Bo ")
    assert "76" in body
    body = client.get(reverse("admin:customers_owing"), {"risk": "60"}).content.decode()
    assert "Asha" in body
    assert "Bo " not in body


def test_somebody_without_a_role_sees_no_figure(books, client, mira):
    user = mira.login
    user.groups.clear()
    user.is_superuser = False
    user.save()
    client.force_login(user)
    body = client.get(reverse("admin:index")).content.decode()
    assert "You have no role yet" in body
    assert "200.00" not in body
    assert client.get(reverse("admin:customers_owing")).status_code == 403


@pytest.mark.parametrize(
    ("figure", "numbers"),
    [("$120.00", ["101", "102"]), ("$20.00", ["102"]), ("$70.00", ["102"])],
    ids=["overdue", "collected", "due this month"],
)
def test_a_figure_leads_to_the_rows_behind_it(books, client, mira, figure, numbers):
    client.force_login(mira.login)
    tiles = client.get(reverse("admin:index")).content.decode().split("</dl>")[0]
    address = html.unescape(re.findall(rf'<a href="([^"]+)">\{figure}</a>', tiles)[0])
    rows = client.get(address).content.decode()
    assert [number for number in ("101", "102") if f">{number} " in rows] == numbers
