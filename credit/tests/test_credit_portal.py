"""The staff's pages of a customer's credit: look, ask in the customer's name, withdraw - by right."""

import pytest

from accounts.models import AuditEntry
from accounts.tests.cast import signed_in
from credit.actions import ask
from credit.models import CreditRequest
from credit.tests.asked import owing, request_of, this_month
from credit.tests.test_credit_pages import text
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db
AT = "/admin/customer/101/credit/"
KEY = "a-random-key-of-the-staff"


def told(**more):
    return {
        "year": this_month(1).year,
        "month": this_month(1).month,
        "amount": "75.00",
        "method": "percentage",
        "key": KEY,
    } | more


@pytest.mark.parametrize("who", ["mona", "clem"])
def test_managers_and_clerks_ask_in_the_customer_s_name(request, asha, who):
    owing(asha, "100.00")
    client = signed_in(request.getfixturevalue(who))
    answer = client.post(AT, told())
    asked = CreditRequest.objects.of(asha).get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{AT}{asked.pk}/")
    assert asked.asked_by == client.get("/admin/").wsgi_request.user.get_username()
    entry = AuditEntry.objects.filter(customer=asha, act="ask_credit").get()
    assert (entry.by, entry.door) == (asked.asked_by, "portal")
    page = text(client.get(answer.headers["Location"]))
    assert "Sanctioned" in page
    assert f"Asked by {asked.asked_by}" in page


def test_an_auditor_looks_and_does_not_ask(as_nina, asha):
    ask(request_of(asha))
    page = as_nina.get(AT)
    assert page.status_code == 200
    assert 'name="amount"' not in page.content.decode()
    assert as_nina.post(AT, told()).status_code == 403
    asked = CreditRequest.objects.of(asha).get()
    assert as_nina.get(f"{AT}{asked.pk}/").status_code == 200
    assert as_nina.post(f"{AT}{asked.pk}/withdraw/").status_code == 403


def test_staff_without_a_role_and_customers_are_kept_out(as_sten, as_bo, asha):
    assert as_sten.get(AT).status_code == 403
    assert as_bo.get(AT).status_code in (302, 403)


def test_another_customer_s_request_is_not_found_in_this_book(as_mira, asha, bo):
    other = request_of(bo)
    ask(other)
    assert as_mira.get(f"{AT}{other.pk}/").status_code == 404
    assert as_mira.get(f"/admin/customer/102/credit/{other.pk}/").status_code == 200


def test_what_is_refused_is_said_beside_the_form(as_clem, asha):
    ask(request_of(asha))
    answer = as_clem.post(AT, told())
    assert answer.status_code == 422
    assert "waits for a decision already" in text(answer)


def test_the_staff_withdraws_what_waits(as_clem, asha):
    asked = request_of(asha)
    ask(asked)
    assert as_clem.post(f"{AT}{asked.pk}/withdraw/").status_code == 303
    asked.reread()
    assert asked.state == "withdrawn"


def test_the_book_leads_to_the_credit_and_every_statement_names_the_customer(as_mira, asha):
    owing(asha, "100.00", "0")
    ask(request_of(asha))
    assert AT in as_mira.get("/admin/customer/101/").content.decode()
    with assert_routed():
        assert as_mira.get(AT).status_code == 200
        assert as_mira.get(f"{AT}{CreditRequest.objects.of(asha).get().pk}/").status_code == 200


def test_the_search_box_stays_empty_where_nobody_searched(as_mira, asha):
    """It shows what was searched for, and nothing else that a page happens to hold."""
    asked = request_of(asha)
    ask(asked)
    for address in (f"{AT}{asked.pk}/", "/admin/owing/?risk=30"):
        assert 'name="q" type="search" value=""' in " ".join(as_mira.get(address).content.decode().split())
    found = " ".join(as_mira.get("/admin/customer/?q=nobody").content.decode().split())
    assert 'value="nobody"' in found
    assert "Customers like “nobody”" in found
