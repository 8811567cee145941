"""Customers for django-import-export: cells read as strictly as in the large files, and stored by the acts."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader

from accounts.many import register_customers, update_customers
from accounts.models import Customer, Erasure, Lender
from accounts.sentences import said
from config.roundtrip.engine import Cell, StrictResource
from config.roundtrip.sheets import Sheet
from ledger.bulk import cells
from ledger.bulk.kinds import stands_too
from ledger.bulk.reading import Columns

COLUMNS = Columns(("customer",), ("name", "email", "phone", "age", "credit_limit"))
AMOUNTS = ("credit_limit",)


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: what the books say and what the file says."""

    column: str
    was: Any
    now: Any

    @property
    def differs(self) -> bool:
        return self.held != self.says or (self.says and bool(self.was != self.now))

    @property
    def held(self) -> bool:
        """Whether there was anything: an amount of 0 is something."""
        return self.was not in (None, "")

    @property
    def says(self) -> bool:
        return self.now not in (None, "")

    @property
    def is_amount(self) -> bool:
        return self.column in AMOUNTS


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: `kind` is new, update or skip, which is that nothing differs."""

    line: int
    kind: str
    customer: Customer
    cells: tuple[Change, ...]


class Together(BaseInstanceLoader):
    """All customers of the file in one query."""

    def __init__(self, resource: "CustomerResource", dataset: Sheet) -> None:
        super().__init__(resource, dataset)
        numbers = (read_number(row) for row in dataset.dict)
        self.known = resource.fetch({number for number in numbers if number})

    def get_instance(self, row: Mapping[str, str]) -> Customer | None:
        return self.known.get(read_number(row) or 0)


class CustomerResource(StrictResource):
    """What each row says of its customer; a number that is nobody's makes a new one."""

    customer = Field("id", "customer", Cell(cells.customer_number))
    name = Field("name", "name", Cell(cells.name))
    email = Field("email", "email", Cell(cells.email, ""))
    phone = Field("phone", "phone", Cell(cells.phone, ""))
    age = Field("age", "age", Cell(cells.age, None))
    credit_limit = Field("credit_limit", "credit_limit", Cell(cells.amount_or_nothing, None))

    class Meta:
        model = Customer
        fields = ("customer", "name", "email", "phone", "age", "credit_limit")
        import_id_fields = ("customer",)
        instance_loader_class = Together
        skip_unchanged = report_skipped = store_instance = True
        skip_html_diff = True  # it has inline styles

    def __init__(self, *, store: bool = False) -> None:
        super().__init__(store=store)
        self.rows: list[Row] = []
        self._lines_of: dict[int, int] = {}
        self._added: list[Customer] = []
        self._altered: list[Customer] = []
        self._erased: set[int] = set()

    @property
    def new(self) -> list[Row]:
        return self._of("new")

    @property
    def changed(self) -> list[Row]:
        return self._of("update")

    @property
    def same(self) -> list[Row]:
        return self._of("skip")

    def _of(self, kind: str) -> list[Row]:
        return [row for row in self.rows if row.kind == kind]

    @property
    def fingerprint(self) -> str:
        """Of all that differs: the same again means that nobody has changed the books in between."""
        said = [(row.line, row.kind, row.customer.pk, row.cells) for row in self.rows]
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def fetch(self, numbers: set[int]) -> dict[int, Customer]:
        """To store, held until the end of the transaction in the order of every other act: the lender, who gives out
        new numbers, and then the customers, ascending."""
        self._erased = set(Erasure.objects.done().filter(customer__in=numbers).values_list("customer", flat=True))
        found = Customer.objects.filter(pk__in=numbers).order_by("pk")
        if self.store:
            if found.count() < len(numbers):
                Lender.objects.select_for_update().get(pk=Lender.load().pk)
            found = found.select_for_update()
        return {customer.pk: customer for customer in found}

    def before_import_row(self, row: Mapping[str, str], **kwargs: Any) -> None:
        self.line = kwargs["sheet"].lines[kwargs["row_number"] - 1]
        first = self._lines_of.setdefault(read_number(row) or -self.line, self.line)
        if first != self.line:
            self.refuse("customer", row["customer"], stands_too(first))

    def validate_instance(
        self, instance: Customer, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """The cells were read as strictly as the database asks; a new customer also needs what the file left out."""
        super().validate_instance(instance, import_validation_errors, validate_unique)
        if instance.pk in self._erased:
            self.refuse("customer", str(instance.pk), said("is erased, and stays so"))
        if instance._state.adding and not instance.name:
            self.refuse("customer", str(instance.pk), said("is not a customer yet; a new one needs the column name"))

    def do_instance_save(self, instance: Customer, is_create: bool) -> None:
        """Put with the others; they are stored together, once all rows are read."""
        (self._added if is_create else self._altered).append(instance)

    def after_import(self, dataset: Sheet, result: Any, **kwargs: Any) -> None:
        if self.store and not self.problems:
            register_customers(self._added)
            update_customers(self._altered)

    def after_import_row(self, row: Mapping[str, str], row_result: Any, **kwargs: Any) -> None:
        fields = [field for field in self.get_import_fields()[1:] if field.column_name in row]
        before, after = row_result.original, row_result.instance
        changes = [
            Change(field.column_name, field.get_value(before) if before else None, field.get_value(after))
            for field in fields
        ]
        self.rows.append(Row(self.line, row_result.import_type, after, tuple(changes)))


def read_number(row: Mapping[str, str]) -> int | None:
    """The customer of a row, if it can be read; the row's own reading says why not."""
    try:
        return cells.customer_number(row["customer"])
    except ValueError:
        return None


def chosen_columns(wanted: Iterable[str]) -> list[str]:
    """In the order of the file, and always with the number: without it nothing comes back."""
    return ["customer", *(name for name in COLUMNS.optional if name in set(wanted))]
