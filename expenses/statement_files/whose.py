"""Which account a table is of, where the file says so: two accounts at one bank may hold rows that look alike."""

import re

from expenses.statement_files import words
from expenses.statement_files.columns import Layout
from expenses.statement_files.records import Record

OWN = re.compile(
    r"^(my |own )?(account|account (no|number|id|#)|acct|iban|card|card (no|number)|auftragskonto|kontonummer|konto"
    r"|compte|cuenta|numero de cuenta|rekening|rekeningnummer|iban/bban|conta|conto|numer rachunku|rachunek"
    r"|account member|kontonr)\.?$"
)
NUMBERED = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9 ]{8,30}|[\dxX*][\dxX* .-]{3,30}\d")


def account_of(records: list[Record], layout: Layout) -> str:
    """Its last four signs, since banks mask the rest now and then; "" where the file does not tell."""
    for column in layout.columns:
        if OWN.match(words.plain(column.name)) and len(column.values) == 1:
            return ending(next(iter(column.values)))
    first = layout.header.line if layout.header else 0
    for record in (record for record in records if record.line < first):
        for label, told in zip(record.cells, record.cells[1:], strict=False):
            if OWN.match(words.plain(label)) and (found := NUMBERED.search(told)):
                return ending(found[0])
    return ""


def ending(account: str) -> str:
    return "".join(char for char in account if char.isalnum())[-4:].upper()
