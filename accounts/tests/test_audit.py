"""Each act on people leaves one entry: who, through which door, old and new values, and never a secret."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import actions, audit, roles
from accounts.actor import API, COMMAND, PORTAL, WEB, Actor, acting, actor
from accounts.audit import Entry, record, record_house
from accounts.audit_proof import trail_breaks
from accounts.models import AuditEntry, Customer, HouseEntry, Lender, Manager, Seal, SealedHead, User
from accounts.models.audit import Kept
from accounts.seals import set_seal
from accounts.tests.cast import PASSWORD
from accounts.tokens import make_token

pytestmark = [pytest.mark.django_db, pytest.mark.every_case("postgresql")]
NEW_PASSWORD = "green-bicycle-77"


def of(customer: int) -> list[tuple[str, dict[str, Any]]]:
    entries = AuditEntry.objects.filter(customer=customer).order_by("number")
    return [(entry.act, json.loads(entry.facts)) for entry in entries]


def of_the_house() -> list[tuple[str, dict[str, Any]]]:
    return [(entry.act, json.loads(entry.facts)) for entry in HouseEntry.objects.order_by("number")]


def test_a_new_customer_s_details_are_written_down(lender: Lender) -> None:
    customer = actions.register_customer(Customer(name="Dina Saleh", phone="+1 555", age=30), PASSWORD)
    told = {"name": "Dina Saleh", "phone": "+1 555", "age": 30, "age_given_on": lender.today().isoformat()}
    assert of(customer.pk) == [("register_customer", told | {"login": "yes"})]


def test_a_change_tells_old_and_new_of_what_differs_and_of_nothing_else(asha: Customer) -> None:
    asha.phone, asha.credit_limit = "+254 700 000 999", 1500
    actions.update_customer(asha)
    told = {"phone_was": "+254 700 000 101", "phone": "+254 700 000 999", "credit_limit_was": None}
    assert of(101) == [("update_customer", told | {"credit_limit": "1500.00"})]
    actions.update_customer(asha)
    assert len(of(101)) == 1


def test_the_lender_s_settings_are_changed_through_the_admin_with_old_and_new(as_mira: Client, lender: Lender) -> None:
    page = as_mira.get("/admin/accounts/lender/1/change/").context["adminform"].form
    stands = {name: page[name].value() for name in page.fields}
    form = {name: "" if value is None or value is False else value for name, value in stands.items()} | {
        "name": "Corner Shop",
        "closed_through": "",
    }
    assert as_mira.post("/admin/accounts/lender/1/change/", form).status_code == 302
    assert of_the_house() == [("update_lender", {"name_was": "Duebook", "name": "Corner Shop"})]
    entry = HouseEntry.objects.get()
    assert (entry.by, entry.door, entry.number) == ("m1", PORTAL, 1)
    assert Lender.load().name == "Corner Shop"


def test_the_staff_and_its_roles_are_the_house_s(lender: Lender) -> None:
    user = actions.add_manager(Manager(name="Nia Ode", email="nia@example.com"), role=roles.CLERK)
    actions.set_role(user, roles.AUDITOR)
    actions.set_role(User.objects.get(pk=user.pk), roles.AUDITOR)
    actions.set_active([user], False)
    added = {"name": "Nia Ode", "email": "nia@example.com", "login": "m1", "role": "clerk", "all_rights": "no"}
    assert of_the_house() == [
        ("add_manager", added),
        ("set_role", {"login": "m1", "role_was": "clerk", "role": "auditor"}),
        ("shut_out", {"login": "m1"}),
    ]


def test_shutting_out_is_written_once_for_whom_it_changes(asha: Customer, bo: Customer, clem: Manager) -> None:
    actions.set_active([asha.login], False)
    assert actions.set_active([asha.login, bo.login, clem.login], False) == 3
    actions.set_active([asha.login], True)
    assert [act for act, _ in of(101)] == ["shut_out", "let_in"]
    assert of(102) == [("shut_out", {"login": "c102"})]
    assert of_the_house() == [("shut_out", {"login": "m2"})]


def test_an_invitation_and_its_use_are_written_and_a_used_link_is_not(asha: Customer) -> None:
    user = actions.invite(asha)
    assert actions.accept_invitation(user, NEW_PASSWORD)
    assert not actions.accept_invitation(user, NEW_PASSWORD)
    assert of(101) == [("invite", {"login": "c101"}), ("accept_invitation", {"login": "c101"})]


def test_no_secret_is_ever_written(as_mira: Client, asha: Customer, clem: Manager, lender: Lender) -> None:
    """Every act that knows a password, a hash or a token; then the whole trail is searched for them."""
    actions.register_customer(Customer(name="Dina"), NEW_PASSWORD)
    user = actions.invite(asha)
    secrets = {PASSWORD, NEW_PASSWORD, make_token(user), user.password, clem.login.password}
    Client().post(f"/invitation/{user.pk}/{make_token(user)}/", {"password": NEW_PASSWORD})
    actions.accept_invitation(User.objects.get(pk=user.pk), NEW_PASSWORD)
    as_mira.post("/admin/customer/101/invite/", {"again": "yes"})
    call_command("add_manager", "Nia Ode")
    secrets |= {user.password for user in User.objects.all()} | {make_token(user) for user in User.objects.all()}
    secrets |= {as_mira.cookies["sessionid"].value}
    written = [*AuditEntry.objects.values_list("facts", flat=True), *HouseEntry.objects.values_list("facts", flat=True)]
    assert len(written) >= 5
    assert [(facts, secret) for facts in written for secret in secrets if secret in facts] == []


@pytest.mark.parametrize("name", ["password", "new_password", "Token", "session_key"])
def test_a_fact_that_is_named_like_a_secret_is_refused(asha: Customer, name: str) -> None:
    with transaction.atomic(), pytest.raises(ValueError, match="takes no secret"):
        record([Entry(101, "update_customer", {name: "x"})])
    assert of(101) == []


def test_a_customer_s_own_page_is_another_door_than_the_portal(as_mira: Client, asha: Customer) -> None:
    as_mira.post("/admin/customer/101/invite/", {"again": "yes"})
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.door, entry.act) == ("m1", PORTAL, "invite")


def test_who_registers_alone_comes_through_the_web(lender: Lender) -> None:
    Lender.objects.update(registration_open=True)
    form = {"name": "Dina", "email": "d@example.com", "phone": "+254 700 000 103", "age": "30", "password": PASSWORD}
    assert Client().post("/register/", form).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.door, entry.act) == ("", WEB, "register_customer")


def test_the_actor_is_nobody_again_after_a_request_and_after_a_fault(as_mira: Client, asha: Customer) -> None:
    as_mira.post("/admin/customer/101/invite/", {"again": "yes"})
    assert actor() == Actor("", COMMAND)
    with pytest.raises(ZeroDivisionError), acting("robot", API):
        assert 1 / (actor() != Actor("robot", API))
    assert actor() == Actor("", COMMAND)
    with pytest.raises(ValueError, match="is not a door"), acting("x", "window"):
        pass


def test_a_page_that_records_nothing_asks_for_no_user(db: None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert Client().get("/healthz").status_code == 200
    assert len(asked) == 0


def test_a_chain_has_numbers_from_one_and_each_entry_carries_the_hash_before(asha: Customer, bo: Customer) -> None:
    for act in ("one", "two", "three"):
        with acting("clem", WEB):
            record([Entry(101, act, {}), Entry(102, act, {}), Entry(101, f"{act} more", {})])
    chain = list(AuditEntry.objects.filter(customer=101).order_by("number"))
    assert [entry.number for entry in chain] == [1, 2, 3, 4, 5, 6]
    assert [entry.before for entry in chain] == ["", *(entry.hash for entry in chain[:-1])]
    assert AuditEntry.objects.filter(customer=102).count() == 3
    assert {entry.by for entry in chain} == {"clem"}
    assert list(trail_breaks()) == []


def test_recording_for_five_hundred_customers_takes_a_handful_of_statements(lender: Lender) -> None:
    numbers = range(1000, 1500)
    Customer.objects.bulk_create([Customer(id=number, name="x") for number in numbers])
    counted = []
    for wanted in (numbers[:1], numbers, numbers):
        with CaptureQueriesContext(connection) as asked:
            record([Entry(number, "post_batch", {"payments": 2}) for number in wanted])
        counted.append(len(asked))
    assert counted[0] == 2
    assert max(counted) <= 6  # SQLite stores about a hundred rows at once
    assert list(trail_breaks()) == []


WAYS: dict[str, Callable[[Any], object]] = {
    "update": lambda model: model.objects.update(id=1),
    "delete": lambda model: model.objects.all().delete(),
    "filtered delete": lambda model: model.objects.filter(pk=1).delete(),
    "bulk_update": lambda model: model.objects.bulk_update(list(model.objects.all()), ["id"]),
    "its own delete": lambda model: model.objects.first().delete(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("model", [AuditEntry, HouseEntry, Seal, SealedHead])
def test_nothing_of_it_is_changed_or_deleted(asha: Customer, model: Any, way: str) -> None:
    record([Entry(101, "invite", {})])
    record_house("update_lender", {})
    set_seal()
    with pytest.raises(Kept):
        WAYS[way](model)
    assert model.objects.count() >= 1


@pytest.mark.parametrize("model", [AuditEntry, HouseEntry, Seal, SealedHead])
def test_saving_again_is_not_changing(asha: Customer, model: Any) -> None:
    record([Entry(101, "invite", {})])
    record_house("update_lender", {})
    set_seal()
    with transaction.atomic(), pytest.raises(IntegrityError):
        model.objects.first().save()


@pytest.mark.parametrize("model", [AuditEntry, HouseEntry, Seal])
def test_the_admin_shows_it_and_changes_nothing_even_for_a_superuser(
    as_mira: Client, asha: Customer, model: Any
) -> None:
    record([Entry(101, "invite", {"login": "c101"})])
    record_house("update_lender", {"name": "x"})
    set_seal()
    row = model.objects.order_by("pk").first()
    at, own = f"/admin/accounts/{model._meta.model_name}/", f"{row.pk}/"
    assert [as_mira.get(f"{at}{page}").status_code for page in ("", f"{own}change/")] == [200, 200]
    pages = ("add/", f"{own}change/", f"{own}delete/")
    assert [as_mira.post(f"{at}{page}", {"number": 9}).status_code for page in pages] == [403, 403, 403]


def test_a_chain_outlives_its_customer_and_goes_on_when_the_number_comes_again(lender: Lender, as_mira: Client) -> None:
    actions.register_customer(Customer(id=500, name="First"))
    Customer.objects.filter(pk=500).delete()
    assert as_mira.get("/admin/accounts/auditentry/").status_code == 200
    assert as_mira.get(f"/admin/accounts/auditentry/{AuditEntry.objects.get().pk}/change/").status_code == 200
    actions.register_customer(Customer(id=500, name="Second"))
    assert [entry.number for entry in AuditEntry.objects.order_by("number")] == [1, 2]
    assert list(trail_breaks()) == []


def test_a_fact_is_written_the_same_however_it_was_typed(asha: Customer) -> None:
    one, same, more = (Customer(name="A", credit_limit=limit) for limit in (1, "1.00", "1.01"))
    assert audit.changes(one, same, ["name", "credit_limit"]) == {}
    assert audit.changes(one, more, ["credit_limit"]) == {"credit_limit_was": "1.00", "credit_limit": "1.01"}
    assert audit.written({"b": "ä", "a": None}) == '{"a":null,"b":"\\u00e4"}'
