"""The statement of an account: right to the cent for every range of days."""

import datetime
import re
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Customer
from ledger.actions import add_due, forgive_due, record_payment, refund_credit, reverse_payment
from ledger.models import Due, Payment
from ledger.portal.statements import statement_of

D = Decimal
TODAY = datetime.date(2024, 12, 31)
days = st.dates(datetime.date(2024, 1, 1), TODAY)
KINDS = ["due", "due", "receipt", "receipt", "reversal", "refund", "waiver", "unwaiver"]
cents = st.integers(1, 20_000).map(lambda amount: D(amount) / 100)


def happen(customer: Customer, number: int, kind: str, day: datetime.date, amount: Decimal) -> None:
    """One event of a random history, dated as far as it may be."""
    if kind == "due":
        month = day.replace(day=1)
        add_due(Due(customer=customer, month=month, due_on=day, amount=amount, reference=f"{number}"))
    elif kind == "receipt":
        record_payment(Payment(customer=customer, amount=amount, received_on=day))
    elif kind == "reversal" and (paid := Payment.objects.of(customer).filter(kind="receipt", reversed=False).first()):
        if not paid.allocations.filter(counterpart__kind="refund").exists():
            reverse_payment(paid, on=max(day, paid.received_on))
    elif kind == "refund" and (held := Payment.objects.of(customer).held()):
        refund_credit(Payment(customer=customer, amount=-held, received_on=day))
    elif kind == "waiver" and (due := Due.objects.of(customer).unpaid().first()):
        forgive_due(due, Payment(customer=customer, kind="waiver", amount=due.balance, received_on=day))
    elif kind == "unwaiver" and (let := Payment.objects.of(customer).filter(kind="waiver", reversed=False).first()):
        reverse_payment(let, on=max(day, let.received_on))


events = st.lists(
    st.tuples(st.sampled_from(KINDS), days, cents),
    max_size=14,
)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events, days, days)
def test_closing_is_opening_and_what_happened_and_ranges_join(asha: Customer, history, one, other) -> None:
    with transaction.atomic():
        for number, (kind, day, amount) in enumerate(history):
            happen(asha, number, kind, day, amount)
        first, last = sorted((one, other))
        told = statement_of(asha, first, last, TODAY)
        assert told.closing == told.opening + told.due - told.paid - told.forgiven
        before = statement_of(asha, datetime.date(2024, 1, 1), first - datetime.timedelta(1), TODAY)
        assert first == datetime.date(2024, 1, 1) or before.closing == told.opening
        whole = statement_of(asha, datetime.date(2024, 1, 1), TODAY, TODAY)
        owed = sum((due.balance for due in Due.objects.of(asha)), D(0))
        assert whole.closing == owed - Payment.objects.of(asha).held()
        assert whole.ageing.open == owed
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_page_shows_opening_lines_and_closing(as_mira: Client, asha: Customer) -> None:
    add_due(Due(customer=asha, month=datetime.date(2023, 12, 1), amount=D("40.10")))
    add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=D("60.20")))
    record_payment(Payment(customer=asha, amount=D("50.00"), received_on=datetime.date(2024, 1, 20), reference="r-1"))
    page = as_mira.get("/admin/customer/101/statement/?year=2024").content.decode()
    for text in ("$40.10", "Due for January 2024, principal", "Receipt", "r-1", "$50.30", "Open by age"):
        assert text in page


@pytest.mark.django_db
def test_what_was_forgiven_and_taken_back_shows_in_its_lines_though_it_sums_up_to_nothing(
    as_mira: Client, asha: Customer
) -> None:
    due = add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=D("60.20")))
    page = as_mira.get("/admin/customer/101/statement/?year=2024").content.decode()
    assert "Forgiven" not in page
    happen(asha, 1, "waiver", datetime.date(2024, 2, 1), due.amount)
    happen(asha, 2, "unwaiver", datetime.date(2024, 3, 1), due.amount)
    page = as_mira.get("/admin/customer/101/statement/?year=2024").content.decode()
    rows = [re.findall(r'<td class="amount">(.*?)</td>', row) for row in page.split("<tr>")]
    shown = [["$60.20", "", "", "$60.20"], ["", "", "$60.20", "$0.00"], ["", "", "-$60.20", "$60.20"]]
    assert [row for row in rows if len(row) == 4 and "" in row] == shown
    assert page.count("Forgiven") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", ["first=2024-02-01&last=2024-01-01", "first=x&last=2024-01-01", "first=0001-01-01&last=2024-01-01"]
)
def test_a_range_that_is_none_is_said(as_mira: Client, asha: Customer, asked: str) -> None:
    assert as_mira.get(f"/admin/customer/101/statement/?{asked}").status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("year", ["abc", "", "99999999999999999999", "٢٠٢٤", "2024"])
def test_a_year_that_is_none_falls_back_to_this_one(as_mira: Client, asha: Customer, year: str) -> None:
    assert as_mira.get("/admin/customer/101/statement/", {"year": year}).status_code == 200
