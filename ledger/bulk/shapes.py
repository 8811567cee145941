"""What a file of each kind looks like: its columns in words, and a file with one example line to fill in."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.sheets import as_csv
from ledger.bulk.dues import MONTH_COLUMNS
from ledger.money import smallest


@dataclass(frozen=True)
class Shaped:
    """One column: an example, what it holds, and whether it may be left out."""

    name: str
    example: str
    words: str
    may_lack: bool = True


@dataclass(frozen=True)
class Shape:
    """One layout of one kind of file."""

    name: str
    kind: str
    title: str
    words: str
    columns: tuple[Shaped, ...]

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def example(self) -> list[str]:
        return [column.example for column in self.columns]


def sum_of(amount: int) -> str:
    """An example in the lender's currency: 50.00, and 50 yen."""
    return str((amount + 0 * smallest()).quantize(smallest()))


def shapes() -> list[Shape]:
    """In the order in which a new lender needs them."""
    by_year = _("One line for each customer and year, with twelve amounts.")
    received = _("One line for each payment you received. It fills the months by the lender’s rule.")
    return [
        Shape("customers", "customers", _("Customers"), _("One line for each person."), _customers()),
        Shape("dues", "dues", _("What they owe, month by month"), _("One line for each amount and month."), _dues()),
        Shape("dues-by-year", "dues", _("What they owe, a year on one line"), by_year, _year_of_dues()),
        Shape("payments", "payments", _("What they have paid"), received, _payments()),
    ]


def _customer() -> Shaped:
    return Shaped("customer", "101", _("The customer’s number, as in the file of customers."), may_lack=False)


def _year() -> Shaped:
    return Shaped("year", "2026", _("The year, in four digits."), may_lack=False)


def _dues() -> tuple[Shaped, ...]:
    return (
        _customer(),
        _year(),
        Shaped("month", "1", _("The month, 1 to 12."), may_lack=False),
        Shaped("amount", sum_of(50), _("What is owed for that month."), may_lack=False),
        Shaped("due_on", "2026-01-31", _("The last day to pay in time. Empty: the month’s last day.")),
        Shaped("kind", "principal", _("principal, interest, fee or penalty. Empty: principal.")),
        Shaped("reference", "", _("Your own number of this debt. It tells two of one kind in one month apart.")),
    )


def _year_of_dues() -> tuple[Shaped, ...]:
    months = (
        Shaped(name, sum_of(50) if place < 6 else "", _month_words(place), may_lack=False)
        for place, name in enumerate(MONTH_COLUMNS)
    )
    return (
        _customer(),
        _year(),
        *months,
        Shaped("total_amt", sum_of(300), _("The sum of the twelve, to check them by.")),
        Shaped("due_day", "15", _("The day of each month on which it falls due. Empty: the last.")),
    )


def _payments() -> tuple[Shaped, ...]:
    return (
        _customer(),
        Shaped("date", "2026-01-20", _("The day you received it."), may_lack=False),
        Shaped("amount", sum_of(50), _("How much it was."), may_lack=False),
        Shaped("reference", "R-0001", _("The receipt’s number. A customer’s same number counts once.")),
        Shaped("channel", "cash", _("How it came: cash, bank, M-Pesa, or any word of yours.")),
        Shaped("year", "", _("With month: the first month that it is to fill.")),
        Shaped("month", "", _("With year.")),
    )


def _customers() -> tuple[Shaped, ...]:
    number = _("Your own number for this person; if you have none, count 101, 102 and so on. They sign in with it.")
    return (
        Shaped("customer", "101", number, may_lack=False),
        Shaped("name", "Amina Example", _("Their name, as it should stand on receipts."), may_lack=False),
        Shaped("email", "amina@example.com", _("For a forgotten password.")),
        Shaped("phone", "0700 000 101", _("With blanks between the digits, or Excel takes it for a number.")),
        Shaped("age", "34", _("In years, today.")),
        Shaped("credit_limit", sum_of(500), _("A limit that lending looks at. Empty: none.")),
    )


def _month_words(place: int) -> str:
    return _("What is owed for January; empty or 0 for nothing.") if place == 0 else _("The same for this month.")


def shape_named(name: str) -> Shape | None:
    return next((shape for shape in shapes() if shape.name == name), None)


def example_csv(shape: Shape) -> Iterator[str]:
    return as_csv(shape.header, [shape.example])
