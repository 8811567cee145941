"""One line of plain words: what it means, and what is asked because it could mean two things."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expenses.amounts import number
from expenses.quick import Known, NotClear, Reading, read_line

TODAY = datetime.date(2026, 11, 20)  # a Friday
KNOWN = Known(TODAY, "USD", ["Food", "Rent", "Phone and internet", "Fun"])


def on(month, day, year=2026):
    return datetime.date(year, month, day)


def said(amount, **more):
    return Reading(Decimal(amount), **more)


CLEAR = {
    "120 lunch food yesterday": said("120", note="lunch", category="Food", day=on(11, 19)),
    "3,50 coffee": said("3.50", note="coffee"),
    "income 2000 salary 1 nov": said("2000", kind="income", note="salary", day=on(11, 1)),
    "2000 income salary": said("2000", kind="income", note="salary"),
    "+50 gift": said("50", kind="income", note="gift"),
    "-20 food": said("20", category="Food"),
    "refund 12 shoes": said("12", kind="refund", note="shoes"),
    "transfer 300 savings": said("300", kind="transfer", note="savings"),
    "3 bus transfer": said("3", note="bus transfer"),
    "120": said("120"),
    "1,200 rent": said("1200", category="Rent"),
    "1.200,50 rent": said("1200.50", category="Rent"),
    "1,200.50 rent": said("1200.50", category="Rent"),
    "1'200 rent": said("1200", category="Rent"),
    "1,20,000 car": said("120000", note="car"),
    "35 phone and internet": said("35", category="Phone and internet"),
    "12 food for the dog": said("12", category="Food", note="food for the dog"),
    "9 #pets cat": said("9", category="pets", note="cat"),
    "9 #two_words x": said("9", category="two words", note="x"),
    "12 EUR hotel": said("12", currency="EUR", note="hotel"),
    "EUR 12 hotel": said("12", currency="EUR", note="hotel"),
    "€12.30 coffee": said("12.30", currency="EUR", note="coffee"),
    "500 jpy tea": said("500", currency="JPY", note="tea"),
    "$120 lunch": said("120", note="lunch"),
    "120 usd lunch": said("120", note="lunch"),
    "12 try it all": said("12", note="try it all"),
    "2 coffees 7.00": said("7.00", note="2 coffees"),
    "bus 42 3.50": said("3.50", note="bus 42"),
    "120 cena #comida ayer": said("120", note="cena", category="comida", day=on(11, 19)),
    "hier 7 thé": said("7", note="thé", day=on(11, 19)),
    "7 قهوة أمس": said("7", note="قهوة", day=on(11, 19)),
    "7 चाय आज": said("7", note="चाय", day=TODAY),
    "Ingreso 2000 salario 1 nov": said("2000", kind="income", note="salario", day=on(11, 1)),
    "2000 आय": said("2000", kind="income"),
    "reembolso 12 zapatos": said("12", kind="refund", note="zapatos"),
    "9 virement bancaire, frais": said("9", kind="transfer", note="bancaire, frais"),
    "9 frais de virement": said("9", note="frais de virement"),
    "yesterday 7 tea": said("7", note="tea", day=on(11, 19)),
    "7 tea on friday": said("7", note="tea", day=TODAY),
    "7 tea last friday": said("7", note="tea", day=on(11, 13)),
    "7 tea mon": said("7", note="tea", day=on(11, 16)),
    "7 sun cream": said("7", note="sun cream"),
    "7 tea 3 days ago": said("7", note="tea", day=on(11, 17)),
    "the day before yesterday 7 tea": said("7", note="tea", day=on(11, 18)),
    "7 tea 25 dec": said("7", note="tea", day=on(12, 25, 2025)),
    "7 tea nov 1 2025": said("7", note="tea", day=on(11, 1, 2025)),
    "salary income 1 nov 2000": said("2000", kind="income", note="salary", day=on(11, 1)),
    "7 tea 2026-11-01": said("7", note="tea", day=on(11, 1)),
    "7 tea 13/11": said("7", note="tea", day=on(11, 13)),
    "7 tea 13.11.2026": said("7", note="tea", day=on(11, 13)),
    "7 tea tomorrow": said("7", note="tea", day=on(11, 21)),
    "7 tea at 12:30": said("7", note="tea at 12:30"),
    "7 thé à la crème 中文": said("7", note="thé à la crème 中文"),
}


@pytest.mark.parametrize("line", CLEAR)
def test_a_clear_line_is_read(line):
    assert read_line(line, KNOWN) == CLEAR[line]


ASKED = {
    "": "no amount",
    "coffee": "no amount",
    "0 coffee": "one meaning",
    "nan": "no amount",
    "inf coffee": "no amount",
    "1e5 coffee": "one meaning",
    "1_000 coffee": "one meaning",
    "١٢ coffee": "one meaning",
    "99999999999999 coffee": "one meaning",
    "3.505 coffee": "one meaning",
    "1.200 coffee": "one meaning",
    "12,3456 coffee": "one meaning",
    "12.50 JPY tea": "one meaning",
    "2 coffees 7": "Which is the amount, 2 or 7?",
    "7 coffees 7.00 8.00": "Which is the amount",
    "1 200 rent": "Which is the amount",
    "5 may 12": "More than one day",
    "7 tea 1/11": "1/11 can be more than one day",
    "7 tea 31/31": "can be more than one day, or none",
    "7 " + "x" * 201: "at most 200",
    "7 " + "x " * 200: "at most 300",
}


@pytest.mark.parametrize("line", ASKED)
def test_what_could_mean_two_things_or_none_is_asked(line):
    with pytest.raises(NotClear, match=ASKED[line].replace("?", r"\?")):
        read_line(line, KNOWN)


def test_where_the_currency_has_three_decimals_a_group_could_be_one():
    dinars = Known(TODAY, "KWD", [])
    assert read_line("1.250,500 car", dinars).amount == Decimal("1250.500")
    with pytest.raises(NotClear):
        read_line("1,250 car", dinars)


@given(st.text(max_size=60))
def test_any_text_is_read_or_asked_about(text):
    try:
        reading = read_line(text, KNOWN)
    except NotClear:
        return
    assert 0 < reading.amount <= 10**11 and reading.amount.is_finite() and len(reading.note) <= 200


@given(st.integers(1, 10**11), st.sampled_from(["{:,}", "{}"]))
def test_a_number_with_its_thousands_grouped_is_the_same_number(amount, form):
    assert number(form.format(amount), 2) == amount


@given(st.decimals(Decimal("0.01"), Decimal(10**9), places=2), st.booleans())
def test_both_decimal_signs_are_read(amount, comma):
    text = f"{amount:,}"
    written = text.translate(str.maketrans(",.", ".,")) if comma else text
    assert number(written, 2) == amount


@given(st.dates(datetime.date(1970, 1, 1), TODAY))
def test_a_day_written_out_is_that_day(day):
    assert read_line(f"7.00 tea {day.day} {day:%B} {day.year}", KNOWN).day == day
