"""What must hold before the books open: the database keeps what it acknowledges, in the currency it was kept in."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.models import Customer, CustomerOwned, Lender, User
from ledger.models import Due, Payment

# FULL is 2: with NORMAL a power cut loses payments that were acknowledged.
PRAGMAS: dict[str, object] = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@register(Tags.database)
def sqlite_keeps_what_it_acknowledges(
    app_configs: Iterable[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    return [
        Error(f"SQLite's {name} is {found!r}; the books need {needed!r}.", hint=SQLITE_HINT, id="duebook.E010")
        for alias in databases or []
        if connections[alias].vendor == "sqlite"
        for name, found, needed in unsafe_settings(connections[alias])
    ]


SQLITE_HINT = (
    "Keep DATABASES['default']['OPTIONS'] as config/settings.py has it, on a disk that allows it (no network share)."
)


def unsafe_settings(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, object, object]]:
    """(name, found, needed) of each setting that differs. A database in memory has no journal file to be safe."""
    connection.ensure_connection()  # the transaction mode is known only then
    mode = getattr(connection, "transaction_mode", None)
    if str(mode).upper() != "IMMEDIATE":
        yield "transaction_mode", mode, "IMMEDIATE"
    for name, needed in PRAGMAS.items():
        with connection.cursor() as cursor:
            found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        in_memory = name == "journal_mode" and found == "memory" and is_in_memory(connection)
        if found != needed and not in_memory:
            yield name, found, needed


def is_in_memory(connection: BaseDatabaseWrapper) -> bool:
    ask = getattr(connection, "is_in_memory_db", None)
    return bool(ask and ask())


@register(Tags.database)
def currency_is_the_ledgers_own(
    app_configs: Iterable[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A stored unit is a cent or a whole yen by the currency alone, so another one would rewrite every amount."""
    return [message for alias in databases or [] for message in currency_messages(alias)]


def currency_messages(alias: str) -> Iterator[CheckMessage]:
    tables = set(connections[alias].introspection.table_names())
    if not tables >= {model._meta.db_table for model in (Lender, Customer, Due, Payment)}:
        return
    kept = Lender.objects.using(alias).values_list("currency", flat=True).first()
    if kept is None or kept == settings.CURRENCY:
        return
    said = f"The books are kept in {kept}, and CURRENCY is {settings.CURRENCY}."
    if holds_money(alias):
        yield Error(said, hint=f"Set CURRENCY={kept}: a ledger with rows keeps its currency.", id="duebook.E011")
    else:
        hint = f"Set CURRENCY={kept}"
        if not Customer.objects.using(alias).exists():
            hint += "; or, as the books are still empty, run: manage.py first_start"
        yield Warning(said, hint=hint, id="duebook.W011")


def holds_money(alias: str) -> bool:
    return (
        Due.with_withdrawn.using(alias).exists()
        or Payment.objects.using(alias).exists()
        or Customer.objects.using(alias).filter(credit_limit__isnull=False).exists()
    )


@register(Tags.models)
def books_can_be_spread_over_machines(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The growth rules: they hold from the first migration, so that customers may live on many machines later."""
    everything = apps.get_models(include_auto_created=True)
    return [
        Error(
            f"{model._meta.label}: {fault}", hint="docs/ledger.md tells the growth rules.", obj=model, id="duebook.E012"
        )
        for model in everything
        for fault in faults(model)
    ]


def faults(model: type[models.Model]) -> Iterator[str]:
    if issubclass(model, CustomerOwned):
        yield from owned_faults(model)
    elif model is not User and points_to_customer(model):
        yield "it names a customer, so it must be a CustomerOwned."


def points_to_customer(model: type[models.Model]) -> bool:
    return any(field.remote_field and field.related_model is Customer for field in model._meta.local_fields)


def owned_faults(model: type[CustomerOwned]) -> Iterator[str]:
    meta = model._meta
    customer = meta.get_field("customer")
    if not isinstance(customer, models.ForeignKey) or customer.null or customer.related_model is not Customer:
        yield "its customer must be a foreign key to Customer that is never null."
    if meta.pk.name != "id" or not isinstance(meta.pk, models.BigIntegerField | models.BigAutoField):
        yield "its primary key must be a 64-bit integer named id."
    for field in meta.local_fields:
        if isinstance(field, models.OneToOneField):
            yield f"{field.name} must not be one to one; use a foreign key with a unique pair (customer, {field.name})."
        elif field.unique and not field.primary_key:
            yield f"{field.name} must not be unique by itself; use a UniqueConstraint with customer."
    for columns in unique_columns(meta):
        if "customer" not in columns:
            yield f"its unique rule over ({', '.join(columns)}) must contain customer."
    if any(field.many_to_many for field in meta.get_fields(include_hidden=True)):
        yield "no many-to-many may lead to it or from it."


def unique_columns(meta: Any) -> Iterator[Sequence[str]]:
    yield from meta.unique_together
    for constraint in meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield constraint.fields or ["an expression"]
