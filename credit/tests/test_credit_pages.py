"""The customer's pages of credit: where I stand, ask, the answer, withdraw; nobody else's is found."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credit.actions import ask
from credit.models import CreditRequest, Decision
from credit.registry import activate
from credit.tests.asked import D, owing, policy, request_of, this_month
from credit.tests.shelf import shelved
from ledger.models import Due
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db
KEY = "a-random-key-of-a-form-1"


def told(**more):
    month = this_month(1)
    form = {"year": month.year, "month": month.month, "amount": "250.00", "method": "percentage", "key": KEY}
    return form | more


def text(response):
    """What the page says, without its tags."""
    page = re.sub(r"<(style|script|svg).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_page_shows_each_year_all_together_and_what_the_rule_needs(as_asha, asha):
    owing(asha, *["100.00"] * 20, "0", "0", "0", "0", "0", "0")
    page = text(as_asha.get("/credit/"))
    for year in {this_month(-back).year for back in range(1, 27)}:
        assert f" {year} " in page
    assert "Together $2,600.00 $2,000.00 76.92%" in page
    assert "Needed 80% pay $80.00 more to reach it" in page
    assert "By the model 80%" in page


def test_without_any_due_it_says_what_comes(as_asha):
    page = text(as_asha.get("/credit/"))
    assert "without history a manager decides" in page
    assert "Nothing has fallen due yet" in page
    assert "No requests yet" in page


def test_a_customer_asks_waits_a_moment_and_is_sanctioned(as_asha, asha):
    owing(asha, "100.00")
    answer = as_asha.post("/credit/request/", told())
    request = CreditRequest.objects.of(asha).get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/credit/{request.pk}/wait/")
    wait = as_asha.get(answer.headers["Location"])
    assert wait.headers["Refresh"] == f"2; url=/credit/{request.pk}/"
    assert "See the answer now" in text(wait)
    page = text(as_asha.get(f"/credit/{request.pk}/"))
    assert "Sanctioned" in page
    assert "Paid of what fell due 100% Needed 80%" in page
    due = Due.objects.of(asha).get(reference=f"credit-{request.pk}")
    assert (due.month, due.amount) == (this_month(1), D(250))
    assert "$250.00" in text(as_asha.get(f"/dashboard/?year={due.month.year}"))


def test_a_rejected_one_reads_why_and_what_would_change_it(as_bo, bo):
    owing(bo, "100.00", "46.00")
    request = request_of(bo, "30.00")
    ask(request)
    page = text(as_bo.get(f"/credit/{request.pk}/"))
    assert "Rejected" in page
    assert "Of $200.00 that fell due, $146.00 is paid: 73%. 80% is needed." in page
    assert "Pay $14.00 more." in page
    assert "Sanctioned" not in page


def test_the_model_s_points_add_up_on_the_page(as_asha, asha):
    activate(shelved(), "m1")
    owing(asha, "100.00", "0", "20.00")
    request = request_of(asha, method="model")
    decision = ask(request)
    rows = re.findall(r"<tr>(.*?)</tr>", as_asha.get(f"/credit/{request.pk}/").content.decode(), re.DOTALL)
    cells = [re.findall(r'class="amount">\s*(-?\d+)\s*<', row) for row in rows]
    points = [int(found[0]) for found in cells if found]
    assert sum(points[:-1]) == points[-1] == decision.points


def test_what_is_wrong_is_said_beside_the_form_and_nothing_is_asked(as_asha):
    for wrong, sentence in [
        ({"amount": "-5"}, "greater than or equal to"),
        ({"amount": "1e9"}, "is not an amount"),
        ({"month": "13"}, "not one of the available choices"),
        ({"year": this_month().year, "month": 1} if this_month().month > 1 else {"year": 1999}, "Choose|available"),
        ({"method": "stars"}, "not one of the available choices"),
        ({"key": ""}, "came back incomplete"),
    ]:
        answer = as_asha.post("/credit/request/", told(**wrong))
        assert answer.status_code == 422
        assert re.search(sentence, text(answer)), (wrong, text(answer))
    assert not CreditRequest.objects.exists()


def test_a_form_sent_twice_is_one_request_and_changed_it_is_refused(as_asha, asha):
    owing(asha, "100.00")
    first, again = (as_asha.post("/credit/request/", told()) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    other = as_asha.post("/credit/request/", told(amount="1.00"))
    assert other.status_code == 422
    assert "already used" in text(other)
    assert KEY not in other.content.decode()
    assert CreditRequest.objects.of(asha).count() == 1


def test_the_eleventh_within_an_hour_is_told_to_wait(as_bo, bo):
    owing(bo, "0")
    answers = [as_bo.post("/credit/request/", told(key=f"{KEY}-{count}")).status_code for count in range(11)]
    assert answers == [303] * 10 + [429]
    assert as_bo.post("/credit/request/", told(key=f"{KEY}-0")).status_code == 303
    assert CreditRequest.objects.of(bo).count() == 10


def test_a_request_that_waits_is_withdrawn_once(as_asha, asha):
    request = request_of(asha)
    ask(request)
    assert "waits for a manager" in text(as_asha.get("/credit/request/"))
    assert as_asha.post(f"/credit/{request.pk}/withdraw/").status_code == 303
    assert "is withdrawn" in text(as_asha.get(f"/credit/{request.pk}/"))
    as_asha.post(f"/credit/{request.pk}/withdraw/")
    assert "nothing to withdraw" in text(as_asha.get(f"/credit/{request.pk}/"))


def test_another_customer_s_request_is_not_found(as_bo, asha):
    request = request_of(asha)
    ask(request)
    for address in (f"/credit/{request.pk}/", f"/credit/{request.pk}/wait/"):
        assert as_bo.get(address).status_code == 404
    assert as_bo.post(f"/credit/{request.pk}/withdraw/").status_code == 404
    request.reread()
    assert request.state == "waiting"


def test_strangers_are_led_to_the_door_and_staff_is_told_whose_page_it_is(as_mira):
    assert Client().get("/credit/").status_code == 302
    assert as_mira.get("/credit/").status_code == 403


def test_only_the_fields_that_the_lender_leaves_open_are_asked(as_asha):
    policy(methods="percentage", longest_term=6)
    page = as_asha.get("/credit/request/").content.decode()
    assert 'name="method"' not in page
    assert 'name="instalments"' in page
    answer = as_asha.post("/credit/request/", told(instalments="7"))
    assert answer.status_code == 422


def test_the_queries_do_not_grow_with_history_and_name_the_customer(as_asha, asha):
    counts = []
    for ago, months in ((0, 1), (1, 14)):
        owing(asha, *["5.00"] * months, ago=ago)
        for _ in range(months):
            ask(request_of(asha))
        with CaptureQueriesContext(connection) as seen, assert_routed():
            assert as_asha.get("/credit/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 13, counts


@pytest.mark.parametrize("path", ["/credit/", "/credit/request/"])
def test_no_page_ever_writes_but_the_house_s_own_policy(as_asha, asha, path):
    as_asha.get(path)
    assert not CreditRequest.objects.exists()
    assert not Decision.objects.exists()
