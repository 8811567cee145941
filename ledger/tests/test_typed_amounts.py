"""Amounts as people type them: where a comma stands before the decimals, forms read it, and files never do."""

import re
from decimal import Decimal

import pytest
from django import forms
from django.test import override_settings
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.money import MoneyFormField, NotAnAmount, from_minor, read_amount, read_typed

D = Decimal
in_minor = st.integers(0, 10**12)


class Form(forms.Form):
    amount = MoneyFormField()


class Hidden(forms.Form):
    amount = MoneyFormField(widget=forms.HiddenInput)


COMMA_RIGHT = {
    "12,50": "12.50",
    "12,5": "12.5",
    "1250,00": "1250",
    "1.250,50": "1250.50",
    "1.250.000,50": "1250000.50",
    "1 250,50": "1250.50",
    "1\u202f250,50": "1250.50",
    "1\u00a0250": "1250",
    "12.50": "12.50",
    "1250": "1250",
    "+0,01": "0.01",
    "1.250,500": "1250.50",
}
TWO_WAYS = "can be read in two ways"
COMMA_WRONG = {
    "1,250": TWO_WAYS,
    "1.250": TWO_WAYS,
    "-12.000": TWO_WAYS,
    "1,250.00": "after a full stop",
    "12,": "is not an amount",
    ",50": "is not an amount",
    "1,2,3": "is not an amount",
    "12.50,10": "is not an amount",
    "12 50,10": "is not an amount",
    "1250,005": "more than 2 decimals",
    "١٢,٥": "is not an amount",
    "1\n250,5": "is not an amount",
}


@pytest.mark.parametrize("language", ["es", "fr"])
@pytest.mark.parametrize("text", COMMA_RIGHT)
def test_where_people_write_a_decimal_comma_a_form_reads_it(language: str, text: str) -> None:
    with translation.override(language):
        form = Form({"amount": text})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["amount"] == D(COMMA_RIGHT[text])


@pytest.mark.parametrize("text", COMMA_WRONG)
def test_what_has_two_meanings_or_none_is_refused_there(text: str) -> None:
    with translation.override("es"), pytest.raises(NotAnAmount, match=COMMA_WRONG[text]):
        read_typed(text)


@pytest.mark.parametrize("text", [text for text in COMMA_RIGHT if "," in text])
@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_elsewhere_and_in_files_and_unseen_fields_a_comma_stays_refused(language: str, text: str) -> None:
    with translation.override(language), pytest.raises(NotAnAmount):
        read_typed(text)
    with translation.override("es"):
        assert not Hidden({"amount": text}).is_valid()
        with pytest.raises(NotAnAmount):
            read_amount(text)


def test_a_currency_of_three_decimals_is_written_with_a_full_stop_or_a_comma() -> None:
    with override_settings(CURRENCY="KWD"), translation.override("es"):
        assert read_typed("1.250") == D("1.250")
        assert 'value="1.250"' in str(Form(initial={"amount": D("1.250")})["amount"])
        assert read_typed("1,250") == D("1.250")


@settings(deadline=None)
@given(in_minor)
def test_what_a_field_shows_is_read_back_as_it_was(minor: int) -> None:
    for language in ("es", "fr", "en", "ar"):
        with translation.override(language):
            shown = re.search(r'value="([^"]*)"', str(Form(initial={"amount": from_minor(minor)})["amount"]))
            assert shown and read_typed(shown[1]) == from_minor(minor)


def test_the_field_takes_a_comma_from_every_browser_where_people_write_one() -> None:
    with translation.override("fr"):
        field = str(Form(initial={"amount": D("12.50")})["amount"])
        assert 'type="text"' in field and 'value="12,50"' in field and "step" not in field
        assert 'inputmode="decimal"' in field
    assert 'type="number"' in str(Form()["amount"])
