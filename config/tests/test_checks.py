"""The start-up checks catch what they are for, and are quiet where nothing is wrong."""

import datetime
from decimal import Decimal

import pytest
from django.core.checks import Error, Warning
from django.db import models
from django.db.utils import ConnectionHandler
from django.test.utils import isolate_apps

from accounts.models import Customer, CustomerOwned, Lender
from config import settings as as_written
from config.checks import demo_users_stay_at_home
from ledger import checks
from ledger.models import Due

HERE = ["default"]


# --- The demo's passwords --------------------------------------------------------------------


@pytest.fixture
def production(settings):
    settings.DEVELOPMENT = False


def test_a_demo_password_in_production_is_an_error(mira, production):
    mira.login.set_password("manager123")
    mira.login.save()
    [error] = demo_users_stay_at_home(None, HERE)
    assert isinstance(error, Error)
    assert error.msg == "m1 can sign in with the password of the demo."


def test_the_same_users_with_their_own_passwords_are_fine(mira, asha, bo, production):
    assert demo_users_stay_at_home(None, HERE) == []


def test_development_may_keep_the_demo(mira, settings):
    mira.login.set_password("manager123")
    mira.login.save()
    assert settings.DEVELOPMENT
    assert demo_users_stay_at_home(None, HERE) == []


# --- SQLite ----------------------------------------------------------------------------------

# As config/settings.py sets them on SQLite; spelt out, because these tests run on PostgreSQL as well.
SAFE = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    " PRAGMA secure_delete=ON;",
}


def unsafe(name, **options):
    handler = ConnectionHandler(
        {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(name), "OPTIONS": {**SAFE, **options}}}
    )
    connection = handler["default"]
    try:
        return [setting for setting, found, needed in checks.unsafe_settings(connection)]
    finally:
        connection.close()


@pytest.mark.only_on("sqlite")
def test_the_settings_are_the_safe_ones():
    assert as_written.DATABASES["default"]["OPTIONS"] == SAFE


@pytest.mark.django_db
def test_a_file_with_our_settings_is_safe(tmp_path):
    assert unsafe(tmp_path / "books.sqlite3") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pragmas", "setting"),
    [
        ("PRAGMA journal_mode=DELETE;", "journal_mode"),
        ("PRAGMA journal_mode=MEMORY;", "journal_mode"),
        ("PRAGMA synchronous=NORMAL;", "synchronous"),
        ("PRAGMA foreign_keys=OFF;", "foreign_keys"),
    ],
)
def test_each_pragma_is_verified(tmp_path, pragmas, setting):
    assert unsafe(tmp_path / "books.sqlite3", init_command=SAFE["init_command"] + pragmas) == [setting]


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["DEFERRED", None])
def test_the_transaction_mode_is_verified(tmp_path, mode):
    assert unsafe(tmp_path / "books.sqlite3", transaction_mode=mode) == ["transaction_mode"]


@pytest.mark.django_db
def test_only_a_database_in_memory_may_have_no_journal():
    assert unsafe(":memory:") == []


@pytest.mark.django_db
@pytest.mark.only_on("sqlite")
def test_an_unsafe_setting_is_an_error_with_a_way_out(monkeypatch):
    assert checks.sqlite_keeps_what_it_acknowledges(None, HERE) == []
    monkeypatch.setitem(checks.PRAGMAS, "synchronous", 3)
    [error] = checks.sqlite_keeps_what_it_acknowledges(None, HERE)
    assert isinstance(error, Error)
    assert error.msg == "SQLite's synchronous is 2; the books need 3."


# --- The currency ----------------------------------------------------------------------------


@pytest.fixture
def books_in_usd(lender):
    assert Lender.objects.get().currency == "USD"


def test_the_ledgers_own_currency_is_fine(books_in_usd):
    assert checks.currency_is_the_ledgers_own(None, HERE) == []


def test_another_currency_is_an_error_once_the_ledger_has_rows(books_in_usd, asha, settings):
    day = datetime.date(2025, 1, 1)
    Due.objects.create(customer=asha, month=day, due_on=day, amount=Decimal(100))
    settings.CURRENCY = "JPY"
    [error] = checks.currency_is_the_ledgers_own(None, HERE)
    assert isinstance(error, Error)
    assert error.msg == "The books are kept in USD, and CURRENCY is JPY."
    assert error.hint == "Set CURRENCY=USD: a ledger with rows keeps its currency."


def test_a_credit_limit_is_money_too(books_in_usd, asha, settings):
    Customer.objects.update(credit_limit=Decimal(100))
    settings.CURRENCY = "JPY"
    assert [message.id for message in checks.currency_is_the_ledgers_own(None, HERE)] == ["duebook.E011"]


def test_empty_books_may_still_change_their_currency(books_in_usd, settings):
    settings.CURRENCY = "JPY"
    [warning] = checks.currency_is_the_ledgers_own(None, HERE)
    assert isinstance(warning, Warning)
    assert "run: manage.py first_start" in str(warning.hint)


# --- The growth rules ------------------------------------------------------------------------


def test_our_models_keep_the_growth_rules():
    assert checks.books_can_be_spread_over_machines(None) == []


def test_the_rules_are_asked_of_every_model(monkeypatch):
    monkeypatch.setattr(checks, "faults", lambda model: ["is wrong."] if model is Due else [])
    [error] = checks.books_can_be_spread_over_machines(None)
    assert (error.id, error.msg) == ("duebook.E012", "ledger.Due: is wrong.")


def nullable_customer():
    class Row(CustomerOwned):
        customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")

    return Row


def constraint_without_customer():
    class Row(CustomerOwned):
        key = models.TextField()

        class Meta:
            constraints = [models.UniqueConstraint(fields=["key"], name="row_key")]

    return Row


def together_without_customer():
    class Row(CustomerOwned):
        key = models.TextField()

        class Meta:
            unique_together = [("key", "id")]

    return Row


def expression_without_customer():
    class Row(CustomerOwned):
        key = models.TextField()

        class Meta:
            constraints = [models.UniqueConstraint(models.functions.Lower("key"), name="row_key")]

    return Row


def unique_field():
    class Row(CustomerOwned):
        key = models.CharField(max_length=9, unique=True)

    return Row


def one_to_one():
    class Row(CustomerOwned):
        due = models.OneToOneField(Due, on_delete=models.PROTECT, related_name="+")

    return Row


def many_to_many_from():
    class Row(CustomerOwned):
        lenders = models.ManyToManyField(Lender, related_name="+")

    return Row


def many_to_many_to():
    class Row(CustomerOwned):
        pass

    class Tag(models.Model):  # noqa: DJ008
        rows = models.ManyToManyField(Row, related_name="+")

    return Row


def uuid_key():
    class Row(CustomerOwned):
        id = models.UUIDField(primary_key=True)

    return Row


def small_key():
    class Row(CustomerOwned):
        id = models.AutoField(primary_key=True)

    return Row


def other_key():
    class Row(CustomerOwned):
        number = models.BigAutoField(primary_key=True)

    return Row


def customer_without_being_owned():
    class Row(models.Model):  # noqa: DJ008
        who = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")

    return Row


def well_made():
    class Row(CustomerOwned):
        key = models.TextField()
        due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="+")

        class Meta:
            constraints = [models.UniqueConstraint(fields=["customer", "key"], name="row_key")]

    return Row


BROKEN = [
    (nullable_customer, "its customer must be a foreign key to Customer that is never null."),
    (constraint_without_customer, "its unique rule over (key) must contain customer."),
    (together_without_customer, "its unique rule over (key, id) must contain customer."),
    (expression_without_customer, "its unique rule over (an expression) must contain customer."),
    (unique_field, "key must not be unique by itself; use a UniqueConstraint with customer."),
    (one_to_one, "due must not be one to one; use a foreign key with a unique pair (customer, due)."),
    (many_to_many_from, "no many-to-many may lead to it or from it."),
    (many_to_many_to, "no many-to-many may lead to it or from it."),
    (uuid_key, "its primary key must be a 64-bit integer named id."),
    (small_key, "its primary key must be a 64-bit integer named id."),
    (other_key, "its primary key must be a 64-bit integer named id."),
    (customer_without_being_owned, "it names a customer, so it must be a CustomerOwned."),
]


@pytest.mark.parametrize(("make", "sentence"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_a_model_that_breaks_a_growth_rule_is_named(make, sentence):
    with isolate_apps("config.apps.ProjectConfig"):
        assert list(checks.faults(make())) == [sentence]


def test_a_model_that_keeps_them_is_not():
    with isolate_apps("config.apps.ProjectConfig"):
        assert list(checks.faults(well_made())) == []
