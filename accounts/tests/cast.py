"""The fixed cast, all with one password: asha pays, bo is another customer; of the staff mira may do everything,
mona is a manager, clem a clerk, nina an auditor, and sten has no role yet."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts import roles
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
    """Manager 2, a clerk."""
    return _staff(2, "Clem Odu", roles.CLERK)


@pytest.fixture
def nina(db: None) -> Manager:
    """Manager 3, an auditor."""
    return _staff(3, "Nina Berg", roles.AUDITOR)


@pytest.fixture
def mona(db: None) -> Manager:
    """Manager 4, with the manager's role and no right beyond it."""
    return _staff(4, "Mona Reyes", roles.MANAGER)


@pytest.fixture
def sten(db: None) -> Manager:
    """Manager 5, of the staff but without a role."""
    return _staff(5, "Sten Falk", None)


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


@pytest.fixture
def as_nina(nina: Manager) -> Client:
    return signed_in(nina)


@pytest.fixture
def as_sten(sten: Manager) -> Client:
    return signed_in(sten)


def signed_in(person: Customer | Manager) -> Client:
    """A browser of its own in which the person is signed in."""
    client = Client()
    client.force_login(person.login)
    return client


def _staff(number: int, name: str, role: str | None) -> Manager:
    manager = Manager.objects.create(id=number, name=name, email=f"{name.split()[0].lower()}@example.com")
    user = _login(f"m{number}", manager=manager, email=manager.email, is_staff=True)
    user.groups.set([roles.group_of(role)] if role else [])
    return manager


def _login(username: str, **fields: object) -> User:
    user = User(username=username, password=make_password(PASSWORD), **fields)
    user.save()
    return user
