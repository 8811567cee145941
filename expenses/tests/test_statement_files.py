"""Any bank's file is read with no configuration, or asked about; a phantom row or a guessed one never comes out."""

import random
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from expenses.statement_files import BadFile, Reading, read_statement_file
from expenses.statement_files.nouns import LARGEST_FILE
from expenses.tests.bank_shapes import shapes

pytestmark = pytest.mark.once


def read(text: str, **answers: str) -> Reading:
    return read_statement_file(text.encode(), answers)


def rows_of(reading: Reading) -> Counter:
    return Counter((str(row.date), row.amount) for row in reading.rows)


def keys(reading: Reading) -> set[str]:
    return {question.key for question in reading.asked}


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_each_shape_gives_its_rows_and_asks_no_more_than_it_must(shape):
    reading = read_statement_file(shape.text.encode(), shape.answers)
    assert rows_of(reading) == shape.rows
    assert keys(reading) == shape.answers.keys()
    assert reading.errors == []


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_windows_line_ends_change_nothing(shape):
    reading = read_statement_file(shape.text.replace("\n", "\r\n").encode("utf-8-sig"), shape.answers)
    assert rows_of(reading) == shape.rows


@pytest.mark.parametrize("shape", [shape for shape in shapes() if shape.answers], ids=lambda shape: shape.name)
def test_no_row_comes_out_while_a_question_is_open(shape):
    reading = read_statement_file(shape.text.encode())
    assert reading.rows == []
    assert {question.key for question in reading.open} == shape.answers.keys()


AMBIGUOUS = "Date,Description,Amount\n03/04/2026,a,-1.00\n05/06/2026,b,-2.00\n"


def test_the_two_answers_give_two_readings_and_another_answer_none():
    assert [row.date for row in read(AMBIGUOUS, date_order="dmy").rows] == [date(2026, 4, 3), date(2026, 6, 5)]
    assert [row.date for row in read(AMBIGUOUS, date_order="mdy").rows] == [date(2026, 3, 4), date(2026, 5, 6)]
    with pytest.raises(BadFile, match="no answer to date_order"):
        read(AMBIGUOUS, date_order="today")


@pytest.mark.parametrize("answer", ["dmy", "DD/MM/YYYY", "%d/%m/%Y", "dd/mm", "day/month/year"])
def test_an_answer_may_be_written_in_several_ways(answer):
    assert read(AMBIGUOUS, date_order=answer).rows[0].date == date(2026, 4, 3)


def test_a_damaged_file_is_refused_or_read_and_never_breaks_the_reader():
    """300 files with a few characters replaced at random, the same at every run."""
    chance, texts = random.Random(7), [shape.text for shape in shapes()]
    pieces = [
        '"',
        ",",
        ";",
        "\n",
        "\t",
        "-",
        "",
        "nan",
        "31/12/2024",
        "1.234,56",
        "١٢",
        "()",
        "!Type:Bank",
        "<OFX>",
        "CR",
    ]
    outcomes: Counter[type] = Counter()
    for _ in range(300):
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 5)):
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice(pieces) + text[place + chance.choice([0, 1, 5, 30]) :]
        try:
            outcomes[type(read(text))] += 1
        except BadFile:
            outcomes[BadFile] += 1
    assert outcomes[Reading] > 100 and outcomes[BadFile] > 0


def test_a_choice_shows_how_the_files_own_date_reads():
    (question,) = read(AMBIGUOUS).asked
    assert [choice.label for choice in question.choices] == [
        "day/month/year: 03/04/2026 is 3 April 2026",
        "month/day/year: 03/04/2026 is 4 March 2026",
    ]


def test_one_day_above_twelve_decides_and_nothing_is_asked():
    reading = read(AMBIGUOUS + "13/06/2026,c,-3.00\n")
    assert reading.asked == []
    assert [row.date.month for row in reading.rows] == [4, 6, 6]


def test_a_date_that_cannot_be_read_is_an_error_and_never_today():
    reading = read("Date,Description,Amount\n2026-02-30,a,-1.00\nsoon,b,-2.00\n2026-03-01,c,-3.00\n")
    assert [(row.line, str(row.date)) for row in reading.rows] == [(4, "2026-03-01")]
    assert [(note.line, note.why) for note in reading.errors] == [
        (2, "'2026-02-30' is not a date"),
        (3, "'soon' is not a date"),
    ]


@pytest.mark.parametrize("amount", ["nan", "inf", "1e5", "1_000", "--5", "abc", "12.34.5", "0x10"])
def test_what_is_no_amount_is_an_error_by_line(amount):
    reading = read(f"date,description,amount\n2026-01-01,a,-1.00\n2026-01-02,b,{amount}\n2026-01-03,c,-2.00\n")
    assert [row.line for row in reading.rows] == [2, 4]
    assert [note.line for note in reading.errors] == [3]


def test_a_quote_that_never_closes_swallows_nothing():
    reading = read('date,amount,text\n2026-01-05,"4.00,unclosed\n2026-01-06,-5.00,after it\n', sign="out")
    assert [(note.line, note.why) for note in reading.errors] == [(2, "a quote opens here and is never closed")]
    assert [row.line for row in reading.rows] == [3]


@pytest.mark.parametrize(
    ("amount", "code"), [("-$4.00", ""), ("US$-4.00", "USD"), ("-4.00 EUR", "EUR"), ("-€4.00", "EUR"), ("-4.00", "")]
)
def test_a_currency_is_told_by_its_code_or_a_sign_of_its_own(amount, code):
    (row,) = read(f"Date,Text,Amount\n2026-01-05,Tea,{amount}\n").rows
    assert (row.amount, row.currency) == (Decimal("-4.00"), code)


@pytest.mark.parametrize(("mark", "asked"), [("CR", set()), ("c", {"sign"})])
def test_a_mark_beside_some_rows_is_a_side_only_where_it_says_so(mark, asked):
    """A "c" is as likely for cleared."""
    reading = read(f"Date,Text,Amount,Clr\n2026-01-15,Tea,4.00,\n2026-01-16,Milk,5.00,{mark}\n")
    assert keys(reading) == asked
    assert [row.amount for row in reading.rows] == ([] if asked else [Decimal("-4.00"), Decimal("5.00")])


def test_equal_rows_all_come_out():
    reading = read("Date,Text,Amount\n2026-01-05,Ticket,-129.00\n2026-01-05,Ticket,-129.00\n")
    assert rows_of(reading) == {("2026-01-05", Decimal("-129.00")): 2}


def test_the_shape_is_the_banks_and_not_the_rows():
    assert read(AMBIGUOUS).shape == read("Date,Description,Amount\n2026-01-31,x,5.00\n2026-01-30,x,-5.00\n").shape
    assert read(AMBIGUOUS).shape != read("Day,Description,Amount\n2026-01-31,x,-5.00\n").shape


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"<!DOCTYPE html><html><body>Session expired</body></html>", "web page"),
        (b"PK\x03\x04zip", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x00\x01\x02\x03binary\x00", "not a text file"),
        (b'{"rows": []}', "JSON"),
        (b"a,b,c\n1,2,3\n", "No column holds dates"),
        (b"Date,Text\n2026-01-01,a\n", "No column holds amounts"),
        (b"Date,Text,Amount\n", "dates"),
        (b"x" * (LARGEST_FILE + 1), "larger than 10 MB"),
        (b"Date,Text,Amount\n" + b"2026-01-01,a,-1.00\n" * 52_000, "50000 rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_statement_is_refused_in_plain_words(data, sentence):
    with pytest.raises(BadFile, match=sentence):
        read_statement_file(data)


POLISH = "Data,Opis,Kwota\n2024-01-13,Sklep spożywczy z żółtą łódką,-5.00\n"
FRENCH = "Date,Libellé,Montant\n2024-01-13,Café à côté — 5 €,-5.00\n"
RUSSIAN = "Дата;Описание;Сумма\n2024-01-13;Продукты и хлеб;-5,00\n"
JAPANESE = "日付,摘要,お支払金額,お預り金額,差引残高\n2024/01/13,電気料金,5200,,94800\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((POLISH, name) for name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "iso-8859-2")),
        *((FRENCH, name) for name in ("utf-8", "utf-16", "cp1252")),
        *((RUSSIAN, name) for name in ("utf-8", "cp1251", "koi8-r")),
        *((JAPANESE, name) for name in ("utf-8", "cp932")),
    ],
)
def test_the_encoding_is_found(text, encoding):
    reading = read_statement_file(text.encode(encoding))
    assert reading.rows[0].description == text.split("\n")[1].replace(";", ",").split(",")[1]


OFX = """OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKTRANLIST>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20180108120000.000[-5:EST]<TRNAMT>-88.65<FITID>1<NAME>GAS &amp; CO<MEMO>bill</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20180109<TRNAMT>1234,50<FITID>1<MEMO>PAY</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>soon<TRNAMT>1.00<FITID>1<MEMO>PAY</STMTTRN></BANKTRANLIST></OFX>"""


def test_ofx_without_closing_tags_keeps_rows_that_share_a_bank_id():
    reading = read(OFX)
    assert rows_of(reading) == {("2018-01-08", Decimal("-88.65")): 1, ("2018-01-09", Decimal("1234.50")): 1}
    assert [row.description for row in reading.rows] == ["GAS & CO bill", "PAY"]
    assert {row.bank_id for row in reading.rows} == {"1"}
    assert [note.why for note in reading.errors] == ["'soon' is not a date"]


def test_ofx_with_closing_tags_and_no_signs_takes_the_direction_from_the_kind():
    text = (
        '<?xml version="1.0"?><OFX><STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20240105</DTPOSTED>'
        "<TRNAMT>10.00</TRNAMT><NAME>a</NAME></STMTTRN><STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20240106</DTPOSTED>"
        "<TRNAMT>5.00</TRNAMT><NAME>b</NAME></STMTTRN><STMTTRNP><TRNAMT>1.00</TRNAMT><NAME>later</NAME></STMTTRNP></OFX>"
    )
    reading = read(text)
    assert [row.amount for row in reading.rows] == [Decimal("-10.00"), Decimal("5.00")]
    assert [note.why for note in reading.not_transactions] == ["is not booked yet"]


def test_qif_reads_its_dates_and_passes_over_lists():
    text = "!Type:Cat\nNFood\nE\n^\n!Type:Bank\nD1/ 2'06\nPShop\nT-1,234.50\n^\nD13/ 1'06\nT20.00\nMPay\n^\n"
    reading = read(text)
    assert rows_of(reading) == {("2006-02-01", Decimal("-1234.50")): 1, ("2006-01-13", Decimal("20.00")): 1}


def test_qif_asks_for_the_order_of_its_dates():
    assert keys(read("!Type:Bank\nD1/2/2024\nT-5.00\nPShop\n^\n")) == {"date_order"}
