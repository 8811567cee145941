"""The stores of the three old apps, built as those apps wrote them."""

import csv
import datetime
import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from ledger.bulk.dues import MONTH_COLUMNS

YEARS = range(2019, 2028)
Months = Mapping[int, Sequence[float | str | None]]  # a customer's twelve amounts


def pbkdf2(password: str, salt: str = "Vx8bnYJ2Bq1tQ0aR", rounds: int = 1000, method: str = "sha256") -> str:
    """As Werkzeug writes it; its own number of rounds is 1,000,000, which would only be slower."""
    digest = hashlib.pbkdf2_hmac(method, password.encode(), salt.encode(), rounds).hex()
    return f"pbkdf2:{method}:{rounds}${salt}${digest}"


def scrypt(password: str, salt: str = "g6H2kPzLmS0w4TyU", n: int = 32768, r: int = 8, p: int = 1) -> str:
    digest = hashlib.scrypt(password.encode(), salt=salt.encode(), n=n, r=r, p=p, maxmem=132 * n * r * p).hex()
    return f"scrypt:{n}:{r}:{p}${salt}${digest}"


def write(path: Path, header: str, *rows: Sequence[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def expense_tracker(folder: Path, users: Sequence[Sequence[object]], expenses: Sequence[Sequence[object]]) -> Path:
    write(folder / "users.csv", "id,username,password_hash", *users)
    write(folder / "expenses.csv", "id,user_id,date,amount,category,description", *expenses)
    return folder


def sheet(folder: Path, name: str, lent: float, *payments: tuple[str, float, str], contact: str = "") -> Path:
    """One person's file, its first row the loan; each row's balance a float's subtraction, as in the old app."""
    balance = float(lent)
    rows: list[Sequence[object]] = [
        ("2024-01-02", "0", str(balance), "Loan started" + (f" | {contact}" if contact else ""))
    ]
    for day, amount, note in payments:
        balance -= amount
        rows.append((day, str(float(amount)), str(balance), note))
    return write(folder / "records" / f"{name}.csv", "Date,Payment_Amount,Remaining_Balance,Notes", *rows)


def app_db(
    folder: Path, users: Sequence[tuple[int, str, str, float]], payments: Sequence[tuple[int, str, float, str]]
) -> Path:
    """users: id, name, username, lent; payments: user id, day, amount, note."""
    path = folder / "app.db"
    with closing(sqlite3.connect(path)) as old, old:
        old.execute(
            "CREATE TABLE user (id INTEGER PRIMARY KEY, name VARCHAR(120), username VARCHAR(120), total_loan FLOAT,"
            " contact_info VARCHAR(255), created_at DATETIME)"
        )
        old.execute(
            "CREATE TABLE payment (id INTEGER PRIMARY KEY, user_id INTEGER, date VARCHAR(20), payment_amount FLOAT,"
            " remaining_balance FLOAT, notes VARCHAR(255))"
        )
        old.executemany("INSERT INTO user (id, name, username, total_loan) VALUES (?, ?, ?, ?)", users)
        left = {number: lent for number, _, _, lent in users}
        for owner, day, amount, note in payments:
            left[owner] = left.get(owner, 0.0) - amount
            old.execute(
                "INSERT INTO payment (user_id, date, payment_amount, remaining_balance, notes) VALUES (?, ?, ?, ?, ?)",
                (owner, day, amount, left[owner], note),
            )
    return path


class CreditDatabase:
    """credit_management.db, built table by table; a total is the sum unless another is given."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "credit_management.db"
        person = "(id INTEGER PRIMARY KEY, password TEXT, name TEXT, mailid TEXT, age INTEGER, phone TEXT)"
        self.run(f"CREATE TABLE customer_account_details {person}")
        self.run(f"CREATE TABLE manager_details {person}")

    def run(self, sql: str, *rows: Sequence[object]) -> "CreditDatabase":
        with closing(sqlite3.connect(self.path)) as old, old:
            if rows:
                old.executemany(sql, rows)
            else:
                old.execute(sql)
        return self

    def people(self, *rows: Sequence[object], table: str = "customer_account_details") -> "CreditDatabase":
        return self.run(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?)", *rows)  # noqa: S608

    def year(
        self, year: int, due: Months, paid: Months, totals: Mapping[str, object] | None = None
    ) -> "CreditDatabase":
        """totals replace what the app would have written: {"due 101": 99.0}."""
        months = ", ".join(f"{name} REAL" for name in MONTH_COLUMNS)
        self.run(f"CREATE TABLE amount_to_pay_{year} (id INTEGER PRIMARY KEY, {months}, total_amt REAL)")
        self.run(
            f"CREATE TABLE amount_paid_{year} (id INTEGER PRIMARY KEY, {months}, total_paid_amt REAL, needtopay REAL)"
        )
        given = totals or {}
        marks = ", ".join("?" * 14)
        owed = [(one, *row, given.get(f"due {one}", plain_sum(row))) for one, row in due.items()]
        came = [
            (
                one,
                *row,
                given.get(f"paid {one}", plain_sum(row)),
                given.get(f"left {one}", plain_sum(due.get(one, ())) - plain_sum(row)),
            )
            for one, row in paid.items()
        ]
        if owed:
            self.run(f"INSERT INTO amount_to_pay_{year} VALUES ({marks})", *owed)  # noqa: S608
        if came:
            self.run(f"INSERT INTO amount_paid_{year} VALUES ({marks}, ?)", *came)  # noqa: S608
        return self

    def percentages(self, *rows: Sequence[object], years: Sequence[int] = range(2021, 2026)) -> "CreditDatabase":
        columns = ", ".join(f"y{year} REAL" for year in years)
        self.run(f"CREATE TABLE year_percentage (id INTEGER PRIMARY KEY, {columns}, result INTEGER)")
        marks = ", ".join("?" * (len(years) + 2))
        return self.run(f"INSERT INTO year_percentage VALUES ({marks})", *rows)  # noqa: S608


def plain_sum(amounts: Sequence[object]) -> float:
    """As the old app added up: floats, and what is none left out."""
    return sum((one for one in amounts if isinstance(one, float | int)), 0.0)


def monthly(amount: float, months: int = 12) -> list[float | str | None]:
    return [amount if place < months else 0.0 for place in range(12)]


TODAY = datetime.date(2026, 11, 21)
