"""One customer's book in the managers' portal: look, record, reverse, refund, invite."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer, User
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment
from ledger.proof import differences

D = Decimal
BOOK = "/admin/customer/101/"


@pytest.fixture(autouse=True)
def dues(asha: Customer) -> list[Due]:
    months = (datetime.date(2024, 1, 1), datetime.date(2024, 2, 1))
    return [add_due(Due(customer=asha, month=month, amount=D(100))) for month in months]


def typed(client: Client, **changes: str) -> dict[str, str]:
    """The fields of the form on the book, as a browser would send them."""
    form = client.get(BOOK).context["form"]
    fields = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in fields.items()} | changes


@pytest.mark.django_db
def test_the_book_shows_what_is_owed_how_late_and_the_way_to_pay(as_mira: Client) -> None:
    page = as_mira.get(BOOK)
    text = page.content.decode()
    assert page.status_code == 200
    for figure in ("Asha Rao", "$200.00", "90+ days late", "tel:+254700000101", "https://wa.me/254700000101"):
        assert figure in text
    assert page.context["form"]["amount"].value() == D(100)


@pytest.mark.django_db
def test_a_payment_is_previewed_then_confirmed_and_ends_on_its_receipt(as_mira: Client) -> None:
    preview = as_mira.post(f"{BOOK}pay/", typed(as_mira, amount="150", note="at the door") | {"step": "preview"})
    assert [row.part for row in preview.context["preview"].months] == [100, 50]
    assert not Payment.objects.exists()
    hidden = {field.name: field.value() or "" for field in preview.context["form"].hidden_fields()}
    done = as_mira.post(f"{BOOK}pay/", hidden | {"step": "confirm"}, follow=True)
    payment = Payment.objects.get()
    assert done.redirect_chain == [(f"{BOOK}payments/{payment.pk}/", 303)]
    assert (payment.amount, payment.recorded_by, payment.note, payment.channel) == (150, "m1", "at the door", "cash")
    again = as_mira.post(f"{BOOK}pay/", hidden | {"step": "confirm"})
    assert again.headers["Location"] == f"{BOOK}payments/{payment.pk}/"
    assert Payment.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "-5"}, "greater than or equal to 0.01"),
        ({"amount": "1e3"}, "is not an amount"),
        ({"received_on": "2999-01-01"}, "is in the future"),
        ({"received_on": "31/12/2024"}, "Write the day as year-month-day"),
        ({"starting": "2024-01-15"}, "is named by its first day"),
        ({"key": "short"}, "The form came back incomplete"),
    ],
)
def test_what_may_not_stand_is_said_in_the_form_and_nothing_is_stored(
    as_mira: Client, changes: dict[str, str], sentence: str
) -> None:
    fields = typed(as_mira) | changes
    for step in ("preview", "confirm"):
        page = as_mira.post(f"{BOOK}pay/", fields | {"step": step})
        assert page.status_code == 422
        assert sentence in page.content.decode().replace("&#x27;", "'")
    assert not Payment.objects.exists()


@pytest.mark.django_db
def test_a_key_with_another_body_is_refused_and_names_the_first(as_mira: Client) -> None:
    fields = typed(as_mira) | {"step": "confirm"}
    as_mira.post(f"{BOOK}pay/", fields)
    page = as_mira.post(f"{BOOK}pay/", fields | {"amount": "55"})
    assert page.status_code == 422
    assert "with other figures" in page.content.decode()
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_a_reversal_needs_a_reason_and_shows_what_opens_again(as_mira: Client, asha: Customer) -> None:
    payment = record_payment(Payment(customer=asha, amount=D(130)))
    page = f"{BOOK}payments/{payment.pk}/reverse/"
    shown = as_mira.get(page).content.decode()
    assert "January 2024 is open again" in shown
    assert "$30.00" in shown
    assert as_mira.post(page, {"reason": " "}).status_code == 422
    assert Payment.objects.count() == 1
    assert as_mira.post(page, {"reason": "cheque bounced"}).status_code == 303
    twin = Payment.objects.get(reverses=payment)
    assert (twin.note, twin.recorded_by) == ("cheque bounced", "m1")
    assert as_mira.post(page, {"reason": "again"}).status_code == 422
    assert Payment.objects.count() == 2
    assert list(differences()) == []


@pytest.mark.django_db
def test_held_credit_is_refunded_once_and_never_more_than_is_held(as_mira: Client, asha: Customer) -> None:
    record_payment(Payment(customer=asha, amount=D(250)))
    form = as_mira.get(f"{BOOK}refund/").context["form"]
    fields = {"key": form["key"].value(), "amount": "50.00", "reference": "slip 4"}
    assert as_mira.post(f"{BOOK}refund/", fields | {"amount": "50.01"}).status_code == 422
    assert not Payment.objects.filter(kind="refund").exists()
    first = as_mira.post(f"{BOOK}refund/", fields)
    again = as_mira.post(f"{BOOK}refund/", fields)
    assert first.headers["Location"] == again.headers["Location"]
    assert Payment.objects.filter(kind="refund").count() == 1
    assert Payment.objects.of(asha).held() == 0


@pytest.mark.django_db
def test_a_reference_that_stands_already_is_refused_in_a_sentence(as_mira: Client, asha: Customer) -> None:
    record_payment(Payment(customer=asha, amount=D(250), reference="slip 4"))
    form = as_mira.get(f"{BOOK}refund/").context["form"]
    page = as_mira.post(f"{BOOK}refund/", {"key": form["key"].value(), "amount": "10", "reference": "slip 4"})
    assert page.status_code == 422
    assert "already stands for payment" in page.content.decode()


@pytest.mark.django_db
def test_the_invite_link_lets_the_customer_choose_a_password_once(as_mira: Client, asha: Customer) -> None:
    User.objects.filter(customer=asha).delete()
    link = as_mira.post(f"{BOOK}invite/").context["link"].removeprefix("http://testserver")
    assert Client().post(link, {"password": "a-long-new-one-7"}).status_code == 302
    assert Client().get(link).status_code == 410
    assert as_mira.get(f"{BOOK}invite/").status_code == 405


@pytest.mark.django_db
def test_a_sign_in_is_shut_and_let_in_again_by_a_superuser_alone(as_mira: Client, as_clem: Client) -> None:
    active = lambda: User.objects.get(customer=101).is_active  # noqa: E731
    assert as_clem.post(f"{BOOK}login/", {"active": "no"}).status_code == 403
    assert active()
    as_mira.post(f"{BOOK}login/", {"active": "no"})
    assert not active()
    as_mira.post(f"{BOOK}login/", {"active": "yes"})
    assert active()


@pytest.mark.django_db
def test_search_opens_a_number_at_once_and_lists_names(as_mira: Client, bo: Customer) -> None:
    assert as_mira.get("/admin/customer/?q=101").headers["Location"] == BOOK
    assert [one.pk for one in as_mira.get("/admin/customer/?q=lind").context["found"]] == [102]
    assert "Nobody is found" in as_mira.get("/admin/customer/?q=zzz").content.decode()
    assert as_mira.get("/admin/customer/999/").status_code == 404


@pytest.mark.django_db
def test_a_clerk_records_and_an_auditor_only_looks(as_clem: Client, as_nina: Client, asha: Customer) -> None:
    payment = record_payment(Payment(customer=asha, amount=D(10)))
    reverse, refund = f"{BOOK}payments/{payment.pk}/reverse/", f"{BOOK}refund/"
    assert as_clem.post(f"{BOOK}pay/", typed(as_clem, amount="5") | {"step": "confirm"}).status_code == 303
    assert [as_clem.get(page).status_code for page in (BOOK, reverse, refund)] == [200, 403, 403]
    assert "Record a payment" not in as_nina.get(BOOK).content.decode()
    assert [as_nina.post(page).status_code for page in (f"{BOOK}pay/", reverse, refund, f"{BOOK}invite/")] == [403] * 4
    assert Payment.objects.count() == 2


@pytest.mark.django_db
def test_another_customers_payment_is_not_in_this_book(as_mira: Client, bo: Customer) -> None:
    payment = record_payment(Payment(customer=bo, amount=D(10)))
    assert as_mira.get(f"/admin/customer/102/payments/{payment.pk}/").status_code == 200
    assert as_mira.get(f"{BOOK}payments/{payment.pk}/").status_code == 404
    assert as_mira.post(f"{BOOK}payments/{payment.pk}/reverse/", {"reason": "x"}).status_code == 404


@pytest.mark.django_db
def test_the_book_asks_as_much_for_thousands_of_dues_as_for_a_dozen(as_mira: Client, asha: Customer) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            as_mira.get(BOOK)
        return len(queries)

    as_mira.get(BOOK)
    few = asked()
    Due.objects.bulk_create(
        Due(
            customer=asha,
            month=datetime.date(1980 + n // 120, n // 10 % 12 + 1, 1),
            reference=f"{n}",
            amount=D(1),
            due_on=datetime.date(1980 + n // 120, n // 10 % 12 + 1, 28),
        )
        for n in range(3000)
    )
    assert asked() == few
