"""Read one statement file from a bank and print what was found as JSON; nothing is stored."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from expenses.statement_files import BadFile, Note, Question, Reading, Row, read_statement_file
from expenses.statement_files.nouns import LARGEST_FILE


class Command(BaseCommand):
    help = (
        "Prints rows (a negative amount is money out), the questions the file leaves open, errors and what is no"
        " transaction. Exit 1 where the file cannot be read at all. No sign-in is needed and nothing is stored."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--answers", default="{}", help='JSON, or @FILE with it: {"date_order": "dmy"}')

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = read_statement_file(_bytes_of(options["file"]), _answers(options["answers"]))
        except BadFile as error:
            self.stdout.write(json.dumps(_empty([str(error)]), indent=1, ensure_ascii=False))
            sys.exit(1)
        self.stdout.write(json.dumps(as_json(reading), indent=1, ensure_ascii=False))


def _bytes_of(path: Path) -> bytes:
    """At most one byte more than is taken, so that a huge file is refused without being read."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BadFile(f"The file cannot be opened: {error.strerror}.") from None


def _answers(text: str) -> dict[str, str]:
    """{"key": "value"}, with or without "answers" around it."""
    try:
        found = json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
    except (OSError, ValueError):
        raise BadFile('The answers are not JSON such as {"date_order": "dmy"}.') from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise BadFile('The answers are not JSON such as {"date_order": "dmy"}.')
    return found


def as_json(reading: Reading) -> dict[str, Any]:
    return _empty([]) | {
        "kind": reading.kind,
        "shape": reading.shape,
        "rows": [_row(row) for row in reading.rows],
        "asked": [_question(question) for question in reading.asked],
        "errors": [_note(note) for note in reading.errors],
        "not_transactions": [_note(note) for note in reading.not_transactions],
    }


def _empty(errors: list[str]) -> dict[str, Any]:
    sentences = [{"line": 0, "why": error, "text": ""} for error in errors]
    return {"rows": [], "asked": [], "errors": sentences, "not_transactions": []}


def _row(row: Row) -> dict[str, Any]:
    told = {"currency": row.currency, "bank_id": row.bank_id}
    return {
        "date": row.date.isoformat(),
        "amount": f"{row.amount:f}",
        "description": row.description,
        "line": row.line,
    } | {name: value for name, value in told.items() if value}


def _question(question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "question": question.text,
        "choices": [{"value": choice.value, "label": choice.label} for choice in question.choices],
        "suggested": question.suggested,
        "answer": question.answer,
    }


def _note(note: Note) -> dict[str, Any]:
    return {"line": note.line, "why": note.why, "text": note.text}
