"""OFX and QFX, with or without closing tags."""

import html
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from accounts.sentences import said
from expenses.statement_files.nouns import (
    MOST_ROWS,
    TOO_MANY,
    BadFile,
    Note,
    Reading,
    Row,
    no_amount,
    no_date,
    shape_of,
)
from expenses.statement_files.numbers import read_number, value_of
from expenses.statement_files.whose import ending

ROWS = re.compile(
    r"<(STMTTRNP?)>(.*?)(?=<STMTTRNP?>|</STMTTRNP?>|</BANKTRANLISTP?>|<LEDGERBAL>|\Z)", re.DOTALL | re.IGNORECASE
)
TAG = re.compile(r"<([A-Z0-9.]+)>([^<\r\n]*)", re.IGNORECASE)
TAKEN_OUT = {"DEBIT", "FEE", "SRVCHG", "ATM", "POS", "CHECK", "PAYMENT", "CASH", "DIRECTDEBIT", "REPEATPMT"}
PUT_IN = {"CREDIT", "INT", "DIV", "DEP", "DIRECTDEP"}
HEAD = 5_000  # characters within which a file names its bank and account
BANK = re.compile(r"<(?:ORG|FID|BANKID|INTU\.BID|ACCTTYPE)>\s*([^<\r\n]+)", re.IGNORECASE)
ACCOUNT = re.compile(r"<ACCTID>\s*([^<\r\n]+)", re.IGNORECASE)
CURRENCY = re.compile(r"<CURDEF>\s*([A-Z]{3})", re.IGNORECASE)


def is_ofx(text: str) -> bool:
    head = text[:5000].upper()
    return "<OFX>" in head or head.lstrip().startswith("OFXHEADER")


def read_ofx(text: str) -> Reading:
    reading = Reading("ofx", shape=shape_of("ofx", *(found[1] for found in BANK.finditer(text[:HEAD]))))
    reading.account = next((ending(found[1]) for found in ACCOUNT.finditer(text[:HEAD])), "")
    found = list(islice(_records(text), MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise BadFile(TOO_MANY)
    currency = CURRENCY.search(text)
    unsigned = _unsigned([fields for _, _, fields in found])
    for kind, line, fields in found:
        if kind.endswith("P"):
            reading.not_transactions.append(Note(line, said("is not booked yet"), _description(fields)))
        else:
            _take(reading, line, fields, unsigned, currency[1].upper() if currency else "")
    return reading


def _records(text: str) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Each transaction's kind, the line it begins on, and its fields."""
    line, counted = 1, 0
    for match in ROWS.finditer(text):
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        yield match[1].upper(), line, _fields(match[2])


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for tag, value in TAG.findall(block):
        if value.strip():
            fields.setdefault(tag.upper(), html.unescape(html.unescape(value)).strip())
    return fields


def _unsigned(found: list[dict[str, str]]) -> bool:
    """Some banks write no minus and leave the direction to the kind."""
    minus = any(fields.get("TRNAMT", "").startswith("-") for fields in found)
    return not minus and any(fields.get("TRNTYPE", "").upper() in TAKEN_OUT for fields in found)


def _take(reading: Reading, line: int, fields: dict[str, str], unsigned: bool, currency: str) -> None:
    on, text = ofx_date(fields.get("DTPOSTED", "")), fields.get("TRNAMT", "")
    number = read_number(text)
    if on is None or number is None:
        wrong = no_amount(text[:40]) if on else no_date(fields.get("DTPOSTED", ""))
        reading.errors.append(Note(line, wrong, _description(fields)))
        return
    points = [char for char in number.digits if char in ".,"]
    amount = value_of(number, points[-1] if points else ".") * (number.sign or 1)
    if len(points) == 1:  # in OFX a single mark is the decimal one
        amount = value_of(number, points[0]) * (number.sign or 1)
    if unsigned and fields.get("TRNTYPE", "").upper() in TAKEN_OUT:
        amount = -amount
    if not amount:
        reading.not_transactions.append(Note(line, said("moves no money"), _description(fields)))
        return
    own = fields.get("CURSYM", currency)
    reading.rows.append(Row(line, on, amount, _description(fields), own, fields.get("FITID", "")))


def ofx_date(text: str) -> date | None:
    """20180102120000.000[-5:EST] is the day as the bank wrote it."""
    found = re.match(r"(\d{4})-?(\d{2})-?(\d{2})", text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _description(fields: dict[str, str]) -> str:
    name, memo = fields.get("NAME", ""), fields.get("MEMO", "")
    if name and memo and name.lower() not in memo.lower() and memo.lower() not in name.lower():
        return f"{name} {memo}"
    return name or memo
