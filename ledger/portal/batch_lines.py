"""The lines of an upload on a page: found by number, never counted or skipped through, so that line 900,000 is as
near as the first."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.sheets import as_csv
from accounts.telling import told
from ledger.bulk.exporting import PIECE
from ledger.bulk.spreadsheets import is_amount
from ledger.models import Upload, UploadLine
from ledger.money import apart, from_minor
from ledger.portal.batch_forms import LinesForm

PAGE = 50
MOST_DAYS = 400  # in the table of days
SIGNS = {"posted": "state-paid", "wrong": "state-overdue", "there": "state-none"}


@dataclass(frozen=True)
class Shown:
    """One line as the page has it: as many cells as the header, each with whether it is an amount."""

    line: int
    word: str
    sign: str
    reasons: list[str]
    cells: list[tuple[str, bool]]


@dataclass(frozen=True)
class LinesPage:
    form: LinesForm
    rows: list[Shown]
    newer: str  # the query string of the page before, if there is one
    older: str


def lines_page(upload: Upload, asked: Any) -> LinesPage:
    """The lines that were asked for, from a certain line on, or up to one (?before=)."""
    form = LinesForm(asked)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = UploadLine.objects.filter(upload=upload)
    if chosen.get("show"):
        found = found.filter(decision=chosen["show"])
    if chosen.get("customer"):
        found = found.filter(customer=chosen["customer"])
    first, before = chosen.get("line") or 0, _number(asked.get("before", ""))
    if before:
        rows = list(found.filter(line__lt=before).order_by("-line")[:PAGE])[::-1]
    else:
        rows = list(found.filter(line__gte=first).order_by("line")[:PAGE])
    kept = {name: chosen[name] for name in ("show", "customer") if chosen.get(name)}
    newer = older = ""
    if rows and found.filter(line__lt=rows[0].line).exists():
        newer = urlencode({**kept, "before": rows[0].line})
    if rows and found.filter(line__gt=rows[-1].line).exists():
        older = urlencode({**kept, "line": rows[-1].line + 1})
    return LinesPage(form, [_shown(row, upload.header) for row in rows], newer, older)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _shown(row: UploadLine, header: list[str]) -> Shown:
    cells = (row.cells + [""] * len(header))[: len(header)]
    return Shown(
        line=row.line,
        word=row.get_decision_display(),
        sign=SIGNS.get(row.decision, ""),
        reasons=[reason_of(*problem) for problem in row.problems],
        cells=[(cell, is_amount(name)) for name, cell in zip(header, cells, strict=True)],
    )


def reason_of(reason: str, column: str, value: str) -> str:
    """In the reader's language; what was stored as plain English stays so."""
    why = told(reason)
    if not column:
        return why
    return _("%(column)s: “%(value)s” %(reason)s") % {"column": column, "value": apart(value[:60]), "reason": why}


def _reasons(line: UploadLine, language: str | None) -> str:
    with override(language):
        return "; ".join(reason_of(*problem) for problem in line.problems)


def days_of(upload: Upload) -> list[tuple[datetime.date, int, Decimal]]:
    """The totals of each day: rows and amount."""
    rows = sorted(upload.days.items())[:MOST_DAYS]
    return [(datetime.date.fromisoformat(day), count, from_minor(minor)) for day, (count, minor) in rows]


def refused_csv(upload: Upload) -> Iterator[str]:
    """The lines that were not taken, as they came, with their number and what is wrong with them."""
    wrong = UploadLine.objects.filter(upload=upload, decision=UploadLine.Decision.WRONG).order_by("line")
    width, language = len(upload.header), get_language()  # it is written when the request's own is over
    rows = (
        [*(line.cells + [""] * width)[:width], line.line, _reasons(line, language)] for line in wrong.iterator(PIECE)
    )
    return as_csv([*upload.header, "line", "reason"], rows)
