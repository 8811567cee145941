"""Which amounts are money out: by sign, direction words, two columns or the running balance; else it is asked."""

from collections.abc import Callable
from decimal import Decimal

from accounts.sentences import Sentence, said
from expenses.statement_files import balances, words
from expenses.statement_files.columns import Layout, values
from expenses.statement_files.dates import read_parts
from expenses.statement_files.layout import side_of
from expenses.statement_files.nouns import OUT_OR_IN, Asking, Choice, no_amount
from expenses.statement_files.numbers import Number, read_number, value_of
from expenses.statement_files.records import Record

Signed = Callable[[int, Record], Decimal]
OUT_ONLY = {
    "חיוב",
    "利用金額",
    "ご利用金額",
    "price",
    "cost",
    "expense",
    "expenses",
    "spent",
    "spend",
    "charge",
    "charges",
    "charged",
}


class Unreadable(ValueError):
    """An amount cell that is no amount; its text is the cell. Where two exclude each other, both follow."""

    @property
    def why(self) -> Sentence:
        if len(self.args) == 1:
            return no_amount(self.args[0][:60])
        return said("'both %(out)s out and %(into)s in' is not an amount", out=self.args[1], into=self.args[2])


def signer(layout: Layout, mark: str, asking: Asking) -> Signed:
    """A function from a record (and its place in the body) to its amount, negative for money out."""
    if layout.amount is None:
        return _of_two(layout, mark)
    place = layout.amount
    rule = _rule(layout, place, mark, asking)
    return lambda number, record: rule(number, record, cell_value(record, place, mark))


def cell_value(record: Record, place: int | None, mark: str) -> Decimal:
    """The cell's amount with the sign as written; 0 for an empty one. Raises Unreadable."""
    cell = record.cells[place] if place is not None and place < len(record.cells) else ""
    if not cell or cell.strip("-–— ") == "":
        return Decimal(0)
    number = read_number(cell)
    if number is None:
        raise Unreadable(cell)
    return value_of(number, mark) * (number.sign or 1)


def _of_two(layout: Layout, mark: str) -> Signed:
    """Money out is written with or without a minus; whichever most cells do, the other way round is a reversal."""
    flip = 1 if _mostly_negative(layout, layout.out) else -1
    back = -1 if _mostly_negative(layout, layout.into) else 1

    def signed(number: int, record: Record) -> Decimal:
        out, into = cell_value(record, layout.out, mark), cell_value(record, layout.into, mark)
        if out and into:
            cells = record.cells[layout.out or 0], record.cells[layout.into or 0]
            raise Unreadable(f"both {cells[0]} out and {cells[1]} in", *cells)
        return out * flip + into * back

    return signed


def _mostly_negative(layout: Layout, place: int | None) -> bool:
    found = [value for value in values(layout, place) if value] if place is not None else []
    return sum(value < 0 for value in found) * 2 > len(found)


Rule = Callable[[int, Record, Decimal], Decimal]


def _rule(layout: Layout, place: int, mark: str, asking: Asking) -> Rule:
    dated = [bool(read_parts(_cell(record, layout.dates[0]))) for record in layout.body]
    amounts = [value if at else None for value, at in zip(values(layout, place), dated, strict=True)]
    sides = [side_of(_cell(record, layout.direction)) for record in layout.body]
    pairs = [(value, side) for value, side in zip(amounts, sides, strict=True) if value and side]
    negative = any(value < 0 for value in amounts if value)
    if pairs and (not negative or _says_debit_or_credit(layout)):
        return _by_direction(layout, pairs)
    if layout.balance is not None and (rule := _by_balance(layout, amounts, asking)):
        return rule
    if not negative and layout.marked:
        marks, side = layout.marked
        return lambda number, record, value: value * (side if _cell(record, marks) else -side)
    if not negative and (plus := _with_plus(layout, place)):
        return lambda number, record, value: value if plus(record) else -value
    if negative:
        return _by_hints(layout, amounts, asking)
    return _unsigned(layout, asking)


def _with_plus(layout: Layout, place: int) -> Callable[[Record], bool] | None:
    """Where some amounts say plus or CR and no other says anything, those others are the ones that go out."""
    told = {number.sign > 0 for number in layout.columns[place].numbers}
    if told != {True, False}:
        return None

    def plus(record: Record) -> bool:
        number = read_number(_cell(record, place))
        return bool(number) and number.sign > 0 if number else False

    return plus


def _by_hints(layout: Layout, amounts: list[Decimal | None], asking: Asking) -> Rule:
    """Minus is money out, but on many card statements, whose words must say so more than once. Where both plus and
    minus are written there is nothing to wonder about."""
    if any(number.sign > 0 for number in layout.columns[layout.amount or 0].numbers):
        return _as_is
    card = _card(layout, amounts)
    if card == UNSURE:
        some = next(_cell(r, layout.amount) for r, a in zip(layout.body, amounts, strict=True) if a and a < 0)
        text = said("Are amounts with a minus, such as %(written)s, money out or money in?", written=some)
        return _as_is if asking.ask("minus", text, OUT_OR_IN, "out") == "out" else _inverted
    return _inverted if card == YES else _as_is


def _says_debit_or_credit(layout: Layout) -> bool:
    """Beside signed amounts only D, credit, Af and the like are directions: "payment" is a kind of either."""
    found = layout.columns[layout.direction or 0].values
    return all(words.plain(cell) not in words.KINDS and len(words.plain(cell).split()) < 2 for cell in found)


def _as_is(number: int, record: Record, value: Decimal) -> Decimal:
    return value


def _inverted(number: int, record: Record, value: Decimal) -> Decimal:
    return -value


def _cell(record: Record, place: int | None) -> str:
    return record.cells[place] if place is not None and place < len(record.cells) else ""


def _by_direction(layout: Layout, pairs: list[tuple[Decimal, int]]) -> Rule:
    """Signs that agree with the words stand; signs all against them are inverted; else a minus is a reversal."""
    outs = [value for value, side in pairs if side < 0]
    ins = [value for value, side in pairs if side > 0]
    if all(value < 0 for value in outs) and all(value > 0 for value in ins):
        return _as_is
    if (
        any(value < 0 for value in ins)
        and all(value < 0 for value in ins)
        and all(value > 0 for value in outs)
        and outs
    ):
        return _inverted

    if any(value < 0 for value in outs) and sum(value < 0 for value in outs) * 2 > len(outs):
        return _as_is

    def by_word(number: int, record: Record, value: Decimal) -> Decimal:
        return value * (side_of(_cell(record, layout.direction)) or 1)

    return by_word


def _by_balance(layout: Layout, amounts: list[Decimal | None], asking: Asking) -> Rule | None:
    running = values(layout, layout.balance or 0)
    if balances.matches(amounts, running, "as is"):
        negative = any(value < 0 for value in amounts if value)
        return _as_is if negative else None if _is_card(layout) else _as_is
    if balances.matches(amounts, running, "inverted"):
        return _inverted
    if not balances.matches(amounts, running, "unsigned") or any(value < 0 for value in amounts if value):
        return None
    signs = balances.step_signs(amounts, running)
    for place, value in enumerate(amounts):
        if value and place not in signs:
            signs[place] = _first_sign(layout, place, asking)
    return lambda number, record, value: value * signs.get(number, 1)


def _first_sign(layout: Layout, place: int, asking: Asking) -> int:
    """Before the first balance stands none: the one amount that no step explains."""
    record = layout.body[place]
    if found := hint(layout, record):
        return found
    text = said(
        "Is line %(number)s (%(text)s) money out or money in? The balance tells it of all others.",
        number=record.line,
        text=record.text[:80],
    )
    answer = asking.ask("first_sign", text, OUT_OR_IN, "out", lasting=False)
    return -1 if answer == "out" else 1


def _is_card(layout: Layout) -> bool:
    names = " ".join(words.plain(column.name) for column in layout.columns)
    return any(word in names for word in ("card", "karte", "carte", "tarjeta", "kaart", "cartao", "carta"))


def _has_merchants(layout: Layout) -> bool:
    return any("merchant" in words.plain(column.name) for column in layout.columns)


def hint(layout: Layout, record: Record) -> int:
    """What the record's words say: -1 a purchase, +1 a refund or salary, 0 nothing."""
    out = into = False
    for place, cell in enumerate(record.cells):
        if len(cell) > 3 and place not in layout.dates:
            text = words.plain(cell)
            into = into or bool(words.CARD_CREDIT.search(text) or words.MONEY_IN.search(text))
            out = out or bool(words.MONEY_OUT.search(text))
    return into - out


YES, NO, UNSURE = "yes", "no", "unsure"


def _card(layout: Layout, amounts: list[Decimal | None]) -> str:
    """Whether the file writes purchases without a minus, as many card statements do: there most amounts have none,
    and words such as "payment, thank you" stand beside those that do. A payment processor's list has a fee and a net
    amount beside the gross one, and its minus is a refund paid out."""
    rows = [(value, hint(layout, record), record) for value, record in zip(amounts, layout.body, strict=True) if value]
    names = {words.plain(column.name) for column in layout.columns}
    minus = sum(value < 0 for value, _, _ in rows)
    against = sum(value * said < 0 for value, said, _ in rows)
    agree = sum(value * said > 0 for value, said, _ in rows)
    if minus * 2 > len(rows) or {"fee", "net"} <= names:
        return NO
    if not agree and _is_card(layout) and _has_merchants(layout):
        return YES
    if against <= agree * 2:
        return NO
    bought = sum(value > 0 > said for value, said, _ in rows)
    thanked = any(value < 0 and words.THANKED.search(words.plain(record.text)) for value, _, record in rows)
    if thanked or bought > 1 or (bought and _is_card(layout)):
        return YES
    return UNSURE if bought else NO


def _unsigned(layout: Layout, asking: Asking) -> Rule:
    """No sign anywhere."""
    name = words.plain(layout.name(layout.amount))
    if set(name.split()) & OUT_ONLY:
        return _inverted
    hints = [hint(layout, record) for record in layout.body]
    if _is_card(layout) and max(hints, default=0) <= 0:
        return _inverted
    some = next((_cell(record, layout.amount) for record in layout.body if _cell(record, layout.amount)), "")
    choices = (Choice("out", said("money out (spending)")), OUT_OR_IN[1])
    text = said(
        "No amount in the file has a sign. Are amounts such as %(written)s money out or money in?", written=some
    )
    answer = asking.ask("sign", text, choices, "in" if sum(hints) > 0 else "out")
    return _inverted if answer == "out" else _as_is


def numbers_of(layout: Layout) -> list[Number]:
    """Those of the columns of money, then of the balance."""
    places = [*layout.money, *([layout.balance] if layout.balance is not None else [])]
    return [number for place in places for number in layout.columns[place].numbers]
