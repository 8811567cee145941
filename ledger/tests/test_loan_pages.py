"""The staff's pages of a loan: look, settle early, take back."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.models import Customer, Lender
from ledger.models import Approval, Disbursement, Due, Payment
from ledger.proof import differences
from ledger.tests.loans import FEBRUARY_10, balances, give

KEY = "k" * 20


@pytest.fixture
def loan(lender: Lender, asha: Customer) -> Disbursement:
    return give(asha)


def at(loan: Disbursement, more: str = "", customer: int = 101) -> str:
    return f"/admin/customer/{customer}/loans/{loan.pk}/{more}"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def money(**more: str) -> dict[str, str]:
    return {"key": KEY, "amount": "303.00", "received_on": "2024-02-10", "channel": "cash", **more}


def test_the_book_leads_to_the_loan_with_its_instalments_and_figure(loan: Disbursement, as_nina: Client) -> None:
    assert f'href="{at(loan)}"' in text(as_nina, "/admin/customer/101/")
    page = text(as_nina, at(loan))
    for told in ("$300.00", "$99.01", "$306.02", "loan-1", "March 2024"):
        assert told in page
    assert "Settle it early" not in page
    assert "take it back" not in page


def test_the_figure_of_any_day_is_told_and_money_is_taken_until_today(loan: Disbursement, as_mira: Client) -> None:
    page = text(as_mira, at(loan, "settle/?on=2024-02-10"))
    assert "$303.00" in page
    assert "Take $303.00" in page
    ahead = text(as_mira, at(loan, "settle/?on=2190-01-01"))
    assert "$306.02" in ahead
    assert "Take $306.02" not in ahead
    assert "$306.02" in text(as_mira, at(loan, "settle/?on=soon"))


def test_two_clicks_settle_it_once(loan: Disbursement, as_mira: Client, asha: Customer) -> None:
    for _ in range(2):
        answer = as_mira.post(at(loan, "settle/"), money())
        assert (answer.status_code, answer.headers["Location"]) == (303, at(loan))
    assert Payment.objects.of(asha).get(kind="receipt").received_on == FEBRUARY_10
    assert set(balances(asha)) == {"0.00"}
    page = text(as_mira, at(loan))
    assert "Loan" in page
    assert "To settle it today" not in page
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"amount": "300.00"}, "$303.00 settles this loan, not $300.00"),
        ({"received_on": "2190-01-01", "amount": "306.02"}, "in the future"),
        ({"key": "short"}, "came back incomplete"),
        ({"amount": "nothing"}, "came back incomplete"),
    ],
)
def test_what_is_refused_is_told_beside_a_fresh_form(
    told: dict[str, str], problem: str, loan: Disbursement, as_mira: Client, asha: Customer
) -> None:
    answer = as_mira.post(at(loan, "settle/"), money(**told))
    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert KEY not in answer.content.decode()
    assert not Payment.objects.of(asha).exists()


def test_a_loan_is_taken_back_for_a_reason(loan: Disbursement, as_mira: Client, asha: Customer) -> None:
    assert "withdrawn" in text(as_mira, at(loan, "take-back/"))
    assert as_mira.post(at(loan, "take-back/"), {"reason": ""}).status_code == 422
    assert as_mira.post(at(loan, "take-back/"), {"reason": "wrong customer"}).status_code == 303
    assert not Due.objects.of(asha).exists()
    assert "Taken back" in text(as_mira, at(loan))
    again = as_mira.post(at(loan, "take-back/"), {"reason": "once more"})
    assert "taken back already" in again.content.decode()
    assert list(differences()) == []


def test_a_loan_on_which_something_is_paid_is_not_offered(loan: Disbursement, as_mira: Client, asha: Customer) -> None:
    as_mira.post(at(loan, "settle/"), money())
    assert "so it stays" in text(as_mira, at(loan, "take-back/"))


def test_above_the_amount_a_colleague_confirms(loan: Disbursement, as_mira: Client, mona: object) -> None:
    Lender.objects.update(reverse_alone=D(299))
    assert "a colleague has to confirm it" in text(as_mira, at(loan, "take-back/"))
    asked = as_mira.post(at(loan, "take-back/"), {"reason": "wrong customer"})
    request = Approval.objects.get()
    assert asked.headers["Location"] == f"/admin/customer/101/requests/{request.pk}/"
    for page in (asked.headers["Location"], at(loan)):
        assert f"Take back loan {loan.pk}" in text(as_mira, page)


@pytest.mark.parametrize("more", ["", "settle/", "take-back/"])
def test_who_may_open_it(more: str, loan: Disbursement, as_clem: Client, as_asha: Client, as_sten: Client) -> None:
    """A clerk looks; it takes a manager's rights to let interest off or to take a loan back."""
    assert as_clem.get(at(loan, more)).status_code == (403 if more else 200)
    assert as_clem.post(at(loan, more or "settle/"), money(reason="x")).status_code == 403
    assert as_asha.get(at(loan, more)).status_code in (302, 403)
    assert as_sten.get(at(loan, more)).status_code == 403
    assert not Payment.objects.filter(customer=101).exists()


@pytest.mark.parametrize("more", ["", "settle/", "take-back/"])
def test_another_customers_loan_is_not_found(more: str, loan: Disbursement, bo: Customer, as_mira: Client) -> None:
    assert as_mira.get(at(loan, more, customer=102)).status_code == 404
    assert as_mira.post(at(loan, more or "settle/", customer=102), money(reason="x")).status_code == 404


def test_the_page_asks_no_more_for_a_longer_loan(
    lender: Lender, asha: Customer, as_mira: Client, django_assert_max_num_queries: Any
) -> None:
    short, long = give(asha, ("300", "0"), reference="short"), give(asha, *[("10", "1")] * 30, reference="long")
    as_mira.get(at(short))
    counts = []
    for loan in (short, long):
        with django_assert_max_num_queries(20) as seen:
            as_mira.get(at(loan))
        counts.append(len(seen))
    assert counts[0] == counts[1]
