"""What processes do with slow migrations inside Django; `manage.py shell` runs them by name (test_migrating)."""

import time
from typing import Any
from unittest import mock

from django.core.management import call_command
from django.db.migrations import executor
from django.test import Client
from django.test.utils import modify_settings

from config.management.commands import migrate as ours
from config.migrating import WholeExecutor

PLANTED = modify_settings(INSTALLED_APPS={"append": "config.tests.planted"})
stops: list[tuple[int, float]] = []  # at the how-manieth step from here it stands still, and for how many seconds


def step(apps: Any, schema_editor: Any) -> None:
    """Tell that it is here, and stand still where the test kills it."""
    print("step", flush=True)  # noqa: T201  standard output is how the test hears of it
    if stops:
        number, seconds = stops.pop()
        if number == 1:
            time.sleep(seconds)
        else:
            stops.append((number - 1, seconds))


def migrate(name: str = "", stop: int = 0, seconds: float = 120, **options: Any) -> None:
    """With another step just before the slow migration is noted."""
    stops[:] = [(stop, seconds)] if stop else []

    def slowly(self: Any, migration: Any) -> None:
        if migration.name == "0002_slow":
            step(None, None)
        noted(self, migration)

    noted: Any = executor.MigrationExecutor.record_migration
    with PLANTED, mock.patch.object(executor.MigrationExecutor, "record_migration", slowly):
        call_command("migrate", "planted", *filter(None, [name]), verbosity=0, **options)


def migrate_as_django_does(name: str = "", stop: int = 0, seconds: float = 120) -> None:
    """The negative control: a migration is noted when its transaction is over."""
    with mock.patch.object(WholeExecutor, "apply_migration", executor.MigrationExecutor.apply_migration):
        migrate(name, stop, seconds)


def migrate_without_turns(name: str = "", stop: int = 0, seconds: float = 120) -> None:
    """The negative control: nobody waits for another's run."""
    with mock.patch.object(ours, "one_at_a_time"):
        migrate(name, stop, seconds)


def ready() -> None:
    with PLANTED:
        answer = Client().get("/readyz")
    print(answer.status_code, answer.content.decode().strip())  # noqa: T201
