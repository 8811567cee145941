"""Operations for migrations while people pay: on PostgreSQL nobody waits for them, on SQLite they do the plain thing.

An index or a unique rule on a table that exists already stands alone in a migration with atomic = False; one that was
killed there is run again at no harm. docs/operating.md and config/tests/migration_rules.py say what goes how.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid, NotInTransactionMixin, ValidateConstraint
from django.db import transaction
from django.db.migrations.operations import AddConstraint, AddIndex
from django.db.migrations.operations.base import Operation
from django.db.models import UniqueConstraint

IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"
IS_CONSTRAINT = "SELECT 1 FROM pg_constraint WHERE conname = %s AND conrelid = to_regclass(%s)"


class AddIndexSafely(NotInTransactionMixin, AddIndex):
    """CREATE INDEX CONCURRENTLY; what a killed run left of it is thrown away first."""

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if schema_editor.connection.vendor != "postgresql":
            if self.index.name not in _names_on(schema_editor, model):
                schema_editor.add_index(model, self.index)
            return
        self._ensure_not_in_transaction(schema_editor)
        if not _is_built(schema_editor, self.index.name):
            with _patience(schema_editor):
                schema_editor.add_index(model, self.index, concurrently=True)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if schema_editor.connection.vendor == "postgresql":
            self._ensure_not_in_transaction(schema_editor)
            schema_editor.remove_index(model, self.index, concurrently=True)
        else:
            schema_editor.remove_index(model, self.index)


class AddUniqueSafely(NotInTransactionMixin, AddConstraint):
    """A unique rule, over an index that was built concurrently."""

    atomic = False

    def __init__(self, model_name: str, constraint: UniqueConstraint) -> None:
        more = ("deferrable", "include", "opclasses", "nulls_distinct")
        if not isinstance(constraint, UniqueConstraint) or any(getattr(constraint, name) for name in more):
            raise TypeError("AddUniqueSafely takes a UniqueConstraint of fields, expressions and a condition alone.")
        super().__init__(model_name, constraint)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if schema_editor.connection.vendor != "postgresql":
            with transaction.atomic(using=schema_editor.connection.alias):
                if self.constraint.name not in _names_on(schema_editor, model):
                    schema_editor.add_constraint(model, self.constraint)
            return
        self._ensure_not_in_transaction(schema_editor)
        self._build(model, schema_editor)

    def _build(self, model: Any, schema_editor: Any) -> None:
        """With a condition or an expression a unique index is the whole rule; else it becomes a constraint."""
        rule: Any = self.constraint
        name, table = schema_editor.quote_name(rule.name), schema_editor.quote_name(model._meta.db_table)
        wanted = str(rule.create_sql(model, schema_editor))
        is_index = wanted.startswith("CREATE UNIQUE INDEX")
        if not is_index:
            columns = [schema_editor.quote_name(model._meta.get_field(field).column) for field in rule.fields]
            wanted = f"CREATE UNIQUE INDEX {name} ON {table} ({', '.join(columns)})"
        if not _is_built(schema_editor, rule.name):
            with _patience(schema_editor):
                concurrently = wanted.replace("CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX CONCURRENTLY", 1)
                schema_editor.execute(concurrently, params=None)
        if not is_index and not _asked(schema_editor, IS_CONSTRAINT, [rule.name, table]):
            schema_editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")


class AddCheckNotValid(AddConstraintNotValid):
    """Holds for every row written from now on, without a look at those that are there; ValidateCheck looks at them."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            AddConstraint.database_forwards(self, app_label, schema_editor, from_state, to_state)


class ValidateCheck(ValidateConstraint):
    """Looks at every row while people go on writing; in a migration after that of AddCheckNotValid."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class Drop(Operation):
    """The second step of a removal: what no model has known since the version before is taken off the database."""

    reversible = False
    reduces_to_sql = True

    def __init__(self, table: str, column: str = "") -> None:
        self.table, self.column = table, column

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The state has forgotten it already."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = schema_editor.quote_name(self.table)
        column = schema_editor.quote_name(self.column)
        schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN {column}" if self.column else f"DROP TABLE {table}")

    def describe(self) -> str:
        return f"Drop {self.table} {self.column}".rstrip()


def _is_built(schema_editor: Any, name: str) -> bool:
    """Whether the index is there and whole; a half of one is taken away."""
    found = _asked(schema_editor, IS_VALID, [schema_editor.quote_name(name)])
    if found and not found[0]:
        with _patience(schema_editor):
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(name)}")
    return bool(found and found[0])


def _asked(schema_editor: Any, question: str, words: list[str]) -> Any:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(question, words)
        return cursor.fetchone()


def _names_on(schema_editor: Any, model: Any) -> dict[str, Any]:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        return dict(connection.introspection.get_constraints(cursor, model._meta.db_table))


@contextmanager
def _patience(schema_editor: Any) -> Iterator[None]:
    """It waits for older transactions as long as they last: nobody waits for it."""
    before = _asked(schema_editor, "SHOW lock_timeout", [])[0]
    schema_editor.execute("SET lock_timeout = 0")
    try:
        yield
    finally:
        schema_editor.execute("SELECT set_config('lock_timeout', %s, false)", [before])
