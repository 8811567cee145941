"""QIF: one letter and a value per line, a caret after each transaction."""

import re
from collections.abc import Iterable

from accounts.sentences import said
from expenses.statement_files.dates import Parts, as_date, read_parts
from expenses.statement_files.nouns import (
    MOST_ROWS,
    SAMPLE_ROWS,
    TOO_MANY,
    Asking,
    BadFile,
    Note,
    Reading,
    Row,
    no_amount,
    no_date,
    shape_of,
)
from expenses.statement_files.numbers import read_number, value_of
from expenses.statement_files.tables import ask_mark, ask_order

BANKING = ("bank", "cash", "ccard", "oth a", "oth l")
MOST_LINES = MOST_ROWS * 12
Fields = dict[str, str]


def is_qif(text: str) -> bool:
    head = text.lstrip("\ufeff \n\t")[:2000]
    if re.match(r"!(type|account|option|clear)\b", head, re.IGNORECASE):
        return True
    return bool(re.match(r"D[^\n]{5,12}\n(?:[A-Z$][^\n]*\n)*\^", head)) and "\nT" in head


def read_qif(text: str, asking: Asking) -> Reading:
    if text.count("\n") > MOST_LINES:
        raise BadFile(TOO_MANY)
    reading = Reading("qif")
    found = [(line, fields) for line, fields in _records(text, reading) if fields]
    if len(found) > MOST_ROWS:
        raise BadFile(TOO_MANY)
    dates = {line: _parts(fields.get("D", "")) for line, fields in found}
    reading.shape = _shape(text, [fields for _, fields in found], dates.values())
    reading.header = ("Date", "Amount", "Payee", "Memo")
    reading.sample = [tuple(fields.get(letter, "") for letter in "DTPM") for _, fields in found[:SAMPLE_ROWS]]
    order = ask_order([parts for parts in dates.values() if parts], (), asking)
    numbers = [number for _, fields in found if (number := read_number(_amount(fields)))]
    mark = ask_mark(numbers, set(), asking, [])
    for line, fields in found:
        _take(reading, line, fields, dates[line], order, mark)
    return reading


def _records(text: str, reading: Reading) -> list[tuple[int, Fields]]:
    """The transactions of banking sections; lists of categories, accounts and shares are passed over."""
    found: list[tuple[int, Fields]] = []
    fields: Fields = {}
    begins, banking = 1, True
    for number, raw in enumerate([*text.split("\n"), "^"], 1):
        line = raw.strip()
        if line.startswith("!"):
            name = line[1:].lower()
            banking = name.startswith("type:") and name[5:].strip().startswith(BANKING)
            if not banking:
                reading.not_transactions.append(Note(number, said("begins a list that holds no transactions"), line))
            fields, begins = {}, number + 1
        elif line.startswith("^"):
            if banking:
                found.append((begins, fields))
            fields, begins = {}, number + 1
        elif line:
            fields.setdefault(line[0], line[1:].strip())
    return found


def _shape(text: str, found: list[Fields], dates: Iterable[Parts | None]) -> str:
    """Which program wrote it: the kind of list, the letters it uses, how it writes a date, the account's name."""
    kind = re.search(r"^!type:[^\n]*", text, re.IGNORECASE | re.MULTILINE)
    account = re.search(r"^!account\s*\n(?:[^N^][^\n]*\n)*N([^\n]*)", text, re.IGNORECASE | re.MULTILINE)
    letters = "".join(sorted({letter for fields in found for letter in fields}))
    style = next((parts.style for parts in dates if parts), "")
    return shape_of("qif", kind[0].lower() if kind else "", letters, style, account[1] if account else "")


def _parts(text: str) -> Parts | None:
    """12/19'18, 1/ 2'6 and 12/19/18; after an apostrophe the year is of this century."""
    tidy = re.sub(r"\s*([/.'-])\s*", r"\1", text)
    if found := re.fullmatch(r"(\d{1,2}[/.-]\d{1,2})'(\d{1,2})", tidy):
        tidy = f"{found[1]}{found[1].lstrip('0123456789')[0]}{2000 + int(found[2])}"
    return read_parts(tidy)


def _amount(fields: Fields) -> str:
    return fields.get("T") or fields.get("U", "")


def _take(reading: Reading, line: int, fields: Fields, parts: Parts | None, order: str, mark: str) -> None:
    texts = dict.fromkeys(filter(None, (fields.get("P", ""), fields.get("M", ""))))
    description = " ".join(texts)
    on, number = as_date(parts, order) if parts else None, read_number(_amount(fields))
    if fields.get("P", "").lower() in ("opening balance", "saldo inicial", "anfangssaldo", "solde initial"):
        reading.not_transactions.append(Note(line, said("is a balance"), description))
    elif on is None:
        reading.errors.append(Note(line, no_date(fields.get("D", "")), description))
    elif number is None:
        reading.errors.append(Note(line, no_amount(_amount(fields)[:40]), description))
    elif amount := value_of(number, mark) * (number.sign or 1):
        reading.rows.append(Row(line, on, amount, description))
    else:
        reading.not_transactions.append(Note(line, said("moves no money"), description))
