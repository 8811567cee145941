"""Which columns hold the amounts and the balance: by name, else by the running balance, else it is asked."""

import re
from decimal import Decimal

from accounts.sentences import Sentence, said
from expenses.statement_files import balances, words
from expenses.statement_files.columns import UNNAMED, Column, Layout, values
from expenses.statement_files.nouns import OUT_OR_IN, Asking, Choice
from expenses.statement_files.words import INEXACT

MOST_CANDIDATES = 12  # columns that may hold the amounts where no name tells


def find_money(layout: Layout, asking: Asking) -> None:
    roles = {column.place: role_of(column) for column in layout.columns}
    layout.balance = _best(layout, roles, "balance")
    layout.out, layout.into = _best(layout, roles, "out"), _best(layout, roles, "in")
    layout.amount = _best_amount(layout, roles)
    if layout.amount is None and layout.out is None and layout.into is None:
        _find_unnamed(layout, {place for place, role in roles.items() if role == "balance"}, asking)
    elif layout.out is not None and layout.into is not None:
        if layout.amount is not None and not _exclusive(layout, layout.out, layout.into):
            layout.out = layout.into = None
        else:
            layout.amount = None
    elif layout.amount is not None:
        layout.out = layout.into = None


def role_of(column: Column) -> str:
    """The money role the column's name fits best; an empty column may still be the one for money in."""
    if column.filled and not column.is_number:
        return ""
    if side := _in_brackets(column.name):
        return side
    ranks = {role: column.rank(role) for role in ("balance", "out", "in", "amount")}
    exact = {role: found for role, found in ranks.items() if found < INEXACT}
    if exact:
        return min(exact, key=lambda role: exact[role] // 1000)
    if not column.filled:
        return ""
    return next((role for role, found in ranks.items() if found < UNNAMED), "")


def _in_brackets(name: str) -> str:
    """Amount (debit) is money out, whatever stands before the bracket."""
    found = re.search(r"[(（\[]([^)）\]]+)[)）\]]", name)
    return next((side for side in ("out", "in") if found and plain_word(side, found[1])), "")


def plain_word(role: str, word: str) -> bool:
    return words.plain(word) in words.RANKS[role]


def _best(layout: Layout, roles: dict[int, str], role: str) -> int | None:
    mine = [column for column in layout.columns if roles[column.place] == role]
    mine.sort(key=lambda c: (words.speaks_against(c.name), not c.filled, c.rank(role) // 1000, c.rank(role), c.place))
    return mine[0].place if mine else None


def _best_amount(layout: Layout, roles: dict[int, str]) -> int | None:
    mine = [column for column in layout.columns if roles[column.place] == "amount" and column.filled]
    if not mine:
        return None
    most = max(column.filled for column in mine)

    def order(column: Column) -> tuple[bool, bool, bool, bool, int, int]:
        proven = layout.balance is not None and _explains(layout, column.place, layout.balance)
        sparse = column.filled < most * 0.9
        against = words.speaks_against(column.name)
        return (not proven, against, sparse, not column.is_money, column.rank("amount"), column.place)

    return min(mine, key=order).place


def _explains(layout: Layout, amount: int, balance: int) -> bool:
    return balances.explains(values(layout, amount), values(layout, balance))


def _exclusive(layout: Layout, one: int, other: int) -> bool:
    """Each record with an amount has it in exactly one of the two columns."""
    pairs = zip(values(layout, one), values(layout, other), strict=True)
    filled = [(bool(first), bool(second)) for first, second in pairs if first is not None or second is not None]
    return bool(filled) and all(first != second for first, second in filled)


def _find_unnamed(layout: Layout, running: set[int], asking: Asking) -> None:
    """No name helps: the running balance tells, or there is one column of money; else it is asked."""
    numbers = [c for c in layout.columns if c.is_number and c.place not in running]
    free = [c for c in numbers if not words.speaks_against(c.name)]
    money = [column.place for column in free if column.is_money] or [column.place for column in free]
    money = money[:MOST_CANDIDATES]
    whole = [place for place in money if _covers(layout, place)]
    for balance in [layout.balance] if layout.balance is not None else reversed(money):
        for amount in whole:
            if amount != balance and balance is not None and _explains(layout, amount, balance):
                layout.amount, layout.balance = amount, balance
                return
    pairs = [(a, b) for a in money for b in money if a < b and _exclusive(layout, a, b)]
    signed = [place for place in whole if any(number.sign < 0 for number in layout.columns[place].numbers)]
    if pairs:
        _split_unnamed(layout, pairs[0], money, asking)
    elif len(money) == 1:
        layout.amount = money[0]
    elif len(signed) == 1:  # beside a column of amounts with a minus the others are balances or rates
        layout.amount = signed[0]
    elif money:
        layout.amount = _asked_column(layout, money, asking)


def _covers(layout: Layout, place: int) -> bool:
    """An amount stands in nearly every row; a column that is empty or 0 in many is one of two."""
    found = [value for value in values(layout, place) if value]
    return len(found) >= 0.9 * layout.columns[layout.dates[0]].filled


def _split_unnamed(layout: Layout, pair: tuple[int, int], money: list[int], asking: Asking) -> None:
    left, right = ([abs(value or Decimal(0)) for value in values(layout, place)] for place in pair)
    for balance in (place for place in money if place not in pair):
        net = [b - a if a or b else None for a, b in zip(left, right, strict=True)]
        for sign in (1, -1):
            if balances.explains([v * sign if v is not None else None for v in net], values(layout, balance)):
                layout.out, layout.into = pair if sign == 1 else pair[::-1]
                layout.balance = balance
                return
    if out := next((place for place in pair if _all_negative(layout, place)), None):
        layout.out, layout.into = out, pair[0] + pair[1] - out
        return
    first = ", ".join(list(layout.columns[pair[0]].values)[:2])
    text = said("Two columns hold amounts. Is the first of them (%(cells)s) money out or money in?", cells=first)
    answer = asking.ask("first_column", text, OUT_OR_IN, "out")
    layout.out, layout.into = pair if answer == "out" else pair[::-1]


def _all_negative(layout: Layout, place: int) -> bool:
    return all(number.sign < 0 or not number.digits.strip("0.,") for number in layout.columns[place].numbers)


def _asked_column(layout: Layout, money: list[int], asking: Asking) -> int:
    choices = tuple(Choice(str(place + 1), _named(place, layout)) for place in money)
    return int(asking.ask("amount_column", said("Which column holds the amounts?"), choices)) - 1


def _named(place: int, layout: Layout) -> Sentence:
    cells = ", ".join(list(layout.columns[place].values)[:3])
    return said("column %(number)s: %(cells)s", number=place + 1, cells=cells)
