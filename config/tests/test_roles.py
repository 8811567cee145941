"""Every address of the admin x every role x GET and POST is as config/tests/roles.csv says; real forms are taken from
roles that may and refused, with no row changed, from those that may not."""

import csv
import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session

from accounts import roles
from accounts.models import Batch, Customer, Lender, Manager, User
from accounts.tests.cast import signed_in
from config.tests.test_permissions import addresses, answer, audited, declined, fill, lent
from credit.models import Outcome
from ledger.actions import add_due, record_payment
from ledger.approving import ask, to_reverse
from ledger.models import Allocation, Due, Notice, Payment
from ledger.noticing import give_notice

TABLE = Path(__file__).with_name("roles.csv")
PEOPLE = ("none", "clerk", "auditor", "manager", "superuser")
METHODS = ("GET", "POST")

# What the site itself is made of. An address without a page tells the role-less no more than a stranger's guess.
EVERYBODYS = {
    "admin/",
    "admin/login/",
    "admin/logout/",
    "admin/password_change/",
    "admin/jsi18n/",
    "admin/(?P<url>.*)$",
}
ONCE = "a-key-of-twenty-letters"

Rows = dict[tuple[str, str], list[str]]


@pytest.fixture
def objects(asha: Customer, mira: Manager, lender: Lender) -> dict[str, Any]:
    """One of everything; customer, due and payment are asha's."""
    batch = Batch.objects.create(kind="dues", name="first", file_name="dues.csv", sha256="0" * 64)
    due = add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=Decimal(50), batch=batch))
    payment = record_payment(Payment(customer=asha, amount=Decimal(20)))
    outcome = Outcome.objects.create(customer=asha, as_of=datetime.date(2024, 1, 31), defaulted=False)
    allocation = Allocation.objects.get(payment=payment)
    asked = ask(to_reverse(payment, "m9", "bounced"))
    notice = give_notice(Notice(customer=asha, amount=Decimal(5), key="of-the-notice"))
    rows = (batch, due, payment, outcome, allocation, lender, mira, asked, notice)
    told = {"customer": 101, "user": asha.login.pk, **audited(), **declined(asha), **lent(asha)}
    return told | {str(row._meta.model_name): row.pk for row in rows}


@pytest.fixture
def people(mira: Manager, mona: Manager, clem: Manager, nina: Manager, sten: Manager) -> dict[str, Manager]:
    return {"none": sten, "clerk": clem, "auditor": nina, "manager": mona, "superuser": mira}


def of_the_admin() -> list[str]:
    return [address for address in dict.fromkeys(addresses()) if address.startswith("admin/")]


def as_it_is(objects: dict[str, Any], people: dict[str, Manager]) -> Iterator[list[str]]:
    """The table as the product answers now; each request by a client of its own, for one of them signs people out."""
    for address in of_the_admin():
        for method in METHODS:
            path = fill(address, objects)
            yield [address, method, *(answer(signed_in(people[name]), method, path) for name in PEOPLE)]


def table() -> Rows:
    with TABLE.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == ("address", "method", *PEOPLE)
    return {(row[0], row[1]): row[2:] for row in rows}


def undecided(known: Rows, found: list[str]) -> list[str]:
    return [address for address in found for method in METHODS if (address, method) not in known]


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.django_db
def test_every_address_of_the_admin_answers_every_role_as_the_table_says(
    objects: dict[str, Any], people: dict[str, Manager]
) -> None:
    wanted = table()
    assert undecided(wanted, of_the_admin()) == [], "addresses that nobody decided on: add them to roles.csv"
    found = {(row[0], row[1]): row[2:] for row in as_it_is(objects, people)}
    assert sorted(wanted.keys() - found.keys()) == [], "addresses that are gone: take them out of roles.csv"
    assert {key: row for key, row in found.items() if row != wanted[key]} == {}


def test_an_address_that_is_not_in_the_table_is_noticed() -> None:
    assert undecided(table(), [*of_the_admin(), "admin/a/new/page/"]) == ["admin/a/new/page/"] * 2


def rules_broken(rows: Rows) -> Iterator[tuple[str, str]]:
    """The table itself is held to rules, so that writing the wrong answer into it does not help."""
    for (address, method), cells in rows.items():
        none, clerk, auditor, manager, superuser = cells
        objects_page = address.endswith("/<path:object_id>/")  # leads to the change page, which asks who it is
        if any(cell.startswith("5") for cell in cells):
            yield "it breaks", address
        if address not in EVERYBODYS and not objects_page and none[:3] not in {"403", "404", "405"}:
            yield "who has no role sees it", address
        if address.endswith(("/add/", "/delete/")) and auditor != "403":
            yield "the auditor writes", address
        if method == "POST" and address.endswith("/change/") and auditor != "403":
            yield "the auditor writes", address
        if address.endswith("/delete/") and superuser != "403":
            yield "somebody deletes", address
        if "/accounts/lender/" in address and not objects_page and clerk != "403":
            yield "the clerk sees the lender's details", address
        yield from (("a role has more than the superuser", address) for cell in cells if weaker(superuser, cell))
        yield from (("a role has more than the manager", address) for cell in cells[:3] if weaker(manager, cell))


def weaker(cell: str, other: str) -> bool:
    return cell == "403" and other != "403"


def test_no_row_gives_a_role_more_than_its_rule() -> None:
    assert list(rules_broken(table())) == []


@pytest.mark.parametrize(
    ("address", "method", "place", "broken"),
    [
        ("admin/ledger/payment/add/", "GET", "auditor", "the auditor writes"),
        ("admin/ledger/due/<path:object_id>/change/", "POST", "auditor", "the auditor writes"),
        ("admin/ledger/due/", "GET", "none", "who has no role sees it"),
        ("admin/ledger/due/<path:object_id>/delete/", "POST", "superuser", "somebody deletes"),
        ("admin/accounts/lender/", "GET", "clerk", "the clerk sees the lender's details"),
        ("admin/accounts/manager/add/", "GET", "clerk", "a role has more than the manager"),
    ],
)
def test_a_wrong_row_is_noticed(address: str, method: str, place: str, broken: str) -> None:
    rows = table()
    rows[address, method][PEOPLE.index(place)] = "200"
    assert broken in {rule for rule, _ in rules_broken(rows)}


def real_posts(objects: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Path -> a body that the page takes."""
    due, person = str(objects["due"]), {"name": "Dido Lee", "email": "dido@example.com", "phone": "", "age": "30"}
    return {
        "ledger/payment/add/": {"customer": "101", "amount": "10.00", "once": ONCE},
        "ledger/due/add/": {"customer": "101", "month": "2024-02-01", "kind": "principal", "amount": "75.00"},
        f"ledger/due/{due}/change/": {"amount": "60.00", "due_on": "2024-01-20"},
        "accounts/customer/add/": {"id": "700", **person, "credit_limit": "1500.00"},
        "accounts/customer/101/change/": {**person, "credit_limit": ""},
    }


def everything() -> dict[str, list[Any]]:
    """Every row of every table but the sessions, which signing in and out moves for everybody."""
    models = (model for model in apps.get_models(include_auto_created=True) if model is not Session)
    kept = (model for model in models if model._meta.app_label != "usersessions")
    return {model._meta.label: sorted(model.objects.values_list(), key=repr) for model in kept}


def changed_by(act: Callable[[], Any]) -> set[str]:
    before = everything()
    act()
    after = everything()
    return {name for name, rows in after.items() if rows != before[name]}


CHANGES = [
    ("ledger/payment/add/", "ledger.Payment"),
    ("ledger/due/add/", "ledger.Due"),
    ("ledger/due/{due}/change/", "ledger.Due"),
    ("accounts/customer/add/", "accounts.Customer"),
    ("accounts/customer/101/change/", "accounts.Customer"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["clerk", "manager", "superuser"])
@pytest.mark.parametrize(("form", "changed"), CHANGES)
def test_who_may_posts_a_real_form_and_it_is_stored(
    objects: dict[str, Any], people: dict[str, Manager], form: str, changed: str, role: str
) -> None:
    client, path = signed_in(people[role]), form.format(**objects)
    answers: list[int] = []
    moved = changed_by(lambda: answers.append(client.post(f"/admin/{path}", real_posts(objects)[path]).status_code))
    assert answers == [302]
    assert {changed, "admin.LogEntry"} <= moved


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["auditor", "none"])
@pytest.mark.parametrize(("form", "changed"), CHANGES)
def test_who_may_not_posts_the_same_form_and_no_row_moves(
    objects: dict[str, Any], people: dict[str, Manager], form: str, changed: str, role: str
) -> None:
    client, path = signed_in(people[role]), form.format(**objects)
    answers: list[int] = []
    moved = changed_by(lambda: answers.append(client.post(f"/admin/{path}", real_posts(objects)[path]).status_code))
    assert (answers, moved) == ([403], set())


@pytest.mark.django_db
def test_the_refusal_hangs_on_the_permission(objects: dict[str, Any], nina: Manager) -> None:
    """The control: with one code more, the same post of the same auditor is stored."""
    group = Group.objects.get(name=roles.AUDITOR)
    group.permissions.add(*roles.permissions(frozenset({"ledger.add_payment"})))
    body = real_posts(objects)["ledger/payment/add/"]
    assert signed_in(nina).post("/admin/ledger/payment/add/", body).status_code == 302
    assert Payment.objects.filter(key=ONCE).count() == 1


def post_everywhere(person: Manager, objects: dict[str, Any]) -> None:
    """Nothing, then every field of every form at once, then the actions of the lists, to every address."""
    every_field = {name: value for body in real_posts(objects).values() for name, value in body.items()}
    everybody = list(User.objects.values_list("pk", flat=True))
    acts = [{"action": act, "_selected_action": everybody} for act in ("deactivate", "delete_selected")]
    bodies: list[dict[str, Any]] = [{}, {**every_field, "post": "yes"}, *acts]
    for address in of_the_admin():
        client = signed_in(person)
        for body in bodies:
            client.post(fill(address, objects), body)


def signing_in_is_no_news() -> None:
    User.objects.update(last_login=None)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", ["auditor", "none"])
def test_no_post_of_theirs_to_any_address_moves_a_row(
    objects: dict[str, Any], people: dict[str, Manager], role: str
) -> None:
    def act() -> None:
        post_everywhere(people[role], objects)
        signing_in_is_no_news()

    assert changed_by(act) == set()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_same_posts_of_a_clerk_do_move_rows_but_none_that_is_not_a_clerks(
    objects: dict[str, Any], people: dict[str, Manager]
) -> None:
    def act() -> None:
        post_everywhere(people["clerk"], objects)
        signing_in_is_no_news()

    moved = changed_by(act)
    assert {"ledger.Payment", "ledger.Due", "ledger.Allocation", "accounts.Customer"} <= moved
    assert not {"accounts.Lender", "accounts.Manager", "accounts.Batch", "credit.Outcome", "auth.Group"} & moved
    assert User.objects.filter(is_active=False).count() == 0


@pytest.mark.django_db
def test_who_has_no_role_finds_an_index_that_says_so(as_sten, as_nina) -> None:
    page = as_sten.get("/admin/").text
    assert "You have no role yet" in page
    assert "/admin/ledger/" not in page
    assert "You have no role yet" not in as_nina.get("/admin/").text
