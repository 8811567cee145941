"""Paying on the web: ask, preview, confirm; and paying once, whatever the browser does."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Customer, Lender
from ledger import views
from ledger.actions import add_due, record_payment
from ledger.models import Allocation, Due, Payment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_months(lender: Lender, asha: Customer) -> None:
    for month in (1, 2, 3):
        add_due(Due(customer=asha, month=date(2025, month, 1), amount=Decimal("100.00")))


def form_of(client: Client, **asked: Any) -> dict[str, Any]:
    """The fields a browser would send back from a fresh /pay/."""
    initial = client.get("/pay/", asked).context["form"].initial
    return {name: str(value) for name, value in initial.items()}


def preview(client: Client, **fields: Any) -> Any:
    return client.post("/pay/", fields | {"step": "preview"})


def confirm(client: Client, **fields: Any) -> Any:
    return client.post("/pay/", fields | {"step": "confirm"})


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_form_begins_with_the_oldest_open_month(as_asha: Client) -> None:
    form = form_of(as_asha)
    assert (form["year"], form["month"], form["amount"]) == ("2025", "1", "100.00")


def test_a_month_that_is_asked_for_brings_its_own_balance(as_asha: Client, asha: Customer) -> None:
    record_payment(Payment(customer=asha, amount=Decimal(30), starting=date(2025, 2, 1)))
    form = form_of(as_asha, year="2025", month="2")
    assert (form["month"], form["amount"]) == ("2", "70.00")


@pytest.mark.parametrize(("year", "month"), [("abc", "x"), ("1990", "1"), ("2025", "12"), ("2025", ""), ("", "2")])
def test_a_month_that_is_not_open_falls_back(as_asha: Client, year: str, month: str) -> None:
    assert form_of(as_asha, year=year, month=month)["month"] == "1"


def test_the_preview_shows_before_and_after_and_stores_nothing(as_asha: Client) -> None:
    page = preview(as_asha, **form_of(as_asha) | {"amount": "150.00"})
    rows = [(row.month.month, row.part, row.balance_after) for row in page.context["preview"].months]
    assert rows == [(1, 100, 0), (2, 50, 50)]
    for figure in ("Owed before", "Owed after", "$50.00", "$100.00", "Nothing stays as credit"):
        assert figure in text(page)
    assert not Payment.objects.exists()


def test_the_preview_says_what_would_stay_as_credit(as_asha: Client) -> None:
    assert "$45.50 stays as credit" in text(preview(as_asha, **form_of(as_asha) | {"amount": "345.50"}))


def test_the_preview_warns_of_an_older_month_that_stays_open(as_asha: Client) -> None:
    form = form_of(as_asha, year="2025", month="3")
    page = text(preview(as_asha, **form))
    assert "2 older months stay open" in page
    assert "January 2025 ($100.00) and February 2025 ($100.00)" in page
    assert "stay open" not in text(preview(as_asha, **form_of(as_asha)))


def test_confirming_what_was_previewed_pays_and_leads_to_the_receipt(as_asha: Client, asha: Customer) -> None:
    page = preview(as_asha, **form_of(as_asha) | {"amount": "150"})
    answer = confirm(as_asha, **page.context["form"].initial)
    payment = Payment.objects.of(asha).get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/payments/{payment.pk}/")
    assert (payment.amount, payment.channel, payment.recorded_by) == (Decimal(150), "web", "c101")
    parts = Allocation.objects.of(asha).order_by("due__month").values_list("due__month", "amount")
    assert list(parts) == [(date(2025, 1, 1), Decimal(100)), (date(2025, 2, 1), Decimal(50))]


def test_sent_twice_it_pays_once(as_asha: Client) -> None:
    form = form_of(as_asha)
    first, again = confirm(as_asha, **form), confirm(as_asha, **form)
    assert first.headers["Location"] == again.headers["Location"]
    assert Payment.objects.count() == 1


def test_without_the_same_key_it_would_pay_twice(as_asha: Client) -> None:
    """The negative control of the test above."""
    confirm(as_asha, **form_of(as_asha))
    confirm(as_asha, **form_of(as_asha))
    assert Payment.objects.count() == 2


def test_a_retry_succeeds_when_the_month_is_filled_and_nothing_is_open(as_asha: Client) -> None:
    form = form_of(as_asha) | {"amount": "300.00"}
    confirm(as_asha, **form)
    assert not Due.objects.unpaid().exists()
    assert confirm(as_asha, **form).status_code == 303
    assert Payment.objects.count() == 1


def test_a_key_with_other_figures_is_refused_with_a_fresh_form(as_asha: Client) -> None:
    form = form_of(as_asha)
    confirm(as_asha, **form)
    answer = confirm(as_asha, **form | {"amount": "5.00"})
    assert answer.status_code == 422
    assert "already recorded" in text(answer)
    assert 'href="/payments/"' in text(answer)
    assert answer.context["form"].initial["key"] != form["key"]
    assert Payment.objects.count() == 1


def test_going_back_after_paying_and_continuing_again_says_that_it_is_paid(as_asha: Client) -> None:
    form = form_of(as_asha)
    confirm(as_asha, **form)
    answer = preview(as_asha, **form | {"month": "2"})
    payment = Payment.objects.get()
    assert answer.status_code == 422
    assert f'href="/payments/{payment.pk}/"' in text(answer)


@pytest.mark.parametrize(
    "amount", ["", "0", "-5", "0.001", "NaN", "1e400", "1_000", "１２", "12,50", "100000000001", "abc", "0.005"]
)
def test_an_amount_that_is_none_is_named_and_nothing_is_stored(as_asha: Client, amount: str) -> None:
    form = form_of(as_asha) | {"amount": amount}
    page = preview(as_asha, **form)
    assert page.status_code == 422
    assert page.context["form"].errors["amount"]
    assert "is-invalid" in text(page)
    assert confirm(as_asha, **form).status_code == 422
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"year": "2025", "month": "13"}, {"year": "9" * 30}, {"year": "", "month": "2"}, {"month": "x"}, {"key": "short"}],
)
def test_malformed_fields_are_refused_calmly(as_asha: Client, wrong: dict[str, str]) -> None:
    form = form_of(as_asha) | wrong
    assert preview(as_asha, **form).status_code == 422
    assert confirm(as_asha, **form).status_code == 422
    assert not Payment.objects.exists()


@pytest.mark.parametrize("key", ["", "short", "x" * 101])
def test_a_lost_key_is_replaced_and_the_next_try_passes(as_asha: Client, key: str) -> None:
    form = form_of(as_asha)
    page = preview(as_asha, **form | {"key": key})
    assert page.status_code == 422
    fresh = page.context["form"]["key"].value()
    assert preview(as_asha, **form | {"key": fresh}).status_code == 200


def test_a_month_of_another_year_is_answered_with_the_open_ones(as_asha: Client, asha: Customer) -> None:
    add_due(Due(customer=asha, month=date(2026, 7, 1), amount=Decimal(9)))
    page = text(preview(as_asha, **form_of(as_asha) | {"year": "2026", "month": "2"}))
    assert "Nothing is open in February 2026. Open months: July 2026." in page


def test_with_nothing_open_one_may_pay_ahead(as_bo: Client, bo: Customer) -> None:
    page = as_bo.get("/pay/")
    assert "you owe nothing now" in text(page)
    assert "id_month" not in text(page)
    seen = preview(as_bo, key=page.context["form"].initial["key"], amount="20")
    assert "$20.00 stays as credit" in text(seen)
    confirm(as_bo, **{name: value for name, value in seen.context["form"].initial.items() if value is not None})
    assert Payment.objects.of(bo).held() == 20


def test_what_the_act_refuses_is_told_in_its_words(as_asha: Client, lender: Lender) -> None:
    lender.closed_through = lender.today()
    lender.save()
    form = form_of(as_asha)
    for answer in (preview(as_asha, **form), confirm(as_asha, **form)):
        assert answer.status_code == 422
        assert "closed through" in text(answer)


def test_only_confirm_records(as_asha: Client) -> None:
    form = form_of(as_asha)
    for step in ({}, {"step": "preview"}, {"step": "CONFIRM"}):
        as_asha.post("/pay/", form | step)
    as_asha.get("/pay/", form | {"step": "confirm"})
    assert not Payment.objects.exists()


def test_another_customers_key_does_not_matter(as_asha: Client, as_bo: Client, bo: Customer) -> None:
    form = form_of(as_asha)
    confirm(as_asha, **form)
    assert confirm(as_bo, amount="7.00", key=form["key"]).status_code == 303
    assert Payment.objects.of(bo).get().amount == 7


def test_a_field_named_customer_pays_for_nobody_else(as_asha: Client, bo: Customer) -> None:
    confirm(as_asha, **form_of(as_asha) | {"customer": "102", "customer_id": "102"})
    assert not Payment.objects.of(bo).exists()


def test_a_form_without_its_token_is_turned_away(asha: Customer) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(asha.login)
    answer = confirm(strict, **form_of(strict))
    assert answer.status_code == 403
    assert "out of date" in text(answer)
    assert not Payment.objects.exists()


def test_the_open_months_are_the_customers_own(asha: Customer, bo: Customer) -> None:
    assert list(views.open_balances(asha).values()) == [100, 100, 100]
    assert views.open_balances(bo) == {}
