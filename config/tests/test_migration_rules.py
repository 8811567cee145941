"""Landed migrations are never edited, newer ones make nobody wait, and each rule catches an offence."""

import hashlib
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Now

from accounts.migrating import AddCheckNotValid, AddIndexSafely, AddUniqueSafely, Drop, ValidateCheck
from config.tests.house import ROOMS, ROOT
from config.tests.migration_rules import faults_of
from ledger.money import MoneyField

pytestmark = pytest.mark.once
LANDED = Path(__file__).with_name("landed_migrations.txt")  # what stood on main when the rules came, with its sha256


def landed() -> dict[str, str]:
    return dict(line.split() for line in LANDED.read_text().splitlines())


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


def ours(loader: MigrationLoader) -> dict[str, tuple[str, str]]:
    return {".".join(key): key for key in loader.disk_migrations if key[0] in ROOMS}


def test_a_migration_that_landed_is_there_as_it_was(loader: MigrationLoader) -> None:
    for name, digest in landed().items():
        app, _, file = name.partition(".")
        found = hashlib.sha256((ROOT / app / "migrations" / f"{file}.py").read_bytes()).hexdigest()
        assert found == digest, f"{name} was changed after it had landed: write another migration"


def test_every_newer_migration_is_safe_while_people_pay(loader: MigrationLoader) -> None:
    newer = [key for name, key in ours(loader).items() if name not in landed()]
    faults = []
    for key in newer:
        before = loader.project_state(key, at_end=False)
        faults += faults_of(loader.disk_migrations[key], before)
    assert faults == []


def test_the_walk_would_have_found_what_landed_before_it(loader: MigrationLoader) -> None:
    """The negative control: a migration of ours that marks money and changes the table of payments at once."""
    key = ("ledger", "0009_laid_money")
    faults = " ".join(faults_of(loader.disk_migrations[key], loader.project_state(key, at_end=False)))
    assert "AddConstraint locks the table" in faults
    assert "moves data and changes the schema" in faults
    assert ".".join(key) in landed()


def made(*operations: object, atomic: bool = True) -> migrations.Migration:
    migration = migrations.Migration("9999_planted", "ledger")
    vars(migration).update(operations=list(operations), atomic=atomic)
    return migration


def nothing(apps: object, schema_editor: object) -> None:
    """A data migration."""


def add(field: models.Field, name: str = "new") -> migrations.AddField:
    return migrations.AddField("due", name, field)


def alter(name: str, field: models.Field) -> migrations.AlterField:
    return migrations.AlterField("due", name, field)


INDEX = models.Index(fields=["amount"], name="due_by_amount")
CHECK = models.CheckConstraint(condition=models.Q(amount__lt=10**13), name="due_not_too_much")
UNIQUE = models.UniqueConstraint(fields=["customer", "due_on", "kind", "reference"], name="due_known_once")
FORGET = migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("due", "amount")])
SHELF = migrations.CreateModel(
    "Shelf", [("id", models.BigAutoField(primary_key=True)), ("place", models.IntegerField())]
)
PLACED = models.Index(fields=["place"], name="shelf_by_place")

UNSAFE = [
    (made(migrations.AddIndex("due", INDEX)), "locks out writers while it builds"),
    (made(migrations.AddConstraint("due", CHECK)), "locks the table while it looks at every row"),
    (made(migrations.AddConstraint("due", UNIQUE)), "locks the table while it looks at every row"),
    (made(AddIndexSafely("due", INDEX)), "with atomic = False"),
    (made(AddIndexSafely("due", INDEX), add(models.IntegerField(null=True)), atomic=False), "stands alone"),
    (made(AddUniqueSafely("due", UNIQUE)), "with atomic = False"),
    (made(AddIndexConcurrently("due", INDEX), atomic=False), "is judged by no rule yet"),
    (made(AddCheckNotValid("due", CHECK), ValidateCheck("due", CHECK.name)), "keeps the lock"),
    (made(add(models.IntegerField(default=0))), "fails the version that still runs, which leaves it out"),
    (made(add(models.DateTimeField(db_default=Now()))), "rewrites the table"),
    (made(add(models.IntegerField(null=True, db_index=True))), "locks out writers while its index builds"),
    (made(add(models.IntegerField(null=True, unique=True))), "locks out writers while its index builds"),
    (made(add(models.ForeignKey("accounts.Customer", models.CASCADE, null=True))), "locks out writers"),
    (made(alter("reference", models.CharField(max_length=10))), "changes the type"),
    (made(alter("amount", models.IntegerField())), "changes the type"),
    (made(alter("withdrawn_at", models.DateTimeField())), "looks at every row"),
    (made(alter("month", models.DateField(db_index=True))), "locks out writers while its index builds"),
    (made(alter("month", models.DateField(db_column="of"))), "fails the version that still runs"),
    (made(migrations.RemoveField("due", "amount")), "fails the version that still runs"),
    (made(migrations.DeleteModel("Due")), "fails the version that still runs"),
    (made(migrations.RenameField("due", "amount", "sum")), "fails the version that still runs"),
    (made(migrations.RenameModel("Due", "Debt")), "fails the version that still runs"),
    (made(migrations.AlterModelTable("due", "debts")), "fails the version that still runs"),
    (made(FORGET), "forgets amount, which every new row needs"),
    (made(Drop("ledger_due", "amount")), "takes away what a model still knows"),
    (made(Drop("ledger_due", "customer_id")), "takes away what a model still knows"),
    (made(Drop("ledger_due")), "takes away what a model still knows"),
    (made(migrations.RunPython(nothing), add(models.IntegerField(null=True))), "give the data a migration of its own"),
    (made(migrations.RunPython(nothing), atomic=False), "leaves a half when it is killed"),
    (made(migrations.RunSQL("UPDATE ledger_due SET paid = 0; ALTER TABLE ledger_due ADD x int")), "changes the schema"),
    (made(migrations.RunSQL([("CREATE INDEX i ON ledger_due (amount)", [])])), "changes the schema (create)"),
    (made(migrations.SeparateDatabaseAndState([migrations.RemoveField("due", "amount")])), "says nothing of what"),
    (made(migrations.SeparateDatabaseAndState([], [migrations.AddIndex("due", INDEX)])), "is for forgetting"),
]
SAFE = [
    made(AddIndexSafely("due", INDEX), atomic=False),
    made(AddUniqueSafely("due", UNIQUE), atomic=False),
    made(AddCheckNotValid("due", CHECK)),
    made(ValidateCheck("due", CHECK.name)),
    made(add(models.IntegerField(null=True)), add(models.BooleanField(default=False, db_default=False), "other")),
    made(add(models.ForeignKey("accounts.Customer", models.CASCADE, null=True, db_index=False))),
    made(alter("reference", models.CharField(max_length=500)), alter("month", models.DateField("of the month"))),
    made(alter("amount", MoneyField(null=True))),
    made(
        SHELF, migrations.AddIndex("shelf", PLACED), migrations.AddField("shelf", "new", models.IntegerField(default=0))
    ),
    made(SHELF, migrations.AlterField("shelf", "place", models.TextField()), migrations.RemoveField("shelf", "place")),
    made(migrations.AlterModelOptions("due", {})),
    made(migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("due", "withdrawn_at")])),
    made(Drop("ledger_due", "of_old"), Drop("ledger_of_old")),
    made(migrations.RunPython(nothing)),
    made(migrations.RunSQL("UPDATE ledger_due SET paid = 0")),
]


@pytest.mark.parametrize(("migration", "sentence"), UNSAFE)
def test_what_would_make_people_wait_is_refused(
    loader: MigrationLoader, migration: migrations.Migration, sentence: str
) -> None:
    assert any(sentence in fault for fault in faults_of(migration, loader.project_state()))


@pytest.mark.parametrize("migration", SAFE)
def test_what_makes_nobody_wait_passes(loader: MigrationLoader, migration: migrations.Migration) -> None:
    assert faults_of(migration, loader.project_state()) == []


def test_the_rules_look_at_every_app_of_ours() -> None:
    assert {config.label for config in apps.get_app_configs() if (ROOT / config.label / "migrations").is_dir()} <= {
        *ROOMS
    }
