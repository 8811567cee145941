"""What the rules say, in the reader's language: a rule (or a stored row) has its English sentence, known again here.

The rules know nothing of languages, and a file's row keeps what was said of it in English. `said` finds the sentence's
pattern, and puts its figures into the translated one; a sentence that it does not know stays as it is.
"""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from expenses.days import MONTHS
from ledger.money import active_locale

# Those with fewer figures stand before those that would fit as well.
OF_LINES = (
    _("Write at most %(count)s signs in one line."),
    _("Write at most %(count)s signs beside the amount, the day and the category."),
    _("More than one day can be read here. Write the day as 1 nov 2025."),
    _("Which is the amount, %(one)s or %(other)s? Write it with its decimals, as in 7.00, and the other without."),
    _("There is no amount in this line. Write one, as in: 3.50 coffee."),
    _("%(word)s is no amount that has one meaning. Write it as 1200 or 1200.50."),
    _("%(word)s can be more than one day, or none. Write the day as 1 nov, or yesterday."),
)
OF_PICTURES = (
    _("the file ends in the middle"),
    _("a part of the picture does not begin where it should"),
    _("a part of the picture is cut off"),
    _("there is no picture in the file"),
    _("the picture has no end"),
    _("a part of the picture is broken"),
)
OF_FILES = (
    _("Choose a file first: the statement that your bank lets you download as CSV, OFX or QIF."),
    _("The file is larger than %(count)s MB. Download a shorter period."),
    _("The file is empty."),
    _("The file has no rows."),
    _("The file has more than %(count)s rows. Download a shorter period."),
    _("The file has more than %(count)s rows or a far too long line. Download a shorter period."),
    _("The file has more than %(count)s columns. Is this the list of transactions?"),
    _("There is no transaction in the file."),
    _("This is a web page, not a statement: the bank's sign-in had probably ended. Sign in and download it again."),
    _("This is an XML file that is not OFX. Download the statement as CSV, OFX or QIF."),
    _("This is a JSON file. Download the statement as CSV, OFX or QIF."),
    _("This is an MT940 file. Download the statement as CSV, OFX or QIF."),
    _("This is an Excel or other zipped file. Save the sheet as CSV, or download CSV, OFX or QIF."),
    _("This is an old Excel file. Save the sheet as CSV, or download CSV, OFX or QIF."),
    _("This is a PDF. Download the statement as CSV, OFX or QIF."),
    _("This is a word processor's file. Download the statement as CSV, OFX or QIF."),
    _("This is not a text file. Download the statement as CSV, OFX or QIF."),
    _("No column holds dates with a year. Is this the list of transactions? Download it again as CSV, OFX or QIF."),
    _("No column holds amounts. Is this the list of transactions? Download it again as CSV, OFX or QIF."),
    _("This file was taken over or put away meanwhile."),
    _("%(answer)s is no answer to %(question)s; it may be %(known)s."),
)
OF_ROWS = (
    _("a quote opens here and is never closed"),
    _("stands above the table"),
    _("begins a list that holds no transactions"),
    _("is the header again"),
    _("has no amount"),
    _("is not booked yet"),
    _("neither comes in nor goes out"),
    _("is a total or a balance"),
    _("is no transaction"),
    _("is a balance"),
    _("moves no money"),
    _("has an amount and no date"),
    _("has more decimals than the currency"),
    _("is more than the largest amount, %(number)s"),
    _("is in %(currency)s, which is no currency"),
    _("%(day)s is not between 1970 and a year ahead"),
    _("'both %(out)s out and %(into)s in' is not an amount"),
    _("%(cell)s is not a date"),
    _("%(cell)s is not an amount"),
    _("%(cell)s is no kind of entry"),
)
OF_QUESTIONS = (
    _("Which comes first in the file's dates, the day or the month?"),
    _("day/month/year: %(written)s is %(date)s"),
    _("month/day/year: %(written)s is %(date)s"),
    _("year/month/day: %(written)s is %(date)s"),
    _("How is an amount such as %(written)s to be read?"),
    _("%(written)s is %(amount)s"),
    _("Which column holds the amounts?"),
    _("column %(number)s: %(cells)s"),
    _("Two columns hold amounts. Is the first of them (%(cells)s) money out or money in?"),
    _("Are amounts with a minus, such as %(written)s, money out or money in?"),
    _("No amount in the file has a sign. Are amounts such as %(written)s money out or money in?"),
    _("Is line %(number)s (%(text)s) money out or money in? The balance tells it of all others."),
    _("money out"),
    _("money out (spending)"),
    _("money in"),
)
SHAPES = {"amount": r"-?[\d,]+\.\d{2,3}", "date": r"\d{1,2} [A-Z][a-z]+ \d{4}", "count": r"\d+", "number": r"\d+"}


def _pattern(sentence: str) -> re.Pattern[str]:
    """The sentence with a group for each of its figures."""
    parts = re.split(r"%\((\w+)\)s", sentence)
    groups = [f"(?P<{name}>{SHAPES.get(name, '.*?')})" for name in parts[1::2]]
    texts = [re.escape(text) for text in parts[0::2]]
    return re.compile("".join(text + group for text, group in zip(texts, [*groups, ""], strict=True)), re.DOTALL)


KNOWN = {sentence: _pattern(sentence) for sentence in (*OF_LINES, *OF_PICTURES, *OF_FILES, *OF_ROWS, *OF_QUESTIONS)}


def said(sentence: str) -> str:
    for english, pattern in KNOWN.items():
        if found := pattern.fullmatch(sentence):
            return gettext(english) % {name: _figure(name, text) for name, text in found.groupdict().items()}
    return sentence


def _figure(name: str, text: str) -> str:
    """Days and amounts that the English wrote out are written as the reader does."""
    return WRITTEN[name](text) if name in WRITTEN else text


def _date(text: str) -> str:
    day, month, year = text.split()
    if month.casefold() not in MONTHS:
        return text
    told = datetime.date(int(year), MONTHS.index(month.casefold()) + 1, int(day))
    return format_date(told, "d MMMM y", locale=active_locale())


def _amount(text: str) -> str:
    amount = Decimal(text.replace(",", ""))
    places = "0" * -int(amount.as_tuple().exponent)
    return format_decimal(amount, f"#,##0.{places}", locale=active_locale())


WRITTEN: dict[str, Callable[[str], str]] = {"date": _date, "amount": _amount}
