"""The fixed cast: asha pays, bo is another customer, mira manages, clem is a clerk; all with one password."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import Customer, Lender, Manager, User

PASSWORD = "quiet-river-42"


@pytest.fixture
def lender(db: None) -> Lender:
    return Lender.load()


@pytest.fixture
def asha(db: None) -> Customer:
    """Customer 101."""
    customer = Customer.objects.create(
        id=101, name="Asha Rao", email="asha@example.com", phone="+254 700 000 101", age=34
    )
    _login(f"c{customer.id}", customer=customer, email=customer.email)
    return customer


@pytest.fixture
def bo(db: None) -> Customer:
    """Customer 102."""
    customer = Customer.objects.create(id=102, name="Bo Lind", email="bo@example.com", phone="+254 700 000 102")
    _login(f"c{customer.id}", customer=customer, email=customer.email)
    return customer


@pytest.fixture
def mira(db: None) -> Manager:
    """Manager 1, who may do everything."""
    manager = Manager.objects.create(id=1, name="Mira Moss", email="mira@example.com")
    _login("m1", manager=manager, email=manager.email, is_staff=True, is_superuser=True)
    return manager


@pytest.fixture
def clem(db: None) -> Manager:
    """Manager 2, a clerk: staff without any permission of his own."""
    manager = Manager.objects.create(id=2, name="Clem Odu", email="clem@example.com")
    _login("m2", manager=manager, email=manager.email, is_staff=True)
    return manager


@pytest.fixture
def as_asha(asha: Customer) -> Client:
    return signed_in(asha)


@pytest.fixture
def as_bo(bo: Customer) -> Client:
    return signed_in(bo)


@pytest.fixture
def as_mira(mira: Manager) -> Client:
    return signed_in(mira)


@pytest.fixture
def as_clem(clem: Manager) -> Client:
    return signed_in(clem)


def signed_in(person: Customer | Manager) -> Client:
    """A browser of its own in which the person is signed in."""
    client = Client()
    client.force_login(person.login)
    return client


def _login(username: str, **fields: object) -> User:
    user = User(username=username, password=make_password(PASSWORD), **fields)
    user.save()
    return user
