"""What a loan costs is shown before it is asked for, to the customer and to the staff who asks in his name."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Customer
from credit.models import CreditPolicy, CreditRequest
from credit.tests.asked import D, owing, policy, this_month
from ledger.models import Disbursement, Due
from ledger.proof import differences
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db
ASK = "/credit/request/"
STAFF = "/admin/customer/101/credit/"


@pytest.fixture
def terms(asha: Customer) -> CreditPolicy:
    """12 % on what is left, up to a year; asha has paid all she owed."""
    owing(asha, "100.00")
    return policy(interest="declining", annual_rate=D(12), longest_term=12)


def told(**more: str) -> dict[str, str]:
    month = this_month(1)
    body = {"year": f"{month.year}", "month": f"{month.month}", "amount": "300", "instalments": "3"}
    return body | {"method": "percentage", "key": "k" * 20} | more


def send(client: Client, path: str, status: int, **more: str) -> str:
    answer = client.post(path, told(**more))
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.content.decode()


@pytest.mark.parametrize("path", [ASK, STAFF])
def test_the_whole_schedule_is_shown_and_nothing_is_asked_yet(
    path: str, terms: CreditPolicy, as_asha: Client, as_clem: Client
) -> None:
    client = as_asha if path == ASK else as_clem
    assert "See what it costs" in client.get(path).content.decode()
    with assert_routed():
        page = send(client, path, 200, step="preview")
    for figure in ("$99.01", "$100.00", "$100.99", "$6.02", "$306.02", "Yearly rate", f'value="{terms.pk}"'):
        assert figure in page
    assert not CreditRequest.objects.exists()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert client.post(path, {"step": "ask", **hidden}).status_code == 303
    assert Disbursement.objects.get().amount == 300
    assert Due.objects.filter(loan__isnull=False).count() == 6
    assert list(differences()) == []


@pytest.mark.parametrize("path", [ASK, STAFF])
def test_rules_that_changed_since_are_shown_again_first(
    path: str, terms: CreditPolicy, as_asha: Client, as_clem: Client
) -> None:
    policy(interest="declining", annual_rate=D(24), longest_term=12)
    client = as_asha if path == ASK else as_clem
    page = send(client, path, 422, step="ask", rules=f"{terms.pk}")
    assert "rules of lending changed meanwhile" in page
    assert not CreditRequest.objects.exists()


def test_a_change_of_mind_keeps_what_was_entered(terms: CreditPolicy, as_asha: Client) -> None:
    page = send(as_asha, ASK, 200, step="edit", amount="275")
    assert 'value="275"' in page
    assert "See what it costs" in page


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"instalments": "13"}, "less than or equal to 12"),
        ({"instalment": "3"}, "never pay back"),
        ({"instalment": "24.80"}, "repaid in 1 to 12 instalments, not 13"),
        ({"amount": "-1"}, "greater than or equal to"),
    ],
)
def test_what_makes_no_loan_is_told_at_the_form(more: Any, sentence: str, terms: CreditPolicy, as_asha: Client) -> None:
    assert sentence in send(as_asha, ASK, 422, step="preview", **more)


def test_the_same_amount_each_month_says_how_many_months(terms: CreditPolicy, as_asha: Client) -> None:
    page = send(as_asha, ASK, 200, step="preview", instalment="120")
    assert "in 3 instalments" in page
    assert "$65.48" in page
    send(as_asha, ASK, 303, instalment="120")
    request = CreditRequest.objects.get()
    assert (request.instalments, request.instalment) == (3, D(120))


def test_flat_interest_offers_no_fixed_instalment_and_a_free_loan_no_preview(asha: Customer, as_asha: Client) -> None:
    policy(interest="flat", annual_rate=D(12), longest_term=12)
    assert 'name="instalment"' not in as_asha.get(ASK).content.decode()
    policy()
    page = as_asha.get(ASK).content.decode()
    assert "See what it costs" not in page
    assert ">Ask</button>" in page


def test_the_answer_shows_the_loan_as_it_stands_and_what_settles_it(
    terms: CreditPolicy, as_asha: Client, as_bo: Client
) -> None:
    send(as_asha, ASK, 303)
    path = f"/credit/{CreditRequest.objects.get().pk}/"
    page = as_asha.get(path).content.decode()
    for figure in ("$99.01", "$306.02", "To settle it today", "$300.00", "Interest let off", "Yearly rate"):
        assert figure in page
    assert as_bo.get(path).status_code == 404


def test_while_it_waits_the_answer_shows_what_would_be_given(as_bo: Client) -> None:
    policy(interest="declining", annual_rate=D(12), longest_term=12)
    send(as_bo, ASK, 303)
    page = as_bo.get(f"/credit/{CreditRequest.objects.get().pk}/").content.decode()
    assert "What would be given today" in page
    assert "$306.02" in page
