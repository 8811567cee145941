"""django-import-export's engine, made strict: every fault named by its place, all rows or none, no fault forgiven."""

from collections.abc import Callable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import transaction
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import Widget

from accounts.sentences import sentence_of
from config.roundtrip.sheets import Sheet
from ledger.bulk.reading import EMPTY, Problem


class Cell(Widget):
    """A reader of ledger.bulk.cells. An empty cell is refused, unless there is a value for "nothing"."""

    def __init__(self, read: Callable[[str], Any], *nothing: Any) -> None:
        super().__init__()
        self.read, self.nothing = read, nothing

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        if value:
            return self.read(value)
        if not self.nothing:
            raise ValueError(EMPTY)
        return self.nothing[0]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """As it is: what is written makes texts safe and leaves numbers alone."""
        return value


class StrictResource(ModelResource):
    """Reads a whole sheet. Only one made with store=True stores, and then all rows or none."""

    def __init__(self, *, store: bool = False) -> None:
        super().__init__()
        self.store = store
        self.line = 0
        self.problems: list[Problem] = []

    def take(self, sheet: Sheet) -> Self:
        """Read the sheet, and store it where this is for storing and nothing is wrong with it."""
        self.problems += sheet.problems
        if self.store:
            with transaction.atomic():
                self._read(sheet)
                transaction.set_rollback(bool(self.problems))
        else:
            self._read(sheet)
        self.problems.sort(key=lambda problem: problem.line)
        return self

    def _read(self, sheet: Sheet) -> None:
        """The library's engine without its transactions, which cost a savepoint a row and forgive faults."""
        how = {"raise_errors": False, "using_transactions": False, "collect_failed_rows": False}
        self.import_data_inner(sheet, dry_run=not self.store, **how, sheet=sheet)

    def import_field(self, field: Field, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        try:
            super().import_field(field, instance, row, is_m2m, **kwargs)
        except ValueError as reason:
            self._note(field.column_name, row[field.column_name], sentence_of(reason))
            raise

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        """The library would go on after a fault of the program or the database, and show its text to people."""
        result = super().import_row(row, instance_loader, **kwargs)
        if result.errors:
            raise result.errors[0].error
        return result

    def handle_import_error(self, result: Any, error: Exception, raise_errors: bool = False) -> None:
        raise error

    def _note(self, column: str, value: str, reason: str) -> None:
        self.problems.append(Problem(self.line, reason, column, value))

    def refuse(self, column: str, value: str, reason: str) -> None:
        self._note(column, value, reason)
        raise ValidationError(reason)
