"""Which migrations may meet books in use: the operations that make nobody wait, and fail no version that still runs.

The rules follow what PostgreSQL locks and rewrites. A table that the migration itself makes is free: nobody uses it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations import operations as django
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Value
from django.db.models.fields import NOT_PROVIDED

from accounts.migrating import AddCheckNotValid, AddIndexSafely, AddUniqueSafely, Drop, ValidateCheck

POSTGRESQL = DatabaseWrapper({"NAME": "never opened", "OPTIONS": {}}, "judge")
DATA = (django.RunPython, django.RunSQL)
ALONE = (AddIndexSafely, AddUniqueSafely)
SCHEMA_WORDS = {"alter", "create", "drop", "truncate", "lock", "reindex", "cluster", "vacuum"}
# Only a moment's lock, or none; the last two are written for it.
FREE = (
    django.CreateModel,
    django.AlterModelOptions,
    django.AlterModelManagers,
    django.RemoveIndex,
    django.RemoveConstraint,
    django.RenameIndex,
    AddCheckNotValid,
    *ALONE,
)
INSTEAD: dict[type, str] = {
    django.AddIndex: "locks out writers while it builds: use AddIndexSafely of accounts.migrating",
    django.AddConstraint: "locks the table while it looks at every row: use AddCheckNotValid, then ValidateCheck in"
    " another migration, or AddUniqueSafely",
    django.RemoveField: "fails the version that still runs: forget it first (SeparateDatabaseAndState with state"
    " operations alone), and use Drop in a later version",
    django.DeleteModel: "fails the version that still runs: forget it first, and use Drop in a later version",
    django.RenameField: "fails the version that still runs: add the new one, fill it, forget the old one",
    django.RenameModel: "fails the version that still runs: keep db_table as it was",
    django.AlterModelTable: "fails the version that still runs",
}
Judge = Callable[["Case", Any], str]


class Case:
    """A migration, and what the models were before it and before the operation at hand."""

    def __init__(self, migration: Migration, before: ProjectState) -> None:
        self.migration, self.before, self.now = migration, before, before.clone()
        self.app = migration.app_label

    def is_made_here(self, operation: Any) -> bool:
        name = next(getattr(operation, key) for key in ("model_name", "old_name", "name") if hasattr(operation, key))
        return (self.app, name.lower()) not in self.before.models

    def has(self, kind: type, name: str) -> bool:
        found = (one for one in self.migration.operations if isinstance(one, kind))
        return any(getattr(one, "constraint", one).name == name for one in found)


def faults_of(migration: Migration, before: ProjectState) -> list[str]:
    """A sentence for each operation that is not safe under load."""
    return [f"{migration.app_label}.{migration.name}: {fault}" for fault in _faults(Case(migration, before))]


def _faults(case: Case) -> Iterator[str]:
    operations = case.migration.operations
    kinds = {isinstance(one, DATA) for one in operations}
    if kinds == {True, False}:
        yield "moves data and changes the schema: give the data a migration of its own"
    if any(isinstance(one, ALONE) for one in operations):
        if len(operations) > 1 or case.migration.atomic:
            yield "an operation that goes without a transaction stands alone, with atomic = False"
    elif not case.migration.atomic:
        yield "atomic = False leaves a half when it is killed: only AddIndexSafely and AddUniqueSafely can be run again"
    for one in operations:
        if fault := _fault(case, one):
            yield f"{type(one).__name__} {fault}"
        one.state_forwards(case.app, case.now)


def _fault(case: Case, one: Any) -> str:
    kind = type(one)
    if kind in JUDGES:
        return JUDGES[kind](case, one)
    if kind in FREE or (kind in INSTEAD and case.is_made_here(one)):
        return ""
    return INSTEAD.get(kind, "is judged by no rule yet: add one to config/tests/migration_rules.py")


def _add_field(case: Case, one: Any) -> str:
    """PostgreSQL keeps a constant default beside the table: no row is rewritten."""
    field, constant = one.field, one.field.db_default
    if case.is_made_here(one) or field.many_to_many:
        return ""
    if isinstance(field, models.GeneratedField) or (
        hasattr(constant, "resolve_expression") and type(constant) is not Value
    ):
        return "rewrites the table, with a value for each row: add it empty, and fill it by a data migration"
    if not field.null and constant is NOT_PROVIDED:
        return "fails the version that still runs, which leaves it out: give it null=True or a db_default"
    if field.unique or field.db_index:
        return "locks out writers while its index builds: add it without, then AddIndexSafely or AddUniqueSafely"
    if field.remote_field and field.db_constraint and not field.null:
        return "looks at every row for its foreign key: give it null=True or db_constraint=False"
    return ""


def _alter_field(case: Case, one: Any) -> str:
    """Free is what the database does not see, what may be empty from now on, and a text that may be longer."""
    if case.is_made_here(one):
        return ""
    after = case.now.clone()
    one.state_forwards(case.app, after)
    old, new = (state.apps.get_model(case.app, one.model_name)._meta.get_field(one.name) for state in (case.now, after))
    if old.null and not new.null:
        return "looks at every row: add a check that it is not empty (AddCheckNotValid, ValidateCheck)"
    if any(getattr(new, name) and not getattr(old, name) for name in ("unique", "db_index", "primary_key")):
        return "locks out writers while its index builds: use AddIndexSafely or AddUniqueSafely"
    if old.column != new.column:
        return INSTEAD[django.RenameField]
    if getattr(new, "db_constraint", False) and not getattr(old, "db_constraint", False):
        return "looks at every row for its foreign key"
    if not _same_column(old, new):
        return "changes the type, which rewrites the table: add a new one, fill it, forget the old one"
    return ""


def _same_column(old: Any, new: Any) -> bool:
    before, after = (one.db_parameters(connection=POSTGRESQL) for one in (old, new))
    if before.get("collation") != after.get("collation") or before["check"] != after["check"]:
        return False
    if {before["type"].partition("(")[0], after["type"].partition("(")[0]} <= {"varchar", "text"}:
        return after["type"] == "text" or (before["type"] != "text" and old.max_length <= new.max_length)
    return bool(before["type"] == after["type"])


def _forget(case: Case, one: Any) -> str:
    if one.database_operations:
        return "says nothing of what its database operations do: use those of accounts.migrating"
    for step in one.state_operations:
        if type(step) is django.RemoveField:
            field = case.before.models[case.app, step.model_name_lower].fields[step.name]
            if not field.null and field.db_default is NOT_PROVIDED:
                return f"forgets {step.name}, which every new row needs: give it null=True or a db_default first"
        elif type(step) is not django.DeleteModel:
            return "is for forgetting fields and models alone"
    return ""


def _drop(case: Case, one: Any) -> str:
    for (app, name), model in case.before.models.items():
        if one.table == (model.options.get("db_table") or f"{app}_{name}"):
            columns = {
                field.db_column or f"{key}_id" * bool(field.remote_field) or key for key, field in model.fields.items()
            }
            if not one.column or one.column in columns:
                return "takes away what a model still knows: forget it in a version before"
    return ""


def _run_sql(case: Case, one: Any) -> str:
    parts = [one.sql] if isinstance(one.sql, str) else [part if isinstance(part, str) else part[0] for part in one.sql]
    said = " ; ".join(parts)
    words = {part.split()[0].lower() for part in said.split(";") if part.split()}
    return f"changes the schema ({', '.join(sorted(found))})" if (found := words & SCHEMA_WORDS) else ""


def _validate(case: Case, one: Any) -> str:
    both = case.has(AddCheckNotValid, one.name)
    return "keeps the lock of AddCheckNotValid in the same transaction: give it a migration of its own" if both else ""


JUDGES: dict[type, Judge] = {
    django.AddField: _add_field,
    django.AlterField: _alter_field,
    django.SeparateDatabaseAndState: _forget,
    django.RunPython: lambda case, one: "",
    django.RunSQL: _run_sql,
    ValidateCheck: _validate,
    Drop: _drop,
}
