"""The staff's doors to decisions: the queue, approve and decline, the second manager, the letters."""

import re

import pytest
from django.test import Client

from accounts.models import Customer, Lender, Manager
from accounts.tests.cast import signed_in
from credit.actions import ask
from credit.models import CreditRequest, Decision
from credit.tests.asked import D, latest, owing, policy, request_of
from ledger.models import Approval, Disbursement, Due
from ledger.proof import differences
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db
QUEUE = "/admin/credit/requests/"


@pytest.fixture
def referred(asha: Customer) -> CreditRequest:
    """300.00 in three instalments at 12 %, by a customer without history."""
    policy(interest="declining", annual_rate=D(12), longest_term=12, override_alone=D(400))
    request = request_of(asha, "300.00", instalments=3)
    ask(request)
    return request


def at(request: CreditRequest, page: str = "") -> str:
    return f"/admin/customer/{request.customer_id}/credit/{request.pk}/{page}"


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def post(client: Client, request: CreditRequest, decision: str, reason: str = "Known for years", seen: str = "") -> int:
    """From the page as it is now, unless it was opened earlier: `seen` is the decision that it showed."""
    told = {"decision": decision, "reason": reason, "seen": seen or latest(request).pk}
    return client.post(at(request, "decide/"), told).status_code


def shown(client: Client, request: CreditRequest) -> str:
    """The decision that the form on the page names."""
    found = re.search(r'name="seen"\s+value="(\d+)"', text(client, at(request)))
    assert found
    return found[1]


def test_the_first_screen_counts_what_waits_and_leads_to_the_queue(referred: CreditRequest, as_mira: Client) -> None:
    page = text(as_mira, "/admin/")
    assert f'href="{QUEUE}"' in page
    assert "Credit requests <strong>1</strong>" in page
    queue = text(as_mira, QUEUE)
    assert f'href="{at(referred)}"' in queue
    assert "Asha Rao" in queue


def test_the_page_shows_what_would_be_given_before_anybody_decides(referred: CreditRequest, as_mira: Client) -> None:
    page = text(as_mira, at(referred))
    for told in ("$300.00", "$6.02", "$306.02", "$99.01", "No due has fallen due yet", "Yearly rate"):
        assert told in page
    assert "Approve and give $300.00" in page


def test_the_page_shows_the_figures_that_the_rule_saw(asha: Customer, as_clem: Client) -> None:
    owing(asha, "60.00", "10.00")
    request = request_of(asha, "300.00")
    ask(request)
    page = re.sub(r"\s+", " ", text(as_clem, at(request)))
    for told in ("Owed then</dt> <dd> $130.00", "Of that, late</dt> <dd> $130.00", "Paid of that</dt> <dd> $70.00"):
        assert told in page


def test_a_manager_approves_and_the_dues_are_there(
    referred: CreditRequest, as_mira: Client, as_asha: Client, asha: Customer
) -> None:
    assert post(as_mira, referred, "approve") == 303
    assert latest(referred).decided_by == "m1"
    assert Due.objects.of(asha).count() == 6
    page = text(as_mira, at(referred))
    assert "What is repaid" in page
    assert "Known for years" in page
    assert "Approve and give" not in page
    month = Due.objects.of(asha).earliest("month").month
    assert "$102.01" in text(as_asha, f"/dashboard/?year={month.year}")
    assert post(as_mira, referred, "approve") == 422
    assert Disbursement.objects.count() == 1
    assert "Nothing waits" in text(as_mira, QUEUE)
    assert list(differences()) == []


def test_a_manager_declines_for_a_reason_and_another_may_approve_later(
    referred: CreditRequest, as_mira: Client, mona: Manager
) -> None:
    assert post(as_mira, referred, "decline", "") == 422
    assert post(as_mira, referred, "") == 422
    assert Decision.objects.count() == 1
    assert post(as_mira, referred, "decline", "The shop is closed") == 303
    assert not Disbursement.objects.exists()
    assert post(signed_in(mona), referred, "approve", "It opened again") == 303
    assert Disbursement.objects.exists()


def test_a_decline_that_a_manager_did_not_see_is_not_approved_over(
    referred: CreditRequest, as_mira: Client, mona: Manager
) -> None:
    seen = shown(as_mira, referred)
    assert post(signed_in(mona), referred, "decline", "He moved away") == 303
    told = {"decision": "approve", "reason": "Known for years"}
    answer = as_mira.post(at(referred, "decide/"), told | {"seen": seen})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Another decision was made since you opened this page" in page
    assert "He moved away" in page
    assert as_mira.post(at(referred, "decide/"), told).status_code == 422
    assert not Disbursement.objects.exists()
    assert post(as_mira, referred, "approve", seen=shown(as_mira, referred)) == 303
    assert Disbursement.objects.exists()


def test_above_the_amount_a_colleague_confirms_in_the_list_of_requests(
    referred: CreditRequest, as_mira: Client, mona: Manager
) -> None:
    policy(interest="declining", annual_rate=D(12), longest_term=12, override_alone=D(299))
    assert "a colleague has to confirm" in text(as_mira, at(referred))
    assert post(as_mira, referred, "approve") == 303
    request = Approval.objects.get()
    assert not Disbursement.objects.exists()
    page = f"/admin/customer/101/requests/{request.pk}/"
    for place in (page, "/admin/requests/", at(referred)):
        assert f"Approve credit request {referred.pk}" in text(as_mira, place)
    assert "An approval waits for a second person" in text(as_mira, at(referred))
    assert as_mira.post(page, {"decision": "confirm"}).status_code == 422
    assert signed_in(mona).post(page, {"decision": "confirm"}).status_code == 303
    assert latest(referred).confirmed_by == "m4"
    assert f'href="{at(referred)}"' in text(as_mira, page)
    assert list(differences()) == []


def test_who_may_look_and_who_may_decide(
    referred: CreditRequest, as_clem: Client, as_nina: Client, as_sten: Client, as_asha: Client
) -> None:
    for client in (as_clem, as_nina):
        assert "Approve" not in text(client, at(referred))
        assert post(client, referred, "approve") == 403
        assert client.get(QUEUE).status_code == 200
    for client in (as_sten, as_asha):
        for path in (QUEUE, at(referred), at(referred, "letter/"), "/admin/credit/policy/"):
            assert client.get(path).status_code in (302, 403)
        assert post(client, referred, "approve") in (302, 403)
    assert not Disbursement.objects.exists()


def test_a_request_is_found_below_its_own_customer_only(referred: CreditRequest, bo: Customer, as_mira: Client) -> None:
    for page in ("", "letter/"):
        assert as_mira.get(at(referred, page).replace("/101/", "/102/")).status_code == 404
    assert (
        as_mira.post(
            at(referred, "decide/").replace("/101/", "/102/"), {"decision": "approve", "reason": "x"}
        ).status_code
        == 404
    )


def test_the_pages_of_one_request_are_routed(referred: CreditRequest, as_mira: Client) -> None:
    text(as_mira, at(referred))
    with assert_routed() as seen:
        text(as_mira, at(referred))
        text(as_mira, at(referred, "letter/"))
    assert len(seen) > 4


def test_the_queue_asks_no_more_for_many(
    referred: CreditRequest, as_mira: Client, django_assert_max_num_queries: object
) -> None:
    counts = []
    for number in (201, 210):
        for more in range(number - 200):
            customer = Customer.objects.create(id=number * 100 + more, name="Somebody")
            ask(request_of(customer, "10.00"))
        with django_assert_max_num_queries(20) as seen:  # type: ignore[operator]
            text(as_mira, QUEUE)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- Letters ------------------------------------------------------------------------------------
def test_the_sanction_tells_the_schedule_the_interest_and_the_rate(referred: CreditRequest, as_mira: Client) -> None:
    assert "There is no letter" in text(as_mira, at(referred, "letter/"))
    post(as_mira, referred, "approve")
    letter = text(as_mira, at(referred, "letter/"))
    for told in ("is sanctioned", "Asha Rao", "$6.02", "$100.99", f"credit-{referred.pk}", "settle the loan early"):
        assert told in letter


def test_the_adverse_action_notice_tells_reasons_and_what_would_change_it(asha: Customer, as_mira: Client) -> None:
    owing(asha, "60.00")
    request = request_of(asha, "300.00")
    assert ask(request).verdict == "declined"
    letter = text(as_mira, at(request, "letter/"))
    for told in ("We cannot lend you $300.00", "$60.00 is paid", "Pay $20.00 more", "Our rules of lending decided"):
        assert told in letter


def test_what_a_manager_declined_says_the_managers_reason(referred: CreditRequest, as_mira: Client) -> None:
    post(as_mira, referred, "decline", "The shop is closed")
    letter = text(as_mira, at(referred, "letter/"))
    assert "The shop is closed" in letter
    assert "A person of our staff decided this" in letter
    assert "No due has fallen due yet" not in letter


def test_a_loan_taken_back_is_told_as_that(referred: CreditRequest, as_mira: Client, lender: Lender) -> None:
    post(as_mira, referred, "approve")
    loan = Disbursement.objects.get()
    as_mira.post(f"/admin/customer/101/loans/{loan.pk}/take-back/", {"reason": "wrong customer"})
    assert "taken back since" in text(as_mira, at(referred, "letter/"))
    assert "This loan was taken back" in text(as_mira, at(referred))
    assert list(differences()) == []
