"""The loan payment records: records/<username>.csv, one file a person, and the app.db that may lie beside them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from config.moving import values
from config.moving.files import first_of, header_of
from config.moving.loan_rows import AMOUNTS, DAYS, Paid, Sheet, numbered, read_sheet
from config.moving.loan_users import Owner, Users, count
from config.moving.nouns import AT_ONCE, Findings, Person, Piece, Staff, Unheard
from ledger.bulk import cells


def fold(name: str) -> str:
    """What the old app made of a name to get its file's: two names may come out as one."""
    return re.sub(r"[^a-z0-9_-]", "", re.sub(r"\s+", "_", name.strip().lower()))


class LoanRecords:
    """`owners` answers whose a file is that two names of the database were folded into: file name to user name."""

    app: ClassVar[str] = "loan records"

    def __init__(self, place: Path, owners: Mapping[str, str]) -> None:
        self.place, self.owners = place, owners
        self.answers = " ".join(f"{stem}={key}" for stem, key in sorted(owners.items()))
        self.users = Users(place)
        records = place / "records"
        self.sheets = {path.stem: path for path in sorted(records.glob("*.csv"))} if records.is_dir() else {}

    def files(self) -> Sequence[Path]:
        return [*self.sheets.values(), *([self.users.path] if self.users.path else [])]

    def staff(self, found: Findings) -> list[Staff]:
        return []

    def pieces(self, found: Findings) -> Iterator[Piece]:
        piece = Piece()
        for owner, where in self._everybody(found):
            found.there["customers"].add()
            piece.people.append(_person(owner, where, found))
            piece.came += numbered(owner.key, owner.rows)
            _tell_loan(owner, found)
            if len(piece.people) >= AT_ONCE:
                yield piece
                piece = Piece()
        yield piece

    def _everybody(self, found: Findings) -> Iterator[tuple[Owner, str]]:
        """Users of the database with the file that is surely theirs, then the files that are nobody's there."""
        shared = self._shared_sheets()
        read: set[str] = set()
        left = self._remainders(shared, found)
        for owner in self.users.read(found):
            if stem := self._sheet_of(owner, shared):
                read.add(stem)
                self._join(owner, read_sheet(self.sheets[stem], found), found)
            owner.rows += left.get(owner.key, [])
            yield owner, f"app.db, user {owner.key}"
        for stem, path in self.sheets.items():
            if stem not in read and stem not in shared:
                sheet = read_sheet(path, found)
                count(sheet.rows, found)
                yield Owner(stem[:200], stem, sheet.contact, sheet.rows, sheet.loan), f"records/{path.name}"

    def _shared_sheets(self) -> dict[str, list[str]]:
        """Files whose name two or more users were folded into."""
        claims: dict[str, list[str]] = {}
        for key, name in self.users.names():
            for stem in {key, fold(key), fold(name)} & set(self.sheets):
                claims.setdefault(stem, []).append(key)
        return {stem: keys for stem, keys in claims.items() if len(keys) > 1}

    def _sheet_of(self, owner: Owner, shared: Mapping[str, list[str]]) -> str:
        stems = [owner.key, fold(owner.key), fold(owner.name)]
        return next((stem for stem in stems if stem in self.sheets and stem not in shared), "")

    def _join(self, owner: Owner, sheet: Sheet, found: Findings) -> None:
        """The file may hold rows that the database lacks: those of before there was one."""
        owner.contact = owner.contact or sheet.contact
        owner.loan = sheet.loan if owner.loan is None else owner.loan
        more = beyond(sheet.rows, owner.rows)
        count(more, found)
        if owner.rows:
            for row in more:
                found.differ(row.where, f"{row.amount} of {row.day} stand here and not in app.db. Taken.")
        owner.rows += more

    def _remainders(self, shared: Mapping[str, list[str]], found: Findings) -> dict[str, list[Paid]]:
        """Rows of shared files that no user of the database has: given to whom the operator named, else asked."""
        if not shared:
            return {}
        quiet, left = Unheard(), dict[str, list[Paid]]()
        sharing = {key for keys in shared.values() for key in keys}
        known = {owner.key: owner.rows for owner in self.users.read(quiet) if owner.key in sharing}
        for stem, keys in shared.items():
            rows = beyond(read_sheet(self.sheets[stem], found).rows, [row for key in keys for row in known[key]])
            named = self.owners.get(stem, "")
            count(rows, found)
            for row in rows if named not in keys else []:
                question = f"{' or '.join(keys)}? Left out; answer with --owner {stem}={keys[0]}."
                found.differ(row.where, f"whose are the {row.amount} of {row.day}, {question}")
            if named in keys:
                left.setdefault(named, []).extend(rows)
            found.note(
                f"The old app folded {' and '.join(keys)} into one file, {stem}.csv. They stay {len(keys)} customers."
            )
        return left


def beyond(rows: Iterable[Paid], known: Iterable[Paid]) -> list[Paid]:
    """The rows that are not among the known ones, each of which stands for one."""
    there = Counter((row.day, row.amount) for row in known)
    more = []
    for row in rows:
        if there[row.day, row.amount]:
            there[row.day, row.amount] -= 1
        else:
            more.append(row)
    return more


def _person(owner: Owner, where: str, found: Findings) -> Person:
    """All that the old app knew: a name, and a contact that is an address or a telephone, or has no place here."""
    contact = " ".join(owner.contact.split())
    email = values.detail(contact, cells.email, "", where, Unheard()) if "@" in contact else ""
    phone = contact if not email and len(contact) <= 40 and sum(map(str.isdigit, contact)) >= 5 else ""
    if contact and not email and not phone:
        found.differ(where, f"the contact {values.shown(contact)} is neither an address nor a telephone. Left out.")
    name = values.text(owner.name or owner.key, 200, where, found)
    return Person(owner.key, where, name or "?", email=email, phone=phone)


def _tell_loan(owner: Owner, found: Findings) -> None:
    if owner.loan not in (None, "", 0):
        found.note(
            "The old app kept what was lent as one figure without months, and Duebook makes no dues of it."
            " Raise dues for what is still owed, dated as agreed: the money that is held then fills them."
        )
        found.differ(f"{owner.key}", f"a loan of {owner.loan} began in the old app; no due is raised for it.")


def is_sheet(path: Path) -> bool:
    columns = header_of(path)
    return bool(first_of(columns, DAYS) and first_of(columns, AMOUNTS))
