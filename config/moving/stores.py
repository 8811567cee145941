"""Which of the three old stores lie in a place."""

import datetime
from collections.abc import Mapping
from pathlib import Path

from config.moving.credit_manager import PEOPLE, CreditManager
from config.moving.expense_tracker import EXPENSES, USERS, ExpenseTracker
from config.moving.files import header_of, tables_of
from config.moving.loan_records import LoanRecords, is_sheet
from config.moving.nouns import BadStore, Store

LOOKED_FOR = (
    "records/<username>.csv or app.db (loan payment records), users.csv and expenses.csv (expense tracker),"
    " credit_management.db (credit manager)"
)


def stores_in(path: Path, today: datetime.date, owners: Mapping[str, str]) -> list[Store]:
    """One, or each of several. Raises BadStore where there is none."""
    if not path.exists():
        raise BadStore(f"There is no {path}.")
    folder = path if path.is_dir() else path.parent
    found: list[Store] = []
    credit = [path] if path.is_file() else sorted(path.glob("*.db"))
    found += [CreditManager(file, today) for file in credit if PEOPLE in tables_of(file)]
    if not found or path.is_dir():
        found += _expenses(path, folder) + _loans(path, folder, owners)
    if not found:
        raise BadStore(f"{path} holds none of the old apps' stores. Looked for {LOOKED_FOR}.")
    return found


def _expenses(path: Path, folder: Path) -> list[Store]:
    if path.is_file() and path.name not in ("users.csv", "expenses.csv"):
        return []
    users, entries = header_of(folder / "users.csv"), header_of(folder / "expenses.csv")
    return [ExpenseTracker(folder)] if {*USERS} <= {*users} and {*EXPENSES} <= {*entries} else []


def _loans(path: Path, folder: Path, owners: Mapping[str, str]) -> list[Store]:
    if path.is_file() and path.suffix != ".db" and not is_sheet(path):
        return []
    while folder.name in ("records", "instance"):
        folder = folder.parent
    store = LoanRecords(folder, owners)
    has_sheets = any(is_sheet(sheet) for sheet in store.sheets.values())
    return [store] if has_sheets or (store.users.table and store.users.payments) else []
