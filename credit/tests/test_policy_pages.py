"""The staff's pages of the rules of lending: what is in force, and a new row from a day on."""

import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import HouseEntry, Lender
from credit.models import CreditPolicy
from credit.tests.asked import D, policy

pytestmark = pytest.mark.django_db
RULES, NEW = "/admin/credit/policy/", "/admin/credit/policy/new/"


def rules(**more: str) -> dict[str, str]:
    told = {
        "starts_on": Lender.load().today().isoformat(), "methods": "both", "threshold": "75", "basis": "fallen_due",
        "least_dues": "1", "model_threshold": "0.8", "without_model": "refer", "largest_amount": "5000",
        "largest_multiple": "1", "override_alone": "", "longest_term": "12", "interest": "declining",
        "annual_rate": "24", "due_day": "month_end", "round_to": "1",
    }  # fmt: skip
    return told | more


def test_the_rules_in_force_are_told_and_all_rows_below(as_nina: Client, lender: Lender) -> None:
    policy(threshold=D("72.5"), longest_term=6, interest="flat", annual_rate=D(18))
    CreditPolicy.objects.create(starts_on=lender.today() + datetime.timedelta(40), threshold=D(90), made_by="m1")
    page = as_nina.get(RULES).content.decode()
    assert "72.5" in page
    assert "90 %" in page
    assert page.count("in force</span>") == 1
    assert "flat, on what was lent, 18 % a year" in page
    assert "Set new rules" not in page


def test_a_manager_sets_new_rules_which_begin_as_those_in_force(as_mira: Client, lender: Lender) -> None:
    policy(threshold=D(85))
    assert 'value="85"' in as_mira.get(NEW).content.decode()
    answer = as_mira.post(NEW, rules())
    assert (answer.status_code, answer.headers["Location"]) == (303, RULES)
    row = CreditPolicy.on(lender.today())
    assert (row.threshold, row.annual_rate, row.round_to, row.made_by) == (D(75), D(24), D(1), "m1")
    assert CreditPolicy.objects.filter(threshold=D(85)).exists()
    entry = HouseEntry.objects.latest("number")
    assert entry.act == "set_credit_policy"
    assert '"threshold":"75"' in entry.facts.replace(" ", "")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"starts_on": "2020-01-01"}, "today or later"),
        ({"threshold": "101"}, "less than or equal to 100"),
        ({"interest": "none"}, "Interest needs a yearly rate"),
        ({"annual_rate": "0"}, "Interest needs a yearly rate"),
        ({"longest_term": "0"}, "greater than or equal to 1"),
        ({"largest_amount": "1.005"}, "more than 2 decimals"),
        ({"starts_on": "soon"}, "year-month-day"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_with_a_sentence(told: Any, sentence: str, as_mira: Client) -> None:
    answer = as_mira.post(NEW, rules(**told))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not CreditPolicy.objects.exclude(made_by="").exists()


def test_only_managers_set_rules(as_clem: Client, as_nina: Client, as_asha: Client) -> None:
    for client in (as_clem, as_nina, as_asha):
        assert client.get(NEW).status_code in (302, 403)
        assert client.post(NEW, rules()).status_code in (302, 403)
    assert as_clem.get(RULES).status_code == 403
    assert not CreditPolicy.objects.exclude(made_by="").exists()
