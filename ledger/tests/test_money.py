"""Money is exact from the form to the column and back, in every currency, and what is no amount is refused in words."""

import datetime
import re
from decimal import Decimal as D

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Max, Min, Sum, Value
from django.test import override_settings
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Customer
from ledger.models import BALANCE, Due, Payment, total
from ledger.money import (
    LARGEST,
    MoneyField,
    MoneyFormField,
    NotAnAmount,
    format_money,
    from_minor,
    places,
    read_amount,
    to_minor,
)

JANUARY = datetime.date(2025, 1, 1)
CURRENCIES = {"USD": 2, "JPY": 0, "KWD": 3}
in_minor = st.integers(-LARGEST * 100, LARGEST * 100)
currencies = st.sampled_from(sorted(CURRENCIES))


def owe(customer: Customer, amount: str, **more: object) -> Due:
    return Due.objects.create(customer=customer, month=JANUARY, due_on=JANUARY, amount=D(amount), **more)


def stored(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


# --- the column -------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["0.01", "0.10", "12.50", "999.99", "99999999999.99", "100000000000"])
def test_an_amount_comes_back_as_it_went_in(amount, asha):
    due = owe(asha, amount)
    due.refresh_from_db()
    assert due.amount == D(amount)
    assert type(due.amount) is D
    assert due.amount.as_tuple().exponent == -2


def test_the_column_holds_whole_cents(asha):
    owe(asha, "12.50")
    assert stored("SELECT amount FROM ledger_due") == 1250


@pytest.mark.parametrize(("currency", "amount", "minor"), [("JPY", "1250", 1250), ("KWD", "1.250", 1250)])
def test_the_column_holds_the_currencys_own_smallest_unit(currency, amount, minor, asha):
    with override_settings(CURRENCY=currency):
        due = owe(asha, amount)
        due.refresh_from_db()
        assert due.amount == D(amount)
        assert stored("SELECT amount FROM ledger_due") == minor


def test_no_amount_stays_no_amount(asha):
    asha.refresh_from_db()
    assert asha.credit_limit is None
    assert Customer.objects.filter(credit_limit__isnull=True).count() == 1
    assert Payment.objects.aggregate(sum=Sum("amount"))["sum"] is None
    assert Payment.objects.held() == 0


def test_an_amount_finer_than_the_currency_is_never_rounded_away(asha):
    with pytest.raises(ValueError, match=r"1\.005 has more than 2 decimals"):
        owe(asha, "1.005")


# --- arithmetic in SQL ------------------------------------------------------------------------


def test_ten_and_twenty_cents_pay_thirty(asha):
    due = owe(asha, "0.30", paid=D("0.10"), forgiven=D("0.20"))
    assert not Due.objects.unpaid().exists()
    assert Due.objects.filter(amount=F("paid") + F("forgiven")).get() == due
    assert Due.objects.annotate(left=BALANCE).get().left == 0
    due.forgiven = D("0.19")
    due.save()
    assert Due.objects.unpaid().annotate(left=BALANCE).get().left == D("0.01")


def test_as_floats_they_would_not():
    """The negative control: this is what a REAL column would answer."""
    assert not 0.1 + 0.2 <= 0.3
    assert models.DecimalField(max_digits=9, decimal_places=2).get_internal_type() != MoneyField().get_internal_type()


@pytest.mark.only_on("sqlite")
def test_sqlite_itself_says_that_floats_would_not(db):
    assert stored("SELECT 0.1 + 0.2 <= 0.3") == 0


def test_a_field_grows_by_an_amount(asha):
    owe(asha, "0.30", paid=D("0.10"))
    Due.objects.update(paid=F("paid") + Value(D("0.20"), MoneyField()))
    assert Due.objects.get().paid == D("0.30")
    with pytest.raises(IntegrityError), transaction.atomic():
        Due.objects.update(paid=F("paid") + Value(D("0.01"), MoneyField()))


@pytest.mark.only_on("sqlite")
def test_an_amount_of_no_field_is_refused_rather_than_stored_as_a_part_of_a_cent(asha):
    """It would have added 0.20 cents."""
    owe(asha, "0.30")
    with pytest.raises(IntegrityError, match="typeof"), transaction.atomic():
        Due.objects.update(paid=F("paid") + D("0.20"))


def test_amounts_compare_and_order_as_numbers(asha):
    for amount in ("9.99", "10.00", "100.00"):
        owe(asha, amount, reference=amount)
    assert [due.reference for due in Due.objects.order_by("amount")] == ["9.99", "10.00", "100.00"]
    assert Due.objects.filter(amount__gt=D("9.99")).count() == 2
    assert Due.objects.filter(amount=D("10")).count() == 1
    assert Due.objects.filter(amount__in=[D("9.99"), D(100)]).count() == 2
    assert Due.objects.aggregate(low=Min("amount"), high=Max("amount")) == {"low": D("9.99"), "high": D(100)}


def test_a_sum_over_many_rows_is_exact(asha):
    rows = [
        Due(
            customer=asha, month=JANUARY, due_on=JANUARY, amount=D("12345678901.07") + D(n % 97) / 100, reference=str(n)
        )
        for n in range(5000)
    ]
    Due.objects.bulk_create(rows)
    exact = sum((row.amount for row in rows), D(0))
    assert Due.objects.aggregate(sum=Sum("amount"))["sum"] == exact
    assert Due.objects.aggregate(sum=total("amount"))["sum"] == exact
    assert sum(float(row.amount) for row in rows) != float(exact), "as floats these sums would differ"


# --- properties -------------------------------------------------------------------------------


@settings(deadline=None)
@given(in_minor, currencies)
def test_minor_units_and_amounts_are_one_to_one(minor, currency):
    with override_settings(CURRENCY=currency):
        amount = from_minor(minor)
        assert to_minor(amount) == minor
        assert amount == D(minor) / 10 ** CURRENCIES[currency]


@settings(deadline=None)
@given(in_minor, in_minor)
def test_adding_amounts_adds_their_minor_units(one, other):
    assert to_minor(from_minor(one) + from_minor(other)) == one + other


@settings(deadline=None)
@given(st.integers(0, LARGEST * 100), currencies)
def test_what_is_written_plainly_is_read_exactly(minor, currency):
    with override_settings(CURRENCY=currency):
        amount = from_minor(min(minor, LARGEST * 10 ** places()))
        assert read_amount(f"{amount:f}") == amount


@settings(deadline=None)
@given(st.text(max_size=11) | st.text("0123456789.,+- e_", max_size=11))
def test_any_text_is_an_amount_or_a_reason(text):
    if re.fullmatch(r" *[+-]?[0-9]+(\.[0-9]{1,2}0*)? *", text):
        assert read_amount(text) == D(text.strip())
    else:
        with pytest.raises(NotAnAmount, match=r"^(is|has) .*[^.]$"):
            read_amount(text)


# --- forms ------------------------------------------------------------------------------------


class Form(forms.Form):
    amount = MoneyFormField()


WRONG = {
    "": "This field is required.",
    "NaN": "'NaN' is not an amount.",
    "sNaN": "'sNaN' is not an amount.",
    "inf": "'inf' is not an amount.",
    "-Infinity": "'-Infinity' is not an amount.",
    "1e400": "'1e400' is not an amount.",
    "1e2": "'1e2' is not an amount.",
    "1_000": "'1_000' is not an amount.",
    "١٢٣": "'١٢٣' is not an amount.",
    "１２": "'１２' is not an amount.",
    "12,50": "'12,50' is not an amount; write the decimals after a full stop, as in 12.50.",
    "1,250.00": "'1,250.00' is not an amount; write the decimals after a full stop, as in 12.50.",
    "1 000": "'1 000' is not an amount.",
    "1\u00a0000": "'1\\xa0000' is not an amount.",
    "1\x00": "'1\\x00' is not an amount.",
    "$5": "'$5' is not an amount.",
    "0x10": "'0x10' is not an amount.",
    ".5": "'.5' is not an amount.",
    "5.": "'5.' is not an amount.",
    "--1": "'--1' is not an amount.",
    "1.005": "'1.005' has more than 2 decimals.",
    "100000000000.01": "'100000000000.01' is more than the largest amount, 100000000000.",
    "1000000000000": "'1000000000000' is more than the largest amount, 100000000000.",
    "9" * 5000: f"'{'9' * 40}' is not an amount.",
    "0": "Ensure this value is greater than or equal to 0.01.",
    "0.00": "Ensure this value is greater than or equal to 0.01.",
    "-1": "Ensure this value is greater than or equal to 0.01.",
}
RIGHT = {
    "0.01": "0.01",
    "12.50": "12.50",
    "12.5": "12.5",
    "12": "12",
    " 12.50 ": "12.50",
    "+12.50": "12.50",
    "007": "7",
    "1.000": "1",
    "99999999999.99": "99999999999.99",
    "100000000000": "100000000000",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: ascii(text)[:20])
def test_a_form_refuses_with_a_sentence(text):
    form = Form({"amount": text})
    assert not form.is_valid()
    assert form.errors["amount"] == [WRONG[text]]


@pytest.mark.parametrize("text", RIGHT)
def test_a_form_reads(text):
    form = Form({"amount": text})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == D(RIGHT[text])


@pytest.mark.parametrize(
    ("currency", "read", "refused", "reason"),
    [
        ("JPY", "1250", "12.5", "'12.5' has decimals."),
        ("KWD", "1.125", "1.1255", "'1.1255' has more than 3 decimals."),
    ],
)
def test_a_form_knows_the_decimals_of_its_currency(currency, read, refused, reason):
    with override_settings(CURRENCY=currency):
        assert Form({"amount": read}).is_valid()
        assert Form({"amount": refused}).errors["amount"] == [reason]


def test_the_field_tells_the_browser_its_step():
    assert 'step="0.01"' in str(Form()["amount"])
    with override_settings(CURRENCY="KWD"):
        assert Due._meta.get_field("amount").formfield().widget.attrs["step"] == "0.001"


# --- for the reader ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "currency", "text"),
    [
        ("en", "USD", "$1,250.50"),
        ("de", "EUR", "1.250,50\xa0€"),
        ("fr", "EUR", "1\u202f250,50\xa0€"),
        ("en-in", "INR", "₹1,250.50"),
        ("en", "KWD", "KWD1,250.500"),
        ("ja", "JPY", "￥1,250"),
    ],
)
def test_amounts_are_written_as_the_reader_writes_them(language, currency, text):
    with translation.override(language):
        assert format_money(D("1250.50") if currency != "JPY" else D(1250), currency) == text


def test_an_unknown_currency_is_refused_by_name():
    with override_settings(CURRENCY="XXQ"), pytest.raises(ImproperlyConfigured, match="'XXQ' is not an ISO 4217"):
        places()
